"""What charts are made of: days, columns, sums. Pure."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from ivr.store.tx import Row
from ivr.web.ops.charts.definitions import DEFINITIONS, Figure, figures
from ivr.web.ops.charts.tables import Cell, seconds
from ivr.web.ops.percentiles import percentile

Table = Sequence[Sequence[Cell]]
"""Rows, each with its name first."""


def said(*wanted: Figure) -> Sequence[tuple[str, str]]:
    """Terms and their sentences."""
    return [(each.capitalize(), DEFINITIONS[each]) for each in wanted]


def counted(found: Sequence[Row]) -> dict[int, Counter[Figure]]:
    counts: dict[int, Counter[Figure]] = defaultdict(Counter)
    for consult in found:
        counts[consult.day].update(figures(consult))
    return counts


def by_day(found: Sequence[Row], name: str) -> dict[int, list[int]]:
    """Sorted; what was not timed is left out."""
    times: dict[int, list[int]] = defaultdict(list)
    for row in found:
        if (time := getattr(row, name)) is not None:
            times[row.day].append(max(0, time))
    for each in times.values():
        each.sort()
    return times


def half_and_most(times: Sequence[int]) -> tuple[float | None, float | None]:
    return seconds(percentile(times, 50)), seconds(percentile(times, 95))


def sums(rows: Table) -> list[int]:
    """Of each column of counts but the first."""
    return [sum(each for each in column if isinstance(each, int)) for column in list(zip(*rows, strict=True))[1:]] if rows else [0] * 11


def column(rows: Table, index: int) -> Sequence[Cell]:
    return [row[index] for row in rows]


def labels(rows: Table) -> list[str]:
    return [str(row[0]) for row in rows]
