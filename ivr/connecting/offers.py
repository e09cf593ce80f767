"""Offers: a doctor is claimed and rung, presses a key or not, and is free again. What each end means to the doctor's next ring."""

from collections.abc import Mapping
from dataclasses import dataclass
from json import dumps

from ivr.callbacks.dials import stop
from ivr.callbacks.limits import Stop
from ivr.callbacks.wishes import offer_call
from ivr.connecting.ground import note
from ivr.connecting.lifecycle import LIVE, OfferEvent, OfferState, after
from ivr.consults.lifecycle import ConsultEvent, ConsultState
from ivr.consults.moves import Moves
from ivr.model.values import Phone
from ivr.routing.rating import RESTS, Rest, rated
from ivr.settings import Settings
from ivr.store import callbacks, connecting, dials, doctors, outbox, presence
from ivr.store import offers as store
from ivr.store.tx import Row, Tx

FLOW = "offer"
DOCTOR_NEWS = "doctor_news"
"""Something that a doctor is to be told by text: a card to open, a pause. Of its own transaction: it locks the doctor as a caller."""

LEASE_MS = 45_000
"""Twenty seconds of ringing, sixteen for the whisper and its key, and slack."""
TALK_LEASE_MS = 4 * 60_000
"""Renewed each minute while both calls are seen to be live."""
MISSES_BEFORE_PAUSE = 3

_RESTS: Mapping[OfferEvent, Rest | None] = {
    OfferEvent.PASSED: Rest.PASSED,
    OfferEvent.BUSY: Rest.BUSY,
    OfferEvent.FAILED: Rest.BUSY,
    OfferEvent.MISSED: Rest.MISSED,
    OfferEvent.EXPIRED: Rest.MISSED,
    OfferEvent.COMPLETED: Rest.WRAP_UP,
    OfferEvent.RESCINDED: None,
    OfferEvent.WENT_OFF: None,
    OfferEvent.LOST: None,
}
_ANSWERED = (OfferEvent.PASSED, OfferEvent.WENT_OFF, OfferEvent.COMPLETED, OfferEvent.LOST)
_MISSED = (OfferEvent.MISSED, OfferEvent.EXPIRED)


