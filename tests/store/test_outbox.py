"""The outbox: due rows go out once per issue, come back until done, and never to two relays at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ivr.store import outbox
from ivr.store.database import Database, open_database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = open_database(database_url)
    yield database
    database.close()


def _issue(database: Database, now: int, most: int = 100) -> list[tuple[str, int]]:
    rows = database.write(lambda tx: outbox.issue(tx, ["text_send"], now=now, again_at=now + 60, most=most))
    return [(row.id, row.issues) for row in rows]


def test_a_row_is_issued_when_due_and_again_until_it_is_done(database: Database) -> None:
    database.write(lambda tx: outbox.add(tx, "text_send", "a text", due_at=100, now=1))

    assert _issue(database, now=99) == []
    [(row_id, issues)] = _issue(database, now=100)
    assert issues == 1
    assert _issue(database, now=159) == []
    assert _issue(database, now=160) == [(row_id, 2)]

    database.write(lambda tx: outbox.done(tx, row_id))
    assert _issue(database, now=1000) == []


def test_rows_of_other_kinds_stay(database: Database) -> None:
    database.write(lambda tx: outbox.add(tx, "something_else", "x", due_at=1, now=1))

    assert _issue(database, now=100) == []


def test_a_row_put_back_is_due_when_told(database: Database) -> None:
    database.write(lambda tx: outbox.add(tx, "text_send", "a text", due_at=1, now=1))
    [(row_id, _)] = _issue(database, now=1)

    database.write(lambda tx: outbox.put_back(tx, [row_id], 5))

    assert _issue(database, now=5) == [(row_id, 2)]


def test_eight_relays_at_once_issue_each_row_once(database: Database) -> None:
    database.write(lambda tx: [outbox.add(tx, "text_send", str(n), due_at=1, now=1) for n in range(400)])

    with ThreadPoolExecutor(8) as pool:
        taken = [row for part in pool.map(lambda _: _issue(database, now=1, most=25), range(40)) for row in part]

    assert len(taken) == len(set(taken))
    assert len(taken) + len(_issue(database, now=1, most=1000)) == 400


def test_the_oldest_wish_that_no_relay_has_seen_is_known(database: Database) -> None:
    with database.read() as tx:
        assert outbox.oldest_unissued(tx) is None
    database.write(lambda tx: [outbox.add(tx, "text_send", "x", due_at=at, now=1) for at in (30, 20)])
    with database.read() as tx:
        assert outbox.oldest_unissued(tx) == 20


def test_a_wish_that_waits_for_its_turn_is_no_sign_of_a_worker_gone(database: Database) -> None:
    database.write(lambda tx: outbox.add(tx, "text_send", "a text", due_at=100, now=1))
    for at in (100, 200, 300):
        [(row_id, _)] = _issue(database, now=at)
        database.write(lambda tx, row_id=row_id, at=at: outbox.put_back(tx, [row_id], at + 1))  # type: ignore[misc]

    with database.read() as tx:
        assert outbox.unreported(tx) == 0
    for at in (400, 500):
        assert len(_issue(database, now=at)) == 1
    with database.read() as tx:
        assert outbox.unreported(tx) == 1
