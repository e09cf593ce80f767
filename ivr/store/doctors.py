"""Doctors: who they are, what they can do, how many there are, and what they are owed. Their numbers are in `caller`."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import BigInteger, Integer, Update, and_, bindparam, delete, exists, func, insert, or_, select, update

from ivr.store.schema import caller, consult, doctor, doctor_skill, presence, quote, stand_by
from ivr.store.tx import Addition, Row, Tx

SPECIALITY, LANGUAGE = "speciality", "language"

_now = bindparam("now", type_=BigInteger)
_may_be_rung = and_(
    doctor.c.routable == 1,
    doctor.c.valid_until > _now,
    or_(doctor.c.sample == 0, bindparam("samples", type_=Integer) == 1),
)
_practises = exists(
    select(doctor_skill.c.doctor_id).where(
        doctor_skill.c.doctor_id == doctor.c.id, doctor_skill.c.kind == SPECIALITY, doctor_skill.c.value == bindparam("speciality")
    )
)
_on_duty = exists(
    select(presence.c.doctor_id).where(
        presence.c.doctor_id == doctor.c.id,
        presence.c.intent.in_(("on", "one_more")),
        presence.c.on_until > _now,
        presence.c.proven_at.isnot(None),
    )
)

_GET = select(doctor).where(doctor.c.id == bindparam("id"))
_BY_CALLER = select(doctor).where(doctor.c.caller_id == bindparam("caller_id"))
_BY_NUMBER = select(doctor).where(doctor.c.registration == bindparam("registration")).order_by(doctor.c.council)
_ALL = (
    select(doctor, caller.c.phone, caller.c.phone_hash)
    .join(caller, caller.c.id == doctor.c.caller_id)
    .order_by(doctor.c.council, doctor.c.registration)
)
_SKILLS = (
    select(doctor_skill)
    .where(doctor_skill.c.doctor_id.in_(bindparam("doctor_ids", expanding=True)))
    .order_by(doctor_skill.c.doctor_id, doctor_skill.c.kind, doctor_skill.c.level.desc(), doctor_skill.c.value)
)
_LANGUAGES_OF = (
    select(doctor_skill.c.value, doctor_skill.c.level)
    .join(doctor, doctor.c.id == doctor_skill.c.doctor_id)
    .where(doctor.c.caller_id == bindparam("caller_id"), doctor_skill.c.kind == LANGUAGE)
)
_MAY_BE_RUNG = select(doctor).where(_may_be_rung).order_by(doctor.c.id)
_PIN_CODES = select(doctor.c.pin_code).where(_may_be_rung, _practises)
_ALL_OF = select(func.count().label("n")).select_from(doctor).where(_may_be_rung, _practises)
_ON_DUTY = _ALL_OF.where(_on_duty)
_SAMPLES = select(func.count().label("n")).select_from(doctor).where(doctor.c.sample == 1)
_OWN = select(func.count().label("n")).select_from(doctor).where(doctor.c.sample == 0)
_in_month = (bindparam("start", type_=BigInteger), bindparam("end", type_=BigInteger))
_SERVED = (
    select(consult.c.doctor_id, consult.c.together_ms, consult.c.follow_up_of, quote.c.components)
    .join(quote, quote.c.consult_id == consult.c.id, isouter=True)
    .where(
        consult.c.state == "completed",
        consult.c.doctor_id.isnot(None),
        consult.c.ended_at >= _in_month[0],
        consult.c.ended_at < _in_month[1],
    )
    .order_by(consult.c.id)
)
_SERVED_BY = _SERVED.where(consult.c.doctor_id == bindparam("doctor_id"))
_STOOD_BY = (
    select(stand_by.c.doctor_id, func.count().label("n"), func.sum(stand_by.c.paise).label("paise"))
    .where(stand_by.c.at >= _in_month[0], stand_by.c.at < _in_month[1])
    .group_by(stand_by.c.doctor_id)
)
_STOOD_BY_OF = _STOOD_BY.where(stand_by.c.doctor_id == bindparam("doctor_id"))
_ADD, _ADD_SKILL = insert(doctor), insert(doctor_skill)
_DROP_SKILLS = delete(doctor_skill).where(doctor_skill.c.doctor_id == bindparam("doctor_id"))


@dataclass(frozen=True, slots=True)
class Skills:
    """Each with its level, 1 to 3, the best first."""

    specialities: Mapping[str, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counts:
    """Doctors of a speciality who may be rung, and those of them who are on duty, busy or not."""

    all: int
    on_duty: int


def addition(**columns: object) -> Addition:
    return Addition(_ADD, columns)


def skill_additions(doctor_id: str, skills: Skills) -> list[Addition]:
    return [
        Addition(_ADD_SKILL, {"doctor_id": doctor_id, "kind": kind, "value": value, "level": level})
        for kind, each in ((SPECIALITY, skills.specialities), (LANGUAGE, skills.languages))
        for value, level in each.items()
    ]


def change(tx: Tx, doctor_id: str, **columns: object) -> None:
    tx.run(_change(tuple(sorted(columns))), in_id=doctor_id, **columns)


@cache
def _change(names: tuple[str, ...]) -> Update:
    return update(doctor).where(doctor.c.id == bindparam("in_id")).values({name: bindparam(name) for name in names})


def replace_skills(tx: Tx, doctor_id: str, skills: Skills) -> None:
    tx.run(_DROP_SKILLS, doctor_id=doctor_id)
    tx.add(skill_additions(doctor_id, skills))


def get(tx: Tx, doctor_id: str) -> Row | None:
    return tx.row(_GET, id=doctor_id)


def by_caller(tx: Tx, caller_id: str) -> Row | None:
    """The doctor whose phone this caller's is."""
    return tx.row(_BY_CALLER, caller_id=caller_id)


