"""How a doctor's duty stands, as their phone tells it."""

from dataclasses import dataclass

from ivr.doctors.duty_end import DutyEnd, duty_end
from ivr.hours import Hours
from ivr.model.ids import first_id
from ivr.routing.rating import Rest
from ivr.store import doctors, presence
from ivr.store import duty as store
from ivr.store.presence import OFF, PAUSE
from ivr.store.tx import Row, Tx

PAUSE_MS = 30 * 60_000


@dataclass(frozen=True, slots=True)
class Standing:
    """`until`: when the duty ends, or would if it began now; `paused_until` likewise. `end`: the one that key 1 gives it now.

    Times in UTC milliseconds.
    """

    doctor_id: str
    may_serve: bool  # verified, and the registration is valid
    intent: str
    confirmed: bool
    until: int
    end: int
    paused: bool  # by key, or by the system
    paused_until: int
    booked: tuple[int, ...]
    to_dispose: str | None  # the consult of theirs that waits for their word


def standing(tx: Tx, caller_id: str, hours: Hours, now: int) -> Standing | None:
    """None for a caller who is no doctor of ours."""
    doctor = doctors.by_caller(tx, caller_id)
    if doctor is None:
        return None
    here = presence.get(tx, doctor.id)
    on = here is not None and is_on(here, now)
    end = end_anew(tx, doctor.id, here, hours, now).at
    until = int(here.on_until) if here is not None and on else end
    resting = here is not None and is_resting(here, now)
    intent = str(here.intent) if here is not None and on else OFF
    return Standing(
        doctor_id=str(doctor.id),
        may_serve=may_serve(doctor, now),
        intent=intent,
        confirmed=on and here is not None and here.proven_at is not None,
        until=until,
        end=end,
        paused=intent == PAUSE or (on and resting),
        paused_until=int(here.free_at) if here is not None and resting else min(now + PAUSE_MS, until),
        booked=tuple(store.booked_for(tx, doctor.id)),
        to_dispose=store.to_dispose(tx, doctor.id, first_id(now - store.WORD_WITHIN_MS)),
    )


def end_anew(tx: Tx, doctor_id: str, here: Row | None, hours: Hours, now: int) -> DutyEnd:
    """Where key 1 puts the end: that of the shift; where none is planned, a duty that has begun keeps the end it has."""
    found = duty_end(tx, doctor_id, hours, now)
    return DutyEnd(int(here.on_until), False) if here is not None and is_on(here, now) and not found.planned else found


def is_on(here: Row, now: int) -> bool:
    """Whether a row of presence is on duty, paused or not, confirmed or not."""
    return bool(here.intent != OFF and here.on_until > now)


def is_resting(here: Row, now: int) -> bool:
    """Whether the system does not ring them for a while, for they missed too many rings."""
    return bool(here.rest == Rest.PAUSED and here.free_at > now)


def may_serve(doctor: Row, now: int) -> bool:
    return bool(doctor.routable and doctor.valid_until > now)
