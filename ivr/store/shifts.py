"""Shifts: the weekly rules of doctors, and what is different on one day."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from sqlalchemy import bindparam, delete, insert, select

from ivr.model.ids import new_id
from ivr.store.schema import shift_change, shift_rule
from ivr.store.tx import Addition, Row, Tx

_RULES = (
    select(shift_rule)
    .where(shift_rule.c.doctor_id.in_(bindparam("doctor_ids", expanding=True)))
    .order_by(shift_rule.c.doctor_id, shift_rule.c.weekday, shift_rule.c.starts)
)
_CHANGES = (
    select(shift_change)
    .where(
        shift_change.c.doctor_id.in_(bindparam("doctor_ids", expanding=True)),
        shift_change.c.day.between(bindparam("first"), bindparam("last")),
    )
    .order_by(shift_change.c.doctor_id, shift_change.c.day, shift_change.c.starts)
)
_ADD_RULE, _ADD_CHANGE = insert(shift_rule), insert(shift_change)
_DROP_RULES = delete(shift_rule).where(shift_rule.c.doctor_id == bindparam("doctor_id"))
_DROP_RULE = delete(shift_rule).where(
    shift_rule.c.doctor_id == bindparam("doctor_id"),
    shift_rule.c.weekday == bindparam("weekday"),
    shift_rule.c.starts == bindparam("starts"),
    shift_rule.c.ends == bindparam("ends"),
)
_DROP_CHANGES = delete(shift_change).where(shift_change.c.doctor_id == bindparam("doctor_id"), shift_change.c.day == bindparam("day"))


def rules(tx: Tx, doctor_ids: Collection[str]) -> dict[str, list[Row]]:
    """Weekly rules by doctor (`weekday`, 0 is Monday; `starts`, `ends` in minutes of that day), in the week's order; [] without any."""
    return _by_doctor(tx.rows(_RULES, doctor_ids=list(doctor_ids)))


def changes(tx: Tx, doctor_ids: Collection[str], first: str, last: str) -> dict[str, list[Row]]:
    """What is different from day `first` to day `last` (2026-11-22, in India), by doctor: `kind` is on or off; [] without any."""
    return _by_doctor(tx.rows(_CHANGES, doctor_ids=list(doctor_ids), first=first, last=last))


def rule_additions(doctor_id: str, spans: Iterable[tuple[int, int, int]], now: int) -> list[Addition]:
    """For `spans` of weekday, first and last minute."""
    return [
        Addition(_ADD_RULE, {"id": new_id(now), "doctor_id": doctor_id, "weekday": weekday, "starts": starts, "ends": ends})
        for weekday, starts, ends in spans
    ]


def replace_rules(tx: Tx, doctor_id: str, spans: Iterable[tuple[int, int, int]], now: int) -> None:
    tx.run(_DROP_RULES, doctor_id=doctor_id)
    tx.add(rule_additions(doctor_id, spans, now))


def drop_rule(tx: Tx, doctor_id: str, weekday: int, starts: int, ends: int) -> bool:
    """False when there is no such rule."""
    return tx.run(_DROP_RULE, doctor_id=doctor_id, weekday=weekday, starts=starts, ends=ends) > 0


def add_change(tx: Tx, doctor_id: str, *, day: str, kind: str, starts: int, ends: int, now: int) -> None:
    span = {"day": day, "kind": kind, "starts": starts, "ends": ends}
    tx.add([Addition(_ADD_CHANGE, {"id": new_id(now), "doctor_id": doctor_id, **span, "created_at": now})])


def drop_changes(tx: Tx, doctor_id: str, day: str) -> int:
    """Back to the weekly rules on that day; how many changes there were."""
    return tx.run(_DROP_CHANGES, doctor_id=doctor_id, day=day)


def _by_doctor(rows: list[Row]) -> dict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.doctor_id].append(row)
    return found
