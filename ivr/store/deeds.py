"""What an operator may do something about: the texts with a link of a call, the consult that a call belongs to."""

from sqlalchemy import Text, bindparam, func, select, union

from ivr.store.schema import consult, leg, outbox, text
from ivr.store.tx import Row, Tx

_TEXTS = (
    select(text)
    .where(text.c.call_id == bindparam("call_id"), text.c.token.isnot(None), text.c.state != "dropped")
    .order_by(text.c.id.desc())
    .limit(20)
)
_call_id = bindparam("call_id", type_=Text)
_theirs = union(
    select(consult.c.id).where(consult.c.call_id == _call_id),
    select(leg.c.consult_id).where(leg.c.call_id == _call_id, leg.c.role == "patient"),
)
_CONSULT = select(consult).where(consult.c.id.in_(_theirs)).order_by(consult.c.id.desc()).limit(1)
_MOST_COUNTED = 10_000
_WAITING = select(func.count().label("n")).select_from(
    select(outbox.c.id).where(outbox.c.kind == bindparam("kind")).order_by(outbox.c.due_at).limit(_MOST_COUNTED).subquery()
)


def texts_with_link(tx: Tx, call_id: str) -> list[Row]:
    """The newest of each template."""
    found: dict[str, Row] = {}
    for row in tx.rows(_TEXTS, call_id=call_id):
        found.setdefault(row.template, row)
    return list(found.values())


def consult_of(tx: Tx, call_id: str) -> Row | None:
    """The consult that was opened in this call, or that it is the patient's leg of."""
    return tx.row(_CONSULT, call_id=call_id)


def waiting(tx: Tx, kind: str) -> int:
    """How many wishes of this kind are not done; nobody counts further than ten thousand."""
    row = tx.row(_WAITING, kind=kind)
    return 0 if row is None else int(row.n)
