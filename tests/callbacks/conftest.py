from collections.abc import Callable, Iterator

import pytest

from ivr.settings import Settings
from ivr.store.database import Database, open_database
from tests.callbacks.scene import Scene
from tests.clock import HandClock


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = open_database(database_url)
    yield database
    database.close()


@pytest.fixture
def changes() -> dict[str, object]:
    """Override to play with other settings."""
    return {}


@pytest.fixture
def scene(database: Database, make_settings: Callable[..., Settings], clock: HandClock, changes: dict[str, object]) -> Scene:
    return Scene(database, make_settings(**{"public_url": "https://calls.example", **changes}), clock)
