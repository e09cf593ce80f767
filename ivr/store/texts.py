"""Texts, their attempts at providers, and the reports that came back."""

from sqlalchemy import bindparam, func, insert, select, update

from ivr.store.schema import attempt, report, text
from ivr.store.tx import Addition, Row, Tx
from ivr.store.upsert import AddOnce

_ADD = insert(text)
_GET = select(text).where(text.c.id == bindparam("id"))
_LOCK = _GET.with_for_update()
_LATEST_OF = select(text).where(text.c.caller_id == bindparam("caller_id")).order_by(text.c.asked_at.desc()).limit(1)
_MOVE = update(text).where(text.c.id == bindparam("in_id"), text.c.state == bindparam("in_state"))
_TO = _MOVE.values(state=bindparam("state"), reason=bindparam("reason"))
_TO_SENT = _MOVE.values(state=bindparam("state"), reason=bindparam("reason"), sent_at=bindparam("at"))
_TO_END = _MOVE.values(state=bindparam("state"), reason=bindparam("reason"), ended_at=bindparam("at"))

_ADD_ATTEMPT = insert(attempt)
_ATTEMPT = select(attempt).where(attempt.c.id == bindparam("id"))
_LOCK_ATTEMPT = _ATTEMPT.with_for_update()
_ATTEMPTS = select(attempt).where(attempt.c.text_id == bindparam("text_id")).order_by(attempt.c.id)
_SET_ATTEMPT = (
    update(attempt)
    .where(attempt.c.id == bindparam("in_id"))
    .values(
        state=bindparam("state"),
        code=bindparam("code"),
        lease_until=bindparam("lease_until"),
        looks=bindparam("looks"),
        ended_at=bindparam("ended_at"),
        provider_message_id=func.coalesce(bindparam("provider_message_id"), attempt.c.provider_message_id),
    )
)
_NAME_MESSAGE = (
    update(attempt)
    .where(attempt.c.id == bindparam("in_id"), attempt.c.provider_message_id.is_(None))
    .values(provider_message_id=bindparam("provider_message_id"))
)
_OVERDUE = (
    select(attempt.c.id)
    .where(attempt.c.lease_until <= bindparam("now"), attempt.c.lease_until.isnot(None), attempt.c.state == "sending")
    .order_by(attempt.c.lease_until)
    .limit(200)
)
_UNDECIDED = (
    select(func.count().label("n"))
    .select_from(attempt.join(text, text.c.id == attempt.c.text_id))
    .where(
        text.c.caller_id == bindparam("caller_id"), attempt.c.provider == bindparam("provider"), attempt.c.state.in_(("sending", "unknown"))
    )
)
_TAKEN = select(attempt.c.provider_message_id).where(
    attempt.c.provider == bindparam("provider"), attempt.c.provider_message_id.in_(bindparam("ids", expanding=True))
)
_add_report = AddOnce(report)


def addition(**columns: object) -> Addition:
    return Addition(_ADD, columns)


def get(tx: Tx, text_id: str, *, lock: bool = False) -> Row | None:
    return tx.row(_LOCK if lock else _GET, id=text_id)


def latest_of(tx: Tx, caller_id: str) -> Row | None:
    """The newest text of a caller."""
    return tx.row(_LATEST_OF, caller_id=caller_id)


def move(tx: Tx, text_id: str, old: str, new: str, now: int, reason: str | None = None) -> None:
    """Write a state change; the caller holds the row and has asked the life-cycle table."""
    match new:
        case "sent":
            tx.run(_TO_SENT, in_id=text_id, in_state=old, state=new, reason=reason, at=now)
        case "delivered" | "undelivered" | "failed" | "dropped":
            tx.run(_TO_END, in_id=text_id, in_state=old, state=new, reason=reason, at=now)
        case _:
            tx.run(_TO, in_id=text_id, in_state=old, state=new, reason=reason)


def add_attempt(tx: Tx, *, attempt_id: str, text_id: str, provider: str, now: int, lease_until: int) -> None:
    """Commit this before calling the provider."""
    tx.run(
        _ADD_ATTEMPT, id=attempt_id, text_id=text_id, provider=provider, state="sending", started_at=now, lease_until=lease_until, looks=0
    )


def get_attempt(tx: Tx, attempt_id: str, *, lock: bool = False) -> Row | None:
    return tx.row(_LOCK_ATTEMPT if lock else _ATTEMPT, id=attempt_id)


def attempts(tx: Tx, text_id: str) -> list[Row]:
    """Oldest first."""
    return tx.rows(_ATTEMPTS, text_id=text_id)


def set_attempt(
    tx: Tx,
    attempt_id: str,
    state: str,
    *,
    code: str | None = None,
    looks: int = 0,
    ended_at: int | None = None,
    provider_message_id: str | None = None,
) -> None:
    """End an attempt, or say that its outcome is unknown; either way its lease is over."""
    tx.run(
        _SET_ATTEMPT,
        in_id=attempt_id,
        state=state,
        code=code,
        lease_until=None,
        looks=looks,
        ended_at=ended_at,
        provider_message_id=provider_message_id,
    )


def name_message(tx: Tx, attempt_id: str, provider_message_id: str) -> None:
    """Learn the provider's own id, if we do not know it yet."""
    tx.run(_NAME_MESSAGE, in_id=attempt_id, provider_message_id=provider_message_id)


def overdue_attempts(tx: Tx, now: int) -> list[str]:
    """Attempts whose worker has not been heard of since its lease ran out."""
    return [str(row.id) for row in tx.rows(_OVERDUE, now=now)]


def undecided(tx: Tx, caller_id: str, provider: str) -> int:
    """How many attempts at this caller by this provider have no known outcome."""
    row = tx.row(_UNDECIDED, caller_id=caller_id, provider=provider)
    return 0 if row is None else int(row.n)


def known_messages(tx: Tx, provider: str, ids: list[str]) -> set[str]:
    """Which of these provider message ids belong to an attempt already."""
    return {str(row.provider_message_id) for row in tx.rows(_TAKEN, provider=provider, ids=ids)} if ids else set()


def add_report(tx: Tx, *, attempt_id: str, state: str, code: str, at: int) -> bool:
    """Record a report once; False for a repeat."""
    return _add_report(tx, attempt_id=attempt_id, state=state, code=code, at=at)
