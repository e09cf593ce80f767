"""Refunds at the gateway: asked for until they are accepted, followed until they are done. One for each payment, by one key.

The key and the body are committed with the decision, and each try sends them byte for byte: a worker that dies in mid-request, or an
answer that is lost, makes the next try harmless. What nobody knows is looked up before it is asked for again.
"""

from dataclasses import dataclass

from ivr.consults.booking import REFUND_ASK, Bookings
from ivr.model.gateway import Gateway, GatewayRefund, Ok, RefundState, RefundWish, Refusal, Rejected, RetryAfter
from ivr.model.outcomes import Unknown
from ivr.model.ports import Clock
from ivr.payments.lifecycle import PaymentEvent, PaymentState
from ivr.store import alarms, callers, outbox
from ivr.store import consults as consult_store
from ivr.store import payments as store
from ivr.store.database import Database
from ivr.store.tx import Row, Tx

REFUND_LOOK = "refund_look"

_BACK_OFF_S = (15, 60, 300, 900, 3600)
_BALANCE_S = 15 * 60
_LOOKS_S = (60, 600, 3600, 6 * 3600)
_DAILY_S = 24 * 3600
_LOOKS_BEFORE_ALARM = 12  # nine days: the gateway says five to seven working days
_MOST_TRIES = 2

Answer = Ok[GatewayRefund] | Rejected | RetryAfter | Unknown


