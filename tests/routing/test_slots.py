"""When a call back can be kept."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.routing.slots import SLOT_MS, next_slot, slot_room
from tests.routing.scene import NOW

FULL_TEN = NOW - NOW % SLOT_MS


@pytest.mark.parametrize(
    ("online", "handle_s", "room"), [(0, 540, 1), (1, 540, 1), (6, 540, 1), (12, 540, 2), (40, 540, 6), (60, 540, 10), (40, 300, 12)]
)
def test_ten_minutes_have_room_for_a_share_of_the_doctors_time(online: int, handle_s: int, room: int) -> None:
    assert slot_room(online, handle_s * 1000) == room


@pytest.mark.parametrize(
    ("now", "taken", "slots_on"),
    [
        (FULL_TEN, {}, 0),
        (FULL_TEN + 1, {}, 1),
        (FULL_TEN, {0: 1}, 0),
        (FULL_TEN, {0: 2}, 1),
        (FULL_TEN, {0: 2, 1: 5, 2: 1}, 2),
        (FULL_TEN, {1: 2}, 0),
    ],
)
def test_the_first_slot_with_room(now: int, taken: dict[int, int], slots_on: int) -> None:
    booked = {FULL_TEN + slot * SLOT_MS: number for slot, number in taken.items()}
    assert next_slot(booked, 12, 540_000, now) == FULL_TEN + slots_on * SLOT_MS


@given(online=st.integers(0, 60), calls=st.integers(1, 60), now=st.integers(NOW, NOW + 10 * SLOT_MS))
def test_bookings_one_after_another_fill_slots_without_a_gap_and_never_beyond_their_room(online: int, calls: int, now: int) -> None:
    taken: Counter[int] = Counter()
    for _ in range(calls):
        taken[next_slot(taken, online, 540_000, now)] += 1

    room = slot_room(online, 540_000)
    assert all(start % SLOT_MS == 0 and start >= now for start in taken)
    assert sorted(taken.values(), reverse=True)[: calls // room] == [room] * (calls // room)
    assert max(taken) - min(taken) == (len(taken) - 1) * SLOT_MS
