"""What changes of duty have in common: a clock, the offer that is taken back, the text that tells. Whoever calls holds the row."""

from dataclasses import dataclass

from ivr.doctors.duty_end import DutyEnd
from ivr.doctors.duty_standing import end_anew
from ivr.doctors.duty_texts import DUTY_OFF, DUTY_ON, DUTY_ONE_MORE, DUTY_UNPLANNED, DutyTexts
from ivr.hours import Hours
from ivr.store import doctors, outbox, presence
from ivr.store.presence import OFF, ONE_MORE, RESERVED
from ivr.store.tx import Row, Tx
from ivr.texts.asking import Trigger

DUTY_CLOCK, DUTY_RESCIND = "duty_clock", "duty_rescind"


@dataclass(frozen=True, slots=True)
class DutyChanges:
    texts: DutyTexts
    hours: Hours

    def end(self, tx: Tx, here: Row, at: int) -> DutyEnd:
        """See `end_anew`."""
        return end_anew(tx, here.doctor_id, here, self.hours, at)

    def clock(self, tx: Tx, here: Row, due_at: int, at: int) -> str:
        """Wind it anew; the id of the row that rings then, to be named in `duty_id`."""
        if here.duty_id is not None:
            outbox.done(tx, here.duty_id)
        row = outbox.addition(DUTY_CLOCK, here.doctor_id, due_at, at)
        tx.add([row])
        return str(row.values["id"])

    def off(self, tx: Tx, trigger: Trigger, here: Row) -> None:
        if here.duty_id is not None:
            outbox.done(tx, here.duty_id)
        off = {"intent": OFF, "on_until": None, "proven_at": None, "duty_id": None, "duty_call_id": trigger.call_id}
        presence.change(tx, here.doctor_id, **off)
        self.take_back(tx, here, trigger.at)
        self.texts.tell(tx, trigger, DUTY_OFF)

    def take_back(self, tx: Tx, here: Row, at: int) -> None:
        """The offer that rings now; in a transaction of its own, for an offer is locked after its consult, and that before this doctor."""
        if here.state == RESERVED:
            outbox.add(tx, DUTY_RESCIND, here.offer_id, at, at)

    def tell_on(self, tx: Tx, trigger: Trigger, intent: str, end: DutyEnd) -> None:
        unplanned = not end.planned and DUTY_UNPLANNED in self.texts.asking.templates
        template = DUTY_ONE_MORE if intent == ONE_MORE else DUTY_UNPLANNED if unplanned else DUTY_ON
        self.texts.tell(tx, trigger, template, end.at)

    def by_itself(self, tx: Tx, doctor_id: str, call_id: str, at: int) -> Trigger | None:
        """For what no key of the doctor brought about; `call_id` is the call that it goes back to."""
        doctor = doctors.get(tx, doctor_id)
        return None if doctor is None else self.texts.trigger(tx, doctor.caller_id, call_id, at)
