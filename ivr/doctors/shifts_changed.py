"""Shifts as people change them, one at a time: weekly ones, and the days that are different. Each change is in the audit.

`reason`: as `reason_given` gives it; at the command line nobody is asked for one.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from ivr.doctors.plausible import too_far
from ivr.doctors.shifts import Change, Rule
from ivr.doctors.shifts_kept import change_day
from ivr.doctors.shifts_written import write_rules, write_span
from ivr.hours import DAYS
from ivr.model.errors import IvrError
from ivr.model.india import day_of
from ivr.oversight import Action, note
from ivr.store import doctors, shifts
from ivr.store.tx import Row, Tx


class ShiftRefused(IvrError):
    """These shifts cannot be changed like that: says what to do."""


def add_weekly(tx: Tx, doctor_id: str, wanted: Iterable[Rule], operator: str, now: int, reason: str = "") -> None:
    """More shifts of every week, all of them or none. ShiftRefused for one that overlaps with a shift that is there."""
    doctor, rules = _doctor(tx, doctor_id), tuple(wanted)
    for rule in rules:
        for kept in shifts.rules(tx, [doctor.id]).get(doctor.id, ()):
            if kept.weekday == rule.weekday and kept.starts < rule.ends and rule.starts < kept.ends:
                there = f"{DAYS[kept.weekday]} {write_span(kept.starts, kept.ends)}"
                raise ShiftRefused(f"there is a shift {there} already; take it out first, or choose times beside it")
    if not rules:
        raise ShiftRefused("choose days and times")
    tx.add(shifts.rule_additions(doctor.id, [(rule.weekday, rule.starts, rule.ends) for rule in rules], now))
    _note(tx, doctor, operator, now, reason, added=write_rules(rules))


def drop_weekly(tx: Tx, doctor_id: str, rule: Rule, operator: str, now: int, reason: str = "") -> None:
    """ShiftRefused when there is no such shift (any more)."""
    doctor = _doctor(tx, doctor_id)
    if not shifts.drop_rule(tx, doctor.id, rule.weekday, rule.starts, rule.ends):
        raise ShiftRefused("there is no such shift any more; somebody else has taken it out")
    _note(tx, doctor, operator, now, reason, taken_out=write_rules([rule]))


def set_day(tx: Tx, doctor_id: str, change: Change, operator: str, now: int, reason: str = "") -> bool:
    """On this day it is different; False when that was kept already. ShiftRefused for a day that is over, or years ahead."""
    doctor = _doctor(tx, doctor_id)
    if change.day < day_of(now):
        raise ShiftRefused("that day is over; choose today or a later one")
    if fault := too_far(change.day, now):
        raise ShiftRefused(f"{change.day.isoformat()} {fault}")
    new = change_day(tx, doctor.id, change, now)
    if new:
        times = write_span(change.starts, change.ends)
        _note(tx, doctor, operator, now, reason, day=change.day.isoformat(), kind="on" if change.on else "off", times=times)
    return new


def as_usual(tx: Tx, doctor_id: str, day: date, operator: str, now: int, reason: str = "") -> int:
    """Take back what is different on that day: the weekly shifts count. How many changes there were."""
    doctor = _doctor(tx, doctor_id)
    dropped = shifts.drop_changes(tx, doctor.id, day.isoformat())
    if dropped:
        _note(tx, doctor, operator, now, reason, day=day.isoformat(), taken_back=dropped)
    return dropped


def _doctor(tx: Tx, doctor_id: str) -> Row:
    found = doctors.get(tx, doctor_id)
    if found is None:
        raise ShiftRefused("no doctor is called so")
    return found


def _note(tx: Tx, doctor: Row, operator: str, now: int, reason: str, **what: Any) -> None:
    about = {"subject": "doctor", "subject_id": doctor.id, "caller_id": doctor.caller_id}
    note(tx, now, operator, Action.CHANGE_SHIFTS, **about, reason=reason, **what)
