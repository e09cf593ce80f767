"""SQLite's group commit: many waiting requests share one commit, one that fails undoes only itself, a lost database is said to be away."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from ivr.model.errors import DatabaseAway
from ivr.store import alarms
from ivr.store.database import Database, open_database, sqlite_path
from ivr.store.schema import alarm
from ivr.store.tx import Tx


def _sound(name: str) -> object:
    return lambda tx: alarms.sound(tx, "test", name, "", 1)


def _sounded(database: Database) -> set[str]:
    with database.read() as tx:
        return {row.key for row in tx.rows(alarm.select())}


def test_what_a_write_returns_is_committed_and_seen_by_readers(database_url: str) -> None:
    database = open_database(database_url)

    assert database.write(lambda tx: (alarms.sound(tx, "test", "a", "", 1), "answer")[1]) == "answer"

    assert _sounded(database) == {"a"}
    database.close()


def test_a_write_that_fails_undoes_itself_and_not_its_neighbours(database_url: str) -> None:
    database = open_database(database_url)

    def fail(tx: Tx) -> None:
        alarms.sound(tx, "test", "never", "", 1)
        raise ValueError("no")

    with ThreadPoolExecutor(8) as pool:
        good = [pool.submit(database.write, _sound(f"good {n}")) for n in range(40)]  # type: ignore[arg-type]
        bad = [pool.submit(database.write, fail) for _ in range(10)]
    assert all(isinstance(done.exception(), ValueError) for done in bad)
    assert [done.exception() for done in good] == [None] * 40
    assert _sounded(database) == {f"good {n}" for n in range(40)}
    database.close()


def test_writes_that_wait_together_share_one_commit(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    holding, let_go = Event(), Event()

    def hold(tx: Tx) -> None:
        holding.set()
        let_go.wait(10)

    with ThreadPoolExecutor(20) as pool:
        pool.submit(database.write, hold)
        holding.wait(10)
        waiting = [pool.submit(database.write, _sound(str(n))) for n in range(16)]  # type: ignore[arg-type]
        while len(database._waiting) < 16:  # type: ignore[attr-defined]
            pass
        watcher = sqlite3.connect(sqlite_path(sqlite_url))
        before = watcher.execute("PRAGMA data_version").fetchone()[0]
        let_go.set()
        for done in waiting:
            done.result()
        after = watcher.execute("PRAGMA data_version").fetchone()[0]
        rows = watcher.execute("SELECT count(*) FROM alarm").fetchone()[0]

    assert rows == 16
    assert after != before
    database.close()


def test_a_locked_file_is_a_database_that_is_away_and_comes_back(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    locking = sqlite3.connect(sqlite_path(sqlite_url), isolation_level=None)
    locking.execute("BEGIN EXCLUSIVE")

    with pytest.raises(DatabaseAway):
        database.write(lambda tx: alarms.sound(tx, "test", "late", "", 1), 0.1)

    locking.execute("ROLLBACK")
    database.write(lambda tx: alarms.sound(tx, "test", "later", "", 1))
    assert "later" in _sounded(database)
    database.close()


def test_a_missing_file_is_a_database_that_is_away(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'none.db'}")

    with pytest.raises(DatabaseAway, match="migrate"), database.read():
        pass
    with pytest.raises(DatabaseAway, match="migrate"):
        database.write(lambda tx: None)
    database.close()


def test_writing_after_close_does_not_hang(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    database.write(lambda tx: None)
    database.close()

    with pytest.raises(DatabaseAway):
        database.write(lambda tx: None, 0.5)


def test_thirty_two_threads_write_side_by_side_and_lose_nothing(sqlite_url: str) -> None:
    database = open_database(sqlite_url)

    with ThreadPoolExecutor(32) as pool:
        for done in [pool.submit(database.write, _sound(str(n))) for n in range(3_000)]:  # type: ignore[arg-type]
            done.result()

    with closing(sqlite3.connect(sqlite_path(sqlite_url))) as connection:
        assert connection.execute("SELECT count(*), sum(times) FROM alarm").fetchone() == (3_000, 3_000)
    database.close()


def test_writers_who_lose_patience_do_not_hold_up_the_others(sqlite_url: str) -> None:
    database = open_database(sqlite_url)
    locking = sqlite3.connect(sqlite_path(sqlite_url), isolation_level=None, check_same_thread=False)
    locking.execute("BEGIN EXCLUSIVE")

    def write(n: int) -> bool:
        try:
            database.write(_sound(str(n)), 0.01 * (n % 40))  # type: ignore[arg-type]
        except DatabaseAway:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        early = [pool.submit(write, n) for n in range(64)]
        while not all(done.done() for done in early[:8]):
            pass
        locking.execute("ROLLBACK")
        late = [pool.submit(database.write, _sound(f"late {n}"), 10.0) for n in range(32)]  # type: ignore[arg-type]
        for done in late:
            done.result()
        [done.result() for done in early]

    assert {f"late {n}" for n in range(32)} <= _sounded(database)
    database.close()


def test_a_leader_that_is_interrupted_takes_nobody_down(sqlite_url: str) -> None:
    database = open_database(sqlite_url)

    def interrupt(tx: Tx) -> None:
        raise KeyboardInterrupt

    with pytest.raises((KeyboardInterrupt, DatabaseAway)):
        database.write(interrupt)

    database.write(lambda tx: alarms.sound(tx, "test", "after", "", 1), 1.0)
    assert _sounded(database) == {"after"}
    database.close()
