"""Calls: one row per call at a provider, whatever the number of times we are told of it."""

from sqlalchemy import and_, bindparam, insert, select, update

from ivr.model.events import CallEnded
from ivr.store.schema import call, caller
from ivr.store.tx import Addition, Row, Tx

_ADD = insert(call)
_same = and_(call.c.provider == bindparam("provider"), call.c.provider_call_id == bindparam("provider_call_id"))
_FIND = select(call).where(_same)
_GET = select(call).where(call.c.id == bindparam("id"))
_LOOK = select(
    select(call.c.id).where(_same).scalar_subquery().label("call_id"),
    select(caller.c.id).where(caller.c.phone_hash == bindparam("phone_hash")).scalar_subquery().label("caller_id"),
)
_END = (
    update(call)
    .where(call.c.provider == bindparam("in_provider"), call.c.provider_call_id == bindparam("in_call"), call.c.ended_at.is_(None))
    .values(ended_at=bindparam("ended_at"), outcome=bindparam("outcome"), seconds=bindparam("seconds"), cause=bindparam("cause"))
)


def addition(**columns: object) -> Addition:
    """A call to be recorded; its unique provider id settles a race of two webhooks of one call."""
    return Addition(_ADD, columns)


def look(tx: Tx, provider: str, provider_call_id: str, phone_hash: str) -> tuple[str | None, str | None]:
    """The ids of this call and of this caller, each None when new to us."""
    row = tx.row(_LOOK, provider=provider, provider_call_id=provider_call_id, phone_hash=phone_hash)
    return (None, None) if row is None else (row.call_id, row.caller_id)


def get(tx: Tx, call_id: str) -> Row | None:
    return tx.row(_GET, id=call_id)


def find(tx: Tx, provider: str, provider_call_id: str) -> Row | None:
    return tx.row(_FIND, provider=provider, provider_call_id=provider_call_id)


def end(tx: Tx, event: CallEnded, now: int) -> bool:
    """Record the end once; False for a second report of it, and for a call that is not here."""
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
