from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from ivr.settings import Settings
from ivr.web.app import create_app
from ivr.wiring import App, build
from tests.clock import HandClock
from tests.web.far_end import Provider


@pytest.fixture
def door(make_settings: Callable[..., Settings], sqlite_url: str, redis_url: str, clock: HandClock) -> Iterator[App]:
    """An application whose webhooks are called by hand."""
    app = build(make_settings(database_url=sqlite_url, redis_url=redis_url, public_url="https://calls.example"), clock)
    yield app
    app.database.close()


@pytest.fixture
def client(door: App) -> FlaskClient:
    return create_app(door).test_client()


@pytest.fixture(params=["plivo", "twilio"])
def far_end(request: pytest.FixtureRequest, door: App, client: FlaskClient, clock: HandClock) -> Provider:
    return Provider(request.param, door.settings, client, clock)
