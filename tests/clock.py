"""A clock that tests wind by hand."""


class HandClock:
    """Stands still until somebody winds it. Starts on 22 November 2026, noon in India."""

    def __init__(self, at: int = 1_795_329_000_000) -> None:
        self._now = at

    def now(self) -> int:
        return self._now

    def forward(self, *, minutes: float = 0, seconds: float = 0, ms: int = 0) -> None:
        self._now += int(minutes * 60_000 + seconds * 1000) + ms
