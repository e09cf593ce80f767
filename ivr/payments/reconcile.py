"""The daily comparison: what we booked as captured, against the gateway's own books. Every difference is named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ivr.model.gateway import GatewayStatement, Ok, StatementLine
from ivr.model.india import DAY_MS, moment
from ivr.model.values import Paise
from ivr.payments.lifecycle import PaymentState
from ivr.store import ledger as store
from ivr.store.database import Database
from ivr.store.tx import Row

_LATE_MS = 4 * DAY_MS
"""A payment may be authorised for three days after it was made, so what was captured on a day may have been made before it."""


@dataclass(frozen=True, slots=True)
class Difference:
    payment_id: str
    ours: Paise | None
    theirs: Paise | None
    what: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of one day in India: payments that the gateway made then, and ours. `unknown`: the gateway could not be asked."""

    day: date
    ours: Paise
    theirs: Paise
    differences: Sequence[Difference]
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Reconciling:
    database: Database
    statement: GatewayStatement
    gateway: str

    def compare(self, day: date) -> Comparison:
        """Payments made on `day`, by the gateway's clock. One captured later than that day counts for the day it was made on."""
        since = moment(day)
        told = self.statement.payments_between(since, since + DAY_MS)
        if not isinstance(told, Ok):
            return Comparison(day, Paise(0), Paise(0), (), str(told))
        theirs = {line.payment_id: line for line in told.value if line.captured}
        with self.database.read() as tx:
            rows = store.captured_between(tx, self.gateway, since, since + DAY_MS + _LATE_MS)
        of_day = {row.gateway_payment_id: row for row in rows if row.gateway_payment_id in theirs or row.captured_at < since + DAY_MS}
        before = self._made_before(since, [each for each in of_day if each not in theirs])
        if isinstance(before, str):
            return Comparison(day, Paise(0), Paise(0), (), before)
        ours = {name: row for name, row in of_day.items() if name not in before}
        differences = [each for name in sorted({*ours, *theirs}) if (each := _difference(name, ours.get(name), theirs.get(name)))]
        total = Paise(sum(row.paise for row in ours.values()))
        return Comparison(day, total, Paise(sum(line.amount.amount for line in theirs.values())), differences)

    def _made_before(self, since: int, names: Sequence[str]) -> set[str] | str:
        """Which of these the gateway made on earlier days: captured late, they belong there. A sentence when it cannot be asked."""
        if not names:
            return set()
        told = self.statement.payments_between(since - _LATE_MS, since)
        return {line.payment_id for line in told.value if line.captured} & set(names) if isinstance(told, Ok) else str(told)


def _difference(name: str, ours: Row | None, theirs: StatementLine | None) -> Difference | None:
    if ours is None and theirs is not None:
        return Difference(name, None, theirs.amount, "not in our books; of another system on this account, or an event and all looks lost")
    if theirs is None and ours is not None:
        return Difference(name, Paise(ours.paise), None, "in our books, and the gateway knows nothing of it")
    if ours is None or theirs is None:
        return None
    if ours.paise != theirs.amount.amount:
        return Difference(name, Paise(ours.paise), theirs.amount, "another amount")
    refunded = theirs.refunded.amount
    if refunded not in (0, ours.paise):
        return Difference(name, Paise(ours.paise), theirs.amount, f"{refunded} paise of it were refunded, where all is, or nothing")
    if refunded and ours.state in (PaymentState.HELD, PaymentState.EARNED):
        return Difference(name, Paise(ours.paise), theirs.amount, f"refunded at the gateway, and {ours.state} in our books")
    if not refunded and ours.state == PaymentState.REFUNDED:
        return Difference(name, Paise(ours.paise), theirs.amount, "refunded in our books, and not at the gateway")
    return None
