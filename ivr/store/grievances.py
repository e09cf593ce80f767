"""Grievances and voice notes: what a caller complained of, and by when they are owed an answer."""

from sqlalchemy import BigInteger, Text, bindparam, func, insert, select, update

from ivr.store.schema import call, grievance, voice_note
from ivr.store.tx import Addition, Row, Tx

_ADD = insert(grievance)
_WRITTEN_SINCE = (
    select(func.count().label("n"))
    .select_from(grievance.join(call, call.c.id == grievance.c.call_id))
    .where(
        grievance.c.id >= bindparam("since", type_=Text),
        func.coalesce(grievance.c.caller_id, call.c.line) == bindparam("whose", type_=Text),
    )
)
_ANSWER = (
    update(grievance)
    .where(grievance.c.reference == bindparam("in_reference"), grievance.c.state == "open")
    .values(state="answered", answered_at=bindparam("at", type_=BigInteger), answered_by=bindparam("by"), answer=bindparam("words"))
)
_FIND = select(grievance).where(grievance.c.reference == bindparam("reference"))
_ADD_NOTE = insert(voice_note)


def addition(**columns: object) -> Addition:
    return Addition(_ADD, columns)


def note_addition(**columns: object) -> Addition:
    return Addition(_ADD_NOTE, columns)


def written_since(tx: Tx, caller_id: str | None, line: str, since: str) -> int:
    """How many this caller has made since the id `since`; of callers who withhold their number, all on this line together."""
    row = tx.row(_WRITTEN_SINCE, since=since, whose=caller_id or line)
    return 0 if row is None else int(row.n)


def find(tx: Tx, reference: str) -> Row | None:
    return tx.row(_FIND, reference=reference)


def answer(tx: Tx, reference: str, *, at: int, by: str, words: str) -> bool:
    """The complaint has had its answer; False when there is no open one of this reference."""
    return tx.run(_ANSWER, in_reference=reference, at=at, by=by, words=words) == 1
