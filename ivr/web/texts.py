"""Text webhooks: delivery reports and incoming SMS."""

from flask import Blueprint, Response, abort

from ivr.model.events import TextReceived, TextReported
from ivr.texts.addresses import is_our_report
from ivr.texts.reports import record_report
from ivr.web.guard import Guard, durably
from ivr.wiring import App


def text_routes(app: App, guard: Guard) -> Blueprint:
    routes = Blueprint("texts", __name__, url_prefix="/texts")

    @routes.route("/<provider>/report/<attempt>/<mac>", methods=["GET", "POST"])
    def report(provider: str, attempt: str, mac: str) -> Response:
        hooks, hook = guard.admit(provider, lambda hooks, hook: hooks.verify_text(hook))
        if not is_our_report(app.settings, provider, attempt, mac):
            abort(403)
        event = hooks.read_report(hook.params())
        if isinstance(event, TextReported):
            durably(app, event, attempt, lambda event, at: record_report(app.database, attempt, event, at))
        return Response(status=204)

    @routes.route("/<provider>/incoming", methods=["GET", "POST"])
    def incoming(provider: str) -> Response:
        hooks, hook = guard.admit(provider, lambda hooks, hook: hooks.verify_text(hook))
        event = hooks.read_text(hook.params())
        if isinstance(event, TextReceived):
            durably(app, event, "", app.opt_outs.received)
        return Response(status=204)

    return routes
