"""Alarms: what an operator must see. One row per kind and key, however often it happens."""

import logging

from sqlalchemy import bindparam, select, update

from ivr.store.schema import alarm
from ivr.store.tx import Row, Tx
from ivr.store.upsert import AddOnce

log = logging.getLogger(__name__)

_add = AddOnce(alarm)
_AGAIN = (
    update(alarm)
    .where(alarm.c.kind == bindparam("in_kind"), alarm.c.key == bindparam("in_key"))
    .values(last_at=bindparam("at"), times=alarm.c.times + 1, detail=bindparam("detail"))
)
_SINCE = select(alarm.c.key).where(alarm.c.kind == bindparam("kind"), alarm.c.last_at > bindparam("at")).limit(1)
_LATEST = select(alarm).order_by(alarm.c.last_at.desc()).limit(50)


def sound(tx: Tx, kind: str, key: str, detail: str, now: int) -> None:
    """Raise an alarm, or count it again. `detail` says what to do; it carries no number and no secret."""
    log.error("alarm", extra={"alarm": kind, "key": key, "detail": detail})
    if not _add(tx, kind=kind, key=key, detail=detail, first_at=now, last_at=now, times=1):
        tx.run(_AGAIN, in_kind=kind, in_key=key, at=now, detail=detail)


def sounded_since(tx: Tx, kind: str, at: int) -> bool:
    """Whether an alarm of this kind sounded since then."""
    return tx.row(_SINCE, kind=kind, at=at) is not None


def latest(tx: Tx) -> list[Row]:
    return tx.rows(_LATEST)
