"""What the console shows of doctors: the directory by page, one doctor, and what happened on one day of theirs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, Text, and_, bindparam, exists, func, or_, select

from ivr.model.ids import first_id
from ivr.store.doctors import LANGUAGE, SPECIALITY
from ivr.store.schema import audit, call, caller, consult, doctor, doctor_skill, offer, outbox, presence, text
from ivr.store.tx import Row, Tx

ON_DUTY, NOT_RUNG = "on_duty", "not_rung"

_now = bindparam("now", type_=BigInteger)
_name, _number = bindparam("name", type_=Text), bindparam("number", type_=Text)
_which = bindparam("which", type_=Text)
_on_duty = and_(presence.c.intent != "off", presence.c.on_until > _now)
_not_rung = or_(
    doctor.c.routable == 0,
    doctor.c.valid_until.is_(None),
    doctor.c.valid_until <= _now,
    and_(doctor.c.sample == 1, bindparam("samples", type_=Integer) == 0),
)


def _has(kind: str, wanted: str) -> ColumnElement[bool]:
    value = bindparam(wanted, type_=Text)
    skilled = select(doctor_skill.c.doctor_id).where(
        doctor_skill.c.doctor_id == doctor.c.id, doctor_skill.c.kind == kind, doctor_skill.c.value == value
    )
    return or_(value == "", exists(skilled))


_wanted = and_(
    or_(_name == "", func.lower(doctor.c.name).like(_name, escape="\\"), doctor.c.registration == _number),
    _has(SPECIALITY, "speciality"),
    _has(LANGUAGE, "language"),
    or_(_which == "", and_(_which == ON_DUTY, _on_duty), and_(_which == NOT_RUNG, _not_rung)),
)
_both = doctor.outerjoin(presence, presence.c.doctor_id == doctor.c.id)
_presence = [each for each in presence.c if each.name != "doctor_id"]
_clock_at = select(outbox.c.due_at).where(outbox.c.id == presence.c.duty_id).correlate(presence).scalar_subquery()
_with_presence: Any = select(doctor, caller.c.phone, *_presence, _clock_at.label("clock_at")).select_from(
    _both.join(caller, caller.c.id == doctor.c.caller_id)
)
_LISTED = _with_presence.where(_wanted).order_by(doctor.c.name, doctor.c.id).limit(bindparam("most")).offset(bindparam("skipped"))
_COUNT = select(func.count().label("n")).select_from(_both).where(_wanted)
_ONE = _with_presence.where(doctor.c.id == bindparam("id"))
_VALUES = select(doctor_skill.c.kind, doctor_skill.c.value).distinct().order_by(doctor_skill.c.kind, doctor_skill.c.value)

_NAMES = ("name_1", "name_2", "name_3", "name_4")
_registration = bindparam("registration", type_=Text)
_NAMED = (
    select(doctor.c.id, doctor.c.name, doctor.c.council, doctor.c.registration)
    .where(
        or_(
            func.upper(doctor.c.registration) == _registration,
            func.upper(doctor.c.council + " " + doctor.c.registration) == _registration,
            and_(*(func.lower(doctor.c.name).like(bindparam(each, type_=Text), escape="\\") for each in _NAMES)),
        )
    )
    .order_by(doctor.c.name, doctor.c.id)
    .limit(bindparam("most"))
)

_first, _beyond = bindparam("first_id", type_=Text), bindparam("beyond_id", type_=Text)
_CALLS = (
    select(call.c.id, call.c.arrived_at, call.c.line, call.c.action, call.c.flow, call.c.dial_id, call.c.seconds)
    .where(call.c.caller_id == bindparam("caller_id"), call.c.id >= _first, call.c.id < _beyond)
    .order_by(call.c.id)
)
_TEXTS = (
    select(text.c.asked_at, text.c.template, text.c.state, text.c.reason, text.c.call_id)
    .where(
        text.c.caller_id == bindparam("caller_id"),
        text.c.asked_at >= bindparam("start", type_=BigInteger),
        text.c.asked_at < bindparam("end", type_=BigInteger),
        text.c.template.in_(bindparam("templates", expanding=True)),
    )
    .order_by(text.c.asked_at, text.c.id)
)
_OFFERS = (
    select(
        offer.c.state,
        offer.c.created_at,
        offer.c.accepted_at,
        offer.c.ended_at,
        consult.c.reference,
        consult.c.call_id,
        consult.c.state.label("consult_state"),
        consult.c.disposition,
        consult.c.together_ms,
        (consult.c.offer_id == offer.c.id).label("theirs"),
        consult.c.id.label("consult_id"),
    )
    .join(consult, consult.c.id == offer.c.consult_id)
    .where(offer.c.doctor_id == bindparam("doctor_id"), offer.c.id >= _first, offer.c.id < _beyond)
    .order_by(offer.c.id)
)
_DEEDS = (
    select(audit.c.at, audit.c.operator, audit.c.action, audit.c.reason, audit.c.detail)
    .where(audit.c.subject_id == bindparam("doctor_id"), audit.c.id >= _first, audit.c.id < _beyond)
    .order_by(audit.c.id)
)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which doctors: "" for any. `which`: ON_DUTY or NOT_RUNG. `samples`: whether invented ones may be rung."""

    name: str = ""  # part of a name, or a whole registration number
    speciality: str = ""
    language: str = ""
    which: str = ""
    samples: bool = True