@dataclass(frozen=True, slots=True)
class Offers:
    """Whoever calls holds the consult."""

    moves: Moves
    settings: Settings

    def ring(self, tx: Tx, consult: Row, claim: presence.Claim, offer_id: str, why: Mapping[str, object], now: int) -> None:
        """Write the offer of a doctor who is claimed, with the call that rings them."""
        found = doctors.get(tx, claim.doctor_id)
        line, caller_id = Phone(consult.line), str(found.caller_id if found is not None else "")
        call_back_id, rows = offer_call(offer_id=offer_id, call_id=consult.call_id, caller_id=caller_id, line=line, flow=FLOW, at=now)
        given = {"id": offer_id, "consult_id": consult.id, "doctor_id": claim.doctor_id, "fence": claim.fence}
        state = {"state": OfferState.RINGING.value, "why": dumps(why, sort_keys=True), "call_back_id": call_back_id}
        tx.add([*rows, store.addition(**given, **state, created_at=now, lease_until=now + LEASE_MS)])
        note(tx, consult.id, "offered", now, offer=offer_id, doctor=claim.doctor_id, **why)
        if consult.state != ConsultState.OFFERING:
            self.moves.move(tx, consult, ConsultEvent.OFFERED, now)

    def answered(self, tx: Tx, offer: Row, at: int) -> None:
        """Picked up, by a person or a machine: no second doctor is rung meanwhile."""
        if after(OfferState(offer.state), OfferEvent.ANSWERED) is not None:
            store.change(tx, offer.id, state=OfferState.ANSWERED.value, answered_at=at)

    def accept(self, tx: Tx, consult: Row, offer_id: str, at: int) -> Row | None:
        """Key 1: the consult is this doctor's, if nobody was faster and the offer stands. The offer as it is then."""
        offer = store.get(tx, offer_id)
        if consult.state != ConsultState.OFFERING or offer is None:
            return None
        lease_until = at + TALK_LEASE_MS
        if not presence.take(tx, offer.doctor_id, offer.fence, lease_until) or not store.accept(tx, offer_id, lease_until, at):
            self._give_up_claim(tx, offer, at)
            return None
        for other in store.live_of(tx, consult.id):
            if other.id != offer_id:
                self.end(tx, other, OfferEvent.RESCINDED, at)
        columns = {
            "doctor_id": offer.doctor_id,
            "offer_id": offer_id,
            "room": consult.room + 1,
            "redials": 0,
            "doctor_redials": 0,
            "lost": None,
            "together_ms": 0,  # with this doctor: what was had with another one, who was lost, is no part of this talk
        }
        self.moves.move(tx, consult, ConsultEvent.ACCEPTED, at, **columns)
        note(tx, consult.id, "accepted", at, offer=offer_id, doctor=offer.doctor_id)
        outbox.add(tx, DOCTOR_NEWS, offer_id, at, at)
        return store.get(tx, offer_id)

    def end(self, tx: Tx, offer: Row, event: OfferEvent, now: int, *, keep_call: bool = False) -> bool:
        """The offer is over: its doctor rests as long as its end asks for, and a phone that still rings is put to rest.

        False when it was over already. `keep_call`: the doctor's call goes on (what came of the consult is being asked), so it is not
        hung up.
        """
        following = after(OfferState(offer.state), event)
        if following is None:
            return False
        store.change(tx, offer.id, state=following.value, ended_at=now, cancelled_at=offer.cancelled_at or now)
        call = callbacks.get(tx, offer.call_back_id)
        if call is not None:
            kind_words = keep_call or event in (OfferEvent.RESCINDED, OfferEvent.COMPLETED)
            stop(tx, call.id, Stop.NOT_WANTED, now, hang_up=not kind_words)
        self._release(tx, offer, event, now)
        note(tx, offer.consult_id, following.value, now, offer=offer.id, doctor=offer.doctor_id)
        return True

    def ring_again(self, tx: Tx, consult: Row, offer: Row, now: int) -> None:
        """A doctor who was cut off is rung once more, by another call for the same offer."""
        found = doctors.get(tx, offer.doctor_id)
        caller_id, line = str(found.caller_id if found is not None else ""), Phone(consult.line)
        given = {"offer_id": offer.id, "call_id": consult.call_id, "caller_id": caller_id, "line": line}
        call_back_id, rows = offer_call(**given, flow=FLOW, at=now)
        tx.add(rows)
        store.change(tx, offer.id, call_back_id=call_back_id, lease_until=now + TALK_LEASE_MS)  # wanted for so long again
        presence.renew(tx, offer.doctor_id, offer.fence, now + TALK_LEASE_MS)
        note(tx, consult.id, "doctor_rung_again", now, offer=offer.id)

    def _release(self, tx: Tx, offer: Row, event: OfferEvent, now: int) -> None:
        here = presence.get(tx, offer.doctor_id, lock=True)
        if here is None or here.fence != offer.fence:
            return
        rest = _RESTS[event]
        misses = here.misses + 1 if event in _MISSED else 0 if event in _ANSWERED else None
        if misses is not None and misses >= MISSES_BEFORE_PAUSE:
            rest, misses = Rest.PAUSED, 0
            outbox.add(tx, DOCTOR_NEWS, offer.id, now, now)
        counts = event in _MISSED or event in _ANSWERED or event is OfferEvent.BUSY
        released = presence.release(
            tx,
            offer.doctor_id,
            offer.fence,
            now,
            free_at=now + RESTS[rest] if rest is not None else None,
            rest=rest.value if rest is not None else None,
            idle_since=now if event is OfferEvent.COMPLETED else None,
            rate=rated(here.answer_rate, here.rated_at, now, event in _ANSWERED) if counts else None,
            misses=misses,
            seen=event in _ANSWERED,
            accepted=event in (OfferEvent.COMPLETED, OfferEvent.LOST),
        )
        if released is not None and released.went_off:
            outbox.add(tx, DOCTOR_NEWS, offer.id, now, now)

    def _give_up_claim(self, tx: Tx, offer: Row, at: int) -> None:
        """Too late: the lease has run out, or the doctor went off meanwhile."""
        if offer.state in LIVE and offer.state != OfferState.ACCEPTED:
            self.end(tx, offer, OfferEvent.EXPIRED, at, keep_call=True)

    def credit(self, tx: Tx, offer: Row, at: int) -> None:
        """A doctor who accepted, and whose patient was not to be had, is owed a stand-by fee, once."""
        row = {"offer_id": offer.id, "doctor_id": offer.doctor_id, "consult_id": offer.consult_id}
        connecting.credit(tx, **row, paise=self.settings.standby_paise, at=at)


def talks(tx: Tx, offer: Row) -> bool:
    """Whether somebody has picked up this offer's call, and has it still."""
    return any(each.state in ("talking", "machine") for each in dials.of(tx, offer.call_back_id))
