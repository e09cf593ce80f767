"""Voice webhooks: verify, read, one use-case, render. The time this takes is the ringing that a caller hears."""

from flask import Blueprint, Response

from ivr.model.events import CallArrived, CallEnded
from ivr.model.replies import Reject, Reply
from ivr.web.guard import Guard, durably
from ivr.wiring import App


def voice_routes(app: App, guard: Guard) -> Blueprint:
    routes = Blueprint("voice", __name__, url_prefix="/voice")

    @routes.route("/<provider>", methods=["GET", "POST"])
    def ring(provider: str) -> Response:
        hooks, hook = guard.admit(provider, lambda hooks, hook: hooks.verify_voice(hook))
        event = hooks.read_call(hook.params())
        reply: Reply | None = None
        match event:
            case CallArrived():
                reply = durably(app, event, "", app.calls.arrive)
            case CallEnded():
                durably(app, event, "", app.calls.end)
        document = hooks.render(reply or Reject())
        return Response(document.body, content_type=document.content_type)

    @routes.route("/<provider>/status", methods=["GET", "POST"])
    def status(provider: str) -> Response:
        hooks, hook = guard.admit(provider, lambda hooks, hook: hooks.verify_voice(hook))
        event = hooks.read_status(hook.params())
        if isinstance(event, CallEnded):
            durably(app, event, "", app.calls.end)
        return Response(status=204)

    return routes
