"""Counts for the metrics page."""

from sqlalchemy import bindparam, case, func, select

from ivr.store.schema import call, call_back, grievance, text
from ivr.store.tx import Row, Tx

_CALLS = select(call.c.provider, call.c.action, func.count().label("n")).group_by(call.c.provider, call.c.action)
_TEXTS = select(text.c.state, func.count().label("n")).group_by(text.c.state)
_CALL_BACKS = select(call_back.c.state, func.count().label("n")).group_by(call_back.c.state)
_GRIEVANCES = select(func.count().label("open"), func.count(case((grievance.c.due_at < bindparam("now"), 1))).label("overdue")).where(
    grievance.c.state == "open"
)


def calls(tx: Tx) -> list[Row]:
    return tx.rows(_CALLS)


def texts(tx: Tx) -> list[Row]:
    return tx.rows(_TEXTS)


def call_backs(tx: Tx) -> list[Row]:
    return tx.rows(_CALL_BACKS)


def grievances(tx: Tx, now: int) -> tuple[int, int]:
    """How many are open, and how many of these should have been answered by now."""
    row = tx.row(_GRIEVANCES, now=now)
    return (0, 0) if row is None else (int(row.open), int(row.overdue))
