"""The shifts of doctors, as the directory has them, and the days on which they are different."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ivr.doctors import shifts as pure
from ivr.doctors.shifts import Change, Rule, Shift
from ivr.model.india import day_of
from ivr.store import shifts
from ivr.store.tx import Row, Tx

_AHEAD = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class Roster:
    """When one doctor works: weekly rules, and the changes of some days. Times are UTC milliseconds."""

    rules: tuple[Rule, ...] = ()
    changes: tuple[Change, ...] = ()

    def shifts(self, start: int, end: int) -> tuple[Shift, ...]:
        return pure.shifts(self.rules, self.changes, start, end)

    def shift_end(self, now: int) -> int | None:
        """When the shift of this moment ends, a day from now at the latest; None outside of all shifts."""
        return pure.shift_end(self.rules, self.changes, now)

    def next_shift(self, now: int, days: int = 14) -> Shift | None:
        """The first that begins after now, within so many days."""
        return pure.next_shift(self.rules, self.changes, now, days)


def rosters(tx: Tx, doctor_ids: Collection[str], now: int, until: int | None = None) -> Mapping[str, Roster]:
    """The roster of each of these doctors, with the changes from today to `until`, or of the two weeks to come."""
    first, last = day_of(now), max(day_of(now) + _AHEAD, day_of(until or now) + timedelta(days=1))
    weekly = shifts.rules(tx, doctor_ids)
    different = shifts.changes(tx, doctor_ids, first.isoformat(), last.isoformat())
    return {each: Roster(tuple(map(_rule, weekly.get(each, ()))), tuple(map(_change, different.get(each, ())))) for each in doctor_ids}


def roster(tx: Tx, doctor_id: str, now: int) -> Roster:
    return rosters(tx, [doctor_id], now)[doctor_id]


def changes_between(tx: Tx, doctor_id: str, first: date, last: date) -> tuple[Change, ...]:
    """Days of this doctor that are different, from one day to another."""
    return tuple(map(_change, shifts.changes(tx, [doctor_id], first.isoformat(), last.isoformat()).get(doctor_id, ())))


def change_day(tx: Tx, doctor_id: str, change: Change, now: int) -> bool:
    """Keep this change; False when it was kept already."""
    day, kind = change.day.isoformat(), "on" if change.on else "off"
    if change in map(_change, shifts.changes(tx, [doctor_id], day, day).get(doctor_id, ())):
        return False
    shifts.add_change(tx, doctor_id, day=day, kind=kind, starts=change.starts, ends=change.ends, now=now)
    return True


def _rule(row: Row) -> Rule:
    return Rule(row.weekday, row.starts, row.ends)


def _change(row: Row) -> Change:
    return Change(date.fromisoformat(row.day), row.kind == "on", row.starts, row.ends)
