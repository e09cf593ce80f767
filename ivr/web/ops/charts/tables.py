"""A chart as a table: what a screen reader, a spreadsheet and the drawing all read. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

Cell = str | int | float | None
"""None: there is nothing to count or to time."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The first cell of each row names it. Units stand in the columns' names."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Series:
    """`tone`: the stylesheet's colour that it is drawn in. `right`: on an axis of its own, in percent."""

    name: str
    values: Sequence[Cell]
    tone: str = "brand"
    right: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """`kind`: bars that lie (funnels, steps) or lines (days)."""

    kind: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""

    def as_json(self) -> Mapping[str, Any]:
        return {"kind": self.kind, "labels": list(self.labels), "unit": self.unit, "series": [asdict(each) for each in self.series]}


@dataclass(frozen=True, slots=True)
class Chart:
    """`about`: terms and what they count. `filters`: those that it obeys.

    `grid` is what the CSV holds; `sums`: the same over all days, where that can be summed.
    """

    name: str
    title: str
    about: Sequence[tuple[str, str]]
    filters: Sequence[str]
    grid: Grid
    drawing: Drawing
    sums: Grid = field(default_factory=lambda: Grid((), ()))

    def unused(self, chosen: object) -> list[str]:
        """Filters that were chosen, and that it does not obey."""
        return [name for name in ("line", "campaign", "language", "provider") if getattr(chosen, name) and name not in self.filters]

    @property
    def empty(self) -> bool:
        return not any(isinstance(cell, int | float) and cell for row in self.grid.rows for cell in row[1:])


def day_name(day: int) -> str:
    """2026-11-22, of a number of days since 1 January 1970."""
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


def share(part: int, whole: int) -> int | None:
    """In percent."""
    return round(100 * part / whole) if whole else None


def seconds(ms: int | None) -> float | None:
    """To a tenth."""
    return None if ms is None else round(ms / 1000, 1)


def stages(names: Sequence[str], counts: Sequence[int]) -> Grid:
    """A funnel: each stage with its share of the first, and of the one before."""
    rows = [
        (name, count, share(count, counts[0]), share(count, counts[max(0, index - 1)]))
        for index, (name, count) in enumerate(zip(names, counts, strict=True))
    ]
    return Grid(("Stage", "Number", "Of the first (%)", "Of the stage before (%)"), rows)
