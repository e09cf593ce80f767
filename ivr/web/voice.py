"""Voice webhooks: read, one use-case, render. The time this takes is the ringing, or the silence, that a caller hears."""

import logging

from ivr.callbacks.addresses import is_our_dial
from ivr.model.errors import DatabaseAway
from ivr.model.events import CallAnswered, CallArrived, CallCutOff, CallEnded, Ignored, Rang, Recorded, RoomNews, TurnCame
from ivr.model.ports import Hook
from ivr.model.replies import HangUp, Reject, Reply
from ivr.providers import Hooks
from ivr.web.guard import NOTED, Answer, Refused, durably
from ivr.wiring import App

log = logging.getLogger(__name__)


def ring(app: App, hooks: Hooks, hook: Hook) -> Answer:
    """`POST /voice/<provider>`, verified: a call rings on one of our lines."""
    reply: Reply | None = None
    match event := hooks.read_call(hook.params()):
        case CallArrived():
            reply = durably(app, event, "", app.calls.arrive)
        case CallEnded():
            durably(app, event, "", app.calls.end)
    return _document(hooks, reply or Reject())


def status(app: App, hooks: Hooks, hook: Hook) -> Answer:
    """`POST /voice/<provider>/status`, verified: a call is over."""
    event = hooks.read_status(hook.params())
    if isinstance(event, CallEnded):
        durably(app, event, "", app.calls.end)
    return NOTED


def turn(app: App, hooks: Hooks, hook: Hook, call_id: str, number: str, times: str = "0") -> Answer:
    """`POST /voice/<provider>/turn/<call>/<number>`, verified: what the caller did, and what they hear next.

    `times`: how often this caller was asked for a moment at this turn.
    """
    event = hooks.read_turn(hook.params())
    if isinstance(event, CallEnded):
        durably(app, event, "", app.calls.end)
    if not isinstance(event, TurnCame):
        return _document(hooks, HangUp())
    at = app.clock.now()
    try:
        return _document(hooks, app.menus.turn(event, call_id, int(number), at))
    except DatabaseAway:
        log.warning("the database is away in the middle of a call", extra={"call_id": call_id})
        if isinstance(event.heard, Recorded | Rang):  # nobody speaks a note twice, and nobody is rung twice for one wish
            app.spool.keep(event, at, f"{call_id}/{number}")
        return _document(hooks, _promising(app, event, app.menus.one_moment(hooks.name, call_id, int(number), int(times))))


def again(app: App, hooks: Hooks, hook: Hook, call_id: str, number: str, times: str) -> Answer:
    """`POST …/again/<times>`, verified: the caller was asked for a moment; what the turn comes to now."""
    event = hooks.read_turn(hook.params())
    try:
        reply = app.menus.repeat(hooks.name, call_id, int(number), int(times))
    except DatabaseAway:
        reply = app.menus.one_moment(hooks.name, call_id, int(number), int(times))
    return _document(hooks, _promising(app, event, reply))


def room(app: App, hooks: Hooks, hook: Hook, consult_id: str, number: str) -> Answer:
    """`POST /voice/<provider>/room/<consult>/<number>`, verified: a leg entered that room, or left it."""
    event = hooks.read_room(hook.params())
    if isinstance(event, RoomNews):
        durably(app, event, f"{consult_id}/{number}", lambda event, at: app.calls.in_room(event, consult_id, int(number), at))
    return NOTED


def answered(app: App, hooks: Hooks, hook: Hook, dial_id: str, mac: str) -> Answer:
    """`POST /voice/<provider>/dial/<dial>/<mac>`, verified: a call that we placed was picked up."""
    _require_ours(app, hooks, dial_id, mac)
    event = hooks.read_answered(hook.params())
    if isinstance(event, CallEnded):
        _ended(app, event, dial_id)
    if not isinstance(event, CallAnswered):
        return _document(hooks, HangUp())
    try:
        return _document(hooks, app.calls.answered(event, dial_id, app.clock.now()))
    except DatabaseAway:
        log.warning("the database is away as a call of ours is picked up", extra={"dial": dial_id})
        return _document(hooks, app.menus.sorry(hooks.name))


def dial_status(app: App, hooks: Hooks, hook: Hook, dial_id: str, mac: str) -> Answer:
    """`POST /voice/<provider>/dial/<dial>/<mac>/status`, verified: a call that we placed is over, answered or not."""
    _require_ours(app, hooks, dial_id, mac)
    event = hooks.read_status(hook.params())
    if isinstance(event, CallEnded):
        _ended(app, event, dial_id)
    return NOTED


def _promising(app: App, event: TurnCame | CallEnded | Ignored, reply: Reply) -> Reply:
    """The same reply; if it says that we call back, that is written down where a database that is away does no harm."""
    if isinstance(event, TurnCame) and reply == app.menus.we_call_back(event.provider):
        app.spool.keep(CallCutOff(event.provider, event.provider_call_id), app.clock.now())
    return reply


def _ended(app: App, event: CallEnded, dial_id: str) -> None:
    durably(app, event, dial_id, lambda event, at: app.calls.end(event, at, dial_id))


def _require_ours(app: App, hooks: Hooks, dial_id: str, mac: str) -> None:
    if not is_our_dial(app.settings, hooks.name, dial_id, mac):
        raise Refused(403)


def _document(hooks: Hooks, reply: Reply) -> Answer:
    document = hooks.render(reply)
    return Answer(200, document.body, document.content_type)
