"""How much is invented, and when it happened."""

from dataclasses import dataclass
from random import Random

DAY_MS = 24 * 60 * 60_000
HOUR_MS = 60 * 60_000
_IST_MS = 5 * HOUR_MS + 30 * 60_000
_HOURS = (1, 1, 0, 0, 0, 1, 2, 5, 9, 13, 15, 14, 11, 9, 9, 11, 13, 14, 13, 12, 9, 6, 3, 2)
"""Of a day in India: callers come in the morning and after work."""
_SUNDAY, _SUNDAYS_SHARE = 6, 0.55
SEEDS = 70
"""Each seed has numbers of its own."""
_SETTLED_MS = 2 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Amounts:
    """How many calls, texts and consults, over how many days before now (UTC ms); `seed`: the same one gives the same history."""

    calls: int
    texts: int
    consults: int
    days: int
    seed: int
    now: int

    @property
    def begin(self) -> int:
        return self.now - self.days * DAY_MS

    @property
    def live(self) -> int:
        """Calls that are under way now."""
        return max(12, min(60, self.calls // 100))


class Days:
    """Moments of the past, by the hour of the day in India, the weekday, and a day's own luck."""

    def __init__(self, amounts: Amounts, random: Random) -> None:
        self._random = random
        first = amounts.begin // HOUR_MS * HOUR_MS
        luck = [random.uniform(0.8, 1.25) for _ in range(amounts.days + 2)]
        self._hours = list(range(first, amounts.now - _SETTLED_MS, HOUR_MS)) or [first]
        self._weights = [_weight(at) * luck[(at - first) // DAY_MS] + 0.01 for at in self._hours]
        self._until = amounts.now - _SETTLED_MS

    def moments(self, count: int) -> list[int]:
        """So many, in order; the last two hours are left to what is under way."""
        chosen = self._random.choices(self._hours, self._weights, k=count)
        return sorted(min(self._until, hour + self._random.randrange(HOUR_MS)) for hour in chosen)


def _weight(at: int) -> float:
    local = at + _IST_MS
    weekday = (local // DAY_MS + 3) % 7  # 1 January 1970 was a Thursday
    return _HOURS[local % DAY_MS // HOUR_MS] * (_SUNDAYS_SHARE if weekday == _SUNDAY else 1)
