from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from ivr.settings import Settings
from ivr.web.app import create_app
from ivr.wiring import App, build
from tests.cards.ward import Ward
from tests.clock import HandClock


@pytest.fixture
def app(make_settings: Callable[..., Settings], database_url: str, clock: HandClock) -> Iterator[App]:
    built = build(make_settings(database_url=database_url, public_url="https://calls.example"), clock)
    yield built
    built.database.close()


@pytest.fixture
def ward(app: App, clock: HandClock) -> Ward:
    return Ward(app, clock)


@pytest.fixture
def visitor(app: App) -> FlaskClient:
    return create_app(app).test_client()
