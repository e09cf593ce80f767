"""The one writer of a consult's state: by the table, with the clock of the new state."""

import logging
from dataclasses import dataclass

from ivr.consults.lifecycle import CLOCKS, OVER, ConsultEvent, ConsultState, after
from ivr.settings import Settings
from ivr.store import consults as store
from ivr.store import outbox
from ivr.store.tx import Row, Tx

log = logging.getLogger(__name__)

CONSULT_CLOCK = "consult_clock"


@dataclass(frozen=True, slots=True)
class Moves:
    settings: Settings

    def move(self, tx: Tx, consult: Row, event: ConsultEvent, at: int, **columns: object) -> ConsultState | None:
        """Apply an event to a consult that is locked, and write `columns` with it. None: it changes nothing, and nothing is written."""
        following = after(ConsultState(consult.state), event)
        if following is None:
            log.info("an event that changes nothing", extra={"consult": consult.id, "state": consult.state, "event": event.value})
            return None
        if consult.clock_id is not None:
            outbox.done(tx, consult.clock_id)
        clock_id = None
        if following in CLOCKS:
            paid_at = columns.get("paid_at") or consult.paid_at
            row = outbox.addition(CONSULT_CLOCK, consult.id, self.ends_at(following, at, paid_at), at)
            tx.add([row])
            clock_id = row.values["id"]
        if following in OVER:
            columns = {**columns, "ended_at": at, "hold_until": None}
        store.change(tx, consult.id, state=following.value, clock_id=clock_id, **columns)
        return following

    def ends_at(self, state: ConsultState, at: int, paid_at: object) -> int:
        """When the clock of a state that begins at `at` runs out (UTC ms)."""
        seconds = CLOCKS[state].seconds
        if seconds is not None:
            return at + seconds * 1000
        since = paid_at if isinstance(paid_at, int) else at
        return max(at, since + self.serve_by_ms)

    @property
    def serve_by_ms(self) -> int:
        return self.settings.serve_by_minutes * 60_000
