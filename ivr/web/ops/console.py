"""The console's pages, behind one door. An area of it is one module with a function that adds its routes."""

from flask import Blueprint, Response

from ivr.model.errors import DatabaseAway
from ivr.web.ops.access import access_pages
from ivr.web.ops.board import board_pages
from ivr.web.ops.callers import caller_pages
from ivr.web.ops.calls import call_pages
from ivr.web.ops.charts.routes import chart_pages
from ivr.web.ops.consults import consult_pages
from ivr.web.ops.deeds import deed_pages
from ivr.web.ops.doctors import doctor_pages
from ivr.web.ops.door import Door
from ivr.web.ops.flows import flow_pages
from ivr.web.ops.grievances import grievance_pages
from ivr.web.ops.pages import Pages, leave, secured
from ivr.web.ops.search import search_pages
from ivr.web.ops.shifts import shift_pages
from ivr.web.ops.switches import switch_pages
from ivr.web.ops.text_pages import text_pages
from ivr.wiring import App

_AREAS = (
    board_pages,
    call_pages,
    consult_pages,
    text_pages,
    caller_pages,
    search_pages,
    chart_pages,
    flow_pages,
    grievance_pages,
    doctor_pages,
    shift_pages,
    deed_pages,
    switch_pages,
    access_pages,
)


def console_routes(app: App, door: Door) -> Blueprint:
    routes = Blueprint("ops", __name__, url_prefix="/ops")
    pages = Pages(door, app.settings.sandbox_url)

    @routes.before_request
    def insiders_only() -> Response | None:
        return None if door.operator() else pages.to_login()

    @routes.get("")
    def without_slash() -> Response:
        return secured(leave("/ops/"))

    for area in _AREAS:
        area(routes, app, pages)

    @routes.get("/<path:rest>")
    def nowhere(rest: str) -> Response:
        return pages.message(404, "Nothing here", "This page does not exist. The menu above leads to those that do.")

    routes.register_error_handler(DatabaseAway, lambda error: pages.database_away())
    return routes
