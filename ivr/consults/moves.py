"""The one writer of a consult's state: by the table, with the clock of the new state."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from ivr.consults.lifecycle import CLOCKS, OVER, ConsultEvent, ConsultState, Since, after
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
        about = {"consult_id": consult.id, "call_id": consult.call_id, "event": event.value}
        if following is None:
            log.debug("an event that changes nothing", extra={**about, "state": consult.state})
            return None
        if consult.clock_id is not None:
            outbox.done(tx, consult.clock_id)
        clock_id = None
        if following in CLOCKS:
            moments = {Since.SCREENED: consult.screened_at, Since.PAID: columns.get("paid_at") or consult.paid_at}
            row = outbox.addition(CONSULT_CLOCK, consult.id, self.ends_at(following, at, moments), at)
            tx.add([row])
            clock_id = row.values["id"]
        if following in OVER:
            columns = {**columns, "ended_at": at, "hold_until": None}
        store.change(tx, consult.id, state=following.value, clock_id=clock_id, **columns)
        log.info("a consult moved", extra={**about, "state": following.value})
        return following

    def ends_at(self, state: ConsultState, at: int, moments: Mapping[Since, object]) -> int:
        """When the clock of a state that is entered at `at` runs out (UTC ms). `moments`: other times that clocks count from."""
        clock = CLOCKS[state]
        lasts_ms = self.serve_by_ms if clock.seconds is None else clock.seconds * 1000
        since = moments.get(clock.since)
        return max(at, (since if isinstance(since, int) else at) + lasts_ms)

    @property
    def serve_by_ms(self) -> int:
        return self.settings.serve_by_minutes * 60_000
