"""A doctor's shifts as an operator reads them: the coming week day by day, every week, and the days that are different. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ivr.doctors.shifts import Change, Rule, Shift
from ivr.doctors.shifts_kept import Roster
from ivr.doctors.shifts_written import write_span
from ivr.model.india import DAY_MIN, day_of, minute_of, moment

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS_SHOWN = 7


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of the coming week as it will be. `different`: not as every week."""

    iso: str
    name: str
    times: Sequence[str]
    today: bool
    different: bool


@dataclass(frozen=True, slots=True)
class WeeklyRow:
    weekday: str
    rules: Sequence[tuple[Rule, str]]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    iso: str
    day: str
    said: str


def week(roster: Roster, now: int) -> list[DayCell]:
    """`roster`: with the changes of the days to come. `now`: UTC milliseconds."""
    today = day_of(now)
    return [_cell(roster, today + timedelta(days=ahead), today) for ahead in range(_DAYS_SHOWN)]


def weekly(roster: Roster) -> list[WeeklyRow]:
    """Days on which they work, from Monday."""
    found = [
        WeeklyRow(name, [(rule, write_span(rule.starts, rule.ends)) for rule in roster.rules if rule.weekday == number])
        for number, name in enumerate(WEEKDAYS)
    ]
    return [row for row in found if row.rules]


def changes(found: Sequence[Change]) -> list[ChangeRow]:
    """One row for each day that is different."""
    days = sorted({change.day for change in found})
    return [
        ChangeRow(day.isoformat(), written_day(day), "; ".join(_said(change) for change in sorted(found) if change.day == day))
        for day in days
    ]


def times_of(roster: Roster, day: date) -> list[str]:
    return [_span(shift) for shift in roster.shifts(moment(day), moment(day + timedelta(days=1)))]


def written_day(day: date) -> str:
    """Mon 23 Nov."""
    return f"{day:%a} {day.day} {day:%b}"


def _cell(roster: Roster, day: date, today: date) -> DayCell:
    different = any(change.day == day for change in roster.changes)
    return DayCell(day.isoformat(), written_day(day), times_of(roster, day), day == today, different)


def _span(shift: Shift) -> str:
    return write_span(minute_of(shift.starts), minute_of(shift.ends) or DAY_MIN)


def _said(change: Change) -> str:
    all_day = (change.starts, change.ends) == (0, DAY_MIN)
    if not change.on:
        return "off all day" if all_day else f"off {write_span(change.starts, change.ends)}"
    return f"works besides, {'all day' if all_day else write_span(change.starts, change.ends)}"
