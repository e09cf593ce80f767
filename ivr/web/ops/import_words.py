"""What a sheet of doctors comes to, as an admin reads it before it is imported. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.doctors.directory import Taken
from ivr.doctors.directory_changes import label
from ivr.doctors.sheet_doctors import Doctor
from ivr.web.ops import words
from ivr.web.ops.doctor_words import levels


@dataclass(frozen=True, slots=True)
class Who:
    name: str
    registration: str


@dataclass(frozen=True, slots=True)
class NewRow:
    """`phone`: masked."""

    who: Who
    city: str
    specialities: str
    languages: str
    phone: str


@dataclass(frozen=True, slots=True)
class Plan:
    new: Sequence[NewRow]
    changed: Sequence[tuple[Who, str]]
    same: int
    not_rung: Sequence[tuple[Who, str]]


def plan(taken: Taken) -> Plan:
    return Plan(
        [_new(each) for each in taken.added],
        [(_who(each), "; ".join(what)) for each, what in taken.changed],
        taken.same,
        [(_who(each), why) for each, why in taken.not_rung],
    )


def imported(taken: Taken) -> str:
    """What was done, in one line."""
    counts = f"{len(taken.added)} new, {len(taken.changed)} changed, {taken.same} as they were"
    return f"The sheet is imported: {counts}" + (f"; {len(taken.not_rung)} not to be rung." if taken.not_rung else ".")


def _new(of: Doctor) -> NewRow:
    specialities, languages = levels(of.skills.specialities, str), levels(of.skills.languages, words.language)
    return NewRow(_who(of), f"{of.city} {of.pin_code}", specialities, languages, of.phone.masked)


def _who(of: Doctor) -> Who:
    return Who(of.name, label(of))
