"""SQLite's writer: many waiting requests share one commit, one that fails undoes only itself, a lost database is said to be away."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from ivr.model.errors import DatabaseAway
from ivr.store import alarms
from ivr.store.database import Database, open_database, sqlite_path
from ivr.store.tx import Tx


def _sound(name: str) -> object:
    return lambda tx: alarms.sound(tx, "test", name, "", 1)


def _sounded(database: Database) -> set[str]:
    with database.read() as tx:
        return {row.key for row in alarms.latest(tx)}


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
        while database._queue.qsize() < 16:  # type: ignore[attr-defined]
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
