"""How long a caller will wait for a doctor, and what may be said of it: bands that are kept, never a figure above five minutes."""

from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from math import exp, sqrt

HANDLE_PRIOR_MS = 540_000
HANDLE_SAMPLES = 30
HANDLE_WEIGHT = 0.05
RING_PRIOR_MS = 20_000
SPREAD = 1.6
"""Of a wait that is all ringing: its eightieth percentile, over its mean."""
APART_MS = 30_000
MANY = 200
"""So many departures are as good as normally distributed, and their exact sum would underflow."""


class Band(IntEnum):
    """In the order of growing waits."""

    UNDER_1 = 0
    FROM_1_TO_2 = 1
    FROM_2_TO_5 = 2
    OVER_5 = 3  # no figure: a call back is offered

    @property
    def until_s(self) -> int | None:
        """The wait that this band promises at most, in seconds; None: it promises none."""
        return (60, 120, 300, None)[self]


@dataclass(frozen=True, slots=True)
class Estimate:
    expected_s: float
    p80_s: float  # what is spoken, as its band
    band: Band


NEVER = Estimate(float("inf"), float("inf"), Band.OVER_5)


def estimate(*, idle: int, ahead: int, online: int, handle_ms: int, ring_ms: int = RING_PRIOR_MS) -> Estimate:
    """The wait of a caller who has `ahead` others before them, none of whom is being rung for.

    `idle`, `online`: doctors who suit; `handle_ms`: talk and wrap-up of one consult; `ring_ms`: from the first ring to the room.
    """
    if idle > ahead:
        return _told(ring_ms, round(ring_ms * SPREAD))
    if online <= 0:
        return NEVER
    departures = ahead - idle + 1
    between_ms = handle_ms / online
    return _told(departures * between_ms + ring_ms, _p80(departures) * between_ms + ring_ms)


def may_be_said(band: Band, said: Band | None, said_at: int, now: int) -> bool:
    """Whether a band is news: the first one is; after it only a better one, at least thirty seconds later."""
    return said is None or (band < said and now - said_at >= APART_MS)


def smoothed(before: int, latest: int, weight: float = HANDLE_WEIGHT) -> int:
    """The moving mean of handle times or ring times after one more, in milliseconds."""
    return round(before + weight * (latest - before))


def handle_time(mean_ms: int, samples: int) -> int:
    """What to reckon with, in milliseconds: the moving mean once there are thirty of them, a blend with nine minutes before."""
    known = min(samples, HANDLE_SAMPLES) / HANDLE_SAMPLES
    return round(known * mean_ms + (1 - known) * HANDLE_PRIOR_MS)


def _told(expected_ms: float, p80_ms: float) -> Estimate:
    p80_s = p80_ms / 1000
    band = next((band for band in Band if band.until_s is not None and p80_s < band.until_s), Band.OVER_5)
    return Estimate(expected_ms / 1000, p80_s, band)


@lru_cache(maxsize=1024)
def _p80(stages: int) -> float:
    """The eightieth percentile of a sum of so many exponential times of mean 1 (the Erlang distribution), by bisection."""
    if stages > MANY:
        return stages + 0.8416 * sqrt(stages)
    low, high = 0.0, 2.0 * stages + 5
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _erlang_cdf(stages, middle) < 0.8 else (low, middle)
    return high


def _erlang_cdf(stages: int, x: float) -> float:
    term = total = exp(-x)
    for k in range(1, stages):
        term *= x / k
        total += term
    return 1 - total
