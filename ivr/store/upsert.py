"""INSERT … ON CONFLICT DO NOTHING, which each dialect spells with its own construct."""

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from ivr.store.tx import Tx


class AddOnce:
    """Adds a row unless its key is taken."""

    def __init__(self, table: Table) -> None:
        self._sqlite = sqlite_insert(table).on_conflict_do_nothing()
        self._postgres = pg_insert(table).on_conflict_do_nothing()

    def __call__(self, tx: Tx, **values: object) -> bool:
        """Whether the row is new."""
        return tx.run(self._postgres if tx.postgres else self._sqlite, **values) == 1
