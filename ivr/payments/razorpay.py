"""Razorpay's worker side: links, refunds, the gateway's books.

Sources: Razorpay's pages on standard payment links, customising their checkout, idempotent refunds and fetching payments; SDK 2.0.1.

    POST /v1/payment_links                      →  200 {"id": "plink_…", "reference_id": …, "status": "created", "payments": null, …}
    GET  /v1/payment_links?reference_id=…       →  200 {"payment_links": [{…}]}
    POST /v1/payment_links/plink_…/cancel       →  200 the link, or 400 when it is paid
    POST /v1/payments/pay_…/refund              →  200 {"id": "rfnd_…", "payment_id": …, "status": "pending", …}
    GET  /v1/payments/pay_…/refunds, /v1/payments  →  200 {"entity": "collection", "count": 1, "items": [{…}]}
    any refusal                                 →  4xx {"error": {"code": "BAD_REQUEST_ERROR", "description": "a sentence", …}}
"""

from collections.abc import Callable
from re import compile as regex
from typing import Any, TypeVar

from ivr.model.gateway import GatewayLink, GatewayRefund, LinkWish, Ok, RefundWish, Refusal, Rejected, RetryAfter, StatementLine
from ivr.model.outcomes import Unknown
from ivr.network import Refused
from ivr.payments import razorpay_entities as entities
from ivr.payments.razorpay_client import NoAnswer, RazorpayClients
from ivr.payments.razorpay_entities import LINK_ID, PAYMENT_ID, Entity, Odd, list_of, object_of
from ivr.payments.razorpay_refusals import outcome

T = TypeVar("T")

_PAGE = 100  # the most that one page of a list may hold
_DESCRIPTION = 2048
_KEY = regex(r"[A-Za-z0-9_-]{10,255}")
_UPI_FIRST = {
    "blocks": {"upi": {"name": "UPI", "instruments": [{"method": "upi"}]}},
    "sequence": ["block.upi"],
    "preferences": {"show_default_blocks": True},
}


