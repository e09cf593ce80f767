"""What time does to a consult: its clock runs out, its news is told, nobody has served it."""

from dataclasses import dataclass

from ivr.consults.booking import Bookings
from ivr.consults.lifecycle import CLOCKS, ConsultEvent, ConsultState
from ivr.consults.moves import CONSULT_CLOCK
from ivr.consults.status import Status
from ivr.model.ids import first_id
from ivr.model.ports import Clock
from ivr.payments.lifecycle import PaymentState
from ivr.store import alarms, callers, outbox
from ivr.store import consults as store
from ivr.store import payments as payment_store
from ivr.store.database import Database
from ivr.store.tx import Row, Tx

_ON_THE_LINE_MS = 40_000  # a caller who holds takes a turn every fifteen seconds
_NEWS_AGAIN_MS = 20_000
_LONGEST_CALL_MS = 4 * 60 * 60_000
_NOT_UNDER_WAY = (PaymentState.REFUND_DUE, PaymentState.REQUESTED, PaymentState.MANUAL)
_REFUND_AGAIN_MS = 60 * 60_000


@dataclass(frozen=True, slots=True)
class Timers:
    database: Database
    bookings: Bookings
    status: Status
    clock: Clock

    def ring(self, outbox_id: str) -> None:
        """The clock of a state has run out."""
        now = self.clock.now()
        self.database.write(lambda tx: self._ring(tx, outbox_id, now))

    def news(self, outbox_id: str) -> None:
        """The payment came: who is on the line hears it there, everybody else is called."""
        now = self.clock.now()
        self.database.write(lambda tx: self._news(tx, outbox_id, now))

    def unserved(self, outbox_id: str) -> None:
        """Paid some while ago, and no doctor yet: somebody should know before the caller asks."""
        now = self.clock.now()
        self.database.write(lambda tx: self._unserved(tx, outbox_id, now))

    def _ring(self, tx: Tx, outbox_id: str, now: int) -> None:
        consult = self._of(tx, outbox_id)
        outbox.done(tx, outbox_id)
        if consult is None or consult.clock_id != outbox_id:
            return
        state = ConsultState(consult.state)
        match CLOCKS[state].event:
            case None:
                self._still_refunding(tx, consult, now)
            case ConsultEvent.SERVED:
                self.bookings.served(tx, consult.id, now)
            case ConsultEvent.LAPSED:
                self.bookings.ends(tx, consult.id, ConsultEvent.LAPSED, "not paid in time", now)
            case ConsultEvent.UNSERVED:
                self.bookings.ends(tx, consult.id, ConsultEvent.UNSERVED, "no doctor in time", now)
            case event:
                self.bookings.moves.move(tx, consult, event, now)

    def _still_refunding(self, tx: Tx, consult: Row, now: int) -> None:
        """The gateway may take days to pay out, but not to say that it will."""
        stuck = [each for each in payment_store.of_consult(tx, consult.id) if each.state in _NOT_UNDER_WAY]
        if stuck:
            advice = "a refund is not under way at the gateway, a quarter of an hour after it was due; see docs/runbook.md, Money"
            alarms.sound(tx, "refund_stuck", stuck[0].id, advice, now)
        clock = outbox.addition(CONSULT_CLOCK, consult.id, now + _REFUND_AGAIN_MS, now)
        tx.add([clock])
        store.change(tx, consult.id, clock_id=clock.values["id"])

    def _news(self, tx: Tx, outbox_id: str, now: int) -> None:
        consult = self._of(tx, outbox_id)
        if consult is None or consult.state != ConsultState.PAID or consult.told_paid_at is not None:
            outbox.done(tx, outbox_id)
            return
        since, first_call_id = now - _ON_THE_LINE_MS, first_id(now - _LONGEST_CALL_MS)
        if store.on_the_line(tx, consult.caller_id, since=since, first_call_id=first_call_id):
            outbox.put_back(tx, [outbox_id], now + _NEWS_AGAIN_MS)
            return
        outbox.done(tx, outbox_id)
        self.status.call(tx, consult, now)

    def _unserved(self, tx: Tx, outbox_id: str, now: int) -> None:
        consult = self._of(tx, outbox_id)
        outbox.done(tx, outbox_id)
        if consult is not None and consult.state == ConsultState.PAID:
            alarms.sound(tx, "unserved", consult.reference, "a paid consult has had no doctor for ten minutes; find one, or refund it", now)

    def _of(self, tx: Tx, outbox_id: str) -> Row | None:
        """The consult of a timer, locked after its caller."""
        consult_id = outbox.peek(tx, outbox_id)
        found = store.get(tx, consult_id) if consult_id else None
        if found is None:
            return None
        callers.lock(tx, found.caller_id)
        return store.get(tx, found.id, lock=True)
