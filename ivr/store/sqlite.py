"""SQLite: one writer at a time with group commit, readers beside it.

Whoever comes to write while nobody does commits for all who wait: they share one fsync, and a lone request changes no thread.
A caller of `write` is answered only after the COMMIT of its batch, so accepted means on disk (synchronous=FULL; docs/adr/0003).
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from ivr.model.errors import DatabaseAway
from ivr.store.tx import SQLITE, Addition, Tx

T = TypeVar("T")

_BATCH = 64
_BUSY_MS = 2_000


class _Work:
    """One unit of work waiting for its commit, and the lock its caller waits on."""

    __slots__ = ("abandoned", "do", "done", "error", "leads", "result")

    def __init__(self, do: Callable[[Tx], Any]) -> None:
        self.do = do
        self.done = threading.Lock()
        self.done.acquire()
        self.result: Any = None
        self.error: BaseException | None = None
        self.abandoned = False
        self.leads = False  # woken not because it is done, but to commit the next batch


class SqliteDatabase:
    """`write` and `read` on one file. Raises DatabaseAway when the file cannot be used now."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: deque[_Work] = deque()
        self._leading = threading.Lock()
        self._appointing = threading.Lock()
        self._local = threading.local()
        self._connection: sqlite3.Connection | None = None
        self._closed = False

    def write(self, work: Callable[[Tx], T], wait_s: float = 10.0) -> T:
        """Run `work` in a committed transaction and return what it returns; its own exception undoes only itself.

        `work` may run twice before it is committed once, so it does nothing but speak to the database.
        """
        item = _Work(work)
        self._waiting.append(item)
        if self._leading.acquire(blocking=False):
            self._lead()
        try:
            committed = item.done.acquire(timeout=wait_s)
        except BaseException:  # interrupted while waiting; if just appointed to lead, the others wait for us
            if not self._abandon(item):
                self._lead()
            raise
        if not committed and self._abandon(item):
            raise DatabaseAway("the database did not take the write in time")
        if item.leads:
            self._lead()
        if item.error is not None:
            raise item.error
        return item.result  # type: ignore[no-any-return]

    def _lead(self) -> None:
        """Commit for all who wait, ourselves included; then let the next in line do the same."""
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), _BATCH))]
        try:
            self._commit(batch)
        finally:
            for item in batch:
                item.done.release()
            self._pass_on()

    def _pass_on(self) -> None:
        while True:
            with self._appointing:
                while self._waiting and self._waiting[0].abandoned:
                    self._waiting.popleft()
                if self._waiting:
                    successor = self._waiting[0]
                    successor.leads = True
                    successor.done.release()
                    return
            self._leading.release()
            if not self._waiting or not self._leading.acquire(blocking=False):
                return  # nobody came between our last look and the release, or whoever came leads

    def _abandon(self, item: _Work) -> bool:
        """Out of patience; False when just now appointed to lead, for then all others wait for us."""
        with self._appointing:
            item.abandoned = not item.leads
        if item.leads:
            item.done.acquire()  # the appointment's release
        return item.abandoned

    def _commit(self, batch: list[_Work]) -> None:
        try:
            self._connection = self._connection or self._connect()
            _commit(self._connection, batch)
        except BaseException as error:
            if self._connection is not None:
                _undo(self._connection)
                self._connection.close()
                self._connection = None
            away = error if isinstance(error, DatabaseAway) else DatabaseAway(f"the database refused the write: {error}")
            for item in batch:
                item.error = item.error or away
            if not isinstance(error, (sqlite3.Error, DatabaseAway)):
                raise

    def add_at_once(self, additions: Callable[[], Sequence[Addition] | None]) -> bool:
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

        def version() -> int:
            try:
                return int(connection.execute("PRAGMA data_version").fetchone()[0])
            except sqlite3.Error as error:
                raise DatabaseAway("the database cannot be read now") from error

        return version

    def close(self) -> None:
        """Wait for the commit in hand, then refuse all."""
        with self._leading:
            self._closed = True
            if self._connection is not None:
                self._connection.close()
                self._connection = None
        if self._waiting and self._leading.acquire(blocking=False):
            self._lead()  # tells those who came meanwhile

    def _connect(self) -> sqlite3.Connection:
        if self._closed:
            raise DatabaseAway("this database was closed")
        if not self._path.exists():
            raise DatabaseAway(f"there is no database at {self._path}: run `python -m ivr migrate`")
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, cached_statements=512)
        connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA wal_autocheckpoint=4000")  # 16 MB of log between the long pauses of a checkpoint
        connection.execute("PRAGMA cache_size=-16000")
        return connection

    def _reader(self) -> sqlite3.Connection:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
        return connection


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
    with suppress(sqlite3.Error):  # closing follows, or the first error is what counts
        if connection.in_transaction:
            connection.rollback()
