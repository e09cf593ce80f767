"""SQLite has exactly one web process: a second one would wait on the first one's writer for seconds (docs/adr/0003)."""

import fcntl
from pathlib import Path
from typing import IO

from ivr.model.errors import ConfigurationError
from ivr.store.database import sqlite_path

_held: list[IO[str]] = []  # kept open for the life of the process: closing it would release the lock


def only_web_process(database_url: str, *, keep: bool = True) -> None:
    """Take the SQLite file's web lock, and `keep` it for life; ConfigurationError when another web process has it.

    PostgreSQL needs none.
    """
    if not database_url.startswith("sqlite"):
        return
    path = sqlite_path(database_url)
    lock = Path(f"{path}.web")
    lock.parent.mkdir(parents=True, exist_ok=True)
    file = lock.open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise ConfigurationError(
            f"DATABASE_URL: another web process already serves {path}; SQLite has exactly one (one worker), PostgreSQL many"
        ) from None
    if keep:
        _held.append(file)
    else:
        file.close()
