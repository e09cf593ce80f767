"""Who could be rung, and how many there are: reads of presence, before a claim asks again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import BigInteger, bindparam, exists, func, or_, select

from ivr.store.presence import FREE, IDLE, IS_ON_DUTY, TALKING
from ivr.store.schema import doctor, doctor_skill, presence
from ivr.store.tx import Row, Tx

_now = bindparam("now", type_=BigInteger)
_rung_by = bindparam("rung_by", type_=BigInteger)
_somebody_else = exists(
    select(doctor.c.id).where(doctor.c.id == presence.c.doctor_id, doctor.c.caller_id != bindparam("but_caller"))
).correlate(presence)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be rung now. Levels are 1 to 3; `answer_rate` in thousandths, as it was at `rated_at`; times UTC ms."""

    doctor_id: str
    tier: int
    fee_tier: str
    level: int  # in the speciality
    languages: Mapping[str, int]
    pin_code: str
    idle_since: int
    answer_rate: int
    rated_at: int


_skilled = (
    select(doctor_skill.c.doctor_id, doctor_skill.c.level)
    .where(doctor_skill.c.kind == "speciality", doctor_skill.c.value == bindparam("speciality"))
    .subquery("skilled")
)
_columns = (presence.c.doctor_id, presence.c.idle_since, presence.c.answer_rate, presence.c.rated_at)
_CANDIDATES = (
    select(*_columns, doctor.c.tier, doctor.c.fee_tier, doctor.c.pin_code, _skilled.c.level)
    .join(doctor, doctor.c.id == presence.c.doctor_id)
    .join(_skilled, _skilled.c.doctor_id == presence.c.doctor_id)
    .where(FREE, doctor.c.caller_id != bindparam("but_caller"))
    .order_by(presence.c.doctor_id)
)
_SPOKEN = select(doctor_skill.c.doctor_id, doctor_skill.c.value, doctor_skill.c.level).where(
    doctor_skill.c.kind == "language", doctor_skill.c.doctor_id.in_(bindparam("ids", expanding=True))
)
_COUNT = (
    select(
        func.count().label("on_duty"),
        func.count().filter(presence.c.state == IDLE, presence.c.free_at <= _now).label("free"),
        func.count().filter(presence.c.state == TALKING).label("talking"),
    )
    .join(_skilled, _skilled.c.doctor_id == presence.c.doctor_id)
    .where(IS_ON_DUTY, _somebody_else)
)


_speak = exists(
    select(doctor_skill.c.doctor_id).where(
        doctor_skill.c.doctor_id == presence.c.doctor_id,
        doctor_skill.c.kind == "language",
        doctor_skill.c.value.in_(bindparam("languages", expanding=True)),
    )
).correlate(presence)
_COUNT_SPEAKING = (
    select(
        func.count().label("on_duty"),
        func.count().filter(or_(presence.c.rest.is_(None), presence.c.rest != "paused", presence.c.free_at <= _rung_by)).label("in_time"),
        func.count().filter(presence.c.state == TALKING).label("talking"),
    )
    .select_from(presence)
    .join(_skilled, _skilled.c.doctor_id == presence.c.doctor_id)
    .where(IS_ON_DUTY, _somebody_else, _speak)
)


def candidates(tx: Tx, speciality: str, now: int, min_left_ms: int, *, but_caller: str = "") -> list[Candidate]:
    """Everybody of this speciality who could be claimed now, by id. `claim` asks again.

    `but_caller`, here and below: the caller who looks for a doctor, who is none for themselves.
    """
    found = tx.rows(_CANDIDATES, speciality=speciality, now=now, ends_after=now + min_left_ms, but_caller=but_caller)
    spoken: dict[str, dict[str, int]] = {row.doctor_id: {} for row in found}
    for skill in tx.rows(_SPOKEN, ids=list(spoken)) if spoken else ():
        spoken[skill.doctor_id][skill.value] = skill.level
    return [Candidate(languages=spoken[row.doctor_id], **row._asdict()) for row in found]


def on_duty(tx: Tx, speciality: str, now: int, min_left_ms: int, *, but_caller: str = "") -> Row:
    """How many of this speciality are on duty for `min_left_ms` more (`on_duty`), free to be rung (`free`), with a patient (`talking`)."""
    return tx.row(_COUNT, speciality=speciality, now=now, ends_after=now + min_left_ms, but_caller=but_caller)


def speaking(
    tx: Tx, speciality: str, languages: Collection[str], now: int, min_left_ms: int, *, but_caller: str = "", within_ms: int = 0
) -> Row:
    """How many of those on duty for `min_left_ms` more speak one of these languages (`on_duty`), and are with a patient (`talking`).

    `in_time`: those who are not on a pause for missed rings that lasts longer than `within_ms`.
    """
    wanted = {"speciality": speciality, "languages": list(languages), "but_caller": but_caller, "rung_by": now + within_ms}
    return tx.row(_COUNT_SPEAKING, **wanted, now=now, ends_after=now + min_left_ms)
