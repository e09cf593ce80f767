"""Razorpay's web side: its events and its browser return. Imports no SDK, does no I/O.

Sources: Razorpay's pages on validating webhooks, sample payloads, and the callback parameters of payment links.

    POST with  x-razorpay-signature: hex HMAC-SHA256(webhook secret, the body's very bytes)
               x-razorpay-event-id:  the same for every delivery of one event (not signed)
    {"entity": "event", "event": "payment_link.paid", "payload": {"payment_link": {"entity": {…}}, "payment": {"entity": {…}}}}

Deliveries repeat, come in any order, and show an entity as it is by then. The SDK's own check takes text instead of bytes, raises
on a signature that is no ASCII, and believes a `secret` among the parameters of a browser return.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from hmac import compare_digest, digest
from re import compile as regex

from ivr.model.errors import BadRequest
from ivr.model.gateway import GatewayEvent, GatewayFact, LinkClosed, LinkState
from ivr.payments import razorpay_entities as entities
from ivr.payments.razorpay_entities import PAYMENT_ID, REFERENCE, Entity, Odd, object_of, parsed, text
from ivr.payments.razorpay_redaction import strip_event

_NAME = regex(r"[a-z0-9_.]{1,64}")
_EVENT_ID = regex(r"[!-~]{1,64}")
# What the gateway signs when it sends the browser back, in this order.
_RETURNED = (
    "razorpay_payment_link_id",
    "razorpay_payment_link_reference_id",
    "razorpay_payment_link_status",
    "razorpay_payment_id",
)
_RETURNED_VALUE = regex(r"[!-{}~]{1,64}")  # no `|`, which parts them


class RazorpayHooks:
    """`GatewayHooks`. `secrets`: all verify, for events made before a rotation keep their old signature."""

    name: str = "razorpay"

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = [secret.encode() for secret in secrets if secret]

    def strip(self, body: bytes) -> bytes:
        return strip_event(body)

    def verify(self, body: bytes, headers: Mapping[str, str]) -> bool:
        """Whether one of our secrets signed these very bytes. Every secret is tried, each in constant time. Never raises."""
        presented, found = _ascii(headers.get("x-razorpay-signature")), False
        for secret in self._secrets:
            found |= compare_digest(digest(secret, body, "sha256").hex().encode(), presented)
        return found

    def read(self, body: bytes, headers: Mapping[str, str]) -> GatewayEvent:
        """The event and what it tells of our links; BadRequest when it is no event. An event of odd content has no facts."""
        event = parsed(body)
        name = event.get("event")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise BadRequest("The body is no event of Razorpay's.")
        try:
            facts = _READERS[name](object_of(event.get("payload"), "payload")) if name in _READERS else ()
        except Odd:
            facts = ()
        return GatewayEvent(_event_id(body, headers), name, facts)


def is_our_return(params: Mapping[str, str], key_secret: str) -> bool:
    """Whether the gateway sent this browser back after a payment, for the thank-you page only: never a proof of money. Never raises."""
    values = [params.get(name, "") for name in _RETURNED]
    if not key_secret or not all(_RETURNED_VALUE.fullmatch(value) for value in values):
        return False
    ours = digest(key_secret.encode(), "|".join(values).encode(), "sha256").hex().encode()
    return compare_digest(ours, _ascii(params.get("razorpay_signature")))


def _ascii(signature: object) -> bytes:
    """A presented signature for comparing; anything that cannot be one becomes empty, which equals no digest."""
    return signature.encode() if isinstance(signature, str) and signature.isascii() else b""


def _event_id(body: bytes, headers: Mapping[str, str]) -> str:
    presented = headers.get("x-razorpay-event-id") or ""
    return presented if _EVENT_ID.fullmatch(presented) else sha256(body).hexdigest()


def _entity(payload: Entity, name: str) -> Entity:
    return object_of(object_of(payload.get(name), name).get("entity"), name)


def _paid_link(payload: Entity) -> tuple[GatewayFact, ...]:
    """The payment's own amount counts. The order is left alone: in this event its id lacks the prefix that it has elsewhere."""
    reference = text(_entity(payload, "payment_link"), "reference_id", REFERENCE)
    return (entities.captured(_entity(payload, "payment"), reference),)


def _captured_payment(payload: Entity) -> tuple[GatewayFact, ...]:
    """A payment alone names our reference only in the notes that it may have from its link; without any they are an empty list."""
    payment = _entity(payload, "payment")
    return (entities.captured(payment, text(object_of(payment.get("notes"), "notes"), "reference", REFERENCE)),)


def _closed_link(state: LinkState) -> Callable[[Entity], tuple[GatewayFact, ...]]:
    def read(payload: Entity) -> tuple[GatewayFact, ...]:
        link = _entity(payload, "payment_link")
        if entities.link_state(link) is not state:
            raise Odd("the link is not in the state that the event names")
        return (LinkClosed(text(link, "reference_id", REFERENCE), state),)

    return read


def _refund(payload: Entity) -> tuple[GatewayFact, ...]:
    """Payments that were never captured are given back by the gateway itself, with the same events: those are not ours."""
    refund, payment = entities.refund(_entity(payload, "refund")), _entity(payload, "payment")
    if payment.get("captured") is not True or text(payment, "id", PAYMENT_ID) != refund.payment_id:
        raise Odd("no refund of a captured payment")
    return (refund,)


_READERS: Mapping[str, Callable[[Entity], tuple[GatewayFact, ...]]] = {
    "payment_link.paid": _paid_link,
    "payment_link.partially_paid": _paid_link,
    "payment_link.expired": _closed_link(LinkState.EXPIRED),
    "payment_link.cancelled": _closed_link(LinkState.CANCELLED),
    "payment.captured": _captured_payment,
    "refund.created": _refund,
    "refund.processed": _refund,
    "refund.failed": _refund,
    "refund.speed_changed": _refund,
}
