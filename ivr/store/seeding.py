"""Many invented rows at once, for development: see `ivr.seeding`."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, exists, func, insert, select, text, update
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from ivr.store.schema import call, consult, metadata, presence, quote, receipt_series
from ivr.store.tx import Row, Tx
from ivr.store.upsert import AddOnce

_ADD = {table.name: insert(table) for table in metadata.sorted_tables}  # whom others refer to come first
_USUAL = {
    table.name: {column.name: column.default.arg for column in table.c if isinstance(column.default, ScalarElementColumnDefault)}
    for table in metadata.sorted_tables
}
_HOLDS_CALLS = select(exists(select(call.c.id)).label("yes"))
_REFERENCES = select(consult.c.reference)
_CODES = select(quote.c.code).where(quote.c.state == "live")
_DUTY = ("intent", "state", "on_until", "proven_at", "fence", "offer_id", "lease_until", "idle_since", "free_at", "rest", "seen_at")
_ON_DUTY = update(presence).where(presence.c.doctor_id == bindparam("in_id")).values({name: bindparam(name) for name in _DUTY})
_LAST = select(receipt_series.c.last).where(receipt_series.c.year == bindparam("year"))
_SET_LAST = update(receipt_series).where(receipt_series.c.year == bindparam("in_year")).values(last=bindparam("last"))
_begin_series = AddOnce(receipt_series)
_PATIENTLY, _ANALYZE = text("SET LOCAL statement_timeout = 60000"), text("ANALYZE")


def add_all(tx: Tx, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Rows by table; a column that is left out is what a new row has there, or NULL."""
    for name, statement in _ADD.items():
        if rows.get(name):
            tx.add_many(statement, [{**_USUAL[name], **row} for row in rows[name]])


def holds_calls(tx: Tx) -> bool:
    row = tx.row(_HOLDS_CALLS)
    return bool(row and row.yes)


def taken(tx: Tx) -> tuple[set[str], set[str]]:
    """References of consults and codes of live quotes that are there: each may be there once."""
    return {row.reference for row in tx.rows(_REFERENCES)}, {row.code for row in tx.rows(_CODES)}


def on_duty(tx: Tx, doctor_id: str, **columns: object) -> None:
    """All of what a doctor intends and does; see `presence` for the columns."""
    tx.run(_ON_DUTY, in_id=doctor_id, **columns)


def last_receipt(tx: Tx, year: str) -> int:
    """The last number of that financial year; 0 for none."""
    row = tx.row(_LAST, year=year)
    return 0 if row is None else int(row.last)


def set_last_receipt(tx: Tx, year: str, last: int) -> None:
    _begin_series(tx, year=year, last=0)
    tx.run(_SET_LAST, in_year=year, last=last)


def counts(tx: Tx) -> dict[str, int]:
    """How many rows each table has."""
    found: dict[str, int] = {}
    for name, statement in _COUNTS.items():
        row: Row | None = tx.row(statement)
        found[name] = 0 if row is None else int(row.n)
    return found


_COUNTS = {table.name: select(func.count().label("n")).select_from(table) for table in metadata.sorted_tables}


def look_again(tx: Tx) -> None:
    """PostgreSQL counts its tables by itself, but minutes later; SQLite plans well without."""
    if tx.postgres:
        tx.run(_PATIENTLY)
        tx.run(_ANALYZE)
