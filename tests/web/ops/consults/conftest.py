"""The console on both databases, and a patient who pays."""

from collections.abc import Callable

import pytest

from ivr.settings import Settings
from ivr.wiring import App
from tests.clock import HandClock
from tests.duty import resting
from tests.web.ops.conftest import PUBLIC_URL
from tests.web.ops.voice.talks import Phones
from tests.web.paid import Patient


@pytest.fixture
def settings(make_settings: Callable[..., Settings], database_url: str, redis_url: str) -> Settings:
    return make_settings(database_url=database_url, redis_url=redis_url, public_url=PUBLIC_URL)


@pytest.fixture
def patient(app: App, clock: HandClock) -> Patient:
    """Screened, quoted, and texted the link."""
    resting(app)
    return Patient(app, clock).asks()


@pytest.fixture
def phones(app: App, clock: HandClock) -> Phones:
    return Phones(app, clock)
