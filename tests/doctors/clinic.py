"""A clinic with orthopedicians and doctors of sports medicine, and the sheets that it writes."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select

from ivr.doctors.directory import Directory, Taken
from ivr.doctors.sheet import COLUMNS, written
from ivr.model.values import Phone
from ivr.prices import Prices
from ivr.store import doctors
from ivr.store.database import Database
from ivr.store.tx import Row
from ivr.store.vault import Vault
from tests.clock import HandClock

PRICES = """\
version: 1
gst_percent: 18
prices:
  orthopedics:
    standard: &same
      first: { total: 24900, consultation: 24900, platform_fee: 0, gst: 0 }
      later: { total: 49900, consultation: 49900, platform_fee: 0, gst: 0 }
    senior: *same
  sports:
    standard: *same
"""
ASHA = {
    "name": "Dr Asha Rao",
    "qualification": "MBBS, MS (Orthopaedics)",
    "council": "KMC",
    "registration": "10001",
    "verified_by": "R Iyer",
    "verified_on": "2026-11-01",
    "valid_until": "2031-03-31",
    "specialities": "orthopedics:3 sports:1",
    "languages": "kn:3 en:2",
    "tier": "0",
    "fee_tier": "standard",
    "city": "Bengaluru",
    "pin_code": "560001",
    "phone": "9845012345",
    "follow_ups": "yes",
    "routable": "yes",
    "shifts": "mon-fri 09:00-13:00 17:00-20:00; sat 10:00-12:00",
}
_IMRAN = {"name": "Dr Imran Khan", "registration": "10002", "phone": "9845012346"}
IMRAN = {**ASHA, **_IMRAN, "languages": "hi:3 en:2", "specialities": "orthopedics:2"}
LINES = frozenset({Phone("+918061914343")})


def sheet(*rows: dict[str, str]) -> str:
    return written(COLUMNS, [[row[column] for column in COLUMNS] for row in rows])


@dataclass
class Clinic:
    database: Database
    vault: Vault
    prices: Prices
    clock: HandClock

    @property
    def directory(self) -> Directory:
        return Directory(self.database, self.vault, self.prices, LINES)

    def takes(self, *rows: dict[str, str], dry_run: bool = False) -> Taken:
        return self.directory.take(sheet(*rows), "doctors.csv", self.clock.now(), dry_run=dry_run)

    def export(self) -> str:
        with self.database.read() as tx:
            return self.directory.written(tx).text

    def all(self, table: Table) -> list[Row]:
        with self.database.read() as tx:
            return tx.rows(select(table).order_by(*table.primary_key))

    def doctor(self, registration: str = "10001") -> Any:
        with self.database.read() as tx:
            [found] = doctors.by_number(tx, registration)
        return found
