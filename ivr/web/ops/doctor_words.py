"""Doctors as an operator reads them: who they are, what they intend, what the system has them doing, and why they are not rung. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ivr.doctors.directory_changes import last_day, told_day
from ivr.doctors.directory_listing import why_not_rung_now
from ivr.doctors.duty_standing import is_on
from ivr.routing.rating import Rest
from ivr.store.doctors import Skills
from ivr.store.presence import IDLE, ONE_MORE, PAUSE, RESERVED
from ivr.store.tx import Row
from ivr.texts.times import clock_time
from ivr.web.ops import words
from ivr.web.ops.words import Tone

_LEVELS = {1: "some", 2: "good", 3: "very good"}
_RESTS = {
    Rest.WRAP_UP: "writes up the last consult",
    Rest.PASSED: "passed on the last patient",
    Rest.BUSY: "was busy at the last ring",
    Rest.MISSED: "missed the last ring",
    Rest.PAUSED: "missed three rings in a row; any key or a missed call ends that",
}


@dataclass(frozen=True, slots=True)
class DoctorRow:
    """One line of the directory. `why`: why they are not rung at all, "" for one who may be."""

    id: str
    name: str
    registration: str
    valid: str
    why: str
    specialities: str
    languages: str
    city: str
    duty: str
    tone: Tone
    sample: bool


@dataclass(frozen=True, slots=True)
class PresenceCard:
    """What the doctor intends, and what the system has them doing; apart, for either can hold a ring back."""

    intent: str
    tone: Tone
    state: str


@dataclass(frozen=True, slots=True)
class DoctorCard:
    row: DoctorRow
    facts: Sequence[tuple[str, str]]
    verified: Sequence[tuple[str, str]]
    presence: PresenceCard


def doctor_row(row: Row, skills: Skills, now: int, *, samples: bool) -> DoctorRow:
    """`row`: of a doctor with their presence. `samples`: whether invented ones may be rung here."""
    duty, tone = _intent(row, now)
    return DoctorRow(
        id=row.id,
        name=row.name,
        registration=f"{row.council} {row.registration}",
        valid=f"until {last_day(row.valid_until)}" if row.valid_until is not None else "not verified",
        why=why_not_rung_now(row, now) or ("" if samples or not row.sample else "invented doctors are not rung in production"),
        specialities=levels(skills.specialities, str),
        languages=levels(skills.languages, words.language),
        city=row.city,
        duty=duty,
        tone=tone,
        sample=bool(row.sample),
    )


def doctor_card(row: Row, skills: Skills, phone: str, now: int, *, samples: bool) -> DoctorCard:
    """`phone`: masked."""
    facts = [
        ("Qualification", row.qualification),
        ("Specialities", levels(skills.specialities, str)),
        ("Languages", levels(skills.languages, words.language)),
        ("Place", f"{row.city} {row.pin_code}"),
        ("Phone", phone),
        ("Asked", "first" if row.tier == 0 else f"in turn {row.tier + 1}: tier {row.tier}"),
        ("Fee tier", row.fee_tier),
        ("Follow-ups", "sees their own patients again, free" if row.follow_ups else "none"),
    ]
    verified = [
        ("Registration", f"{row.council} {row.registration}"),
        ("Looked up", "never" if row.verified_at is None else f"{told_day('verified_at', row.verified_at)} by {row.verified_by}"),
        ("Valid", "no day on record" if row.valid_until is None else f"until {last_day(row.valid_until)}"),
        ("May be rung", "yes" if row.routable else "no"),
    ]
    return DoctorCard(doctor_row(row, skills, now, samples=samples), facts, verified, _presence(row, now))


def levels(levels: Mapping[str, int], named: Callable[[str], str]) -> str:
    return ", ".join(f"{named(name)} ({_LEVELS.get(level, level)})" for name, level in levels.items()) or "none"


def _presence(row: Row, now: int) -> PresenceCard:
    intent, tone = _intent(row, now)
    return PresenceCard(intent, tone, _state(row, now))


def _intent(row: Row, now: int) -> tuple[str, Tone]:
    if row.intent is None or not is_on(row, now):
        return "off duty", Tone.PLAIN
    until = clock_time(row.on_until, now)
    if row.intent == PAUSE:
        return f"paused until {clock_time(row.clock_at, now) if row.clock_at else until}, on duty until {until}", Tone.WAIT
    wish = "one more patient, then off duty" if row.intent == ONE_MORE else "on duty"
    if row.proven_at is None:
        return f"{wish}, until {until}; not rung before they press 1 on their own phone", Tone.WAIT
    return f"{wish}, until {until}", Tone.GOOD


def _state(row: Row, now: int) -> str:
    if row.state is None or row.state == IDLE:
        return _idle(row, now)
    return "their phone rings for a patient" if row.state == RESERVED else "with a patient"


def _idle(row: Row, now: int) -> str:
    if row.rest is None or row.free_at is None or row.free_at <= now:
        return "not busy"
    why = _RESTS[Rest(row.rest)] if row.rest in list(Rest) else row.rest
    return f"rests until {clock_time(row.free_at, now)}: {why}"
