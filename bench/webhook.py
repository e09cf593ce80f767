"""The first webhook of a missed call: ours beside a bare and a tutorial-style Flask, in turns, on the same machine."""

import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import sleep

from bench.missed_calls import missed_calls
from bench.shots import Shot, shoot
from bench.stage import PYTHON, BenchError, Ours, Quiet, has_postgres, installation, quiet_children, start_gunicorn, start_web
from ivr.run.development import PLIVO, free_port, sandbox_accounts
from ivr.store import figures, outbox
from tests import servers

BARE, TUTORIAL = "bare", "tutorial"
_WARM_UP = 100
_BREATH_S = 0.3


@dataclass(frozen=True, slots=True)
class Row:
    """One server under test. `share`: the part of the requests it gets, so that slow rows do not take all the time."""

    name: str
    url: str
    line: str
    process: int
    share: float
    check: Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """One row's rounds."""

    name: str
    shots: Sequence[Shot]
    to_bare: float
    to_tutorial: float

    @property
    def wrong(self) -> int:
        return sum(shot.asked - shot.right for shot in self.shots)

    def middle(self, figure: Callable[[Shot], float]) -> float:
        return median(figure(shot) for shot in self.shots)


def webhook_rows(rounds: int, requests: int, say: Callable[[str], None]) -> list[Measured]:
    """Every row in every round, the order rotated; BenchError when a row of ours does not hold what it answered."""
    with ExitStack() as stack:
        children = stack.enter_context(quiet_children())
        rows = list(_rows(stack, children))
        fired = {row.name: 0 for row in rows}
        shots: dict[str, list[Shot]] = {row.name: [] for row in rows}
        for row in rows:
            _shoot(row, fired, _WARM_UP)
        for turn in range(rounds):
            say(f"webhook: round {turn + 1} of {rounds}")
            for row in [*rows[turn % len(rows) :], *rows[: turn % len(rows)]]:
                sleep(_BREATH_S)
                shots[row.name].append(_shoot(row, fired, max(1, int(requests * row.share))))
        children.must_be_whole()
        return [Measured(row.name, shots[row.name], _ratio(shots, row.name, BARE), _ratio(shots, row.name, TUTORIAL)) for row in rows]


def _shoot(row: Row, fired: dict[str, int], count: int) -> Shot:
    calls = missed_calls(row.url, row.line, sandbox_accounts(), fired[row.name], count)
    shot = shoot(row.url, calls, row.process)
    fired[row.name] += count
    row.check(fired[row.name])
    return shot


def _ratio(shots: dict[str, list[Shot]], name: str, base: str) -> float:
    """The median of each round's own ratio: what slows the machine down slows both."""
    return median(ours.per_second / theirs.per_second for ours, theirs in zip(shots[name], shots[base], strict=True))


def _rows(stack: ExitStack, children: Quiet) -> Iterator[Row]:
    redis_url = stack.enter_context(servers.valkey())
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="ivr-bench-")))
    tutorial = {"TUTORIAL_DATABASE": f"sqlite:///{folder / 'tutorial.db'}", "REDIS_URL": redis_url, **PLIVO}
    subprocess.run([*PYTHON, "bench.tutorial"], env={**os.environ, **tutorial}, check=True)  # makes its tables
    databases = ["sqlite", *(["postgres"] if has_postgres() else [])]
    installed = [stack.enter_context(installation(name, redis_url)) for name in databases]
    line = installed[0].line
    for name, module, share in ((BARE, "bench.bare", 1.0), (TUTORIAL, "bench.tutorial", 0.25)):
        port = free_port(9100)
        process = start_gunicorn(children, module, port, tutorial)
        yield Row(name, f"http://127.0.0.1:{port}", line, process, share, lambda _: None)
    for ours in installed:
        process = start_web(children, ours)
        yield Row(f"ours, {ours.name}", ours.url, line, process, 1.0, lambda count, ours=ours: must_hold(ours, count))  # type: ignore[misc]


def must_hold(ours: Ours, count: int) -> None:
    """No row, no number: exactly `count` calls, each with its text asked for and its place in the outbox."""
    with ours.app.database.read() as tx:
        calls = sum(row.n for row in figures.calls(tx))
        texts = {row.state: row.n for row in figures.texts(tx)}
        wishes = sum(row.rows for row in outbox.depth(tx))
    if (calls, texts, wishes) != (count, {"asked": count}, count):
        raise BenchError(f"{ours.name}: {count} calls were answered, but the database holds {calls} calls, {texts} texts, {wishes} wishes")
