"""Answers that are found once for everybody who asks within a while, however many consoles are open."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from ivr.model.ports import Clock

T = TypeVar("T")


class Kept(Generic[T]):
    """One answer for each question, kept for `fresh_ms`. Who asks while it is being found waits for it; at most `most` are kept."""

    def __init__(self, clock: Clock, fresh_ms: int, most: int = 1) -> None:
        self._clock, self._fresh_ms, self._most = clock, fresh_ms, most
        self._lock = Lock()
        self._found: dict[Hashable, tuple[int, T]] = {}

    def get(self, find: Callable[[int], T], question: Hashable = "", *, anew: bool = False) -> T:
        """`find` is given the time, UTC ms. What it raises is raised here. `anew`: a person asks, who may have acted."""
        with self._lock:
            now = self._clock.now()
            kept = self._found.get(question)
            if not anew and kept is not None and 0 <= now - kept[0] < self._fresh_ms:
                return kept[1]
            answer = find(now)
            self._found.pop(question, None)
            self._found[question] = (now, answer)
            while len(self._found) > self._most:
                del self._found[next(iter(self._found))]
            return answer
