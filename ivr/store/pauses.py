"""What is switched off: lines, and all texts. A row stands for as long as it holds."""

from sqlalchemy import bindparam, delete, select

from ivr.store.schema import pause
from ivr.store.tx import Row, Tx
from ivr.store.upsert import AddOnce

TEXTS = "texts"

_add = AddOnce(pause)
_REMOVE = delete(pause).where(pause.c.scope == bindparam("scope"))
_GET = select(pause).where(pause.c.scope == bindparam("scope"))
_ALL = select(pause).order_by(pause.c.at)


def add(tx: Tx, **columns: object) -> bool:
    """All columns of `pause`; `scope`: a line in E.164, or TEXTS. False when it stands already."""
    return _add(tx, **columns)


def remove(tx: Tx, scope: str) -> bool:
    return tx.run(_REMOVE, scope=scope) == 1


def get(tx: Tx, scope: str) -> Row | None:
    return tx.row(_GET, scope=scope)


def everything(tx: Tx) -> list[Row]:
    """Oldest first."""
    return tx.rows(_ALL)
