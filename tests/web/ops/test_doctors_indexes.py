"""The pages of doctors and grievances find what they show by indexes."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import Select

from ivr.store import console_doctors, console_grievances, doctors
from ivr.store.database import sqlite_path
from ivr.store.tx import SQLITE

SMALL = ("SCAN doctor", "SCAN doctor_skill", "SCAN grievance", "SCAN presence", "SCAN listed")
"""Hundreds of rows at the most."""


@pytest.mark.parametrize(
    ("module", "names"),
    [
        (console_doctors, ["_LISTED", "_COUNT", "_ONE", "_NAMED", "_CALLS", "_TEXTS", "_OFFERS", "_DEEDS"]),
        (console_grievances, ["_OPEN", "_ANSWERED", "_ONE", "_TURNS", "_NOTES", "_TOLD"]),
        (doctors, ["_SERVED_BY", "_STOOD_BY_OF"]),
    ],
)
def test_nothing_that_grows_is_read_from_end_to_end(sqlite_url: str, module: object, names: list[str]) -> None:
    with closing(sqlite3.connect(sqlite_path(sqlite_url))) as connection:
        for name in names:
            statement = getattr(module, name)
            assert isinstance(statement, Select)
            given = {each: ["a", "b"] if each == "templates" else "1" for each in statement.compile().params}
            sql = str(statement.params(given).compile(dialect=SQLITE, compile_kwargs={"render_postcompile": True}))
            plan = [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", ["1"] * sql.count("?"))]
            assert [step for step in plan if step.startswith("SCAN") and not step.startswith(SMALL)] == [], name
