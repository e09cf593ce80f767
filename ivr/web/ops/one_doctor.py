"""The page of one doctor: who they are, how their duty stands, when they work, and one day of theirs."""

from datetime import date, timedelta

from flask import Blueprint, Response, request

from ivr.doctors.duty_texts import DUTY_TEXTS
from ivr.doctors.plausible import NoDay, read_day
from ivr.doctors.shifts import Change
from ivr.doctors.shifts_kept import changes_between, rosters
from ivr.doctors.statement import statement_of
from ivr.model.india import day_of, moment
from ivr.operators import Role
from ivr.oversight import LONGEST_REASON
from ivr.store import console_doctors as store
from ivr.store import doctors
from ivr.store.tx import Row, Tx
from ivr.web.ops import doctor_day, doctor_week
from ivr.web.ops.doctor_forms import doctor_forms
from ivr.web.ops.doctor_words import doctor_card
from ivr.web.ops.naming import masking, naming
from ivr.web.ops.pages import Pages
from ivr.web.ops.questions import one_of_ours
from ivr.web.ops.steps import Pen
from ivr.web.ops.told_once import told_once
from ivr.wiring import App

_AHEAD = timedelta(days=366)


def one_doctor_pages(routes: Blueprint, app: App, pages: Pages) -> None:
    @routes.get("/doctors/<doctor_id>")
    def doctor(doctor_id: str) -> Response:
        return page(doctor_id)

    def page(doctor_id: str, fault: str = "") -> Response:
        return _page(app, pages, doctor_id, fault)

    doctor_forms(routes, app, pages, page)


def _page(app: App, pages: Pages, doctor_id: str, fault: str) -> Response:
    now = app.clock.now()
    try:
        day = read_day(request.args["day"]) if request.args.get("day") else day_of(now)
    except NoDay as why:
        day, fault = day_of(now), str(why)
    with app.database.read() as tx:
        row = store.one(tx, doctor_id) if one_of_ours(doctor_id) else None
        found = _found(tx, app, row, day, now) if row is not None else None
    if found is None:
        return pages.message(404, "No such doctor", "The directory has nobody at this address; its search finds doctors by name.")
    done = "" if fault else told_once(f"/ops/doctors/{doctor_id}")
    return pages.show("doctor.html", 400 if fault else 200, **found, **_forms(pages, now), fault=fault, done=done)


def _found(tx: Tx, app: App, row: Row, day: date, now: int) -> dict[str, object]:
    samples, masked, pen = app.settings.environment != "production", masking(app.vault), Pen(now)
    start, end = moment(day), moment(day + timedelta(days=1))
    roster = rosters(tx, [row.id], now)[row.id]
    on_the_day = rosters(tx, [row.id], start, end)[row.id]
    changes: tuple[Change, ...] = changes_between(tx, row.id, day_of(now), day_of(now) + _AHEAD)
    happened = store.day_of(tx, row, start, end, DUTY_TEXTS)
    return {
        "card": doctor_card(row, doctors.skills(tx, [row.id])[row.id], masked(row.phone), now, samples=samples),
        "week": doctor_week.week(roster, now),
        "weekly": doctor_week.weekly(roster),
        "changes": doctor_week.changes(changes),
        "day": day.isoformat(),
        "day_name": doctor_week.written_day(day),
        "day_before": (day - timedelta(days=1)).isoformat(),
        "day_after": (day + timedelta(days=1)).isoformat(),
        "times": doctor_week.times_of(on_the_day, day),
        "figures": doctor_day.figures(statement_of(tx, row, start, end)),
        "steps": doctor_day.steps(happened, naming(app.lines), pen),
    }


def _forms(pages: Pages, now: int) -> dict[str, object]:
    """What the forms of the page need, and whether there are any for who looks."""
    return {
        "may_change": pages.may(Role.OPERATOR),
        "may_verify": pages.may(Role.ADMIN),
        "today": day_of(now).isoformat(),
        "longest": LONGEST_REASON,
    }
