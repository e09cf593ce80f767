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
from ivr.web.visitors import address_of
from ivr.wiring import App

log = logging.getLogger(__name__)

PER_CODE, PER_ENDING, PER_ADDRESS = 5, 50, 20
CROWD, CROWDED_PER_CODE, CROWDED_PER_ADDRESS = 1000, 2, 5
"""Failures in a quarter of an hour: by code, by the last four digits, by network address; and the lower limits once 1000 codes were wrong.

A code lives half an hour, two such quarters. Who has overheard one gets 10 tries at its four digits: right once in 1000 times. Who knows
whose phone rang gets 100 tries at the code: once in 10,000. Who knows neither is right once in 10^10 for each try and live code: with 100
codes live, and the 500,000 tries a quarter that `PER_ENDING` leaves to the whole world (555 a second, from 100,000 addresses at five each),
once in fifty hours. What is won is a price, with the buttons to pay it or to be called instead: no name, no number, no condition.
Nobody is shut out but by failures with the same code, the same four digits, or from the same address.
"""
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
    pages, page, throttle = PayPages(app), PayPage(app), Throttle(app, "pay", CROWD)
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
    attempt = throttle.admit(_limits(code, last_four, address_of(request, app.settings.trusted_proxies)))
    if attempt is None:
        log.warning("a code was refused: too many tries")
        raise _Fault("many", 429)
    try:
        view = app.consults.paying.by_code(code, last_four)
    except DatabaseAway:
        throttle.forgive(attempt)
        raise
    if view is None:
        throttle.fail(attempt)
        raise _Fault("pair", 404)
    throttle.forgive(attempt)
    return view, Way(named=False, carried={"code": code, "digits": last_four, "go": "1"})


def _limits(code: str, last_four: str, address: str) -> list[Limit]:
    limits = [Limit(("code", code), PER_CODE, CROWDED_PER_CODE), Limit(("ending", last_four), PER_ENDING)]
    return [*limits, Limit(("address", address), PER_ADDRESS, CROWDED_PER_ADDRESS)] if address else limits


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
