"""Links: a random token, what it opens, until when, and how often people opened it."""

from sqlalchemy import bindparam, func, insert, select, update

from ivr.store.schema import link
from ivr.store.tx import Addition, Row, Tx

_ADD = insert(link)
_GET = select(link).where(link.c.token == bindparam("token"))
_OPENED = (
    update(link)
    .where(link.c.token == bindparam("in_token"))
    .values(opens=link.c.opens + 1, opened_at=func.coalesce(link.c.opened_at, bindparam("at")))
)


def addition(**columns: object) -> Addition:
    return Addition(_ADD, {**columns, "opens": 0})


def get(tx: Tx, token: str) -> Row | None:
    return tx.row(_GET, token=token)


def opened(tx: Tx, token: str, now: int) -> None:
    """Count one opening; nothing of the person is kept."""
    tx.run(_OPENED, in_token=token, at=now)
