"""Which day a moment lies in, in India: one time zone, no summer time."""

_IST_MS = 330 * 60_000
_DAY_MS = 86_400_000


def is_another_day(at: int, now: int) -> bool:
    """Whether a clock alone, told at `now` (both UTC milliseconds), would be taken for today's. The midnight that ends today is today's."""
    return (at - 1 + _IST_MS) // _DAY_MS != (now + _IST_MS) // _DAY_MS
