"""Twilio's call API, as far as its SDK can tell: place, list, look at, lead elsewhere, end."""

from collections.abc import Callable, Mapping
from email.utils import format_datetime

from flask import Blueprint, Response, request

from ivr.sandbox.board import Address, Told
from ivr.sandbox.numbers import normal, phone
from ivr.sandbox.records import Call
from ivr.sandbox.refusals import Answer, refusal
from ivr.sandbox.rest import perform
from ivr.sandbox.twilio_rest import check_account, is_ours, page_of, second_of
from ivr.sandbox.twilio_wire import API_VERSION, direction
from ivr.sandbox.wires import moment
from ivr.sandbox.world import Sandbox

_LONGEST_RING_S = 600


def twilio_calls_api(world: Sandbox) -> Blueprint:
    """`/2010-04-01/Accounts/<sid>/Calls.json`: POST, GET; `Calls/<sid>.json`: GET, POST (Url, or Status=completed, canceled)."""
    api = Blueprint("twilio_calls", __name__, url_prefix=f"/{API_VERSION}/Accounts/<account>")
    api.before_request(lambda: check_account(world))

    @api.post("/Calls.json")
    def create() -> Response:
        fields, events = request.form.to_dict(), request.form.getlist("StatusCallbackEvent")
        number = normal(fields.get("To", ""))
        return perform(world, "twilio", "call.create", number, lambda: _create(world, fields, events))

    @api.get("/Calls.json")
    def listing() -> Response:
        wanted = request.args.to_dict()
        return perform(world, "twilio", "call.list", normal(wanted.get("To", "")), lambda: _list(world, wanted))

    @api.get("/Calls/<call_id>.json")
    def fetch(call_id: str) -> Response:
        return perform(world, "twilio", "call.fetch", _person(world, call_id), lambda: _fetch(world, call_id))

    @api.post("/Calls/<call_id>.json")
    def update(call_id: str) -> Response:
        fields = request.form.to_dict()
        change, operation = (_move, "call.move") if "Url" in fields else (_end, "call.end")
        return perform(world, "twilio", operation, _person(world, call_id), lambda: change(world, call_id, fields))

    return api


def _person(world: Sandbox, call_id: str) -> str:
    call = _find(world, call_id)
    return call.caller if call is not None else ""


def _fetch(world: Sandbox, call_id: str) -> Answer:
    call = _find(world, call_id)
    return refusal("twilio", "20404") if call is None else Answer(200, _shown(world, call))


def _end(world: Sandbox, call_id: str, fields: Mapping[str, str]) -> Answer:
    """completed ends a call whatever it is at, canceled only one that is queued or rings. Source: Twilio on changing a call's state."""
    call, status = _find(world, call_id), fields.get("Status", "")
    if call is None:
        return refusal("twilio", "20404")
    if status not in ("completed", "canceled"):
        return refusal("twilio", "20500", 400, message="The sandbox takes Url, or Status completed or canceled")
    if (status == "canceled" and call.answered_at is not None) or not world.switchboard.stop(call_id):
        return refusal("twilio", "21220")
    return Answer(200, _shown(world, call))


def _move(world: Sandbox, call_id: str, fields: Mapping[str, str]) -> Answer:
    """Only a call in progress can be led elsewhere: 21220 otherwise."""
    call, url = _find(world, call_id), fields["Url"]
    if call is None:
        return refusal("twilio", "20404")
    if not url or not is_ours(url):
        return refusal("twilio", "21205")
    if not world.switchboard.move(call_id, Address(url, fields.get("Method", "POST").upper())):
        return refusal("twilio", "21220")
    return Answer(200, _shown(world, call))


def _find(world: Sandbox, call_id: str) -> Call | None:
    return next((call for call in world.switchboard.board.kept("twilio") if call.id == call_id), None)


