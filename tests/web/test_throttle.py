"""A throttle by itself: a crowd of failures lowers the limits and closes the door to nobody; with Redis and without."""

from collections.abc import Callable

import pytest

from ivr.settings import Settings
from ivr.web.throttle import Limit, Throttle, Try
from ivr.wiring import build
from tests.clock import HandClock

CROWD = 3


@pytest.fixture(params=["redis", "redis away", "no redis"])
def throttle(
    request: pytest.FixtureRequest, make_settings: Callable[..., Settings], sqlite_url: str, redis_url: str, clock: HandClock
) -> Throttle:
    url = {"redis": redis_url, "redis away": "redis://127.0.0.1:1", "no redis": ""}[request.param]
    return Throttle(build(make_settings(database_url=sqlite_url, redis_url=url), clock), "a door", CROWD)


def tries(throttle: Throttle, name: str) -> Try | None:
    """Five failures are too many for a name, and two in a crowd; fifty for all who have the same colour."""
    return throttle.admit([Limit(("name", name), 5, 2), Limit(("colour", "red"), 50)])


def fails(throttle: Throttle, name: str) -> bool:
    """Whether it was admitted."""
    attempt = tries(throttle, name)
    if attempt is not None:
        throttle.fail(attempt)
    return attempt is not None


def test_one_name_that_fails_again_and_again_is_no_crowd(throttle: Throttle) -> None:
    assert [fails(throttle, "a") for _ in range(6)] == [True] * 5 + [False]
    assert [fails(throttle, "b") for _ in range(6)] == [True] * 5 + [False]


def test_different_names_that_fail_make_a_crowd_and_leave_fewer_tries_to_each(throttle: Throttle) -> None:
    assert all(fails(throttle, f"n{number}") for number in range(CROWD))

    assert [fails(throttle, "a") for _ in range(3)] == [True, True, False]


def test_a_crowd_keeps_nobody_out_however_large(throttle: Throttle) -> None:
    assert all(fails(throttle, f"n{number}") for number in range(40))

    attempt = tries(throttle, "a")
    assert attempt is not None
    throttle.forgive(attempt)


def test_a_crowd_is_over_after_a_quarter_of_an_hour(throttle: Throttle, clock: HandClock) -> None:
    assert all(fails(throttle, f"n{number}") for number in range(2 * CROWD))
    clock.forward(minutes=15)

    assert [fails(throttle, "a") for _ in range(6)] == [True] * 5 + [False]


def test_tries_that_are_refused_or_forgiven_are_no_crowd(throttle: Throttle) -> None:
    for number in range(CROWD):
        attempt = tries(throttle, f"n{number}")
        assert attempt is not None
        throttle.forgive(attempt)
    assert [fails(throttle, "a") for _ in range(9)] == [True] * 5 + [False] * 4

    assert [fails(throttle, "b") for _ in range(6)] == [True] * 5 + [False]
