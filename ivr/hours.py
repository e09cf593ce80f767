"""When the clinic is open, and when a call may be booked. India has one time zone and no summer time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from re import compile as regex

from ivr.model.india import DAY_MIN, IST_MS, MINUTE_MS
from ivr.sheet import Cell

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_RANGE = regex(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")
_CALLABLE = (9 * 60, 20 * 60 + 30)  # bookings keep clear of the quiet hours, 21:00–08:00
_ROUND = 30
_NOTICE = 20  # minutes before a call can be booked
_PARTS = (10 * 60, 14 * 60, 18 * 60)


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours by weekday (0 is Monday), in minutes from midnight; a day that is missing is closed."""

    by_day: Mapping[int, tuple[int, int]]

    def open_at(self, at: int) -> bool:
        """`at` in UTC milliseconds."""
        day, minute = _local(at)
        opens, closes = self.by_day.get(_weekday(day), (0, 0))
        return opens <= minute < closes

    def opens_next(self, at: int) -> int | None:
        """When it is open next: `at` itself while open; None for a clinic that never opens."""
        if self.open_at(at):
            return at
        day, minute = _local(at)
        for ahead in range(8):
            opens, closes = self.by_day.get(_weekday(day + ahead), (0, 0))
            if opens < closes and (ahead or minute < opens):
                return _at(day + ahead, opens)
        return None


ALWAYS = Hours(dict.fromkeys(range(7), (0, DAY_MIN)))


def offers(hours: Hours, now: int) -> tuple[int, int, int]:
    """Three times at which a call can be booked, soonest first: a half hour from now, another part of the day, another day.

    UTC milliseconds. A clinic whose week has no half hour to call in is called for at any decent hour: somebody asked for it.
    """
    soonest = now + _NOTICE * MINUTE_MS
    usable = hours if any(_fits(hours, at) for at in _half_hours(soonest)) else ALWAYS
    first = next(at for at in _half_hours(soonest) if _fits(usable, at))
    second = _offer(usable, first + 2 * 60 * MINUTE_MS)
    third = _offer(usable, _at(_local(second)[0] + 1, 0))
    return first, second, third


def _offer(hours: Hours, start: int) -> int:
    """The next usual part of a day at which somebody is there; where none ever is, the next half hour. A week has one: see `offers`."""
    return next(at for at in chain(_parts(start), _half_hours(start)) if _fits(hours, at))


def _fits(hours: Hours, at: int) -> bool:
    return hours.open_at(at) and _CALLABLE[0] <= _local(at)[1] <= _CALLABLE[1]


def _half_hours(start: int) -> Iterator[int]:
    """Of eight days, so that every weekday is there whole."""
    day, minute = _local(start)
    for step in range(-(-minute // _ROUND), 8 * DAY_MIN // _ROUND):
        yield _at(day, step * _ROUND)


def _parts(start: int) -> Iterator[int]:
    day, _ = _local(start)
    return (at for ahead in range(8) for part in _PARTS if (at := _at(day + ahead, part)) >= start)


def _local(at: int) -> tuple[int, int]:
    """Days since 1970 and minutes since midnight, in India."""
    return divmod((at + IST_MS) // MINUTE_MS, DAY_MIN)


def _at(day: int, minute: int) -> int:
    return (day * DAY_MIN + minute) * MINUTE_MS - IST_MS


def _weekday(day: int) -> int:
    return (day + 3) % 7  # 1 January 1970 was a Thursday


def read_hours(cell: Cell) -> Hours:
    """`{mon-sat: "09:00-20:00", sun: "10:00-13:00"}`; faults are the sheet's."""
    by_day: dict[int, tuple[int, int]] = {}
    for name, each in cell.entries().items():
        days, found = _days(name), _RANGE.fullmatch(each.text() or "")
        if days is None:
            each.fault(f"write days as mon or mon-sat, of {', '.join(DAYS)}")
        elif found is None:
            each.fault('write opening hours as "09:00-20:00", in quotes')
        else:
            hour, minute, until_hour, until_minute = map(int, found.groups())
            opens, closes = hour * 60 + minute, until_hour * 60 + until_minute
            if not opens < closes <= DAY_MIN:
                each.fault("the clinic must close after it opens, by 24:00")
            by_day |= dict.fromkeys(days, (opens, closes))
    return Hours(by_day)


def _days(name: str) -> range | None:
    first, _, last = name.partition("-")
    if first not in DAYS or (last or first) not in DAYS or DAYS.index(last or first) < DAYS.index(first):
        return None
    return range(DAYS.index(first), DAYS.index(last or first) + 1)
