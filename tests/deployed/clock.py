"""The clock of a deployment under test: real processes, and a time of day that the test decides."""

import struct
import time
from pathlib import Path

DAY_MS = 24 * 60 * 60 * 1000
_NOON_IN_INDIA_MS = (6 * 60 + 30) * 60 * 1000  # in UTC
_WOUND = Path(__file__).parent / "wound"


class WoundClock:
    """Runs as the machine's does, but begins at noon in India: at night nobody is called back. It can be wound forward, never back.

    Waits of hours (the retry plan, lost calls) take a moment. Never wind it past a lease while a provider is being asked.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._ahead_ms = (_NOON_IN_INDIA_MS - _machine()) % DAY_MS
        self._tell()

    def now(self) -> int:
        return _machine() + self._ahead_ms

    def forward(self, *, ms: int) -> None:
        self._ahead_ms += max(0, ms)
        self._tell()

    def environment(self) -> dict[str, str]:
        """What a process needs in order to live by this clock."""
        return {"WOUND_CLOCK": str(self._file), "PYTHONPATH": str(_WOUND)}

    def _tell(self) -> None:
        with self._file.open("r+b" if self._file.exists() else "w+b") as file:
            file.write(struct.pack("q", self._ahead_ms * 1_000_000))


def _machine() -> int:
    return time.time_ns() // 1_000_000
