"""The payment gateway as we see it: links that people pay by, payments, refunds; what it answers, and what it tells us unasked."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeAlias, TypeVar

from ivr.model.outcomes import Unknown
from ivr.model.values import Paise

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ok(Generic[T]):
    """The gateway did it, or told us."""

    value: T


@dataclass(frozen=True, slots=True)
class Rejected:
    """Certainly not done, and asking the same again will not help. `reason` is the gateway's own sentence, for operators."""

    why: "Refusal"
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class RetryAfter:
    """Certainly not done, and may work later (429, 409 while the same request is in flight)."""

    code: str
    after_s: float | None = None


class Refusal(StrEnum):
    """What kind of no it is."""

    TAKEN = "taken"  # the reference has a link already: find it
    PAID = "paid"  # the link is paid, and cannot be cancelled any more
    GONE = "gone"  # there is no such link or payment, or the link is closed already
    BALANCE = "balance"  # our account cannot pay the refund now
    REFUNDED = "refunded"  # the payment has been refunded already, in full
    ACCOUNT = "account"  # credentials or permissions
    OTHER = "other"


class LinkState(StrEnum):
    OPEN = "open"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class RefundState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class LinkWish:
    """A link to be made. `reference` is ours and unique (40 characters at most); `expires_at` UTC ms, 15 minutes ahead at least."""

    reference: str
    amount: Paise
    description: str
    expires_at: int
    return_url: str


@dataclass(frozen=True, slots=True)
class Captured:
    """Money that the gateway has taken for us by one of our links."""

    reference: str
    payment_id: str
    amount: Paise


@dataclass(frozen=True, slots=True)
class GatewayLink:
    """`payments` are those captured."""

    link_id: str
    reference: str
    amount: Paise
    state: LinkState
    url: str
    payments: tuple[Captured, ...] = ()


@dataclass(frozen=True, slots=True)
class RefundWish:
    """`body` is sent byte for byte, and `key` makes the gateway do it once, however often it is asked."""

    payment_id: str
    key: str
    body: str


@dataclass(frozen=True, slots=True)
class GatewayRefund:
    refund_id: str
    payment_id: str
    amount: Paise
    state: RefundState


@dataclass(frozen=True, slots=True)
class LinkClosed:
    """The gateway says that a link can no longer be paid."""

    reference: str
    state: LinkState


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One payment as the gateway's own books have it. `captured` stays true when it was refunded since. Times are UTC milliseconds."""

    payment_id: str
    amount: Paise
    captured: bool
    refunded: Paise
    created_at: int


GatewayFact: TypeAlias = Captured | LinkClosed | GatewayRefund
"""What an event of the gateway may tell. A link and its payments can always be fetched, so an event is never the only word."""


@dataclass(frozen=True, slots=True)
class GatewayEvent:
    """One verified event. `facts` may be empty: most events are none of our business."""

    event_id: str
    name: str
    facts: tuple[GatewayFact, ...]


class Gateway(Protocol):
    """The worker side: network, timeouts, one request for each call. `Unknown` is never a failure: look before acting again."""

    name: str

    def create_link(self, wish: LinkWish) -> Ok[GatewayLink] | Rejected | RetryAfter | Unknown: ...

    def find_link(self, reference: str) -> Ok[GatewayLink | None] | Rejected | RetryAfter | Unknown: ...

    def fetch_link(self, link_id: str) -> Ok[GatewayLink] | Rejected | RetryAfter | Unknown: ...

    def cancel_link(self, link_id: str) -> Ok[GatewayLink] | Rejected | RetryAfter | Unknown: ...

    def refund(self, wish: RefundWish) -> Ok[GatewayRefund] | Rejected | RetryAfter | Unknown: ...

    def refunds_of(self, payment_id: str) -> Ok[tuple[GatewayRefund, ...]] | Rejected | RetryAfter | Unknown: ...


class GatewayStatement(Protocol):
    """The gateway's own books, for the daily comparison."""

    def payments_between(self, since: int, until: int) -> Ok[tuple[StatementLine, ...]] | Rejected | RetryAfter | Unknown:
        """Payments made in [since, until), UTC milliseconds, all pages."""
        ...


class GatewayHooks(Protocol):
    """The web side: no SDK import, no I/O."""

    name: str

    def verify(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether one of our secrets signed these very bytes. `headers` has lower-case names. Never raises."""
        ...

    def strip(self, body: bytes) -> bytes:
        """A copy to keep: ids, amounts and states, nothing of the payer. BadRequest when it is no event."""
        ...

    def read(self, body: bytes, headers: Mapping[str, str]) -> GatewayEvent:
        """BadRequest when it is no event that we can read; of a kind that we do not know, an event without facts."""
        ...
