"""The audit: what operators did and saw, row by row; never changed, and kept for a year (DPDP Rules 2025, rule 6)."""

from sqlalchemy import Text, bindparam, insert, or_, select

from ivr.store.schema import audit, caller
from ivr.store.tx import Addition, Row, Tx

_ADD = insert(audit)
_OF = select(audit).where(audit.c.subject_id == bindparam("subject_id")).order_by(audit.c.id)
_SINCE = (
    select(audit.c.id)
    .where(audit.c.subject_id == bindparam("subject_id"), audit.c.action == bindparam("action"), audit.c.at > bindparam("since"))
    .limit(1)
)
_before = bindparam("before", type_=Text)
_LATEST = (
    select(audit, caller.c.phone)
    .outerjoin(caller, caller.c.id == audit.c.caller_id)
    .where(or_(_before == "", audit.c.id < _before))
    .order_by(audit.c.id.desc())
    .limit(bindparam("most"))
)
_BY_OPERATOR = _LATEST.where(audit.c.operator == bindparam("operator"))
_BY_ACTION = _LATEST.where(audit.c.action == bindparam("action"))
_BY_BOTH = _BY_OPERATOR.where(audit.c.action == bindparam("action"))


def addition(**columns: object) -> Addition:
    return Addition(_ADD, columns)


def add(tx: Tx, **columns: object) -> None:
    """All columns of `audit`."""
    tx.run(_ADD, **columns)


def of_subject(tx: Tx, subject_id: str) -> list[Row]:
    """What was done to it, oldest first."""
    return tx.rows(_OF, subject_id=subject_id)


def done_since(tx: Tx, subject_id: str, action: str, since: int) -> bool:
    """Whether this was done to it after then (UTC ms)."""
    return tx.row(_SINCE, subject_id=subject_id, action=action, since=since) is not None


def latest(tx: Tx, *, before: str = "", operator: str = "", action: str = "", most: int = 100) -> list[Row]:
    """Newest first, with the sealed `phone` of the caller; `before`: an id, "" for the newest of all. `operator`, `action`: "" for any."""
    match bool(operator), bool(action):
        case True, True:
            return tx.rows(_BY_BOTH, before=before, operator=operator, action=action, most=most)
        case True, False:
            return tx.rows(_BY_OPERATOR, before=before, operator=operator, most=most)
        case False, True:
            return tx.rows(_BY_ACTION, before=before, action=action, most=most)
        case _:
            return tx.rows(_LATEST, before=before, most=most)
