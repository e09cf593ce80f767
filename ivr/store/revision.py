"""Whether the database has the schema that this code wants; no Alembic import, for the probes."""

from pathlib import Path

from sqlalchemy import Text, column, select, table

from ivr.store.tx import Tx

_CURRENT = select(column("version_num", Text)).select_from(table("alembic_version"))


def wanted() -> str:
    """The newest revision: files in `migrations/versions` are numbered in order."""
    newest = max((Path(__file__).parent / "migrations" / "versions").glob("[0-9]*.py"))
    return newest.stem.split("_")[0]


def current(tx: Tx) -> str:
    row = tx.row(_CURRENT)
    return "" if row is None else str(row.version_num)
