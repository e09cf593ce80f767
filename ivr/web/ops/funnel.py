"""Where callers leave the voice menus, for the first page: counted anew at most once a minute, however many consoles are open."""

from dataclasses import dataclass
from threading import Lock

from ivr.store import turns
from ivr.wiring import App

DAYS = 7
FRESH_MS = 60_000
_DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class FunnelRow:
    step: str
    reached: int  # calls that came here
    ended: int  # calls that ended here
    share: int  # of those that came here, in percent


class Funnel:
    """Of the last seven days. It reads every turn of them, so it is not counted for each request."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._lock = Lock()
        self._rows: list[FunnelRow] = []
        self._counted_at = -FRESH_MS

    def rows(self) -> list[FunnelRow]:
        """The step that most calls reached first. Raises DatabaseAway."""
        with self._lock:
            now = self._app.clock.now()
            if now - self._counted_at >= FRESH_MS:
                with self._app.database.read() as tx:
                    counted = turns.funnel(tx, now - DAYS * _DAY_MS)
                self._rows = [FunnelRow(step, reached, ended, round(100 * ended / reached)) for step, reached, ended in counted]
                self._counted_at = now
            return self._rows
