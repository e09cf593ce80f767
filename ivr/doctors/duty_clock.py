"""What time does to a duty: it ends, a pause ends, nobody has confirmed. Each is an outbox row that `presence.duty_id` names."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from ivr.doctors.duty_changes import DutyChanges
from ivr.doctors.duty_texts import DUTY_UNPROVEN
from ivr.model.ports import Clock
from ivr.store import outbox, presence
from ivr.store.database import Database
from ivr.store.presence import OFF, ON, PAUSE
from ivr.store.tx import Tx
from ivr.texts.asking import Trigger

Rescind = Callable[[Tx, str, int], None]
"""Takes an offer back, by its id, at that time (UTC ms), in a transaction of its own: its doctor is off duty now."""


@dataclass(frozen=True, slots=True)
class DutyClock:
    database: Database
    changes: DutyChanges
    rescind: Rescind
    clock: Clock

    def ring(self, outbox_id: str) -> None:
        """The end of a duty, of a pause, or of the time to confirm. Raises DatabaseAway."""
        now = self.clock.now()
        self.database.write(lambda tx: self._ring(tx, outbox_id, now))

    def take_back(self, outbox_id: str) -> None:
        """The offer of a doctor who went off, or paused, while it rang. Raises DatabaseAway."""
        now = self.clock.now()
        self.database.write(lambda tx: self._take_back(tx, outbox_id, now))

    def _take_back(self, tx: Tx, outbox_id: str, now: int) -> None:
        offer_id = outbox.peek(tx, outbox_id)
        if offer_id is not None:
            self.rescind(tx, offer_id, now)
        outbox.done(tx, outbox_id)

    def _ring(self, tx: Tx, outbox_id: str, now: int) -> None:
        doctor_id = outbox.peek(tx, outbox_id)
        here = presence.get(tx, doctor_id, lock=True) if doctor_id is not None else None
        outbox.done(tx, outbox_id)
        if here is None or here.duty_id != outbox_id or here.intent == OFF:
            return
        trigger = self.changes.by_itself(tx, here.doctor_id, here.duty_call_id, now)
        if trigger is None:
            return
        if here.on_until <= now:
            self.changes.off(tx, trigger, here)
            return
        clock_id = self.changes.clock(tx, here, here.on_until, now)
        presence.change(tx, here.doctor_id, intent=ON if here.intent == PAUSE else here.intent, duty_id=clock_id)
        self._tell(tx, trigger, here.intent, here.proven_at, here.doctor_id)

    def _tell(self, tx: Tx, trigger: Trigger, before: str, proven_at: int | None, doctor_id: str) -> None:
        if proven_at is None:
            self.changes.texts.tell(tx, trigger, DUTY_UNPROVEN)
        elif before == PAUSE:
            here = presence.ensure(tx, doctor_id, trigger.at)
            end = self.changes.end(tx, here, trigger.at)
            self.changes.tell_on(tx, trigger, ON, replace(end, at=here.on_until))  # nobody pressed a key: it ends when it would have
