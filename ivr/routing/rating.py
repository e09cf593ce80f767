"""How likely a doctor is to answer, and how long a doctor rests after what.

Shares are in thousandths. Constants were found by simulation: a harsh pause costs callers more than futile rings do.
"""

from collections.abc import Mapping
from enum import StrEnum

PRIOR = 750
"""Of a doctor of whom nothing is known, and of one who was not rung for long."""
FLOOR = 150
"""A doctor who never answers still comes up when they have been idle for long: nobody starves."""
WEIGHT = 0.2
"""Of the latest ring."""
HALF_LIFE_MS = 4 * 60 * 60_000


def decayed(rate: int, rated_at: int, now: int) -> float:
    """What a rate of `rated_at` is worth `now`, in thousandths: it goes back to PRIOR by half every four hours."""
    faded: float = 2 ** (-max(0, now - rated_at) / HALF_LIFE_MS)
    return PRIOR + (rate - PRIOR) * faded


def rated(rate: int, rated_at: int, now: int, answered: bool) -> int:
    """The rate after one more ring, in thousandths, FLOOR to 1000.

    A ring that we ended ourselves (another doctor was quicker, the patient left) says nothing of the doctor: it is not counted.
    """
    before = decayed(rate, rated_at, now)
    return max(FLOOR, round(before + WEIGHT * ((1000 if answered else 0) - before)))


class Rest(StrEnum):
    """Why a doctor is not rung for a while; presence.rest."""

    WRAP_UP = "wrap_up"
    PASSED = "passed"  # key 2
    BUSY = "busy"  # on another call, or rejected ours
    MISSED = "missed"  # nobody picked up, or nobody pressed a key
    PAUSED = "paused"  # missed too many in a row; any sign of life ends it


RESTS: Mapping[Rest, int] = {
    Rest.WRAP_UP: 60_000,
    Rest.PASSED: 120_000,
    Rest.BUSY: 45_000,
    Rest.MISSED: 30_000,
    Rest.PAUSED: 300_000,
}
"""Milliseconds."""

MISSES_MAX = 3


def rest_after(misses: int) -> Rest:
    """After the latest of so many misses in a row: a breath, from the third on a pause. Its length is in RESTS."""
    return Rest.PAUSED if misses >= MISSES_MAX else Rest.MISSED
