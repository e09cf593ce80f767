"""What is switched off, as this process knows it: looked up once a second, for the time of a webhook is the ringing that a caller hears."""

from dataclasses import dataclass, field

from ivr.model.values import Phone
from ivr.store import pauses as store
from ivr.store.database import Database
from ivr.store.pauses import TEXTS as TEXTS
from ivr.store.tx import Row

_KEPT_MS = 1_000


@dataclass(frozen=True, slots=True)
class Pauses:
    database: Database
    _seen: dict[str, tuple[int, dict[str, Row]]] = field(default_factory=dict, init=False, repr=False)

    def now(self, at: int) -> dict[str, Row]:
        """By scope: all that is paused at `at` (UTC ms), or was a second before. DatabaseAway."""
        seen_at, found = self._seen.get("", (None, {}))
        if seen_at is not None and 0 <= at - seen_at < _KEPT_MS:
            return found
        with self.database.read() as tx:
            found = {str(row.scope): row for row in store.everything(tx)}
        self._seen[""] = (at, found)
        return found

    def holds(self, line: Phone, at: int) -> bool:
        return line.e164 in self.now(at)

    def forget(self) -> None:
        """Something was switched in this process: it counts at once."""
        self._seen.clear()
