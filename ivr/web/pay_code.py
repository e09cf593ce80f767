"""`/pay`: paying from any phone, by the spoken code and the last four digits of the number that rang us. Shows no name and no condition."""

import logging
from re import compile as regex
from unicodedata import digit

from flask import Blueprint, Response, request

from ivr.consults.paying import PayView
from ivr.model.errors import DatabaseAway
from ivr.model.values import Language
from ivr.web.pay import PayPage, Way, card_typed
from ivr.web.pay_pages import PayPages
from ivr.web.public import Trouble, browsers_language, foreign_form
from ivr.web.throttle import WINDOW_MS, Limit, Throttle
from ivr.wiring import App

log = logging.getLogger(__name__)

PER_CODE, PER_ADDRESS, ALTOGETHER = 5, 20, 300
"""Failures in a quarter of an hour: 300 guesses at one of 10^10 pairs, however many hands make them."""
_CODE, _LAST_FOUR = regex(r"[0-9]{6}"), regex(r"[0-9]{4}")
_BETWEEN = regex(r"[\s-]+")


class _Fault(Exception):
    """A row of `pay_words`, and the status that goes with it."""

    def __init__(self, row: str, status: int) -> None:
        super().__init__(row)
        self.row = row
        self.status = status


def code_routes(app: App) -> Blueprint:
    routes = Blueprint("pay_code", __name__)
    pages, page, throttle = PayPages(app), PayPage(app), Throttle(app, "pay")
    routes.register_error_handler(DatabaseAway, lambda _: pages.sorry(Trouble.AWAY))

    @routes.get("/pay")
    def ask() -> Response:
        return _form(pages)

    @routes.post("/pay")
    def enter() -> Response:
        try:
            view, way = _waiting(app, throttle)
        except _Fault as fault:
            return _form(pages, fault.row, fault.status)
        return page.press(view, way) if request.form.get("go") == "1" else page.stands(view, way)

    return routes


def _waiting(app: App, throttle: Throttle) -> tuple[PayView, Way]:
    """What waits for this code; the same fault for a wrong code, wrong digits, and a code that is over."""
    if card_typed():
        raise _Fault("card", 400)
    if foreign_form(app.settings.public_url):
        raise _Fault("form", 403)
    code, last_four = (_digits(request.form.get(name, "")) for name in ("code", "digits"))
    if not _CODE.fullmatch(code) or not _LAST_FOUR.fullmatch(last_four):
        raise _Fault("shape", 400)
    address = request.remote_addr or ""  # never X-Forwarded-For: anybody can write that
    attempt = throttle.admit([Limit(("code", code), PER_CODE), Limit(("address", address), PER_ADDRESS), Limit(("all",), ALTOGETHER)])
    if attempt is None:
        log.warning("a code was refused: too many tries")
        raise _Fault("many", 429)
    try:
        view = app.consults.paying.by_code(code, last_four)
    except DatabaseAway:
        throttle.forgive(attempt)
        raise
    if view is None:
        raise _Fault("pair", 404)
    throttle.forgive(attempt)
    return view, Way(named=False, carried={"code": code, "digits": last_four, "go": "1"})


def _form(pages: PayPages, fault: str = "", status: int = 200) -> Response:
    """In the browser's language, with the two others beside it. What was typed is never shown again."""
    language = browsers_language(tuple(Language))
    others = [(each.value, pages.say(each)) for each in Language if each is not language]
    response = pages.show("code.html", language, status, fault=fault, others=others)
    if status == 429:
        response.headers["Retry-After"] = str(WINDOW_MS // 1000)
    return response


def _digits(typed: str) -> str:
    """Digits as people type them: in any script, with spaces or hyphens between."""
    return "".join(str(digit(char, char)) for char in _BETWEEN.sub("", typed[:40]))
