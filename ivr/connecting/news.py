"""Told by text beside the calls: to a doctor, of a patient to read about, a pause, the end of duty; to a patient, where to send films."""

from collections.abc import Callable
from dataclasses import dataclass

from ivr.connecting.ground import hold
from ivr.connecting.lifecycle import OfferState
from ivr.doctors.duty import Duty
from ivr.model.ports import Clock
from ivr.store import consults, offers, outbox
from ivr.store.database import Database
from ivr.store.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class News:
    """In a transaction of its own: a text locks its reader, and whoever holds a consult locks no caller any more.

    `open_card`: of a consult (id), for its doctor (id).
    """

    database: Database
    duty: Duty
    open_card: Callable[[Tx, str, str, int], None]
    ask_for_films: Callable[[Tx, Row, int], None]
    clock: Clock

    def doctor(self, outbox_id: str) -> None:
        now = self.clock.now()
        self.database.write(lambda tx: self._tell(tx, outbox_id, now))

    def patient(self, outbox_id: str) -> None:
        now = self.clock.now()
        self.database.write(lambda tx: self._ask(tx, outbox_id, now))

    def _ask(self, tx: Tx, outbox_id: str, now: int) -> None:
        consult_id = outbox.peek(tx, outbox_id)
        outbox.done(tx, outbox_id)
        if consult_id is not None:
            self.ask_for_films(tx, hold(tx, consult_id), now)

    def _tell(self, tx: Tx, outbox_id: str, now: int) -> None:
        offer_id = outbox.peek(tx, outbox_id)
        outbox.done(tx, outbox_id)
        offer = offers.get(tx, offer_id) if offer_id else None
        consult = consults.get(tx, offer.consult_id) if offer is not None else None
        if offer is None or consult is None:
            return
        if offer.accepted_at is not None and consult.doctor_id == offer.doctor_id:
            self.open_card(tx, consult.id, offer.doctor_id, now)
        if offer.state != OfferState.ACCEPTED:
            self.duty.paused_by_system(tx, offer.doctor_id, consult.call_id, now)
            self.duty.went_off(tx, offer.doctor_id, consult.call_id, now)
