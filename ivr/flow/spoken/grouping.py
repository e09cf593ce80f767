"""How numbers and moments come apart before any language says them: crore, lakh, thousand."""

from collections.abc import Sequence
from dataclasses import dataclass

MOST = 999_999_999


@dataclass(frozen=True, slots=True)
class Grouped:
    """A number as Indians group it, 12,34,56,789: every part is below 100, `hundred` below 10."""

    crore: int
    lakh: int
    thousand: int
    hundred: int
    rest: int

    @property
    def large(self) -> tuple[tuple[int, str], ...]:
        """The parts above the hundreds that are not zero, each with the key of its name."""
        parts = ((self.crore, "crore"), (self.lakh, "lakh"), (self.thousand, "thousand"))
        return tuple((count, name) for count, name in parts if count)


def group(value: int) -> Grouped:
    """ValueError below 0 and above `MOST`."""
    if not 0 <= value <= MOST:
        raise ValueError(f"only numbers from 0 to {MOST} are spoken, not {value}")
    over, rest = divmod(value, 100)
    over, hundred = divmod(over, 10)
    over, thousand = divmod(over, 100)
    crore, lakh = divmod(over, 100)
    return Grouped(crore, lakh, thousand, hundred, rest)


def twelve_hour(hour: int) -> int:
    """The hour of 24 as a clock face shows it, 1 to 12."""
    return hour % 12 or 12


def period(hour: int, starts: Sequence[tuple[int, str]]) -> str:
    """The key of the part of the day that `hour` lies in; `starts` has the first hour of each, ascending from 0."""
    return next(key for start, key in reversed(starts) if start <= hour)
