"""Callers: the one table with phone numbers, and what they have opted out of."""

from sqlalchemy import bindparam, exists, func, insert, select

from ivr.model.ids import new_id
from ivr.model.values import Phone
from ivr.store.schema import caller, text
from ivr.store.schema import opt_out as opt_out_table
from ivr.store.tx import Tx
from ivr.store.upsert import AddOnce
from ivr.store.vault import Vault
from ivr.texts.limits import History

_LOCK = select(func.pg_advisory_xact_lock(bindparam("key")))
_FIND = select(caller.c.id).where(caller.c.phone_hash == bindparam("hash"))
_ADD = insert(caller)
_PHONE = select(caller.c.phone).where(caller.c.id == bindparam("id"))
_counted = text.c.state.notin_(("dropped", "failed", "undelivered"))
_HISTORY = select(
    select(opt_out_table.c.at).where(opt_out_table.c.caller_id == bindparam("caller_id")).scalar_subquery().label("opted_out_at"),
    select(func.count())
    .where(
        text.c.caller_id == bindparam("caller_id"), text.c.asked_at > bindparam("day"), text.c.template == bindparam("template"), _counted
    )
    .scalar_subquery()
    .label("in_day"),
    select(func.count())
    .where(
        text.c.caller_id == bindparam("caller_id"),
        text.c.asked_at > bindparam("window"),
        text.c.template == bindparam("template"),
        text.c.line == bindparam("line"),
        _counted,
    )
    .scalar_subquery()
    .label("in_window"),
)
_OPTED_OUT = select(exists().where(opt_out_table.c.caller_id == bindparam("caller_id")).label("yes"))
_add_opt_out = AddOnce(opt_out_table)
_OPT_IN = opt_out_table.delete().where(opt_out_table.c.caller_id == bindparam("caller_id"))


def ensure(tx: Tx, vault: Vault, phone: Phone, now: int) -> tuple[str, bool]:
    """The caller's id, made if new, and whether we knew them before.

    On PostgreSQL the caller is locked until commit, so that two calls at once see each other's texts; SQLite has one writer.
    """
    phone_hash = vault.hash(phone)
    if tx.postgres:
        tx.row(_LOCK, key=int(phone_hash[:15], 16))
    found = tx.row(_FIND, hash=phone_hash)
    if found is not None:
        return str(found.id), True
    caller_id = new_id(now)
    tx.run(_ADD, id=caller_id, phone=vault.seal(phone.e164.encode()), phone_hash=phone_hash, created_at=now)
    return caller_id, False


def find(tx: Tx, vault: Vault, phone: Phone) -> str | None:
    found = tx.row(_FIND, hash=vault.hash(phone))
    return None if found is None else str(found.id)


def phone_of(tx: Tx, vault: Vault, caller_id: str) -> Phone:
    found = tx.row(_PHONE, id=caller_id)
    if found is None:
        raise LookupError(f"no caller {caller_id}")
    return vault.phone(found.phone)


def history(tx: Tx, caller_id: str, *, template: str, line: str, window_from: int, day_from: int) -> History:
    """Texts asked for since `window_from` on this line and since `day_from` on all; those that came to nothing do not count."""
    row = tx.row(_HISTORY, caller_id=caller_id, template=template, line=line, window=window_from, day=day_from)
    return History(opted_out=row.opted_out_at is not None, in_window=row.in_window, in_day=row.in_day) if row else History()


def opted_out(tx: Tx, caller_id: str) -> bool:
    row = tx.row(_OPTED_OUT, caller_id=caller_id)
    return bool(row and row.yes)


def opt_out(tx: Tx, caller_id: str, source: str, now: int) -> None:
    _add_opt_out(tx, caller_id=caller_id, source=source, at=now)


def opt_in(tx: Tx, caller_id: str) -> None:
    tx.run(_OPT_IN, caller_id=caller_id)
