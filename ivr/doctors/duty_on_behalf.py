"""Duty on a doctor's behalf: an operator says what the doctor intends, by the rules and with the texts of the doctor's own keys.

Nobody proves a phone for somebody else: who is put on duty like this is called, and is on duty in earnest when they press 1 themselves.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

from ivr.doctors.directory_listing import why_not_rung_now
from ivr.doctors.duty import Duty
from ivr.doctors.duty_standing import is_on
from ivr.model.errors import IvrError
from ivr.oversight import Action, note
from ivr.store import calls, doctors, presence
from ivr.store.tx import Row, Tx
from ivr.texts.asking import Trigger


class Wish(StrEnum):
    """What a doctor can intend."""

    ON = "on"  # until the shift ends
    ONE_MORE = "one_more"
    PAUSE = "pause"
    OFF = "off"


class DutyRefused(IvrError):
    """It would change nothing: says why, and what to do."""


_KEYS: Mapping[Wish, Callable[[Duty, Tx, Trigger], None]] = {
    Wish.ON: Duty.go_on,
    Wish.ONE_MORE: Duty.one_more,
    Wish.PAUSE: Duty.pause,
    Wish.OFF: Duty.go_off,
}


def set_duty(tx: Tx, duty: Duty, doctor_id: str, wish: Wish, *, operator: str, reason: str, now: int) -> None:
    """As if the doctor had pressed the key, in their last call with us: what we text and call has a call that it answers. DutyRefused.

    `reason`: as `reason_given` gives it. `now`: UTC milliseconds.
    """
    doctor = doctors.get(tx, doctor_id)
    if doctor is None:
        raise DutyRefused("no doctor is called so")
    here = presence.ensure(tx, doctor.id, now)
    call_id = calls.latest_of(tx, doctor.caller_id)
    if why := _why_not(doctor, here, wish, call_id, now):
        raise DutyRefused(why)
    note(
        tx,
        now,
        operator,
        Action.SET_DUTY,
        subject="doctor",
        subject_id=doctor.id,
        caller_id=doctor.caller_id,
        reason=reason,
        wish=str(wish),
    )
    _KEYS[wish](duty, tx, duty.changes.texts.trigger(tx, doctor.caller_id, str(call_id), now))


def _why_not(doctor: Row, here: Row, wish: Wish, call_id: str | None, now: int) -> str | None:
    if call_id is None:
        return "this doctor has never rung us, so nothing may ring or text them; ask them to give a missed call to go on duty"
    if wish in (Wish.OFF, Wish.PAUSE):
        return None if is_on(here, now) else "this doctor is off duty already"
    why = why_not_rung_now(doctor, now)
    return None if why is None else f"this doctor may not be rung for patients: {why}"
