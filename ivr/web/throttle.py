"""Slows down guessing: tries are counted by whatever they have in common, and count as failed until they are forgiven.

No limit holds for all visitors together, for one stranger would close the door to everybody by it. Many different failures make the
door *crowded* instead, and the limits lower. Counted in Redis, so that all web processes see them; in this process while Redis is away.
Only hashes are kept, for 15 minutes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_hex
from threading import Lock

from redis.exceptions import RedisError

from ivr.model.errors import ConfigurationError
from ivr.wiring import App

WINDOW_MS = 15 * 60 * 1000
_MOST_KEYS = 10_000
_CROWD = ("crowd",)


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` failures, in the window, of tries that have all of `parts` in common; no more than `crowded` while the door is crowded."""

    parts: tuple[str, ...]
    most: int
    crowded: int | None = None

    def holds(self, failures: int, crowded: bool) -> bool:
        return failures <= (self.crowded if crowded and self.crowded is not None else self.most)


@dataclass(frozen=True, slots=True)
class Try:
    """One try. It counts as failed until it is forgiven."""

    id: str
    keys: Sequence[str]


class Throttle:
    """`purpose` keeps the counts of one door apart from those of another.

    `crowd`: once tries have failed for so many different first limits, the door is crowded; None: it never is.
    """

    def __init__(self, app: App, purpose: str, crowd: int | None = None) -> None:
        self._app = app
        self._crowd = crowd
        self._purpose = purpose
        self._here = _Here()

    def admit(self, limits: Sequence[Limit]) -> Try | None:
        """Count a try before anything is looked up, so that tries side by side count too; None: too many."""
        attempt = Try(token_hex(8), [self._key(limit.parts) for limit in limits])
        now = self._app.clock.now()
        try:
            *counts, failing = self._in_redis(attempt, now)
        except (RedisError, ConfigurationError):
            counts = [self._here.add(key, attempt.id, now) for key in attempt.keys]
            failing = self._here.count(self._key(_CROWD), now)
        crowded = self._crowd is not None and failing >= self._crowd
        if all(limit.holds(count, crowded) for count, limit in zip(counts, limits, strict=True)):
            return attempt
        self._remove(attempt)  # a refused try does not make the wait longer
        return None

    def fail(self, attempt: Try) -> None:
        """It was wrong: what its first limit counts is one of the crowd."""
        if self._crowd is None:
            return
        key, now = self._key(_CROWD), self._app.clock.now()
        try:
            pipe = self._app.redis.pipeline(transaction=True)
            pipe.zadd(key, {attempt.keys[0]: now})
            pipe.zremrangebyrank(key, 0, -self._crowd - 1)  # the newest are enough
            pipe.pexpire(key, WINDOW_MS)
            pipe.execute()
        except (RedisError, ConfigurationError):
            self._here.add(key, attempt.keys[0], now, self._crowd)

    def forgive(self, attempt: Try) -> None:
        """It was right: the first limit starts anew, and the others have one failure less."""
        self._remove(attempt)
        self._here.forget(attempt.keys[0])
        try:
            self._app.redis.delete(attempt.keys[0])
        except (RedisError, ConfigurationError):
            return

    def _in_redis(self, attempt: Try, now: int) -> list[int]:
        """The count of each limit, and how many make the crowd."""
        pipe = self._app.redis.pipeline(transaction=True)
        for key in attempt.keys:
            pipe.zremrangebyscore(key, "-inf", now - WINDOW_MS)
            pipe.zadd(key, {attempt.id: now})
            pipe.zcard(key)
            pipe.pexpire(key, WINDOW_MS)
        pipe.zcount(self._key(_CROWD), f"({now - WINDOW_MS}", "+inf")
        answers = pipe.execute()
        return [*map(int, answers[2:-1:4]), int(answers[-1])]

    def _remove(self, attempt: Try) -> None:
        for key in attempt.keys:
            self._here.remove(key, attempt.id)
        try:
            pipe = self._app.redis.pipeline(transaction=True)
            for key in attempt.keys:
                pipe.zrem(key, attempt.id)
            pipe.execute()
        except (RedisError, ConfigurationError):
            return

    def _key(self, parts: Sequence[str]) -> str:
        return f"ivr:{self._purpose}:" + sha256("\n".join(parts).encode()).hexdigest()[:32]


class _Here:
    """The same counts in this process's memory, bounded."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tries: dict[str, dict[str, int]] = {}

    def add(self, key: str, id: str, now: int, most: int | None = None) -> int:
        """How many there are now; at `most`, the oldest has gone for it."""
        with self._lock:
            tries = {each: at for each, at in self._tries.pop(key, {}).items() if at > now - WINDOW_MS and each != id}
            while most is not None and len(tries) >= most:
                del tries[next(iter(tries))]
            tries[id] = now
            self._tries[key] = tries  # last in the dict: the oldest keys go first
            while len(self._tries) > _MOST_KEYS:
                del self._tries[next(iter(self._tries))]
            return len(tries)

    def count(self, key: str, now: int) -> int:
        with self._lock:
            return sum(at > now - WINDOW_MS for at in self._tries.get(key, {}).values())

    def remove(self, key: str, id: str) -> None:
        with self._lock:
            self._tries.get(key, {}).pop(id, None)

    def forget(self, key: str) -> None:
        with self._lock:
            self._tries.pop(key, None)
