"""A registration is verified: somebody has looked it up at the council, and says until when it is valid."""

from datetime import date, timedelta
from typing import Any

from ivr.doctors.plausible import fault_of_words, too_far
from ivr.model.errors import IvrError
from ivr.model.india import day_of, moment
from ivr.oversight import Action, note
from ivr.store import doctors
from ivr.store.tx import Tx


class NotVerified(IvrError):
    """The registration cannot be verified like that: says what to do."""


def verify(tx: Tx, doctor_id: str, valid_until: date, *, routable: bool, operator: str, now: int, reason: str = "") -> None:
    """`operator` has looked it up today; it is valid up to and with that day. `routable`: they may be rung for patients from now on.

    `now`: UTC milliseconds. NotVerified for a day that is over, or that no registration lasts to, and for a name that no sheet takes:
    what is kept here is written out as a sheet, and read again.
    """
    doctor, today, who = doctors.get(tx, doctor_id), day_of(now), operator.strip()
    if doctor is None:
        raise NotVerified("no doctor is called so")
    if not who:
        raise NotVerified("say who has looked it up")
    if fault := fault_of_words(who):
        raise NotVerified(f"who has looked it up: {fault}")
    if valid_until < today:
        raise NotVerified("that day is over; write the last day on which the registration is valid")
    if fault := too_far(valid_until, now):
        raise NotVerified(f"{valid_until.isoformat()} {fault}")
    columns = {"verified_by": who, "verified_at": moment(today), "valid_until": moment(valid_until + timedelta(days=1))}
    doctors.change(tx, doctor.id, **columns, routable=int(routable), changed_at=now)
    said: dict[str, Any] = {"valid_until": valid_until.isoformat(), "routable": routable}
    about = {"subject": "doctor", "subject_id": doctor.id, "caller_id": doctor.caller_id}
    note(tx, now, who, Action.VERIFY_DOCTOR, **about, reason=reason, **said)
