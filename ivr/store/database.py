"""Opens the database that `DATABASE_URL` names."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, TypeVar

from ivr.model.errors import ConfigurationError
from ivr.store.postgres import PostgresDatabase
from ivr.store.sqlite import SqliteDatabase
from ivr.store.tx import Addition, Tx

T = TypeVar("T")


class Database(Protocol):
    def write(self, work: Callable[[Tx], T], wait_s: float = 10.0) -> T:
        """Commit what `work` does, or nothing of it. DatabaseAway when it cannot be done now."""
        ...

    def add_at_once(self, additions: Callable[[], Sequence[Addition] | None]) -> bool:
        """A shortcut for rows that are most likely new: all inserted in one round trip, or none.

        False when a key is taken, when `additions` gives None, or where the shortcut saves nothing: then `write`, looking first.
        """
        ...

    def read(self) -> AbstractContextManager[Tx]: ...

    def changes(self) -> Callable[[], int] | None: ...

    def close(self) -> None: ...


def open_database(url: str, pool_size: int = 16) -> Database:
    """A database by URL: `sqlite:///relative`, `sqlite:////absolute` or `postgresql://…`; nothing is connected yet."""
    if url.startswith("sqlite:///"):
        return SqliteDatabase(sqlite_path(url))
    if url.startswith(("postgresql://", "postgres://")):
        return PostgresDatabase(url, pool_size)
    raise ConfigurationError("DATABASE_URL: must start with sqlite:/// or postgresql://")


def sqlite_path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
