"""Orthopedics ships; a second speciality is an entry of prices.yaml and of the doctors' sheet, and no Python."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from ivr.doctors.directory import Directory
from ivr.doctors.directory_changes import label
from ivr.doctors.gaps import covers, gaps
from ivr.hours import ALWAYS
from ivr.model.errors import ConfigurationError
from ivr.model.values import Language
from ivr.prices import load_prices
from ivr.run.development import fresh_keys
from ivr.settings import ROOT
from ivr.store import candidates, doctors, presence
from ivr.store.database import Database, open_database
from ivr.store.doctors import Counts
from ivr.store.vault import Vault
from tests.clock import HandClock

SHEET = Path(__file__).parent / "doctors.csv"
SPORTS = """\
  sports:
    standard:
      first: { total: 39900, consultation: 39900, platform_fee: 0, gst: 0 }
      later: { total: 59900, consultation: 59900, platform_fee: 0, gst: 0 }
"""
HOUR_MS = 3_600_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(copytree(ROOT / "callflows", tmp_path / "callflows"))


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    database = open_database(sqlite_url)
    yield database
    database.close()


def directory(database: Database, folder: Path) -> Directory:
    keys = fresh_keys()
    return Directory(database, Vault([keys["DATA_KEY"]], keys["PHONE_HASH_KEY"]), load_prices(folder), frozenset())


def test_a_second_speciality_is_priced_counted_rung_and_looked_after(folder: Path, database: Database, clock: HandClock) -> None:
    with (folder / "prices.yaml").open("a") as prices:
        prices.write(SPORTS)
    now = clock.now()  # a Sunday, noon

    taken = directory(database, folder).take(SHEET.read_text(), SHEET.name, now)
    assert ([label(each) for each in taken.added], taken.not_rung) == (["TCMC 40001", "TCMC 40002"], ())
    assert load_prices(folder).quote("sports", "standard", first=True).total.amount == 39_900
    [ravi] = _named(database, "40002")
    database.write(lambda tx: presence.change(tx, ravi, intent="on", on_until=now + 2 * HOUR_MS, proven_at=now))

    with database.read() as tx:
        assert doctors.counts(tx, "sports", now, samples=False) == Counts(1, 1)
        assert doctors.counts(tx, "orthopedics", now, samples=False) == Counts(2, 1)
        assert [each.doctor_id for each in candidates.candidates(tx, "sports", now, 0)] == [ravi]
        found = gaps(
            ALWAYS,
            covers(tx, now, now + 6 * HOUR_MS, samples=False),
            ["sports"],
            [Language.HINDI, Language.KANNADA],
            now,
            now + 6 * HOUR_MS,
        )
    assert [str(each) for each in found] == [
        "no Hindi speaker for sports, Sunday 22 November 12:00–18:00",
        "no Kannada speaker for sports, Sunday 22 November 14:00–18:00",
    ]


def test_a_speciality_without_a_price_is_refused_by_its_line(folder: Path, database: Database, clock: HandClock) -> None:
    with pytest.raises(ConfigurationError, match=r'doctors\.csv:3: specialities: "sports" is not known here; write orthopedics'):
        directory(database, folder).take(SHEET.read_text(), SHEET.name, clock.now())


def _named(database: Database, registration: str) -> list[str]:
    with database.read() as tx:
        return [row.id for row in doctors.by_number(tx, registration)]
