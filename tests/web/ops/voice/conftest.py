"""The console on both databases, and phones that ring it."""

from collections.abc import Callable

import pytest

from ivr.settings import Settings
from ivr.wiring import App
from tests.clock import HandClock
from tests.web.ops.conftest import PUBLIC_URL
from tests.web.ops.voice.talks import Phones


@pytest.fixture
def settings(make_settings: Callable[..., Settings], database_url: str, redis_url: str) -> Settings:
    return make_settings(database_url=database_url, redis_url=redis_url, public_url=PUBLIC_URL)


@pytest.fixture
def phones(app: App, clock: HandClock) -> Phones:
    return Phones(app, clock)
