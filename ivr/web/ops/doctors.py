"""The directory of doctors, with its search; and the page of one doctor."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from ivr.operators import Role
from ivr.store import console_doctors as store
from ivr.store import doctors
from ivr.store.console_doctors import NOT_RUNG, ON_DUTY, Sought
from ivr.store.doctors import LANGUAGE, SPECIALITY
from ivr.web.ops import words
from ivr.web.ops.doctor_words import doctor_row
from ivr.web.ops.doctors_import import import_pages
from ivr.web.ops.one_doctor import one_doctor_pages
from ivr.web.ops.pages import Pages
from ivr.web.ops.when import moment
from ivr.wiring import App

_A_PAGE = 25
_LONGEST_NAME = 60
_WHICH = {ON_DUTY: "On duty", NOT_RUNG: "Not rung, and why"}


@dataclass(frozen=True, slots=True)
class Turner:
    """Which page of how many; the addresses of those beside it, "" where there is none."""

    number: int
    of: int
    before: str
    after: str


def doctor_pages(routes: Blueprint, app: App, pages: Pages) -> None:
    @routes.get("/doctors")
    def doctors() -> Response:
        return _directory(app, pages)

    import_pages(routes, app, pages)
    one_doctor_pages(routes, app, pages)


def _directory(app: App, pages: Pages) -> Response:
    now = app.clock.now()
    with app.database.read() as tx:
        known = store.values(tx)
        sought = _sought(known, app.settings.environment != "production")
        found = store.count(tx, sought, now)
        turner = _turner(sought, found)
        rows = store.listed(tx, sought, now, skipped=(turner.number - 1) * _A_PAGE, most=_A_PAGE)
        skills = doctors.skills(tx, [row.id for row in rows])
    return pages.show(
        "doctors.html",
        rows=[doctor_row(row, skills[row.id], now, samples=sought.samples) for row in rows],
        found=found,
        turner=turner,
        sought=sought,
        specialities=known[SPECIALITY],
        languages=[(code, words.language(code)) for code in known[LANGUAGE]],
        which=_WHICH.items(),
        anything=sought != Sought(samples=sought.samples),
        may_import=pages.may(Role.ADMIN),
        as_of=moment(now, now),
    )


def _sought(known: dict[str, list[str]], samples: bool) -> Sought:
    """What is not known is not searched for."""
    given = request.args
    return Sought(
        name=given.get("name", "").replace("\x00", "").strip()[:_LONGEST_NAME],
        speciality=_one_of(given.get("speciality", ""), known[SPECIALITY]),
        language=_one_of(given.get("language", ""), known[LANGUAGE]),
        which=_one_of(given.get("which", ""), list(_WHICH)),
        samples=samples,
    )


def _one_of(text: str, known: list[str]) -> str:
    return text if text in known else ""


def _turner(sought: Sought, found: int) -> Turner:
    last = max(1, -(-found // _A_PAGE))
    asked = request.args.get("page", "1")
    number = min(last, max(1, int(asked))) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    return Turner(number, last, _address(sought, number - 1) if number > 1 else "", _address(sought, number + 1) if number < last else "")


def _address(sought: Sought, page: int) -> str:
    given = {"name": sought.name, "speciality": sought.speciality, "language": sought.language, "which": sought.which, "page": page}
    return f"/ops/doctors?{urlencode({name: value for name, value in given.items() if value})}"
