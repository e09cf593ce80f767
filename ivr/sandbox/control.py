"""The sandbox's own JSON API, below `/sandbox/api/`, for people, tests and load generators."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from typing import Any

from flask import Blueprint, Response, jsonify, request

from ivr.sandbox.faults import Fault
from ivr.sandbox.numbers import line_number, normal
from ivr.sandbox.records import CallRecord
from ivr.sandbox.world import Sandbox

_KINDS: Mapping[type, str] = {int: "a whole number", str: "text in quotes", dict: "a JSON object", list: "a JSON array"}
_SHOWN = 500  # calls and requests in one listing unless `limit` says otherwise


def control_api(world: Sandbox) -> Blueprint:
    """Bad input is answered 400 `{"error": …}` with a sentence that says what to send instead."""
    api = Blueprint("control", __name__, url_prefix="/sandbox/api")
    api.register_error_handler(ValueError, bad_input)
    _calls(api, world)
    _people(api, world)
    _rooms(api, world)
    _texts(api, world)
    _faults(api, world)
    _sight(api, world)
    return api


def _calls(api: Blueprint, world: Sandbox) -> None:
    @api.post("/calls")
    def ring() -> tuple[Response, int]:
        given = given_fields({"from": str, "to": str, "provider": str, "hang_up_after_ms": int, "deliveries": int}, required=("to",))
        call_id = world.dial(
            given.get("from") or "",
            given["to"],
            given.get("provider") or "plivo",
            hang_up_after_ms=given.get("hang_up_after_ms"),
            deliveries=given.get("deliveries") or 1,
        )
        return jsonify(id=call_id), 201

    @api.get("/calls")
    def calls() -> Response:
        return jsonify(calls=[call_shown(call) for call in reversed(world.calls(limit()))])

    @api.get("/calls/<call_id>")
    def call(call_id: str) -> tuple[Response, int]:
        return _shown(world, call_id)


def _people(api: Blueprint, world: Sandbox) -> None:
    """What a person does: to a call, and with a phone."""

    @api.post("/calls/<call_id>/keys")
    def press(call_id: str) -> tuple[Response, int]:
        return _done(world, call_id, lambda: world.press(call_id, given_fields({"keys": str}, required=("keys",))["keys"]))

    @api.post("/calls/<call_id>/hang-up")
    def hang_up(call_id: str) -> tuple[Response, int]:
        return _done(world, call_id, lambda: world.hang_up(call_id))

    @api.post("/calls/<call_id>/answer")
    def answer(call_id: str) -> tuple[Response, int]:
        return _done(world, call_id, lambda: world.answer(call_id))

    @api.post("/calls/<call_id>/voice")
    def speak(call_id: str) -> tuple[Response, int]:
        return _done(world, call_id, lambda: world.speak(call_id, given_fields({"seconds": int}, required=("seconds",))["seconds"]))

    @api.put("/phones/<number>")
    def behave(number: str) -> Response:
        given = given_fields({"manner": str, "times": int}, required=("manner",))
        world.behave(number, given["manner"], given.get("times"))
        return jsonify(phone=normal(number), manner=given["manner"], times=given.get("times"))

    @api.get("/phones/<number>")
    def phone(number: str) -> Response:
        call = world.ringing(number)
        return jsonify(phone=normal(number), manner=world.manner(number), call=None if call is None else call_shown(call))


def _rooms(api: Blueprint, world: Sandbox) -> None:
    @api.get("/rooms")
    def rooms() -> Response:
        return jsonify(rooms=[{**asdict(room), "inside": room.inside} for room in reversed(world.rooms()[-limit() :])])

    @api.get("/fallbacks")
    def fallbacks() -> Response:
        return jsonify(fallbacks=world.fallbacks)

    @api.put("/fallbacks")
    def fall_back() -> Response:
        given = given_fields({"line": str, "provider": str, "to": str}, required=("line", "to"))
        key = f"{given.get('provider') or ''} {line_number(given['line'])}".strip()
        world.fallbacks[key] = given["to"]
        return jsonify(fallbacks=world.fallbacks)


def _texts(api: Blueprint, world: Sandbox) -> None:
    @api.post("/texts")
    def text() -> tuple[Response, int]:
        given = given_fields({"from": str, "to": str, "body": str, "provider": str}, required=("from", "to", "body"))
        return jsonify(id=world.text(given["from"], given["to"], given["body"], given.get("provider") or "plivo")), 201

    @api.get("/phones/<number>/inbox")
    def inbox(number: str) -> Response:
        return jsonify(phone=normal(number), texts=[asdict(text) for text in world.inbox(number)])

    @api.get("/inboxes")
    def inboxes() -> Response:
        counts = world.inboxes()
        return jsonify(
            phones=len(counts),
            texts=sum(counts.values()),
            most=max(counts.values(), default=0),
            numbers=counts,
            latest=world.latest_inboxes(12),
        )


def _faults(api: Blueprint, world: Sandbox) -> None:
    words, numbers = ("operation", "effect", "code", "provider", "to"), ("times", "status", "ms", "retry_after")
    types = {**dict.fromkeys(words, str), **dict.fromkeys(numbers, int)}
    optional = {field.name for field in fields(Fault)} - {"operation", "effect"}

    @api.post("/faults")
    def add() -> tuple[Response, int]:
        given = given_fields(types, required=("operation", "effect"), null=("times",))
        fault = Fault(given["operation"], given["effect"], **{name: given[name] for name in optional if name in given})
        world.faults.add(fault)
        return jsonify(asdict(fault)), 201

    @api.get("/faults")
    def rules() -> Response:
        return jsonify(faults=[asdict(fault) for fault in world.faults.rules()])

    @api.delete("/faults")
    def clear() -> tuple[str, int]:
        world.faults.clear()
        return "", 204


def _sight(api: Blueprint, world: Sandbox) -> None:
    @api.get("/requests")
    def requests() -> Response:
        found = world.requests()
        return jsonify(total=len(found), requests=[asdict(each) for each in reversed(found[-limit() :])])

    @api.get("/healthz")
    def healthz() -> Response:
        hooks = {name: {str(status): number for status, number in by.items()} for name, by in world.hooks.counts().items()}
        return jsonify(status="ok", target=world.target, pending=world.pending(), waiting=world.waiting(), hooks=hooks)


def _done(world: Sandbox, call_id: str, act: Callable[[], None]) -> tuple[Response, int]:
    """The call after `act`; 404 for a call that nobody knows."""
    if world.call(call_id) is not None:
        act()
    return _shown(world, call_id)


def _shown(world: Sandbox, call_id: str) -> tuple[Response, int]:
    found = world.call(call_id)
    if found is None:
        return jsonify(error=f"there is no call {call_id}: GET /sandbox/api/calls lists them"), 404
    return jsonify(call_shown(found)), 200


def call_shown(call: CallRecord) -> dict[str, Any]:
    """As JSON has it."""
    return {**asdict(call), "exchanges": [{**asdict(each), "params": dict(each.params)} for each in call.exchanges]}


def limit() -> int:
    given = request.args.get("limit", str(_SHOWN))
    if not given.isdigit() or int(given) < 1:
        raise ValueError("limit is a whole number, 1 or more")
    return int(given)


def given_fields(types: Mapping[str, type], required: tuple[str, ...], null: tuple[str, ...] = ()) -> dict[str, Any]:
    """The JSON object sent, every field of the right type; unset (null) fields left out unless they may be null. ValueError."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise ValueError(f"send a JSON object with {', '.join(types)}, as Content-Type application/json")
    if unknown := sorted(set(body) - set(types)):
        raise ValueError(f"there is no field {unknown[0]!r}: use {', '.join(types)}")
    if missing := [name for name in required if not body.get(name)]:
        raise ValueError(f"{missing[0]} is missing")
    for name, value in body.items():
        if value is not None and (not isinstance(value, types[name]) or isinstance(value, bool)):
            raise ValueError(f"{name} must be {_KINDS[types[name]]}")
    return {name: value for name, value in body.items() if value is not None or name in null}


def bad_input(error: ValueError) -> tuple[Response, int]:
    return jsonify(error=str(error)), 400
