"""Gaps as a table: how much of each day's opening hours is covered, by speciality and language. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ivr.doctors.at_work import able, fewest, tally
from ivr.doctors.gaps import Cover, Gap, opening
from ivr.doctors.shifts import Shift
from ivr.hours import Hours
from ivr.model.india import day_of
from ivr.model.values import Language


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of one language: milliseconds that the clinic is open, the stretches of it in which nobody speaks it, and how many do
    at its thinnest moment."""

    open_ms: int
    missing: tuple[Shift, ...]
    fewest: int

    @property
    def missing_ms(self) -> int:
        return sum(each.ends - each.starts for each in self.missing)


@dataclass(frozen=True, slots=True)
class GapRow:
    speciality: str
    language: Language
    cells: tuple[Cell, ...]


def days(start: int, end: int) -> tuple[date, ...]:
    """The days in India that begin or go on between two moments (UTC milliseconds)."""
    first, last = day_of(start), day_of(end - 1)
    return tuple(first + timedelta(days=ahead) for ahead in range((last - first).days + 1))


def table(
    hours: Hours,
    there: Sequence[Cover],
    found: Iterable[Gap],
    specialities: Sequence[str],
    languages: Sequence[Language],
    start: int,
    end: int,
) -> tuple[GapRow, ...]:
    """`found`: as `gaps` gives it for the same doctors, specialities, languages and times. Each row has a cell for each of `days`."""
    windows = {day_of(window.starts): window for window in opening(hours, start, end)}
    missing: dict[tuple[str, Language, date], list[Shift]] = {}
    for gap in found:
        for language in gap.languages:
            missing.setdefault((gap.speciality, language, day_of(gap.starts)), []).append(Shift(gap.starts, gap.ends))

    def row(speciality: str, language: Language) -> GapRow:
        tallied = tally(able(there, speciality, language))
        cells = (_cell(windows.get(day), missing.get((speciality, language, day), ()), tallied) for day in days(start, end))
        return GapRow(speciality, language, tuple(cells))

    return tuple(row(speciality, language) for speciality in specialities for language in languages)


def _cell(window: Shift | None, missing: Iterable[Shift], tallied: Mapping[Shift, int]) -> Cell:
    if window is None:
        return Cell(0, (), 0)
    return Cell(window.ends - window.starts, tuple(missing), fewest(tallied, window))
