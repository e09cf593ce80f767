"""The sweep: the only recovery path, so it is always exercised. Claims that ran out, offers nobody wants, legs nobody took note of.

Each thing in a transaction of its own, asked again under its locks: another relay, or the word that was missing, may be faster.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from ivr.connecting.ground import hold
from ivr.connecting.legs import CALL_OUT, CONSULT_LOOK, Legs, call_out
from ivr.connecting.lifecycle import OfferEvent, OfferState
from ivr.connecting.searching import Search
from ivr.consults.lifecycle import OVER, ConsultEvent, ConsultState
from ivr.model.errors import DatabaseAway
from ivr.model.ports import Clock
from ivr.store import alarms, dials, outbox, presence
from ivr.store import connecting as store
from ivr.store import legs as leg_store
from ivr.store import offers as offer_store
from ivr.store.database import Database
from ivr.store.tx import Row, Tx

log = logging.getLogger(__name__)

_UNMOVED_MS = 10_000
_SKEW_MS = 5_000  # between the clocks of two machines
_FAILED_CALLS = ("dropped", "cancelled")
_BRIDGED = (ConsultState.CONNECTING, ConsultState.TALKING, ConsultState.RECOVERING, ConsultState.WRAP_UP)
_TALKED = (ConsultState.COMPLETED, ConsultState.WRAP_UP)


@dataclass(frozen=True, slots=True)
class Sweeping:
    database: Database
    legs: Legs
    search: Search
    clock: Clock

    def sweep(self) -> int:
        """How many doctors were rung besides. Raises DatabaseAway."""
        now = self.clock.now()
        with self.database.read() as tx:
            expired = presence.expired(tx, now - _SKEW_MS)
            stray, alone = store.stray_offers(tx), store.offering_nobody(tx)
            over, stranded = store.left_over_legs(tx), store.stranded_legs(tx)
            bridged, unmoved = store.being_connected(tx), store.unmoved_legs(tx, now - _UNMOVED_MS)
        for row in expired:
            self._each(lambda tx, row=row: self._expire(tx, row.offer_id, now))  # type: ignore[misc]
        for row in stray:
            self._each(lambda tx, row=row: self._stray(tx, row, now))  # type: ignore[misc]
        for consult_id in alone:
            self._each(lambda tx, consult_id=consult_id: self._nobody(tx, consult_id, now))  # type: ignore[misc]
        for row in over:
            self._each(lambda tx, row=row: self.legs.ended(tx, hold(tx, row.consult_id), row.call_id, now))  # type: ignore[misc]
        for consult_id in bridged:
            self._each(lambda tx, consult_id=consult_id: self._want_patient(tx, consult_id, now))  # type: ignore[misc]
        for row in unmoved:
            self._each(lambda tx, row=row: self._ask_out_again(tx, row.call_id, now))  # type: ignore[misc]
        for row in stranded:
            self._each(lambda tx, row=row: self._bring_out(tx, row, now))  # type: ignore[misc]
        return self.search.run()

    def _each(self, do: Callable[[Tx], object]) -> None:
        """What cannot be done as things are holds up nothing else, nor the relay; somebody hears of it."""
        try:
            self.database.write(do)
        except DatabaseAway:
            raise
        except Exception as error:
            log.exception("the sweep of consults fell over something")
            advice = f"a consult cannot be brought further as things are: {type(error).__name__}: {error}; it is tried each second"
            self.database.write(lambda tx: alarms.sound(tx, "connecting", "sweep", advice, self.clock.now()))

    def _expire(self, tx: Tx, offer_id: str, now: int) -> None:
        """Nobody has said for too long what became of a doctor who was claimed."""
        offer, consult = self._held(tx, offer_id)
        if offer is None or consult is None or offer.lease_until > now:
            return
        here = presence.get(tx, offer.doctor_id, lock=True)
        if here is None or here.offer_id != offer.id or here.lease_until > now - _SKEW_MS:
            return
        if self._goes_on(tx, consult, offer):
            self.legs.keep_doctor(tx, consult, now)
            if not outbox.stands(tx, CONSULT_LOOK, consult.id):
                outbox.add(tx, CONSULT_LOOK, consult.id, now, now)
            return
        log.warning("a claim ran out", extra={"offer": offer.id, "state": offer.state})
        if offer.state == OfferState.ACCEPTED:
            self._lost(tx, consult, offer, now)
        else:
            self.legs.offers.end(tx, offer, OfferEvent.EXPIRED if _rang(tx, offer) else OfferEvent.FAILED, now)
        if presence.get(tx, offer.doctor_id).offer_id == offer.id:  # type: ignore[union-attr]
            presence.release(tx, offer.doctor_id, offer.fence, now)  # its offer was over already

    def _goes_on(self, tx: Tx, consult: Row, offer: Row) -> bool:
        """They talk, for all we were told, and nobody has looked: workers or Redis are away. A talk has its own clocks."""
        talks = consult.offer_id == offer.id and consult.state in (ConsultState.TALKING, ConsultState.RECOVERING)
        return talks and all(leg_store.live(tx, consult.id, role) for role in (leg_store.DOCTOR, leg_store.PATIENT))

    def _lost(self, tx: Tx, consult: Row, offer: Row, now: int) -> None:
        if consult.offer_id == offer.id and consult.state == ConsultState.TALKING:
            self.legs.part(tx, consult, leg_store.DOCTOR, now)
            consult = hold(tx, consult.id)
        talked = consult.together_ms >= self.legs.settings.delivered_seconds * 1000 or consult.state in _TALKED
        self.legs.offers.end(tx, offer, OfferEvent.COMPLETED if talked else OfferEvent.LOST, now)
        if consult.offer_id != offer.id:
            return
        if consult.state in (ConsultState.CONNECTING, ConsultState.RECOVERING):
            self.legs.moves.move(tx, consult, ConsultEvent.DOCTOR_LOST, now, doctor_id=None, offer_id=None, lost=None)

    def _stray(self, tx: Tx, row: Row, now: int) -> None:
        offer, consult = self._held(tx, row.id)
        if offer is None or consult is None or offer.state != row.state:
            return
        if offer.state == OfferState.ACCEPTED:
            if consult.offer_id == offer.id and consult.state in _BRIDGED:
                return
            if not any(each.offer_id == offer.id for each in leg_store.live(tx, consult.id, leg_store.DOCTOR)):
                event = OfferEvent.COMPLETED if consult.together_ms > 0 else OfferEvent.LOST
                self.legs.offers.end(tx, offer, event, now)
        elif consult.state != ConsultState.OFFERING:
            self.legs.offers.end(tx, offer, OfferEvent.RESCINDED, now)
        else:
            self.legs.offers.end(
                tx, offer, OfferEvent.MISSED if _rang(tx, offer) and row.call_state not in _FAILED_CALLS else OfferEvent.FAILED, now
            )

    def _want_patient(self, tx: Tx, consult_id: str, now: int) -> None:
        """A doctor is there, and their patient is nowhere on the line any more."""
        consult = hold(tx, consult_id)
        apart = consult.state in (ConsultState.CONNECTING, ConsultState.RECOVERING)
        doctor, patient = (leg_store.live(tx, consult_id, role) for role in (leg_store.DOCTOR, leg_store.PATIENT))
        if apart and doctor and not patient:
            self.legs.want_patient(tx, consult, now)

    def _ask_out_again(self, tx: Tx, call_id: str, now: int) -> None:
        """Called out of a room, and not heard of since."""
        if not outbox.stands(tx, CALL_OUT, call_id):
            outbox.add(tx, CALL_OUT, call_id, now, now)

    def _nobody(self, tx: Tx, consult_id: str, now: int) -> None:
        consult = hold(tx, consult_id)
        if consult.state == ConsultState.OFFERING and not offer_store.live_of(tx, consult_id):
            self.legs.moves.move(tx, consult, ConsultEvent.NOBODY, now)

    def _bring_out(self, tx: Tx, row: Row, now: int) -> None:
        """The consult is over: who still holds the line, or sits in the room, hears so."""
        consult, leg = hold(tx, row.consult_id), leg_store.get(tx, row.call_id)
        if leg is not None and leg.ended_at is None and consult.state in (*OVER, ConsultState.REFUNDING):
            call_out(tx, row.call_id, now)

    def _held(self, tx: Tx, offer_id: str) -> tuple[Row | None, Row | None]:
        found = offer_store.get(tx, offer_id)
        if found is None:
            return None, None
        consult = hold(tx, found.consult_id)
        return offer_store.get(tx, offer_id), consult


def _rang(tx: Tx, offer: Row) -> bool:
    """Whether the provider ever took a call for it: who was never rung has missed nothing."""
    return any(each.provider_call_id is not None for each in dials.of(tx, offer.call_back_id))
