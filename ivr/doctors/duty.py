"""Duty: a doctor goes on and off, by missed call or by key; what the doctor intends, never what the system has them doing.

A caller id can be forged, so nobody is rung for a patient on the strength of one: whoever goes on duty is called at once, and is
on duty in earnest when key 1 was pressed in that call. Until then `proven_at` is empty, and no claim finds them. Nor does any money
move: what gives it back, or earns it early, is said in a call that we placed.

A doctor who is claimed stays claimed whatever they intend: the release looks at it. Lock order: presence, outbox; nothing here locks
a caller or a consult (save `dispose`, before anything else), so whoever holds those may call.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from ivr.callbacks.plan import DUTY, WORD, is_quiet
from ivr.callbacks.wishes import duty_call, word_call
from ivr.doctors.duty_changes import DutyChanges
from ivr.doctors.duty_standing import PAUSE_MS, Standing, is_on, is_resting, may_serve, standing
from ivr.doctors.duty_texts import DUTY_BY_KEY, DUTY_OFF, DUTY_PAUSED, HELLO_FLOW, WORD_FLOW
from ivr.lines import Line
from ivr.model.ids import first_id
from ivr.routing.rating import Rest
from ivr.store import doctors, presence
from ivr.store import duty as store
from ivr.store.presence import OFF, ON, ONE_MORE, PAUSE
from ivr.store.tx import Row, Tx
from ivr.texts.asking import Trigger

_DEBOUNCE_MS = 60_000
"""One missed call a minute: phones redial, and fingers do too."""
_PROOF_MS = 4 * 60_000
"""Two calls of ours, and a pause between them."""
_MOST_CALLS = 8  # to confirm, in a day: whoever forges a number shall not ring a doctor all day
_MOST_BY_MISSED_CALL = 3  # of these: so many a missed call may bring about; after that it takes a key
_SAID_BY_ANY_CALL = ("done",)  # it gives the clinic nothing that silence would not
_DAY_MS = 24 * 60 * 60_000

Disposed = Callable[[Tx, str, str, str, int], object]
"""Of this consult (id) its doctor (id) says what came of it (one of the dispositions) at that time (UTC ms); locks it."""


@dataclass(frozen=True, slots=True)
class Duty:
    changes: DutyChanges
    flows: Collection[str]  # the names of all there are
    disposed: Disposed

    def standing(self, tx: Tx, caller_id: str, now: int) -> Standing | None:
        """None for a caller who is no doctor of ours."""
        return standing(tx, caller_id, self.changes.hours, now)

    def rang(self, tx: Tx, caller_id: str, call_id: str, line: Line, at: int) -> None:
        """A missed call to the line that means on duty. Of anybody else, and within a minute of the one before, it changes nothing.

        One that is told late, after a key was pressed, is overtaken. One that must not ring anybody is answered by a text.
        """
        doctor = doctors.by_caller(tx, caller_id)
        if doctor is None:
            return
        here = presence.ensure(tx, doctor.id, at)
        if here.seen_at > at or (here.rang_at is not None and at < here.rang_at + _DEBOUNCE_MS):
            return
        presence.change(tx, doctor.id, rang_at=at)
        on, trigger = is_on(here, at), self.changes.texts.trigger(tx, caller_id, call_id, at, line)
        pausing = here.intent == PAUSE or is_resting(here, at)
        proven = on and here.proven_at is not None and not pausing
        if proven or not may_serve(doctor, at) or self._may_ring(tx, doctor, here, at):
            self._go_on(tx, trigger, doctor, here, ONE_MORE if here.intent == ONE_MORE and on else ON, anew=pausing)
        else:
            self.changes.texts.tell(tx, trigger, DUTY_BY_KEY)

    def go_on(self, tx: Tx, trigger: Trigger) -> None:
        """By key."""
        self._by_key(tx, trigger, ON)

    def one_more(self, tx: Tx, trigger: Trigger) -> None:
        """By key: off duty again after one more patient."""
        self._by_key(tx, trigger, ONE_MORE)

    def go_off(self, tx: Tx, trigger: Trigger) -> None:
        """By key. An offer that rings now is taken back; who talks with a patient talks on."""
        here = self._seen(tx, trigger)
        if here is not None and here.intent != OFF:
            self.changes.off(tx, trigger, here)

    def pause(self, tx: Tx, trigger: Trigger) -> None:
        """By key: half an hour, then on duty again, if the duty lasts so long. Nothing to who is off duty."""
        here = self._seen(tx, trigger)
        if here is None or not is_on(here, trigger.at):
            return
        until = min(trigger.at + PAUSE_MS, here.on_until)
        clock_id = self.changes.clock(tx, here, until, trigger.at)
        presence.change(tx, here.doctor_id, intent=PAUSE, duty_id=clock_id, duty_call_id=trigger.call_id)
        self.changes.take_back(tx, here, trigger.at)
        self.changes.texts.tell(tx, trigger, DUTY_PAUSED, until)

    def prove(self, tx: Tx, trigger: Trigger, dial_id: str | None) -> None:
        """Key 1 in a call that we placed (`dial_id`): it is the doctor. In any other call it proves nothing."""
        here = self._seen(tx, trigger) if dial_id is not None else None
        if here is None or not is_on(here, trigger.at) or here.proven_at is not None:
            return
        end = self.changes.end(tx, here, trigger.at)
        clock_id = self.changes.clock(tx, here, end.at, trigger.at)
        presence.change(tx, here.doctor_id, proven_at=trigger.at, idle_since=trigger.at, on_until=end.at, duty_id=clock_id)
        self.changes.tell_on(tx, trigger, here.intent, end)

    def dispose(self, tx: Tx, trigger: Trigger, which: str, dial_id: str | None) -> None:
        """By key, what came of the last consult: done, needs_visit, emergency or not_suitable.

        All but done counts in a call that we placed (`dial_id`) alone.
        """
        here = self._standing(tx, trigger)
        if here is not None and here.to_dispose is not None and (dial_id is not None or which in _SAID_BY_ANY_CALL):
            self.disposed(tx, here.to_dispose, here.doctor_id, which, trigger.at)
        self._seen(tx, trigger)

    def call_for_word(self, tx: Tx, trigger: Trigger) -> None:
        """By key: the doctor has something else to say of the last consult than done. We call them, to hear it from their phone."""
        here, caller_id, call_id = self._standing(tx, trigger), trigger.caller_id, trigger.call_id
        if here is None or here.to_dispose is None or caller_id is None or call_id is None or WORD_FLOW not in self.flows:
            return
        if self._calls(tx, caller_id, WORD, trigger.at) < _MOST_CALLS and not store.is_being_called(tx, caller_id, WORD):
            tx.add(word_call(call_id=call_id, caller_id=caller_id, line=trigger.line.number, flow=WORD_FLOW, at=trigger.at))

    def paused_by_system(self, tx: Tx, doctor_id: str, trigger_call_id: str, at: int) -> None:
        """Tell a doctor who missed too many rings that they are not rung for a while, if that is still so. The consult's call."""
        here, trigger = presence.get(tx, doctor_id), self.changes.by_itself(tx, doctor_id, trigger_call_id, at)
        if here is not None and trigger is not None and is_on(here, at) and is_resting(here, at):
            self.changes.texts.tell(tx, trigger, DUTY_PAUSED, here.free_at)

    def went_off(self, tx: Tx, doctor_id: str, trigger_call_id: str, at: int) -> None:
        """Tell a doctor whose duty a release has ended (`presence.Released.went_off`), if that is still so. The consult's call."""
        here, trigger = presence.get(tx, doctor_id), self.changes.by_itself(tx, doctor_id, trigger_call_id, at)
        if here is not None and trigger is not None and here.intent == OFF:
            self.changes.texts.tell(tx, trigger, DUTY_OFF)

    def _by_key(self, tx: Tx, trigger: Trigger, intent: str) -> None:
        doctor, here = self._doctor(tx, trigger), self._seen(tx, trigger)
        if doctor is not None and here is not None:
            self._go_on(tx, trigger, doctor, here, intent)

    def _may_ring(self, tx: Tx, doctor: Row, here: Row, at: int) -> bool:
        """Whether a missed call may ring this doctor: not all day, and not at night unless they are at work then."""
        if store.is_being_called(tx, doctor.caller_id, DUTY):
            return True
        asleep = is_quiet(at) and not is_on(here, at) and not self.changes.end(tx, here, at).planned
        return not asleep and self._calls(tx, doctor.caller_id, DUTY, at) < _MOST_BY_MISSED_CALL

    def _go_on(self, tx: Tx, trigger: Trigger, doctor: Row, here: Row, intent: str, *, anew: bool = False) -> None:
        """`anew`: whatever was proven before, key 1 is to be pressed once more."""
        at = trigger.at
        if not may_serve(doctor, at):
            return
        end, on, resting = self.changes.end(tx, here, at), is_on(here, at), here.rest == Rest.PAUSED
        proven = on and here.proven_at is not None and not anew
        columns: dict[str, object] = {"intent": intent, "on_until": end.at, "duty_call_id": trigger.call_id}
        columns |= {} if on and not anew else {"proven_at": None, "idle_since": at, "misses": 0}
        columns |= {"rest": None, "free_at": at, "misses": 0} if resting else {}  # a sign of life ends it
        due_at = end.at if proven else min(at + _PROOF_MS, end.at)
        presence.change(tx, doctor.id, **columns, duty_id=self.changes.clock(tx, here, due_at, at))
        if not proven:
            self._call(tx, trigger, doctor)
        elif resting or (here.intent, here.on_until) != (intent, end.at):
            self.changes.tell_on(tx, trigger, intent, end)

    def _call(self, tx: Tx, trigger: Trigger, doctor: Row) -> None:
        """One that is to come is enough. Who is not called is told so by text, when the time to confirm is over."""
        known = trigger.call_id is not None and HELLO_FLOW in self.flows
        called = self._calls(tx, doctor.caller_id, DUTY, trigger.at)
        if known and called < _MOST_CALLS and not store.is_being_called(tx, doctor.caller_id, DUTY):
            line = trigger.line.number
            tx.add(duty_call(call_id=str(trigger.call_id), caller_id=doctor.caller_id, line=line, flow=HELLO_FLOW, at=trigger.at))

    def _calls(self, tx: Tx, caller_id: str, reason: str, at: int) -> int:
        """Of a day, until now."""
        return store.calls_since(tx, caller_id, reason, first_id(at - _DAY_MS))

    def _standing(self, tx: Tx, trigger: Trigger) -> Standing | None:
        return self.standing(tx, trigger.caller_id, trigger.at) if trigger.caller_id is not None else None

    def _doctor(self, tx: Tx, trigger: Trigger) -> Row | None:
        return None if trigger.caller_id is None else doctors.by_caller(tx, trigger.caller_id)

    def _seen(self, tx: Tx, trigger: Trigger) -> Row | None:
        """A key was pressed: the doctor's row, locked; None for anybody else."""
        doctor = self._doctor(tx, trigger)
        if doctor is None:
            return None
        here = presence.ensure(tx, doctor.id, trigger.at)
        presence.change(tx, doctor.id, seen_at=max(here.seen_at, trigger.at))
        return here
