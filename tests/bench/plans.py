"""What the database does for each statement of a page: the statements are those that really run, overheard at the connection."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from ivr.store.database import Database
from ivr.store.postgres import PostgresDatabase
from ivr.store.sqlite import SqliteDatabase

BIG = {
    "call", "text", "turn", "attempt", "report", "link", "outbox", "consult", "offer", "leg", "entry", "consult_event", "audit", "caller",
    "call_back", "dial", "payment", "quote", "triage", "gateway_event", }  # fmt: skip
"""What grows with the clinic."""
_READS = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)
_SCAN = re.compile(r"SCAN (\w+)(.*)")


class Overheard:
    """Statements of one page, each with the parameters of its first run."""

    def __init__(self) -> None:
        self.statements: dict[str, Any] = {}

    def note(self, sql: str, parameters: Any = None) -> None:
        if _READS.match(sql):
            self.statements.setdefault(sql, parameters)


@contextmanager
def overhearing(database: Database, heard: Overheard) -> Iterator[None]:
    """Until the block ends. On SQLite this thread reads by a connection that is listened at, on PostgreSQL every cursor of the pool's."""
    match database:
        case SqliteDatabase():

            class Noting(sqlite3.Cursor):
                def execute(self, sql: str, parameters: Any = (), /) -> Any:
                    heard.note(sql, parameters)
                    return super().execute(sql, parameters)

            database._local.connection = _listened_at(database._path, Noting)
            yield
            database._local.connection = None
        case PostgresDatabase():

            class Listening(psycopg.Cursor[Any]):
                def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
                    heard.note(query, params)
                    return super().execute(query, params, **more)

            _cursors_of(database, Listening)
            yield
            _cursors_of(database, psycopg.Cursor)


def _listened_at(path: Path, kind: type[sqlite3.Cursor]) -> sqlite3.Connection:
    class Connection(sqlite3.Connection):
        def cursor(self, factory: Any = kind) -> Any:
            return super().cursor(factory)

    return sqlite3.connect(path, isolation_level=None, factory=Connection)


def _cursors_of(database: PostgresDatabase, kind: Any) -> None:
    """All connections that the pool has, and will have."""
    pool: Any = database._pool
    pool.kwargs["cursor_factory"] = kind
    with ExitStack() as stack:
        for _ in range(pool.get_stats().get("pool_size", 1)):
            stack.enter_context(pool.connection()).cursor_factory = kind


def full_scans(database: Database, heard: Overheard) -> list[str]:
    """Of big tables, each with its statement."""
    of: Any = _on_sqlite if isinstance(database, SqliteDatabase) else _on_postgres
    return [f"{fault}: {_short(sql)}" for sql, parameters in heard.statements.items() for fault in of(database, sql, parameters)]


def _on_sqlite(database: SqliteDatabase, sql: str, parameters: Any) -> Iterator[str]:
    """A scan in the order of an index that stops after so many rows is none."""
    with closing(sqlite3.connect(database._path)) as connection:
        details = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)]
        few = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'")}
    stops = "LIMIT" in sql and not any("TEMP B-TREE" in each for each in details)
    names = _aliases(sql)
    for found in filter(None, map(_SCAN.match, details)):
        by = re.search(r"INDEX (\w+)", found[2])
        if names.get(found[1], found[1]) in BIG and not stops and (by is None or by[1] not in few):  # of the few that are under way
            yield found[0]


def _aliases(sql: str) -> dict[str, str]:
    """`FROM "call" AS again`: what a plan calls `again`."""
    return {alias: table for table, alias in re.findall(r'"?(\w+)"? AS (\w+)', sql)}


def _on_postgres(database: Any, sql: str, parameters: Any) -> Iterator[str]:
    """With these off, a table is read to its end only where no index helps."""
    with database._connection(5.0) as connection, connection.transaction():
        for dear in (
            "seqscan",
            "hashjoin",
            "mergejoin",
            "material",
            *(("sort",) if "LIMIT" in sql else ()),
        ):  # in so small a database they are cheap, in a big one they are not
            connection.execute(f"SET LOCAL enable_{dear} = off")
        (plan,) = connection.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters).fetchone()
        partial = {name for (name,) in connection.execute("SELECT indexname FROM pg_indexes WHERE indexdef LIKE '% WHERE %'").fetchall()}
    yield from _nodes((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"], partial, stops=False)


def _nodes(node: dict[str, Any], partial: set[str], *, stops: bool) -> Iterator[str]:
    kind, table = node["Node Type"], node.get("Relation Name")
    by_index = "Index Cond" in node or node.get("Index Name") in partial or kind == "Bitmap Heap Scan"
    if table in BIG and (kind == "Seq Scan" or (not by_index and not stops)):
        yield f"{kind} on {table}"
    if kind == "Bitmap Heap Scan" and table in BIG:
        for by in (each for each in node.get("Plans", ()) if each["Node Type"] == "Bitmap Index Scan"):
            if "Index Cond" not in by and by.get("Index Name") not in partial:
                yield f"{kind} on {table} by {by.get('Index Name')}"
    passes_on = kind in ("Limit", "Nested Loop", "Subquery Scan", "Result", "LockRows", "Memoize") and (stops or kind == "Limit")
    for child in node.get("Plans", ()):
        yield from _nodes(child, partial, stops=passes_on)


def _short(sql: str) -> str:
    return " ".join(sql.split())[:400]
