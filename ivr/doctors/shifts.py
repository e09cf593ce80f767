"""Shifts: weekly rules and the changes of single days, expanded into stretches of time. India has one time zone and no summer time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ivr.model.india import DAY_MS, day_of, moment

_AHEAD_DAYS = 14


@dataclass(frozen=True, slots=True, order=True)
class Rule:
    """Every week: `weekday` 0 is Monday; minutes of that day in India, 1440 is midnight. A shift over midnight is two rules."""

    weekday: int
    starts: int
    ends: int


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """On one day in India, a doctor is there besides (`on`), or is not (`off`); minutes as in Rule."""

    day: date
    on: bool
    starts: int
    ends: int


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """A stretch of time in UTC milliseconds; `ends` is not part of it."""

    starts: int
    ends: int


def shifts(rules: Iterable[Rule], changes: Iterable[Change], start: int, end: int) -> tuple[Shift, ...]:
    """From `start` until `end` (UTC milliseconds), in order, each as long as it can be, and cut there. `off` beats `on`."""
    rules, changes = tuple(rules), tuple(changes)
    there = joined(each for day in _days(start, end) for each in _on(day, rules, changes))
    away = joined(_shift(change.day, change.starts, change.ends) for change in changes if not change.on)
    return joined(
        Shift(max(each.starts, start), min(each.ends, end)) for each in without(there, away) if each.starts < end and each.ends > start
    )


def shift_end(rules: Iterable[Rule], changes: Iterable[Change], now: int) -> int | None:
    """When the shift of this moment ends, a day from now at the latest; None outside of all shifts."""
    found = shifts(rules, changes, now, now + DAY_MS)
    return found[0].ends if found and found[0].starts == now else None


def next_shift(rules: Iterable[Rule], changes: Iterable[Change], now: int, days: int = _AHEAD_DAYS) -> Shift | None:
    """The first that begins after now, within so many days; None without any. It is told a day long at the most."""
    found = shifts(rules, changes, now, now + days * DAY_MS)
    following = next((each for each in found if each.starts > now), None)
    return following and Shift(following.starts, min(following.ends, following.starts + DAY_MS))


def joined(stretches: Iterable[Shift]) -> tuple[Shift, ...]:
    """In order; those that touch or overlap are one."""
    found: list[Shift] = []
    for each in sorted(stretches):
        if found and each.starts <= found[-1].ends:
            found[-1] = Shift(found[-1].starts, max(found[-1].ends, each.ends))
        else:
            found.append(each)
    return tuple(found)


def without(stretches: Iterable[Shift], taken: Iterable[Shift]) -> tuple[Shift, ...]:
    """What is left of them; `taken` in order, as `joined` gives it."""
    left: list[Shift] = []
    holes = tuple(taken)
    for each in stretches:
        starts = each.starts
        for hole in (hole for hole in holes if hole.ends > each.starts and hole.starts < each.ends):
            if starts < hole.starts:
                left.append(Shift(starts, hole.starts))
            starts = hole.ends
        if starts < each.ends:
            left.append(Shift(starts, each.ends))
    return tuple(left)


def _days(start: int, end: int) -> Iterator[date]:
    first = day_of(start)
    return (first + timedelta(days=ahead) for ahead in range((day_of(end) - first).days + 1))


def _on(day: date, rules: tuple[Rule, ...], changes: tuple[Change, ...]) -> Iterator[Shift]:
    yield from (_shift(day, rule.starts, rule.ends) for rule in rules if rule.weekday == day.weekday())
    yield from (_shift(day, change.starts, change.ends) for change in changes if change.on and change.day == day)


def _shift(day: date, starts: int, ends: int) -> Shift:
    return Shift(moment(day, starts), moment(day, ends))
