"""The payment gateway: what payers do with links, and what its merchant asks for. Razorpay's rules, as far as its pages tell them."""

from collections.abc import Mapping
from dataclasses import replace
from threading import RLock

from ivr.model.ports import Clock
from ivr.sandbox.agenda import Agenda, Appointment
from ivr.sandbox.faults import Faults
from ivr.sandbox.gateway_books import Books, new_gateway_id
from ivr.sandbox.gateway_entities import Json, event_json, link_in_event, order_in_event, payment_json
from ivr.sandbox.gateway_events import Events
from ivr.sandbox.gateway_records import Event, Link, Payment, Refund
from ivr.sandbox.gateway_refunds import Refunds
from ivr.sandbox.hooks import Hooks
from ivr.sandbox.records import Accounts

FAILS_MS = 10 * 60_000  # an attempt that its bank does not answer counts as failed after about ten minutes, and may still come
UNCAPTURED_MINUTES = 5 * 24 * 60  # what is not captured by then goes back by itself


class Gateway:
    """Money by links. Payers' methods raise ValueError for a link that is unknown, or in a state in which it cannot be done.

    `tell_of_closed`: a payment captured although its link was closed (a second one, a late one) makes the link paid and is told by
    `payment_link.paid`. When false the link stays as it is and only the payment's own events come, which name no reference. The
    vendor documents neither. `copies_notes`: a payment carries its link's notes; published payloads have it both ways. `observed`:
    duplicates and unknown links are refused in the words that merchants report instead of the documented ones.
    """

    def __init__(self, clock: Clock, agenda: Agenda, hooks: Hooks, faults: Faults, accounts: Accounts, keep: int) -> None:
        self._clock = clock
        self._agenda = agenda
        self._lock = RLock()
        self._expiries: dict[str, Appointment] = {}
        self.books = Books()
        self.events = Events(clock, agenda, hooks, faults, accounts.razorpay_webhook_secret, keep)
        self.refunding = Refunds(clock, agenda, self._lock, self.books, self.events)
        self.tell_of_closed = True
        self.copies_notes = False
        self.observed = False

    def create(self, link: Link) -> Link | None:
        """Issue a link, which expires by itself; None when its reference was used before."""
        with self._lock:
            if link.reference and self.books.by_reference(link.reference):
                return None
            wait = link.expire_by - self._clock.now()
            self._expiries[link.id] = self._agenda.after(wait, lambda: self._expire(link.id))
            return self.books.put_link(link)

    def link(self, written: str) -> Link | None:
        """By id or address, in its present state: past its time it is expired, whether or not anybody stepped the agenda."""
        found = self.books.find_link(written)
        if found is not None and found.open and self._clock.now() >= found.expire_by:
            self._expire(found.id)
            found = self.books.links[found.id]
        return found

    def cancel(self, link_id: str) -> Link | None:
        """Close a link that nobody has paid; None when it is not open any more, or was paid in part."""
        self.link(link_id)
        with self._lock:
            found = self.books.links[link_id]
            if found.status != "created":
                return None
            cancelled = self._close(replace(found, status="cancelled", cancelled_at=self._clock.now()))
            news = [self._about_link("payment_link.cancelled", cancelled)]
        self.events.tell(news)
        return cancelled

    def pay(self, link: str, times: int = 1, amount: int | None = None, *, at_once: bool = False) -> list[str]:
        """Pay an open link, `times` at once (two phones, one bill), each `amount` paise or the full sum; the payments' ids.

        `at_once`: the events have been sent when this returns; otherwise they go out at the next step.
        """
        if times < 1 or (amount is not None and amount < 1):
            raise ValueError("times and amount are 1 or more")
        with self._lock:
            found = self._open(link)
            attempts = [self._attempt(found, self._clock.now(), amount) for _ in range(times)]
            news = [event for attempt in attempts for event in self._capture(attempt.id)]
        self.events.tell(news, at_once=at_once)
        return [attempt.id for attempt in attempts]

    def fail(self, link: str) -> str:
        """Try to pay an open link, and be refused by the bank; the payment's id."""
        with self._lock:
            attempt = self._attempt(self._open(link), self._clock.now())
        self._fail(attempt.id)
        return attempt.id

    def authorise_late(self, link: str, minutes: float) -> str:
        """Pay an open link with a bank that answers `minutes` later, whatever the link is then; from ten on the payment fails first."""
        with self._lock:
            attempt = self._attempt(self._open(link), self._clock.now())
        wait = int(minutes * 60_000)
        if wait >= FAILS_MS:
            self._agenda.after(FAILS_MS, lambda: self._fail(attempt.id))
        self._agenda.after(wait, lambda: self._arrive(attempt.id))
        return attempt.id

    def pay_late(self, link: str) -> str:
        """Have a bank answer now for a payment begun just before the link was closed (paid, expired or cancelled); the payment's id."""
        with self._lock:
            found = self._known(link)
            if found.closed_at is None:
                raise ValueError(f"the link {found.id} is still open: pay it")
            attempt = self._attempt(found, max(found.created_at, found.closed_at - 1_000))
        self._arrive(attempt.id)
        return attempt.id

    def leave_uncaptured(self, link: str, minutes: float = UNCAPTURED_MINUTES) -> str:
        """Pay an open link, the money never being captured: it goes back by itself `minutes` later; the payment's id."""
        with self._lock:
            attempt = self._attempt(self._open(link), self._clock.now())
            authorised = self.books.put_payment(replace(attempt, status="authorized"))
            news = [self._about_payment("payment.authorized", authorised)]
        self._agenda.after(int(minutes * 60_000), lambda: self.refunding.give_back(attempt.id))
        self.events.tell(news)
        return attempt.id

    def links(self) -> list[Link]:
        """Oldest first."""
        with self._lock:
            return list(self.books.links.values())

    def payments(self) -> list[Payment]:
        """Oldest first."""
        with self._lock:
            return list(reversed(list(self.books.newest_payments())))

    def refunds(self) -> list[Refund]:
        """Oldest first; those of payments never captured are among them."""
        with self._lock:
            return list(self.books.refunds.values())

    def captured_total(self, since: int | None = None, until: int | None = None) -> int:
        """Paise captured of payments begun in [since, until), UTC milliseconds, whether or not they were refunded since."""
        first, end = since or 0, until if until is not None else self._clock.now() + 1
        return sum(payment.amount for payment in self.payments() if payment.captured and first <= payment.created_at < end)

    def refunded_total(self) -> int:
        """Paise going back or gone back of captured payments; refunds that failed do not count."""
        return sum(payment.refunded for payment in self.payments() if payment.captured)

    def set_balance(self, paise: int | None) -> None:
        """What refunds can be paid from, captures adding to it; None is without end."""
        with self._lock:
            self.refunding.balance = paise

    def rotate_secret(self, new: str) -> None:
        """Sign new events with `new`; those made before keep their signature, however late they are sent."""
        self.events.secret = new

    def send_event(self, name: str, body: Mapping[str, object], *, secret: str = "", event_id: str = "") -> str:
        """Send a forged event, `body` being all of it but entity and event; signed with our secret or another; its id, new or given."""
        event = self.events.make(name, {"entity": "event", "event": name, **body}, secret=secret, event_id=event_id)
        self.events.tell([event])
        return event.id

    def _known(self, written: str) -> Link:
        found = self.link(written)
        if found is None:
            raise ValueError(f"there is no payment link {written}")
        return found

    def _open(self, written: str) -> Link:
        found = self._known(written)
        if not found.open:
            raise ValueError(f"the link {found.id} is {found.status}: only a late payment can still come")
        return found

    def _attempt(self, link: Link, begun_at: int, amount: int | None = None) -> Payment:
        found = self.books.links[link.id]
        self.books.put_link(replace(found, attempts=found.attempts + 1))
        paise, notes = link.amount if amount is None else amount, link.notes if self.copies_notes else None
        return self.books.put_payment(Payment(new_gateway_id("pay_"), link.id, link.order_id, paise, begun_at, notes=notes))

    def _fail(self, payment_id: str) -> None:
        with self._lock:
            payment = self.books.payments[payment_id]
            if payment.status != "created":
                return
            news = [self._about_payment("payment.failed", self.books.put_payment(replace(payment, status="failed")))]
        self.events.tell(news)

    def _arrive(self, payment_id: str) -> None:
        with self._lock:
            news = self._capture(payment_id)
        self.events.tell(news)

    def _capture(self, payment_id: str) -> list[Event]:
        """Authorised, captured, and what that makes of its link: the events in the order in which they happen."""
        now, payment = self._clock.now(), self.books.payments[payment_id]
        authorised = replace(payment, status="authorized")
        captured = self.books.put_payment(replace(payment, status="captured", captured=True, captured_at=now))
        self.refunding.earn(captured.amount)
        news = [self._about_payment("payment.authorized", authorised), self._about_payment("payment.captured", captured)]
        link = self.books.links[payment.link_id]
        paid = replace(link, amount_paid=link.amount_paid + payment.amount, updated_at=now)
        if not link.open and not self.tell_of_closed:
            self.books.put_link(replace(paid, updated_at=link.updated_at))
            return news
        status = "paid" if paid.amount_paid >= paid.amount else "partially_paid"
        paid = replace(paid, status=status)
        paid = self.books.put_link(paid) if paid.open else self._close(paid)
        payload = {"payment_link": link_in_event(paid), "order": order_in_event(paid), "payment": payment_json(captured)}
        return [*news, self._event(f"payment_link.{status}", paid.created_at, payload, paid)]

    def _expire(self, link_id: str) -> None:
        with self._lock:
            found = self.books.links[link_id]
            if not found.open:
                return
            expired = self._close(replace(found, status="expired", expired_at=self._clock.now()))
            news = [self._about_link("payment_link.expired", expired)]
        self._agenda.after(0, lambda: self.events.tell(news))  # no answer to anything, and whoever looked may hold the lock

    def _close(self, link: Link) -> Link:
        if expiry := self._expiries.pop(link.id, None):
            self._agenda.call_off(expiry)
        return self.books.put_link(replace(link, updated_at=self._clock.now()))

    def _about_link(self, name: str, link: Link) -> Event:
        return self._event(name, link.created_at, {"payment_link": link_in_event(link)}, link)

    def _about_payment(self, name: str, payment: Payment) -> Event:
        return self._event(name, self._clock.now(), {"payment": payment_json(payment)}, self.books.links[payment.link_id])

    def _event(self, name: str, created_at: int, payload: dict[str, Json], link: Link) -> Event:
        return self.events.make(name, event_json(name, created_at, payload), link.reference)