@dataclass(frozen=True, slots=True)
class DoctorsDay:
    """What happened between two moments with one doctor, each oldest first."""

    calls: list[Row]
    texts: list[Row]
    offers: list[Row]
    deeds: list[Row]


def listed(tx: Tx, sought: Sought, now: int, *, skipped: int, most: int) -> list[Row]:
    """By name: columns of `doctor` and of `presence` (None for one who was never on duty), the sealed `phone`.

    `clock_at`: when their duty, or their pause, ends by itself.
    """
    return tx.rows(_LISTED, **_named(sought, now), skipped=skipped, most=most)


def count(tx: Tx, sought: Sought, now: int) -> int:
    row = tx.row(_COUNT, **_named(sought, now))
    return 0 if row is None else int(row.n)


def one(tx: Tx, doctor_id: str) -> Row | None:
    """As `listed` has them."""
    return tx.row(_ONE, id=doctor_id)


def named(tx: Tx, words: Sequence[str], most: int) -> list[Row]:
    """Whose name has each of these words (the first four count), or whose registration number they are, by name."""
    if not words:
        return []
    escaped = [word.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") for word in words]
    patterns = dict.fromkeys(_NAMES, "%") | {name: f"%{word}%" for name, word in zip(_NAMES, escaped, strict=False)}
    return tx.rows(_NAMED, **patterns, registration=" ".join(words).upper(), most=most)


def values(tx: Tx) -> dict[str, list[str]]:
    """Specialities and languages that some doctor has, by kind."""
    found: dict[str, list[str]] = {SPECIALITY: [], LANGUAGE: []}
    for row in tx.rows(_VALUES):
        found[row.kind].append(row.value)
    return found


def day_of(tx: Tx, here: Row, start: int, end: int, templates: Collection[str]) -> DoctorsDay:
    """`here`: as `one` gives it. From `start` until `end`, UTC milliseconds. `templates`: of texts about duty."""
    ids = {"first_id": first_id(start), "beyond_id": first_id(end)}
    return DoctorsDay(
        tx.rows(_CALLS, caller_id=here.caller_id, **ids),
        tx.rows(_TEXTS, caller_id=here.caller_id, start=start, end=end, templates=list(templates)),
        tx.rows(_OFFERS, doctor_id=here.id, **ids),
        tx.rows(_DEEDS, doctor_id=here.id, **ids),
    )


def _named(sought: Sought, now: int) -> dict[str, object]:
    """A search for `50%` finds what is called so, and not everything."""
    part = sought.name.strip().lower()
    escaped = part.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {
        "name": f"%{escaped}%" if part else "",
        "number": part.upper(),
        "speciality": sought.speciality,
        "language": sought.language,
        "which": sought.which,
        "now": now,
        "samples": int(sought.samples),
    }
