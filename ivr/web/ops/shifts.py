"""The gap report: opening hours of the coming week in which nobody of a speciality speaks a language that callers are offered.

Each day of it leads to those who work then.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import Blueprint, Response, request

from ivr.callflows import languages_of
from ivr.doctors.at_work import able, at_work
from ivr.doctors.gap_table import days, table
from ivr.doctors.gaps import Cover, covers, gaps
from ivr.doctors.shifts import Shift
from ivr.model.india import day_of
from ivr.model.india import moment as midnight
from ivr.model.values import Language
from ivr.web.ops.gap_words import AtWork, day_name, heat_rows, who_works
from ivr.web.ops.pages import Pages
from ivr.web.ops.when import moment
from ivr.wiring import App

_WEEK = timedelta(days=7)  # today, what is left of it, is the first


def shift_pages(routes: Blueprint, app: App, pages: Pages) -> None:
    @routes.get("/shifts")
    def shifts() -> Response:
        now, hours = app.clock.now(), app.lines.hours
        until = midnight(day_of(now) + _WEEK)
        with app.database.read() as tx:
            there = covers(tx, now, until, samples=app.settings.environment != "production")
        specialities = list(dict.fromkeys(speciality for speciality, _ in app.consults.desk.prices.tiers))
        languages, shown = languages_of(app.lines), days(now, until)
        found = gaps(hours, there, specialities, languages, now, until)
        return pages.show(
            "shifts.html",
            rows=heat_rows(table(hours, there, found, specialities, languages, now, until), shown),
            days=[day_name(day) for day in shown],
            gaps=[str(gap) for gap in found],
            doctors=len(there),
            has_hours=app.lines.has_hours,
            as_of=moment(now, now),
            at_work=_who(there, specialities, languages, shown),
        )


def _who(there: Sequence[Cover], specialities: Sequence[str], languages: Sequence[Language], shown: Sequence[date]) -> AtWork | None:
    """Who works on the day that was asked for; None for one that the page does not show."""
    given, speciality, language = (request.args.get(name, "") for name in ("day", "speciality", "language"))
    day = next((each for each in shown if each.isoformat() == given), None)
    if day is None or speciality not in specialities or language not in languages:
        return None
    stretch = Shift(midnight(day), midnight(day + timedelta(days=1)))
    return who_works(at_work(able(there, speciality, language), stretch), day, speciality, language)
