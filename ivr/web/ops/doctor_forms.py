"""What operators change on a doctor's page: duty on their behalf, the registration, shifts. Reads forms; the rules are elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from re import compile as regex

from flask import Blueprint, Response, request

from ivr.doctors.duty_on_behalf import DutyRefused, Wish, set_duty
from ivr.doctors.plausible import NoDay, read_day
from ivr.doctors.shifts import Change, Rule
from ivr.doctors.shifts_changed import ShiftRefused, add_weekly, as_usual, drop_weekly, set_day
from ivr.doctors.shifts_written import Unreadable, read_hours, read_rules
from ivr.doctors.verifying import NotVerified, verify
from ivr.model.errors import BadRequest
from ivr.operating.deed import Deed
from ivr.operators import Role
from ivr.oversight import ReasonMissing, reason_given
from ivr.store import doctors
from ivr.store.tx import Tx
from ivr.web.ops import doctor_asking
from ivr.web.ops.asking import Asking, ask
from ivr.web.ops.doctor_week import WEEKDAYS
from ivr.web.ops.pages import Pages, leave, secured
from ivr.web.ops.questions import one_of_ours
from ivr.web.ops.told_once import tell_once
from ivr.wiring import App

_DUTY_SET = "Done. The doctor is texted, and called to press 1 where that is still to come, as when they do it themselves."
_VERIFIED = "The registration is verified."
_SHIFTS_CHANGED = "The shifts are changed. A duty that has begun keeps the end it has."
_AS_IT_WAS = "It was like that already: nothing was changed."

_DAYS = regex(r"[a-z]{3}(-[a-z]{3})?")
_MINUTES = regex(r"[0-9]{1,4}")
_ALL_DAY = "00:00-24:00"
_UNREADABLE = (BadRequest, NoDay)
_REFUSALS = (*_UNREADABLE, DutyRefused, NotVerified, ShiftRefused)

Doing = Callable[[Tx, Deed], object]
"""In a transaction, by that operator, then, for that reason. What is false, and not None, changed nothing. Raises one of `_REFUSALS`."""


@dataclass(frozen=True, slots=True)
class Form:
    """`done`: what is said when it was. `read`: the form that was sent, for the doctor of this id. `asks`: of the doctor's name, before."""

    path: str
    role: Role
    done: str
    read: Callable[[App, str], Doing]
    asks: Callable[[str], Asking] | None = None


def doctor_forms(routes: Blueprint, app: App, pages: Pages, page: Callable[[str, str], Response]) -> None:
    """`page`: the doctor's page by id, with what was wrong with a form."""
    desk = _Desk(app, pages, page)
    for form in _FORMS:
        path, name = f"/doctors/<doctor_id>/{form.path}", f"doctor_{form.path.replace('/', '_')}"
        routes.add_url_rule(path, name, partial(desk.does, form), methods=["POST"])
        if form.asks is not None:
            routes.add_url_rule(path, f"{name}_asked", partial(desk.asks, form), methods=["GET"])


@dataclass(frozen=True, slots=True)
class _Desk:
    app: App
    pages: Pages
    page: Callable[[str, str], Response]

    def does(self, form: Form, doctor_id: str) -> Response:
        if refused := self.pages.refused(form.role):
            return refused
        if not one_of_ours(doctor_id):
            return self.page(doctor_id, "")  # which says that there is nobody
        try:
            doing = form.read(self.app, doctor_id)
            by = Deed(self.pages.operator, reason_given(_given("reason")), self.app.clock.now())
            done = self.app.database.write(lambda tx: doing(tx, by))
        except ReasonMissing as why:
            return self.asks(form, doctor_id, str(why)) if form.asks else self.page(doctor_id, str(why))
        except _REFUSALS as why:
            return self.page(doctor_id, str(why))
        path = f"/ops/doctors/{doctor_id}"
        tell_once(path, form.done if done is None or done else _AS_IT_WAS)
        return secured(leave(path))

    def asks(self, form: Form, doctor_id: str, fault: str = "") -> Response:
        """What will happen, and why it should. `fault`: of the reason that was given."""
        if refused := self.pages.refused(form.role):
            return refused
        with self.app.database.read() as tx:
            doctor = doctors.get(tx, doctor_id) if one_of_ours(doctor_id) else None
        if doctor is None or form.asks is None:
            return self.page(doctor_id, "")
        try:
            asking = form.asks(doctor.name)
        except _UNREADABLE as why:
            return self.page(doctor_id, str(why))
        here = request.full_path.rstrip("?")  # the form comes back to this address, with all that the address says
        return ask(self.pages, asking, path=here, back=f"/ops/doctors/{doctor_id}", fault=fault, reason=_given("reason"))