def by_number(tx: Tx, registration: str) -> list[Row]:
    """All with this registration number: councils count for themselves."""
    return tx.rows(_BY_NUMBER, registration=registration)


def every(tx: Tx) -> list[Row]:
    """All of them by council and registration, each with its `phone` (sealed) and `phone_hash`."""
    return tx.rows(_ALL)


def may_be_rung(tx: Tx, now: int, *, samples: bool) -> list[Row]:
    """Verified, routable, and registered at `now` (UTC milliseconds); invented ones only with `samples`."""
    return tx.rows(_MAY_BE_RUNG, now=now, samples=int(samples))


def skills(tx: Tx, doctor_ids: Collection[str]) -> dict[str, Skills]:
    """Of each of these doctors; one without any has empty Skills."""
    found: dict[str, dict[str, dict[str, int]]] = {each: {SPECIALITY: {}, LANGUAGE: {}} for each in doctor_ids}
    for row in tx.rows(_SKILLS, doctor_ids=list(doctor_ids)):
        found[row.doctor_id][row.kind][row.value] = row.level
    return {each: Skills(kinds[SPECIALITY], kinds[LANGUAGE]) for each, kinds in found.items()}


def languages_of(tx: Tx, caller_id: str) -> dict[str, int]:
    """What the doctor speaks whose phone this caller's is, with the levels; empty for anybody else."""
    return {row.value: int(row.level) for row in tx.rows(_LANGUAGES_OF, caller_id=caller_id)}


def counts(tx: Tx, speciality: str, now: int, *, samples: bool) -> Counts:
    """How many of this speciality may be rung, and are on duty. `samples`: invented ones count; never in production."""
    named = {"speciality": speciality, "now": now, "samples": int(samples)}
    everybody, on_duty = tx.row(_ALL_OF, **named), tx.row(_ON_DUTY, **named)
    return Counts(everybody.n if everybody else 0, on_duty.n if on_duty else 0)


def pin_codes(tx: Tx, speciality: str, now: int, *, samples: bool) -> list[str]:
    """Where those are whom `counts` counts, one PIN code for each."""
    return [row.pin_code for row in tx.rows(_PIN_CODES, speciality=speciality, now=now, samples=int(samples))]


def samples(tx: Tx) -> int:
    """How many invented doctors there are."""
    row = tx.row(_SAMPLES)
    return 0 if row is None else int(row.n)


def own(tx: Tx) -> int:
    """How many doctors there are who are not invented."""
    row = tx.row(_OWN)
    return 0 if row is None else int(row.n)


def served(tx: Tx, start: int, end: int, doctor_id: str | None = None) -> list[Row]:
    """Consults completed from `start` until `end`: `doctor_id`, `together_ms`, `follow_up_of`, and what was quoted (`components`).

    Of one doctor, or of all.
    """
    if doctor_id is None:
        return tx.rows(_SERVED, start=start, end=end)
    return tx.rows(_SERVED_BY, start=start, end=end, doctor_id=doctor_id)


def stood_by(tx: Tx, start: int, end: int, doctor_id: str | None = None) -> list[Row]:
    """What standing by in vain came to in that time, by doctor: `n`, `paise`. Of one doctor, or of all."""
    if doctor_id is None:
        return tx.rows(_STOOD_BY, start=start, end=end)
    return tx.rows(_STOOD_BY_OF, start=start, end=end, doctor_id=doctor_id)
