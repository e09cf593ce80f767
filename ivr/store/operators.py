"""Operators: who may use the console."""

from sqlalchemy import bindparam, select, update

from ivr.store.schema import operator
from ivr.store.tx import Row, Tx
from ivr.store.upsert import AddOnce

_add = AddOnce(operator)
_GET = select(operator).where(operator.c.name == bindparam("name"))
_SET = (
    update(operator).where(operator.c.name == bindparam("in_name")).values(password_hash=bindparam("password_hash"), role=bindparam("role"))
)


def get(tx: Tx, name: str) -> Row | None:
    return tx.row(_GET, name=name)


def put(tx: Tx, *, name: str, password_hash: str, role: str, now: int) -> bool:
    """Add an operator, or give an existing one a new password and role; True when new."""
    new = _add(tx, name=name, password_hash=password_hash, role=role, created_at=now)
    if not new:
        tx.run(_SET, in_name=name, password_hash=password_hash, role=role)
    return new
