"""The first page of the console: alarms, what waits, the latest calls and texts; and the page of one call."""

from dataclasses import dataclass

from flask import Blueprint, Response, request

from ivr.callbacks.dials import TALKING_SLACK_MS
from ivr.lines import TextApp
from ivr.model.errors import ConfigurationError, DatabaseAway
from ivr.model.ids import LENGTH
from ivr.model.values import Phone
from ivr.store import alarms, console, console_voice, figures, outbox
from ivr.store import pages as pages_store
from ivr.texts.lifecycle import TextState
from ivr.web.ops import words
from ivr.web.ops.door import Door
from ivr.web.ops.funnel import Funnel
from ivr.web.ops.overview import alarm_card, day_tiles, grievance_card, late, now_tiles
from ivr.web.ops.pages import Pages, leave, secured
from ivr.web.ops.timeline import Teller
from ivr.web.ops.when import moment
from ivr.wiring import App

_DAY_MS = 24 * 60 * 60 * 1000
_MOST_GRIEVANCES = 10


@dataclass(frozen=True, slots=True)
class Filter:
    """What the operator wants to see: a published line and a text's state, "" for all."""

    line: str
    e164: str
    state: str

    def __bool__(self) -> bool:
        return bool(self.line or self.state)


def console_routes(app: App, door: Door) -> Blueprint:
    routes = Blueprint("ops", __name__, url_prefix="/ops")
    pages = Pages(door, app.settings.sandbox_url)
    funnel = Funnel(app)

    @routes.before_request
    def insiders_only() -> Response | None:
        return None if door.operator() else pages.to_login()

    @routes.get("")
    def without_slash() -> Response:
        return secured(leave("/ops/"))

    @routes.get("/")
    def home() -> Response:
        return _home(app, pages, funnel)

    @routes.get("/calls/<call_id>")
    def call(call_id: str) -> Response:
        with app.database.read() as tx:
            story = console.one_call(tx, call_id) if len(call_id) == LENGTH and call_id.isalnum() else None
            found = console_voice.conversation(tx, story.call) if story is not None else None
        if story is None or found is None:
            return pages.message(404, "No such call", "It may have been removed when its time to be kept was over.")
        return pages.show("call.html", call=_teller(app).whole_call(story, found))

    @routes.get("/<path:rest>")
    def nowhere(rest: str) -> Response:
        return pages.message(404, "Nothing here", "This page does not exist. The console begins with its list of calls.")

    routes.register_error_handler(DatabaseAway, lambda error: pages.database_away())
    return routes


def _home(app: App, pages: Pages, funnel: Funnel) -> Response:
    now, chosen = app.clock.now(), _filter(app)
    with app.database.read() as tx:
        calls = console.latest_calls(tx, line=chosen.e164, state=chosen.state)
        texts = console.latest_texts(tx, line=chosen.e164, state=chosen.state)
        sounded, told, waiting = alarms.latest(tx), pages_store.shown(tx), outbox.oldest_unissued(tx)
        rang, states = console.calls_since(tx, now - _DAY_MS), console.texts_since(tx, now - _DAY_MS)
        planned, complaints = console_voice.planned_call_backs(tx), figures.grievances(tx, now)
        owed = console_voice.open_grievances(tx, most=_MOST_GRIEVANCES)
    teller = _teller(app)
    cards = [alarm_card(row, told, now) for row in sounded]
    return pages.show(
        "home.html",
        calls=[teller.call(story) for story in calls],
        texts=[teller.text(story) for story in texts],
        alarms=[*late(waiting, now, app.settings.relay_lag_alarm_seconds), *(card for card in cards if card.fresh)],
        old_alarms=[card for card in cards if not card.fresh],
        tiles=day_tiles(rang, states),
        tiles_now=now_tiles(planned, *complaints),
        grievances=[grievance_card(row, now) for row in owed],
        more_grievances=complaints[0] - len(owed),
        funnel=funnel.rows(),
        chosen=chosen,
        lines=[(line.published, line.name) for line in app.lines],
        states=[(state.value, label) for state, (label, _) in words.STATES.items()],
        try_line=next((line for line in app.lines if isinstance(line.action, TextApp)), None),
        as_of=moment(now, now),
    )


def _filter(app: App) -> Filter:
    line = next((line for line in app.lines if line.published == request.args.get("line")), None)
    state = request.args.get("state", "")
    return Filter(line.published if line else "", line.number.e164 if line else "", state if state in list(TextState) else "")


def _teller(app: App) -> Teller:
    def masked(sealed: bytes) -> str:
        try:
            return app.vault.phone(sealed).masked
        except ConfigurationError:
            return "number sealed with a key that DATA_KEY lacks"

    def line(e164: str) -> str:
        found = app.lines.find(Phone(e164)) if e164 else None
        return f"{found.name} {found.published}" if found else e164

    return Teller(app.clock.now(), masked, line, app.settings.call_limit_minutes * 60_000 + 2 * TALKING_SLACK_MS)
