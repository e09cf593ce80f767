"""Follow-ups: a patient talks with the same doctor once more, within the days of prices.yaml, and it costs nothing.

Free is the consult, never the way to it: the emergency screen comes first, as always.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.consults.desk import Desk, fresh
from ivr.consults.lifecycle import ConsultEvent, ConsultState
from ivr.consults.short_talks import too_many
from ivr.consults.telling import FOLLOW_UP_BOOKED
from ivr.doctors.shifts_kept import roster
from ivr.store import callers, presence
from ivr.store import consults as store
from ivr.store.tx import Row, Tx
from ivr.texts.asking import Trigger
from ivr.texts.times import day_time

PATIENTS = ("self", "other")
"""Of one caller: whom a call is for."""

_DAY_MS = 24 * 60 * 60_000
_AHEAD_DAYS = 2
"""A doctor who does not work before that is not waited for: another one is rung, who has the earlier card."""
_SETTLED_IN_MS = 5 * 60_000
"""After a shift has begun: by then its doctor is on duty."""
_JUST_NOW_MS = 60_000
_CAN_BE_GIVEN_UP = (ConsultState.PAID, ConsultState.OFFERING, ConsultState.CALLBACK_BOOKED)


@dataclass(frozen=True, slots=True)
class FollowUps:
    desk: Desk

    # Facts

    def of(self, tx: Tx, caller_id: str, patient: str, at: int) -> Row | None:
        """The consult that this patient may follow up for nothing, with `doctor_name`: the newest; None without one.

        None for a caller whose talks ended short again and again, too.
        """
        days = self.desk.prices.follow_up_days
        if days and too_many(tx, caller_id, self.desk.settings, at):
            return None
        since = at - max(days.values(), default=0) * _DAY_MS
        found = store.can_be_followed_up(tx, caller_id, patient, since=since, now=at) if days else []
        return next((row for row in found if row.ended_at > at - days.get(row.speciality, 0) * _DAY_MS), None)

    def on_duty(self, tx: Tx, earlier: Row, at: int) -> bool:
        """Whether the doctor of that consult is at work now, with a patient or not."""
        here = presence.get(tx, earlier.doctor_id)
        if here is None or here.intent not in (presence.ON, presence.ONE_MORE):
            return False
        return here.proven_at is not None and here.on_until > at

    def slot(self, tx: Tx, earlier: Row, at: int) -> int | None:
        """When that doctor can be had next (UTC ms): shortly after their next shift begins; None when that is too far off."""
        shift = roster(tx, earlier.doctor_id, at).next_shift(at, _AHEAD_DAYS)
        return None if shift is None else shift.starts + _SETTLED_IN_MS

    # Effects

    def quote(self, tx: Tx, trigger: Trigger, answers: Mapping[str, str]) -> bool:
        """A doctor is looked for now, theirs first. False when there is no such follow-up any more."""
        return self._grant(tx, trigger, answers, None)

    def book(self, tx: Tx, trigger: Trigger, answers: Mapping[str, str], slot_at: int) -> bool:
        """At the time that was told, their doctor is looked for first. False when there is no such follow-up any more."""
        if not self._grant(tx, trigger, answers, slot_at):
            return False
        self.desk.telling.tell(tx, trigger, FOLLOW_UP_BOOKED, {"when": day_time(slot_at)})
        return True

    def begin(self, tx: Tx, trigger: Trigger) -> bool:
        """One that was booked: its time has come, and its patient has just passed the screen again in this call."""
        consult, triage = self._open(tx, trigger, (ConsultState.CALLBACK_BOOKED,)), store.last_triage(tx, trigger.call_id or "")
        if consult is None or consult.follow_up_of is None or (consult.slot_at or 0) > trigger.at:
            return False
        if triage is None or triage.result != "clear" or triage.at < trigger.at - _JUST_NOW_MS:
            return False
        kept = {"triage_id": triage.id, "screened_at": triage.at, "slot_at": None}
        return self.desk.bookings.moves.move(tx, consult, ConsultEvent.BEGUN, trigger.at, **kept) is not None

    def cancel(self, tx: Tx, trigger: Trigger) -> bool:
        """Give up a follow-up that is not had yet. It is not used up."""
        consult = self._open(tx, trigger, _CAN_BE_GIVEN_UP)
        if consult is None or consult.follow_up_of is None:
            return False
        return self.desk.bookings.ends(tx, consult.id, ConsultEvent.FREE_UNSERVED, "by key", trigger.at)

    def _grant(self, tx: Tx, trigger: Trigger, answers: Mapping[str, str], slot_at: int | None) -> bool:
        consult = self._open(tx, trigger, (ConsultState.TRIAGED,))
        if consult is None or trigger.caller_id is None or not fresh(consult, trigger.at):
            return False
        earlier = self.of(tx, trigger.caller_id, consult.patient, trigger.at)
        if earlier is None:
            return False
        price = self.desk.prices.nothing(earlier.speciality, earlier.tier)
        known = {"pain_place": earlier.pain_place or "", "amber": "yes" if "amber" in earlier.flags else "no"}
        self.desk.quoted(tx, consult, price, "used", {**known, **answers}, trigger.at)
        quoted = store.get(tx, consult.id, lock=True)
        what = {"speciality": earlier.speciality, "tier": earlier.tier, "follow_up_of": earlier.id, "prefers": earlier.doctor_id}
        return self.desk.bookings.granted(tx, quoted, trigger.at, slot_at, **what)

    def _open(self, tx: Tx, trigger: Trigger, states: tuple[ConsultState, ...]) -> Row | None:
        """The caller's consult in one of these states, locked; the caller first."""
        if trigger.caller_id is None:
            return None
        callers.lock(tx, trigger.caller_id)
        return store.open_of(tx, trigger.caller_id, states, lock=True)