def _given(name: str) -> str:
    return request.values.get(name, "").strip()


def _duty(app: App, doctor_id: str) -> Doing:
    wished = _given("wish")
    if wished not in list(Wish):
        raise BadRequest("choose what the doctor intends")
    duty, wish = app.connections.duty, Wish(wished)
    return lambda tx, by: set_duty(tx, duty, doctor_id, wish, operator=by.operator, reason=by.reason, now=by.at)


def _verify(app: App, doctor_id: str) -> Doing:
    until, routable = read_day(_given("valid_until")), _given("routable") == "yes"
    return lambda tx, by: verify(tx, doctor_id, until, routable=routable, operator=by.operator, now=by.at, reason=by.reason)


def _weekly(app: App, doctor_id: str) -> Doing:
    days = _given("days")
    if not _DAYS.fullmatch(days):
        raise BadRequest("choose the days of the week")
    try:
        rules = read_rules(f"{days} {_span(_given('starts'), _given('ends'))}")
    except Unreadable as why:
        raise BadRequest(str(why)) from None
    return lambda tx, by: add_weekly(tx, doctor_id, rules, by.operator, by.at, by.reason)


def _rule() -> Rule:
    given = [_given(name) for name in ("weekday", "starts", "ends")]
    if not all(_MINUTES.fullmatch(each) for each in given) or int(given[0]) >= len(WEEKDAYS):
        raise BadRequest("choose one of the shifts on this page")
    return Rule(*map(int, given))


def _not_weekly(app: App, doctor_id: str) -> Doing:
    rule = _rule()
    return lambda tx, by: drop_weekly(tx, doctor_id, rule, by.operator, by.at, by.reason)


def _one_day(app: App, doctor_id: str) -> Doing:
    day, kind, starts, ends = read_day(_given("day")), _given("kind"), _given("starts"), _given("ends")
    if kind not in ("on", "off"):
        raise BadRequest("choose whether they are off that day, or work besides")
    try:
        change = Change(day, kind == "on", *read_hours(_span(starts, ends) if starts or ends else _ALL_DAY, day))
    except Unreadable as why:
        raise BadRequest(str(why)) from None
    return lambda tx, by: set_day(tx, doctor_id, change, by.operator, by.at, by.reason)


def _usual(app: App, doctor_id: str) -> Doing:
    day = read_day(_given("day"))
    return lambda tx, by: as_usual(tx, doctor_id, day, by.operator, by.at, by.reason)


def _span(starts: str, ends: str) -> str:
    """As a browser's time fields give it: midnight at the end is 24:00."""
    return f"{starts}-{'24:00' if ends == '00:00' else ends}"


_FORMS = (
    Form("duty", Role.OPERATOR, _DUTY_SET, _duty),
    Form("verify", Role.ADMIN, _VERIFIED, _verify),
    Form("weekly", Role.OPERATOR, _SHIFTS_CHANGED, _weekly),
    Form("weekly/drop", Role.OPERATOR, _SHIFTS_CHANGED, _not_weekly, lambda name: doctor_asking.take_out(name, _rule())),
    Form("days", Role.OPERATOR, _SHIFTS_CHANGED, _one_day),
    Form("days/usual", Role.OPERATOR, _SHIFTS_CHANGED, _usual, lambda name: doctor_asking.as_usual(name, read_day(_given("day")))),
)
