"""Servers under test, each in every round: what slows the machine down slows all of them, so the ratios of a round hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import sleep

from bench.shots import Shot, shoot

BARE, TUTORIAL = "bare", "tutorial"
WARM_UP = 100
_BREATH_S = 0.3


@dataclass(frozen=True, slots=True)
class Row:
    """One server under test. `requests(first, count)` makes the next ones, and every answer holds `expect`.

    `share`: the part of the requests it gets, so that slow rows do not take all the time. `check` is told how many it has answered in all.
    """

    name: str
    url: str
    process: int
    requests: Callable[[int, int], list[bytes]]
    expect: bytes
    share: float = 1.0
    check: Callable[[int], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Measured:
    """One row's rounds. `to_tutorial` is None where no tutorial was measured."""

    name: str
    shots: Sequence[Shot]
    to_bare: float
    to_tutorial: float | None

    @property
    def wrong(self) -> int:
        return sum(shot.asked - shot.right for shot in self.shots)

    def middle(self, figure: Callable[[Shot], float]) -> float:
        return median(figure(shot) for shot in self.shots)


def measure(what: str, rows: Sequence[Row], rounds: int, requests: int, say: Callable[[str], None]) -> list[Measured]:
    """Every row in every round, the order rotated."""
    fired = {row.name: 0 for row in rows}
    shots: dict[str, list[Shot]] = {row.name: [] for row in rows}
    for row in rows:
        _shoot(row, fired, min(WARM_UP, requests))
    for turn in range(rounds):
        say(f"{what}: round {turn + 1} of {rounds}")
        for row in [*rows[turn % len(rows) :], *rows[: turn % len(rows)]]:
            sleep(_BREATH_S)
            shots[row.name].append(_shoot(row, fired, max(1, int(requests * row.share))))
    return [Measured(row.name, shots[row.name], _ratio(shots, row.name, BARE) or 0.0, _ratio(shots, row.name, TUTORIAL)) for row in rows]


def _shoot(row: Row, fired: dict[str, int], count: int) -> Shot:
    shot = shoot(row.url, row.requests(fired[row.name], count), row.expect, row.process)
    fired[row.name] += count
    row.check(fired[row.name])
    return shot


def _ratio(shots: dict[str, list[Shot]], name: str, base: str) -> float | None:
    """The median of each round's own ratio."""
    if base not in shots:
        return None
    return median(ours.per_second / theirs.per_second for ours, theirs in zip(shots[name], shots[base], strict=True))
