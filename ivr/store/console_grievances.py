"""What the console shows of grievances: those that wait, those that were answered, and one with the call in which it was made."""

from dataclasses import dataclass

from sqlalchemy import Text, bindparam, exists, func, or_, select

from ivr.store.schema import call, caller, grievance, text, turn, voice_note
from ivr.store.tx import Row, Tx

_with_note = exists(select(voice_note.c.id).where(voice_note.c.call_id == grievance.c.call_id)).label("with_note")
_listed = (
    select(
        grievance.c.id,
        grievance.c.reference,
        grievance.c.call_id,
        grievance.c.caller_id,
        grievance.c.created_at,
        grievance.c.due_at,
        grievance.c.answered_at,
        grievance.c.answered_by,
        call.c.caller_kind,
        caller.c.phone,
        _with_note,
    )
    .select_from(grievance.join(call, call.c.id == grievance.c.call_id).outerjoin(caller, caller.c.id == grievance.c.caller_id))
    .limit(bindparam("most"))
)
_OPEN = _listed.where(grievance.c.state == "open").order_by(grievance.c.due_at, grievance.c.id)
_before = bindparam("before", type_=Text)
_ANSWERED = _listed.where(grievance.c.state == "answered", or_(_before == "", grievance.c.id < _before)).order_by(grievance.c.id.desc())
_COUNT = select(grievance.c.state, func.count().label("n")).group_by(grievance.c.state)
_ONE = _listed.add_columns(grievance.c.state, grievance.c.answer, call.c.line, call.c.arrived_at, call.c.provider, call.c.dial_id).where(
    grievance.c.reference == bindparam("reference")
)
_TURNS = (  # up to the one that wrote it down
    select(turn.c.number, turn.c.at, turn.c.heard, turn.c.step)
    .where(turn.c.call_id == bindparam("call_id"), turn.c.at <= bindparam("at"))
    .order_by(turn.c.number)
)
_NOTES = (  # without the address
    select(voice_note.c.at, voice_note.c.seconds, voice_note.c.consent)
    .where(voice_note.c.call_id == bindparam("call_id"))
    .order_by(voice_note.c.id)
)
_TOLD = (
    select(text.c.state, text.c.reason, text.c.asked_at)
    .where(text.c.call_id == bindparam("call_id"), text.c.template == bindparam("template"), text.c.asked_at == bindparam("at"))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class GrievanceStory:
    """One grievance (with the call's line and kind of caller, and the sealed phone), the turns that led to it, voice notes.

    `told`: the text that told the caller of it, None without one.
    """

    grievance: Row
    turns: list[Row]
    notes: list[Row]
    told: Row | None


def waiting(tx: Tx, most: int = 100) -> list[Row]:
    """Open ones, the next due first."""
    return tx.rows(_OPEN, most=most)


def answered(tx: Tx, *, before: str = "", most: int = 50) -> list[Row]:
    """The newest first; `before`: an id, "" for the newest of all."""
    return tx.rows(_ANSWERED, before=before, most=most)


def counts(tx: Tx) -> dict[str, int]:
    """How many there are by state."""
    return {str(row.state): int(row.n) for row in tx.rows(_COUNT)}


def one(tx: Tx, reference: str, template: str) -> GrievanceStory | None:
    """`template`: of the text that tells a caller of their grievance."""
    found = tx.row(_ONE, reference=reference, most=1)
    if found is None:
        return None
    of_call = {"call_id": found.call_id}
    return GrievanceStory(
        found,
        tx.rows(_TURNS, **of_call, at=found.created_at),
        tx.rows(_NOTES, **of_call),
        tx.row(_TOLD, **of_call, template=template, at=found.created_at),
    )
