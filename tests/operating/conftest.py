from collections.abc import Callable, Iterator

import pytest

from ivr.settings import Settings
from ivr.wiring import App, build
from tests.clock import HandClock
from tests.duty import resting
from tests.operating.desk import Desk


@pytest.fixture
def app(make_settings: Callable[..., Settings], database_url: str, clock: HandClock) -> Iterator[App]:
    app = build(make_settings(database_url=database_url, public_url="https://calls.example"), clock)
    yield app
    app.database.close()


@pytest.fixture
def desk(app: App, clock: HandClock) -> Desk:
    resting(app)  # so that consults are sold
    return Desk(app, clock)
