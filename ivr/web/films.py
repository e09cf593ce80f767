"""The patient's pages: photos of films for the doctor, and the doctor's prescription. A GET or HEAD changes nothing."""

import logging
from collections.abc import Mapping, Sequence

from flask import Response, make_response, render_template, request
from werkzeug.datastructures import FileStorage

from ivr.cards.films import FilmsView
from ivr.cards.uploads import JPEG, MOST_FILMS, Fault, clean_film
from ivr.model.india import in_india
from ivr.model.values import Language
from ivr.web.film_words import FILMS
from ivr.web.pay_words import words
from ivr.web.public import dressed, foreign_form
from ivr.web.throttle import WINDOW_MS, Limit, Throttle
from ivr.web.uploads import BUSY_S, MEGABYTES, Places, Spoilt, allow_files, chosen, judged, later, readable, served, wanted
from ivr.web.visitors import address_of
from ivr.wiring import App

log = logging.getLogger(__name__)

PER_LINK, PER_ADDRESS = 20, 60
"""Forms with photos in a quarter of an hour: by link, and by network address. A photo that is refused counts as much as a form,
the first of a form with it: what is refused never fills the room for photos, and costs as much as what is kept."""


class FilmPage:
    """The page behind a link of the purpose `upload`."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._throttle = Throttle(app, "films")
        self._places = Places()

    def show(self, consult_id: str) -> Response | None:
        """For whoever has the link; None for a consult that there is not."""
        view = self._app.films.view(consult_id)
        if view is None:
            return None
        return self._send(view) if request.method == "POST" else self._page(view)

    def _send(self, view: FilmsView) -> Response:
        if foreign_form(self._app.settings.public_url):
            return self._page(view, "form", 403)
        if not view.taking:
            return self._page(view, status=410)
        with self._places.one() as found:  # before it counts as a try: whoever finds none free is to come again
            return self._taken(view) if found else later(self._page(view, "films_busy", 503), BUSY_S)

    def _taken(self, view: FilmsView) -> Response:
        if not self._admit(view.consult_id):
            return later(self._page(view, "many", 429), WINDOW_MS // 1000)
        allow_files(MOST_FILMS)
        if not readable():
            return self._page(view, "films_heavy", 413)
        files = chosen("film", MOST_FILMS)
        if not files:
            return self._page(view, "films_none", 400)
        return self._kept(view, files)

    def _kept(self, view: FilmsView, files: Sequence[FileStorage]) -> Response:
        """What can be taken is taken, one after the other, whatever is the matter with the rest."""
        spoilt, room = [], MOST_FILMS - view.sent
        for number, file in enumerate(files, 1):
            found = judged(number, file, clean_film) if room > 0 else Spoilt(number, Fault.FULL)
            if isinstance(found, Spoilt):
                spoilt.append(found)
            elif self._app.films.add(view.consult_id, found, self._app.clock.now()):
                room -= 1
            else:  # somebody else with this link was faster
                spoilt.append(Spoilt(number, Fault.FULL))
        self._count_refused(view.consult_id, spoilt)
        again = self._app.films.view(view.consult_id) or view
        log.info("films came", extra={"kept": again.sent - view.sent, "refused": len(spoilt)})
        return self._page(again, "films_not_all" if spoilt and again.sent > view.sent else "", 400 if spoilt else 200, spoilt)

    def _admit(self, consult_id: str) -> bool:
        address = address_of(request, self._app.settings.trusted_proxies)
        limits = [Limit(("link", consult_id), PER_LINK)]
        return self._throttle.admit([*limits, Limit(("address", address), PER_ADDRESS)] if address else limits) is not None

    def _count_refused(self, consult_id: str, spoilt: Sequence[Spoilt]) -> None:
        """Beyond the first, which the form itself has counted for. What there was no room for was not looked at."""
        looked_at = [each for each in spoilt if each.fault is not Fault.FULL]
        for _ in looked_at[1:]:
            self._admit(consult_id)

    def _page(self, view: FilmsView, fault: str = "", status: int = 200, spoilt: Sequence[Spoilt] = ()) -> Response:
        numbers = {"most": MOST_FILMS, "megabytes": MEGABYTES}
        return shown(self._app, "films/upload.html", view.language, status, fault, view=view, spoilt=spoilt, numbers=numbers)


def show_prescription(app: App, consult_id: str) -> Response | None:
    """Who prescribed, and each page to be saved; None until there is a prescription. `?page=` is one page's id."""
    if (page_id := wanted("page")) is not None:
        return served(app.films.page_of(consult_id, page_id), "prescription", keep=True)
    view = app.films.prescription(consult_id)
    if view is None:
        return None
    return shown(app, "films/prescription.html", view.language, view=view, when=_when, jpeg=JPEG)


def _when(at: int) -> str:
    return f"{in_india(at):%d-%m-%Y, %H:%M} IST"


def shown(app: App, template: str, language: Language, status: int = 200, fault: str = "", **values: object) -> Response:
    """A page in the patient's language, which leads to us alone."""
    common: Mapping[str, object] = {"say": words(language, FILMS), "language": language.value, "fault": fault}
    clinic = app.settings.clinic_name
    return dressed(make_response(render_template(template, **common, clinic=clinic, **values), status))
