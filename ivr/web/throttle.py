"""Slows down guessing: tries are counted by whatever they could be made to miss, and count as failed until they are forgiven.

Counted in Redis, so that all web processes see them; in this process while Redis is away. Only hashes are kept, for 15 minutes.
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


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` failures, in the window, of tries that have all of `parts` in common."""

    parts: tuple[str, ...]
    most: int


@dataclass(frozen=True, slots=True)
class Try:
    """One try. It counts as failed until it is forgiven."""

    id: str
    keys: Sequence[str]


class Throttle:
    """`purpose` keeps the counts of one door apart from those of another."""

    def __init__(self, app: App, purpose: str) -> None:
        self._app = app
        self._purpose = purpose
        self._here = _Here()

    def admit(self, limits: Sequence[Limit]) -> Try | None:
        """Count a try before anything is looked up, so that tries side by side count too; None: too many."""
        attempt = Try(token_hex(8), [self._key(limit.parts) for limit in limits])
        now = self._app.clock.now()
        try:
            counts = self._in_redis(attempt, now)
        except (RedisError, ConfigurationError):
            counts = [self._here.add(key, attempt.id, now) for key in attempt.keys]
        if all(count <= limit.most for count, limit in zip(counts, limits, strict=True)):
            return attempt
        self._remove(attempt)  # a refused try does not make the wait longer
        return None

    def forgive(self, attempt: Try) -> None:
        """It was right: the first limit starts anew, and the others have one failure less."""
        self._remove(attempt)
        self._here.forget(attempt.keys[0])
        try:
            self._app.redis.delete(attempt.keys[0])
        except (RedisError, ConfigurationError):
            return

    def _in_redis(self, attempt: Try, now: int) -> list[int]:
        pipe = self._app.redis.pipeline(transaction=True)
        for key in attempt.keys:
            pipe.zremrangebyscore(key, "-inf", now - WINDOW_MS)
            pipe.zadd(key, {attempt.id: now})
            pipe.zcard(key)
            pipe.pexpire(key, WINDOW_MS)
        answers = pipe.execute()
        return [int(count) for count in answers[2::4]]

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

    def add(self, key: str, id: str, now: int) -> int:
        with self._lock:
            tries = {each: at for each, at in self._tries.pop(key, {}).items() if at > now - WINDOW_MS}
            tries[id] = now
            self._tries[key] = tries  # last in the dict: the oldest keys go first
            while len(self._tries) > _MOST_KEYS:
                del self._tries[next(iter(self._tries))]
            return len(tries)

    def remove(self, key: str, id: str) -> None:
        with self._lock:
            self._tries.get(key, {}).pop(id, None)

    def forget(self, key: str) -> None:
        with self._lock:
            self._tries.pop(key, None)
