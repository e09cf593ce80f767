"""Plivo's call API, as far as its SDK can tell: place, list, look at, transfer, end."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, request

from ivr.sandbox.board import Address, Told
from ivr.sandbox.numbers import phone
from ivr.sandbox.plivo_rest import api_id, as_number, check_account, json_fields, moment_of, page_of, url_problem
from ivr.sandbox.plivo_voice import CAUSES, local, utc
from ivr.sandbox.records import Call
from ivr.sandbox.refusals import Answer, refusal
from ivr.sandbox.rest import perform
from ivr.sandbox.world import Sandbox

_URLS = ("answer_url", "hangup_url", "ring_url", "fallback_url")
_SECONDS = ("ring_timeout", "time_limit", "hangup_on_ring")
_RING_S, _LONGEST_S = 120, 14_400
_MOST = 1_000  # numbers in one request


def plivo_calls_api(world: Sandbox) -> Blueprint:
    """`/v1/Account/<auth id>/Call/`: POST, GET (completed, `status=live`); `Call/<uuid>/`: GET, POST, DELETE; `Request/<uuid>/`: DELETE."""
    api = Blueprint("plivo_calls", __name__, url_prefix="/v1/Account/<auth_id>")
    api.before_request(lambda: check_account(world))

    @api.post("/Call/")
    def create() -> Response:
        fields = json_fields()
        first = as_number(fields.get("to", "").partition("<")[0])
        return perform(world, "plivo", "call.create", first, lambda: _create(world, fields))

    @api.get("/Call/")
    def listing() -> Response:
        wanted = request.args.to_dict()
        number = as_number(wanted.get("to_number", ""))
        return perform(world, "plivo", "call.list", number, lambda: _list(world, wanted))

    @api.get("/Call/<call_id>/")
    def fetch(call_id: str) -> Response:
        live = request.args.get("status") == "live"
        return perform(world, "plivo", "call.fetch", _person(world, call_id), lambda: _fetch(world, call_id, live))

    @api.post("/Call/<call_id>/")
    def transfer(call_id: str) -> Response:
        fields = json_fields()
        return perform(world, "plivo", "call.move", _person(world, call_id), lambda: _transfer(world, call_id, fields))

    @api.delete("/Call/<call_id>/")
    @api.delete("/Request/<call_id>/")
    def hang_up(call_id: str) -> Response:
        return perform(world, "plivo", "call.end", _person(world, call_id), lambda: _end(world, call_id))

    return api


def _find(world: Sandbox, call_id: str) -> Call | None:
    return next((call for call in world.switchboard.board.kept("plivo") if call.id == call_id), None)


def _person(world: Sandbox, call_id: str) -> str:
    call = _find(world, call_id)
    return call.caller if call is not None else ""


def _fetch(world: Sandbox, call_id: str, live: bool) -> Answer:
    call = _find(world, call_id)
    if call is None or live != (call.ended_at is None):
        return refusal("plivo", "not_found")
    return Answer(200, {"api_id": api_id(), **(_shown_live(world, call) if live else _shown(world, call))})


def _end(world: Sandbox, call_id: str) -> Answer:
    if _find(world, call_id) is None or not world.switchboard.stop(call_id):
        return refusal("plivo", "not_found")
    return Answer(204, {})


def _transfer(world: Sandbox, call_id: str, fields: Mapping[str, str]) -> Answer:
    """Of a live call's own leg. Plivo's page does not say what a call that still rings is answered; here it is not found.

    Its limit of 70 transfers a call ("Loop detected") is not played: the code of that hang-up is not documented.
    """
    if fields.get("legs", "aleg") != "aleg":
        return refusal("plivo", message="legs: the sandbox transfers the aleg only", status=400)
    if not fields.get("aleg_url"):
        return refusal("plivo", message="aleg_url parameter not present", status=400)
    if problem := url_problem("aleg_url", fields["aleg_url"]):
        return refusal("plivo", message=problem, status=400)
    address = Address(fields["aleg_url"], fields.get("aleg_method", "POST").upper())
    if _find(world, call_id) is None or not world.switchboard.move(call_id, address):
        return refusal("plivo", "not_found")
    return Answer(202, {"api_id": api_id(), "message": "call transfered", "call_uuids": [call_id]})


def _create(world: Sandbox, fields: Mapping[str, str]) -> Answer:
    if problem := _problem(world, fields):
        return refusal("plivo", message=problem, status=400)
    numbers = [as_number(number) for number in fields["to"].split("<")]
    told = Told(_address(fields, "hangup"), _address(fields, "ring"), _address(fields, "fallback"))
    answer = _address(fields, "answer") or Address("")
    ring_s = min(int(fields.get(name) or 0) or _RING_S for name in ("ring_timeout", "hangup_on_ring"))
    limit_ms = 1000 * (int(fields.get("time_limit") or 0) or _LONGEST_S)
    switchboard, shown = world.switchboard, as_number(fields["from"])
    with switchboard.board.lock:
        if not switchboard.dialling.has_room("plivo", len(numbers)):
            return refusal("plivo", "channels")
        ids = [switchboard.place(world.plivo, number, shown, answer, told, 1000 * ring_s, limit_ms).id for number in numbers]
    many = len(ids) > 1
    message = "calls fired" if many else "call fired"
    return Answer(201, {"api_id": api_id(), "message": message, "request_uuid": ids if many else ids[0]})


def _address(fields: Mapping[str, str], name: str) -> Address | None:
    url = fields.get(f"{name}_url")
    return Address(url, fields.get(f"{name}_method", "POST").upper()) if url else None


def _problem(world: Sandbox, fields: Mapping[str, str]) -> str:
    """What Plivo would object to; "" when it places the call."""
    for name in ("from", "to", "answer_url"):
        if not fields.get(name):
            return f"{name} parameter not present"
    numbers = fields["to"].split("<")
    if len(numbers) > _MOST or any(phone(as_number(number)) is None for number in numbers):
        return "to is not a valid phone number"
    shown = as_number(fields["from"])
    if not world.plivo.lends(shown):
        return f"the caller ID {fields['from']} is not associated with your account"
    if shown in [as_number(number) for number in numbers]:
        return "from and to cannot be the same"
    for name in _SECONDS:
        if not fields.get(name, "0").isdecimal():
            return f"{name} must be a whole number of seconds"
    return next(filter(None, (url_problem(name, fields.get(name)) for name in _URLS)), "")


def _list(world: Sandbox, wanted: Mapping[str, str]) -> Answer:
    """Completed calls, newest first, at most 20 a page; with `status=live` the ids of those under way."""
    try:
        keeps = _filters(wanted)
    except ValueError as error:
        return refusal("plivo", message=f"a filter cannot be read: {error}", status=400)
    live = wanted.get("status") == "live"
    calls = [call for call in world.switchboard.board.kept("plivo") if (call.ended_at is None) == live]
    found = [call for call in calls if all(keep(call) for keep in keeps)]
    if live:
        return Answer(200, {"api_id": api_id(), "calls": [call.id for call in found]})
    return page_of(world, "Call", wanted, [_shown(world, call) for call in found])


_Keep = Callable[[Call], bool]


def _filters(wanted: Mapping[str, str]) -> list[_Keep]:
    at = {name: moment_of(value) for name, value in wanted.items() if name.startswith("end_time")}
    rules: dict[str, _Keep] = {
        "to_number": lambda call: call.dialled == as_number(wanted["to_number"]),
        "from_number": lambda call: call.dialling == as_number(wanted["from_number"]),
        "call_direction": lambda call: call.direction == wanted["call_direction"],
        "parent_call_uuid": lambda call: call.parent == wanted["parent_call_uuid"],
        "hangup_cause_code": lambda call: call.ending is not None and call.ending.code == wanted["hangup_cause_code"],
        "end_time": lambda call: _ended(call) // 1000 == at["end_time"] // 1000,
        "end_time__gt": lambda call: _ended(call) > at["end_time__gt"],
        "end_time__gte": lambda call: _ended(call) >= at["end_time__gte"],
        "end_time__lt": lambda call: _ended(call) < at["end_time__lt"],
        "end_time__lte": lambda call: _ended(call) <= at["end_time__lte"],
    }
    return [rule for name, rule in rules.items() if name in wanted]


def _ended(call: Call) -> int:
    return call.ended_at or 0


def _shown(world: Sandbox, call: Call) -> dict[str, object]:
    """A completed call; Plivo writes its times in the account's own zone, here with the offset."""
    ending, wire = call.ending, world.plivo
    code = ending.code if ending is not None else "4000"
    seconds = ending.seconds if ending is not None else 0
    minutes = -(-seconds // 60)
    return {
        "answer_time": f"{local(call.answered_at)}+05:30" if call.answered_at is not None else None,
        "bill_duration": seconds,
        "billed_duration": 60 * minutes,
        "call_direction": call.direction,
        "call_duration": seconds,
        "call_uuid": call.id,
        "end_time": f"{local(_ended(call))}+05:30",
        "from_number": wire.present(call.dialling),
        "hangup_cause_code": int(code),
        "hangup_cause_name": CAUSES[code][2],
        "hangup_source": (ending.source if ending is not None else "") or CAUSES[code][3],
        "initiation_time": f"{local(call.started_at)}+05:30",
        "parent_call_uuid": call.parent or None,
        "resource_uri": f"/v1/Account/{world.accounts.plivo_auth_id}/Call/{call.id}/",
        "to_number": wire.present(call.dialled),
        "total_amount": f"{minutes * 0.00475:.5f}",
        "total_rate": "0.00475",
    }


def _shown_live(world: Sandbox, call: Call) -> dict[str, object]:
    wire = world.plivo
    return {
        "call_status": "in-progress" if call.state == "live" else "ringing",
        "call_uuid": call.id,
        "caller_name": wire.present(call.dialling),
        "direction": call.direction,
        "from": wire.present(call.dialling),
        "request_uuid": call.id if call.outbound else None,
        "session_start": utc(call.started_at),
        "to": wire.present(call.dialled),
    }
