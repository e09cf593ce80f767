from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.prices import Prices, load_prices
from ivr.run.development import fresh_keys
from ivr.store.database import Database, open_database
from ivr.store.vault import Vault
from tests.clock import HandClock
from tests.doctors.clinic import PRICES, Clinic


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = open_database(database_url)
    yield database
    database.close()


@pytest.fixture
def vault() -> Vault:
    keys = fresh_keys()
    return Vault([keys["DATA_KEY"]], keys["PHONE_HASH_KEY"])


@pytest.fixture
def prices(tmp_path: Path) -> Prices:
    (tmp_path / "prices.yaml").write_text(PRICES)
    return load_prices(tmp_path)


@pytest.fixture
def clinic(database: Database, vault: Vault, prices: Prices, clock: HandClock) -> Clinic:
    return Clinic(database, vault, prices, clock)
