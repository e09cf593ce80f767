"""Pages: alarms on their way to a person, and which alarms have none yet."""

from collections.abc import Collection

from sqlalchemy import BigInteger, bindparam, cast, exists, func, select, update

from ivr.store.schema import alarm, call, call_back, dial, page
from ivr.store.tx import Row, Tx
from ivr.store.upsert import AddOnce

_RAISING = 0x6976_7202 << 32  # an advisory lock of ours (see channels)
_LOCK_RAISING = select(func.pg_advisory_xact_lock(cast(bindparam("key"), BigInteger)))
_OPEN = ("raised", "texted", "calling")
_open = page.c.state.in_(_OPEN)
_add_once = AddOnce(page)
_GET = select(page).where(page.c.id == bindparam("id"))
_LOCK = _GET.with_for_update()
_FIND = select(page).where(page.c.reference == bindparam("reference"))
_for_all = (page.c.kind == alarm.c.kind) & (page.c.key == "")
_being_told = exists().where((page.c.id == alarm.c.page_id) | _for_all, _open).correlate(alarm)
_SOUNDED_WITHOUT = (
    select(alarm, select(func.max(page.c.id)).where(_for_all).correlate(alarm).scalar_subquery().label("kind_page_id"))
    .where(alarm.c.last_at > bindparam("since"), ~_being_told)
    .order_by(alarm.c.last_at)
)
_kinds = page.c.kind.in_(bindparam("kinds", expanding=True))
_COUNT_OPEN = select(func.count().label("n")).where(_kinds, _open)
_withheld = call.c.caller_id.is_(None) & (call.c.line == bindparam("line"))
_ABOUT_CALLER = (
    select(func.max(page.c.id).label("id"))
    .select_from(page.join(call, call.c.id == page.c.call_id))
    .where(_kinds, (page.c.id >= bindparam("since")) | _open, (call.c.caller_id == bindparam("caller_id")) | _withheld)
)
_TELL_OF = (
    update(alarm).where(alarm.c.kind == bindparam("in_kind"), alarm.c.key == bindparam("in_key")).values(page_id=bindparam("page_id"))
)
_UNTAKEN_SINCE = select(func.max(page.c.raised_at).label("at")).where(page.c.kind == bindparam("kind"), page.c.state == "untaken")
_LAST_SOUNDED = select(func.max(alarm.c.last_at).label("at")).where(alarm.c.kind == bindparam("kind"))
_due = (page.c.due_at <= bindparam("now")) | (page.c.told_at <= bindparam("now")) & page.c.due_at.isnot(None)
_DUE = select(page.c.id, page.c.kind).where(_due).order_by(page.c.due_at).limit(100)
_MOVE = (
    update(page)
    .where(page.c.id == bindparam("in_id"))
    .values(state=bindparam("state"), steps=bindparam("steps"), due_at=bindparam("due_at"), told_at=bindparam("told_at"))
)
_TAKE = (
    update(page)
    .where(page.c.id == bindparam("in_id"))
    .values(state="taken", due_at=None, told_at=None, taken_at=bindparam("at"), taken_by=bindparam("by"))
)
_HURRY = update(page).where(page.c.id == bindparam("in_id"), page.c.due_at > bindparam("at")).values(due_at=bindparam("at"))
_POSTPONE = update(page).where(page.c.id == bindparam("in_id")).values(due_at=bindparam("at"), told_at=None)
_CALLS = select(call_back).where(call_back.c.page_id == bindparam("page_id")).order_by(call_back.c.id)
_LOCK_CALLS = _CALLS.with_for_update()
_OF_DIAL = (
    select(page)
    .select_from(page.join(call_back, call_back.c.page_id == page.c.id).join(dial, dial.c.call_back_id == call_back.c.id))
    .where(dial.c.id == bindparam("dial_id"))
)
_ABOUT = select(call).where(call.c.id == bindparam("id"))
_last = select(page.c.kind, page.c.key, func.max(page.c.id).label("id")).group_by(page.c.kind, page.c.key).subquery()
_JOINED = (
    select(*(alarm.c[column.name].label(column.name) if column.name in ("kind", "key") else column for column in page.c))
    .join_from(page, alarm, alarm.c.page_id == page.c.id)
    .where((alarm.c.kind != page.c.kind) | (alarm.c.key != page.c.key))
    .order_by(alarm.c.last_at.desc())
    .limit(200)
)
_rang = exists().where(dial.c.call_back_id == call_back.c.id, dial.c.state.notin_(("try_later", "account", "absent", "never")))
_CALLS_TO = select(func.count().label("n")).where(
    call_back.c.caller_id == bindparam("caller_id"),
    call_back.c.page_id.isnot(None),
    call_back.c.created_at > bindparam("since"),
    _rang | call_back.c.state.in_(("planned", "dialling")),
)
_SHOWN = select(page).join(_last, _last.c.id == page.c.id).order_by(page.c.id.desc()).limit(200)


