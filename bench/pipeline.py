"""The way of a missed call to the SMS request at the provider, with relay, worker and sandbox as processes of their own."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import requests

from bench.machine import cpu_seconds
from bench.missed_calls import caller, missed_calls
from bench.shots import BUSY, Shot, percentile, shoot
from bench.stage import BenchError, Ours, Quiet, installation, quiet_children, start_behind, start_web
from ivr.reviewing import CALLS_REVIEW
from ivr.run.development import sandbox_accounts
from ivr.store import figures, outbox
from tests import servers

PROVIDER_LATENCY_MS = 150
_WARM_UP = 5
_STALL_S = 90.0  # longer than an unknown outcome takes to be looked up twice and tried again


@dataclass(frozen=True, slots=True)
class Latency:
    """From the moment a caller dials to the SMS request at the provider."""

    database: str
    calls: int
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Burst:
    """`seconds`: from the first to the last text that the provider accepted. `webhook`: how the calls were taken meanwhile.

    `cpu_ms`: each process's CPU for one text, from the call to its last delivery report; empty where there is no /proc.
    """

    database: str
    calls: int
    texts: int
    lost: int
    doubled: int
    seconds: float
    webhook: Shot
    cpu_ms: Mapping[str, float]

    @property
    def per_second(self) -> float:
        return (self.texts - 1) / self.seconds if self.seconds > 0 else 0.0


def latency_row(database: str, per_second: float, seconds: float, say: Callable[[str], None]) -> Latency:
    """Calls at an even pace, each from another caller."""
    count = max(1, int(per_second * seconds))
    with ExitStack() as stack:
        ours, children = everything(stack, database)
        _dial(ours, range(_WARM_UP), pause_s=0.2)
        _until_drained(ours, children, _WARM_UP)
        say(f"latency: {count} calls, {per_second:g} a second, on {database}")
        _dial(ours, range(_WARM_UP, _WARM_UP + count), pause_s=1 / per_second)
        _until_drained(ours, children, _WARM_UP + count)
        dialled = {call["caller"]: call["started_at"] for call in control(ours, f"calls?limit={count}")["calls"]}
        asked = {number: at for number, at in _sent(ours, count + _WARM_UP) if number in dialled}
        children.must_be_whole()
    if len(asked) != count:
        raise BenchError(f"{count} calls, but {len(asked)} SMS requests at the provider")
    ms = sorted(float(asked[number] - at) for number, at in dialled.items())
    return Latency(database, count, percentile(ms, 50), percentile(ms, 95))


def burst_row(database: str, count: int, say: Callable[[str], None]) -> Burst:
    """`count` missed calls as fast as our webhook takes them; then until the last text is out."""
    with ExitStack() as stack:
        ours, children = everything(stack, database)
        _dial(ours, range(count, count + _WARM_UP), pause_s=0.2)
        _until_drained(ours, children, _WARM_UP)
        slow = {"operation": "text.send", "effect": "latency", "ms": PROVIDER_LATENCY_MS, "times": None}
        requests.post(f"{ours.sandbox_url}/sandbox/api/faults", json=slow, timeout=10).raise_for_status()
        calls = missed_calls(ours.url, ours.line, sandbox_accounts(), 0, count)
        say(f"burst: {count} calls at once on {database}, a provider that takes {PROVIDER_LATENCY_MS} ms")
        before = _cpu(children)
        webhook = shoot(ours.url, calls, BUSY)
        _until_drained(ours, children, count + _WARM_UP)
        cpu_ms = {name: (seconds - before[name]) * 1000 / count for name, seconds in _cpu(children).items() if name in before}
        children.must_be_whole()
        expected = {caller(number) for number in range(count)}
        numbers: dict[str, int] = control(ours, "inboxes")["numbers"]
        times = [at for number, at in _sent(ours, 2 * (count + _WARM_UP)) if number in expected]
    texts = {number: numbers.get(number, 0) for number in expected}
    return Burst(
        database=database,
        calls=count,
        texts=len(times),
        lost=sum(1 for n in texts.values() if n == 0),
        doubled=sum(n - 1 for n in texts.values() if n > 1),
        seconds=(max(times) - min(times)) / 1000 if times else 0.0,
        webhook=webhook,
        cpu_ms=cpu_ms,
    )


def everything(stack: ExitStack, database: str, changes: Mapping[str, str] | None = None) -> tuple[Ours, Quiet]:
    """An installation with all its processes and the sandbox; `changes` to its settings."""
    redis_url = stack.enter_context(servers.valkey())
    ours = stack.enter_context(installation(database, redis_url, changes))
    children = stack.enter_context(quiet_children())
    start_web(children, ours)
    start_behind(children, ours)
    return ours, children


def _cpu(children: Quiet) -> dict[str, float]:
    used = {name: cpu_seconds(process) for name, process in children.pids().items()}
    return {name: seconds for name, seconds in used.items() if seconds is not None}


def _dial(ours: Ours, serials: range, pause_s: float) -> None:
    """The sandbox rings our line: its webhook is on its way a moment later."""
    due = time.monotonic()
    with requests.Session() as session:
        for serial in serials:
            time.sleep(max(0.0, due - time.monotonic()))
            due += pause_s
            call = {"from": caller(serial), "to": ours.line}
            session.post(f"{ours.sandbox_url}/sandbox/api/calls", json=call, timeout=10).raise_for_status()


def _until_drained(ours: Ours, children: Quiet, count: int) -> None:
    """Until all `count` texts are out, or nothing has moved for long: what is missing then is lost."""
    seen, moved_at = (-1, -1), time.monotonic()
    while time.monotonic() - moved_at < _STALL_S:
        with ours.app.database.read() as tx:
            states = {row.state: row.n for row in figures.texts(tx)}
            wishes = sum(row.rows for row in outbox.depth(tx) if row.kind != CALLS_REVIEW)  # which comes round for ever
        out = sum(n for state, n in states.items() if state not in ("asked", "sending"))
        if out >= count and not wishes and not _waiting(ours):
            return
        if (out, wishes) != seen:
            seen, moved_at = (out, wishes), time.monotonic()
        time.sleep(0.5 if count < 2000 else 1.0)
    if seen[0] <= 0:
        raise BenchError(f"no text ever went out\n{children.story()}")


def _waiting(ours: Ours) -> int:
    """What the sandbox still has to do: phones to reach, reports to send."""
    return int(control(ours, "healthz")["waiting"])


def _sent(ours: Ours, limit: int) -> list[tuple[str, int]]:
    """Number and moment of every SMS request that the provider accepted."""
    found = control(ours, f"requests?limit={limit}")["requests"]
    return [(each["number"], each["at"]) for each in found if each["operation"] == "text.send" and each["status"] == 202]


def control(ours: Ours, path: str) -> Any:
    """What the sandbox's own API says."""
    answer = requests.get(f"{ours.sandbox_url}/sandbox/api/{path}", timeout=30)
    answer.raise_for_status()
    return answer.json()
