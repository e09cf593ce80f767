"""What came of simulated consults: the figures of one row of the table."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean, pstdev


@dataclass(slots=True)
class Measures:
    """Of one run, after its warm-up. Waits in milliseconds, from queueing to the room."""

    waits: list[int] = field(default_factory=list)
    abandoned: int = 0
    rings: int = 0
    lost_races: int = 0
    bands_kept: int = 0
    bands_broken: int = 0
    served: list[int] = field(default_factory=list)  # by doctor
    busy_ms: int = 0
    span_ms: int = 0  # all doctors' time


@dataclass(frozen=True, slots=True)
class Row:
    """Seconds and shares of 0 to 1. `within_60` is of all who came, `bands_kept` of the promises whose end was seen."""

    consults: int
    p50: float
    p95: float
    mean: float
    within_60: float
    abandoned: float
    rings: float
    lost_races: float
    use: float
    bands_kept: float
    unfairness: float  # coefficient of variation of consults per doctor


def summed(runs: Sequence[Measures]) -> Row:
    """Runs of different seeds, together; the unfairness is their mean."""
    waits = sorted(wait for run in runs for wait in run.waits)
    served, offered = len(waits), len(waits) + sum(run.abandoned for run in runs)
    kept, broken = sum(run.bands_kept for run in runs), sum(run.bands_broken for run in runs)
    return Row(
        consults=offered,
        p50=_percentile(waits, 0.5),
        p95=_percentile(waits, 0.95),
        mean=fmean(waits) / 1000,
        within_60=sum(wait <= 60_000 for wait in waits) / offered,
        abandoned=1 - served / offered,
        rings=sum(run.rings for run in runs) / served,
        lost_races=sum(run.lost_races for run in runs) / served,
        use=sum(run.busy_ms for run in runs) / sum(run.span_ms for run in runs),
        bands_kept=kept / max(1, kept + broken),
        unfairness=fmean(pstdev(run.served) / fmean(run.served) for run in runs),
    )


def _percentile(ordered: Sequence[int], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] / 1000
