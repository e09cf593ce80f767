"""The monthly statement: what each doctor did, and what they are owed for it. Amounts are integer paise."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from json import loads
from re import compile as regex

from ivr.doctors.sheet import written
from ivr.model.errors import ConfigurationError
from ivr.model.india import moment
from ivr.prices import ComponentName
from ivr.store import doctors
from ivr.store.tx import Row, Tx

_MONTH = regex(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
_MINUTE_MS = 60_000
HEADER = ("month", "name", "council", "registration", "consults", "follow_ups", "minutes", "fee_rs", "stand_bys", "stand_by_rs", "total_rs")


@dataclass(frozen=True, slots=True)
class Statement:
    """One doctor's month. `follow_ups` are among the consults; `together_ms` is the time with patients; amounts in paise."""

    name: str
    council: str
    registration: str
    consults: int = 0
    follow_ups: int = 0
    together_ms: int = 0
    fee: int = 0
    stand_bys: int = 0
    stand_by: int = 0

    @property
    def minutes(self) -> int:
        """Together, half a minute rounded up."""
        return (self.together_ms + _MINUTE_MS // 2) // _MINUTE_MS

    @property
    def total(self) -> int:
        return self.fee + self.stand_by


def month_of(text: str) -> tuple[int, int]:
    """Where a month in India like 2026-11 begins, and the next one does, in UTC milliseconds. ConfigurationError for what is no month."""
    found = _MONTH.fullmatch(text)
    if found is None:
        raise ConfigurationError("--month: write it as year-month, like 2026-11")
    year, month = int(found[1]), int(found[2])
    return moment(date(year, month, 1)), moment(date(year + month // 12, month % 12 + 1, 1))


def statements(tx: Tx, month: str) -> tuple[Statement, ...]:
    """Of every doctor who completed a consult in `month` (2026-11), or stood by in vain, by name.

    The fee is what was quoted for the consultation: completed is when it was earned, and platform fee and GST are not the doctor's.
    """
    start, end = month_of(month)
    names = {row.id: Statement(row.name, row.council, row.registration) for row in doctors.every(tx)}
    found = _added_up(names, doctors.served(tx, start, end), doctors.stood_by(tx, start, end))
    return tuple(sorted(found.values(), key=lambda each: (each.name, each.council, each.registration)))


def statement_of(tx: Tx, doctor: Row, start: int, end: int) -> Statement:
    """The same of one doctor (a row of `doctor`), from `start` until `end` (UTC milliseconds)."""
    nothing = {doctor.id: Statement(doctor.name, doctor.council, doctor.registration)}
    served, stood_by = doctors.served(tx, start, end, doctor.id), doctors.stood_by(tx, start, end, doctor.id)
    return _added_up(nothing, served, stood_by).get(doctor.id, nothing[doctor.id])


def _added_up(names: Mapping[str, Statement], served: Sequence[Row], stood_by: Sequence[Row]) -> dict[str, Statement]:
    """By doctor; `names` has each of them with nothing done."""
    found: dict[str, Statement] = {}
    for row in served:
        so_far = found.get(row.doctor_id, names[row.doctor_id])
        found[row.doctor_id] = replace(
            so_far,
            consults=so_far.consults + 1,
            follow_ups=so_far.follow_ups + (row.follow_up_of is not None),
            together_ms=so_far.together_ms + row.together_ms,
            fee=so_far.fee + _consultation(row.components),
        )
    for row in stood_by:
        found[row.doctor_id] = replace(found.get(row.doctor_id, names[row.doctor_id]), stand_bys=row.n, stand_by=int(row.paise))
    return found


def statement_csv(month: str, rows: Sequence[Statement]) -> str:
    """One row for each doctor; amounts in rupees, with two decimals."""
    return written(HEADER, [[month, *_cells(row)] for row in rows])


def rupees(paise: int) -> str:
    return f"{paise // 100}.{paise % 100:02d}"


def several(count: int, what: str) -> str:
    """`1 consult`, `2 consults`."""
    return f"{count} {what}{'' if count == 1 else 's'}"


def _cells(row: Statement) -> Iterator[str]:
    yield from (row.name, row.council, row.registration)
    yield from map(str, (row.consults, row.follow_ups, row.minutes))
    yield from (rupees(row.fee), str(row.stand_bys), rupees(row.stand_by), rupees(row.total))


def _consultation(components: str | None) -> int:
    """Paise of the doctor's fee in a quote; a consult without one, and a free follow-up, has none."""
    return sum(paise for name, paise in loads(components or "[]") if name == ComponentName.CONSULTATION)
