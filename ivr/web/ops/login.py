"""Login and logout."""

import logging

from flask import Blueprint, Response, request

from ivr.model.errors import DatabaseAway
from ivr.operators import check_password
from ivr.web.ops.door import Door
from ivr.web.ops.pages import Pages, Told, leave, secured
from ivr.web.ops.throttle import WINDOW_MS, Throttle
from ivr.web.ops.way_back import safe_next
from ivr.web.visitors import address_of
from ivr.wiring import App

log = logging.getLogger(__name__)

_WRONG = "That name and password do not belong together. Try again."
_STALE = "This page had been open for too long, or your browser keeps no cookies. Please try again."
_TOO_MANY = "Too many tries. Wait 15 minutes, then try again."
_TOLD = {
    Told.NOT_DONE: "You were signed out, and what you sent was not done. Sign in, and do it again.",
    Told.ENDED: "Your session has ended. Sign in to go on where you were.",
}


def login_routes(app: App, door: Door) -> Blueprint:
    routes = Blueprint("login", __name__, url_prefix="/ops")
    throttle = Throttle(app)
    pages = Pages(door, app.settings.sandbox_url)

    @routes.get("/login")
    def ask() -> Response:
        back = safe_next(request.args.get("next", ""))
        told = request.args.get("told", "")
        return secured(leave(back)) if door.operator() else _form(200, "", "", back, _TOLD[Told(told)] if told in list(Told) else "")

    @routes.post("/login")
    def enter() -> Response:
        name = request.form.get("name", "").strip().lower()[:100]
        back = safe_next(request.form.get("next", ""))
        if not door.genuine_form():
            return _form(403, _STALE, name, back)
        attempt = throttle.admit(name, address_of(request, app.settings.trusted_proxies))
        if attempt is None:
            log.warning("login refused: too many tries")
            response = _form(429, _TOO_MANY, name, back)
            response.headers["Retry-After"] = str(WINDOW_MS // 1000)
            return response
        try:
            operator = check_password(app.database, name, request.form.get("password", ""))
        except DatabaseAway:
            throttle.forgive(attempt)
            return pages.database_away()
        if operator is None:
            log.warning("login failed")
            return _form(401, _WRONG, name, back)
        throttle.forgive(attempt)
        door.let_in(operator)
        log.info("login", extra={"operator": operator.name})
        return secured(leave(back))

    @routes.post("/logout")
    def go() -> Response:
        if door.operator() is not None and not door.genuine_form():
            return pages.not_taken()
        door.let_out()
        return secured(leave("/ops/login"))

    def _form(status: int, fault: str, name: str, back: str, told: str = "") -> Response:
        return pages.show("login.html", status, fault=fault, told=told, name=name, next=back)

    return routes
