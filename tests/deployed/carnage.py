"""kill -9 of any process at any moment: every missed call that we took ends in exactly one delivered text."""

import os
import random
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ivr.store import figures, outbox
from tests.deployed.deployment import Deployment, deployed

HOTLINE = "08061914343"
FAST = {
    "ATTEMPT_LEASE_SECONDS": "5",
    "PROVIDER_CONNECT_SECONDS": "1",
    "PROVIDER_READ_SECONDS": "3",
    "RECONCILE_SECONDS": "2,5",
    "REISSUE_SECONDS": "6",
}
"""The clocks of recovery, wound up so that a test sees them strike."""


@dataclass
class Carnage:
    """What was seen. Lists hold masked numbers."""

    kills: dict[str, int] = field(default_factory=dict)
    taken: int = 0
    refused: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    charged: int = 0

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.charged)


def carnage(calls: int, seconds: float, seed: int, database_url: str = "") -> Carnage:
    """Spread `calls` missed calls over `seconds` while processes die at random moments, then wait until all is quiet."""
    dice = random.Random(seed)
    environment = {**FAST, **({"DATABASE_URL": database_url} if database_url else {})}
    with deployed(**environment) as here:
        seen = Carnage()
        slow = {"operation": "text.send", "effect": "latency", "ms": 700, "times": None}  # so that many a kill strikes in mid-call
        here.post("faults", slow)
        numbers = [f"+9198{dice.randrange(10**4):04d}{index:04d}" for index in range(calls)]
        pause = seconds / calls
        next_kill = time.monotonic() + dice.uniform(0.3, 1.0)
        for number in numbers:
            here.post("calls", {"from": number, "to": HOTLINE, "provider": "plivo"})
            time.sleep(pause)
            if time.monotonic() >= next_kill:
                _kill_one(here, dice, seen)
                next_kill = time.monotonic() + dice.uniform(0.5, 3.0)
        _wait_until_quiet(here)
        _compare(here, numbers, seen)
        return seen


def _kill_one(here: Deployment, dice: random.Random, seen: Carnage) -> None:
    """A whole process tree, or one process of it: web, relay, worker or Valkey."""
    running = {name: pid for name, pid in here.children.pids().items() if name != "sandbox"}
    if not running:
        return
    name = dice.choice(sorted(running))
    victims = [running[name], *_children_of(running[name])]
    with suppress(ProcessLookupError):
        os.kill(dice.choice(victims), signal.SIGKILL)
        seen.kills[name] = seen.kills.get(name, 0) + 1


def _children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _wait_until_quiet(here: Deployment, patience_s: float = 150.0) -> None:
    """Until the sandbox has nothing to say, nothing is in the outbox and no text is under way."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        time.sleep(0.5)
        with here.app.database.read() as tx:
            left = len(outbox.waiting(tx)) + sum(row.n for row in figures.texts(tx) if row.state in ("asked", "sending"))
        if not left and not here.get("healthz")["waiting"] and not here.app.spool.waiting():
            return


def _compare(here: Deployment, numbers: list[str], seen: Carnage) -> None:
    inboxes: dict[str, int] = here.get("inboxes")["numbers"]
    for call in here.get("calls?limit=100000")["calls"]:
        number = call["caller"]
        came = inboxes.get(number, 0)
        taken = any(exchange["status"] == 200 for exchange in call["exchanges"])
        seen.taken += taken
        seen.refused += not taken
        seen.charged += bool(call["charged"]) and taken
        if taken and came == 0:
            seen.lost.append(number[-4:])
        if came > 1:
            seen.doubled.append(number[-4:])
