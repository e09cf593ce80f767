"""Text webhooks: delivery reports and incoming SMS."""

from flask import Blueprint, Response, abort, request

from ivr.model.events import TextReceived, TextReported
from ivr.model.ports import Hook, TextHooks
from ivr.texts.addresses import is_our_report
from ivr.texts.reports import record_report
from ivr.web.guard import Guard, durably, hook_of
from ivr.wiring import App


def text_routes(app: App, guard: Guard) -> Blueprint:
    routes = Blueprint("texts", __name__, url_prefix="/texts")

    @routes.route("/<provider>/report/<attempt>/<mac>", methods=["GET", "POST"])
    def report(provider: str, attempt: str, mac: str) -> Response:
        hooks, hook = _verified(app, guard, provider)
        if not is_our_report(app.settings, provider, attempt, mac):
            abort(403)
        event = hooks.read_report(hook.params())
        if isinstance(event, TextReported):
            durably(app, event, attempt, lambda event, at: record_report(app.database, attempt, event, at))
        return Response(status=204)

    @routes.route("/<provider>/incoming", methods=["GET", "POST"])
    def incoming(provider: str) -> Response:
        hooks, hook = _verified(app, guard, provider)
        event = hooks.read_text(hook.params())
        if isinstance(event, TextReceived):
            durably(app, event, "", app.opt_outs.received)
        return Response(status=204)

    return routes


def _verified(app: App, guard: Guard, provider: str) -> tuple[TextHooks, Hook]:
    hooks = app.hooks.get(provider)
    if hooks is None:
        abort(404)
    hook = hook_of(request, app.settings.public_url)
    guard.require(hooks.verify_text(hook), hooks.own_account(hook.params()), provider, hook)
    return hooks, hook
