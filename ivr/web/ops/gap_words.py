"""The gap report as a table that is read without its colours: each cell says in words what is missing. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from ivr.doctors.at_work import Together
from ivr.doctors.gap_table import Cell, GapRow
from ivr.doctors.shifts import Shift
from ivr.doctors.shifts_written import write_span
from ivr.model.india import DAY_MIN, minute_of
from ivr.web.ops import words

_MINUTE_MS = 60_000
_SOME, _MUCH = 250, 600  # thousandths of the opening hours


@dataclass(frozen=True, slots=True)
class HeatCell:
    """`heat`: the stylesheet has a shade for each. `href`: who works that day, "" where nobody could."""

    heat: str
    said: str
    times: Sequence[str]
    fewest: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class HeatRow:
    speciality: str
    language: str
    cells: Sequence[tuple[str, HeatCell]]  # with the day before it


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """Some hours of one day, and who works them: id and name."""

    times: Sequence[str]
    doctors: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class AtWork:
    """One day of a speciality and a language: `on` names it."""

    on: str
    how_many: str
    rows: Sequence[ShiftRow]


def heat_rows(rows: Sequence[GapRow], days: Sequence[date]) -> list[HeatRow]:
    return [
        HeatRow(
            row.speciality,
            words.language(row.language),
            [(day_name(day), _cell(cell, _address(row, day))) for day, cell in zip(days, row.cells, strict=True)],
        )
        for row in rows
    ]


def day_name(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"


def who_works(found: Sequence[Together], day: date, speciality: str, language: str) -> AtWork:
    rows = [ShiftRow([_span(each) for each in of.times], [(each.id, each.name) for each in of.doctors]) for of in found]
    on = f"{day_name(day)}: {speciality}, {words.language(language)}"
    return AtWork(on, words.count(sum(len(row.doctors) for row in rows), "doctor"), rows)


def _address(row: GapRow, day: date) -> str:
    return f"/ops/shifts?{urlencode({'day': day.isoformat(), 'speciality': row.speciality, 'language': row.language})}#who"


def _cell(cell: Cell, href: str) -> HeatCell:
    if not cell.open_ms:
        return HeatCell("shut", "closed", ())
    if not cell.missing:
        return HeatCell("full", "covered", (), f"at least {cell.fewest}", href)
    share = cell.missing_ms * 1000 // cell.open_ms
    heat = "some" if share <= _SOME else "much" if share <= _MUCH else "most"
    return HeatCell(
        heat,
        "nobody at all" if share == 1000 else f"{_long(cell.missing_ms)} missing",
        [_span(each) for each in cell.missing],
        "",
        "" if share == 1000 else href,
    )


def _long(ms: int) -> str:
    """45 min, 3 h, 3 h 30 min."""
    hours, minutes = divmod(ms // _MINUTE_MS, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part) or "under a minute"


def _span(stretch: Shift) -> str:
    return write_span(minute_of(stretch.starts), minute_of(stretch.ends) or DAY_MIN)
