"""Shifts as people write them: `mon-fri 09:00-13:00 17:00-20:00; sat 10:00-12:00`."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby, pairwise
from re import compile as regex

from ivr.doctors.shifts import Rule
from ivr.hours import DAYS
from ivr.model.india import DAY_MIN

_SPAN = regex(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")
_PART = "write days and times like: mon-fri 09:00-13:00 17:00-20:00; sat 10:00-12:00"


class Unreadable(ValueError):
    """Says what to do about it."""


def read_span(text: str, *, over_midnight: str = "mon 22:00-24:00; tue 00:00-06:00") -> tuple[int, int]:
    """`09:00-13:00` as minutes of a day, of which 24:00 is the last. Unreadable otherwise.

    `over_midnight`: how two days are written, where a shift ends before it begins.
    """
    found = _SPAN.fullmatch(text)
    if found is None:
        raise Unreadable("write a time like 09:00-13:00")
    hour, minute, until_hour, until_minute = map(int, found.groups())
    starts, ends = hour * 60 + minute, until_hour * 60 + until_minute
    if ends > DAY_MIN:
        raise Unreadable("a day ends at 24:00")
    if starts >= ends:
        raise Unreadable(f"a shift ends after it begins; one over midnight is two, like: {over_midnight}")
    return starts, ends


def read_hours(text: str, day: date) -> tuple[int, int]:
    """The same of one day alone."""
    return read_span(text, over_midnight=f"{day.isoformat()} 22:00-24:00, and 00:00-06:00 of the day after")


def write_span(starts: int, ends: int) -> str:
    return f"{clock_time(starts)}-{clock_time(ends)}"


def clock_time(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def read_rules(text: str) -> tuple[Rule, ...]:
    """Rules in order, none for an empty text. Unreadable for what is no such text, and for shifts of one day that overlap."""
    rules = sorted(rule for part in text.split(";") if part.strip() for rule in _part(part.split()))
    for one, other in pairwise(rules):
        if one.weekday == other.weekday and other.starts < one.ends:
            raise Unreadable(f"two shifts of {DAYS[one.weekday]} overlap; join them")
    return tuple(rules)


def write_rules(rules: Iterable[Rule]) -> str:
    """As `read_rules` reads it; neighbouring days with the same times are written together."""
    by_day = {
        day: " ".join(write_span(rule.starts, rule.ends) for rule in each) for day, each in groupby(sorted(rules), lambda r: r.weekday)
    }
    runs: list[tuple[int, int, str]] = []
    for day, times in by_day.items():
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == times:
            runs[-1] = (runs[-1][0], day, times)
        else:
            runs.append((day, day, times))
    return "; ".join(f"{DAYS[first] if first == last else f'{DAYS[first]}-{DAYS[last]}'} {times}" for first, last, times in runs)


def _part(words: list[str]) -> Iterator[Rule]:
    if len(words) < 2:
        raise Unreadable(_PART)
    spans = [read_span(word) for word in words[1:]]
    yield from (Rule(day, *span) for day in _days(words[0].lower()) for span in spans)


def _days(text: str) -> range:
    first, dash, last = text.partition("-")
    if not dash:
        last = first
    if first not in DAYS or last not in DAYS:
        raise Unreadable(f"days are {', '.join(DAYS)}; {_PART}")
    if DAYS.index(last) < DAYS.index(first):
        raise Unreadable("a run of days goes from mon towards sun; write sat-mon as: sat-sun …; mon …")
    return range(DAYS.index(first), DAYS.index(last) + 1)
