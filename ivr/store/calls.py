"""Calls: one row per call at a provider, whatever the number of times we are told of it."""

from sqlalchemy import bindparam, select, update

from ivr.model.events import CallEnded
from ivr.store.schema import call
from ivr.store.tx import Row, Tx
from ivr.store.upsert import AddOnce

_add = AddOnce(call)
_FIND = select(call.c.id, call.c.ended_at).where(
    call.c.provider == bindparam("provider"), call.c.provider_call_id == bindparam("provider_call_id")
)
_END = (
    update(call)
    .where(call.c.provider == bindparam("in_provider"), call.c.provider_call_id == bindparam("in_call"), call.c.ended_at.is_(None))
    .values(ended_at=bindparam("ended_at"), outcome=bindparam("outcome"), seconds=bindparam("seconds"), cause=bindparam("cause"))
)


def add(tx: Tx, **columns: object) -> bool:
    """Record a call; False when this call of this provider is already there."""
    return _add(tx, **columns)


def find(tx: Tx, provider: str, provider_call_id: str) -> Row | None:
    return tx.row(_FIND, provider=provider, provider_call_id=provider_call_id)


def end(tx: Tx, event: CallEnded, now: int) -> bool:
    """Record the end once; a second report of it changes nothing."""
    ended = tx.run(
        _END,
        in_provider=event.provider,
        in_call=event.provider_call_id,
        ended_at=now,
        outcome=event.outcome.value,
        seconds=event.seconds,
        cause=event.cause,
    )
    return ended == 1
