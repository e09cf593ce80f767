"""Twilio's messaging API, as far as its SDK can tell."""

from collections.abc import Callable, Mapping
from email.utils import format_datetime

from flask import Blueprint, Response, request

from ivr.sandbox.numbers import is_landline, normal, phone
from ivr.sandbox.records import Message
from ivr.sandbox.refusals import Answer, refusal
from ivr.sandbox.rest import perform, reply
from ivr.sandbox.twilio_rest import check_account, is_ours, page_of, second_of
from ivr.sandbox.twilio_wire import API_VERSION
from ivr.sandbox.wires import moment
from ivr.sandbox.world import Sandbox

_LONGEST = 1_600


def twilio_api(world: Sandbox) -> Blueprint:
    """`/2010-04-01/Accounts/<sid>/Messages.json`: send, list; `Messages/<sid>.json`: fetch."""
    api = Blueprint("twilio", __name__, url_prefix=f"/{API_VERSION}/Accounts/<account>")

    api.before_request(lambda: check_account(world))

    @api.post("/Messages.json")
    def send() -> Response:
        fields = request.form.to_dict()
        return perform(world, "twilio", "text.send", normal(fields.get("To", "")), lambda: _send(world, fields))

    @api.get("/Messages.json")
    def listing() -> Response:
        wanted = request.args.to_dict()
        return perform(world, "twilio", "text.list", normal(wanted.get("To", "")), lambda: _list(world, wanted))

    @api.get("/Messages/<message_id>.json")
    def fetch(message_id: str) -> Response:
        message = world.messages.message(message_id)
        if message is None or message.provider != "twilio":
            return reply(refusal("twilio", "20404"))
        return reply(Answer(200, _shown(world, message)))

    return api


def _send(world: Sandbox, fields: Mapping[str, str]) -> Answer:
    if code := _problem(fields):
        return refusal("twilio", code)
    sender = fields.get("From") or fields["MessagingServiceSid"]
    message = world.messages.accept(world.twilio, sender, fields["To"], fields["Body"], fields.get("StatusCallback", ""))
    return Answer(201, _shown(world, message))


def _problem(fields: Mapping[str, str]) -> str:
    """The number of what Twilio would object to; "" when it takes the message."""
    to = fields.get("To", "")
    objections: tuple[tuple[str, bool], ...] = (
        ("21604", not to),
        ("21603", not (fields.get("From") or fields.get("MessagingServiceSid"))),
        ("21602", not fields.get("Body")),
        ("21211", phone(to) is None),
        ("21614", is_landline(to)),
        ("21617", len(fields.get("Body", "")) > _LONGEST),
        ("21609", not is_ours(fields.get("StatusCallback", ""))),
    )
    return next((code for code, objects in objections if objects), "")


def _list(world: Sandbox, wanted: Mapping[str, str]) -> Answer:
    """Newest first. `DateSent>` and `DateSent<` are inclusive, whole seconds; a text not yet sent counts from its making."""
    try:
        keeps = _filters(wanted)
    except ValueError as error:
        return refusal("twilio", "20500", 400, message=f"A filter cannot be read: {error}")
    found = [message for message in world.messages.messages("twilio") if all(keep(message) for keep in keeps)]
    return page_of(world, "Messages", wanted, [_shown(world, message) for message in found])


_Keep = Callable[[Message], bool]


def _filters(wanted: Mapping[str, str]) -> list[_Keep]:
    at = {name: second_of(value) for name, value in wanted.items() if name in ("DateSent>", "DateSent<")}
    rules: dict[str, _Keep] = {
        "To": lambda message: message.to == normal(wanted["To"]),
        "From": lambda message: normal(message.sender) == normal(wanted["From"]),
        "DateSent": lambda message: f"{moment(_sent(message)):%Y-%m-%d}" == wanted["DateSent"][:10],
        "DateSent>": lambda message: _sent(message) // 1000 >= at["DateSent>"],
        "DateSent<": lambda message: _sent(message) // 1000 <= at["DateSent<"],
    }
    return [rule for name, rule in rules.items() if name in wanted]


def _sent(message: Message) -> int:
    return message.sent_at or message.created_at


def _shown(world: Sandbox, message: Message) -> dict[str, object]:
    account = world.accounts.twilio_account_sid
    updated = message.concluded_at or message.sent_at or message.created_at
    return {
        "sid": message.id,
        "account_sid": account,
        "api_version": API_VERSION,
        "body": message.body,
        "from": message.sender,
        "to": message.to,
        "status": message.state,
        "direction": "outbound-api",
        "error_code": int(message.code) if message.code else None,
        "error_message": None,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "date_created": format_datetime(moment(message.created_at)),
        "date_sent": format_datetime(moment(message.sent_at)) if message.sent_at is not None else None,
        "date_updated": format_datetime(moment(updated)),
        "subresource_uris": {"media": f"/{API_VERSION}/Accounts/{account}/Messages/{message.id}/Media.json"},
        "uri": f"/{API_VERSION}/Accounts/{account}/Messages/{message.id}.json",
    }
