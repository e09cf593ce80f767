"""When a call back can be kept: booked against capacity, not for whenever somebody is free.

Call backs that were served only by spare doctors waited for hours in simulation, at 120 % load. So each ten minutes of the day has
room for a few, and when it is their turn they are served as live callers are.
"""

from collections.abc import Mapping

SLOT_MS = 600_000
"""India's time zone is a whole number of them ahead of UTC, so slots begin at full ten minutes there too."""
SHARE = 0.15
"""Of the doctors' time."""


def slot_room(online: int, handle_ms: int) -> int:
    """How many call backs fit into one slot: that share of what `online` doctors can do, and one at least."""
    return max(1, int(SHARE * max(0, online) * SLOT_MS / max(1, handle_ms)))


def next_slot(taken: Mapping[int, int], online: int, handle_ms: int, now: int) -> int:
    """The start of the first slot with room that begins at `now` or later, UTC milliseconds. `taken`: bookings by the start of a slot.

    Quiet hours and opening hours are for the caller of this (ivr.hours).
    """
    room = slot_room(online, handle_ms)
    start = -(-now // SLOT_MS) * SLOT_MS
    while taken.get(start, 0) >= room:
        start += SLOT_MS
    return start
