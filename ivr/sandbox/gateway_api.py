"""The gateway's REST API, as far as its SDK can tell. Statuses and sentences of its refusals: `refusals.RAZORPAY`."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from flask import Blueprint, Response, request

from ivr.sandbox.gateway_entities import Json, collection, link_json, order_json, payment_json, refund_json
from ivr.sandbox.gateway_events import PROVIDER
from ivr.sandbox.gateway_records import Link
from ivr.sandbox.gateway_wishes import problem, wished
from ivr.sandbox.refusals import Answer, refusal
from ivr.sandbox.rest import authorised, perform, reply
from ivr.sandbox.world import Sandbox

_PAGE, _MOST = 10, 100
_no = partial(refusal, PROVIDER)
_SEEN = "payment link with given reference_id: {} already exists. Please create a payment link with a different reference_id"
_T = TypeVar("_T")


def gateway_api(world: Sandbox) -> Blueprint:
    """Payment links, payments, refunds and orders below `/v1`, with or without a slash at the end."""
    api = Blueprint("gateway", __name__, url_prefix="/v1")
    api.before_request(lambda: _check_key(world))
    _links(api, world)
    _payments(api, world)
    _others(api, world)
    return api


def _check_key(world: Sandbox) -> Response | None:
    known = authorised(world.accounts.razorpay_key_id, world.accounts.razorpay_key_secret)
    return None if known else reply(_no("auth"))


def _links(api: Blueprint, world: Sandbox) -> None:
    @api.post("/payment_links", strict_slashes=False)
    def create_link() -> Response:
        wish = request.get_json(silent=True)
        fields = wish if isinstance(wish, dict) else {}
        address = request.url_root.rstrip("/")
        return perform(world, PROVIDER, "link.create", str(fields.get("reference_id", "")), lambda: _create(world, fields, address))

    @api.get("/payment_links", strict_slashes=False)
    def list_links() -> Response:
        wanted = request.args.to_dict()
        about = wanted.get("reference_id") or wanted.get("payment_id", "")
        return perform(world, PROVIDER, "link.list", about, lambda: _list_links(world, wanted))

    @api.get("/payment_links/<link_id>")
    def fetch_link(link_id: str) -> Response:
        return perform(world, PROVIDER, "link.fetch", _about(world, link_id), lambda: _known(world, link_id, _shown))

    @api.post("/payment_links/<link_id>/cancel")
    def cancel_link(link_id: str) -> Response:
        return perform(world, PROVIDER, "link.cancel", _about(world, link_id), lambda: _known(world, link_id, _cancel))

    @api.post("/payment_links/<link_id>/notify_by/<medium>")
    def notify_by(link_id: str, medium: str) -> Response:
        return reply(_known(world, link_id, lambda *_: Answer(200, {"success": True}) if medium in ("sms", "email") else _no("fields")))


def _payments(api: Blueprint, world: Sandbox) -> None:
    @api.get("/payments", strict_slashes=False)
    def list_payments() -> Response:
        wanted = request.args.to_dict()
        return perform(world, PROVIDER, "payment.list", "", lambda: _list_payments(world, wanted))

    @api.get("/payments/<payment_id>")
    def fetch_payment(payment_id: str) -> Response:
        payment = world.gateway.books.payments.get(payment_id)
        return reply(_no("unknown") if payment is None else Answer(200, payment_json(payment)))

    @api.get("/payments/<payment_id>/refunds")
    def list_refunds(payment_id: str) -> Response:
        return perform(world, PROVIDER, "refund.list", payment_id, lambda: _list_refunds(world, payment_id, request.args))

    @api.post("/payments/<payment_id>/refund")
    def ask_refund(payment_id: str) -> Response:
        key, body, refunding = request.headers.get("X-Refund-Idempotency", ""), request.get_data(), world.gateway.refunding
        with refunding.in_flight(key) as free:
            return perform(
                world, PROVIDER, "refund.create", payment_id, lambda: refunding.ask(payment_id, key, body) if free else _no("key_busy")
            )


def _others(api: Blueprint, world: Sandbox) -> None:
    @api.get("/refunds/<refund_id>")
    def fetch_refund(refund_id: str) -> Response:
        found = world.gateway.books.refunds.get(refund_id)
        return reply(_no("unknown") if found is None else Answer(200, refund_json(found)))

    @api.get("/orders/<order_id>")
    def fetch_order(order_id: str) -> Response:
        link = world.gateway.books.by_order(order_id)
        return reply(_no("unknown") if link is None else Answer(200, order_json(link)))

    @api.get("/orders/<order_id>/payments")
    def payments_of_order(order_id: str) -> Response:
        link = world.gateway.books.by_order(order_id)
        found = [payment_json(payment) for payment in world.gateway.books.payments_of(link.id)] if link else []
        return reply(_no("unknown") if link is None else Answer(200, collection(found)))


def _create(world: Sandbox, fields: Mapping[str, Any], address: str) -> Answer:
    """The answer is made before anybody can pay, and a fault may have it paid before it is answered."""
    if trouble := problem(fields, world.clock.now()):
        return _no(trouble)
    link = world.gateway.create(wished(fields, world.clock.now(), address))
    if link is None:
        return _no("reference", message=_SEEN.format(fields["reference_id"]) if world.gateway.observed else "")
    answer = Answer(200, link_json(link, ()))
    if world.faults.take("link.create", PROVIDER, link.reference, ("webhook_first",)):
        world.gateway.pay(link.id, at_once=True)
    return answer


def _about(world: Sandbox, link_id: str) -> str:
    """The reference of a link, for faults; else the id asked for."""
    link = world.gateway.books.links.get(link_id)
    return link.reference if link is not None and link.reference else link_id


def _known(world: Sandbox, link_id: str, act: Callable[[Sandbox, Link], Answer]) -> Answer:
    link = world.gateway.link(link_id)
    if link is not None:
        return act(world, link)
    return Answer(404, {"error": {"code": "BAD_REQUEST_ERROR"}}) if world.gateway.observed else _no("unknown")


def _shown(world: Sandbox, link: Link) -> Answer:
    return Answer(200, link_json(link, world.gateway.books.captured_of(link.id)))


def _cancel(world: Sandbox, link: Link) -> Answer:
    cancelled = world.gateway.cancel(link.id)
    if cancelled is not None:
        return _shown(world, cancelled)
    paid = world.gateway.books.links[link.id].amount_paid
    return _no("paid" if paid else "closed")


def _list_links(world: Sandbox, wanted: Mapping[str, str]) -> Answer:
    """`{"payment_links": […]}`, unlike every other list. Newest first."""
    books = world.gateway.books
    if "payment_id" in wanted:
        payment = books.payments.get(wanted["payment_id"])
        found = [books.links[payment.link_id]] if payment is not None else []
    elif "reference_id" in wanted:
        link = books.by_reference(wanted["reference_id"])
        found = [link] if link is not None else []
    else:
        found = list(reversed(world.gateway.links()))
    page = _page(found, wanted)
    if page is None:
        return _no("fields")
    current = [world.gateway.link(link.id) or link for link in page]
    return Answer(200, {"payment_links": [link_json(link, books.captured_of(link.id)) for link in current]})


def _list_payments(world: Sandbox, wanted: Mapping[str, str]) -> Answer:
    """Newest first; `from` and `to` are whole seconds, both included."""
    first, last = wanted.get("from", "0"), wanted.get("to", "4765046400")
    if not (first.isdecimal() and last.isdecimal()):
        return _no("fields")
    found = [each for each in reversed(world.gateway.payments()) if int(first) <= each.created_at // 1000 <= int(last)]
    return _collected(found, wanted, payment_json)


def _list_refunds(world: Sandbox, payment_id: str, wanted: Mapping[str, str]) -> Answer:
    if payment_id not in world.gateway.books.payments:
        return _no("unknown")
    return _collected(world.gateway.books.refunds_of(payment_id), wanted, refund_json)


def _collected(found: Sequence[_T], wanted: Mapping[str, str], show: Callable[[_T], Json]) -> Answer:
    page = _page(found, wanted)
    return _no("fields") if page is None else Answer(200, collection([show(each) for each in page]))


def _page(found: Sequence[_T], wanted: Mapping[str, str]) -> Sequence[_T] | None:
    """`count` (ten unless it says so, a hundred at most) after `skip`; None when they are no numbers of that kind."""
    count, skip = wanted.get("count", str(_PAGE)), wanted.get("skip", "0")
    if not (count.isdecimal() and skip.isdecimal() and 0 < int(count) <= _MOST):
        return None
    return found[int(skip) : int(skip) + int(count)]
