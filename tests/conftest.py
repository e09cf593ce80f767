"""Servers, databases and applications that tests share."""

import gc
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zlib import crc32

import psycopg
import pytest
import redis
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule
from xdist.scheduler import LoadScopeScheduling

from ivr import operators
from ivr.cards import pins
from ivr.run.development import fresh_keys
from ivr.settings import Settings
from ivr.store.migrate import migrate
from ivr.store.schema import metadata
from tests import servers
from tests.clock import HandClock

_MEASURES_CHILDREN = "COVERAGE_PROCESS_CONFIG"
"""By this variable coverage's own start-up file measures a child process."""


_IN_BROWSERS = "tests/browser/"
_MEMORY = Path("/dev/shm")
"""Files that are in memory (Linux)."""

_ENOUGH = 4 * 2**30


def pytest_configure(config: pytest.Config) -> None:
    """What tests keep is in memory where there is room: each commit waits for the disk, a few ms, and for seconds on a busy machine.

    A shell that starts the tests with `&` makes them, and all that they start, deaf to the Ctrl-C that some stories press.
    """
    if "TMPDIR" not in os.environ and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH:
        os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class _OneProductForAllPages(LoadScopeScheduling):  # type: ignore[misc]
    """Side by side, each test by itself; those in browsers one after another, for each process that plays one starts all of ours."""

    def _split_scope(self, nodeid: str) -> str:
        return _IN_BROWSERS if nodeid.startswith(_IN_BROWSERS) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _OneProductForAllPages(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A story marked `halved`, or of a page, is played on one of the two databases; its name decides which. EVERY_WAY=1 plays both.

    Pages hold no SQL, and tests/bench/test_console.py opens each of the console's on both.

    One that is played on both is measured on SQLite: what PostgreSQL alone runs is in the store, whose own tests are measured on both.
    Journeys go through all that other tests measure piece by piece.
    """
    for item in items:
        again = _database_of(item) == "postgres" and not _is_halved(item) and "tests/store/" not in item.nodeid
        if again or "tests/journeys/" in item.nodeid:
            item.add_marker("unmeasured")
    if os.environ.get("EVERY_WAY"):
        return
    dropped = {item for item in items if _is_halved(item) and not _on_its_database(item)}
    config.hook.pytest_deselected(items=list(dropped))
    items[:] = [item for item in items if item not in dropped]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """A test marked `unmeasured`, and the processes that it starts, are played without coverage, which nearly doubles what they cost."""
    if item.get_closest_marker("unmeasured") is None:
        return (yield)
    here, in_threads, children = sys.gettrace(), threading.gettrace(), os.environ.pop(_MEASURES_CHILDREN, None)
    sys.settrace(None)
    threading.settrace(None)  # type: ignore[arg-type]
    try:
        return (yield)
    finally:
        threading.settrace(in_threads)  # type: ignore[arg-type]
        sys.settrace(here)
        if children is not None:
            os.environ[_MEASURES_CHILDREN] = children


def _is_halved(item: pytest.Item) -> bool:
    of_a_page = "tests/web/" in item.nodeid and "indexes" not in item.nodeid
    return of_a_page or item.get_closest_marker("halved") is not None


def _database_of(item: pytest.Item) -> object:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get("database_url") if callspec is not None else None


def _on_its_database(item: pytest.Item) -> bool:
    database = _database_of(item)
    return database is None or "at_once" in item.name or database == ("sqlite", "postgres")[crc32(item.name.partition("[")[0].encode()) % 2]


@pytest.fixture(scope="session", autouse=True)
def _compiled_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nearly every test of a page has an application of its own, and would compile templates and routes anew: half of its cost."""
    Flask.jinja_options["bytecode_cache"] = FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))
    compiled: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
    compiles = Rule._compile_builder  # depends on nothing but what is named here

    def compile_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        named = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if named not in compiled:
            compiled[named] = compiles(rule, append_unknown)
        return compiled[named]

    Rule._compile_builder = compile_builder  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def _hashed_lightly() -> None:
    """A password is slow to hash, on purpose: twice in each test of the console."""
    operators._hasher = pins._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    with servers.valkey() as url:
        yield url


@pytest.fixture
def redis_url(valkey_url: str) -> str:
    """An empty Valkey."""
    redis.Redis.from_url(valkey_url).flushall()
    return valkey_url


@pytest.fixture(scope="session")
def _postgres_server() -> Iterator[str]:
    with servers.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def _migrated_postgres(_postgres_server: str) -> str:
    migrate(_postgres_server)
    return _postgres_server


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "ivr.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(_migrated_sqlite: Path, tmp_path: Path) -> str:
    """An empty, migrated SQLite database."""
    shutil.copy(_migrated_sqlite, tmp_path / "ivr.db")
    return f"sqlite:///{tmp_path / 'ivr.db'}"


@pytest.fixture
def postgres_url(_migrated_postgres: str) -> str:
    """An empty, migrated PostgreSQL database."""
    looks = " UNION ALL ".join(f"SELECT '{table.name}' WHERE EXISTS (SELECT 1 FROM \"{table.name}\")" for table in metadata.sorted_tables)
    with psycopg.connect(_migrated_postgres, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # no foreign key and no trigger is in the way
        for (name,) in connection.execute(looks).fetchall():  # type: ignore[call-overload]
            connection.execute(f'DELETE FROM "{name}"')  # TRUNCATE makes the files of forty tables and their indexes anew
    return _migrated_postgres


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each test that asks for it runs on both databases."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def uncollected() -> Iterator[None]:
    """For tests that go to the bottom of a recursion: what earlier tests left, finalized down there, would find no room and fail."""
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def make_settings(tmp_path: Path) -> Callable[..., Settings]:
    """Settings as a test wants them, never from the environment of the machine."""

    def make(**changes: Any) -> Settings:
        given: dict[str, Any] = {name.lower(): value for name, value in fresh_keys().items()}
        given |= {
            "var_dir": tmp_path / "var",
            "plivo_auth_id": "MA000000000000000000",
            "plivo_auth_token": "plivo-test-auth-token-0000000000000000000",
            "dlt_entity_id": "1101000000000000001",
            "twilio_account_sid": "AC" + "0" * 32,
            "twilio_auth_token": "12345678901234567890123456789012",
            "razorpay_key_id": "rzp_test_0000000000test",
            "razorpay_key_secret": "razorpay-test-secret",
            "razorpay_webhook_secret": "razorpay-test-webhook-secret",
        }
        return Settings(**{**given, **changes})

    return make


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
