"""What operators change on a doctor's page: duty on their behalf, the registration, shifts. Reads forms; the rules are elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from re import compile as regex

from flask import Blueprint, Response, request

from ivr.doctors.duty_on_behalf import DutyRefused, Wish, set_duty
from ivr.doctors.shifts import Change, Rule
from ivr.doctors.shifts_changed import ShiftRefused, add_weekly, as_usual, drop_weekly, set_day
from ivr.doctors.shifts_written import Unreadable, read_hours, read_rules
from ivr.doctors.verifying import NotVerified, verify
from ivr.model.errors import BadRequest
from ivr.model.ids import LENGTH
from ivr.operators import Role
from ivr.oversight import ReasonMissing, reason_given
from ivr.store.tx import Tx
from ivr.web.ops.pages import Pages, leave, secured
from ivr.wiring import App

DONE = {
    "duty": "Done. The doctor is texted, and called to press 1 where that is still to come, as when they do it themselves.",
    "verify": "The registration is verified.",
    "shifts": "The shifts are changed. A duty that has begun keeps the end it has.",
}

_DATE = regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAYS = regex(r"[a-z]{3}(-[a-z]{3})?")
_MINUTES = regex(r"[0-9]{1,4}")
_ALL_DAY = "00:00-24:00"
_REFUSALS = (BadRequest, DutyRefused, NotVerified, ReasonMissing, ShiftRefused)

Deed = Callable[[Tx, str, int], object]
"""In a transaction, by the operator of this name, at that time (UTC ms). Raises one of `_REFUSALS`."""


@dataclass(frozen=True, slots=True)
class Form:
    """`done`: what is said when it was. `read`: the form that was sent, for the doctor of this id."""

    path: str
    role: Role
    done: str
    read: Callable[[App, str], Deed]


def doctor_forms(routes: Blueprint, app: App, pages: Pages, page: Callable[[str, str], Response]) -> None:
    """`page`: the doctor's page by id, with what was wrong with a form."""

    def does(form: Form, doctor_id: str) -> Response:
        if refused := pages.refused(form.role):
            return refused
        if not (len(doctor_id) == LENGTH and doctor_id.isalnum()):
            return page(doctor_id, "")  # which says that there is nobody
        who, now = pages.operator, app.clock.now()
        try:
            deed = form.read(app, doctor_id)
            app.database.write(lambda tx: deed(tx, who, now))
        except _REFUSALS as why:
            return page(doctor_id, str(why))
        return secured(leave(f"/ops/doctors/{doctor_id}?done={form.done}"))

    for form in _FORMS:
        name = f"doctor_{form.path.replace('/', '_')}"
        routes.add_url_rule(f"/doctors/<doctor_id>/{form.path}", name, partial(does, form), methods=["POST"])


def read_day(text: str) -> date:
    """BadRequest for what is no day."""
    try:
        found = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2999:
        raise BadRequest("choose a day; one is written as year-month-day, like 2026-11-22")
    return found


def _given(name: str) -> str:
    return request.form.get(name, "").strip()


def _duty(app: App, doctor_id: str) -> Deed:
    wished, reason = _given("wish"), reason_given(_given("reason"))
    if wished not in list(Wish):
        raise BadRequest("choose what the doctor intends")
    wish = Wish(wished)
    return lambda tx, who, now: set_duty(tx, app.connections.duty, doctor_id, wish, operator=who, reason=reason, now=now)


def _verify(app: App, doctor_id: str) -> Deed:
    until, routable = read_day(_given("valid_until")), _given("routable") == "yes"
    return lambda tx, who, now: verify(tx, doctor_id, until, routable=routable, operator=who, now=now)


def _weekly(app: App, doctor_id: str) -> Deed:
    days = _given("days")
    if not _DAYS.fullmatch(days):
        raise BadRequest("choose the days of the week")
    try:
        rules = read_rules(f"{days} {_span(_given('starts'), _given('ends'))}")
    except Unreadable as why:
        raise BadRequest(str(why)) from None
    return lambda tx, who, now: add_weekly(tx, doctor_id, rules, who, now)


def _not_weekly(app: App, doctor_id: str) -> Deed:
    given = [_given(name) for name in ("weekday", "starts", "ends")]
    if not all(_MINUTES.fullmatch(each) for each in given):
        raise BadRequest("choose one of the shifts on this page")
    rule = Rule(*map(int, given))
    return lambda tx, who, now: drop_weekly(tx, doctor_id, rule, who, now)


def _one_day(app: App, doctor_id: str) -> Deed:
    day, kind, starts, ends = read_day(_given("day")), _given("kind"), _given("starts"), _given("ends")
    if kind not in ("on", "off"):
        raise BadRequest("choose whether they are off that day, or work besides")
    try:
        change = Change(day, kind == "on", *read_hours(_span(starts, ends) if starts or ends else _ALL_DAY, day))
    except Unreadable as why:
        raise BadRequest(str(why)) from None
    return lambda tx, who, now: set_day(tx, doctor_id, change, who, now)


def _usual(app: App, doctor_id: str) -> Deed:
    day = read_day(_given("day"))
    return lambda tx, who, now: as_usual(tx, doctor_id, day, who, now)


def _span(starts: str, ends: str) -> str:
    """As a browser's time fields give it: midnight at the end is 24:00."""
    return f"{starts}-{'24:00' if ends == '00:00' else ends}"


_FORMS = (
    Form("duty", Role.OPERATOR, "duty", _duty),
    Form("verify", Role.ADMIN, "verify", _verify),
    Form("weekly", Role.OPERATOR, "shifts", _weekly),
    Form("weekly/drop", Role.OPERATOR, "shifts", _not_weekly),
    Form("days", Role.OPERATOR, "shifts", _one_day),
    Form("days/usual", Role.OPERATOR, "shifts", _usual),
)
