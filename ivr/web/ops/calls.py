"""The latest calls and texts, and the page of one call."""

from dataclasses import dataclass

from flask import Blueprint, Response, request

from ivr.callbacks.dials import TALKING_SLACK_MS
from ivr.lines import TextApp
from ivr.model.ids import LAST, LENGTH
from ivr.model.replies import Document, Reply
from ivr.providers import PROVIDERS
from ivr.store import console
from ivr.texts.lifecycle import TextState
from ivr.web.ops import words
from ivr.web.ops.call_page import call_page, read_call
from ivr.web.ops.naming import masking, naming
from ivr.web.ops.pages import Pages
from ivr.web.ops.timeline import Teller
from ivr.web.ops.when import moment
from ivr.wiring import App

MOST = 25
"""Calls, and texts, on one page."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What the operator wants to see: a published line and a text's state, "" for all."""

    line: str
    e164: str
    state: str
    calls: str  # ids: what came before them
    texts: str

    def __bool__(self) -> bool:
        return bool(self.line or self.state)

    @property
    def query(self) -> str:
        return f"line={self.line}&state={self.state}"


def call_pages(routes: Blueprint, app: App, pages: Pages) -> None:
    @routes.get("/calls")
    def calls() -> Response:
        return _latest(app, pages)

    @routes.get("/calls/<call_id>")
    def call(call_id: str) -> Response:
        known = read_call(app, call_id) if len(call_id) == LENGTH and call_id.isalnum() else None
        if known is None:
            return pages.message(404, "No such call", "It may have been removed when its time to be kept was over.")
        return pages.show("call.html", page=call_page(known, teller(app), _render))


def _render(provider: str, reply: Reply) -> Document | None:
    return PROVIDERS[provider].render(reply) if provider in PROVIDERS else None


def _latest(app: App, pages: Pages) -> Response:
    now, chosen = app.clock.now(), _filter(app)
    with app.database.read() as tx:
        calls = console.latest_calls(tx, line=chosen.e164, state=chosen.state, before=chosen.calls, most=MOST)
        texts = console.latest_texts(tx, line=chosen.e164, state=chosen.state, before=chosen.texts, most=MOST)
    tell = teller(app)
    return pages.show(
        "calls.html",
        calls=[tell.call(story) for story in calls],
        texts=[tell.text(story) for story in texts],
        chosen=chosen,
        older_calls=calls[-1].call.id if len(calls) == MOST else "",
        older_texts=texts[-1].text.id if len(texts) == MOST else "",
        newest=(chosen.calls, chosen.texts) == (LAST, LAST),
        lines=[(line.published, line.name) for line in app.lines],
        states=[(state.value, label) for state, (label, _) in words.STATES.items()],
        try_line=next((line for line in app.lines if isinstance(line.action, TextApp)), None),
        as_of=moment(now, now),
    )


def _filter(app: App) -> Filter:
    line = next((line for line in app.lines if line.published == request.args.get("line")), None)
    state = request.args.get("state", "")
    before = [request.args.get(name, "") for name in ("calls", "texts")]
    calls, texts = (each if len(each) == LENGTH and each.isalnum() else LAST for each in before)
    return Filter(line.published if line else "", line.number.e164 if line else "", state if state in list(TextState) else "", calls, texts)


def teller(app: App) -> Teller:
    """Tells stories as of now, with numbers masked."""

    masked, line_name = masking(app.vault), naming(app.lines)
    return Teller(app.clock.now(), masked, line_name, app.settings.call_limit_minutes * 60_000 + 2 * TALKING_SLACK_MS)
