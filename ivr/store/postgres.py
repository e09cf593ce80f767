"""PostgreSQL: a psycopg 3 pool; each write is one transaction."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from psycopg.errors import DeadlockDetected, SerializationFailure, UniqueViolation
from psycopg_pool import ConnectionPool, PoolTimeout

from ivr.model.errors import DatabaseAway
from ivr.store.tx import POSTGRES, Addition, Tx

T = TypeVar("T")

_TRIES = 3
_NOTICE_A_DEAD_HOST = {"tcp_user_timeout": 3000, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2}
_COME_AGAIN = (DeadlockDetected, SerializationFailure, UniqueViolation)
"""The server asks us to come again; or somebody took a key while we looked, and the next look will see it."""


class PostgresDatabase:
    """`write` and `read` through a pool. Raises DatabaseAway when the server cannot be used now."""

    def __init__(self, url: str, pool_size: int) -> None:
        self._pool = ConnectionPool(
            url,
            min_size=1,
            max_size=pool_size,
            timeout=2.0,
            max_idle=300,
            reconnect_timeout=5.0,
            kwargs={
                **_NOTICE_A_DEAD_HOST,
                "autocommit": True,
                "connect_timeout": 2,
                "options": "-c statement_timeout=2000 -c lock_timeout=1800",
                "application_name": "ivr",
            },
            open=False,
        )
        self._opened = False

    def write(self, work: Callable[[Tx], T], wait_s: float = 10.0) -> T:
        """Run `work` in a committed transaction and return what it returns; its exception rolls back."""
        for _ in range(_TRIES - 1):
            try:
                return self._write(work, wait_s)
            except _COME_AGAIN:
                pass
        try:
            return self._write(work, wait_s)
        except (DeadlockDetected, SerializationFailure) as error:
            raise DatabaseAway("the database kept refusing the write") from error

    def add_at_once(self, additions: Callable[[], Sequence[Addition] | None]) -> bool:
        """Insert new rows in one round trip, all or none; False when a key of theirs is taken, or when they are not to be had alone."""
        rows = additions()
        if rows is None:
            return False
        try:
            with self._connection(2.0) as connection:
                Tx(connection.cursor(), POSTGRES).add(rows)
        except _COME_AGAIN:
            return False
        return True

    def _write(self, work: Callable[[Tx], T], wait_s: float) -> T:
        with self._connection(wait_s) as connection, connection.transaction():
            return work(Tx(connection.cursor(), POSTGRES))

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """No transaction: under READ COMMITTED each statement has a view of its own even in one, and BEGIN and COMMIT are round trips."""
        with self._connection(10.0) as connection:
            yield Tx(connection.cursor(), POSTGRES)

    def changes(self) -> Callable[[], int] | None:
        """None: the relay polls its partial index instead."""
        return None

    def close(self) -> None:
        if self._opened:
            self._pool.close()

    @contextmanager
    def _connection(self, wait_s: float) -> Iterator[psycopg.Connection]:
        if not self._opened:
            self._pool.open()
            self._opened = True
        try:
            with self._pool.connection(timeout=min(wait_s, 2.0)) as connection:
                yield connection
        except (*_COME_AGAIN, psycopg.IntegrityError, psycopg.DataError):
            raise
        except (PoolTimeout, psycopg.Error) as error:  # gone, read-only, not migrated yet: it may be back as it should be
            raise DatabaseAway("the database cannot be used now") from error
