"""Doctors as a person at a terminal reads them, and names them."""

from ivr.doctors.directory_changes import Stored, last_day, write_skills
from ivr.doctors.shifts_written import write_rules
from ivr.model.errors import ConfigurationError
from ivr.store import doctors
from ivr.store.tx import Row, Tx


def line(stored: Stored, now: int) -> str:
    """One doctor in one line, without the telephone number. `now` in UTC milliseconds."""
    row = stored.row
    skills = f"{write_skills(stored.skills.specialities)}, {write_skills(stored.skills.languages)}"
    shifts = write_rules(stored.rules) or "no shifts"
    mark = "sample, " if row.sample else ""
    return f"{row.council} {row.registration}  {row.name}, {row.city} {row.pin_code}: {skills}; {shifts}; {mark}{_standing(row, now)}"


def by_registration(tx: Tx, text: str) -> Row:
    """The doctor named `KMC 12345`, or `12345` where only one council has that number. ConfigurationError otherwise."""
    words = text.upper().split()
    whole, rest = " ".join(words), " ".join(words[1:])
    found = doctors.by_number(tx, whole) or [row for row in doctors.by_number(tx, rest) if row.council == words[0]]
    match found:
        case [one]:
            return one
        case []:
            raise ConfigurationError("REGISTRATION: no doctor has it; `python -m ivr doctors list` shows all")
        case _:
            councils = ", ".join(row.council for row in found)
            raise ConfigurationError(f"REGISTRATION: doctors of {councils} have this number; write the council before it, like KMC 12345")


def why_not_rung_now(row: Row, now: int) -> str | None:
    """Why the doctor of this row may not be rung for patients; None for one who may."""
    if row.verified_at is None or row.valid_until is None:
        return "the registration is not verified"
    if row.valid_until <= now:
        return f"the registration ran out on {last_day(row.valid_until)}"
    return None if row.routable else "the directory says that they are not to be rung"


def _standing(row: Row, now: int) -> str:
    why = why_not_rung_now(row, now)
    return f"not to be rung: {why}" if why else f"may be rung until {last_day(row.valid_until)}"
