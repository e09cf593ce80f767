"""One transaction: SQLAlchemy Core writes the SQL once, the database driver runs it.

Executing Core statements through SQLAlchemy's own connection costs several times what the driver costs
(docs/adr/0003), and the webhook's time is the ringing that a caller hears.
"""

from collections import namedtuple
from typing import Any

from sqlalchemy.dialects.postgresql import psycopg as pg_driver
from sqlalchemy.dialects.sqlite import pysqlite as sqlite_driver
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import ClauseElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import Insert

Row = Any
"""A named tuple with the statement's column names."""

SQLITE: Dialect = sqlite_driver.dialect()
POSTGRES: Dialect = pg_driver.dialect()  # type: ignore[no-untyped-call]


class _Compiled:
    """A statement as one dialect's text, with the order and defaults of its parameters."""

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        if not isinstance(compiled, SQLCompiler):
            raise TypeError("only queries and DML are run in a transaction")
        self.compiled = compiled
        self.sql = str(compiled)
        self.order = compiled.positiontup  # None where the driver takes names
        self.defaults: dict[str, Any] = dict(compiled.params)
        if isinstance(statement, Insert):
            self.defaults.update({column.name: None for column in statement.table.c if column.name in self.defaults})
        self.expanding = bool(compiled.post_compile_params)
        self.row: type[Any] | None = None

    def bind(self, values: dict[str, Any]) -> tuple[str, Any]:
        merged = {**self.defaults, **values}
        if len(merged) != len(self.defaults):
            raise TypeError(f"unknown parameters: {sorted(set(merged) - set(self.defaults))}")
        if self.expanding:
            state = self.compiled.construct_expanded_state(merged)
            return state.statement, state.positional_parameters if self.order is not None else state.parameters
        return self.sql, merged if self.order is None else [merged[name] for name in self.order]

    def shape(self, description: Any) -> type[Any]:
        if self.row is None:
            self.row = namedtuple("Row", [column[0] for column in description], rename=True)  # type: ignore[misc]
        return self.row


_cache: dict[tuple[ClauseElement, str], _Compiled] = {}


class Tx:
    """Runs statements on one open transaction. Statements are module constants: each is compiled once."""

    __slots__ = ("_cursor", "_dialect", "postgres")

    def __init__(self, cursor: Any, dialect: Dialect) -> None:
        self._cursor = cursor
        self._dialect = dialect
        self.postgres = dialect is POSTGRES

    def run(self, statement: ClauseElement, **values: Any) -> int:
        """Execute; how many rows it touched."""
        self._execute(statement, values)
        return int(self._cursor.rowcount)

    def row(self, statement: ClauseElement, **values: Any) -> Row | None:
        compiled = self._execute(statement, values)
        found = self._cursor.fetchone()
        return None if found is None else compiled.shape(self._cursor.description)._make(found)

    def rows(self, statement: ClauseElement, **values: Any) -> list[Row]:
        compiled = self._execute(statement, values)
        shape = compiled.shape(self._cursor.description)
        return [shape._make(found) for found in self._cursor.fetchall()]

    def _execute(self, statement: ClauseElement, values: dict[str, Any]) -> _Compiled:
        key = (statement, self._dialect.name)
        compiled = _cache.get(key)
        if compiled is None:
            compiled = _cache[key] = _Compiled(statement, self._dialect)
        self._cursor.execute(*compiled.bind(values))
        return compiled