def add_once(tx: Tx, **columns: object) -> bool:
    """False while another page of this kind and key is open: two relays that sweep at once raise one."""
    return _add_once(tx, **columns)


def get(tx: Tx, page_id: str, *, lock: bool = False) -> Row | None:
    return tx.row(_LOCK if lock else _GET, id=page_id)


def find(tx: Tx, reference: str) -> Row | None:
    return tx.row(_FIND, reference=reference)


def sounded_without(tx: Tx, since: int) -> list[Row]:
    """Alarms that sounded after `since` (UTC ms), oldest first, and that no open page tells of.

    `page_id`: the latest page that told of this one; `kind_page_id`: the latest that stands for all keys of the kind.
    """
    return tx.rows(_SOUNDED_WITHOUT, since=since)


def lock_raising(tx: Tx) -> None:
    """Those who raise pages at once wait for each other until commit: an advisory lock on PostgreSQL, SQLite's only writer."""
    if tx.postgres:
        tx.row(_LOCK_RAISING, key=_RAISING)


def count_open(tx: Tx, kinds: Collection[str]) -> int:
    """How many pages of these kinds are open."""
    row = tx.row(_COUNT_OPEN, kinds=kinds)
    return 0 if row is None else int(row.n)


def about_caller(tx: Tx, kinds: Collection[str], caller_id: str | None, line: str | None, since: str) -> str | None:
    """The latest page of these kinds about this caller, or (`line`) about whoever withheld their number on that line.

    It is open, or not older than the id `since`.
    """
    row = tx.row(_ABOUT_CALLER, kinds=kinds, caller_id=caller_id, line=line, since=since)
    return None if row is None else row.id


def tell_of(tx: Tx, page_id: str, kind: str, key: str) -> None:
    """This page tells of this alarm: its own, or one that joined it."""
    tx.run(_TELL_OF, page_id=page_id, in_kind=kind, in_key=key)


def untaken_since(tx: Tx, kind: str) -> int:
    """When the latest page of this kind was raised that nobody took; 0 for none."""
    row = tx.row(_UNTAKEN_SINCE, kind=kind)
    return 0 if row is None or row.at is None else int(row.at)


def last_sounded(tx: Tx, kind: str) -> int | None:
    """When an alarm of this kind sounded last."""
    row = tx.row(_LAST_SOUNDED, kind=kind)
    return None if row is None or row.at is None else int(row.at)


def due(tx: Tx, now: int) -> list[Row]:
    """Pages with something to do: `id` and `kind`."""
    return tx.rows(_DUE, now=now)


def move(tx: Tx, page_id: str, state: str, *, steps: int, due_at: int | None, told_at: int | None) -> None:
    """Write a change; the caller holds the row and has asked the life-cycle table."""
    tx.run(_MOVE, in_id=page_id, state=state, steps=steps, due_at=due_at, told_at=told_at)


def take(tx: Tx, page_id: str, by: str, at: int) -> None:
    """The same, of a page that somebody takes."""
    tx.run(_TAKE, in_id=page_id, by=by, at=at)


def hurry(tx: Tx, page_id: str, at: int) -> None:
    """A call of this page came to its end: whatever follows need not wait. Nothing, if nothing does."""
    tx.run(_HURRY, in_id=page_id, at=at)


def postpone(tx: Tx, page_id: str, until: int) -> None:
    """A step that cannot be taken as things are is tried again."""
    tx.run(_POSTPONE, in_id=page_id, at=until)


def calls(tx: Tx, page_id: str, *, lock: bool = False) -> list[Row]:
    """The call backs of a page, oldest first."""
    return tx.rows(_LOCK_CALLS if lock else _CALLS, page_id=page_id)


def calls_to(tx: Tx, caller_id: str, since: int) -> int:
    """How many calls to somebody on call, about whatever pages, were wished for after `since` and rang or still may."""
    row = tx.row(_CALLS_TO, caller_id=caller_id, since=since)
    return 0 if row is None else int(row.n)


def of_dial(tx: Tx, dial_id: str) -> Row | None:
    """The page that a call of ours is about; None for a call to a caller."""
    return tx.row(_OF_DIAL, dial_id=dial_id)


def about(tx: Tx, found: Row) -> Row | None:
    """The call that a page is about, if it is about one."""
    return None if found.call_id is None else tx.row(_ABOUT, id=found.call_id)


def shown(tx: Tx) -> list[Row]:
    """The latest page of each kind and key; then, under the kind and key of each alarm that joined another's page, that page."""
    return [*tx.rows(_SHOWN), *tx.rows(_JOINED)]
