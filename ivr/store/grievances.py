"""Grievances and voice notes: what a caller complained of, and by when they are owed an answer."""

from sqlalchemy import bindparam, insert, select

from ivr.store.schema import grievance, voice_note
from ivr.store.tx import Addition, Row, Tx

_ADD = insert(grievance)
_ADD_NOTE = insert(voice_note)
_OPEN = select(grievance).where(grievance.c.state == "open").order_by(grievance.c.due_at).limit(bindparam("most"))
_NOTES_OF = select(voice_note).where(voice_note.c.call_id == bindparam("call_id")).order_by(voice_note.c.id)


def addition(**columns: object) -> Addition:
    return Addition(_ADD, columns)


def note_addition(**columns: object) -> Addition:
    return Addition(_ADD_NOTE, columns)


def open_ones(tx: Tx, most: int = 100) -> list[Row]:
    """Not answered yet, the next due first."""
    return tx.rows(_OPEN, most=most)


def notes_of(tx: Tx, call_id: str) -> list[Row]:
    return tx.rows(_NOTES_OF, call_id=call_id)
