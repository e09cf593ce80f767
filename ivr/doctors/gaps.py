"""Gaps: opening hours in which no doctor of a speciality speaks a language that callers are offered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from ivr.doctors.shifts import Shift, joined, without
from ivr.doctors.shifts_kept import Roster, rosters
from ivr.doctors.shifts_written import clock_time
from ivr.hours import Hours
from ivr.model.india import DAY_MIN, day_of, minute_of, moment
from ivr.model.values import Language
from ivr.store import doctors
from ivr.store.tx import Tx

_CALLED = {Language.ENGLISH: "English", Language.HINDI: "Hindi", Language.KANNADA: "Kannada"}


@dataclass(frozen=True, slots=True)
class Cover:
    """One doctor: what they practise, what they speak, when they work; and who they are."""

    specialities: frozenset[str]
    languages: frozenset[str]
    shifts: tuple[Shift, ...]
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """From `starts` until `ends` (UTC milliseconds, of one day in India) none of these languages is spoken. `nobody`: it is all of them."""

    speciality: str
    languages: tuple[Language, ...]
    starts: int
    ends: int
    nobody: bool

    def __str__(self) -> str:
        """`no Kannada speaker for orthopedics, Sunday 29 November 06:00–08:00`."""
        day = day_of(self.starts)
        until = clock_time(minute_of(self.ends) or DAY_MIN)
        who = "nobody" if self.nobody else f"no {' or '.join(_CALLED[each] for each in self.languages)} speaker"
        return f"{who} for {self.speciality}, {day:%A} {day.day} {day:%B} {clock_time(minute_of(self.starts))}–{until}"


def gaps(
    hours: Hours, covers: Sequence[Cover], specialities: Sequence[str], languages: Sequence[Language], start: int, end: int
) -> tuple[Gap, ...]:
    """Every gap from `start` until `end` (UTC milliseconds), in the order of time; languages with the same gap are told together."""
    found: dict[tuple[Shift, str], list[Language]] = {}
    windows = tuple(opening(hours, start, end))
    for speciality in specialities:
        for language in languages:
            there = [each.shifts for each in covers if speciality in each.specialities and language in each.languages]
            for stretch in without(windows, joined({shift for shifts in there for shift in shifts})):
                found.setdefault((stretch, speciality), []).append(language)
    return tuple(
        Gap(speciality, tuple(unspoken), stretch.starts, stretch.ends, len(unspoken) == len(languages))
        for (stretch, speciality), unspoken in sorted(found.items())
    )


def covers(tx: Tx, start: int, end: int, *, samples: bool) -> tuple[Cover, ...]:
    """What the directory has from `start` until `end` of those who may be rung; nobody counts once their registration has run out."""
    rows = doctors.may_be_rung(tx, start, samples=samples)
    ids = [row.id for row in rows]
    skills, working = doctors.skills(tx, ids), rosters(tx, ids, start, end)
    expanded = cache(Roster.shifts)  # hundreds of doctors have a few rosters between them
    return tuple(
        Cover(
            frozenset(skills[row.id].specialities),
            frozenset(skills[row.id].languages),
            expanded(working[row.id], start, min(end, row.valid_until)),
            row.id,
            row.name,
        )
        for row in rows
    )


def opening(hours: Hours, start: int, end: int) -> Iterator[Shift]:
    """The opening hours of each day, cut at `start` and `end`."""
    first = day_of(start)
    for ahead in range((day_of(end) - first).days + 1):
        day = first + timedelta(days=ahead)
        opens, closes = hours.by_day.get(day.weekday(), (0, 0))
        window = Shift(max(moment(day, opens), start), min(moment(day, closes), end))
        if window.starts < window.ends:
            yield window
