"""What an operator may do something about: the texts with a link of a call, the consult that a call belongs to."""

from sqlalchemy import bindparam, func, or_, select

from ivr.store.schema import consult, leg, outbox, text
from ivr.store.tx import Row, Tx

_TEXTS = (
    select(text)
    .where(text.c.call_id == bindparam("call_id"), text.c.token.isnot(None), text.c.state != "dropped")
    .order_by(text.c.id.desc())
    .limit(20)
)
_leg_of = select(leg.c.consult_id).where(leg.c.call_id == bindparam("call_id"), leg.c.role == "patient").scalar_subquery()
_CONSULT = (
    select(consult).where(or_(consult.c.call_id == bindparam("call_id"), consult.c.id == _leg_of)).order_by(consult.c.id.desc()).limit(1)
)
_WAITING = select(func.count().label("n")).where(outbox.c.kind == bindparam("kind"))


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
    """How many wishes of this kind are not done."""
    row = tx.row(_WAITING, kind=kind)
    return 0 if row is None else int(row.n)