class Razorpay:
    """`Gateway` and `GatewayStatement`; may be used by many threads. `timeout`: (connect, read) in seconds; `api_url`: the sandbox."""

    name: str = "razorpay"

    def __init__(self, key_id: str, key_secret: str, api_url: str | None = None, timeout: tuple[float, float] = (3.05, 8.0)) -> None:
        self._clients = RazorpayClients(key_id, key_secret, api_url, timeout)

    def create_link(self, wish: LinkWish) -> Ok[GatewayLink] | Rejected | RetryAfter | Unknown:
        def read(answer: object) -> GatewayLink:
            made = entities.link(object_of(answer, "answer"))
            if (made.reference, made.amount) != (wish.reference, wish.amount):
                raise Odd("another link than the one asked for")
            return made

        return self._ask(lambda client: client.payment_link.create(_link_fields(wish)), read)

    def find_link(self, reference: str) -> Ok[GatewayLink | None] | Rejected | RetryAfter | Unknown:
        return self._ask(
            lambda client: client.payment_link.all({"reference_id": reference}),
            lambda answer: _the_one(list_of(object_of(answer, "answer").get("payment_links"), "payment_links"), reference),
        )

    def fetch_link(self, link_id: str) -> Ok[GatewayLink] | Rejected | RetryAfter | Unknown:
        if not LINK_ID.fullmatch(link_id):
            return _NO_SUCH_ID
        return self._ask(lambda client: client.payment_link.fetch(link_id), lambda answer: _same_link(answer, link_id))

    def cancel_link(self, link_id: str) -> Ok[GatewayLink] | Rejected | RetryAfter | Unknown:
        if not LINK_ID.fullmatch(link_id):
            return _NO_SUCH_ID
        return self._ask(lambda client: client.payment_link.cancel(link_id), lambda answer: _same_link(answer, link_id))

    def refund(self, wish: RefundWish) -> Ok[GatewayRefund] | Rejected | RetryAfter | Unknown:
        """The same key with other bytes is refused, so the body passes by the SDK's own JSON writer."""
        if not PAYMENT_ID.fullmatch(wish.payment_id):
            return _NO_SUCH_ID
        if not _KEY.fullmatch(wish.key):
            return Rejected(Refusal.OTHER, "local", "a refund's key is 10 characters or more of A-Z, a-z, 0-9, - and _")
        headers = {"Content-Type": "application/json", "X-Refund-Idempotency": wish.key}
        path, body = f"/v1/payments/{wish.payment_id}/refund", wish.body.encode()
        return self._ask(
            lambda client: client.request("post", path, data=body, headers=headers),
            lambda answer: _refund_of(object_of(answer, "answer"), wish.payment_id),
        )

    def refunds_of(self, payment_id: str) -> Ok[tuple[GatewayRefund, ...]] | Rejected | RetryAfter | Unknown:
        """Failed ones included; at most 100."""
        if not PAYMENT_ID.fullmatch(payment_id):
            return _NO_SUCH_ID
        return self._ask(
            lambda client: client.payment.fetch_multiple_refund(payment_id, {"count": _PAGE}),
            lambda answer: tuple(_refund_of(each, payment_id) for each in _items(answer)),
        )

    def payments_between(self, since: int, until: int) -> Ok[tuple[StatementLine, ...]] | Rejected | RetryAfter | Unknown:
        """Payments in rupees made in [since, until), UTC milliseconds, whatever became of them, oldest first.

        A page that brings nothing new while the list is not at its end makes it Unknown: half a statement is worse than none.
        """
        found: dict[str, StatementLine] = {}
        asked, seen = {"from": since // 1000, "to": -(-until // 1000), "count": _PAGE}, set[str]()
        for skip in range(0, 1_000_000, _PAGE):
            page = self._page({**asked, "skip": skip})
            if not isinstance(page, Ok):
                return page
            fresh = {each["id"] for each in page.value} - seen
            lines = [line for each in page.value if (line := each["line"]) is not None]
            found |= {line.payment_id: line for line in lines if since <= line.created_at < until}
            if len(page.value) < _PAGE:
                return Ok(tuple(sorted(found.values(), key=lambda line: (line.created_at, line.payment_id))))
            if not fresh:
                break
            seen |= fresh
        return Unknown("the list of payments does not end")

    def _page(self, asked: dict[str, int]) -> Ok[list[dict[str, Any]]] | Rejected | RetryAfter | Unknown:
        return self._ask(
            lambda client: client.payment.all(asked),
            lambda answer: [{"id": str(each.get("id")), "line": entities.statement_line(each)} for each in _items(answer)],
        )

    def _ask(self, request: Callable[[Any], object], read: Callable[[object], T]) -> Ok[T] | Rejected | RetryAfter | Unknown:
        """One request; every way it can end as an outcome. Never raises."""
        try:
            return Ok(read(request(self._clients.mine())))
        except Refused as refused:
            return outcome(refused)
        except NoAnswer as error:
            return Unknown(str(error)) if error.sent else RetryAfter("unreachable")
        except Odd as error:
            return Unknown(f"an odd answer: {error}")
        except Exception as error:  # whatever the SDK made of the answer, the gateway may have done as it was asked
            return Unknown(type(error).__name__)


_NO_SUCH_ID = Rejected(Refusal.GONE, "local", "that is no id of Razorpay's")


def _link_fields(wish: LinkWish) -> dict[str, object]:
    """A standard link, in full or not at all; the gateway texts, mails and reminds nobody: we do."""
    return {
        "amount": wish.amount.amount,
        "currency": "INR",
        "accept_partial": False,
        "reference_id": wish.reference,
        "description": wish.description[:_DESCRIPTION],
        "expire_by": wish.expires_at // 1000,
        "notify": {"sms": False, "email": False},
        "reminder_enable": False,
        "notes": {"reference": wish.reference},  # copied to the payment: without it `payment.captured` could not be ours
        "callback_url": wish.return_url,
        "callback_method": "get",
        "options": {"checkout": {"config": {"display": _UPI_FIRST}}},
    }


def _the_one(listed: list[Any], reference: str) -> GatewayLink | None:
    """The link with exactly this reference. A list that holds only others was not filtered, so it does not say that ours is missing."""
    ours = [each for each in listed if object_of(each, "link").get("reference_id") == reference]
    if len(ours) > 1 or (listed and not ours):
        raise Odd("the list is not of this reference")
    return entities.link(ours[0]) if ours else None


def _same_link(answer: object, link_id: str) -> GatewayLink:
    found = entities.link(object_of(answer, "answer"))
    if found.link_id != link_id:
        raise Odd("another link than the one asked for")
    return found


def _refund_of(entity: Entity, payment_id: str) -> GatewayRefund:
    found = entities.refund(entity)
    if found.payment_id != payment_id:
        raise Odd("a refund of another payment")
    return found


def _items(answer: object) -> list[Entity]:
    return [object_of(each, "item") for each in list_of(object_of(answer, "answer").get("items"), "items")]
