"""Talks that a patient ended before they were worth their price, and that cost nothing."""

from sqlalchemy import bindparam, exists, func, or_, select

from ivr.store.schema import consult, consult_event
from ivr.store.tx import Tx

_NOT_THE_PATIENTS = ("emergency", "not_suitable")
_dropped = (consult_event.c.consult_id == consult.c.id) & (consult_event.c.name == "dropped")
_by_patient = exists(select(consult_event.c.id).where(_dropped, consult_event.c.detail.contains('"lost": "patient"')))
_by_doctor = exists(select(consult_event.c.id).where(_dropped, consult_event.c.detail.contains('"lost": "doctor"')))
_COUNT = select(func.count().label("n")).where(
    consult.c.caller_id == bindparam("caller_id"),
    consult.c.id >= bindparam("first_id"),
    consult.c.together_ms.between(bindparam("at_least_ms"), bindparam("under_ms")),
    consult.c.state.in_(("refunding", "refunded", "cancelled")),
    or_(consult.c.disposition.is_(None), consult.c.disposition.not_in(_NOT_THE_PATIENTS)),
    _by_patient,
    ~_by_doctor,
)


def count(tx: Tx, caller_id: str, first_id: str, at_least_ms: int, under_ms: int) -> int:
    """Consults of this caller since `first_id` of which nothing was kept, and which the patient's side alone broke off, that long in."""
    row = tx.row(_COUNT, caller_id=caller_id, first_id=first_id, at_least_ms=at_least_ms, under_ms=under_ms - 1)
    return 0 if row is None else int(row.n)
