"""How many doctors ring at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.routing.fanout import NOBODY, SHIPPED, FanOut, Ringing, fan_out, hedge_at
from tests.routing.scene import NOW, SECOND


def since(seconds: float, live: int = 1, picked_up_s: float | None = None) -> Ringing:
    picked_up = None if picked_up_s is None else NOW - round(picked_up_s * SECOND)
    return Ringing(live, NOW - round(seconds * SECOND), picked_up)


@pytest.mark.parametrize(
    ("ringing", "idle", "waiting", "bare", "more"),
    [
        (NOBODY, 0, 1, 0, 0),
        (NOBODY, 1, 1, 0, 1),
        (NOBODY, 10, 1, 0, 1),  # ten of forty: not ample
        (NOBODY, 21, 1, 0, 2),  # most have nothing to do
        (NOBODY, 21, 10, 9, 2),
        (NOBODY, 21, 11, 0, 1),  # but no more than two for each who waits
        (NOBODY, 1, 5, 4, 1),  # the first ring may take the last doctor
        (since(11.9), 10, 1, 0, 0),
        (since(12), 10, 1, 0, 1),
        (since(25.9, live=2), 10, 1, 0, 0),
        (since(26, live=2), 10, 1, 0, 1),
        (since(26), 10, 1, 0, 2),
        (since(26, live=3), 10, 1, 0, 0),
        (since(13, live=0), 10, 1, 0, 2),  # all came to nothing, and the search is old
        (since(13, picked_up_s=1), 10, 1, 0, 0),  # somebody may press 1 any moment
        (since(13, picked_up_s=7.9), 10, 1, 0, 0),
        (since(13, picked_up_s=8), 10, 1, 0, 1),  # a mailbox, as it seems
        (since(9, picked_up_s=8), 10, 1, 0, 0),
        (since(12), 2, 2, 1, 0),  # the last two, while somebody is bare
        (since(12), 2, 2, 0, 1),
        (since(12), 3, 2, 1, 1),
        (since(12), 5, 6, 5, 0),  # one for each who is bare
        (since(12), 6, 6, 5, 1),
    ],
)
def test_how_many_more_are_rung(ringing: Ringing, idle: int, waiting: int, bare: int, more: int) -> None:
    assert fan_out(ringing, idle=idle, online=40, waiting=waiting, bare=bare, now=NOW) == more


def test_four_idle_of_five_are_ample_and_three_never_are() -> None:
    assert fan_out(NOBODY, idle=4, online=5, waiting=1, bare=0, now=NOW) == 2
    assert fan_out(NOBODY, idle=3, online=3, waiting=1, bare=0, now=NOW) == 1


@pytest.mark.parametrize(
    ("ringing", "seconds"),
    [
        (NOBODY, None),
        (since(0), 12),
        (since(5), 7),
        (since(12), 14),  # the third
        (since(26), None),
        (since(10, picked_up_s=1), 7),  # then whoever picked up has had time
        (since(10, picked_up_s=9), 2),
        (since(30, picked_up_s=9), None),
    ],
)
def test_when_it_should_be_asked_again(ringing: Ringing, seconds: int | None) -> None:
    assert hedge_at(ringing, NOW) == (None if seconds is None else NOW + seconds * SECOND)


def test_a_policy_without_hedges_rings_one_after_another_however_long_it_takes() -> None:
    one = FanOut(hedges_ms=(), ample=None, silent_ms=None)
    assert fan_out(since(600), idle=40, online=40, waiting=1, bare=0, now=NOW, policy=one) == 0
    assert hedge_at(since(5, picked_up_s=1), NOW, one) is None


searches = st.builds(since, st.integers(0, 90), st.integers(0, 3), st.none() | st.integers(0, 20))


@given(ringing=searches, idle=st.integers(0, 60), waiting=st.integers(1, 20), bare=st.integers(0, 19))
def test_never_more_than_there_are_and_the_bare_are_left_theirs(ringing: Ringing, idle: int, waiting: int, bare: int) -> None:
    more = fan_out(ringing, idle=idle, online=60, waiting=waiting, bare=bare, now=NOW)

    assert 0 <= more <= idle
    assert ringing.live + more <= max(ringing.live, 1 + len(SHIPPED.hedges_ms))
    if bare and more > (ringing.live == 0):
        assert idle - more >= max(2, bare)


@given(ringing=searches, idle=st.integers(0, 60), waiting=st.integers(1, 20), bare=st.integers(0, 19))
def test_one_more_idle_doctor_never_means_fewer_rings(ringing: Ringing, idle: int, waiting: int, bare: int) -> None:
    fewer, more = (fan_out(ringing, idle=n, online=60, waiting=waiting, bare=bare, now=NOW) for n in (idle, idle + 1))
    assert fewer <= more


@given(ringing=searches)
def test_until_it_is_asked_again_the_answer_stays_the_same(ringing: Ringing) -> None:
    at = hedge_at(ringing, NOW) or NOW + 600 * SECOND
    asked = {fan_out(ringing, idle=10, online=40, waiting=1, bare=0, now=now) for now in (NOW, (NOW + at) // 2, at - 1)}
    if ringing.live and ringing.picked_up is None:
        assert len(asked) == 1
