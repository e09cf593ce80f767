"""The audit: the ledger against the payments, the payments against the consults. Reads only."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ivr.payments.ledger import EXPECTED, INCOME, Account, Cause
from ivr.payments.lifecycle import GOING_BACK, PaymentState
from ivr.store import ledger as store
from ivr.store.tx import Row, Tx

_OWES_A_DOCTOR = ("paid", "offering", "connecting", "talking", "recovering", "callback_booked")


@dataclass(frozen=True, slots=True)
class Audit:
    """`balances` in paise by account; `faults` are sentences, none when the books are right; `open` what is neither earned nor refunded."""

    balances: Mapping[str, int]
    faults: Sequence[str]
    open: Sequence[Row]
    payments: int


def audit(tx: Tx) -> Audit:
    """Everything in one look at the database."""
    balances, entered, still_open = store.balances(tx), _entered(store.by_payment(tx)), store.open_payments(tx)
    faults = [*_of_payments(entered), *_of_accounts(balances, entered), *_of_consults(store.consult_states(tx))]
    faults += [f"consult {row.reference} is {row.state}, and no clock will ever end that" for row in store.clockless(tx)]
    faults += [
        f"payment {row.id} is {row.state}, and nobody will ask for it any more: `payments retry-refund`" for row in store.forgotten(tx)
    ]
    return Audit(balances, faults, still_open, len(entered))


@dataclass(frozen=True, slots=True)
class _Entered:
    state: PaymentState
    paise: int
    by_cause: dict[Cause, int]


def _entered(rows: Sequence[Row]) -> dict[str, _Entered]:
    found: dict[str, _Entered] = {}
    for row in rows:
        each = found.setdefault(row.id, _Entered(PaymentState(row.state), row.paise, {}))
        if row.cause is not None:
            each.by_cause[Cause(row.cause)] = int(row.entered)
    return found


def _of_payments(entered: Mapping[str, _Entered]) -> Iterator[str]:
    for payment_id, each in entered.items():
        if set(each.by_cause) != EXPECTED[each.state]:
            has, wants = ", ".join(sorted(each.by_cause)) or "nothing", ", ".join(sorted(EXPECTED[each.state]))
            yield f"payment {payment_id} is {each.state} and has {has} in the ledger, where {wants} is to be"
        for cause, paise in each.by_cause.items():
            if paise != each.paise:
                yield f"payment {payment_id} of {each.paise} paise has {paise} entered as {cause}"


def _of_accounts(balances: Mapping[str, int], entered: Mapping[str, _Entered]) -> Iterator[str]:
    sums: dict[Account, int] = defaultdict(int)
    for each in entered.values():
        if each.state is not PaymentState.REFUNDED:
            sums[Account.GATEWAY] += each.paise
        if each.state is PaymentState.HELD:
            sums[Account.HELD] -= each.paise
        if each.state in GOING_BACK:
            sums[Account.REFUNDS] -= each.paise
    for account in (Account.GATEWAY, Account.HELD, Account.REFUNDS):
        if balances.get(account, 0) != sums[account]:
            yield f"account {account} stands at {balances.get(account, 0)} paise, and the payments make {sums[account]}"
    income = -sum(balances.get(account, 0) for account in INCOME)
    earned = sum(each.paise for each in entered.values() if each.state is PaymentState.EARNED)
    if income != earned:
        yield f"income stands at {income} paise, and payments earned make {earned}"
    if sum(balances.values()):
        yield f"all accounts together make {sum(balances.values())} paise, where nothing is to be"


def _of_consults(rows: Sequence[Row]) -> Iterator[str]:
    states: dict[str, tuple[Row, list[str]]] = {}
    for row in rows:
        states.setdefault(row.id, (row, []))[1].append(row.payment_state)
    for consult, payments in states.values():
        reference, state = consult.reference, consult.state
        held, earned = payments.count(PaymentState.HELD), payments.count(PaymentState.EARNED)
        if consult.follow_up_of is not None:
            if held + earned:
                yield f"consult {reference} is a follow-up that costs nothing, and keeps a payment"
            continue
        if state in _OWES_A_DOCTOR and held != 1:
            yield f"consult {reference} is {state} and has {held} payments held for it"
        if state == "completed" and (earned, held) != (1, 0):
            yield f"consult {reference} is completed and has {earned} payments earned, {held} held"
        if state in ("refunding", "refunded") and held + earned:
            yield f"consult {reference} is {state} and keeps a payment"
