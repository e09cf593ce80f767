"""The pay page of a consult, and the page of one try to pay: before the gateway, and after the payer has come back.

A GET marks nothing paid, whatever it brings: only the gateway's own word does, by an event or a look (`ivr.consults.booking`).
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from re import compile as regex

from flask import Blueprint, Response, request

from ivr.consults.addresses import is_gateway_page, is_our_try, wait_path
from ivr.consults.paying import LONGEST_NAME, PayView, Progress, ProgressState, Sent, Standing
from ivr.flow.spoken import say_day, say_time, text_of
from ivr.model.errors import DatabaseAway
from ivr.web.pay_pages import PayPages, money
from ivr.web.pay_words import speciality
from ivr.web.public import Trouble, foreign_form
from ivr.wiring import App

log = logging.getLogger(__name__)

_CARD = regex(r"\d(?:[\W_]*\d){11}")  # 12 to 19 digits, however they are grouped: a card, an account, an Aadhaar number
_CONTROLS = regex(r"[\x00-\x1f\x7f]+")
_UNPAID = (Standing.PAYABLE, Standing.STALE, Standing.CLOSED)
_RELOAD_S, _ASK_S, _LATE_S = 2, 3, 15


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody came to a consult's page: by its own link, where the patient's name may be shown, or by what forms carry along."""

    named: bool = True
    carried: Mapping[str, str] = field(default_factory=dict)


BY_LINK = Way()


class PayPage:
    """The page of one consult."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._pages = PayPages(app)

    def show(self, consult_id: str) -> Response | None:
        """For whoever has the link; None for a consult that was never quoted. Only a POST does anything."""
        view = self._app.consults.paying.view(consult_id)
        if view is None:
            return None
        return self.press(view, BY_LINK) if request.method == "POST" else self.stands(view)

    def press(self, view: PayView, way: Way) -> Response:
        """A button of this page: on to the gateway, a call instead, or the page with what is in the way."""
        if card_typed():
            return self.stands(view, way, "card", 400)
        if foreign_form(self._app.settings.public_url):
            return self.stands(view, way, "form", 403)
        if request.form.get("do") == "call":
            return self._call_instead(view, way)
        name = _CONTROLS.sub(" ", request.form.get("name", "")) if way.named else ""
        found = self._app.consults.paying.press_pay(view.consult_id, name)
        if isinstance(found, Sent):
            return self._pages.leave(wait_path(self._app.settings, found.link_id))
        return self.stands(replace(view, standing=found), way)

    def stands(self, view: PayView, way: Way = BY_LINK, fault: str = "", status: int = 200) -> Response:
        """The consult's page as it stands; `fault` is a row of `pay_words`."""
        places = {"amount": money(view.amount), "minutes": view.serve_by_minutes}
        if view.standing is not Standing.PAYABLE:
            shown = {"reference": view.reference, "button": "call_button" if view.standing is Standing.CLOSED else ""}
            return self._pages.news(view.standing.value, view.language, places, status, fault, carried=way.carried, **shown)
        return self._pages.show(
            "pay.html",
            view.language,
            status,
            fault,
            **places,
            what=speciality(view.speciality, self._pages.say(view.language)),
            named=way.named,
            name=view.patient_name if way.named else "",
            longest=LONGEST_NAME,
            carried=way.carried,
            red_signs=self._pages.red_signs(view.language),
        )

    def _call_instead(self, view: PayView, way: Way) -> Response:
        due_at = self._app.consults.paying.book_call_instead(view.consult_id)
        if due_at is not None:
            now = self._app.clock.now()
            when = {"day": text_of(say_day(due_at, now, view.language)), "time": text_of(say_time(due_at, view.language))}
            return self._pages.news("called", view.language, when)
        again = self._app.consults.paying.view(view.consult_id)
        if again is not None and again.standing is not Standing.CLOSED:
            return self.stands(again, way)  # pressed twice, or paid meanwhile, or there is a place again
        return self._pages.news("uncalled", view.language, {})


def pay_routes(app: App) -> Blueprint:
    """One try to pay, at addresses that only we make: `…` until the gateway has its page, `…/back` from it, `…/news` after that."""
    routes = Blueprint("pay", __name__)
    pages, page = PayPages(app), PayPage(app)
    routes.register_error_handler(DatabaseAway, lambda _: pages.sorry(Trouble.AWAY))

    @routes.get("/pay/<link_id>/<mac>")
    def wait(link_id: str, mac: str) -> Response:
        found = _found(app, link_id, mac)
        if found is None:
            return pages.sorry(Trouble.UNKNOWN)
        progress, view = found
        return page.stands(view) if view.standing not in _UNPAID else _on(pages, progress, view)

    @routes.get("/pay/<link_id>/<mac>/back")
    def back(link_id: str, mac: str) -> Response:
        if not is_our_try(app.settings, link_id, mac):
            return pages.sorry(Trouble.UNKNOWN)
        if request.method == "GET":
            _asks_the_gateway(app, link_id)
        return pages.leave(f"{wait_path(app.settings, link_id)}/news")

    @routes.get("/pay/<link_id>/<mac>/news")
    def news(link_id: str, mac: str) -> Response:
        found = _found(app, link_id, mac)
        if found is None:
            return pages.sorry(Trouble.UNKNOWN)
        progress, view = found
        if view.standing not in _UNPAID:
            return page.stands(view)
        if progress.state in (ProgressState.READY, ProgressState.PAID):
            onward = wait_path(app.settings, link_id)
            return pages.news("checking", view.language, {}, reference=view.reference, refresh=_ASK_S, onward=onward)
        return _on(pages, progress, view)

    return routes


def card_typed() -> bool:
    """Whether some field of this form has what looks like a card number. Such a form is neither read, kept nor shown again."""
    return any(
        _CARD.search(text) for name, values in request.form.lists() for text in (name or "", *values)
    )  # a part of a form may have no name


def _found(app: App, link_id: str, mac: str) -> tuple[Progress, PayView] | None:
    progress = app.consults.paying.progress(link_id) if is_our_try(app.settings, link_id, mac) else None
    view = app.consults.paying.view(progress.consult_id) if progress is not None else None
    return None if progress is None or view is None else (progress, view)


def _on(pages: PayPages, progress: Progress, view: PayView) -> Response:
    """The next thing for somebody who has not paid, as far as we know."""
    match progress.state:
        case ProgressState.WAITING:
            return pages.news("waiting", view.language, {}, reference=view.reference, refresh=_RELOAD_S)
        case ProgressState.READY if progress.url and is_gateway_page(pages.app.settings, progress.url):
            return pages.leave(progress.url)
        case ProgressState.CLOSED | ProgressState.PAID:
            return pages.news("ended", view.language, {}, reference=view.reference, refresh=_LATE_S, by_code=True)
        case ProgressState.READY:
            log.critical("the gateway's page is at an address that is not the gateway's; nobody is sent there")
    return pages.news("failed", view.language, {}, reference=view.reference, by_code=True)


def _asks_the_gateway(app: App, link_id: str) -> None:
    try:
        app.consults.paying.came_back(link_id)
    except DatabaseAway:
        log.warning("a payer came back, and the gateway could not be asked at once; the next look is soon")
