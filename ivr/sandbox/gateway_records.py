"""What the gateway's books hold: links, payments, refunds, and the events told of them. Frozen: a change makes a new one.

Times are UTC milliseconds here and whole seconds on the wire; amounts are paise.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.sandbox.records import Exchange


@dataclass(frozen=True, slots=True)
class Link:
    """`status`: created, partially_paid, paid, expired or cancelled. `order_id` is the order behind it, which its own API never shows."""

    id: str
    order_id: str
    reference: str
    amount: int
    description: str
    callback_url: str
    short_url: str
    customer: Mapping[str, object]
    notes: Mapping[str, object] | None
    created_at: int
    expire_by: int
    status: str = "created"
    amount_paid: int = 0
    attempts: int = 0
    cancelled_at: int = 0
    expired_at: int = 0
    updated_at: int = 0

    @property
    def open(self) -> bool:
        return self.status in ("created", "partially_paid")

    @property
    def closed_at(self) -> int | None:
        """When it stopped taking money; None while it takes some."""
        return None if self.open else self.expired_at or self.cancelled_at or self.updated_at


@dataclass(frozen=True, slots=True)
class Payment:
    """`status`: created, authorized, captured, refunded or failed. `captured` stays true when the money went back since."""

    id: str
    link_id: str
    order_id: str
    amount: int
    created_at: int
    status: str = "created"
    captured: bool = False
    captured_at: int = 0
    refunded: int = 0
    notes: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """`status`: pending, processed or failed. `speed` is the one asked for: normal or optimum, "" when none was."""

    id: str
    payment_id: str
    amount: int
    created_at: int
    status: str = "pending"
    speed: str = ""
    receipt: str | None = None
    notes: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One webhook to be delivered: its bytes and signature never change, however often it is sent. `about`: the link's reference."""

    id: str
    name: str
    body: bytes
    signature: str
    about: str
    created_at: int
    tries: list[Exchange] = field(default_factory=list)

    @property
    def delivered(self) -> bool:
        return any(each.ok for each in self.tries)
