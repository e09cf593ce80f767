"""Slows down guessing: failed logins are counted per name and address, and per address.

Counted in Redis, so that all web processes see them; in this process while Redis is away, for operators need the
console exactly then. Only hashes of names and addresses are kept, for 15 minutes.
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
PER_NAME = 5
PER_ADDRESS = 20
_MOST_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class Try:
    """One try to log in. It counts as failed until `forgive`n."""

    id: str
    keys: Sequence[str]  # name and address; address


class Throttle:
    def __init__(self, app: App) -> None:
        self._app = app
        self._here = _Here()

    def admit(self, name: str, address: str) -> Try | None:
        """Count a try before the password is looked at, so that tries side by side count too; None: too many."""
        attempt = Try(token_hex(8), (_key(name, address), _key(address)))
        now = self._app.clock.now()
        try:
            counts = self._in_redis(attempt, now)
        except (RedisError, ConfigurationError):
            counts = [self._here.add(key, attempt.id, now) for key in attempt.keys]
        if all(count <= most for count, most in zip(counts, (PER_NAME, PER_ADDRESS), strict=True)):
            return attempt
        self._remove(attempt)  # a refused try does not make the wait longer
        return None

    def forgive(self, attempt: Try) -> None:
        """It was the right password: this name may fail anew, and the address has one failure less."""
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


def _key(*parts: str) -> str:
    return "ivr:login:" + sha256("\n".join(parts).encode()).hexdigest()[:32]
