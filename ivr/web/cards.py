"""The consult card of a doctor: a PIN, then one page with what the patient told us, a note and the prescription.

A GET shows the PIN's form, or the card to whoever has opened it; it changes nothing.
"""

import logging
from collections.abc import Mapping, Sequence

from flask import Response, make_response, redirect, render_template, request

from ivr.cards.opening import LONGEST_NOTE, Door, Prescribed, Tried
from ivr.cards.pins import tidy
from ivr.cards.uploads import MOST_PAPERS, Clean, clean_paper
from ivr.model.india import in_india
from ivr.model.values import Language
from ivr.web.card_door import is_in, let_in, let_out
from ivr.web.card_words import say
from ivr.web.public import dressed, foreign_form
from ivr.web.throttle import WINDOW_MS, Limit, Throttle
from ivr.web.uploads import BUSY_S, MEGABYTES, Places, Spoilt, allow_files, chosen, judged, later, readable, served, wanted
from ivr.web.visitors import address_of
from ivr.wiring import App

log = logging.getLogger(__name__)

PER_DOCTOR, PER_ADDRESS = 10, 20
"""Wrong PINs in a quarter of an hour, of all cards of a doctor, and from one network address. Five in a row lock a card besides."""


class CardPage:
    def __init__(self, app: App) -> None:
        self._app = app
        self._throttle = Throttle(app, "card")
        self._places = Places()  # the doctors' own: no patient keeps a prescription waiting

    def show(self, consult_id: str, caller_id: str | None, path: str) -> Response:
        """For whoever has the link that was texted to this caller. `path`: of the link."""
        door = self._app.card_opening.door(consult_id, caller_id)
        if door is None:
            return self._page("cards/gone.html", 410, "")
        if not is_in(self._app.settings, door, self._app.clock.now()):
            return self._outside(door, path)
        if request.method == "POST":
            return self._act(door, path)
        if (film_id := wanted("film")) is not None:
            return served(self._app.card_opening.file(door, film_id), f"consult-{door.reference}")
        return self._card(door)

    def _outside(self, door: Door, path: str) -> Response:
        if wanted("film") is not None:
            return served(None, "")
        if request.method != "POST":
            return self._pin(door)
        if foreign_form(self._app.settings.public_url):
            return self._pin(door, "form", 403)
        if not readable():
            return self._pin(door, "closed_upload", 403)
        note, button = request.form.get("note"), request.form.get("do")
        if button is not None:
            return self._pin(door, {"note": "closed", "prescribe": "closed_upload"}.get(button, "closed_plain"), 403, note)
        return self._enter(door, path, note)

    def _enter(self, door: Door, path: str, note: str | None) -> Response:
        pin = tidy(request.form.get("pin", ""))
        if not door.proof or not door.tries_left:
            return self._pin(door, status=403, note=note)
        if not pin:
            return self._pin(door, "pin_shape", 400, note)
        limits, address = [Limit(("doctor", door.doctor_id), PER_DOCTOR)], address_of(request, self._app.settings.trusted_proxies)
        attempt = self._throttle.admit([*limits, Limit(("address", address), PER_ADDRESS)] if address else limits)
        if attempt is None:
            return later(self._pin(door, "many", 429, note), WINDOW_MS // 1000)
        now = self._app.clock.now()
        if self._app.card_opening.try_pin(door, pin, now) is not Tried.RIGHT:
            log.warning("a wrong PIN for a card")
            again = self._app.card_opening.door(door.consult_id, door.caller_id) or door
            return self._pin(again, "pin_wrong" if again.tries_left else "", 403, note)
        self._throttle.forgive(attempt)
        if note is not None:
            self._app.card_opening.write_note(door, note, now)
        return let_in(dressed(make_response(redirect(path, 303))), self._app.settings, door, path, now)

    def _act(self, door: Door, path: str) -> Response:
        """A button of an opened card."""
        if foreign_form(self._app.settings.public_url):
            return self._card(door, "form", 403)
        allow_files(MOST_PAPERS)
        if not readable():
            return self._card(door, "heavy", 413)
        opening, now = self._app.card_opening, self._app.clock.now()
        match request.form.get("do"):
            case "close":
                return let_out(self._pin(door), self._app.settings, path)
            case "note":
                opening.write_note(door, request.form.get("note", ""), now)
                page = self._card(door, done="note_saved")
            case "promise":
                opening.promise(door, now)
                page = self._card(door)
            case "unpromise":
                opening.promise(door, now, owed=False)
                page = self._card(door)
            case "prescribe":
                with self._places.one() as found:
                    page = self._prescribe(door, now) if found else later(self._card(door, "busy", 503), BUSY_S)
            case _:
                page = self._card(door)
        return let_in(page, self._app.settings, door, path, now)

    def _prescribe(self, door: Door, now: int) -> Response:
        """All pages or none: half a prescription is worse than none."""
        if request.form.get("attested") != "yes":
            return self._card(door, "not_attested", 400)
        files = chosen("paper", MOST_PAPERS)
        if not files:
            return self._card(door, "none_chosen", 400)
        if len(files) > MOST_PAPERS:
            return self._card(door, "heavy", 400)
        found = [judged(number, file, clean_paper) for number, file in enumerate(files, 1)]
        pages = [each for each in found if isinstance(each, Clean)]
        if len(pages) < len(found):
            return self._card(door, "not_all", 400, spoilt=[each for each in found if isinstance(each, Spoilt)])
        match self._app.card_opening.prescribe(door, pages, now):
            case Prescribed.SENT:
                return self._card(door, done="prescription_sent")
            case Prescribed.TOO_MANY:
                return self._card(door, "heavy", 400)
            case Prescribed.NOT_TALKED:
                return self._card(door, "not_talked", 409)

    def _card(self, door: Door, fault: str = "", status: int = 200, *, done: str = "", spoilt: Sequence[Spoilt] = ()) -> Response:
        view = self._app.card_opening.view(door)
        if view is None:
            return self._pin(door)
        flags = [self._flag(each) for each in view.flags]
        shown = {"view": view, "flags": flags, "spoilt": spoilt, "done": done, "longest_note": LONGEST_NOTE, "when": _when}
        return self._page("cards/card.html", status, fault, **shown)

    def _flag(self, name: str) -> str:
        """An amber sign is the question that the caller said yes to, as the clinic's words have it."""
        written = self._app.voicing.words
        if name != "amber" or not written.find("amber_signs", Language.ENGLISH):
            return name
        asked, mark, _ = written.text("amber_signs", Language.ENGLISH, {}, 0).partition("?")
        return f"Yes to: {asked}{mark}"

    def _pin(self, door: Door, fault: str = "", status: int = 200, note: str | None = None) -> Response:
        return self._page("cards/pin.html", status, fault, door=door, note=note)

    def _page(self, template: str, status: int, fault: str, **values: object) -> Response:
        numbers: Mapping[str, object] = {"most": MOST_PAPERS, "megabytes": MEGABYTES}
        common = {
            "language": "en",
            "fault": "",
            "fault_row": fault,
            "say": say,
            "clinic": self._app.settings.clinic_name,
            "numbers": numbers,
        }
        return dressed(make_response(render_template(template, **common, **values), status))


def _when(at: int) -> str:
    return f"{in_india(at):%d-%m-%Y, %H:%M}"
