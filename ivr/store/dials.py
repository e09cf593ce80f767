"""Dials: each ring of a phone, committed before the provider is asked for it."""

from sqlalchemy import bindparam, func, insert, select, update

from ivr.store.schema import call_back, dial
from ivr.store.tx import Row, Tx

_ADD = insert(dial)
_GET = select(dial).where(dial.c.id == bindparam("id"))
_LOCK = _GET.with_for_update()
_OF = select(dial).where(dial.c.call_back_id == bindparam("call_back_id")).order_by(dial.c.id)
_SET = (
    update(dial)
    .where(dial.c.id == bindparam("in_id"))
    .values(
        state=bindparam("state"),
        lease_until=bindparam("lease_until"),
        looks=bindparam("looks"),
        code=func.coalesce(bindparam("code"), dial.c.code),
        ended_at=bindparam("ended_at"),
        provider_call_id=func.coalesce(bindparam("provider_call_id"), dial.c.provider_call_id),
    )
)
_OVERDUE = (
    select(dial.c.id).where(dial.c.lease_until <= bindparam("now"), dial.c.lease_until.isnot(None)).order_by(dial.c.lease_until).limit(200)
)
_TAKEN = (
    select(dial.c.provider_call_id)
    .join(call_back, call_back.c.id == dial.c.call_back_id)
    .where(
        call_back.c.caller_id == bindparam("caller_id"),
        dial.c.provider == bindparam("provider"),
        dial.c.id != bindparam("but"),
        dial.c.provider_call_id.isnot(None),
    )
)


def add(tx: Tx, *, dial_id: str, call_back_id: str, provider: str, now: int, lease_until: int) -> None:
    """Commit this before asking the provider."""
    tx.run(
        _ADD, id=dial_id, call_back_id=call_back_id, provider=provider, state="dialling", started_at=now, lease_until=lease_until, looks=0
    )


def get(tx: Tx, dial_id: str, *, lock: bool = False) -> Row | None:
    return tx.row(_LOCK if lock else _GET, id=dial_id)


def states(tx: Tx, call_back_id: str) -> list[str]:
    """Of all dials of a call back, oldest first."""
    return [str(row.state) for row in tx.rows(_OF, call_back_id=call_back_id)]


def of(tx: Tx, call_back_id: str) -> list[Row]:
    """All dials of a call back, oldest first."""
    return tx.rows(_OF, call_back_id=call_back_id)


def change(
    tx: Tx,
    dial_id: str,
    state: str,
    *,
    lease_until: int | None = None,
    looks: int = 0,
    code: str | None = None,
    ended_at: int | None = None,
    provider_call_id: str | None = None,
) -> None:
    """Write a change; the caller holds the row. Without `lease_until` nobody waits for a word any more."""
    tx.run(
        _SET,
        in_id=dial_id,
        state=state,
        lease_until=lease_until,
        looks=looks,
        code=code,
        ended_at=ended_at,
        provider_call_id=provider_call_id,
    )


def overdue(tx: Tx, now: int) -> list[str]:
    """Dials of which nobody has had a word since their lease ran out."""
    return [str(row.id) for row in tx.rows(_OVERDUE, now=now)]


def other_calls(tx: Tx, caller_id: str, provider: str, dial_id: str) -> set[str]:
    """The provider's ids of all other calls that we placed to this caller."""
    return {str(row.provider_call_id) for row in tx.rows(_TAKEN, caller_id=caller_id, provider=provider, but=dial_id)}
