"""Voice webhooks: read, one use-case, render. The time this takes is the ringing that a caller hears."""

from ivr.model.events import CallArrived, CallEnded
from ivr.model.ports import Hook
from ivr.model.replies import Reject, Reply
from ivr.providers import Hooks
from ivr.web.guard import NOTED, Answer, durably
from ivr.wiring import App


def ring(app: App, hooks: Hooks, hook: Hook) -> Answer:
    """`POST /voice/<provider>`, verified: a call rings on one of our lines."""
    reply: Reply | None = None
    match event := hooks.read_call(hook.params()):
        case CallArrived():
            reply = durably(app, event, "", app.calls.arrive)
        case CallEnded():
            durably(app, event, "", app.calls.end)
    document = hooks.render(reply or Reject())
    return Answer(200, document.body, document.content_type)


def status(app: App, hooks: Hooks, hook: Hook) -> Answer:
    """`POST /voice/<provider>/status`, verified: a call is over."""
    event = hooks.read_status(hook.params())
    if isinstance(event, CallEnded):
        durably(app, event, "", app.calls.end)
    return NOTED
