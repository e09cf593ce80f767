"""Counts for the metrics page."""

from sqlalchemy import func, select

from ivr.store.schema import call, text
from ivr.store.tx import Row, Tx

_CALLS = select(call.c.provider, call.c.action, func.count().label("n")).group_by(call.c.provider, call.c.action)
_TEXTS = select(text.c.state, func.count().label("n")).group_by(text.c.state)


def calls(tx: Tx) -> list[Row]:
    return tx.rows(_CALLS)


def texts(tx: Tx) -> list[Row]:
    return tx.rows(_TEXTS)
