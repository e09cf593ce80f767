"""The pay page's use-cases: what is to be paid, the last checks before the gateway, and how a payment stands. No gateway is called here."""

from dataclasses import dataclass
from enum import StrEnum
from hmac import compare_digest

from ivr.callbacks.wishes import CallBacks
from ivr.consults.booking import LINK_CLOSE as LINK_CLOSE
from ivr.consults.booking import Bookings
from ivr.consults.capacity import Capacity
from ivr.consults.desk import fresh, hurry
from ivr.consults.lifecycle import SCREEN_LASTS_S, ConsultEvent, ConsultState
from ivr.hours import offers
from ivr.model.ids import new_id
from ivr.model.ports import Clock
from ivr.model.values import CallerKind, Language, Paise, Phone
from ivr.settings import Settings
from ivr.store import callers, outbox
from ivr.store import consults as store
from ivr.store import payments as payment_store
from ivr.store.database import Database
from ivr.store.tx import Row, Tx
from ivr.store.vault import Vault

LINK_CREATE = "link_create"
GATEWAY = "razorpay"

HOLD_MS = 8 * 60_000
"""How long a place is kept for somebody who is at the gateway."""
LINK_LASTS_MS = 16 * 60_000
"""The gateway takes no less than fifteen minutes; the sixteenth is for its clock and ours."""
MOST_LINKS = 3
_PAUSE_MS = 30_000
_USABLE_MS = 60_000  # a link that closes sooner is not handed out again
LONGEST_NAME = 60
_WAIT_S = 2.0


class Standing(StrEnum):
    """How a consult stands, for somebody with its link."""

    PAYABLE = "payable"
    STALE = "stale"  # the emergency screen is too old: ring again
    CLOSED = "closed"  # no place or out of hours: a call instead, nothing charged
    PAID = "paid"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    COMPLETED = "completed"
    OVER = "over"  # lapsed, cancelled, an emergency: nothing to pay


@dataclass(frozen=True, slots=True)
class PayView:
    """What a pay page may show. Of a patient, the name alone, and only where the link itself was opened."""

    consult_id: str
    standing: Standing
    reference: str
    amount: Paise
    speciality: str
    language: Language
    serve_by_minutes: int
    patient_name: str
    link_id: str | None  # the newest link at the gateway: how it stands is `progress`


@dataclass(frozen=True, slots=True)
class Sent:
    """On the way to the gateway: follow `progress` of this link."""

    link_id: str


class ProgressState(StrEnum):
    WAITING = "waiting"  # the gateway is being asked for its page
    READY = "ready"
    PAID = "paid"
    CLOSED = "closed"  # this try is over; the page offers another, if there is time
    FAILED = "failed"  # the gateway refuses


@dataclass(frozen=True, slots=True)
class Progress:
    state: ProgressState
    consult_id: str
    reference: str
    url: str | None  # the gateway's page, when READY
    serve_by_minutes: int


