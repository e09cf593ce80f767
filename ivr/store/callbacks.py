"""Call backs: who is to be called, when, and why not."""

from collections.abc import Collection

from sqlalchemy import bindparam, exists, func, insert, select, update

from ivr.store.schema import call, call_back, dial, link, opt_out, text
from ivr.store.tx import Addition, Row, Tx

_LIVE = ("dialling", "ringing", "talking")
_ADD = insert(call_back)
_GET = select(call_back).where(call_back.c.id == bindparam("id"))
_LOCK = _GET.with_for_update()
_of_caller = call_back.c.caller_id == bindparam("caller_id")
_no_page = call_back.c.page_id.is_(None)  # who is on call may ring us as anybody may
_OF_CALLER = (
    select(call_back)
    .where(
        _of_caller,
        call_back.c.state.in_(bindparam("states", expanding=True)),
        call_back.c.reason.in_(bindparam("reasons", expanding=True)),
    )
    .order_by(call_back.c.id)
)
_LOCK_OF_CALLER = _OF_CALLER.with_for_update()
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
_opted_out = exists(select(opt_out.c.at).where(opt_out.c.caller_id == bindparam("caller_id"))).label("opted_out")
_dialled = dial.join(call_back, call_back.c.id == dial.c.call_back_id)
_count_rings = (
    select(func.count())
    .select_from(_dialled)
    .where(_of_caller, _no_page, dial.c.id >= bindparam("first_id"), dial.c.state.notin_(("try_later", "account", "absent", "never")))
)
_rings = _count_rings.scalar_subquery().label("rings")
_alike = call_back.c.reason == bindparam("reason")
_to_be_replaced = _alike & (call_back.c.state == "planned") & (call_back.c.created_at <= bindparam("at"))
_ASKED_BY = select(call_back.c.id).where(_of_caller, _alike, call_back.c.trigger_call_id == bindparam("call_id")).limit(1)
_HISTORY = select(
    _opted_out,
    exists(select(call_back.c.id).where(_of_caller, call_back.c.state.in_(_LIVE))).label("under_way"),
    exists(
        select(call_back.c.id).where(_of_caller, _alike, call_back.c.created_at > bindparam("at"), call_back.c.state != "dropped")
    ).label("overtaken"),
    select(func.count())
    .where(
        _of_caller,
        _no_page,
        call_back.c.id >= bindparam("first_id"),
        (call_back.c.tries > 0) | (call_back.c.state.notin_(("dropped", "cancelled")) & ~_to_be_replaced),
    )
    .scalar_subquery()
    .label("in_day"),
    _rings,
)
_SINCE = select(
    _opted_out,
    exists(select(call_back.c.id).where(_of_caller, call_back.c.state.in_((*_LIVE, "stopping")))).label("under_way"),
    exists(
        select(call.c.id).where(
            call.c.caller_id == bindparam("caller_id"),
            call.c.id >= bindparam("first_call_id"),
            call.c.flow.isnot(None),
            call.c.dial_id.is_(None),
            call.c.ended_at.is_(None),
        )
    ).label("on_the_line"),
    exists(select(dial.c.id).select_from(_dialled).where(_of_caller, dial.c.state.in_(("dialling", "unknown", "ringing")))).label(
        "ringing"
    ),
    _rings,
    _count_rings.where(call_back.c.reason == "paid").scalar_subquery().label("paid_rings"),
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


def of_caller(tx: Tx, caller_id: str, reasons: Collection[str], states: Collection[str], *, lock: bool = False) -> list[Row]:
    """Oldest first."""
    return tx.rows(_LOCK_OF_CALLER if lock else _OF_CALLER, caller_id=caller_id, reasons=list(reasons), states=list(states))


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


def history(tx: Tx, caller_id: str, reason: str, at: int, first_id: str) -> Row:
    """`opted_out`, `under_way`, whether a wish for this reason was made after `at` (`overtaken`); and since `first_id`, how many
    wishes led to a ring or still may (`in_day`), without those that one of this reason would replace, and how many dials rang (`rings`).
    """
    return tx.row(_HISTORY, caller_id=caller_id, reason=reason, at=at, first_id=first_id)


def asked_by(tx: Tx, caller_id: str, call_id: str, reason: str) -> bool:
    """Whether this call of theirs has asked for a call back already, for this reason."""
    return tx.row(_ASKED_BY, caller_id=caller_id, call_id=call_id, reason=reason) is not None


def since(tx: Tx, caller_id: str, at: int, *, first_id: str, first_call_id: str) -> Row:
    """`opted_out`, `under_way`, whether a phone of theirs may ring by us now (`ringing`), `rings` since `first_id` and those of them to
    somebody who has paid (`paid_rings`), whether a call of theirs that we answered is not over (`on_the_line`; calls since
    `first_call_id`), and whether any link of the caller was opened after `at` (`link_opened`).
    """
    return tx.row(_SINCE, caller_id=caller_id, since=at, first_id=first_id, first_call_id=first_call_id)
