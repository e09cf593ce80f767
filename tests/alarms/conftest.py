"""A clinic with somebody on call, whose relay is stepped by hand. No worker runs."""

from collections.abc import Callable, Iterator

import pytest

from ivr.settings import Settings
from ivr.wiring import App, build
from tests.clock import HandClock

ANITA = "+919900112233"


@pytest.fixture
def oncall() -> tuple[str, ...]:
    return (ANITA,)


@pytest.fixture
def app(
    make_settings: Callable[..., Settings], database_url: str, redis_url: str, clock: HandClock, oncall: tuple[str, ...]
) -> Iterator[App]:
    app = build(make_settings(database_url=database_url, redis_url=redis_url, oncall_number=oncall), clock)
    yield app
    app.database.close()
