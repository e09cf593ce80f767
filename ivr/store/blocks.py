"""Callers whom the clinic keeps out. Nobody is kept out who is owed a doctor or money, nor a doctor, whatever stands here."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Exists, and_, bindparam, delete, exists, literal_column, select

from ivr.store.schema import block, caller, consult, doctor
from ivr.store.tx import Row, Tx
from ivr.store.upsert import AddOnce

_OWED = ("paid", "offering", "connecting", "talking", "recovering", "callback_booked", "wrap_up", "refunding")
# written into the statement, for a webhook asks it: nothing more is bound
_owed: list[ColumnElement[str]] = [literal_column(f"'{state}'") for state in _OWED]


def _spared(caller_id: ColumnElement[Any]) -> ColumnElement[bool]:
    owed = exists(select(consult.c.id).where(consult.c.caller_id == caller_id, consult.c.state.in_(_owed)))
    return owed | exists(select(doctor.c.id).where(doctor.c.caller_id == caller_id))


def keeps_out(caller_id: ColumnElement[Any]) -> Exists:
    """A condition, for statements that ask it among other things: a key looked up, and no more unless it is there."""
    return exists(select(block.c.caller_id).where(and_(block.c.caller_id == caller_id, ~_spared(block.c.caller_id))))


_caller_id: BindParameter[str] = bindparam("caller_id")
_add = AddOnce(block)
_REMOVE = delete(block).where(block.c.caller_id == _caller_id)
_GET = select(block).where(block.c.caller_id == _caller_id)
_HOLDS = select(keeps_out(_caller_id).label("yes"))
_SPARED = select(caller.c.id).where(caller.c.id == _caller_id, _spared(caller.c.id))
_IS_DOCTOR = select(doctor.c.id).where(doctor.c.caller_id == _caller_id)
_LATEST = select(block, caller.c.phone).join(caller, caller.c.id == block.c.caller_id).order_by(block.c.at.desc()).limit(bindparam("most"))


def add(tx: Tx, **columns: object) -> bool:
    """All columns of `block`; False when one stands already."""
    return _add(tx, **columns)


def remove(tx: Tx, caller_id: str) -> bool:
    return tx.run(_REMOVE, caller_id=caller_id) == 1


def get(tx: Tx, caller_id: str) -> Row | None:
    return tx.row(_GET, caller_id=caller_id)


def holds(tx: Tx, caller_id: str) -> bool:
    """Whether this caller is kept out now."""
    row = tx.row(_HOLDS, caller_id=caller_id)
    return bool(row and row.yes)


def spares(tx: Tx, caller_id: str) -> bool:
    """Whether nothing may keep this caller out: owed a doctor or money, or a doctor."""
    return tx.row(_SPARED, caller_id=caller_id) is not None


def is_doctor(tx: Tx, caller_id: str) -> bool:
    return tx.row(_IS_DOCTOR, caller_id=caller_id) is not None


def latest(tx: Tx, most: int = 50) -> list[Row]:
    """With the sealed `phone`, the newest first."""
    return tx.rows(_LATEST, most=most)
