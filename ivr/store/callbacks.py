"""Call backs: who is to be called, when, and why not."""

from sqlalchemy import bindparam, exists, func, insert, select, update

from ivr.store.schema import call_back, link, opt_out, text
from ivr.store.tx import Addition, Row, Tx

_LIVE = ("dialling", "ringing", "talking")
_ADD = insert(call_back)
_GET = select(call_back).where(call_back.c.id == bindparam("id"))
_LOCK = _GET.with_for_update()
_PLANNED = (
    select(call_back)
    .where(
        call_back.c.caller_id == bindparam("caller_id"),
        call_back.c.state == "planned",
        call_back.c.reason.in_(bindparam("reasons", expanding=True)),
    )
    .order_by(call_back.c.id)
)
_LOCK_PLANNED = _PLANNED.with_for_update()
_MOVE = (
    update(call_back)
    .where(call_back.c.id == bindparam("in_id"))
    .values(
        state=bindparam("state"),
        why=func.coalesce(bindparam("why"), call_back.c.why),
        tries=call_back.c.tries + bindparam("more_tries"),
        due_at=func.coalesce(bindparam("due_at"), call_back.c.due_at),
        wish_id=bindparam("wish_id"),
        ended_at=bindparam("ended_at"),
    )
)
_of_caller = call_back.c.caller_id == bindparam("caller_id")
_opted_out_at = select(opt_out.c.at).where(opt_out.c.caller_id == bindparam("caller_id")).scalar_subquery().label("opted_out_at")
_under_way = exists(select(call_back.c.id).where(_of_caller, call_back.c.state.in_(_LIVE))).label("under_way")
_HISTORY = select(
    _opted_out_at,
    _under_way,
    select(func.count())
    .where(
        _of_caller,
        call_back.c.id >= bindparam("first_id"),
        (call_back.c.tries > 0) | call_back.c.state.notin_(("dropped", "cancelled")),
    )
    .scalar_subquery()
    .label("in_day"),
)
_SINCE = select(
    _opted_out_at,
    _under_way,
    exists(
        select(link.c.token)
        .join(text, text.c.id == link.c.text_id)
        .where(text.c.caller_id == bindparam("caller_id"), link.c.opened_at > bindparam("since"))
    ).label("link_opened"),
)


def addition(**columns: object) -> Addition:
    return Addition(_ADD, columns)


def get(tx: Tx, call_back_id: str, *, lock: bool = False) -> Row | None:
    return tx.row(_LOCK if lock else _GET, id=call_back_id)


def planned(tx: Tx, caller_id: str, *reasons: str, lock: bool = False) -> list[Row]:
    """What this caller waits for, oldest first."""
    return tx.rows(_LOCK_PLANNED if lock else _PLANNED, caller_id=caller_id, reasons=list(reasons))


def move(
    tx: Tx,
    call_back_id: str,
    state: str,
    *,
    why: str | None = None,
    more_tries: int = 0,
    due_at: int | None = None,
    wish_id: str | None = None,
    ended_at: int | None = None,
) -> None:
    """Write a change; the caller holds the row and has asked the life-cycle table. Its wish is void unless named again."""
    tx.run(_MOVE, in_id=call_back_id, state=state, why=why, more_tries=more_tries, due_at=due_at, wish_id=wish_id, ended_at=ended_at)


def history(tx: Tx, caller_id: str, first_id: str) -> Row:
    """`opted_out_at`, `under_way`, and how many wishes since `first_id` led to a ring or still may (`in_day`)."""
    return tx.row(_HISTORY, caller_id=caller_id, first_id=first_id)


def since(tx: Tx, caller_id: str, at: int) -> Row:
    """`opted_out_at`, `under_way`, and whether any link of the caller was opened after `at` (`link_opened`)."""
    return tx.row(_SINCE, caller_id=caller_id, since=at)
