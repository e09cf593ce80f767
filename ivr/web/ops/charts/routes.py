"""The page of charts, and each of them as CSV."""

from dataclasses import asdict

from flask import Blueprint, Response, make_response, request

from ivr.operators import Operator
from ivr.oversight import Action, note
from ivr.web.ops.charts.book import Charts
from ivr.web.ops.charts.chosen import DAYS, OBEYED, Chosen, NotOnTheList, choices, read_choice
from ivr.web.ops.charts.sheet import as_csv
from ivr.web.ops.door import Door
from ivr.web.ops.pages import Pages, secured
from ivr.web.ops.when import moment
from ivr.wiring import App


def chart_pages(routes: Blueprint, app: App, pages: Pages) -> None:
    charts, door = Charts(app), Door(app)

    @routes.get("/charts")
    def all_charts() -> Response:
        try:
            chosen = read_choice(request.args, app.lines)
        except NotOnTheList as error:
            return pages.message(400, "That cannot be chosen", str(error))
        now = app.clock.now()
        return pages.show(
            "charts.html",
            charts=charts.all(chosen),
            chosen=chosen,
            choices=choices(app.lines),
            days=DAYS,
            query=request.query_string.decode("ascii", "ignore"),
            as_of=moment(now, now),
        )

    @routes.get("/charts/<name>.csv")
    def one_chart(name: str) -> Response:
        if name not in OBEYED:
            return pages.message(404, "No such chart", "The page of charts has a link to each table.")
        try:
            chosen = read_choice(request.args, app.lines)
        except NotOnTheList as error:
            return pages.message(400, "That cannot be chosen", str(error))
        text = as_csv(charts.one(name, chosen).grid)
        who = door.operator()
        if who is not None:
            _noted(app, who, name, chosen)
        response = secured(make_response(text))
        response.headers["Content-Type"] = "text/csv; charset=utf-8"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}-{chosen.days}-days.csv"'
        return response


def _noted(app: App, who: Operator, name: str, chosen: Chosen) -> None:
    """Who took which table out of the console, and of what."""
    now = app.clock.now()
    line = next((line.name for line in app.lines if line.published == chosen.line), "")
    of = {**asdict(chosen), "line": line}
    app.database.write(lambda tx: note(tx, now, who.name, Action.EXPORT_TABLE, subject="chart", subject_id=name, of=of))
