"""What time does to a consult: its clock runs out, its news is told, nobody has served it, its talk is nearly over."""

from dataclasses import dataclass

from ivr.connecting.ending import Ending
from ivr.connecting.ground import hold
from ivr.connecting.legs import CONSULT_WARN, TRY_AGAIN_MS, Legs
from ivr.connecting.rooms import LONGEST_S, WARNED_BEFORE_S
from ivr.connecting.whereabouts import both_sent, on_the_line
from ivr.consults.booking import Bookings
from ivr.consults.lifecycle import CLOCKS, ConsultEvent, ConsultState
from ivr.consults.moves import CONSULT_CLOCK
from ivr.consults.status import Status
from ivr.model.ids import first_id
from ivr.model.ports import Clock
from ivr.payments.lifecycle import PaymentState
from ivr.store import alarms, legs, offers, outbox
from ivr.store import consults as store
from ivr.store import payments as payment_store
from ivr.store.database import Database
from ivr.store.tx import Row, Tx

_LAST_WORDS_MS = (WARNED_BEFORE_S + 10) * 1000  # the warning itself takes a while
_SEEKING = (ConsultState.PAID, ConsultState.OFFERING)
_ON_THE_LINE_MS = 40_000  # a caller who holds takes a turn every fifteen seconds
_NEWS_AGAIN_MS = 20_000
_COMING_MS = 20_000
_LONGEST_COMING_MS = 170_000  # the doctor holds the line no longer
_LONGEST_CALL_MS = 4 * 60 * 60_000
_NOT_UNDER_WAY = (PaymentState.REFUND_DUE, PaymentState.REQUESTED, PaymentState.MANUAL)
_REFUND_AGAIN_MS = 60 * 60_000


@dataclass(frozen=True, slots=True)
class Timers:
    database: Database
    bookings: Bookings
    status: Status
    legs: Legs
    ending: Ending
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

    def warn(self, outbox_id: str) -> None:
        """The talk is nearly over: both hear so, and go on in another room."""
        now = self.clock.now()
        self.database.write(lambda tx: self._warn(tx, outbox_id, now))

    def _warn(self, tx: Tx, outbox_id: str, now: int) -> None:
        consult = self._of(tx, outbox_id)
        outbox.done(tx, outbox_id)
        if consult is None or consult.state != ConsultState.TALKING or consult.warned_at is not None:
            return
        total = consult.together_ms + (now - consult.together_since if consult.together_since is not None else 0)
        left = (LONGEST_S - WARNED_BEFORE_S) * 1000 - total
        if left > _COMING_MS:  # they were apart for a while
            outbox.add(tx, CONSULT_WARN, consult.id, now + left, now)
            return
        if consult.clock_id is not None:
            outbox.put_back(tx, [consult.clock_id], now + _LAST_WORDS_MS)
        store.change(tx, consult.id, warned_at=now, room=consult.room + 1, together_ms=total, together_since=None)
        self.legs.call_out(tx, store.get(tx, consult.id), now)

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
                self.ending.served(tx, consult.id, now)
            case ConsultEvent.ENDED:
                self._time_is_up(tx, consult, now)
            case ConsultEvent.PATIENT_LOST:
                self._connects_no_longer(tx, consult, now)
            case ConsultEvent.LAPSED:
                self.bookings.ends(tx, consult.id, ConsultEvent.LAPSED, "not paid in time", now)
            case ConsultEvent.UNSERVED if state is ConsultState.RECOVERING and (since := both_sent(tx, consult)) is not None:
                self.legs.together(tx, consult, since)  # again, and word of it was lost
            case ConsultEvent.UNSERVED:
                self.bookings.ends(tx, consult.id, ConsultEvent.UNSERVED, "no doctor in time", now)
            case event:
                self.bookings.moves.move(tx, consult, event, now)

    def _time_is_up(self, tx: Tx, consult: Row, now: int) -> None:
        """Of the talk; of somebody in a room of whom nobody has told us anything, too."""
        if consult.together_since is not None:
            total = consult.together_ms + now - consult.together_since
            store.change(tx, consult.id, together_ms=total)
            consult = consult._replace(together_ms=total)
        self.legs.end_talk(tx, consult, now)

    def _connects_no_longer(self, tx: Tx, consult: Row, now: int) -> None:
        """Both were sent into the room, and word of it was lost; or one of the two did not come."""
        if (since := both_sent(tx, consult)) is not None:
            self.legs.together(tx, consult, since)
        elif not legs.live(tx, consult.id, legs.DOCTOR):
            self.legs.lose_doctor(tx, consult, now)
            self.legs.call_out(tx, consult, now)
        elif self._is_coming(tx, consult, now):
            self._ring_again(tx, consult, now + _COMING_MS, now)
        else:
            again = TRY_AGAIN_MS[min(consult.slots, len(TRY_AGAIN_MS) - 1)]
            self.legs.lose_patient(tx, consult, now + again, now)

    def _is_coming(self, tx: Tx, consult: Row, now: int) -> bool:
        """The patient has picked up our call, or is on hold, and hears the last words or questions before the room. For so long, once."""
        offer = offers.get(tx, consult.offer_id) if consult.offer_id else None
        if offer is None or now - (offer.accepted_at or 0) > _LONGEST_COMING_MS:
            return False
        return on_the_line(tx, consult, now) or bool(legs.live(tx, consult.id, legs.PATIENT))

    def _ring_again(self, tx: Tx, consult: Row, at: int, now: int) -> None:
        clock = outbox.addition(CONSULT_CLOCK, consult.id, at, now)
        tx.add([clock])
        store.change(tx, consult.id, clock_id=clock.values["id"])

    def _still_refunding(self, tx: Tx, consult: Row, now: int) -> None:
        """The gateway may take days to pay out, but not to say that it will."""
        stuck = [each for each in payment_store.of_consult(tx, consult.id) if each.state in _NOT_UNDER_WAY]
        if stuck:
            advice = "a refund is not under way at the gateway, a quarter of an hour after it was due; see docs/runbook.md, Money"
            alarms.sound(tx, "refund_stuck", stuck[0].id, advice, now)
        self._ring_again(tx, consult, now + _REFUND_AGAIN_MS, now)

    def _news(self, tx: Tx, outbox_id: str, now: int) -> None:
        consult = self._of(tx, outbox_id)
        due = consult is not None and _is_due(consult, now)
        if consult is None or (not due and (consult.state not in _SEEKING or consult.told_paid_at is not None)):
            outbox.done(tx, outbox_id)
            return
        if (
            not due and (first := (consult.paid_at or now) + self.legs.settings.line_wait_seconds * 1000) > now
        ):  # a doctor may call them before
            outbox.put_back(tx, [outbox_id], first)
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
        if consult is not None and consult.state in _SEEKING:
            alarms.sound(tx, "unserved", consult.reference, "a paid consult has had no doctor for ten minutes; find one, or refund it", now)

    def _of(self, tx: Tx, outbox_id: str) -> Row | None:
        """The consult of a timer, locked after its caller."""
        consult_id = outbox.peek(tx, outbox_id)
        return hold(tx, consult_id) if consult_id else None


def _is_due(consult: Row, now: int) -> bool:
    """Whether this is a follow-up booked for now: its patient is called, and screened again before a doctor is rung."""
    booked = consult.follow_up_of is not None and consult.state == ConsultState.CALLBACK_BOOKED and not consult.slots
    return booked and (consult.slot_at or 0) <= now
