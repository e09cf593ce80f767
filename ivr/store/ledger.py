"""The books as a whole: what the audit and the daily comparison read."""

from sqlalchemy import bindparam, exists, func, select

from ivr.store.schema import consult, entry, outbox, payment, refund
from ivr.store.tx import Row, Tx

_DEBITS = select(entry.c.debit.label("account"), func.sum(entry.c.paise).label("paise")).group_by(entry.c.debit)
_CREDITS = select(entry.c.credit.label("account"), func.sum(entry.c.paise).label("paise")).group_by(entry.c.credit)
_BY_PAYMENT = (
    select(payment.c.id, payment.c.state, payment.c.paise, entry.c.cause, func.sum(entry.c.paise).label("entered"))
    .select_from(payment.outerjoin(entry, entry.c.payment_id == payment.c.id))
    .group_by(payment.c.id, payment.c.state, payment.c.paise, entry.c.cause)
    .order_by(payment.c.id)
)
_OPEN = (
    select(payment, consult.c.reference, consult.c.state.label("consult_state"), refund.c.asks, refund.c.gateway_refund_id)
    .join(consult, consult.c.id == payment.c.consult_id)
    .outerjoin(refund, refund.c.payment_id == payment.c.id)
    .where(payment.c.state.notin_(("earned", "refunded")))
    .order_by(payment.c.captured_at)
)
_STATES = (
    select(consult.c.id, consult.c.reference, consult.c.state, consult.c.follow_up_of, payment.c.state.label("payment_state"))
    .select_from(consult.outerjoin(payment, payment.c.consult_id == consult.c.id))
    .where(
        consult.c.state.in_(
            ("paid", "offering", "connecting", "talking", "recovering", "callback_booked", "completed", "refunded", "refunding")
        )
    )
    .order_by(consult.c.id)
)
_CLOCKLESS = select(consult.c.reference, consult.c.state).where(
    consult.c.clock_id.is_(None), consult.c.state.notin_(("completed", "refunded", "lapsed", "cancelled", "emergency"))
)
_FORGOTTEN = select(payment.c.id, payment.c.state).where(
    payment.c.state.in_(("refund_due", "requested", "pending")),
    ~exists(select(outbox.c.id).where(outbox.c.ref == payment.c.id, outbox.c.kind.in_(("refund_ask", "refund_look")))),
)
_CAPTURED = (
    select(payment.c.gateway_payment_id, payment.c.paise, payment.c.state, payment.c.captured_at)
    .where(
        payment.c.gateway == bindparam("gateway"), payment.c.captured_at >= bindparam("since"), payment.c.captured_at < bindparam("until")
    )
    .order_by(payment.c.captured_at)
)


def balances(tx: Tx) -> dict[str, int]:
    """Paise by account: what it received less what it gave."""
    found: dict[str, int] = {}
    for row in tx.rows(_DEBITS):
        found[row.account] = found.get(row.account, 0) + int(row.paise)
    for row in tx.rows(_CREDITS):
        found[row.account] = found.get(row.account, 0) - int(row.paise)
    return found


def by_payment(tx: Tx) -> list[Row]:
    """Of each payment and each cause, how much was entered (`entered`); `cause` is None for one without entries."""
    return tx.rows(_BY_PAYMENT)


def open_payments(tx: Tx) -> list[Row]:
    """Payments that are neither earned nor refunded, the oldest first, with their consult and refund."""
    return tx.rows(_OPEN)


def consult_states(tx: Tx) -> list[Row]:
    """Consults that have seen money or cost nothing, a row for each of their payments."""
    return tx.rows(_STATES)


def clockless(tx: Tx) -> list[Row]:
    """Consults under way that no clock will ever end: there must be none."""
    return tx.rows(_CLOCKLESS)


def forgotten(tx: Tx) -> list[Row]:
    """Refunds that no job will ever take further: there must be none."""
    return tx.rows(_FORGOTTEN)


def captured_between(tx: Tx, gateway: str, since: int, until: int) -> list[Row]:
    """What we booked as captured in [since, until), UTC milliseconds."""
    return tx.rows(_CAPTURED, gateway=gateway, since=since, until=until)
