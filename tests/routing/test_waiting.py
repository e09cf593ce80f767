"""How long a caller will wait, and what is said of it."""

from math import exp, factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.routing.waiting import Band, estimate, handle_time, may_be_said, smoothed
from tests.routing.scene import NOW, SECOND

H = 540_000


@pytest.mark.parametrize(
    ("idle", "ahead", "online", "ring_s", "expected_s", "band"),
    [
        (3, 0, 40, 20, 20, Band.UNDER_1),
        (3, 2, 40, 20, 20, Band.UNDER_1),
        (1, 0, 1, 45, 45, Band.FROM_1_TO_2),  # ringing alone takes longer these days
        (0, 0, 40, 20, 33.5, Band.UNDER_1),
        (0, 2, 40, 20, 60.5, Band.FROM_1_TO_2),
        (3, 3, 40, 20, 33.5, Band.UNDER_1),
        (0, 0, 4, 20, 155, Band.FROM_2_TO_5),
        (0, 3, 4, 20, 560, Band.OVER_5),
        (0, 0, 0, 20, float("inf"), Band.OVER_5),
    ],
)
def test_an_estimate_and_what_may_be_said_of_it(idle: int, ahead: int, online: int, ring_s: int, expected_s: float, band: Band) -> None:
    found = estimate(idle=idle, ahead=ahead, online=online, handle_ms=H, ring_ms=ring_s * SECOND)

    assert found.expected_s == pytest.approx(expected_s)
    assert found.band is band
    assert found.p80_s >= found.expected_s


@pytest.mark.parametrize("departures", [1, 2, 5, 20, 60])
def test_four_waits_of_five_are_shorter_than_what_is_said(departures: int) -> None:
    """The sum of exponential times, against the textbook's formula."""
    found = estimate(idle=0, ahead=departures - 1, online=40, handle_ms=H, ring_ms=0)
    x = found.p80_s / (H / 1000 / 40)

    assert 1 - sum(exp(-x) * x**k / factorial(k) for k in range(departures)) == pytest.approx(0.8, abs=1e-6)


def test_long_queues_have_a_figure_too() -> None:
    exact, rough = (estimate(idle=0, ahead=ahead, online=40, handle_ms=H).p80_s for ahead in (199, 200))
    assert rough == pytest.approx(exact, rel=0.02)
    assert estimate(idle=0, ahead=100_000, online=40, handle_ms=H).band is Band.OVER_5


@given(idle=st.integers(0, 20), ahead=st.integers(0, 60), online=st.integers(1, 60), handle=st.integers(60_000, 1_200_000))
def test_more_doctors_and_fewer_callers_never_lengthen_it(idle: int, ahead: int, online: int, handle: int) -> None:
    def said(idle: int, ahead: int, online: int, handle: int) -> float:
        return estimate(idle=idle, ahead=ahead, online=online, handle_ms=handle, ring_ms=20_000).expected_s

    here = said(idle, ahead, online, handle)
    assert said(idle + 1, ahead, online, handle) <= here + 1e-9
    assert said(idle, ahead, online + 1, handle) <= here + 1e-9
    assert said(idle, ahead + 1, online, handle) >= here - 1e-9
    assert said(idle, ahead, online, handle + 1000) >= here - 1e-9


@pytest.mark.parametrize(
    ("band", "said", "seconds_ago", "may"),
    [
        (Band.FROM_2_TO_5, None, 0, True),
        (Band.OVER_5, None, 0, True),
        (Band.FROM_1_TO_2, Band.FROM_2_TO_5, 30, True),
        (Band.FROM_1_TO_2, Band.FROM_2_TO_5, 29, False),
        (Band.FROM_2_TO_5, Band.FROM_2_TO_5, 300, False),
        (Band.FROM_2_TO_5, Band.FROM_1_TO_2, 300, False),  # never a number that gets worse
        (Band.UNDER_1, Band.OVER_5, 31, True),
    ],
)
def test_only_better_news_is_said_and_not_too_often(band: Band, said: Band | None, seconds_ago: int, may: bool) -> None:
    assert may_be_said(band, said, NOW - seconds_ago * SECOND, NOW) is may


def test_no_figure_above_five_minutes_is_ever_promised() -> None:
    assert [band.until_s for band in Band] == [60, 120, 300, None]


def test_handle_times_are_learnt_slowly_and_believed_after_thirty() -> None:
    assert smoothed(540_000, 640_000) == 545_000
    assert [handle_time(300_000, samples) for samples in (0, 15, 30, 300)] == [540_000, 420_000, 300_000, 300_000]
