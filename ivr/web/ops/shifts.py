"""The gap report: opening hours of the coming week in which nobody of a speciality speaks a language that callers are offered."""

from datetime import timedelta

from flask import Blueprint, Response

from ivr.callflows import languages_of
from ivr.doctors.gap_table import days, table
from ivr.doctors.gaps import covers, gaps
from ivr.doctors.shifts import day_of
from ivr.doctors.shifts import moment as midnight
from ivr.web.ops.gap_words import day_name, heat_rows
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
        languages = languages_of(app.lines)
        found = gaps(hours, there, specialities, languages, now, until)
        rows = heat_rows(table(hours, found, specialities, languages, now, until), days(now, until))
        return pages.show(
            "shifts.html",
            rows=rows,
            days=[day_name(day) for day in days(now, until)],
            gaps=[str(gap) for gap in found],
            doctors=len(there),
            has_hours=app.lines.has_hours,
            as_of=moment(now, now),
        )
