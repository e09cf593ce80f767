"""Who kills: any process of a deployment, at any moment, with -9."""

import os
import random
import signal
import time
from contextlib import suppress
from pathlib import Path
from threading import Thread

import requests

from tests.deployed.deployment import Deployment

VICTIMS = ("web", "relay", "texts", "calls", "valkey")
_BEFORE_MS = 3_000  # a request begun before the kill, and cut off by it
_AFTER_MS = 300


class Killer:
    """Kills when asked to and when it is time; keeps book of it, and of when no web process was there."""

    def __init__(self, here: Deployment, dice: random.Random) -> None:
        self.kills: dict[str, int] = {}
        self._here = here
        self._dice = dice
        self._deck: list[str] = []
        self._next = time.monotonic() + dice.uniform(0.3, 1.0)
        self._web_dead: list[tuple[int, int]] = []
        self._watching: list[Thread] = []

    def perhaps(self) -> None:
        """Kill one, if half a second to three have gone since the last one."""
        if time.monotonic() >= self._next:
            self._kill_one()
            self._next = time.monotonic() + self._dice.uniform(0.5, 3.0)

    def web_was_dead(self, at: int) -> bool:
        """Whether a webhook sent then may have found nobody, or lost who served it."""
        for thread in self._watching:
            thread.join()
        return any(begin - _BEFORE_MS <= at <= end + _AFTER_MS for begin, end in self._web_dead)

    @property
    def web_is_dead(self) -> bool:
        return any(thread.is_alive() for thread in self._watching)

    def _kill_one(self) -> None:
        """A whole process tree, or one process of it: web, relay, a worker or Valkey."""
        if not self._deck:  # everybody's turn comes
            self._deck = list(VICTIMS)
            self._dice.shuffle(self._deck)
        name = self._deck.pop()
        running = self._here.children.pids()
        if name not in running:  # it is dead already; its turn comes later
            self._deck.insert(0, name)
            return
        victim = self._dice.choice([running[name], *_children_of(running[name])])
        at = self._here.clock.now()
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
            self.kills[name] = self.kills.get(name, 0) + 1
            if name == "web":
                watching = Thread(target=self._watch, args=(at, running[name]), daemon=True)
                watching.start()
                self._watching.append(watching)

    def _watch(self, at: int, killed: int) -> None:
        """Until the web answers again: a new one, for an orphan goes on answering until it is noticed and killed as well.

        After three seconds the old one will do: what died was none that answers.
        """
        begun = time.monotonic()
        while time.monotonic() < begun + 60:
            replaced = self._here.children.pids().get("web", killed) != killed
            if (replaced or time.monotonic() > begun + 3) and self._answers():
                break
            time.sleep(0.05)
        self._web_dead.append((at, self._here.clock.now()))

    def _answers(self) -> bool:
        with suppress(requests.RequestException):
            return requests.get(f"{self._here.app.settings.public_url}/healthz", timeout=1).ok
        return False


def _children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
