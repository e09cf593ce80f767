"""What the verdict looks at: the rows that decide, as they are after a commit; and who could be rung for whom, said once more."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from ivr.store.schema import call, call_back, consult, dial, leg, offer, payment, presence
from ivr.store.tx import Row, Tx

ASKED, LIVE = ("ringing", "answered"), ("ringing", "answered", "accepted")
DECLINED = ("passed", "went_off")
BRIDGED = ("connecting", "talking", "recovering", "wrap_up")
MIN_LEFT_MS, LATELY_MS, ANY_TIER_MS, HANGS_UP_MS = 600_000, 60_000, 20_000, 120_000

_PRESENCE = select(presence)
_OFFERS = select(
    *(offer.c.id, offer.c.consult_id, offer.c.doctor_id, offer.c.fence, offer.c.state, offer.c.created_at),
    *(offer.c.ended_at, offer.c.cancelled_at, offer.c.lease_until),
).order_by(offer.c.id)
_CONSULTS = select(
    *(consult.c.id, consult.c.state, consult.c.doctor_id, consult.c.offer_id, consult.c.caller_id),
    *(consult.c.language, consult.c.any_language),
    *(consult.c.seeks_since, consult.c.slot_at, consult.c.paid_at, consult.c.together_ms, consult.c.ended_at, consult.c.room),
)
_PAYMENTS = select(payment.c.id, payment.c.consult_id, payment.c.state)
_DIALS = select(dial.c.id, call_back.c.offer_id, call_back.c.reason, dial.c.provider_call_id).join(
    call_back, call_back.c.id == dial.c.call_back_id
)
_ON_THE_LINE = (
    select(offer.c.doctor_id, offer.c.ended_at)
    .join(leg, leg.c.offer_id == offer.c.id)
    .where(leg.c.ended_at.is_(None), offer.c.ended_at > 0)
)
_STILL_TALKS = (
    select(offer.c.doctor_id, offer.c.ended_at)
    .join(call_back, call_back.c.offer_id == offer.c.id)
    .join(dial, dial.c.call_back_id == call_back.c.id)
    .where(dial.c.state.in_(("talking", "machine")), offer.c.ended_at > 0)
)
_LEGS = select(leg, call.c.ended_at.label("call_ended_at")).join(call, call.c.id == leg.c.call_id).order_by(leg.c.call_id)


@dataclass(frozen=True, slots=True)
class Who:
    """What a doctor can do; it stays as it is."""

    tier: int
    languages: frozenset[str]

    def speaks_with(self, wanted: Row) -> bool:
        """Their language; or Hindi or English, if they agreed to that."""
        return wanted.language in self.languages or bool(wanted.any_language and self.languages & {"hi", "en"})


@dataclass(frozen=True, slots=True)
class Sight:
    presence: Mapping[str, Row]
    offers: Mapping[str, Row]
    consults: Mapping[str, Row]
    payments: Mapping[str, Row]
    dials: Mapping[str, Row]
    on_the_line: Mapping[str, int]  # doctors whose offer is over, since when, and whose call is not

    def live(self) -> list[Row]:
        return [each for each in self.offers.values() if each.state in LIVE]

    def live_of(self, consult_id: str) -> list[Row]:
        return [each for each in self.offers.values() if each.state in LIVE and each.consult_id == consult_id]

    def seeking(self, at: int) -> Iterator[Row]:
        """Who wants a doctor now."""
        for each in self.consults.values():
            if each.state in ("paid", "offering") or (each.state == "callback_booked" and (each.slot_at or 0) <= at):
                yield each

    def could_be_rung(self, doctor_id: str, who: Who, wanted: Row, at: int) -> bool:
        """Whether the rules of routing.md 6 let this doctor be rung for this consult at that time."""
        here = self.presence[doctor_id]
        waited = at - (wanted.seeks_since or at)
        return (
            is_free(here, at)
            and self.on_the_line.get(doctor_id, 0) <= at - HANGS_UP_MS
            and wanted.language in who.languages
            and (who.tier <= 1 or waited >= ANY_TIER_MS)
            and not any(
                each.doctor_id == doctor_id and (each.state in DECLINED or each.ended_at is None or each.ended_at > at - LATELY_MS)
                for each in self.offers.values()
                if each.consult_id == wanted.id
            )
        )


def is_free(here: Row, at: int) -> bool:
    return bool(here.state == "idle" and may_be_claimed(here, at))


def may_be_claimed(here: Row, at: int) -> bool:
    """All of it but the state."""
    on = here.intent in ("on", "one_more") and here.proven_at is not None and (here.on_until or 0) > at + MIN_LEFT_MS
    return bool(on and here.free_at <= at)


def look(tx: Tx) -> Sight:
    return Sight(
        {row.doctor_id: row for row in tx.rows(_PRESENCE)},
        {row.id: row for row in tx.rows(_OFFERS)},
        {row.id: row for row in tx.rows(_CONSULTS)},
        {row.id: row for row in tx.rows(_PAYMENTS)},
        {row.id: row for row in tx.rows(_DIALS)},
        {
            row.doctor_id: row.ended_at
            for row in sorted([*tx.rows(_ON_THE_LINE), *tx.rows(_STILL_TALKS)], key=lambda row: int(row.ended_at))
        },
    )


def legs(tx: Tx) -> list[Row]:
    return tx.rows(_LEGS)
