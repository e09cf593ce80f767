"""Books what the gateway tells, whoever brings it: an event, a look, a refund's answer. Late, doubled or out of order, it counts once.

Lock order: caller, consult, payment link, payment, refund, outbox.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from json import dumps, loads

from ivr.consults import short_talks
from ivr.consults.capacity import Capacity
from ivr.consults.lifecycle import OPEN, WITHOUT_MONEY, ConsultEvent, ConsultState, after
from ivr.consults.moves import Moves
from ivr.consults.telling import FOLLOW_UP_MISSED, RECEIPT, REFUND, Telling, rupees
from ivr.model.gateway import Captured
from ivr.model.ids import new_id
from ivr.model.tokens import new_token
from ivr.model.values import Paise
from ivr.payments.ledger import Account, Cause, earn, post
from ivr.payments.lifecycle import PaymentEvent, PaymentState
from ivr.payments.lifecycle import after as payment_after
from ivr.payments.receipts import financial_year
from ivr.store import alarms, callers, outbox
from ivr.store import consults as consult_store
from ivr.store import payments as store
from ivr.store.tx import Row, Tx
from ivr.texts.asking import LinkTo

LINK_CLOSE = "link_close"
log = logging.getLogger(__name__)

REFUND_ASK = "refund_ask"
CONSULT_NEWS = "consult_news"
CONSULT_PAID = "consult_paid"
CONSULT_SEARCH = "consult_search"
"""A doctor is looked for: for this consult, and for all that wait. See `ivr.connecting`."""
CONSULT_UNSERVED = "consult_unserved"

GRACE_MS = 15 * 60_000
"""Money that comes so long after the link lapsed still buys the consult, if a place is free. Later it goes back."""
_UNSERVED_MS = 10 * 60_000


@dataclass(frozen=True, slots=True)
class Bookings:
    moves: Moves
    capacity: Capacity
    telling: Telling

    def captured(self, tx: Tx, fact: Captured, at: int, *, fetched: bool) -> str:
        """Money came by one of our links. What it came to, in a word or two.

        An event (`fetched` False) that names another amount than the link's books nothing: the gateway itself is asked first.
        """
        link = store.link_by_reference(tx, fact.reference)
        if link is None:
            return "no link of ours"
        if store.at_gateway(tx, link.gateway, fact.payment_id) is not None:
            return "known"
        if fact.amount.amount != link.paise and not fetched:
            alarms.sound(tx, "amount", fact.reference, "an event names another amount than its link; the gateway is asked", at)
            return "another amount"
        consult = self._locked(tx, link.consult_id)
        if store.at_gateway(tx, link.gateway, fact.payment_id) is not None:
            return "known"  # while we waited for the consult
        why = self._goes_back(tx, consult, link, fact, at)
        payment = self._hold(tx, consult, link, fact, why, at)
        if why is None:
            self._paid(tx, consult, payment, at)
            return "paid"
        self.give_back(tx, consult, payment, why, at)
        return f"goes back: {why}"

    def served(self, tx: Tx, consult_id: str, at: int) -> bool:
        """The patient had their doctor: the payment is earned, or the follow-up is used up. False when it changes nothing."""
        consult = self._locked(tx, consult_id)
        if consult.follow_up_of is not None:
            return self.moves.move(tx, consult, ConsultEvent.SERVED, at) is not None
        held = _held(store.of_consult(tx, consult_id, lock=True))
        quote = consult_store.quote_of(tx, consult_id)
        if held is None or quote is None or self.moves.move(tx, consult, ConsultEvent.SERVED, at) is None:
            return False
        self._move(tx, held, PaymentEvent.EARNED, at)
        earn(tx, held, [(Account(name), Paise(paise)) for name, paise in loads(quote.components)], at)
        return True

    def ends(self, tx: Tx, consult_id: str, event: ConsultEvent, why: str, at: int) -> bool:
        """The consult will not be had: its quote is void, nobody can pay for it any more, and what was paid goes back.

        False when the event changes nothing.
        """
        consult = self._locked(tx, consult_id)
        if consult.follow_up_of is not None:
            return self._ends_free(tx, consult, event, why, at)
        if event in WITHOUT_MONEY.values() or self.moves.move(tx, consult, event, at, why=why) is None:
            return False
        consult_store.set_quote(tx, consult_id, "live", "void")
        self._close_links(tx, consult_id, at)
        held = _held(store.of_consult(tx, consult_id, lock=True))
        if held is not None:
            consult_store.set_quote(tx, consult_id, "used", "void")  # a first price that served nobody is not used up
            self.give_back(tx, consult, held, why, at)
            short_talks.ended(tx, consult, self.capacity.settings, at)
        return True

    def granted(self, tx: Tx, consult: Row, at: int, slot_at: int | None, **kept: object) -> bool:
        """A quoted consult that costs nothing is as good as paid: a doctor is looked for now, or from `slot_at` on.

        Its promise counts from then, as that of a paid one counts from its payment. `kept`: columns besides.
        """
        since = slot_at or at
        moments = {"paid_at": since, "seeks_since": since, "told_paid_at": at, "slot_at": slot_at}
        if self.moves.move(tx, consult, ConsultEvent.PAID, at, **moments, **kept) is None:
            return False
        if slot_at is not None:
            self.moves.move(tx, consult_store.get(tx, consult.id, lock=True), ConsultEvent.BOOKED, at)
            outbox.add(tx, CONSULT_NEWS, consult.id, slot_at, at)
        self._wanted(tx, consult.id, at, since)
        return True

    def _ends_free(self, tx: Tx, consult: Row, event: ConsultEvent, why: str, at: int) -> bool:
        """A follow-up comes to nothing: it is not used up, nothing goes back, and no text may say so."""
        sentence = event if after(ConsultState(consult.state), event) is None else WITHOUT_MONEY.get(event, event)
        if self.moves.move(tx, consult, sentence, at, why=why) is None:
            return False
        consult_store.set_quote(tx, consult.id, "used", "void")
        if event in (ConsultEvent.UNSERVED, ConsultEvent.GIVEN_BACK):
            self.telling.tell(tx, self.telling.trigger(consult, at), FOLLOW_UP_MISSED, {})
        short_talks.ended(tx, consult, self.capacity.settings, at)
        return True

    def give_back(self, tx: Tx, consult: Row, payment: Row, why: str, at: int) -> None:
        """A held payment is to be refunded: entered, asked for by a job, told to the caller."""
        if payment.state == PaymentState.HELD:  # a second payment of a consult was never held for it
            self._move(tx, payment, PaymentEvent.GIVEN_BACK, at, why=why)
        post(tx, payment, Cause.REFUND_DUE, at)
        body = dumps({"amount": payment.paise, "speed": "normal", "receipt": payment.id, "notes": {"consult": consult.reference}})
        store.add_refund(tx, payment_id=payment.id, key=f"rf-{payment.id}", body=body, asks=0, looks=0, created_at=at)
        outbox.add(tx, REFUND_ASK, payment.id, at, at)
        values = {"amount": rupees(Paise(payment.paise)), "reference": consult.reference}
        self.telling.tell(tx, self.telling.trigger(consult, at), REFUND, values)

    def refunded(self, tx: Tx, payment: Row, at: int) -> bool:
        """The gateway has given it back (a payment that is locked). False when that is known."""
        if payment.state == PaymentState.HELD:  # somebody did it at the gateway, by hand
            self.ends(tx, payment.consult_id, ConsultEvent.GIVEN_BACK, "refunded at the gateway", at)
            payment = store.get(tx, payment.id, lock=True) or payment
        if not self._move(tx, payment, PaymentEvent.REFUNDED, at):
            return False
        post(tx, payment, Cause.REFUNDED, at)
        store.change_refund(tx, payment.id, ended_at=at)
        consult = consult_store.get(tx, payment.consult_id, lock=True)
        rest = [each for each in store.of_consult(tx, payment.consult_id) if each.state in _NOT_SETTLED]
        if consult is not None and not rest:
            self.moves.move(tx, consult, ConsultEvent.REFUNDED, at)
        return True

    def move_payment(self, tx: Tx, payment: Row, event: PaymentEvent, at: int) -> bool:
        """Apply an event to a payment that is locked; False when it changes nothing."""
        return self._move(tx, payment, event, at)

    def _locked(self, tx: Tx, consult_id: str) -> Row:
        found = consult_store.get(tx, consult_id)
        if found is None:
            raise LookupError(f"no consult {consult_id}")
        callers.lock(tx, found.caller_id)
        return consult_store.get(tx, consult_id, lock=True)

    def _goes_back(self, tx: Tx, consult: Row, link: Row, fact: Captured, at: int) -> str | None:
        """Why this money cannot buy the consult; None when it does."""
        if fact.amount.amount != link.paise:
            return "not the amount quoted"
        if _held(store.of_consult(tx, consult.id, lock=True)) is not None or consult.state in _PAID_ALREADY:
            return "paid twice"
        if consult.state == ConsultState.AWAITING_PAYMENT:
            return None
        if consult.state != ConsultState.LAPSED or at - (consult.ended_at or at) > GRACE_MS:
            return "paid too late"
        another = consult_store.open_of(tx, consult.caller_id, OPEN) is not None
        quote = consult_store.quote_of(tx, consult.id)
        first_is_gone = quote is not None and bool(quote.first) and consult_store.had_first_price(tx, consult.caller_id, consult.patient)
        if another or first_is_gone or not self.capacity.free(tx, at, consult.speciality, consult.language, but=consult.id):
            return "paid too late"
        return None

    def _hold(self, tx: Tx, consult: Row, link: Row, fact: Captured, why: str | None, at: int) -> Row:
        payment_id = new_id(at)
        state = PaymentState.HELD if why is None else PaymentState.REFUND_DUE
        of = {"gateway": link.gateway, "gateway_payment_id": fact.payment_id, "pay_link_id": link.id, "consult_id": consult.id}
        store.add_payment(tx, id=payment_id, paise=fact.amount.amount, state=state.value, why=why, captured_at=at, moved_at=at, **of)
        payment = store.get(tx, payment_id)
        post(tx, payment, Cause.CAPTURED, at)
        return payment

    def _paid(self, tx: Tx, consult: Row, payment: Row, at: int) -> None:
        store.change_link(tx, payment.pay_link_id, state="paid")
        self._close_links(tx, consult.id, at)
        if not consult_store.set_quote(tx, consult.id, "live", "used"):
            consult_store.set_quote(tx, consult.id, "void", "used")
        self.moves.move(tx, consult, ConsultEvent.PAID, at, paid_at=at, seeks_since=at, ended_at=None, hold_until=None, why=None)
        values = {"amount": rupees(Paise(payment.paise)), "reference": consult.reference}
        asked = self.telling.tell(tx, self.telling.trigger(consult, at), RECEIPT, values, LinkTo("receipt", payment.id))
        token = asked.token if asked is not None and asked.token else new_token()
        store.add_receipt(tx, payment.id, financial_year(at), token, at)
        outbox.add(tx, CONSULT_NEWS, consult.id, at, at)
        self._wanted(tx, consult.id, at, at)

    def _wanted(self, tx: Tx, consult_id: str, at: int, since: int) -> None:
        """From `since` on a doctor is to be found."""
        outbox.add(tx, CONSULT_SEARCH, consult_id, since, at)
        outbox.add(tx, CONSULT_PAID, consult_id, at, at)
        outbox.add(tx, CONSULT_UNSERVED, consult_id, since + _UNSERVED_MS, at)

    def _close_links(self, tx: Tx, consult_id: str, at: int) -> None:
        """Links that would still take money, for which there is nothing to give."""
        for link in store.links_of(tx, consult_id):
            if link.state in ("wished", "open"):
                outbox.add(tx, LINK_CLOSE, link.id, at, at)

    def _move(self, tx: Tx, payment: Row, event: PaymentEvent, at: int, why: str | None = None) -> bool:
        following = payment_after(PaymentState(payment.state), event)
        if following is None:
            log.debug("an event that changes nothing", extra={"payment": payment.id, "state": payment.state, "event": event.value})
            return False
        store.change(tx, payment.id, state=following.value, moved_at=at, why=why or payment.why)
        return True


_NOT_SETTLED = (PaymentState.HELD, PaymentState.REFUND_DUE, PaymentState.REQUESTED, PaymentState.PENDING, PaymentState.MANUAL)
_PAID_ALREADY = (ConsultState.REFUNDING, ConsultState.COMPLETED, ConsultState.REFUNDED)


def _held(payments: Sequence[Row]) -> Row | None:
    """The payment that pays, or paid, for the consult."""
    return next((each for each in payments if each.state in (PaymentState.HELD, PaymentState.EARNED)), None)
