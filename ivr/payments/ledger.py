"""The ledger: append-only double entry in integer paise. One row moves an amount from one account to another, so no row is out of balance.

captured     gateway ← held          money is at the gateway, and owed to the caller
earned       held ← each component   the clinic's income, the platform's fee, the tax
refund_due   held ← refunds          it goes back
refunded     refunds ← gateway       it has gone back
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from ivr.model.ids import new_id
from ivr.model.values import Paise
from ivr.payments.lifecycle import PaymentState
from ivr.store import payments as store
from ivr.store.tx import Row, Tx


class Account(StrEnum):
    GATEWAY = "gateway"  # what the gateway keeps for us
    HELD = "held"  # what callers paid for consults that they are still owed
    REFUNDS = "refunds"  # what has to go back
    CONSULTATION = "consultation"
    PLATFORM_FEE = "platform_fee"
    GST = "gst"


INCOME = (Account.CONSULTATION, Account.PLATFORM_FEE, Account.GST)


class Cause(StrEnum):
    CAPTURED = "captured"
    EARNED = "earned"
    REFUND_DUE = "refund_due"
    REFUNDED = "refunded"


A = Account

_SIDES: Mapping[Cause, tuple[Account, Account]] = {
    Cause.CAPTURED: (A.GATEWAY, A.HELD),
    Cause.REFUND_DUE: (A.HELD, A.REFUNDS),
    Cause.REFUNDED: (A.REFUNDS, A.GATEWAY),
}

EXPECTED: Mapping[PaymentState, frozenset[Cause]] = {
    PaymentState.HELD: frozenset({Cause.CAPTURED}),
    PaymentState.EARNED: frozenset({Cause.CAPTURED, Cause.EARNED}),
    PaymentState.REFUND_DUE: frozenset({Cause.CAPTURED, Cause.REFUND_DUE}),
    PaymentState.REQUESTED: frozenset({Cause.CAPTURED, Cause.REFUND_DUE}),
    PaymentState.PENDING: frozenset({Cause.CAPTURED, Cause.REFUND_DUE}),
    PaymentState.MANUAL: frozenset({Cause.CAPTURED, Cause.REFUND_DUE}),
    PaymentState.REFUNDED: frozenset({Cause.CAPTURED, Cause.REFUND_DUE, Cause.REFUNDED}),
}
"""The entries that a payment in this state has: the audit holds one against the other."""


def post(tx: Tx, payment: Row, cause: Cause, at: int) -> None:
    """Write the movement of a whole payment. A second time, the database refuses it."""
    debit, credit = _SIDES[cause]
    _move(tx, payment.id, cause, debit, credit, payment.paise, at)


def earn(tx: Tx, payment: Row, components: Iterable[tuple[Account, Paise]], at: int) -> None:
    """The payment becomes income. ValueError when the components do not make up the payment."""
    parts = [(account, amount.amount) for account, amount in components if amount.amount]
    if sum(paise for _, paise in parts) != payment.paise:
        raise ValueError("the components of the quote do not make up the payment")
    for account, paise in parts:
        _move(tx, payment.id, Cause.EARNED, Account.HELD, account, paise, at)


def _move(tx: Tx, payment_id: str, cause: Cause, debit: Account, credit: Account, paise: int, at: int) -> None:
    columns = {"payment_id": payment_id, "cause": cause.value, "debit": debit.value, "credit": credit.value, "paise": paise}
    store.add_entry(tx, id=new_id(at), at=at, **columns)
