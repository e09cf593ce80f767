"""Calls: one row per call at a provider, whatever the number of times we are told of it."""

from sqlalchemy import BigInteger, and_, bindparam, exists, func, insert, select, update

from ivr.model.events import CallEnded
from ivr.store.blocks import keeps_out
from ivr.store.schema import call, caller, turn
from ivr.store.tx import Addition, Row, Tx

_ADD = insert(call)
_same = and_(call.c.provider == bindparam("provider"), call.c.provider_call_id == bindparam("provider_call_id"))
_FIND = select(call).where(_same)
_GET = select(call).where(call.c.id == bindparam("id"))
_SPOKE_SINCE = (
    select(call.c.id).where(call.c.caller_id == bindparam("caller_id"), call.c.id > bindparam("call_id"), call.c.flow.isnot(None)).limit(1)
)
_LATEST_OF = select(call.c.id).where(call.c.caller_id == bindparam("caller_id")).order_by(call.c.id.desc()).limit(1)
_spoken_lately = exists().where(
    turn.c.call_id == call.c.id,
    (turn.c.at > bindparam("silent_since", type_=BigInteger))
    | ((turn.c.at > bindparam("joined_since", type_=BigInteger)) & (turn.c.reply.like('["Ring"%') | turn.c.reply.like('["Join"%'))),
)
_SILENT = (
    select(call, func.coalesce(select(func.max(turn.c.at)).where(turn.c.call_id == call.c.id).scalar_subquery(), 0).label("spoke_at"))
    .where(call.c.id >= bindparam("first_id"), call.c.flow.isnot(None), call.c.ended_at.is_(None), ~_spoken_lately)
    .order_by(call.c.id.desc())
    .limit(bindparam("most"))
)
_who = select(caller.c.id).where(caller.c.phone_hash == bindparam("phone_hash")).scalar_subquery()
_LOOK = select(
    select(call.c.id).where(_same).scalar_subquery().label("call_id"),
    _who.label("caller_id"),
    keeps_out(_who).label("blocked"),
)
_END = (
    update(call)
    .where(call.c.provider == bindparam("in_provider"), call.c.provider_call_id == bindparam("in_call"), call.c.ended_at.is_(None))
    .values(ended_at=bindparam("ended_at"), outcome=bindparam("outcome"), seconds=bindparam("seconds"), cause=bindparam("cause"))
)


def addition(**columns: object) -> Addition:
    """A call to be recorded; its unique provider id settles a race of two webhooks of one call."""
    return Addition(_ADD, columns)


def look(tx: Tx, provider: str, provider_call_id: str, phone_hash: str) -> tuple[str | None, str | None, bool]:
    """The ids of this call and of this caller, each None when new to us; and whether the caller is kept out."""
    row = tx.row(_LOOK, provider=provider, provider_call_id=provider_call_id, phone_hash=phone_hash)
    return (None, None, False) if row is None else (row.call_id, row.caller_id, bool(row.blocked))


def get(tx: Tx, call_id: str) -> Row | None:
    return tx.row(_GET, id=call_id)


def find(tx: Tx, provider: str, provider_call_id: str) -> Row | None:
    return tx.row(_FIND, provider=provider, provider_call_id=provider_call_id)


def spoke_since(tx: Tx, caller_id: str, call_id: str) -> bool:
    """Whether we have talked to this caller in a later call."""
    return tx.row(_SPOKE_SINCE, caller_id=caller_id, call_id=call_id) is not None


def latest_of(tx: Tx, caller_id: str) -> str | None:
    """The last call with this caller, whoever placed it."""
    row = tx.row(_LATEST_OF, caller_id=caller_id)
    return None if row is None else str(row.id)


def silent(tx: Tx, first_id: str, silent_since: int, joined_since: int, most: int) -> list[Row]:
    """Calls with a flow, not over as far as we know, without a turn (`spoke_at`) for longer than any step lasts; the newest first.

    A phone that we rang for the caller, and a room, take no turns: `joined_since`.
    """
    return tx.rows(_SILENT, first_id=first_id, silent_since=silent_since, joined_since=joined_since, most=most)


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
