"""A consult: its money given back, or another doctor looked for. What is possible is what its life-cycle table allows."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.connecting.ground import hold
from ivr.connecting.ground import note as log_note
from ivr.connecting.legs import Legs
from ivr.consults.booking import CONSULT_SEARCH, Bookings
from ivr.consults.lifecycle import ConsultEvent, ConsultState, after
from ivr.operating.deed import CannotBeDone, Deed
from ivr.oversight import Action
from ivr.payments.lifecycle import PaymentState
from ivr.store import consults as store
from ivr.store import outbox
from ivr.store import payments as payment_store
from ivr.store.database import Database
from ivr.store.tx import Row, Tx

S = ConsultState
CONSULT = "consult"
BY_OPERATOR = "by an operator"
_SOUGHT = (S.PAID, S.OFFERING, S.CALLBACK_BOOKED)
_PAIRED = (S.CONNECTING, S.RECOVERING)

SAID: Mapping[ConsultState, str] = {
    S.TRIAGED: "screened",
    S.QUOTED: "quoted",
    S.AWAITING_PAYMENT: "waiting for its payment",
    S.PAID: "paid, and a doctor is looked for",
    S.OFFERING: "paid, and a doctor is being rung",
    S.CONNECTING: "being connected with its doctor",
    S.TALKING: "in its talk",
    S.RECOVERING: "broken off, and being connected again",
    S.CALLBACK_BOOKED: "paid, with a call booked",
    S.WRAP_UP: "talked, and its doctor wraps up",
    S.REFUNDING: "being refunded",
    S.COMPLETED: "completed",
    S.REFUNDED: "refunded",
    S.LAPSED: "lapsed, never paid",
    S.CANCELLED: "cancelled",
    S.EMERGENCY: "ended as an emergency",
}


@dataclass(frozen=True, slots=True)
class Giving:
    database: Database
    bookings: Bookings
    legs: Legs

    def refund(self, deed: Deed, consult_id: str) -> None:
        """All that is held goes back to who paid it; who talks is called out of the room. CannotBeDone when nothing is held for it."""

        def work(tx: Tx) -> None:
            consult = _held(tx, consult_id)
            payment = refundable(tx, consult)
            if not self.bookings.ends(tx, consult_id, ConsultEvent.GIVEN_BACK, BY_OPERATOR, deed.at):
                raise CannotBeDone(f"this consult is {SAID[ConsultState(consult.state)]}: nothing can be given back")
            self.legs.call_out(tx, consult, deed.at)
            deed.note(tx, Action.REFUND_CONSULT, CONSULT, consult_id, consult.caller_id, paise=payment.paise, was=consult.state)

        self.database.write(work)

    def requeue(self, deed: Deed, consult_id: str) -> None:
        """A doctor is looked for now: also for who booked a call for later, and for who waits for a doctor that does not come.

        CannotBeDone where the life-cycle has no way back to the search, and twice.
        """

        def work(tx: Tx) -> None:
            consult = _held(tx, consult_id)
            deed.not_twice(tx, Action.REQUEUE_CONSULT, consult_id)
            searchable(consult)
            if consult.state in _PAIRED:
                self.legs.lose_doctor(tx, consult, deed.at)
                self.legs.call_out(tx, consult, deed.at)
            elif consult.state == S.CALLBACK_BOOKED:
                store.change(tx, consult_id, slot_at=deed.at)
            log_note(tx, consult_id, "requeued", deed.at)
            outbox.add(tx, CONSULT_SEARCH, consult_id, deed.at, deed.at)
            deed.note(tx, Action.REQUEUE_CONSULT, CONSULT, consult_id, consult.caller_id, was=consult.state)

        self.database.write(work)


def refundable(tx: Tx, consult: Row) -> Row:
    """The payment that is held for it. CannotBeDone when there is none, or when it cannot be given back."""
    if consult.follow_up_of is not None:
        raise CannotBeDone("this is a follow-up that cost nothing: there is nothing to give back")
    held = next((each for each in payment_store.of_consult(tx, consult.id) if each.state == PaymentState.HELD), None)
    if held is None or after(ConsultState(consult.state), ConsultEvent.GIVEN_BACK) is None:
        raise CannotBeDone(f"this consult is {SAID[ConsultState(consult.state)]}: no money is held for it")
    return held


def searchable(consult: Row) -> None:
    """CannotBeDone for a consult for which no doctor can be looked for."""
    if consult.state in _SOUGHT and consult.follow_up_of is not None and consult.state == S.CALLBACK_BOOKED and not consult.slots:
        raise CannotBeDone("this follow-up is booked for its time, and its patient is screened again first")
    if consult.state not in (*_SOUGHT, *_PAIRED):
        raise CannotBeDone(f"this consult is {SAID[ConsultState(consult.state)]}: no doctor is to be looked for")


def find_consult(tx: Tx, consult_id: str) -> Row:
    """CannotBeDone without one."""
    found = store.get(tx, consult_id)
    if found is None:
        raise CannotBeDone("there is no such consult")
    return found


def _held(tx: Tx, consult_id: str) -> Row:
    find_consult(tx, consult_id)
    return hold(tx, consult_id)
