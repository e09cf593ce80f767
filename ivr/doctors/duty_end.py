"""Until when a doctor who goes on duty now is on duty: their shift's end, or a while where no shift is planned. Pure but for one look."""

from dataclasses import dataclass
from datetime import date, timedelta

from ivr.doctors.shifts import Change, Rule, shift_end
from ivr.hours import Hours
from ivr.model.india import day_of, moment
from ivr.store import shifts
from ivr.store.tx import Tx

_HOUR_MS = 60 * 60_000
_LONGEST_MS = 8 * _HOUR_MS
_CLOSED_MS = _HOUR_MS
"""Outside of the clinic's hours and of every shift: a doctor who does that wants to try it, or to help somebody just now."""


@dataclass(frozen=True, slots=True)
class DutyEnd:
    """UTC milliseconds. `planned`: it is the end of a shift."""

    at: int
    planned: bool


def duty_end(tx: Tx, doctor_id: str, hours: Hours, now: int) -> DutyEnd:
    """When the duty would end of a doctor who goes on duty `now`."""
    today = day_of(now)
    first, last = today.isoformat(), (today + timedelta(days=1)).isoformat()
    rules = [Rule(row.weekday, row.starts, row.ends) for row in shifts.rules(tx, [doctor_id]).get(doctor_id, ())]
    changed = shifts.changes(tx, [doctor_id], first, last).get(doctor_id, ())
    changes = [Change(date.fromisoformat(row.day), row.kind == "on", row.starts, row.ends) for row in changed]
    planned = shift_end(rules, changes, now)
    return DutyEnd(planned, True) if planned is not None else DutyEnd(unplanned_end(hours, now), False)


def unplanned_end(hours: Hours, now: int) -> int:
    """When the clinic closes today, eight hours from now at the most; an hour from now while it is closed."""
    if not hours.open_at(now):
        return now + _CLOSED_MS
    day = day_of(now)
    closes_at = moment(day, hours.by_day[day.weekday()][1])
    if hours.open_at(closes_at):  # round the clock
        return now + _LONGEST_MS
    return min(closes_at, now + _LONGEST_MS)
