"""Child processes that are streamed by name, restarted when they die, and never outlive us."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Lock, Thread

_COLOURS = (36, 33, 32, 35, 34, 31)
_BACK_OFF_S = (0.2, 0.5, 1.0, 2.0, 5.0)
_HEALTHY_S = 2.0
_PATIENCE_S = 10.0
_PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process in a session of its own; whatever it started goes with it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    last: bool = False
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    deaths: int = 0
    again_at: float = 0.0


class Children:
    """Starts, watches, restarts and stops."""

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._print = Lock()
        self._stopping = Event()
        self._watcher: Thread | None = None

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str], *, last: bool = False) -> None:
        """`last`: the others lean on it, so it is stopped when they are gone."""
        child = Child(name, command, environment, last)
        self._launch(child)
        self._children.append(child)  # launched first: the watcher starts whatever it finds not running
        if self._watcher is None:
            self._watcher = Thread(target=self._watch, name="watcher", daemon=True)
            self._watcher.start()

    def pids(self) -> dict[str, int]:
        return {child.name: child.process.pid for child in self._children if child.process is not None}

    def say(self, name: str, line: str) -> None:
        """One line of output under a name."""
        colour = _COLOURS[sum(map(ord, name)) % len(_COLOURS)]
        label = f"\033[{colour}m{name:<8}\033[0m" if sys.stdout.isatty() else f"{name:<8}"
        with self._print:
            sys.stdout.write(f"{label} | {line}\n")
            sys.stdout.flush()

    def stop(self) -> None:
        """SIGTERM to all, those that others lean on last; SIGKILL to what is still there after ten seconds."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()  # it may be starting one again just now
        self._end([child for child in self._children if not child.last])
        self._end([child for child in self._children if child.last])

    def _end(self, children: list[Child]) -> None:
        for child in children:
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + _PATIENCE_S
        for child in children:
            if child.process is not None:
                try:
                    child.process.wait(max(0.0, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    self.say(child.name, "did not stop; killed")
            _signal(child, signal.SIGKILL)

    def _launch(self, child: Child) -> None:
        child.started = time.monotonic()
        child.process = subprocess.Popen(
            child.command,
            env=dict(child.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
        Thread(target=self._stream, args=(child.name, child.process), daemon=True).start()

    def _stream(self, name: str, process: subprocess.Popen[str]) -> None:
        with process:
            for line in process.stdout or ():
                self.say(name, line.rstrip())

    def _watch(self) -> None:
        while not self._stopping.wait(0.1):
            for child in self._children:
                self._mind(child)

    def _mind(self, child: Child) -> None:
        if child.process is None:
            if time.monotonic() >= child.again_at and not self._stopping.is_set():
                self._launch(child)
            return
        code = child.process.poll()
        if code is None:
            return
        _signal(child, signal.SIGKILL)  # whatever it had started
        child.process = None
        child.deaths = 1 if time.monotonic() - child.started > _HEALTHY_S else child.deaths + 1
        pause = _BACK_OFF_S[min(child.deaths, len(_BACK_OFF_S)) - 1]
        child.again_at = time.monotonic() + pause
        self.say(child.name, f"ended with {code}; starting it again in {pause} s")


def _signal(child: Child, number: signal.Signals) -> None:
    if child.process is not None:
        with suppress(ProcessLookupError):
            os.killpg(child.process.pid, number)


def _die_with_parent() -> None:
    """Linux: SIGTERM when our parent dies, even by kill -9. Elsewhere only an orderly stop ends the children."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
