"""Percentiles, found in Python so that both databases agree. Pure."""

from collections.abc import Sequence


def percentile(times: Sequence[int], share: int) -> int | None:
    """The smallest of the sorted `times` that `share` percent of them do not exceed (nearest rank); None without any."""
    return times[max(0, -(-len(times) * share // 100) - 1)] if times else None
