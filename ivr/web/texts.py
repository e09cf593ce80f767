"""Text webhooks: delivery reports and incoming SMS."""

from ivr.model.events import TextReceived, TextReported
from ivr.model.ports import Hook
from ivr.providers import Hooks
from ivr.texts.addresses import is_our_report
from ivr.texts.reports import record_report
from ivr.web.guard import NOTED, Answer, Refused, durably
from ivr.wiring import App


def report(app: App, hooks: Hooks, hook: Hook, attempt: str, mac: str) -> Answer:
    """`POST /texts/<provider>/report/<attempt>/<mac>`, verified: what became of a text. The MAC covers what V2 signatures do not."""
    if not is_our_report(app.settings, hooks.name, attempt, mac):
        raise Refused(403)
    event = hooks.read_report(hook.params())
    if isinstance(event, TextReported):
        durably(app, event, attempt, lambda event, at: record_report(app.database, attempt, event, at))
    return NOTED


def incoming(app: App, hooks: Hooks, hook: Hook) -> Answer:
    """`POST /texts/<provider>/incoming`, verified: somebody texted one of our numbers."""
    event = hooks.read_text(hook.params())
    if isinstance(event, TextReceived):
        durably(app, event, "", app.opt_outs.received)
    return NOTED
