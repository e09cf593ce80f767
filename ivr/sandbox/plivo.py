"""Plivo's messaging API, as far as its SDK can tell."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, request

from ivr.sandbox.numbers import is_indian, normal, phone
from ivr.sandbox.plivo_rest import api_id, as_number, check_account, moment_of, page_of, stripped, url_problem
from ivr.sandbox.plivo_voice import utc
from ivr.sandbox.records import Message
from ivr.sandbox.refusals import Answer, refusal
from ivr.sandbox.rest import perform, reply
from ivr.sandbox.world import Sandbox

_DLT = ("dlt_entity_id", "dlt_template_id", "dlt_template_category")
_CATEGORIES = ("transactional", "promotional", "service_implicit", "service_explicit")
_LONGEST = 1_600


def plivo_api(world: Sandbox) -> Blueprint:
    """`/v1/Account/<auth id>/Message/`: send, list, fetch."""
    api = Blueprint("plivo", __name__, url_prefix="/v1/Account/<auth_id>/Message")

    api.before_request(lambda: check_account(world))

    @api.post("/")
    def send() -> Response:
        given = request.get_json(silent=True)
        fields = {name: str(value) for name, value in given.items() if value is not None} if isinstance(given, dict) else {}
        dst = fields.get("dst", "")
        return perform(world, "plivo", "text.send", as_number(dst.partition("<")[0]), lambda: _send(world, fields))

    @api.get("/")
    def listing() -> Response:
        wanted = request.args.to_dict()
        return perform(world, "plivo", "text.list", as_number(wanted.get("to_number", "")), lambda: _list(world, wanted))

    @api.get("/<message_id>/")
    def fetch(message_id: str) -> Response:
        message = world.messages.message(message_id)
        if message is None or message.provider != "plivo":
            return reply(refusal("plivo", "not_found"))
        return reply(Answer(200, {"api_id": api_id(), **_shown(world, message)}))

    return api


def _send(world: Sandbox, fields: Mapping[str, str]) -> Answer:
    if problem := _problem(fields):
        return refusal("plivo", message=problem, status=400)
    url, method = fields.get("url", ""), fields.get("method", "POST").upper()
    sender = stripped(fields["src"])
    accepted = [
        world.messages.accept(world.plivo, sender, as_number(number), fields["text"], url, method) for number in fields["dst"].split("<")
    ]
    ids = [message.id for message in accepted]
    return Answer(202, {"api_id": api_id(), "message": "message(s) queued", "message_uuid": ids})


def _problem(fields: Mapping[str, str]) -> str:
    """What Plivo would object to; "" when it takes the message. The DLT rule is stricter than documented, on purpose."""
    for name in ("src", "dst", "text"):
        if not fields.get(name):
            return f"{name} parameter not present"
    numbers = [as_number(number) for number in fields["dst"].split("<")]
    if any(phone(number) is None for number in numbers):
        return "dst is not a valid phone number"
    if as_number(fields["src"]) in numbers:
        return "src and dst cannot be the same"
    if len(fields["text"]) > _LONGEST:
        return "text is longer than 1600 characters"
    return _expiry_problem(fields.get("message_expiry")) or url_problem("url", fields.get("url")) or _dlt_problem(fields, numbers)


def _expiry_problem(expiry: str | None) -> str:
    fits = expiry is None or (expiry.isdigit() and 5 <= int(expiry) <= 10_799)
    return "" if fits else "message_expiry must be between 5 and 10799 seconds"


def _dlt_problem(fields: Mapping[str, str], numbers: list[str]) -> str:
    if not any(is_indian(number) for number in numbers):
        return ""
    missing = [name for name in _DLT if not fields.get(name)]
    if missing:
        return f"{missing[0]} parameter not present: messages to India need DLT registration"
    if fields["dlt_template_category"] not in _CATEGORIES:
        return f"dlt_template_category must be one of {', '.join(_CATEGORIES)}"
    return ""


def _list(world: Sandbox, wanted: Mapping[str, str]) -> Answer:
    """Newest first, at most 20 a page; `message_time` filters are UTC, `YYYY-MM-DD HH:MM[:ss[.ffffff]]`."""
    try:
        keeps = _filters(wanted)
    except ValueError as error:
        return refusal("plivo", message=f"a filter cannot be read: {error}", status=400)
    found = [message for message in world.messages.messages("plivo") if all(keep(message) for keep in keeps)]
    return page_of(world, "Message", wanted, [_shown(world, message) for message in found])


_Keep = Callable[[Message], bool]


def _filters(wanted: Mapping[str, str]) -> list[_Keep]:
    at = {name: moment_of(value) for name, value in wanted.items() if name.startswith("message_time__")}
    rules: dict[str, _Keep] = {
        "to_number": lambda message: normal(message.to) == as_number(wanted["to_number"]),
        "from_number": lambda message: as_number(message.sender) == as_number(wanted["from_number"]),
        "message_state": lambda message: message.state == wanted["message_state"],
        "message_time__gt": lambda message: message.created_at > at["message_time__gt"],
        "message_time__gte": lambda message: message.created_at >= at["message_time__gte"],
        "message_time__lt": lambda message: message.created_at < at["message_time__lt"],
        "message_time__lte": lambda message: message.created_at <= at["message_time__lte"],
    }
    return [rule for name, rule in rules.items() if name in wanted]


def _shown(world: Sandbox, message: Message) -> dict[str, object]:
    return {
        "error_code": message.code or ("000" if message.state == "delivered" else None),
        "from_number": world.plivo.present(message.sender),
        "to_number": world.plivo.present(message.to),
        "message_direction": "outbound",
        "message_state": message.state,
        "message_time": utc(message.created_at),
        "message_type": "sms",
        "message_uuid": message.id,
        "resource_uri": f"/v1/Account/{world.accounts.plivo_auth_id}/Message/{message.id}/",
        "total_amount": "0.00250",
        "total_rate": "0.00250",
        "units": 1,
    }
