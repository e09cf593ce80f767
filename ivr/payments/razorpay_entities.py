"""Razorpay's entities as our values: one reader for API answers and events, so that both inputs mean the same.

Sources: Razorpay's pages on payment links, payments, refunds and webhook payloads. Only rupees, only whole positive paise:
whatever else is told is Odd, and nobody acts on it.
"""

from collections.abc import Mapping
from json import loads
from re import Pattern
from re import compile as regex
from typing import Any

from ivr.model.errors import BadRequest
from ivr.model.gateway import Captured, GatewayLink, GatewayRefund, LinkState, RefundState, StatementLine
from ivr.model.values import Paise

Entity = Mapping[str, Any]

LINK_ID = regex(r"plink_[A-Za-z0-9]{1,40}")
PAYMENT_ID = regex(r"pay_[A-Za-z0-9]{1,40}")
REFUND_ID = regex(r"rfnd_[A-Za-z0-9]{1,40}")
REFERENCE = regex(r"[!-~]{1,40}")  # 40 characters is the gateway's limit
_ADDRESS = regex(r"https?://[!-~]{1,2000}")
_MOST = 10_000_000_00  # ₹1 crore: no consult costs that, so such a number is not an amount
_LATEST_S = 10**11  # seconds: far beyond any moment, well within a BIGINT of milliseconds

_LINK_STATES = {
    "created": LinkState.OPEN,
    "partially_paid": LinkState.PARTLY_PAID,
    "paid": LinkState.PAID,
    "expired": LinkState.EXPIRED,
    "cancelled": LinkState.CANCELLED,
}
_REFUND_STATES = {"pending": RefundState.PENDING, "processed": RefundState.DONE, "failed": RefundState.FAILED}
# A link lists captured payments only. One that was given back since has been captured too.
_WERE_CAPTURED = ("captured", "refunded")


class Odd(Exception):
    """An answer or an event that cannot be true of one of our links, payments or refunds. Names the field, never its value."""


def object_of(value: object, name: str) -> Entity:
    if not isinstance(value, dict):
        raise Odd(f"{name} is no object")
    return value


def list_of(value: object, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise Odd(f"{name} is no list")
    return value


def text(entity: Entity, name: str, shape: Pattern[str]) -> str:
    value = entity.get(name)
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise Odd(f"{name} is not of the gateway's shape")
    return value


def number(entity: Entity, name: str, least: int, most: int) -> int:
    value = entity.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Odd(f"{name} is not a number that it can be")
    return value


def rupees(entity: Entity) -> Paise:
    """The amount of an entity that names its currency."""
    if entity.get("currency") != "INR":
        raise Odd("currency is not INR")
    return Paise(number(entity, "amount", 1, _MOST))


def link(entity: Entity) -> GatewayLink:
    """A payment link. `payments` is null until one is captured; its entries name no currency, the link does."""
    reference = text(entity, "reference_id", REFERENCE)
    payments = list_of(entity.get("payments") or [], "payments")
    return GatewayLink(
        link_id=text(entity, "id", LINK_ID),
        reference=reference,
        amount=rupees(entity),
        state=link_state(entity),
        url=text(entity, "short_url", _ADDRESS),
        payments=tuple(_paid(each, reference) for each in payments if object_of(each, "payment").get("status") in _WERE_CAPTURED),
    )


def link_state(entity: Entity) -> LinkState:
    state = _LINK_STATES.get(str(entity.get("status")))
    if state is None:
        raise Odd("status is none of a link's")
    return state


def refund(entity: Entity) -> GatewayRefund:
    state = _REFUND_STATES.get(str(entity.get("status")))
    if state is None:
        raise Odd("status is none of a refund's")
    return GatewayRefund(text(entity, "id", REFUND_ID), text(entity, "payment_id", PAYMENT_ID), rupees(entity), state)


def captured(payment: Entity, reference: str) -> Captured:
    """A payment entity that says it is captured. Its `status` may be `refunded` by now: the entity is a snapshot."""
    if payment.get("captured") is not True:
        raise Odd("the payment is not captured")
    return Captured(reference, text(payment, "id", PAYMENT_ID), rupees(payment))


def statement_line(payment: Entity) -> StatementLine | None:
    """A payment as the books have it; None for one in another currency, which cannot be ours."""
    if payment.get("currency") != "INR":
        return None
    return StatementLine(
        payment_id=text(payment, "id", PAYMENT_ID),
        amount=Paise(number(payment, "amount", 0, _MOST * 1000)),  # other business of the account may be larger, or a trial of 0
        captured=payment.get("captured") is True,
        refunded=Paise(0 if payment.get("amount_refunded") is None else number(payment, "amount_refunded", 0, _MOST * 1000)),
        created_at=number(payment, "created_at", 0, _LATEST_S) * 1000,
    )


def _paid(payment: Entity, reference: str) -> Captured:
    return Captured(reference, text(payment, "payment_id", PAYMENT_ID), Paise(number(payment, "amount", 1, _MOST)))


def parsed(body: bytes) -> Entity:
    """A JSON object in UTF-8. BadRequest for anything else, also for what Python's reader alone would take: NaN, or depth without end."""
    try:
        event = loads(body.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BadRequest("The body is no JSON.") from None
    if not isinstance(event, dict):
        raise BadRequest("The body is no JSON object.")
    return event


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
