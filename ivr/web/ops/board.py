"""The first page of the console: alarms, and how things stand now."""

from flask import Blueprint, Response

from ivr.store import alarms, console, console_voice, figures, outbox
from ivr.store import pages as pages_store
from ivr.web.ops.funnel import Funnel
from ivr.web.ops.overview import alarm_card, day_tiles, grievance_card, late, now_tiles
from ivr.web.ops.pages import Pages
from ivr.web.ops.when import moment
from ivr.wiring import App

_DAY_MS = 24 * 60 * 60 * 1000
_MOST_GRIEVANCES = 10


def board_pages(routes: Blueprint, app: App, pages: Pages) -> None:
    funnel = Funnel(app)

    @routes.get("/")
    def home() -> Response:
        now = app.clock.now()
        with app.database.read() as tx:
            sounded, told, waiting = alarms.latest(tx), pages_store.shown(tx), outbox.oldest_unissued(tx)
            rang, states = console.calls_since(tx, now - _DAY_MS), console.texts_since(tx, now - _DAY_MS)
            planned, complaints = console_voice.planned_call_backs(tx), figures.grievances(tx, now)
            owed = console_voice.open_grievances(tx, most=_MOST_GRIEVANCES)
        cards = [alarm_card(row, told, now) for row in sounded]
        return pages.show(
            "board.html",
            alarms=[*late(waiting, now, app.settings.relay_lag_alarm_seconds), *(card for card in cards if card.fresh)],
            old_alarms=[card for card in cards if not card.fresh],
            tiles=day_tiles(rang, states),
            tiles_now=now_tiles(planned, *complaints),
            grievances=[grievance_card(row, now) for row in owed],
            more_grievances=complaints[0] - len(owed),
            funnel=funnel.rows(),
            as_of=moment(now, now),
        )
