"""The audit: what operators did and saw, row by row; never changed, and kept for a year (DPDP Rules 2025, rule 6)."""

from sqlalchemy import Text, bindparam, insert, or_, select

from ivr.store.schema import audit
from ivr.store.tx import Addition, Row, Tx

_ADD = insert(audit)
_OF = select(audit).where(audit.c.subject_id == bindparam("subject_id")).order_by(audit.c.id)
_before = bindparam("before", type_=Text)
_LATEST = select(audit).where(or_(_before == "", audit.c.id < _before)).order_by(audit.c.id.desc()).limit(bindparam("most"))


def addition(**columns: object) -> Addition:
    return Addition(_ADD, columns)


def add(tx: Tx, **columns: object) -> None:
    """All columns of `audit`."""
    tx.run(_ADD, **columns)


def of_subject(tx: Tx, subject_id: str) -> list[Row]:
    """What was done to it, oldest first."""
    return tx.rows(_OF, subject_id=subject_id)


def latest(tx: Tx, *, before: str = "", most: int = 100) -> list[Row]:
    """Newest first; `before`: an id, "" for the newest of all."""
    return tx.rows(_LATEST, before=before, most=most)
