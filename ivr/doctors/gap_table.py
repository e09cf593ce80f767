"""Gaps as a table: how much of each day's opening hours is covered, by speciality and language. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ivr.doctors.gaps import Gap, opening
from ivr.doctors.shifts import Shift, day_of
from ivr.hours import Hours
from ivr.model.values import Language


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of one language: milliseconds that the clinic is open, and the stretches of it in which nobody speaks it."""

    open_ms: int
    missing: tuple[Shift, ...]

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
    hours: Hours, found: Iterable[Gap], specialities: Sequence[str], languages: Sequence[Language], start: int, end: int
) -> tuple[GapRow, ...]:
    """`found`: as `gaps` gives it for the same specialities, languages and times. Each row has a cell for each of `days`."""
    open_ms: dict[date, int] = {}
    for window in opening(hours, start, end):
        open_ms[day_of(window.starts)] = window.ends - window.starts
    missing: dict[tuple[str, Language, date], list[Shift]] = {}
    for gap in found:
        for language in gap.languages:
            missing.setdefault((gap.speciality, language, day_of(gap.starts)), []).append(Shift(gap.starts, gap.ends))
    return tuple(
        GapRow(
            speciality,
            language,
            tuple(Cell(open_ms.get(day, 0), tuple(missing.get((speciality, language, day), ()))) for day in days(start, end)),
        )
        for speciality in specialities
        for language in languages
    )