@dataclass(frozen=True, slots=True)
class Paying:
    database: Database
    vault: Vault
    capacity: Capacity
    bookings: Bookings
    call_backs: CallBacks
    settings: Settings
    clock: Clock

    def view(self, consult_id: str) -> PayView | None:
        """What the page of this consult shows; None for one that was never quoted. Changes nothing."""
        now = self.clock.now()
        with self.database.read() as tx:
            consult, quote = store.get(tx, consult_id), store.quote_of(tx, consult_id)
            if consult is None or quote is None:
                return None
            links = payment_store.links_of(tx, consult_id)
            standing = self._standing(tx, consult, now)
        name = self.vault.open(consult.patient_name).decode() if consult.patient_name else ""
        return PayView(
            consult_id=consult.id,
            standing=standing,
            reference=consult.reference,
            amount=Paise(quote.paise),
            speciality=consult.speciality,
            language=Language(consult.language),
            serve_by_minutes=self.settings.serve_by_minutes,
            patient_name=name,
            link_id=links[-1].id if links else None,
        )

    def by_code(self, code: str, last_four: str) -> PayView | None:
        """The consult that waits for payment under this spoken code, if the caller's number ends so. Throttling is the web's."""
        with self.database.read() as tx:
            quote = store.live_quote(tx, code)
            phone = callers.phone_of(tx, self.vault, quote.caller_id) if quote is not None else None
        if quote is None or phone is None or not compare_digest(phone.e164[-4:].encode(), last_four.encode()):
            return None
        return self.view(quote.consult_id)

    def press_pay(self, consult_id: str, name: str = "") -> Sent | Standing:
        """The last gate: quote, screen, hours, place and channels are looked at again, a place is kept, the gateway is asked for a link.

        Pressed again while the place is kept, it is the same link. Otherwise the `Standing` that is in the way. Raises DatabaseAway.
        """
        now = self.clock.now()
        return self.database.write(lambda tx: self._press(tx, consult_id, name.strip()[:LONGEST_NAME], now), _WAIT_S)

    def book_call_instead(self, consult_id: str) -> int | None:
        """No place: the caller is called at the next time that can be booked, free of charge. When (UTC ms). DatabaseAway.

        None while the consult can be paid, or is over: only the page that says CLOSED offers it.
        """
        now = self.clock.now()
        return self.database.write(lambda tx: self._book(tx, consult_id, now), _WAIT_S)

    def progress(self, link_id: str) -> Progress | None:
        """How a try to pay stands. Changes nothing."""
        with self.database.read() as tx:
            link = payment_store.link(tx, link_id)
            consult = store.get(tx, link.consult_id) if link is not None else None
        if link is None or consult is None:
            return None
        state = _PROGRESS[link.state]
        url = link.url if state is ProgressState.READY else None
        return Progress(state, consult.id, consult.reference, url, self.settings.serve_by_minutes)

    def came_back(self, link_id: str) -> None:
        """The browser came back from the gateway: ask now whether it was paid. It is not proof, and marks nothing paid. DatabaseAway."""
        now = self.clock.now()

        def soon(tx: Tx) -> None:
            link = payment_store.link(tx, link_id)
            if link is not None and link.state in ("open", "closing") and self._locked(tx, link.consult_id) is not None:
                hurry(tx, link.consult_id, now)

        self.database.write(soon, _WAIT_S)

    def _standing(self, tx: Tx, consult: Row, now: int) -> Standing:
        if consult.state != ConsultState.AWAITING_PAYMENT:
            return STANDINGS[consult.state]
        if not fresh(consult, now):
            return Standing.STALE
        keeps_a_place = consult.hold_until is not None and consult.hold_until > now
        return (
            Standing.PAYABLE
            if keeps_a_place or self.capacity.free(tx, now, consult.speciality, consult.language, but=consult.id)
            else Standing.CLOSED
        )

    def _locked(self, tx: Tx, consult_id: str) -> Row | None:
        """The consult, after its caller."""
        found = store.get(tx, consult_id)
        if found is None:
            return None
        callers.lock(tx, found.caller_id)
        return store.get(tx, consult_id, lock=True)

    def _press(self, tx: Tx, consult_id: str, name: str, now: int) -> Sent | Standing:
        consult, quote = self._locked(tx, consult_id), store.quote_of(tx, consult_id)
        if consult is None:
            return Standing.OVER
        standing = self._standing(tx, consult, now)
        if standing is not Standing.PAYABLE or quote is None or quote.state != "live" or quote.expires_at <= now:
            return Standing.STALE if standing is Standing.PAYABLE else standing
        sealed = {"patient_name": self.vault.seal(name.encode())} if name else {}
        links = payment_store.links_of(tx, consult_id)
        if links and links[-1].state in ("wished", "open") and (consult.hold_until or 0) - now > _USABLE_MS:
            if sealed:
                store.change(tx, consult_id, **sealed)
            return Sent(links[-1].id)
        if links and links[-1].state == "failed" and now - links[-1].created_at < _PAUSE_MS:
            return Sent(links[-1].id)  # the gateway has just refused: it is not asked again at every press
        if len(links) >= MOST_LINKS:
            return Standing.STALE  # each keeps a place that somebody else could have had
        link_id = new_id(now)
        reference = f"c_{consult_id}-{len(links) + 1}"
        times = {"created_at": now, "expires_at": now + LINK_LASTS_MS}
        what = {"consult_id": consult_id, "gateway": GATEWAY, "paise": quote.paise, "state": "wished"}
        rows = [payment_store.link_addition(id=link_id, reference=reference, **what, **times)]
        rows += [outbox.addition(LINK_CREATE, link_id, now, now), outbox.addition(LINK_CLOSE, link_id, now + HOLD_MS, now)]
        rows += [outbox.addition(LINK_CLOSE, earlier.id, now, now) for earlier in links if earlier.state in ("wished", "open")]
        tx.add(rows)
        store.change(tx, consult_id, hold_until=now + HOLD_MS, **sealed)
        if consult.clock_id is not None:  # whoever pays in time pays for something
            outbox.put_back(tx, [consult.clock_id], max(consult.screened_at + SCREEN_LASTS_S * 1000, now + HOLD_MS))
        return Sent(link_id)

    def _book(self, tx: Tx, consult_id: str, now: int) -> int | None:
        consult = self._locked(tx, consult_id)
        if consult is None or self._standing(tx, consult, now) is not Standing.CLOSED:
            return None  # paid just now, it may be
        line = self.bookings.telling.lines.find(Phone(consult.line))
        if line is None or line.flow is None:
            return None
        due_at = self.call_backs.book(
            tx,
            call_id=consult.call_id,
            caller_id=consult.caller_id,
            kind=CallerKind.MOBILE,
            line=line.number,
            flow=line.flow,
            due_at=offers(self.capacity.hours, now)[0],
            consent={"page": "pay", "at": now},
            at=now,
        )
        if due_at is not None:
            self.bookings.ends(tx, consult_id, ConsultEvent.CANCELLED, "booked a call instead", now)
        return due_at


_PROGRESS = {
    "wished": ProgressState.WAITING,
    "open": ProgressState.READY,
    "closing": ProgressState.CLOSED,
    "closed": ProgressState.CLOSED,
    "paid": ProgressState.PAID,
    "failed": ProgressState.FAILED,
}
STANDINGS = {
    **dict.fromkeys((ConsultState.TRIAGED, ConsultState.QUOTED, ConsultState.AWAITING_PAYMENT), Standing.OVER),
    **dict.fromkeys((ConsultState.LAPSED, ConsultState.CANCELLED, ConsultState.EMERGENCY), Standing.OVER),
    **dict.fromkeys((ConsultState.PAID, ConsultState.OFFERING, ConsultState.CONNECTING, ConsultState.CALLBACK_BOOKED), Standing.PAID),
    **dict.fromkeys((ConsultState.TALKING, ConsultState.RECOVERING), Standing.PAID),
    ConsultState.REFUNDING: Standing.REFUNDING,
    ConsultState.REFUNDED: Standing.REFUNDED,
    **dict.fromkeys((ConsultState.WRAP_UP, ConsultState.COMPLETED), Standing.COMPLETED),
}
