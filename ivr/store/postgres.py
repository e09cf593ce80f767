"""PostgreSQL: a psycopg 3 pool; each write is one transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from psycopg.errors import DeadlockDetected, SerializationFailure
from psycopg_pool import ConnectionPool, PoolTimeout

from ivr.model.errors import DatabaseAway
from ivr.store.tx import POSTGRES, Tx

T = TypeVar("T")

_TRIES = 3  # a deadlock or serialization failure is the server asking us to come again


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
            kwargs={"connect_timeout": 2, "options": "-c statement_timeout=5000 -c lock_timeout=4000", "application_name": "ivr"},
            open=False,
        )
        self._opened = False

    def write(self, work: Callable[[Tx], T], wait_s: float = 10.0) -> T:
        """Run `work` in a committed transaction and return what it returns; its exception rolls back."""
        for left in reversed(range(_TRIES)):
            try:
                with self._connection(wait_s) as connection, connection.transaction():
                    return work(Tx(connection.cursor(), POSTGRES))
            except (DeadlockDetected, SerializationFailure) as error:
                if not left:
                    raise DatabaseAway("the database kept refusing the write") from error
        raise AssertionError("unreachable")

    @contextmanager
    def read(self) -> Iterator[Tx]:
        with self._connection(10.0) as connection, connection.transaction():
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
        except (DeadlockDetected, SerializationFailure):
            raise
        except (PoolTimeout, psycopg.OperationalError) as error:
            raise DatabaseAway("the database cannot be used now") from error
