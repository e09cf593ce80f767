"""Plivo's messaging API, as far as its SDK can tell."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from uuid import uuid4

from flask import Blueprint, Response, request

from ivr.sandbox.numbers import is_indian, normal, phone, refuse_elsewhere
from ivr.sandbox.plivo_wire import utc
from ivr.sandbox.records import Message
from ivr.sandbox.refusals import Answer, refusal
from ivr.sandbox.rest import authorised, perform, reply
from ivr.sandbox.world import Sandbox

_DLT = ("dlt_entity_id", "dlt_template_id", "dlt_template_category")
_CATEGORIES = ("transactional", "promotional", "service_implicit", "service_explicit")
_LONGEST = 1_600
_PAGE = 20
_STRIPPED = str.maketrans("", "", "/-.+() ")


def plivo_api(world: Sandbox) -> Blueprint:
    """`/v1/Account/<auth id>/Message/`: send, list, fetch."""
    api = Blueprint("plivo", __name__, url_prefix="/v1/Account/<auth_id>/Message")

    @api.before_request
    def check() -> Response | None:
        account = (request.view_args or {}).pop("auth_id", "")
        known = account == world.accounts.plivo_auth_id and authorised(account, world.accounts.plivo_auth_token)
        return None if known else reply(refusal("plivo", "auth"))

    @api.post("/")
    def send() -> Response:
        given = request.get_json(silent=True)
        fields = {name: str(value) for name, value in given.items() if value is not None} if isinstance(given, dict) else {}
        dst = fields.get("dst", "")
        return perform(world, "plivo", "text.send", _number(dst.partition("<")[0]), lambda: _send(world, fields))

    @api.get("/")
    def listing() -> Response:
        wanted = request.args.to_dict()
        return perform(world, "plivo", "text.list", _number(wanted.get("to_number", "")), lambda: _list(world, wanted))

    @api.get("/<message_id>/")
    def fetch(message_id: str) -> Response:
        message = world.messages.message(message_id)
        if message is None or message.provider != "plivo":
            return reply(refusal("plivo", "not_found"))
        return reply(Answer(200, {"api_id": _api_id(), **_shown(world, message)}))

    return api


def _send(world: Sandbox, fields: Mapping[str, str]) -> Answer:
    if problem := _problem(fields):
        return refusal("plivo", message=problem, status=400)
    url, method = fields.get("url", ""), fields.get("method", "POST").upper()
    sender = fields["src"].translate(_STRIPPED)
    accepted = [
        world.messages.accept(world.plivo, sender, _number(number), fields["text"], url, method) for number in fields["dst"].split("<")
    ]
    ids = [message.id for message in accepted]
    return Answer(202, {"api_id": _api_id(), "message": "message(s) queued", "message_uuid": ids})


def _problem(fields: Mapping[str, str]) -> str:
    """What Plivo would object to; "" when it takes the message. The DLT rule is stricter than documented, on purpose."""
    for name in ("src", "dst", "text"):
        if not fields.get(name):
            return f"{name} parameter not present"
    numbers = [_number(number) for number in fields["dst"].split("<")]
    if any(phone(number) is None for number in numbers):
        return "dst is not a valid phone number"
    if _number(fields["src"]) in numbers:
        return "src and dst cannot be the same"
    if len(fields["text"]) > _LONGEST:
        return "text is longer than 1600 characters"
    return _expiry_problem(fields.get("message_expiry")) or _url_problem(fields.get("url")) or _dlt_problem(fields, numbers)


def _expiry_problem(expiry: str | None) -> str:
    fits = expiry is None or (expiry.isdigit() and 5 <= int(expiry) <= 10_799)
    return "" if fits else "message_expiry must be between 5 and 10799 seconds"


def _url_problem(url: str | None) -> str:
    try:
        refuse_elsewhere(url or "http://127.0.0.1")
    except ValueError as error:
        return f"url is not valid: {error}"
    return ""


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
        limit, offset = int(wanted.get("limit", _PAGE)), int(wanted.get("offset", 0))
        keeps = _filters(wanted)
    except ValueError as error:
        return refusal("plivo", message=f"a filter cannot be read: {error}", status=400)
    if not 0 < limit <= _PAGE or offset < 0:
        return refusal("plivo", message="limit must be between 1 and 20, offset 0 or more", status=400)
    found = [message for message in world.messages.messages("plivo") if all(keep(message) for keep in keeps)]
    there = f"/v1/Account/{world.accounts.plivo_auth_id}/Message/?limit={limit}&offset="
    meta = {
        "limit": limit,
        "offset": offset,
        "total_count": len(found),
        "previous": f"{there}{max(offset - limit, 0)}" if offset else None,
        "next": f"{there}{offset + limit}" if offset + limit < len(found) else None,
    }
    shown = [_shown(world, message) for message in found[offset : offset + limit]]
    return Answer(200, {"api_id": _api_id(), "meta": meta, "objects": shown})


_Keep = Callable[[Message], bool]


def _filters(wanted: Mapping[str, str]) -> list[_Keep]:
    at = {name: _time(value) for name, value in wanted.items() if name.startswith("message_time__")}
    rules: dict[str, _Keep] = {
        "to_number": lambda message: normal(message.to) == _number(wanted["to_number"]),
        "from_number": lambda message: _number(message.sender) == _number(wanted["from_number"]),
        "message_state": lambda message: message.state == wanted["message_state"],
        "message_time__gt": lambda message: message.created_at > at["message_time__gt"],
        "message_time__gte": lambda message: message.created_at >= at["message_time__gte"],
        "message_time__lt": lambda message: message.created_at < at["message_time__lt"],
        "message_time__lte": lambda message: message.created_at <= at["message_time__lte"],
    }
    return [rule for name, rule in rules.items() if name in wanted]


def _time(text: str) -> float:
    given = datetime.fromisoformat(text)
    return (given if given.tzinfo else given.replace(tzinfo=UTC)).timestamp() * 1000


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


def _number(written: str) -> str:
    """Plivo drops punctuation and expects the country code first; alphanumeric senders stay as they are."""
    bare = written.translate(_STRIPPED)
    return normal(f"+{bare}") if bare.isdigit() else bare


def _api_id() -> str:
    return str(uuid4())
