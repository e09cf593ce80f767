"""Razorpay's events in the shape of its published samples; every value is invented."""

import json
from typing import Any

REFERENCE, LINK_ID, PAYMENT_ID, REFUND_ID = (
    "c_01KA7QZ3M8TB2V9XJ4R6CDEFGH-1",
    "plink_Rk1Sandhi00001",
    "pay_Rk1Sandhi00002",
    "rfnd_Rk1Sandhi0003",
)
CARD = "4111111111111111"


def link(**change: Any) -> dict[str, Any]:
    """As events carry it: `order_id` prefixed, `notes` null when there are none, no `payments`."""
    return {
        "accept_partial": False,
        "amount": 24900,
        "amount_paid": 24900,
        "callback_method": "get",
        "callback_url": "https://ivr.example.in/paid",
        "cancelled_at": 0,
        "created_at": 1795348800,
        "currency": "INR",
        "customer": {"name": "Asha Rao", "contact": "+919845012345", "email": "asha@example.in"},
        "description": "Doctor on the phone",
        "expire_by": 1795349760,
        "expired_at": 0,
        "first_min_partial_amount": 0,
        "id": LINK_ID,
        "notes": None,
        "notify": {"email": False, "sms": False, "whatsapp": False},
        "order_id": "order_Rk1Sandhi0004",
        "reference_id": REFERENCE,
        "reminder_enable": False,
        "reminders": {"status": "failed"},
        "short_url": "https://rzp.example/i/abc",
        "status": "paid",
        "updated_at": 1795348860,
        "upi_link": False,
        "user_id": "",
        "whatsapp_link": False,
        **change,
    }


def payment(**change: Any) -> dict[str, Any]:
    """With everything of the payer that the gateway may show; `notes` an empty list when there are none."""
    return {
        "id": PAYMENT_ID,
        "entity": "payment",
        "amount": 24900,
        "currency": "INR",
        "base_amount": 24900,
        "status": "captured",
        "order_id": "order_Rk1Sandhi0004",
        "invoice_id": None,
        "international": False,
        "method": "upi",
        "amount_refunded": 0,
        "amount_transferred": 0,
        "refund_status": None,
        "captured": True,
        "description": "#Rk1Sandhi00001",
        "card_id": "card_Rk1Sandhi0005",
        "card": {"id": "card_Rk1Sandhi0005", "name": "Asha Rao", "last4": "1111", "network": "Visa", "number": CARD},
        "bank": "HDFC",
        "wallet": "payzapp",
        "vpa": "asha.rao@examplebank",
        "email": "asha@example.in",
        "contact": "+919845012345",
        "notes": [],
        "fee": 588,
        "tax": 90,
        "error_code": None,
        "error_description": None,
        "error_source": None,
        "error_step": None,
        "error_reason": None,
        "acquirer_data": {"rrn": "249727216453", "upi_transaction_id": "95F9C08EF8042B93242AFD815F8AD8ED"},
        "created_at": 1795348850,
        "upi": {"payer_account_type": "bank_account", "vpa": "asha.rao@examplebank"},
        **change,
    }


def refund(**change: Any) -> dict[str, Any]:
    return {
        "id": REFUND_ID,
        "entity": "refund",
        "amount": 24900,
        "currency": "INR",
        "payment_id": PAYMENT_ID,
        "notes": {"comment": "asha@example.in asked"},
        "receipt": None,
        "acquirer_data": {"arn": None},
        "created_at": 1795350000,
        "batch_id": None,
        "status": "processed",
        "speed_processed": "normal",
        "speed_requested": "normal",
        **change,
    }


def order(**change: Any) -> dict[str, Any]:
    """As `payment_link.paid` carries it: without the prefix of its id."""
    return {"amount": 24900, "amount_due": 0, "amount_paid": 24900, "id": "Rk1Sandhi0004", "notes": [], "receipt": REFERENCE, **change}


def event(name: str, **entities: Any) -> dict[str, Any]:
    return {
        "account_id": "acc_Rk1Sandhi0006",
        "contains": list(entities),
        "created_at": 1795348800,
        "entity": "event",
        "event": name,
        "payload": {kind: {"entity": entity} for kind, entity in entities.items()},
    }


def paid(**change: Any) -> dict[str, Any]:
    return event("payment_link.paid", payment_link=link(), order=order(), payment=payment(**change))


def wire(told: object) -> bytes:
    return json.dumps(told).encode()
