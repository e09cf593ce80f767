"""Callers: the one table with phone numbers, and what they have opted out of."""

from sqlalchemy import bindparam, exists, func, insert, select, update

from ivr.model.ids import new_id
from ivr.model.values import Phone
from ivr.store.schema import caller, text
from ivr.store.schema import opt_out as opt_out_table
from ivr.store.tx import Addition, Tx
from ivr.store.vault import Vault
from ivr.texts.limits import History

_LOCK = select(caller.c.id).where(caller.c.id == bindparam("id")).with_for_update(key_share=True)
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
_ADD_OPT_OUT = insert(opt_out_table)
_REFRESH_OPT_OUT = (
    update(opt_out_table)
    .where(opt_out_table.c.caller_id == bindparam("in_id"), opt_out_table.c.at < bindparam("in_at"))
    .values(source=bindparam("source"), at=bindparam("in_at"))
)
_LANGUAGE = select(caller.c.language).where(caller.c.id == bindparam("id"))
_REMEMBER_LANGUAGE = update(caller).where(caller.c.id == bindparam("in_id")).values(language=bindparam("language"))
_OPT_IN = opt_out_table.delete().where(opt_out_table.c.caller_id == bindparam("caller_id"))


def newcomer(vault: Vault, phone: Phone, now: int) -> tuple[str, Addition]:
    """A fresh id, and the row that makes it known; the row's unique hash settles a race of two first calls."""
    caller_id = new_id(now)
    sealed = vault.seal(phone.e164.encode())
    return caller_id, Addition(_ADD, {"id": caller_id, "phone": sealed, "phone_hash": vault.hash(phone), "created_at": now})


def ensure(tx: Tx, vault: Vault, phone: Phone, now: int) -> str:
    """The caller's id, made if new."""
    known = find(tx, vault, phone)
    if known is not None:
        return known
    caller_id, addition = newcomer(vault, phone, now)
    tx.add([addition])
    return caller_id


def lock(tx: Tx, caller_id: str) -> None:
    """Until commit, so that two calls at once see each other's texts. SQLite has one writer anyway."""
    if tx.postgres:
        tx.row(_LOCK, id=caller_id)


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


def language(tx: Tx, caller_id: str) -> str | None:
    """The one they chose in a menu."""
    found = tx.row(_LANGUAGE, id=caller_id)
    return None if found is None else found.language


def remember_language(tx: Tx, caller_id: str, chosen: str) -> None:
    tx.run(_REMEMBER_LANGUAGE, in_id=caller_id, language=chosen)


def opted_out(tx: Tx, caller_id: str) -> bool:
    row = tx.row(_OPTED_OUT, caller_id=caller_id)
    return bool(row and row.yes)


def opt_out_addition(caller_id: str, source: str, now: int) -> Addition:
    return Addition(_ADD_OPT_OUT, {"caller_id": caller_id, "source": source, "at": now})


def opt_out(tx: Tx, caller_id: str, source: str, now: int) -> None:
    """Said again, it counts from now; the caller should be locked (`lock`)."""
    if opted_out(tx, caller_id):
        tx.run(_REFRESH_OPT_OUT, in_id=caller_id, source=source, in_at=now)
    else:
        tx.add([opt_out_addition(caller_id, source, now)])


def opt_in(tx: Tx, caller_id: str) -> bool:
    """False when there was nothing to take back."""
    return tx.run(_OPT_IN, caller_id=caller_id) == 1
