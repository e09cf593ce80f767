"""Everything that happens later: a heap of due actions, driven by the injected clock."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from queue import SimpleQueue
from threading import Condition, Event, Thread

from ivr.model.ports import Clock

Action = Callable[[], None]


@dataclass(slots=True)
class Appointment:
    """Something due, until it is done or called off."""

    due: int
    action: Callable[[], None] | None


_LOOK_MS = 50  # an injected clock may jump, so nobody sleeps longer than this
_log = logging.getLogger(__name__)


class Agenda:
    """Due actions in the order (due, sequence). Stepped by hand in tests, by threads in a process of its own."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heap: list[tuple[int, int, Appointment]] = []
        self._sequence = count()
        self._changed = Condition()
        self._under_way = 0
        self._called_off = 0  # of those in the heap

    def after(self, ms: int, action: Action) -> Appointment:
        """Do `action` when the clock has gone `ms` further."""
        made = Appointment(self._clock.now() + ms, action)
        with self._changed:
            heappush(self._heap, (made.due, next(self._sequence), made))
            self._changed.notify()
        return made

    def call_off(self, made: Appointment) -> None:
        """It will not happen, unless it has begun."""
        with self._changed:
            if made.action is None:
                return
            made.action = None
            self._called_off += 1
            self._tidy()

    def step(self) -> int:
        """Perform everything due now, here, and what that makes due at once; how many actions that was."""
        done = 0
        while (action := self._take()) is not None:
            try:
                action()
            finally:
                self._finished()
            done += 1
        return done

    def pending(self) -> int:
        """Actions due now."""
        now = self._clock.now()
        with self._changed:
            return sum(1 for due, _, made in self._heap if due <= now and made.action is not None)

    def waiting(self) -> int:
        """Actions due now or later, and those being performed."""
        with self._changed:
            return len(self._heap) - self._called_off + self._under_way

    def next_due(self) -> int | None:
        """When the next action is due (UTC milliseconds), None when there is none."""
        with self._changed:
            return self._heap[0][0] if self._heap else None

    def run_forever(self, stop: Event, threads: int = 16) -> None:
        """Perform due actions on `threads` threads until `stop` is set. An action that fails is logged, and the rest go on."""
        ready: SimpleQueue[Action | None] = SimpleQueue()
        crew = [Thread(target=self._perform, args=(ready,), name=f"sandbox-{number}", daemon=True) for number in range(threads)]
        for member in crew:
            member.start()
        while not stop.is_set():
            if (action := self._take()) is not None:
                ready.put(action)
            else:
                self._rest()
        for _ in crew:
            ready.put(None)

    def _take(self) -> Action | None:
        now = self._clock.now()
        with self._changed:
            if not self._heap or self._heap[0][0] > now:
                return None
            self._under_way += 1
            made = heappop(self._heap)[2]
            action, made.action = made.action, None
            self._tidy()
            return action

    def _tidy(self) -> None:
        """Whatever is first in the heap is going to happen."""
        while self._heap and self._heap[0][2].action is None:
            heappop(self._heap)
            self._called_off -= 1

    def _finished(self) -> None:
        with self._changed:
            self._under_way -= 1

    def _rest(self) -> None:
        now = self._clock.now()
        with self._changed:
            wait = min(_LOOK_MS, self._heap[0][0] - now) if self._heap else _LOOK_MS
            if wait > 0:
                self._changed.wait(wait / 1000)

    def _perform(self, ready: "SimpleQueue[Action | None]") -> None:
        while (action := ready.get()) is not None:
            try:
                action()
            except Exception:
                _log.exception("an action of the sandbox failed")
            finally:
                self._finished()
