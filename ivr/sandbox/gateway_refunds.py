"""Refunds: asked for once for each key, pending for a while, then done or failed.

Sources: Razorpay's pages on normal refunds, on their idempotency, on refund webhooks (an automatic refund is one whose payment
was never captured) and on test refunds (24.68 rupees fail).
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from re import compile as regex
from threading import RLock
from typing import Any

from ivr.model.ports import Clock
from ivr.sandbox.agenda import Agenda
from ivr.sandbox.gateway_books import Books, new_gateway_id
from ivr.sandbox.gateway_entities import event_json, payment_json, refund_json
from ivr.sandbox.gateway_events import Events
from ivr.sandbox.gateway_records import Event, Payment, Refund
from ivr.sandbox.refusals import Answer, refusal

FAILING = 2468
_KEY = regex(r"[A-Za-z0-9_-]*")
_FIELDS = {"amount", "speed", "notes", "receipt"}
_LEAST, _KEY_LEAST = 100, 10


class Refunds:
    """`pending_ms`: how long a refund is pending (clock time). `balance`: paise that refunds are paid from, None without end.

    `failing`: how many refunds of a payment (by its id) will fail yet. `guards` False refunds a payment as often as it is asked.
    """

    def __init__(self, clock: Clock, agenda: Agenda, lock: RLock, books: Books, events: Events) -> None:
        self._clock = clock
        self._agenda = agenda
        self._lock = lock
        self._books = books
        self._events = events
        self._answered: dict[str, tuple[str, bytes, Answer]] = {}
        self._in_flight: set[str] = set()
        self.balance: int | None = None
        self.pending_ms = 5_000
        self.failing: dict[str, int] = {}
        self.guards = True

    @contextmanager
    def in_flight(self, key: str) -> Iterator[bool]:
        """Hold a key until its request is answered; False when another request holds it. "" is no key."""
        with self._lock:
            free = key not in self._in_flight
            if key and free:
                self._in_flight.add(key)
        try:
            yield free
        finally:
            if free:
                with self._lock:
                    self._in_flight.discard(key)

    def ask(self, payment_id: str, key: str, body: bytes) -> Answer:
        """Answer a request: of a key used before, as the first time when payment and bytes are the same. Only successes are kept."""
        if key and (trouble := _key_trouble(key)):
            return refusal("razorpay", trouble)
        with self._lock:
            if key in self._answered:
                *asked, answer = self._answered[key]
                return answer if asked == [payment_id, body] else refusal("razorpay", "key_other")
            answer, news = self._grant(payment_id, body)
            if key and answer.status == 200:
                self._answered[key] = (payment_id, body, answer)
        self._events.tell(news)
        return answer

    def give_back(self, payment_id: str) -> None:
        """Refund a payment that was never captured, unasked: it takes nothing from the balance."""
        with self._lock:
            payment = self._books.payments[payment_id]
            refund, news = self._begin(payment, payment.amount, {})
            self._agenda.after(self.pending_ms, lambda: self._end(refund.id))
        self._events.tell(news)

    def earn(self, paise: int) -> None:
        if self.balance is not None:
            self.balance += paise

    def _grant(self, payment_id: str, body: bytes) -> tuple[Answer, list[Event]]:
        wish = _read(body)
        payment = self._books.payments.get(payment_id)
        trouble = "unknown" if payment is None else "fields" if wish is None else self._trouble(payment, wish)
        if trouble or payment is None or wish is None:
            return refusal("razorpay", trouble), []
        refund, news = self._begin(payment, _amount(payment, wish), wish)
        if self.balance is not None:
            self.balance -= refund.amount
        self._agenda.after(self.pending_ms, lambda: self._end(refund.id))
        return Answer(200, refund_json(refund)), news

    def _trouble(self, payment: Payment, wish: Mapping[str, Any]) -> str:
        """Why there is no refund, in our word of `refusals.RAZORPAY`; "" when there is nothing against it."""
        amount = _amount(payment, wish)
        rules: list[tuple[str, Callable[[], bool]]] = [
            ("uncaptured", lambda: not payment.captured),
            ("refunded", lambda: self.guards and payment.refunded >= payment.amount),
            ("small", lambda: amount < _LEAST),
            ("above", lambda: self.guards and payment.refunded + amount > payment.amount),
            ("balance", lambda: self.balance is not None and self.balance < amount),
        ]
        return next((word for word, broken in rules if broken()), "")

    def _begin(self, payment: Payment, amount: int, wish: Mapping[str, Any]) -> tuple[Refund, list[Event]]:
        refund = Refund(
            new_gateway_id("rfnd_"),
            payment.id,
            amount,
            self._clock.now(),
            speed=wish.get("speed") or "",
            receipt=wish.get("receipt"),
            notes=wish.get("notes") or None,
        )
        self._books.put_refund(refund)
        refunded = payment.refunded + amount
        status = "refunded" if refunded == payment.amount else payment.status
        self._books.put_payment(replace(payment, refunded=refunded, status=status))
        return refund, [self._event("refund.created", refund)]

    def _end(self, refund_id: str) -> None:
        with self._lock:
            refund = self._books.refunds[refund_id]
            if self._fails(refund):
                news = [self._fail(refund)]
            else:
                done = self._books.put_refund(replace(refund, status="processed"))
                slower = [self._event("refund.speed_changed", done)] if done.speed == "optimum" else []
                news = [*slower, self._event("refund.processed", done)]
        self._events.tell(news)

    def _fails(self, refund: Refund) -> bool:
        left = self.failing.get(refund.payment_id, 0)
        if left:
            self.failing[refund.payment_id] = left - 1
        return bool(left) or refund.amount == FAILING

    def _fail(self, refund: Refund) -> Event:
        """The money comes back, and may be refunded again."""
        payment = self._books.payments[refund.payment_id]
        status = "captured" if payment.captured else "authorized"
        self._books.put_payment(replace(payment, refunded=payment.refunded - refund.amount, status=status))
        self.earn(refund.amount)
        return self._event("refund.failed", self._books.put_refund(replace(refund, status="failed")))

    def _event(self, name: str, refund: Refund) -> Event:
        payment = self._books.payments[refund.payment_id]
        payload = {"refund": refund_json(refund), "payment": payment_json(payment)}
        about = self._books.links[payment.link_id].reference
        return self._events.make(name, event_json(name, self._clock.now(), payload), about)


def _amount(payment: Payment, wish: Mapping[str, Any]) -> int:
    """What is asked for; without an amount, all of what is left."""
    asked = wish.get("amount")
    return payment.amount - payment.refunded if asked is None else int(asked)


def _read(body: bytes) -> dict[str, Any] | None:
    """The wish; None for what the vendor cannot read, such as a bare number or a field it does not know."""
    try:
        wish = json.loads(body or b"{}")
    except ValueError:
        return None
    if not isinstance(wish, dict) or set(wish) - _FIELDS or wish.get("speed") not in (None, "normal", "optimum"):
        return None
    amount, notes = wish.get("amount"), wish.get("notes")
    whole = amount is None or (isinstance(amount, int | str) and str(amount).isdecimal())
    return wish if whole and (notes is None or isinstance(notes, dict)) else None


def _key_trouble(key: str) -> str:
    if not _KEY.fullmatch(key):
        return "key_letters"
    return "key_short" if len(key) < _KEY_LEAST else ""
