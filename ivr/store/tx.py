"""One transaction: SQLAlchemy Core writes the SQL once, the database driver runs it.

Executing Core statements through SQLAlchemy's own connection costs several times what the driver costs
(docs/adr/0003), and the webhook's time is the ringing that a caller hears.
"""

from collections import namedtuple
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from re import compile as regex
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
        self.lists = sorted(compiled.bind_names[each] for each in compiled.post_compile_params)  # of IN: written out by their lengths
        self.written: dict[tuple[int, ...], tuple[str, Sequence[str] | None, Mapping[str, list[str]]]] = {}
        self.row: type[Any] | None = None

    def bind(self, values: dict[str, Any]) -> tuple[str, Any]:
        merged = self.merge(values)
        if self.lists:
            return self._written_out(merged)
        return self.sql, merged if self.order is None else [merged[name] for name in self.order]

    def _written_out(self, merged: dict[str, Any]) -> tuple[str, Any]:
        """SQLAlchemy writes a list out anew each time, which takes longer than most statements: kept for each length."""
        lengths = tuple(len(merged[name]) for name in self.lists)
        if lengths not in self.written:
            state = self.compiled.construct_expanded_state(merged)
            self.written[lengths] = state.statement, state.positiontup, state.parameter_expansion
        sql, order, parts = self.written[lengths]
        for name, names in parts.items():
            merged.update(zip(names, merged.pop(name), strict=True))
        return sql, merged if order is None else [merged[name] for name in order]

    def merge(self, values: dict[str, Any]) -> dict[str, Any]:
        merged = {**self.defaults, **values}
        if len(merged) != len(self.defaults):
            raise TypeError(f"unknown parameters: {sorted(set(merged) - set(self.defaults))}")
        return merged

    def shape(self, description: Any) -> type[Any]:
        if self.row is None:
            self.row = namedtuple("Row", [column[0] for column in description], rename=True)  # type: ignore[misc]
        return self.row


_cache: dict[tuple[ClauseElement, Dialect], _Compiled] = {}
_together: dict[tuple[Insert, ...], str] = {}
_PARAMETER = regex(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Addition:
    """A row to come: several of them go to the database in one go."""

    statement: Insert
    values: dict[str, Any]


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
        return None if found is None else self._shape(compiled)._make(found)

    def rows(self, statement: ClauseElement, **values: Any) -> list[Row]:
        compiled = self._execute(statement, values)
        shape = self._shape(compiled)
        return [shape._make(found) for found in self._cursor.fetchall()]

    def add(self, additions: Sequence[Addition]) -> None:
        """Insert rows in this order; on PostgreSQL in one statement, for each round trip costs more than an insert."""
        if not self.postgres or len(additions) == 1:
            for addition in additions:
                self._execute(addition.statement, addition.values)
        elif additions:
            sql = _one_statement(tuple(addition.statement for addition in additions))
            merged = [_compile(addition.statement, POSTGRES).merge(addition.values) for addition in additions]
            self._cursor.execute(sql, {f"r{index}_{name}": value for index, row in enumerate(merged) for name, value in row.items()})

    def add_many(self, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert many rows of one table: what the driver can send ahead, it does."""
        compiled = _compile(statement, self._dialect)
        self._cursor.executemany(compiled.sql, [compiled.bind(dict(row))[1] for row in rows])

    def _shape(self, compiled: _Compiled) -> type[Any]:
        """The driver makes its description anew each time it is asked, so it is asked once for each statement."""
        return compiled.row or compiled.shape(self._cursor.description)

    def _execute(self, statement: ClauseElement, values: dict[str, Any]) -> _Compiled:
        compiled = _compile(statement, self._dialect)
        self._cursor.execute(*compiled.bind(values))
        return compiled


def _compile(statement: ClauseElement, dialect: Dialect) -> _Compiled:
    compiled = _cache.get((statement, dialect))
    if compiled is None:
        compiled = _cache[statement, dialect] = _Compiled(statement, dialect)
    return compiled


def _one_statement(inserts: tuple[Insert, ...]) -> str:
    """PostgreSQL: all but the last insert as data-modifying CTEs, each with parameters of its own.

    Foreign keys between the rows hold: they are checked when the whole statement ends (PostgreSQL manual, 7.8.4 and 39.1).
    """
    if inserts not in _together:
        parts = [_PARAMETER.sub(rf"%(r{index}_\1)s", _compile(insert, POSTGRES).sql) for index, insert in enumerate(inserts)]
        before = ", ".join(f"r{index} AS ({part})" for index, part in enumerate(parts[:-1]))
        _together[inserts] = f"WITH {before} {parts[-1]}" if before else parts[-1]
    return _together[inserts]
