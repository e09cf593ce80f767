"""The phones on this side of the network, and how each takes a call."""

from dataclasses import dataclass
from threading import Lock

from ivr.sandbox.numbers import normal


@dataclass(frozen=True, slots=True)
class Manner:
    """`after_ms` ringing the phone comes to `outcome` by itself; None: only a person or the end of the ring time ends it."""

    name: str
    after_ms: int | None = None
    outcome: str = "answers"
    hangs_up_after_ms: int | None = None


MANNERS = {
    manner.name: manner
    for manner in (
        Manner("rings"),
        Manner("no answer"),
        Manner("answers", 2_000),
        Manner("machine", 4_000, hangs_up_after_ms=40_000),
        Manner("busy", 0, "busy"),
        Manner("declines", 3_000, "declined"),
        Manner("unreachable", 0, "unreachable"),
    )
}


class Phones:
    """How phones take calls: by ringing, until told otherwise."""

    def __init__(self) -> None:
        self._manners: dict[str, tuple[Manner, int | None]] = {}
        self._lock = Lock()

    def behave(self, number: str, manner: str, times: int | None = None) -> None:
        """ValueError for a manner that does not exist."""
        if manner not in MANNERS:
            raise ValueError(f"no phone behaves like {manner!r}: use {', '.join(MANNERS)}")
        if times is not None and times < 1:
            raise ValueError("times is 1 or more; leave it empty (null) for a manner that stays")
        with self._lock:
            self._manners[normal(number)] = (MANNERS[manner], times)

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
        return self._manners.get(normal(number), (MANNERS["rings"], None))
