"""The gateway's JSON: entities as its API answers them and as its events carry them, with the traps that its own samples show.

Sources: Razorpay's pages on the payment link, payment, refund and order entities, on webhooks of payments, refunds and payment
links, and payloads that merchants have published. All values are invented.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ivr.sandbox.gateway_records import Link, Payment, Refund

Json = dict[str, Any]
ACCOUNT = "sandbox0000000"
_FEE_PERMILLE, _TAX_PERMILLE = 20, 180  # 2 %, and GST of 18 % on the fee
_PAYER = {"vpa": "payer@sandboxupi", "contact": "+919900000000", "email": "payer@example.com"}  # never the caller: anyone may pay


def bare(identifier: str) -> str:
    """An id without its prefix."""
    return identifier.partition("_")[2]


def link_json(link: Link, captured: Sequence[Payment]) -> Json:
    """As create, fetch and list answer it: no `order_id`, and `payments` null until something is captured."""
    payments = [_in_link(link, payment) for payment in captured]
    return {**_link(link), "payments": payments or None}


def link_in_event(link: Link) -> Json:
    """As events carry it: with `order_id` once there was an attempt, and without `payments`."""
    return {**_link(link), "order_id": link.order_id} if link.attempts else _link(link)


def _link(link: Link) -> Json:
    return {
        "accept_partial": False,
        "amount": link.amount,
        "amount_paid": link.amount_paid,
        "callback_method": "get" if link.callback_url else "",
        "callback_url": link.callback_url,
        "cancelled_at": link.cancelled_at // 1000,
        "created_at": link.created_at // 1000,
        "currency": "INR",
        "customer": dict(link.customer),
        "description": link.description,
        "expire_by": link.expire_by // 1000,
        "expired_at": link.expired_at // 1000,
        "first_min_partial_amount": 0,
        "id": link.id,
        "notes": dict(link.notes) if link.notes else None,
        "notify": {"email": False, "sms": False, "whatsapp": False},
        "reference_id": link.reference,
        "reminder_enable": False,
        "reminders": [],
        "short_url": link.short_url,
        "status": link.status,
        "updated_at": link.updated_at // 1000,
        "upi_link": False,
        "user_id": "",
        "whatsapp_link": False,
    }


def _in_link(link: Link, payment: Payment) -> Json:
    return {
        "amount": payment.amount,
        "created_at": payment.created_at // 1000,
        "method": "upi",
        "payment_id": payment.id,
        "plink_id": link.id,
        "status": "captured",
        "updated_at": payment.captured_at // 1000,
    }


def payment_json(payment: Payment) -> Json:
    """`description` names the link, `order_id` the order; nothing in it names the merchant's reference. `notes` is a list when empty."""
    fee = payment.amount * _FEE_PERMILLE // 1000
    tax = fee * _TAX_PERMILLE // 1000
    failed = payment.status == "failed"
    return {
        "id": payment.id,
        "entity": "payment",
        "amount": payment.amount,
        "currency": "INR",
        "base_amount": payment.amount,
        "status": payment.status,
        "order_id": payment.order_id,
        "invoice_id": None,
        "international": False,
        "method": "upi",
        "amount_refunded": payment.refunded,
        "amount_transferred": 0,
        "refund_status": _refund_status(payment),
        "captured": payment.captured,
        "description": f"#{bare(payment.link_id)}",
        "card_id": None,
        "bank": None,
        "wallet": None,
        **_PAYER,
        "notes": dict(payment.notes) if payment.notes else [],
        "fee": fee + tax if payment.captured else None,
        "tax": tax if payment.captured else None,
        "error_code": "BAD_REQUEST_ERROR" if failed else None,
        "error_description": "Payment failed" if failed else None,
        "error_source": "bank" if failed else None,
        "error_step": "payment_authorization" if failed else None,
        "error_reason": "payment_failed" if failed else None,
        "acquirer_data": {"rrn": f"{payment.created_at % 10**12:012d}"},
        "created_at": payment.created_at // 1000,
        "upi": {"payer_account_type": "bank_account", "vpa": _PAYER["vpa"], "flow": "intent"},
    }


def _refund_status(payment: Payment) -> str | None:
    if not payment.refunded:
        return None
    return "full" if payment.refunded == payment.amount else "partial"


def refund_json(refund: Refund) -> Json:
    """The speeds are told only of a refund whose request named one."""
    asked = {"speed_requested": refund.speed, "speed_processed": "normal"} if refund.speed else {}
    return {
        "id": refund.id,
        "entity": "refund",
        "amount": refund.amount,
        "currency": "INR",
        "payment_id": refund.payment_id,
        "notes": dict(refund.notes) if refund.notes else [],
        "receipt": refund.receipt,
        "acquirer_data": {"arn": "10000000000000" if refund.status == "processed" else None},
        "created_at": refund.created_at // 1000,
        "batch_id": None,
        "status": refund.status,
        **asked,
    }


def order_json(link: Link) -> Json:
    """The order behind a link, as the API answers it."""
    return {
        "id": link.order_id,
        "entity": "order",
        "amount": link.amount,
        "amount_paid": link.amount_paid,
        "amount_due": max(link.amount - link.amount_paid, 0),
        "currency": "INR",
        "receipt": link.reference,
        "offer_id": None,
        "status": _order_status(link),
        "attempts": link.attempts,
        "notes": dict(link.notes) if link.notes else [],
        "created_at": link.created_at // 1000,
    }


def _order_status(link: Link) -> str:
    if link.amount_paid >= link.amount:
        return "paid"
    return "attempted" if link.attempts else "created"


def order_in_event(link: Link) -> Json:
    """As `payment_link.paid` carries it: the id lacks its `order_` prefix, and `entity` is missing."""
    shown = order_json(link)
    del shown["entity"]
    product = {"product_id": bare(link.id), "product_type": "payment_link_v2", "merchant_id": ACCOUNT, "payment_capture": True}
    return {**shown, **product, "id": bare(link.order_id), "updated_at": link.updated_at // 1000}


def event_json(name: str, created_at: int, payload: Mapping[str, Json]) -> Json:
    """`created_at` in UTC ms; of a link's events it is the link's, not the event's: published payloads have it so."""
    return {
        "account_id": f"acc_{ACCOUNT}",
        "contains": list(payload),
        "created_at": created_at // 1000,
        "entity": "event",
        "event": name,
        "payload": {entity: {"entity": shown} for entity, shown in payload.items()},
    }


def collection(items: Sequence[Json]) -> Json:
    return {"entity": "collection", "count": len(items), "items": list(items)}
