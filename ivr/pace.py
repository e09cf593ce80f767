"""How fast calls are placed: a provider takes only so many new calls a second, from all our workers together."""

import logging
from math import ceil

import redis

log = logging.getLogger(__name__)

_LONGEST_WAIT_MS = 60_000
_AWAY_MS = 5_000

_TAKE = """
local now, gap, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local free = tonumber(redis.call('GET', KEYS[1]) or '0')
if free > now + gap + longest then free = now end
if free <= now then
  redis.call('SET', KEYS[1], string.format('%.0f', now + gap), 'PX', gap + longest)
  return 0
end
local tail = math.min(math.max(tonumber(redis.call('GET', KEYS[2]) or '0'), free), now + longest)
redis.call('SET', KEYS[2], string.format('%.0f', tail + gap), 'PX', gap + longest)
return tail - now
"""
"""KEYS: when the next call may start, where the queue of those sent away ends. A clock that was set back does not stop us for long."""


class Pace:
    """Counts in Redis, by our own clock: losing it costs a second's worth of politeness."""

    def __init__(self, connection: redis.Redis) -> None:
        self._take = connection.register_script(_TAKE)

    def wait_ms(self, provider: str, per_second: float, now: int) -> int:
        """0: call now. Otherwise come again in so many milliseconds, at most a minute; those who are sent away come back one by one.

        Without Redis nobody calls: the provider would refuse what is too much.
        """
        keys = [f"pace:{provider}:next", f"pace:{provider}:tail"]
        try:
            return int(self._take(keys=keys, args=[now, ceil(1000 / per_second), _LONGEST_WAIT_MS]))
        except redis.RedisError:
            log.warning("Redis is away; a call waits")
            return _AWAY_MS