def _create(world: Sandbox, fields: Mapping[str, str], events: list[str]) -> Answer:
    if code := _problem(world, fields):
        return refusal("twilio", code)
    told = Told(
        _address(fields, "StatusCallback"),
        fallback=_address(fields, "Fallback", "FallbackUrl"),
        events=frozenset(events or ["completed"]),
    )
    ring_ms = 1000 * min(int(fields.get("Timeout", 60)), _LONGEST_RING_S)
    limit_ms = 1000 * int(fields.get("TimeLimit", 14_400))
    answer = Address(fields["Url"], fields.get("Method", "POST"))
    switchboard = world.switchboard
    with switchboard.board.lock:
        if not switchboard.dialling.has_room("twilio"):
            return refusal("twilio", "10004")
        call = switchboard.place(world.twilio, normal(fields["To"]), normal(fields["From"]), answer, told, ring_ms, limit_ms)
    return Answer(201, {**_shown(world, call), "status": "queued"})


def _address(fields: Mapping[str, str], name: str, url_name: str = "") -> Address | None:
    url = fields.get(url_name or name)
    return Address(url, fields.get(f"{name}Method", "POST")) if url else None


def _problem(world: Sandbox, fields: Mapping[str, str]) -> str:
    """The number of what Twilio would object to; "" when it places the call."""
    to, shown = fields.get("To", ""), fields.get("From", "")
    objections: tuple[tuple[str, bool], ...] = (
        ("21201", not to),
        ("21213", not shown),
        ("21211", phone(to) is None),
        ("21212", not world.twilio.lends(shown)),
        ("21205", not fields.get("Url") or not is_ours(fields["Url"]) or not is_ours(fields.get("FallbackUrl", ""))),
        ("21609", not is_ours(fields.get("StatusCallback", ""))),
        ("20500", not all(fields.get(name, "1").isdecimal() for name in ("Timeout", "TimeLimit"))),
    )
    return next((code for code, objects in objections if objects), "")


def _list(world: Sandbox, wanted: Mapping[str, str]) -> Answer:
    """Newest first. `StartTime>` and `StartTime<` are inclusive, whole seconds."""
    try:
        keeps = _filters(wanted)
    except ValueError as error:
        return refusal("twilio", "20500", 400, message=f"A filter cannot be read: {error}")
    found = [call for call in world.switchboard.board.kept("twilio") if all(keep(call) for keep in keeps)]
    return page_of(world, "Calls", wanted, [_shown(world, call) for call in found])


_Keep = Callable[[Call], bool]


def _filters(wanted: Mapping[str, str]) -> list[_Keep]:
    at = {name: second_of(value) for name, value in wanted.items() if name in ("StartTime>", "StartTime<")}
    rules: dict[str, _Keep] = {
        "To": lambda call: call.dialled == normal(wanted["To"]),
        "From": lambda call: call.dialling == normal(wanted["From"]),
        "Status": lambda call: _status(call) == wanted["Status"],
        "ParentCallSid": lambda call: call.parent == wanted["ParentCallSid"],
        "StartTime": lambda call: f"{moment(call.started_at):%Y-%m-%d}" == wanted["StartTime"][:10],
        "StartTime>": lambda call: call.started_at // 1000 >= at["StartTime>"],
        "StartTime<": lambda call: call.started_at // 1000 <= at["StartTime<"],
    }
    return [rule for name, rule in rules.items() if name in wanted]


def _status(call: Call) -> str:
    if call.ended_at is not None and call.ending is not None:
        return call.ending.code
    if call.answered_at is not None:
        return "in-progress"
    return "ringing" if call.rang or not call.outbound else "queued"


def _shown(world: Sandbox, call: Call) -> dict[str, object]:
    account, ending = world.accounts.twilio_account_sid, call.ending
    return {
        "sid": call.id,
        "account_sid": account,
        "api_version": API_VERSION,
        "annotation": None,
        "answered_by": None,
        "caller_name": None,
        "date_created": format_datetime(moment(call.started_at)),
        "date_updated": format_datetime(moment(call.ended_at or call.answered_at or call.started_at)),
        "direction": direction(call),
        "duration": str(ending.seconds) if ending is not None else None,
        "end_time": format_datetime(moment(call.ended_at)) if call.ended_at is not None else None,
        "forwarded_from": None,
        "from": call.dialling,
        "from_formatted": call.dialling,
        "group_sid": None,
        "parent_call_sid": call.parent or None,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "start_time": format_datetime(moment(call.started_at)),
        "status": _status(call),
        "subresource_uris": {},
        "to": call.dialled,
        "to_formatted": call.dialled,
        "trunk_sid": None,
        "uri": f"/{API_VERSION}/Accounts/{account}/Calls/{call.id}.json",
    }
