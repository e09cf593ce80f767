"""SQLite: one writer thread with group commit, readers beside it.

A caller of `write` is answered only after the COMMIT of its batch, so accepted means on disk (synchronous=FULL),
while many waiting requests share one fsync (docs/adr/0003).
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from ivr.model.errors import DatabaseAway
from ivr.store.tx import SQLITE, Addition, Tx

T = TypeVar("T")

_BATCH = 64
_BUSY_MS = 2_000


class _Work:
    """One unit of work in the writer's queue, and the lock its caller waits on."""

    __slots__ = ("abandoned", "do", "done", "error", "result")

    def __init__(self, do: Callable[[Tx], Any]) -> None:
        self.do = do
        self.done = threading.Lock()
        self.done.acquire()
        self.result: Any = None
        self.error: BaseException | None = None
        self.abandoned = False


class SqliteDatabase:
    """`write` and `read` on one file. Raises DatabaseAway when the file cannot be used now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._queue: SimpleQueue[_Work | None] = SimpleQueue()
        self._local = threading.local()
        self._start = threading.Lock()
        self._writer: threading.Thread | None = None
        self._closed = False

    def write(self, work: Callable[[Tx], T], wait_s: float = 10.0) -> T:
        """Run `work` in a committed transaction and return what it returns; its own exception undoes only itself.

        `work` may run twice before it is committed once, so it does nothing but speak to the database.
        """
        self._ensure_writer()
        item = _Work(work)
        self._queue.put(item)
        if not item.done.acquire(timeout=wait_s):
            item.abandoned = True
            raise DatabaseAway("the database did not take the write in time")
        if item.error is not None:
            raise item.error
        return item.result  # type: ignore[no-any-return]

    def add_at_once(self, additions: Callable[[], Sequence[Addition]]) -> bool:
        """Saves nothing here: no round trip is dear, and looking first costs less than failing."""
        return False

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A consistent view; a plain BEGIN never waits for the writer."""
        try:
            connection = self._reader()
            connection.execute("BEGIN")
        except sqlite3.Error as error:
            self._local.connection = None
            raise DatabaseAway("the database cannot be read now") from error
        try:
            yield Tx(connection.cursor(), SQLITE)
        except sqlite3.OperationalError as error:
            raise DatabaseAway("the database cannot be read now") from error
        finally:
            connection.rollback()

    def changes(self) -> Callable[[], int]:
        """A cheap counter that moves when any other connection commits (PRAGMA data_version)."""
        connection = self._connect()
        return lambda: int(connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        self._closed = True
        if self._writer is not None:
            self._queue.put(None)
            self._writer.join(timeout=10)

    def _connect(self) -> sqlite3.Connection:
        if not self._path.exists():
            raise DatabaseAway(f"there is no database at {self._path}: run `python -m ivr migrate`")
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, cached_statements=512)
        connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    def _reader(self) -> sqlite3.Connection:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
        return connection

    def _ensure_writer(self) -> None:
        if self._writer is None:
            with self._start:
                if self._writer is None:
                    self._writer = threading.Thread(target=self._write_for_ever, name="sqlite-writer", daemon=True)
                    self._writer.start()

    def _write_for_ever(self) -> None:
        connection: sqlite3.Connection | None = None
        while (batch := self._next_batch()) is not None:
            try:
                connection = connection or self._connect()
                _commit(connection, batch)
            except (sqlite3.Error, DatabaseAway) as error:
                if connection is not None:
                    connection.close()
                    connection = None
                away = error if isinstance(error, DatabaseAway) else DatabaseAway(f"the database refused the write: {error}")
                for item in batch:
                    item.error = item.error or away
            for item in batch:
                item.done.release()
        if connection is not None:
            connection.close()

    def _next_batch(self) -> list[_Work] | None:
        batch: list[_Work] = []
        item = self._queue.get()
        while item is not None:
            batch.append(item)
            if len(batch) == _BATCH:
                return batch
            try:
                item = self._queue.get_nowait()
            except Empty:
                return batch
        if batch:
            self._queue.put(None)  # closing: finish this batch first
            return batch
        return None


def _commit(connection: sqlite3.Connection, batch: list[_Work]) -> None:
    """All work of a batch in one transaction. Where one piece fails, all of it is done again, each piece in a savepoint of its own."""
    waiting = [item for item in batch if not item.abandoned]
    cursor = connection.cursor()
    try:
        cursor.execute("BEGIN IMMEDIATE")
        for item in waiting:
            item.result = item.do(Tx(cursor, SQLITE))
        cursor.execute("COMMIT")
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
        _undo(connection)
        if not isinstance(error, sqlite3.IntegrityError):
            raise
        _commit_apart(connection, waiting)
    except Exception:
        _undo(connection)
        _commit_apart(connection, waiting)


def _commit_apart(connection: sqlite3.Connection, waiting: list[_Work]) -> None:
    cursor = connection.cursor()
    try:
        cursor.execute("BEGIN IMMEDIATE")
        for item in waiting:
            cursor.execute("SAVEPOINT work")
            try:
                item.result = item.do(Tx(cursor, SQLITE))
            except sqlite3.OperationalError:
                raise
            except Exception as error:
                item.error = error
                cursor.execute("ROLLBACK TO work")
            cursor.execute("RELEASE work")
        cursor.execute("COMMIT")
    except sqlite3.Error:
        _undo(connection)
        raise


def _undo(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.rollback()
