"""The first webhook of a missed call: ours beside a bare and a tutorial-style Flask, in turns, on the same machine."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.missed_calls import missed_calls
from bench.rounds import BARE, TUTORIAL, Measured, Row, measure
from bench.shots import BUSY
from bench.stage import PYTHON, BenchError, Ours, Quiet, databases, installation, quiet_children, start_gunicorn, start_web
from ivr.run.development import PLIVO, sandbox_accounts
from ivr.store import figures, outbox
from tests import servers


def webhook_rows(rounds: int, requests: int, say: Callable[[str], None]) -> list[Measured]:
    """BenchError when a row of ours does not hold what it answered."""
    with ExitStack() as stack:
        children = stack.enter_context(quiet_children())
        measured = measure("webhook", list(_rows(stack, children)), rounds, requests, say)
        children.must_be_whole()
        return measured


def _rows(stack: ExitStack, children: Quiet) -> Iterator[Row]:
    redis_url = stack.enter_context(servers.valkey())
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="ivr-bench-")))
    tutorial = {"TUTORIAL_DATABASE": f"sqlite:///{folder / 'tutorial.db'}", "REDIS_URL": redis_url, **PLIVO}
    subprocess.run([*PYTHON, "bench.tutorial"], env={**os.environ, **tutorial}, check=True)  # makes its tables
    installed = [stack.enter_context(installation(name, redis_url)) for name in databases()]
    line = installed[0].line
    for name, module, share in ((BARE, "bench.bare", 1.0), (TUTORIAL, "bench.tutorial", 0.25)):
        process, url = start_gunicorn(children, module, tutorial)
        yield Row(name, url, process, partial(missed_calls, url, line, sandbox_accounts()), BUSY, share)
    for ours in installed:
        process = start_web(children, ours)
        calls = partial(missed_calls, ours.url, line, sandbox_accounts())
        yield Row(f"ours, {ours.name}", ours.url, process, calls, BUSY, check=partial(must_hold, ours))


def must_hold(ours: Ours, count: int) -> None:
    """No row, no number: exactly `count` calls, each with its text asked for and its place in the outbox."""
    with ours.app.database.read() as tx:
        calls = sum(row.n for row in figures.calls(tx))
        texts = {row.state: row.n for row in figures.texts(tx)}
        wishes = sum(row.rows for row in outbox.depth(tx))
    if (calls, texts, wishes) != (count, {"asked": count}, count):
        raise BenchError(f"{ours.name}: {count} calls were answered, but the database holds {calls} calls, {texts} texts, {wishes} wishes")
