"""Whose turn it is among those who wait."""

from collections.abc import Iterable
from dataclasses import dataclass

A_PRIORITY_MS = 60_000
"""One step of priority is worth a minute of waiting: whoever waits long enough outranks whoever comes new, of any class."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """`since`: UTC milliseconds from which the wait counts (the payment, not the latest try). A higher `priority` goes first."""

    consult_id: str
    priority: int
    since: int


def order(waiting: Iterable[Waiting], now: int) -> tuple[Waiting, ...]:
    """First come, first served within a priority; across priorities by priority + minutes waited. Ties by id, which is older first."""
    return tuple(sorted(waiting, key=lambda each: (-(each.priority * A_PRIORITY_MS + now - each.since), each.since, each.consult_id)))
