"""How likely a doctor is to answer, and how long a doctor rests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.routing.rating import FLOOR, PRIOR, RESTS, Rest, decayed, rated, rest_after
from tests.routing.scene import HOUR, NOW

rates = st.integers(FLOOR, 1000)


@pytest.mark.parametrize(
    ("rate", "hours", "is_worth"),
    [(950, 0, 950), (950, 4, 850), (950, 8, 800), (350, 4, 550), (750, 40, 750), (950, 400, 750), (FLOOR, 0, FLOOR), (950, -1, 950)],
)
def test_what_was_known_fades_by_half_every_four_hours(rate: int, hours: int, is_worth: int) -> None:
    assert decayed(rate, NOW - hours * HOUR, NOW) == pytest.approx(is_worth)


@pytest.mark.parametrize(
    ("rate", "answered", "after"),
    [(750, True, 800), (750, False, 600), (600, False, 480), (480, False, 384), (1000, True, 1000), (160, False, FLOOR)],
)
def test_one_more_ring_counts_for_a_fifth(rate: int, answered: bool, after: int) -> None:
    assert rated(rate, NOW, NOW, answered) == after


@given(rate=rates, rings=st.lists(st.booleans(), max_size=60), hours=st.integers(0, 100))
def test_a_rate_stays_between_its_floor_and_one(rate: int, rings: list[bool], hours: int) -> None:
    for answered in rings:
        rate = rated(rate, NOW - hours * HOUR, NOW, answered)
        assert FLOOR <= rate <= 1000


@given(rate=rates, other=rates, answered=st.booleans())
def test_answering_never_lowers_a_rate_and_the_better_one_stays_better(rate: int, other: int, answered: bool) -> None:
    low, high = sorted((rate, other))

    assert rated(rate, NOW, NOW, False) <= rate <= rated(rate, NOW, NOW, True)
    assert rated(low, NOW, NOW, answered) <= rated(high, NOW, NOW, answered)


@given(rate=rates, hours=st.integers(0, 100))
def test_fading_goes_towards_what_is_usual_and_never_beyond(rate: int, hours: int) -> None:
    later = decayed(rate, NOW - hours * HOUR, NOW)
    assert min(rate, PRIOR) <= later <= max(rate, PRIOR)


def test_the_third_miss_in_a_row_is_a_pause_of_five_minutes_and_each_rest_has_its_length() -> None:
    assert [rest_after(misses) for misses in (1, 2, 3, 4)] == [Rest.MISSED, Rest.MISSED, Rest.PAUSED, Rest.PAUSED]
    assert {rest.value: milliseconds // 1000 for rest, milliseconds in RESTS.items()} == {
        "wrap_up": 60,
        "passed": 120,
        "busy": 45,
        "missed": 30,
        "paused": 300,
    }
