"""The sheet of doctors in the browser: a look at what it would change, with every fault; its import; and the sheet written out."""

from collections.abc import Callable
from dataclasses import dataclass
from re import compile as regex

from flask import Blueprint, Response, make_response, request
from werkzeug.exceptions import RequestEntityTooLarge

from ivr.doctors.directory import Directory, left_out
from ivr.doctors.sheet import COLUMNS, decoded
from ivr.doctors.sheet_kept import LARGEST_SHEET, SheetGone, keep, kept_sheet
from ivr.model.errors import BadRequest, ConfigurationError
from ivr.operators import Role
from ivr.oversight import LONGEST_REASON, ReasonMissing, reason_given
from ivr.store import doctors
from ivr.web.ops.import_words import imported, plan
from ivr.web.ops.pages import Pages, leave, secured
from ivr.web.ops.told_once import tell_once, told_once
from ivr.web.ops.words import count
from ivr.wiring import App

_PAGE = "/ops/doctors/import"
_FILE = "sheet"  # in faults; a file's own name is its owner's affair
_FAULT = regex(rf"{_FILE}:([0-9]+): (.*)")
_FORM_BYTES = 2 * LARGEST_SHEET  # sealed and written in letters, a sheet is a third longer
_TOO_LARGE = f"the file is larger than {LARGEST_SHEET // 1000} kB; import it in parts, or with `python -m ivr doctors import`"


def import_pages(routes: Blueprint, app: App, pages: Pages) -> None:
    importing = _Importing(app, pages, Directory(app.database, app.vault, app.consults.desk.prices, app.lines.numbers))

    @routes.get("/doctors/import")
    def choose_sheet() -> Response:
        return importing.admits(importing.show)

    @routes.post("/doctors/import")
    def look_at_sheet() -> Response:
        return importing.admits(importing.look)

    @routes.post("/doctors/import/confirm")
    def import_sheet() -> Response:
        return importing.admits(importing.take)

    @routes.post("/doctors/export")
    def export_sheet() -> Response:
        return importing.admits(importing.export)


@dataclass(frozen=True, slots=True)
class _Importing:
    app: App
    pages: Pages
    directory: Directory

    def admits(self, answer: Callable[[], Response]) -> Response:
        """Admins only; what is the matter with what they sent is said beside the form."""
        request.max_content_length = _FORM_BYTES  # more than webhooks have; before anything reads the form
        try:
            return self.pages.refused(Role.ADMIN) or answer()
        except RequestEntityTooLarge:
            return self.show(413, fault=_TOO_LARGE)
        except (BadRequest, ReasonMissing, SheetGone) as why:
            return self.show(400, fault=str(why))
        except ConfigurationError as why:  # every fault of the sheet, by its line
            return self.show(400, faults=_faults(str(why)))

    def look(self) -> Response:
        return self._planned(_sheet())

    def take(self) -> Response:
        """Import exactly what was looked at. The answer leads elsewhere, so that neither Back nor a reload sends the sheet again."""
        now = self.app.clock.now()
        text = kept_sheet(self.app.vault, request.form.get("sheet", ""), self.pages.operator, now)
        try:
            reason = reason_given(request.form.get("reason", ""))
        except ReasonMissing as why:
            return self._planned(text, 400, fault=str(why))
        taken = self.directory.take(text, _FILE, now, operator=self.pages.operator, reason=reason)
        tell_once(_PAGE, imported(taken))
        return secured(leave(_PAGE))

    def export(self) -> Response:
        found = self.directory.exported(self.pages.operator, reason_given(request.form.get("reason", "")), self.app.clock.now())
        headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": "attachment; filename=doctors.csv"}
        return secured(make_response(found.text, headers))

    def _planned(self, text: str, status: int = 200, fault: str = "") -> Response:
        """What the sheet would change, and the form that does it."""
        now = self.app.clock.now()
        found = self.directory.take(text, _FILE, now, dry_run=True)
        kept = keep(self.app.vault, text, self.pages.operator, now) if found.added or found.changed else ""
        return self.show(status, plan=plan(found), kept=kept, fault=fault)

    def show(self, status: int = 200, **found: object) -> Response:
        """`found`: what the page says beside its forms."""
        with self.app.database.read() as tx:
            own, samples = doctors.own(tx), doctors.samples(tx)
        return self.pages.show(
            "doctors_import.html",
            status,
            **found,
            done=told_once(_PAGE) if request.method == "GET" else "",
            longest=LONGEST_REASON,
            own=count(own, "doctor"),
            left_out=left_out(samples) if samples else "",
            columns=COLUMNS,
            largest=LARGEST_SHEET // 1000,
        )


def _sheet() -> str:
    """The text of the file that was sent. BadRequest says what is the matter with it; ConfigurationError likewise."""
    file = request.files.get("file")
    content = file.read(LARGEST_SHEET + 1) if file is not None else b""
    if not content:
        raise BadRequest("choose a CSV file that is not empty")
    if len(content) > LARGEST_SHEET:
        raise BadRequest(_TOO_LARGE)
    return decoded(content, _FILE)


def _faults(told: str) -> list[tuple[str, str]]:
    """Line and what to do; a fault of the whole sheet has no line."""
    pairs = [(found[1], found[2]) if (found := _FAULT.fullmatch(row)) else ("", row) for row in told.splitlines()]
    return [(line, message.removeprefix(f"{_FILE}: ")) for line, message in pairs]
