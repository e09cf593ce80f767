"""The pages of one thing are found by keys, whatever else the tables hold."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from ivr.store import console, console_consults, console_search
from ivr.store.database import sqlite_path

FILTERED = {"_CALLS", "_TEXTS", "_texts", "_with_phone", "_named"}
"""Lists that go from the newest on until there are enough, and what statements are made of."""


def statements(module: ModuleType) -> Iterator[tuple[str, Select[Any]]]:
    for name, found in vars(module).items():
        if isinstance(found, Select) and name not in FILTERED:
            yield f"{module.__name__}.{name}", found
        elif isinstance(found, tuple) and name.isupper():
            for number, each in enumerate(found):
                if isinstance(each, tuple) and isinstance(each[-1], Select):
                    yield f"{module.__name__}.{name}[{number}]", each[-1]


@pytest.mark.parametrize("module", [console, console_consults, console_search])
def test_no_table_is_read_from_end_to_end(sqlite_url: str, module: ModuleType) -> None:
    found = list(statements(module))
    assert len(found) >= 8
    with closing(sqlite3.connect(sqlite_path(sqlite_url))) as connection:
        for name, statement in found:
            given = {each: ["a", "b"] if each in ("ids", "providers") else "a" for each in statement.compile().params}
            sql = str(statement.params(**given).compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True}))
            plan = [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", ["a"] * sql.count("?"))]
            assert [step for step in plan if step.startswith("SCAN")] == [], (name, plan)
