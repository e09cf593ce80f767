"""Payment links, payments, refunds, the ledger's entries, receipts, and the gateway's events."""

from functools import cache

from sqlalchemy import Table, Update, bindparam, func, insert, select, update

from ivr.store.schema import entry, gateway_event, pay_link, payment, receipt, receipt_series, refund, text
from ivr.store.schema import link as link_table
from ivr.store.tx import Addition, Row, Tx
from ivr.store.upsert import AddOnce

_ADD_LINK, _ADD_PAYMENT, _ADD_REFUND, _ADD_ENTRY, _ADD_RECEIPT = (insert(each) for each in (pay_link, payment, refund, entry, receipt))
_LINK = select(pay_link).where(pay_link.c.id == bindparam("id"))
_LOCK_LINK = _LINK.with_for_update()
_BY_REFERENCE = select(pay_link).where(pay_link.c.reference == bindparam("reference"))
_LINKS_OF = select(pay_link).where(pay_link.c.consult_id == bindparam("consult_id")).order_by(pay_link.c.id)
_PAYMENT = select(payment).where(payment.c.id == bindparam("id"))
_LOCK_PAYMENT = _PAYMENT.with_for_update()
_AT_GATEWAY = select(payment).where(
    payment.c.gateway == bindparam("gateway"), payment.c.gateway_payment_id == bindparam("gateway_payment_id")
)
_PAYMENTS_OF = select(payment).where(payment.c.consult_id == bindparam("consult_id")).order_by(payment.c.id)
_LOCK_PAYMENTS_OF = _PAYMENTS_OF.with_for_update()
_REFUND = select(refund).where(refund.c.payment_id == bindparam("payment_id"))
_RECEIPT = select(receipt).where(receipt.c.payment_id == bindparam("payment_id"))
_NEXT_NUMBER = (
    update(receipt_series)
    .where(receipt_series.c.year == bindparam("in_year"))
    .values(last=receipt_series.c.last + 1)
    .returning(receipt_series.c.last)
)
_BEGIN_SERIES = AddOnce(receipt_series)
_PAY_TEXTS = (
    select(text)
    .join(link_table, link_table.c.text_id == text.c.id)
    .where(link_table.c.ref == bindparam("ref"), link_table.c.purpose == "pay")
    .order_by(text.c.id)
)
_add_event = AddOnce(gateway_event)
_EVENT = select(gateway_event).where(gateway_event.c.id == bindparam("id"))
_EVENT_DONE = update(gateway_event).where(gateway_event.c.id == bindparam("in_id")).values(came_to=bindparam("came_to"))
_FORGET_BODIES = (
    update(gateway_event).where(gateway_event.c.received_at < bindparam("before"), gateway_event.c.body.isnot(None)).values(body=None)
)
_LATEST_EVENT = select(func.max(gateway_event.c.received_at).label("at"))


def link_addition(**columns: object) -> Addition:
    return Addition(_ADD_LINK, columns)


def add_payment(tx: Tx, **columns: object) -> None:
    tx.run(_ADD_PAYMENT, **columns)


def add_refund(tx: Tx, **columns: object) -> None:
    tx.run(_ADD_REFUND, **columns)


def add_entry(tx: Tx, **columns: object) -> None:
    """One movement from `credit` to `debit`. Entries stand: the database refuses to change or remove one."""
    tx.run(_ADD_ENTRY, **columns)


def link(tx: Tx, link_id: str, *, lock: bool = False) -> Row | None:
    return tx.row(_LOCK_LINK if lock else _LINK, id=link_id)


def link_by_reference(tx: Tx, reference: str) -> Row | None:
    return tx.row(_BY_REFERENCE, reference=reference)


def links_of(tx: Tx, consult_id: str) -> list[Row]:
    """Oldest first."""
    return tx.rows(_LINKS_OF, consult_id=consult_id)


def pay_text_missing(tx: Tx, consult_id: str, *, before: int) -> bool:
    """Whether texts with the pay link were asked for before then, and none was delivered."""
    texts = tx.rows(_PAY_TEXTS, ref=consult_id)
    return any(each.asked_at <= before for each in texts) and all(each.state != "delivered" for each in texts)


def last_pay_text(tx: Tx, consult_id: str) -> Row | None:
    """The newest text that carries this consult's link."""
    texts = tx.rows(_PAY_TEXTS, ref=consult_id)
    return texts[-1] if texts else None


def get(tx: Tx, payment_id: str, *, lock: bool = False) -> Row | None:
    return tx.row(_LOCK_PAYMENT if lock else _PAYMENT, id=payment_id)


def at_gateway(tx: Tx, gateway: str, gateway_payment_id: str) -> Row | None:
    return tx.row(_AT_GATEWAY, gateway=gateway, gateway_payment_id=gateway_payment_id)


def of_consult(tx: Tx, consult_id: str, *, lock: bool = False) -> list[Row]:
    """Oldest first."""
    return tx.rows(_LOCK_PAYMENTS_OF if lock else _PAYMENTS_OF, consult_id=consult_id)


def refund_of(tx: Tx, payment_id: str) -> Row | None:
    return tx.row(_REFUND, payment_id=payment_id)


def change_link(tx: Tx, link_id: str, **columns: object) -> None:
    tx.run(_change(pay_link, "id", tuple(sorted(columns))), in_key=link_id, **columns)


def change(tx: Tx, payment_id: str, **columns: object) -> None:
    """Whoever holds the row has asked the life-cycle table."""
    tx.run(_change(payment, "id", tuple(sorted(columns))), in_key=payment_id, **columns)


def change_refund(tx: Tx, payment_id: str, **columns: object) -> None:
    tx.run(_change(refund, "payment_id", tuple(sorted(columns))), in_key=payment_id, **columns)


@cache
def _change(table: Table, key: str, names: tuple[str, ...]) -> Update:
    return update(table).where(table.c[key] == bindparam("in_key")).values({name: bindparam(name) for name in names})


def add_receipt(tx: Tx, payment_id: str, year: str, token: str, at: int) -> int:
    """The next number of that financial year, without a gap: it is taken in the transaction that it belongs to."""
    _BEGIN_SERIES(tx, year=year, last=0)
    row = tx.row(_NEXT_NUMBER, in_year=year)
    if row is None:
        raise LookupError(f"no receipts of {year}")
    tx.run(_ADD_RECEIPT, payment_id=payment_id, year=year, number=row.last, token=token, at=at)
    return int(row.last)


def receipt_of(tx: Tx, payment_id: str) -> Row | None:
    return tx.row(_RECEIPT, payment_id=payment_id)


def add_event(tx: Tx, **columns: object) -> bool:
    """Store a gateway's event once; False for a repeat."""
    return _add_event(tx, **columns)


def event(tx: Tx, event_id: str) -> Row | None:
    return tx.row(_EVENT, id=event_id)


def event_done(tx: Tx, event_id: str, came_to: str) -> None:
    tx.run(_EVENT_DONE, in_id=event_id, came_to=came_to)


def last_event_at(tx: Tx) -> int | None:
    row = tx.row(_LATEST_EVENT)
    return None if row is None or row.at is None else int(row.at)


def forget_bodies(tx: Tx, before: int) -> int:
    """What the gateway signed is kept for disputes only, and not for ever. How many."""
    return tx.run(_FORGET_BODIES, before=before)
