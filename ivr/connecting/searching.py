"""The search: every consult that waits gets a doctor's ring, the longest waiting first; then what is left rings beside the slow ones.

Run whenever something happens, and by the relay each second: a wake-up that is lost costs no more than that. Safe to run twice at once.
"""

import logging
from dataclasses import dataclass

from ivr.connecting.ground import hold
from ivr.connecting.lifecycle import OfferState
from ivr.connecting.offers import LEASE_MS, Offers
from ivr.consults.booking import CONSULT_SEARCH
from ivr.consults.capacity import MIN_LEFT_MS
from ivr.consults.lifecycle import ConsultState
from ivr.model.errors import DatabaseAway
from ivr.model.ids import new_id
from ivr.model.ports import Clock
from ivr.routing.fanout import Ringing, fan_out, hedge_at
from ivr.routing.ranking import Candidate, Need, Ranked, explain, opens_next, rank
from ivr.store import alarms, candidates, outbox, presence
from ivr.store import connecting as store
from ivr.store import legs as leg_store
from ivr.store import offers as offer_store
from ivr.store.database import Database
from ivr.store.tx import Row, Tx

log = logging.getLogger(__name__)

_LATELY_MS = 60_000
_HANGS_UP_MS = 120_000
"""So long we believe that a call goes on whose end nobody has told us: its doctor is in one room, or none."""
_PASSED = (OfferState.PASSED, OfferState.WENT_OFF)
_WANTS = (ConsultState.PAID, ConsultState.OFFERING, ConsultState.CALLBACK_BOOKED)


@dataclass(frozen=True, slots=True)
class Search:
    database: Database
    offers: Offers
    clock: Clock

    def job(self, outbox_id: str) -> None:
        self.database.write(lambda tx: outbox.done(tx, outbox_id))
        self.run()

    def run(self) -> int:
        """One round for everybody who waits; how many doctors were rung. Raises DatabaseAway."""
        now = self.clock.now()
        with self.database.read() as tx:
            waiting = store.seeking(tx, now)
            free = {each: candidates.on_duty(tx, each, now, MIN_LEFT_MS).free for each in {row.speciality for row in waiting}}
        rung = 0
        for row in sorted(waiting, key=lambda row: bool(row.live)):  # whoever has nobody ringing comes first; older ones before
            if free[row.speciality] > 0:
                rung += self._one(row.id, waiting, now)
        return rung

    def _one(self, consult_id: str, waiting: list[Row], now: int) -> int:
        """One that cannot be helped as things are holds up nobody behind it."""
        try:
            return self.database.write(lambda tx: self._ring(tx, consult_id, waiting, now))
        except DatabaseAway:
            raise
        except Exception as error:
            log.exception("no doctor can be sought", extra={"consult_id": consult_id})
            advice = f"for a paid consult no doctor can be sought as things are: {type(error).__name__}: {error}; it is tried each second"
            self.database.write(lambda tx: alarms.sound(tx, "connecting", consult_id, advice, now))
            return 0

    def _ring(self, tx: Tx, consult_id: str, waiting: list[Row], now: int) -> int:
        consult = hold(tx, consult_id)
        due = consult.state != ConsultState.CALLBACK_BOOKED or (consult.slot_at or 0) <= now
        if consult.state not in _WANTS or not due:
            return 0
        before = offer_store.of_consult(tx, consult_id)
        ringing, alike = _ringing(before), [row for row in waiting if row.speciality == consult.speciality]
        bare = sum(1 for row in alike if not row.live and row.id != consult_id)
        need = _need(consult, before, now)
        free = candidates.candidates(tx, consult.speciality, now, MIN_LEFT_MS, but_caller=consult.caller_id)
        held = leg_store.still_on_the_line(tx, now - _HANGS_UP_MS) if free else ()
        able = [_candidate(each) for each in free if each.doctor_id not in held]
        ranked = rank(need, able, now)
        online = candidates.on_duty(tx, consult.speciality, now, MIN_LEFT_MS, but_caller=consult.caller_id).on_duty
        more = fan_out(ringing, idle=len(ranked), online=online, waiting=len(alike), bare=bare, now=now)
        rung = sum(self._offer(tx, consult_id, ranked, need, now) for _ in range(more))
        self._again(tx, consult, need, now)
        return rung

    def _offer(self, tx: Tx, consult_id: str, ranked: tuple[Ranked, ...], need: Need, now: int) -> int:
        offer_id = new_id(now)
        claim = presence.claim(tx, [each.doctor_id for each in ranked], offer_id, now + LEASE_MS, now, MIN_LEFT_MS)
        if claim is None:
            return 0
        best = next(each for each in ranked if each.doctor_id == claim.doctor_id)
        self.offers.ring(tx, hold(tx, consult_id), claim, offer_id, explain(best, need), now)
        return 1

    def _again(self, tx: Tx, consult: Row, need: Need, now: int) -> None:
        """When to look again if nothing else happens. The relay looks each second anyway: this one is in time."""
        ringing = _ringing(offer_store.of_consult(tx, consult.id))
        opens = opens_next(need)
        moments = [hedge_at(ringing, now), None if opens is None else now - need.waited_ms + opens]
        coming = [at for at in moments if at is not None and at > now]
        if coming and not outbox.stands(tx, CONSULT_SEARCH, consult.id):
            outbox.add(tx, CONSULT_SEARCH, consult.id, min(coming), now)


def _ringing(offers: list[Row]) -> Ringing:
    live = [each for each in offers if each.state in (OfferState.RINGING, OfferState.ANSWERED)]
    picked_up = [each.answered_at for each in live if each.answered_at is not None]
    since = min((each.created_at for each in offers), default=None)
    return Ringing(len(live), since, picked_up=max(picked_up, default=None))


def _need(consult: Row, before: list[Row], now: int) -> Need:
    lately = frozenset(each.doctor_id for each in before if each.ended_at is None or each.ended_at > now - _LATELY_MS)
    declined = frozenset(each.doctor_id for each in before if each.state in _PASSED)
    waited = max(0, now - (consult.seeks_since or now))
    return Need(consult.language, bool(consult.any_language), consult.prefers, waited, lately, declined)


def _candidate(each: candidates.Candidate) -> Candidate:
    return Candidate(each.doctor_id, each.tier, each.languages, each.idle_since, each.answer_rate, each.rated_at)
