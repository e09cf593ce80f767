"""The gateway's part of the control API, below `/sandbox/api/gateway/`: what payers do, what the books say, what its owner sets."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify

from ivr.sandbox.control import bad_input, given_fields, limit
from ivr.sandbox.gateway_records import Event, Link
from ivr.sandbox.world import Sandbox


def gateway_control(world: Sandbox) -> Blueprint:
    """Bad input is answered 400 `{"error": …}`, a link that nobody knows 404."""
    api = Blueprint("gateway_control", __name__, url_prefix="/sandbox/api/gateway")
    api.register_error_handler(ValueError, bad_input)
    _books(api, world)
    _payers(api, world)
    _owner(api, world)
    return api


def _books(api: Blueprint, world: Sandbox) -> None:
    """Newest first, `limit` of them."""

    @api.get("/links")
    def links() -> Response:
        found = world.gateway.links()
        return jsonify(total=len(found), links=[_link(world, link) for link in reversed(found[-limit() :])])

    @api.get("/links/<link_id>")
    def link(link_id: str) -> tuple[Response, int]:
        return _shown(world, link_id)

    @api.get("/payments")
    def payments() -> Response:
        found = world.gateway.payments()
        shown = [asdict(each) for each in reversed(found[-limit() :])]
        return jsonify(total=len(found), captured=world.gateway.captured_total(), payments=shown)

    @api.get("/refunds")
    def refunds() -> Response:
        found = world.gateway.refunds()
        shown = [asdict(each) for each in reversed(found[-limit() :])]
        return jsonify(total=len(found), refunded=world.gateway.refunded_total(), refunds=shown)

    @api.get("/events")
    def events() -> Response:
        found = world.gateway.events.kept()
        shown = [_event(each) for each in reversed(found[-limit() :])]
        return jsonify(total=len(found), enabled=world.gateway.events.enabled, events=shown)


def _payers(api: Blueprint, world: Sandbox) -> None:
    gateway = world.gateway

    @api.post("/links/<link_id>/pay")
    def pay(link_id: str) -> tuple[Response, int]:
        given = given_fields({"times": int, "amount": int}, required=())
        return _done(world, link_id, lambda: gateway.pay(link_id, given.get("times", 1), given.get("amount")))

    @api.post("/links/<link_id>/fail")
    def fail(link_id: str) -> tuple[Response, int]:
        return _done(world, link_id, lambda: gateway.fail(link_id))

    @api.post("/links/<link_id>/authorise-late")
    def authorise_late(link_id: str) -> tuple[Response, int]:
        minutes = given_fields({"minutes": int}, required=("minutes",))["minutes"]
        return _done(world, link_id, lambda: gateway.authorise_late(link_id, minutes))

    @api.post("/links/<link_id>/pay-late")
    def pay_late(link_id: str) -> tuple[Response, int]:
        return _done(world, link_id, lambda: gateway.pay_late(link_id))

    @api.post("/links/<link_id>/leave-uncaptured")
    def leave_uncaptured(link_id: str) -> tuple[Response, int]:
        minutes = given_fields({"minutes": int}, required=("minutes",))["minutes"]
        return _done(world, link_id, lambda: gateway.leave_uncaptured(link_id, minutes))


def _owner(api: Blueprint, world: Sandbox) -> None:
    gateway = world.gateway

    @api.put("/balance")
    def balance() -> Response:
        gateway.set_balance(given_fields({"paise": int}, required=(), null=("paise",)).get("paise"))
        return jsonify(paise=gateway.refunding.balance)

    @api.put("/secret")
    def secret() -> tuple[str, int]:
        gateway.rotate_secret(given_fields({"secret": str}, required=("secret",))["secret"])
        return "", 204

    @api.post("/events")
    def forge() -> tuple[Response, int]:
        given = given_fields({"name": str, "body": dict, "secret": str, "id": str}, required=("name", "body"))
        made = gateway.send_event(given["name"], given["body"], secret=given.get("secret", ""), event_id=given.get("id", ""))
        return jsonify(id=made), 201

    @api.post("/events/<event_id>/resend")
    def resend(event_id: str) -> tuple[str, int]:
        gateway.events.resend(event_id)
        return "", 204

    @api.post("/enable")
    def enable() -> tuple[str, int]:
        gateway.events.enabled = True
        return "", 204


def _done(world: Sandbox, link_id: str, act: Callable[[], object]) -> tuple[Response, int]:
    """The link after `act`; 404 for a link that nobody knows."""
    if world.gateway.link(link_id) is not None:
        act()
    return _shown(world, link_id)


def _shown(world: Sandbox, link_id: str) -> tuple[Response, int]:
    found = world.gateway.link(link_id)
    if found is None:
        return jsonify(error=f"there is no payment link {link_id}: GET /sandbox/api/gateway/links lists them"), 404
    return jsonify(_link(world, found)), 200


def _link(world: Sandbox, link: Link) -> dict[str, Any]:
    return {**asdict(link), "payments": [asdict(each) for each in world.gateway.books.payments_of(link.id)]}


def _event(event: Event) -> dict[str, Any]:
    tries = [{"at": each.at, "status": each.status, "error": each.error} for each in event.tries]
    return {"id": event.id, "name": event.name, "body": event.body.decode(), "created_at": event.created_at, "tries": tries}
