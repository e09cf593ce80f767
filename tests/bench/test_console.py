"""The console on an invented month, very small: every page is found and measured, and none of them reads a big table to its end."""

from collections.abc import Iterator

import pytest
from flask import Flask

from bench.console import Console, Viewed, seeded, view
from bench.pages import inside, pages_of
from bench.stage import Ours
from bench.table import Report, lines, targets
from tests.bench.plans import Overheard, full_scans, overhearing

pytestmark = pytest.mark.unmeasured

CALLS = 400
COUNTED = "/ops/charts"
"""Charts count whole days, of which there may be as many as there are; what was counted is kept."""


def _silent(line: str) -> None:
    pass


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def clinic(request: pytest.FixtureRequest) -> Iterator[tuple[Ours, Flask]]:
    with seeded(request.param, CALLS, _silent) as found:
        yield found


def test_every_page_of_the_console_is_measured_beside_pages_without_a_database(clinic: tuple[Ours, Flask]) -> None:
    row = view(*clinic, CALLS, 2, _silent)
    routes = {page.route for page in row.pages}
    assert {"/ops/", "/ops/calls", "/ops/calls/<call_id>"} <= routes
    assert not {route for route in routes if "jobs" in route or "login" in route or "<path:" in route}
    assert all(0 < page.p50_ms <= page.p95_ms for page in (row.health, row.login, *row.pages))
    assert row.live == 12


def test_no_page_of_the_console_reads_a_big_table_to_its_end(clinic: tuple[Ours, Flask]) -> None:
    ours, flask = clinic
    client, faults = inside(flask, ours.app), list[str]()
    for page in pages_of(flask, ours.app):
        for path in page.paths:
            heard = Overheard()
            with overhearing(ours.app.database, heard):
                assert client.get(path).status_code < 500
            assert heard.statements
            if not page.route.startswith(COUNTED):
                faults += [f"{page.route}: {fault}" for fault in full_scans(ours.app.database, heard)]
    assert list(dict.fromkeys(faults)) == []


def test_a_statement_without_an_index_is_found(clinic: tuple[Ours, Flask]) -> None:
    database, heard = clinic[0].app.database, Overheard()
    with overhearing(database, heard), database.read() as tx:
        tx._cursor.execute("SELECT count(*) FROM call WHERE seconds = 17")
        tx._cursor.execute("SELECT id FROM call ORDER BY id DESC LIMIT 5")
    faults = full_scans(database, heard)
    assert len(faults) == 1
    assert "seconds = 17" in faults[0]


def test_the_table_names_the_slowest_page_and_the_board() -> None:
    board, calls = Viewed("/ops/", 40, 0, 90.0, 12.0, 60.0, 8.0), Viewed("/ops/calls", 40, 3, 300.0, 90.0, 180.0, 300.0)
    login = Viewed("/ops/login", 40, 0, 1.0, 0.5, 1.0, 1.0)
    console = Console("sqlite", 50_000, 60, (0.5, 0.5), login, login, (board, calls))
    report = Report({"cores": 2, "processor": "", "system": "", "python": "", "sqlite": "", "load_average": 0.0}, console=[console])
    assert {target.what: target.met for target in targets(report)} == {
        "slowest page, /ops/calls, sqlite, 50,000 calls: p95 ms": True,
        "/ops/ with 60 live calls, sqlite, 50,000 calls: p95 ms": False,
    }
    assert any("/ops/calls" in line and "180.0" in line and "(3 refused)" in line for line in lines(report))
