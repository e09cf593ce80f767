"""What we keep of an event: ids, amounts, states and the method, and nothing of the person who paid.

Sources: RBI's direction of 6 April 2018 on payment data, and PCI DSS: what is never stored cannot leak. A list of what stays, not of
what goes: the gateway adds fields when it likes.
"""

from collections.abc import Sequence
from json import dumps
from re import compile as regex

from ivr.payments.razorpay_entities import parsed

_EVENT = ("entity", "event", "account_id", "created_at")
_ALWAYS = ("id", "entity", "order_id", "payment_id", "amount", "currency", "status", "created_at", "notes")
_KEPT = {
    "payment_link": (*_ALWAYS, "reference_id", "amount_paid", "accept_partial", "expire_by", "expired_at", "cancelled_at", "updated_at"),
    "payment": (*_ALWAYS, "method", "captured", "amount_refunded", "refund_status", "fee", "tax", "error_code", "error_reason"),
    "order": (*_ALWAYS, "receipt", "amount_paid", "amount_due"),
    "refund": (*_ALWAYS, "receipt", "speed_requested", "speed_processed"),
    "dispute": (*_ALWAYS, "phase", "reason_code", "respond_by"),
}
_NOTES = ("reference",)
_WORD = regex(r"[A-Za-z0-9_.-]{1,64}")
_CARD = regex(r"[0-9]{12}")  # the first 12 digits of a card number that may have 12 to 19
_SEPARATORS = str.maketrans("", "", "_.-")
_LARGEST = 10**11  # 11 digits: an amount or a moment, and no card number


def strip_event(body: bytes) -> bytes:
    """A copy of a verified event for keeping, as JSON in ASCII. BadRequest when it is no event.

    No name, contact, e-mail, UPI address, card or bank; and nowhere a number of 12 digits or more, whatever field it came in.
    """
    event = parsed(body)
    payload, contains = event.get("payload"), event.get("contains")
    kept = _fields(event, _EVENT)
    kept["contains"] = [name for name in _KEPT if isinstance(contains, list) and name in contains]
    kept["payload"] = {name: {"entity": entity} for name in _KEPT if (entity := _entity(payload, name)) is not None}
    return dumps(kept, separators=(",", ":")).encode()


def _entity(payload: object, name: str) -> dict[str, object] | None:
    wrapped = payload.get(name) if isinstance(payload, dict) else None
    entity = wrapped.get("entity") if isinstance(wrapped, dict) else None
    return _fields(entity, _KEPT[name]) if isinstance(entity, dict) else None


def _fields(entity: object, names: Sequence[str]) -> dict[str, object]:
    if not isinstance(entity, dict):
        return {}
    kept = {name: entity[name] for name in names if name in entity and _is_harmless(entity[name])}
    return {**kept, "notes": _fields(entity.get("notes"), _NOTES)} if "notes" in names else kept


def _is_harmless(value: object) -> bool:
    match value:
        case None | bool():
            return True
        case int():
            return abs(value) < _LARGEST
        case str():
            return bool(_WORD.fullmatch(value)) and not _CARD.search(value.translate(_SEPARATORS))
        case _:
            return False
