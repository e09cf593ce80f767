"""A payment link as a merchant asks for it: what the gateway objects to, and the link that it issues."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ivr.sandbox.gateway_books import new_gateway_id
from ivr.sandbox.gateway_records import Link

LEAST, SOONEST_MS, LATEST_MS = 100, 15 * 60_000, 184 * 24 * 3_600_000
_FIELDS = {
    *("amount", "currency", "accept_partial", "first_min_partial_amount", "upi_link", "description", "reference_id", "customer"),
    *("expire_by", "notify", "notes", "callback_url", "callback_method", "reminder_enable", "options"),
}


def wished(fields: Mapping[str, Any], now: int, address: str) -> Link:
    """The link for a wish without problems; `address` is the sandbox's own, which its short URL begins with."""
    link_id = new_gateway_id("plink_")
    return Link(
        id=link_id,
        order_id=new_gateway_id("order_"),
        reference=fields.get("reference_id") or "",
        amount=fields["amount"],
        description=fields.get("description") or "",
        callback_url=fields.get("callback_url") or "",
        short_url=f"{address}/p/{link_id}",
        customer=fields.get("customer") or {},
        notes=fields.get("notes"),
        created_at=now,
        expire_by=fields["expire_by"] * 1000 if fields.get("expire_by") else now + LATEST_MS,
        updated_at=now,
    )


def problem(fields: Mapping[str, Any], now: int) -> str:
    """What the vendor would object to, in our word of `refusals.RAZORPAY`; "" when it issues the link."""
    if fields.get("upi_link"):
        return "upi"
    amount, notes, expire_by = fields.get("amount"), fields.get("notes") or {}, fields.get("expire_by")
    if not isinstance(amount, int) or isinstance(amount, bool) or not isinstance(notes, dict) or not _reads(fields):
        return "fields"
    if amount < LEAST:
        return "small"
    if len(notes) > 15 or any(len(str(value)) > 255 for value in notes.values()):
        return "notes"
    if expire_by and not now + SOONEST_MS <= int(expire_by) * 1000 <= now + LATEST_MS:
        return "expiry"
    return ""


def _reads(fields: Mapping[str, Any]) -> bool:
    address = fields.get("callback_url") or ""
    return (
        not set(fields) - _FIELDS
        and fields.get("currency", "INR") == "INR"
        and all(isinstance(fields.get(name) or "", str) for name in ("reference_id", "description", "callback_url"))
        and len(fields.get("reference_id") or "") <= 40
        and len(fields.get("description") or "") <= 2048
        and isinstance(fields.get("expire_by") or 0, int)
        and isinstance(fields.get("customer") or {}, dict)
        and (not address or (bool(urlsplit(address).netloc) and fields.get("callback_method") == "get"))
    )
