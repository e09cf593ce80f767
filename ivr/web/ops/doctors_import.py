"""The sheet of doctors in the browser: a look at what it would change, with every fault; its import; and the sheet written out."""

from collections.abc import Callable
from re import compile as regex

from flask import Blueprint, Response, make_response, request
from werkzeug.exceptions import RequestEntityTooLarge

from ivr.doctors.directory import Directory, Taken
from ivr.doctors.sheet import COLUMNS, decoded
from ivr.doctors.sheet_kept import LARGEST_SHEET, SheetGone, keep, kept_sheet
from ivr.model.errors import BadRequest, ConfigurationError
from ivr.operators import Role
from ivr.oversight import ReasonMissing, reason_given
from ivr.web.ops.pages import Pages, secured
from ivr.wiring import App

_FILE = "sheet"  # in faults; a file's own name is its owner's affair
_FAULT = regex(rf"{_FILE}:([0-9]+): (.*)")
_FORM_BYTES = 2 * LARGEST_SHEET  # sealed and written in letters, a sheet is a third longer
_TOO_LARGE = f"the file is larger than {LARGEST_SHEET // 1000} kB; import it in parts, or with `python -m ivr doctors import`"


def import_pages(routes: Blueprint, app: App, pages: Pages) -> None:
    directory = Directory(app.database, app.vault, app.consults.desk.prices, app.lines.numbers)

    @routes.get("/doctors/import")
    def choose_sheet() -> Response:
        return _admits(pages, lambda: _show(pages))

    @routes.post("/doctors/import")
    def look_at_sheet() -> Response:
        def look() -> Response:
            text, now = _sheet(), app.clock.now()
            plan = directory.take(text, _FILE, now, dry_run=True)
            return _show(pages, plan=plan, kept=keep(app.vault, text, pages.operator, now) if plan.added or plan.changed else "")

        return _admits(pages, look)

    @routes.post("/doctors/import/confirm")
    def import_sheet() -> Response:
        def take() -> Response:
            text = kept_sheet(app.vault, request.form.get("sheet", ""), pages.operator, app.clock.now())
            return _show(pages, taken=directory.take(text, _FILE, app.clock.now(), operator=pages.operator))

        return _admits(pages, take)

    @routes.post("/doctors/export")
    def export_sheet() -> Response:
        def export() -> Response:
            text = directory.exported(pages.operator, reason_given(request.form.get("reason", "")), app.clock.now())
            headers = {"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": "attachment; filename=doctors.csv"}
            return secured(make_response(text, headers))

        return _admits(pages, export)


def _admits(pages: Pages, answer: Callable[[], Response]) -> Response:
    """Admins only; what is the matter with what they sent is said beside the form."""
    request.max_content_length = _FORM_BYTES  # more than webhooks have; before anything reads the form
    try:
        return pages.refused(Role.ADMIN) or answer()
    except RequestEntityTooLarge:
        return _show(pages, 413, fault=_TOO_LARGE)
    except (BadRequest, ReasonMissing, SheetGone) as why:
        return _show(pages, 400, fault=str(why))
    except ConfigurationError as why:  # every fault of the sheet, by its line
        return _show(pages, 400, faults=_faults(str(why)))


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


def _show(
    pages: Pages,
    status: int = 200,
    *,
    fault: str = "",
    faults: list[tuple[str, str]] | None = None,
    plan: Taken | None = None,
    kept: str = "",
    taken: Taken | None = None,
) -> Response:
    return pages.show(
        "doctors_import.html",
        status,
        fault=fault,
        faults=faults or [],
        plan=plan,
        kept=kept,
        taken=taken,
        columns=COLUMNS,
        largest=LARGEST_SHEET // 1000,
    )
