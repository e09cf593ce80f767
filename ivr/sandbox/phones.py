"""The phones on this side of the network, and how each takes a call."""

from dataclasses import dataclass, replace
from re import fullmatch
from threading import Lock

from ivr.sandbox.numbers import normal


@dataclass(frozen=True, slots=True)
class Manner:
    """`after_ms` ringing the phone comes to `outcome` by itself; None: only a person or the end of the ring time ends it.

    Then the person may hang up after `hangs_up_after_ms`; press `keys` once, at the first menu, `presses_after_ms` after it began to
    speak (with `late`: after the answer, whoever listens); and hang up `stays_ms` after being joined with somebody in a room.
    """

    name: str
    after_ms: int | None = None
    outcome: str = "answers"
    hangs_up_after_ms: int | None = None
    keys: str = ""
    presses_after_ms: int = 2_000
    late: bool = False
    stays_ms: int | None = None


RINGS = Manner("rings")
MANNERS = {
    manner.name: manner
    for manner in (
        RINGS,
        Manner("no answer"),
        Manner("answers", 2_000),
        Manner("machine", 4_000, hangs_up_after_ms=40_000),
        Manner("voicemail", 15_000, hangs_up_after_ms=40_000),
        Manner("busy", 0, "busy"),
        Manner("declines", 3_000, "declined"),
        Manner("unreachable", 0, "unreachable"),
        Manner("accepts", 5_000, keys="1"),
        Manner("passes", 5_000, keys="2"),
        Manner("goes off", 5_000, keys="3"),
        Manner("silent", 5_000),
        Manner("late", 5_000, keys="1", presses_after_ms=20_000, late=True),
        Manner("drops", 5_000, keys="1", stays_ms=40_000),
    )
}


def manner_of(words: str) -> Manner:
    """One of MANNERS by its name; a number behind one that presses 1 (`accepts 180`) is the seconds it stays with the other. ValueError."""
    if words in MANNERS:
        return MANNERS[words]
    found = fullmatch(r"(.+) ([1-9][0-9]{0,4})", words)
    manner = MANNERS.get(found[1]) if found else None
    if found is None or manner is None or manner.keys != "1":
        raise ValueError(f"no phone behaves like {words!r}: use {', '.join(MANNERS)}, or accepts 180")
    return replace(manner, name=words, stays_ms=1000 * int(found[2]))


class Phones:
    """How phones take calls: by ringing, until told otherwise."""

    def __init__(self) -> None:
        self._manners: dict[str, tuple[Manner, int | None]] = {}
        self._lock = Lock()

    def behave(self, number: str, manner: str, times: int | None = None) -> None:
        """ValueError for a manner that does not exist."""
        found = manner_of(manner)
        if times is not None and times < 1:
            raise ValueError("times is 1 or more; leave it empty (null) for a manner that stays")
        with self._lock:
            self._manners[normal(number)] = (found, times)

    def manner(self, number: str) -> str:
        with self._lock:
            return self._of(number)[0].name

    def take(self, number: str) -> Manner:
        """How this phone takes the call that rings now; it wears off by one."""
        with self._lock:
            manner, times = self._of(number)
            if times == 1:
                del self._manners[normal(number)]
            elif times is not None:
                self._manners[normal(number)] = (manner, times - 1)
            return manner

    def _of(self, number: str) -> tuple[Manner, int | None]:
        return self._manners.get(normal(number), (RINGS, None))
