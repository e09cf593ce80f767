"""Turns: what a caller did in a voice menu and what they were answered, one row for each exchange with the provider."""

from sqlalchemy import and_, bindparam, insert, select

from ivr.model.ids import first_id
from ivr.store.schema import call, turn
from ivr.store.tx import Addition, Row, Tx
from ivr.store.upsert import AddOnce

_ADD = insert(turn)
_add_once = AddOnce(turn)
_before, _this = turn.alias("before"), turn.alias("this")
_SITUATION = (
    select(
        call.c.id,
        call.c.provider,
        call.c.provider_call_id,
        call.c.caller_id,
        call.c.caller_kind,
        call.c.line,
        call.c.flow,
        call.c.dial_id,
        call.c.ended_at,
        _before.c.place,
        _before.c.reply.label("last_reply"),
        _this.c.reply,
    )
    .select_from(
        call.outerjoin(_before, and_(_before.c.call_id == call.c.id, _before.c.number == bindparam("before"))).outerjoin(
            _this, and_(_this.c.call_id == call.c.id, _this.c.number == bindparam("number"))
        )
    )
    .where(call.c.id == bindparam("call_id"))
)
_FIRST_REPLY = select(turn.c.reply).where(turn.c.call_id == bindparam("call_id"), turn.c.number == 0)
_HEARD = select(turn.c.heard).where(turn.c.call_id == bindparam("call_id"), turn.c.number > 0)
_LAST = select(turn.c.reply).where(turn.c.call_id == bindparam("call_id")).order_by(turn.c.number.desc()).limit(1)
_OF_CALL = select(turn).where(turn.c.call_id == bindparam("call_id")).order_by(turn.c.number)
_LAST_CALL = (
    select(call.c.id)
    .where(call.c.caller_id == bindparam("caller_id"), call.c.flow.isnot(None), call.c.id >= bindparam("since"))
    .order_by(call.c.id.desc())
    .limit(1)
)
_LAST_TURN = (
    select(turn.c.place, turn.c.at)
    .select_from(turn.join(call, call.c.id == turn.c.call_id))
    .where(turn.c.call_id == _LAST_CALL.scalar_subquery(), turn.c.at >= bindparam("after"))
    .where(call.c.flow == bindparam("flow"), call.c.line == bindparam("line"), call.c.dial_id.is_(None), call.c.ended_at.isnot(None))
    .order_by(turn.c.number.desc())
    .limit(1)
)
_SPOKE_BEFORE = (
    select(call.c.id)
    .where(
        call.c.caller_id == bindparam("caller_id"),
        call.c.flow.isnot(None),
        call.c.line == bindparam("line"),
        call.c.id < bindparam("call_id"),
    )
    .limit(1)
)


def addition(**columns: object) -> Addition:
    return Addition(_ADD, columns)


def add_once(tx: Tx, columns: dict[str, object]) -> bool:
    """False when this turn was taken before: a webhook that came twice."""
    return _add_once(tx, **columns)


def situation(tx: Tx, call_id: str, number: int) -> Row | None:
    """The call, where the turn before left it, and this turn's reply if it was taken already."""
    return tx.row(_SITUATION, call_id=call_id, number=number, before=number - 1)


def first_reply(tx: Tx, call_id: str) -> str | None:
    row = tx.row(_FIRST_REPLY, call_id=call_id)
    return None if row is None else str(row.reply)


def last_reply(tx: Tx, call_id: str) -> str | None:
    """What the caller heard last, as it is kept; None without a turn."""
    row = tx.row(_LAST, call_id=call_id)
    return None if row is None else str(row.reply)


def of_call(tx: Tx, call_id: str) -> list[Row]:
    """In order."""
    return tx.rows(_OF_CALL, call_id=call_id)


def last_place(tx: Tx, caller_id: str, flow: str, line: str, after: int, longest_call_ms: int) -> str | None:
    """Where this caller's last call stood, if it moved since `after` (UTC ms), was a call to this line in this flow, and is over.

    While it is not over, it is somebody else who rings from the same number.
    """
    row = tx.row(_LAST_TURN, caller_id=caller_id, flow=flow, line=line, since=first_id(after - longest_call_ms), after=after)
    return None if row is None else str(row.place)


def heard(tx: Tx, call_id: str) -> list[str]:
    """What the caller did in each turn since the call was answered, as it is kept."""
    return [str(row.heard) for row in tx.rows(_HEARD, call_id=call_id)]


def spoke_before(tx: Tx, caller_id: str, line: str, call_id: str) -> bool:
    """Whether the caller has had an answered call on this line before."""
    return tx.row(_SPOKE_BEFORE, caller_id=caller_id, line=line, call_id=call_id) is not None