@dataclass(frozen=True, slots=True)
class Refunding:
    database: Database
    gateway: Gateway
    bookings: Bookings
    clock: Clock

    def ask(self, outbox_id: str) -> None:
        """Ask the gateway for a refund that is due."""
        now = self.clock.now()
        claimed = self.database.write(lambda tx: self._claim(tx, outbox_id, now))
        if claimed is None:
            return
        payment, refund, asked_before = claimed
        answer = self._found(payment) if asked_before else None
        if answer is None:
            answer = self.gateway.refund(RefundWish(payment.gateway_payment_id, refund.key, refund.body))
        if isinstance(answer, Rejected) and answer.why is not Refusal.BALANCE:
            answer = self._found(payment) or answer  # somebody has done it already
        booked, at = answer, self.clock.now()
        self.database.write(lambda tx: self._asked(tx, outbox_id, refund, booked, at))

    def look(self, outbox_id: str) -> None:
        """See how a refund stands that the gateway is at."""
        with self.database.read() as tx:
            payment_id = outbox.peek(tx, outbox_id)
            payment = store.get(tx, payment_id) if payment_id else None
            refund = store.refund_of(tx, payment_id) if payment_id else None
        if payment is None or payment.state != PaymentState.PENDING:
            self.database.write(lambda tx: outbox.done(tx, outbox_id))
            return
        answer = self._found(payment, refund.gateway_refund_id if refund is not None else None)
        now = self.clock.now()
        self.database.write(lambda tx: self._looked(tx, outbox_id, payment.id, answer, now))

    def told(self, tx: Tx, payment_id: str, seen: GatewayRefund, at: int, *, ours: bool = False) -> str:
        """Book what the gateway says of a refund. What it came to, in a word or two. `ours`: it answers our latest try."""
        payment = self._locked(tx, payment_id)
        if payment.state == PaymentState.EARNED and seen.state is not RefundState.FAILED:
            advice = f"payment {payment.gateway_payment_id} is earned in our books, and refunded at the gateway; see docs/runbook.md, Money"
            alarms.sound(tx, "reconcile", payment.id, advice, at)
            return "earned, and refunded by hand"
        if seen.amount.amount != payment.paise:
            advice = f"the gateway has refunded another amount than was paid (payment {payment.gateway_payment_id}); see docs/runbook.md"
            alarms.sound(tx, "refund_stuck", payment.id, advice, at)
            return "another amount"
        match seen.state:
            case RefundState.DONE:
                if not self.bookings.refunded(tx, payment, at):
                    return "known"
                if store.refund_of(tx, payment.id) is not None:
                    store.change_refund(tx, payment.id, gateway_refund_id=seen.refund_id)
                return "refunded"
            case RefundState.PENDING:
                return self._pending(tx, payment, seen, at)
            case RefundState.FAILED:
                return self._failed(tx, payment, seen, at, ours)

    def ask_again(self, tx: Tx, payment_id: str, at: int) -> bool:
        """A person has mended what was wrong: a refund that waits for them is asked for again. False when it is under way by itself."""
        payment = self._locked(tx, payment_id)
        forgotten = payment.state in (PaymentState.REFUND_DUE, PaymentState.REQUESTED) and not outbox.stands(tx, REFUND_ASK, payment.id)
        if payment.state != PaymentState.MANUAL and not forgotten:
            return False
        self.bookings.move_payment(tx, payment, PaymentEvent.PUT_OFF, at)
        outbox.add(tx, REFUND_ASK, payment.id, at, at)
        return True

    def _claim(self, tx: Tx, outbox_id: str, now: int) -> tuple[Row, Row, bool] | None:
        payment_id = outbox.peek(tx, outbox_id)
        payment = self._locked(tx, payment_id) if payment_id else None
        refund = store.refund_of(tx, payment_id) if payment_id else None
        waits = outbox.take(tx, outbox_id) is not None  # after the payment, as whoever books an answer does
        if not waits or payment is None or refund is None or payment.state not in (PaymentState.REFUND_DUE, PaymentState.REQUESTED):
            outbox.done(tx, outbox_id)
            return None
        asked_before = refund.asks > 0
        self.bookings.move_payment(tx, payment, PaymentEvent.ASKED, now)
        store.change_refund(tx, payment.id, asks=refund.asks + 1)
        return payment, refund, asked_before

    def _asked(self, tx: Tx, outbox_id: str, asked: Row, answer: Answer, now: int) -> None:
        """`asked`: the refund as it was when it was claimed."""
        payment_id = asked.payment_id
        payment, refund = self._locked(tx, payment_id), store.refund_of(tx, payment_id)
        if refund is None or refund.key != asked.key:
            outbox.done(tx, outbox_id)  # this try is known to have failed, and there is a wish for the next
            return
        if payment.state == PaymentState.REFUND_DUE and not isinstance(answer, Ok):
            return  # the same job, run twice, was faster and has put it off
        if payment.state not in (PaymentState.REFUND_DUE, PaymentState.REQUESTED):
            outbox.done(tx, outbox_id)  # an event was faster
            return
        match answer:
            case Ok(seen):
                outbox.done(tx, outbox_id)
                if self.told(tx, payment_id, seen, now, ours=True) == "another amount":
                    self._in_a_persons_hands(tx, payment, "a part of it was refunded at the gateway", now)
            case Rejected(Refusal.BALANCE):
                self.bookings.move_payment(tx, payment, PaymentEvent.PUT_OFF, now)
                outbox.put_back(tx, [outbox_id], now + _BALANCE_S * 1000)
                alarms.sound(
                    tx, "gateway_balance", payment.gateway, "a refund waits: the gateway's balance is too low; add money to it", now
                )
            case Rejected(_, code, reason):
                outbox.done(tx, outbox_id)
                self._in_a_persons_hands(tx, payment, f"{code} {reason}", now)
            case RetryAfter() | Unknown():
                self._later(tx, outbox_id, payment, refund.asks, answer, now)

    def _later(self, tx: Tx, outbox_id: str, payment: Row, asks: int, answer: RetryAfter | Unknown, now: int) -> None:
        """It is asked for again after a pause. What nobody knows stays requested: it is looked up first."""
        pause_s: float = _BACK_OFF_S[min(asks, len(_BACK_OFF_S)) - 1]
        if asks >= len(_BACK_OFF_S):
            alarms.sound(tx, "refund_stuck", payment.id, "the gateway has not accepted a refund for twenty minutes; it is asked on", now)
        if isinstance(answer, RetryAfter):
            self.bookings.move_payment(tx, payment, PaymentEvent.PUT_OFF, now)
            pause_s = max(answer.after_s or 0, pause_s)
        outbox.put_back(tx, [outbox_id], now + int(pause_s * 1000))

    def _looked(self, tx: Tx, outbox_id: str, payment_id: str, answer: Answer | None, now: int) -> None:
        outbox.done(tx, outbox_id)
        if isinstance(answer, Ok):
            self.told(tx, payment_id, answer.value, now)
        payment, refund = self._locked(tx, payment_id), store.refund_of(tx, payment_id)
        if payment.state != PaymentState.PENDING or refund is None:
            return
        if refund.looks >= _LOOKS_BEFORE_ALARM:
            alarms.sound(tx, "refund_stuck", payment.id, "the gateway has been at a refund for nine days; ask its support", now)
        store.change_refund(tx, payment_id, looks=refund.looks + 1)
        self._follow(tx, payment_id, refund.looks + 1, now)

    def _pending(self, tx: Tx, payment: Row, seen: GatewayRefund, at: int) -> str:
        if payment.state == PaymentState.HELD:  # somebody is refunding it at the gateway, by hand: it will be done, or fail
            return "pending, by hand"
        if not self.bookings.move_payment(tx, payment, PaymentEvent.ACCEPTED, at):
            return "known"
        store.change_refund(tx, payment.id, gateway_refund_id=seen.refund_id)
        self._follow(tx, payment.id, 0, at)
        return "pending"

    def _failed(self, tx: Tx, payment: Row, seen: GatewayRefund, at: int, ours: bool) -> str:
        """A try that is known to have failed has used up its key. One more is made at once, with another; then a person says.

        `asks` is not nought for the new key: the gateway is looked at first, for somebody may be refunding by hand.
        """
        refund = store.refund_of(tx, payment.id)
        if refund is None or payment.state not in (PaymentState.REQUESTED, PaymentState.PENDING):
            return "known"
        tries = int(refund.key.removeprefix(f"rf-{payment.id}").removeprefix("-") or 1)
        if not ours and refund.gateway_refund_id != seen.refund_id and (refund.gateway_refund_id is not None or tries > 1):
            return "of an earlier try"  # or of one that nobody has heard of yet: whoever asks for it will hear
        store.change_refund(tx, payment.id, key=f"rf-{payment.id}-{tries + 1}", gateway_refund_id=None, asks=1)
        if tries < _MOST_TRIES:
            self.bookings.move_payment(tx, payment, PaymentEvent.PUT_OFF, at)
            outbox.add(tx, REFUND_ASK, payment.id, at, at)
            return "failed, asked for again"
        self._in_a_persons_hands(tx, payment, "the gateway failed twice", at)
        return "failed twice"

    def _in_a_persons_hands(self, tx: Tx, payment: Row, why: str, at: int) -> None:
        self.bookings.move_payment(tx, payment, PaymentEvent.FAILED, at)
        alarms.sound(
            tx, "refund_stuck", payment.id, f"a refund cannot be made: {why}; make it at the gateway, or `payments retry-refund`", at
        )

    def _follow(self, tx: Tx, payment_id: str, looks: int, now: int) -> None:
        seconds = _LOOKS_S[looks] if looks < len(_LOOKS_S) else _DAILY_S
        outbox.add(tx, REFUND_LOOK, payment_id, now + seconds * 1000, now)

    def _found(self, payment: Row, refund_id: str | None = None) -> Answer | None:
        """What the gateway knows of this payment's refund: one that did not fail, or else the one called `refund_id`. None: of none."""
        found = self.gateway.refunds_of(payment.gateway_payment_id)
        if not isinstance(found, Ok):
            return found if isinstance(found, RetryAfter | Unknown) else Unknown("refunds cannot be listed")
        known = sorted(found.value, key=lambda each: each.state is RefundState.FAILED)
        return next((Ok(each) for each in known if each.state is not RefundState.FAILED or each.refund_id == refund_id), None)

    def _locked(self, tx: Tx, payment_id: str) -> Row:
        """The payment, after its caller and its consult: the order that everybody keeps."""
        payment = store.get(tx, payment_id)
        if payment is None:
            raise LookupError(f"no payment {payment_id}")
        consult = consult_store.get(tx, payment.consult_id)
        if consult is not None:
            callers.lock(tx, consult.caller_id)
            consult_store.get(tx, consult.id, lock=True)
        return store.get(tx, payment_id, lock=True)
