"""Databases, ports and processes of one run. Whatever is started here ends here."""

import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from ivr.run import development
from ivr.run.children import Children
from ivr.run.everything import QUEUES, plan
from ivr.run.firstcall import wait_until_ready
from ivr.settings import Settings, load_settings
from ivr.store.migrate import migrate
from ivr.wiring import App, build
from tests import servers

PYTHON = (sys.executable, "-m")
_PATIENCE_S = 30.0
_PORTS = 10_000 + 60 * (os.getpid() % 150)
"""Ports of our own: a port is looked for before it is listened on, and two runs side by side would find the same one."""
_FIRST_PORT = {"sqlite": _PORTS, "postgres": _PORTS + 20}  # apart: both are planned before either listens


class BenchError(Exception):
    """There is no number to print: says why."""


class Quiet(Children):
    """Children whose output is kept instead of printed. One that dies spoils the run, though it is restarted."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.spoilt = False

    def say(self, name: str, line: str) -> None:
        self.lines.append(f"{name} | {line}")
        self.spoilt = self.spoilt or line.startswith("ended with")

    def must_be_whole(self) -> None:
        """BenchError when a process died on the way."""
        if self.spoilt:
            raise BenchError(f"a process died while it was measured\n{self.story()}")

    def story(self) -> str:
        """The last that they said."""
        return "\n".join(self.lines[-25:])


@dataclass(frozen=True, slots=True)
class Ours:
    """One installation of ours: temporary data, settings as shipped. `name` is its database's."""

    name: str
    environment: Mapping[str, str]
    app: App

    @property
    def url(self) -> str:
        return self.app.settings.public_url

    @property
    def sandbox_url(self) -> str:
        return self.app.settings.sandbox_url

    @property
    def line(self) -> str:
        """The first published line, in E.164."""
        return next(iter(self.app.lines)).number.e164


@contextmanager
def quiet_children() -> Iterator[Quiet]:
    children = Quiet()
    try:
        yield children
    finally:
        children.stop()


@contextmanager
def installation(name: str, redis_url: str, changes: Mapping[str, str] | None = None) -> Iterator[Ours]:
    """A migrated installation on `sqlite` or `postgres`, `changes` to its settings; nothing of it runs yet."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="ivr-bench-")))
        given = {key: value for key, value in development.base_environment().items() if key.lower() not in Settings.model_fields}
        given |= {"VAR_DIR": str(folder), "REDIS_URL": redis_url}
        given |= {"PORT": str(_FIRST_PORT[name]), "SANDBOX_PORT": str(_FIRST_PORT[name] + 1), **(changes or {})}
        if name == "postgres":
            given["DATABASE_URL"] = stack.enter_context(_fresh_postgres())
        environment = plan(given, folder).environment
        known = {key.lower(): value for key, value in environment.items() if key.lower() in Settings.model_fields}
        settings = load_settings(**known)
        migrate(settings.database_url)
        app = build(settings)
        stack.callback(app.database.close)
        yield Ours(name, environment, app)


def databases() -> list[str]:
    """Those that can be had on this machine."""
    return ["sqlite", *(["postgres"] if _has_postgres() else [])]


def _has_postgres() -> bool:
    return bool(os.environ.get("TEST_POSTGRES_URL")) or find_spec("pgserver") is not None


def start_web(children: Quiet, ours: Ours) -> int:
    """Our web process as shipped; returns its process id once it answers."""
    name = f"web, {ours.name}"
    children.start(name, [*PYTHON, "ivr", "web"], ours.environment)
    _until_ready(children, f"{ours.url}/healthz")
    return children.pids()[name]


def start_behind(children: Quiet, ours: Ours) -> None:
    """Relay, workers and sandbox."""
    children.start("relay", [*PYTHON, "workers", "relay"], ours.environment)
    for queue in QUEUES:
        children.start(queue, [*PYTHON, "workers", queue], ours.environment)
    port = str(urlsplit(ours.sandbox_url).port)
    children.start("sandbox", [*PYTHON, "ivr", "sandbox", "--port", port, "--target", ours.url], ours.environment)
    _until_ready(children, f"{ours.sandbox_url}/sandbox/api/healthz", f"{ours.url}/readyz")


def start_gunicorn(children: Quiet, module: str, environment: Mapping[str, str]) -> tuple[int, str]:
    """A baseline as people deploy Flask: gunicorn, 2 processes with 8 threads each. Its process id, and its address."""
    port = development.free_port(_PORTS + 40)
    address = f"127.0.0.1:{port}"
    command = [*PYTHON, "gunicorn", "-k", "gthread", "-w", "2", "--threads", "8", "-b", address, "--log-level", "warning", f"{module}:app"]
    children.start(module, command, {**os.environ, **environment})
    _until_listening(children, port)
    return children.pids()[module], f"http://{address}"


def _until_ready(children: Quiet, *urls: str) -> None:
    if not wait_until_ready(*urls, patience_s=_PATIENCE_S):
        raise BenchError(f"not ready: {', '.join(urls)}\n{children.story()}")


def _until_listening(children: Quiet, port: int) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise BenchError(f"nothing listens on port {port}\n{children.story()}")


@contextmanager
def _fresh_postgres() -> Iterator[str]:
    """The URL of a database made for this run, on TEST_POSTGRES_URL's server or one of our own."""
    with servers.postgres() as server:
        name = f"ivr_bench_{os.getpid()}"
        _command(server, f"CREATE DATABASE {name}")
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            _command(server, f"DROP DATABASE {name} WITH (FORCE)")


def _command(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(statement))
