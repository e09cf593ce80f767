"""The outbox: wishes and timers, written with the fact they follow from, issued by the relay when due."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, delete, func, insert, literal, select, union_all, update

from ivr.model.ids import new_id
from ivr.store.schema import call_back, consult, outbox, text
from ivr.store.tx import Addition, Row, Tx
from ivr.store.upsert import AddOnce

_ADD = insert(outbox)
_add_once = AddOnce(outbox)
_REF = select(outbox.c.ref).where(outbox.c.id == bindparam("id"))
_DUE = (
    select(outbox.c.id)
    .where(outbox.c.due_at <= bindparam("now"), outbox.c.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(outbox.c.due_at)
    .limit(bindparam("most"))
)


def _issue(locking: bool):  # type: ignore[no-untyped-def]
    due = _DUE.with_for_update(skip_locked=True) if locking else _DUE
    return (
        update(outbox)
        .where(outbox.c.id.in_(due.scalar_subquery()))
        .values(due_at=bindparam("again_at"), issues=outbox.c.issues + 1)
        .returning(outbox.c.id, outbox.c.kind, outbox.c.issues, outbox.c.ref)
    )


_ISSUE = {True: _issue(locking=True), False: _issue(locking=False)}
_PUT_BACK = update(outbox).where(outbox.c.id.in_(bindparam("ids", expanding=True))).values(due_at=bindparam("at"), reported=outbox.c.issues)
_HURRY = update(outbox).where(outbox.c.kind == bindparam("in_kind"), outbox.c.due_at > bindparam("at")).values(due_at=bindparam("at"))
_DONE = delete(outbox).where(outbox.c.id == bindparam("id"))
_LOCK = _REF.with_for_update()
_NEXT = select(func.min(outbox.c.due_at).label("due_at")).where(outbox.c.kind.in_(bindparam("kinds", expanding=True)))
_WAITING = select(outbox).order_by(outbox.c.due_at).limit(1000)
_ABOUT = select(outbox).where(outbox.c.ref.in_(bindparam("refs", expanding=True))).order_by(outbox.c.due_at).limit(100)
_DEPTH = select(outbox.c.kind, func.count().label("rows"), func.min(outbox.c.due_at).label("oldest")).group_by(outbox.c.kind)
_UNREPORTED = select(func.count().label("n")).where(outbox.c.issues - outbox.c.reported >= bindparam("issues"))
_STANDS = select(outbox.c.id).where(outbox.c.kind == bindparam("kind"), outbox.c.ref == bindparam("ref")).limit(1)
_ISSUES = select(outbox.c.issues).where(outbox.c.id == bindparam("id"))
_refs: BindParameter[Any] = bindparam("refs", expanding=True)
_CALLS_OF = union_all(
    select(text.c.id.label("ref"), text.c.call_id, literal("").label("consult_id")).where(text.c.id.in_(_refs)),
    select(call_back.c.id, call_back.c.trigger_call_id, literal("")).where(call_back.c.id.in_(_refs)),
    select(consult.c.id, consult.c.call_id, consult.c.id).where(consult.c.id.in_(_refs)),
)
_LATE = select(func.min(outbox.c.due_at).label("due_at")).where(outbox.c.issues == 0)


def addition(kind: str, ref: str, due_at: int, now: int) -> Addition:
    """Wish for `kind` on the thing with id `ref`, not before `due_at`."""
    return Addition(_ADD, {"id": new_id(now), "kind": kind, "ref": ref, "due_at": due_at, "issues": 0, "reported": 0})


def add(tx: Tx, kind: str, ref: str, due_at: int, now: int) -> None:
    tx.add([addition(kind, ref, due_at, now)])


def add_once(tx: Tx, outbox_id: str, kind: str, ref: str, due_at: int) -> bool:
    """Wish under an id of one's own; False when that wish stands already."""
    return _add_once(tx, id=outbox_id, kind=kind, ref=ref, due_at=due_at, issues=0, reported=0)


def stands(tx: Tx, kind: str, ref: str) -> bool:
    """Whether there is a wish of this kind for this thing. Looks through the table: for what is rare."""
    return tx.row(_STANDS, kind=kind, ref=ref) is not None


def issues(tx: Tx, outbox_id: str) -> int:
    """How often a wish was issued, this time included."""
    row = tx.row(_ISSUES, id=outbox_id)
    return 0 if row is None else int(row.issues)


def waits(tx: Tx, kind: str) -> bool:
    """Whether there is any wish of this kind."""
    return next_due(tx, [kind]) is not None


def take(tx: Tx, outbox_id: str) -> str | None:
    """The ref of a row, locked for this transaction; None when it is done already."""
    row = tx.row(_LOCK, id=outbox_id)
    return None if row is None else str(row.ref)


def peek(tx: Tx, outbox_id: str) -> str | None:
    """The ref of a row, without a lock."""
    row = tx.row(_REF, id=outbox_id)
    return None if row is None else str(row.ref)


def done(tx: Tx, outbox_id: str) -> None:
    tx.run(_DONE, id=outbox_id)


def issue(tx: Tx, kinds: Collection[str], *, now: int, again_at: int, most: int) -> list[Row]:
    """Take up to `most` due rows of these kinds; each comes back at `again_at` unless done by then.

    Two relays never get the same row: SKIP LOCKED on PostgreSQL, one writer at a time on SQLite.
    """
    return sorted(tx.rows(_ISSUE[tx.postgres], kinds=list(kinds), now=now, again_at=again_at, most=most))


def calls_of(tx: Tx, refs: Sequence[str]) -> dict[str, tuple[str | None, str]]:
    """Which call, and which consult ("" for none), the wish for each of these is about; for the log. What is neither is left out."""
    return {str(row.ref): (row.call_id, str(row.consult_id)) for row in tx.rows(_CALLS_OF, refs=list(refs))} if refs else {}


def put_back(tx: Tx, ids: Sequence[str], at: int) -> None:
    """To be issued again at `at`: an issue that never reached the queue, or a wish that cannot have its turn before."""
    if ids:
        tx.run(_PUT_BACK, ids=list(ids), at=at)


def hurry(tx: Tx, kind: str, at: int) -> int:
    """All wishes of this kind are due now, whenever they were; how many. One that is being done is done once all the same."""
    return tx.run(_HURRY, in_kind=kind, at=at)


def next_due(tx: Tx, kinds: Collection[str]) -> int | None:
    row = tx.row(_NEXT, kinds=list(kinds))
    return None if row is None or row.due_at is None else int(row.due_at)


def oldest_unissued(tx: Tx) -> int | None:
    """When the longest-waiting row that no relay has issued yet was due."""
    row = tx.row(_LATE)
    return None if row is None or row.due_at is None else int(row.due_at)


def waiting(tx: Tx) -> list[Row]:
    """What is not done yet, the next due first."""
    return tx.rows(_WAITING)


def about(tx: Tx, refs: Collection[str]) -> list[Row]:
    """What is not done yet for these things, the next due first. Looks through the table, which holds nothing that is done."""
    return tx.rows(_ABOUT, refs=list(refs)) if refs else []


def unreported(tx: Tx, issues: int = 2) -> int:
    """How many wishes were issued, and issued again because no worker reported back: so many times at least."""
    row = tx.row(_UNREPORTED, issues=issues)
    return 0 if row is None else int(row.n)


def depth(tx: Tx) -> list[Row]:
    return tx.rows(_DEPTH)
