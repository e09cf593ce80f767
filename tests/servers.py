"""Real servers for a test run: Valkey and PostgreSQL from wheels, in fresh temporary directories."""

import os
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import redis

from ivr.run.development import valkey_command


@contextmanager
def valkey() -> Iterator[str]:
    """The URL of a Valkey of our own; a short path, for a Unix socket's has at most 108 bytes."""
    with tempfile.TemporaryDirectory(prefix="v-") as folder:
        unix_socket = Path(folder) / "s"
        process = subprocess.Popen(valkey_command(Path(folder), unix_socket), stdout=subprocess.DEVNULL)
        url = f"unix://{unix_socket}"
        try:
            _until_it_answers(url)
            yield url
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL: `TEST_POSTGRES_URL`, or a server of our own from the `pgserver` wheel.

    Test processes side by side have a database each.
    """
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield _own_database(given, os.environ.get("PYTEST_XDIST_WORKER", ""))
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pgserver
    with tempfile.TemporaryDirectory(prefix="p-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            url = server.get_uri()
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("ALTER SYSTEM SET fsync = off")  # it need not outlive the machine, only its processes
                connection.execute("SELECT pg_reload_conf()")
            yield url
        finally:
            server.cleanup()


def _own_database(url: str, worker: str) -> str:
    if not worker:
        return url
    given = psycopg.conninfo.conninfo_to_dict(url)
    name = f"{given.get('dbname') or 'ivr'}_{worker}"
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[call-overload]
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


def _until_it_answers(url: str) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            redis.Redis.from_url(url).ping()
            return
        except redis.RedisError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
