"""Once a day: our captures against the gateway's books, the ledger against itself, and what is forgotten. Differences sound an alarm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ivr.consults.events import GatewayEvents
from ivr.model.india import DAY_MS, moment
from ivr.model.ports import Clock
from ivr.payments.audit import audit
from ivr.payments.lifecycle import PaymentState
from ivr.payments.reconcile import Comparison, Reconciling
from ivr.store import alarms, outbox
from ivr.store.database import Database
from ivr.store.ledger import open_payments
from ivr.store.tx import Tx

MONEY_DAY = "money_day"

_AT_MS = 28 * 60 * 60_000  # four in the morning after
_AGAIN_MS = 15 * 60_000
_ALARM_AT = 4  # tries
_WAITING = (PaymentState.REFUND_DUE, PaymentState.REQUESTED, PaymentState.MANUAL)
_LATE = timedelta(days=4)
"""By then every late authorisation of a day has come (three days), and every look at its links is over."""


@dataclass(frozen=True, slots=True)
class Daily:
    database: Database
    reconciling: Reconciling
    events: GatewayEvents
    clock: Clock

    def run(self, outbox_id: str) -> None:
        """Compare one day, and once more an earlier one; then wish for the next. A gateway that cannot be asked is asked again."""
        with self.database.read() as tx:
            named = outbox.peek(tx, outbox_id)
        if named is None:
            return
        day = date.fromisoformat(named)
        self.look_at_ourselves(day)
        compared = [self.reconciling.compare(each) for each in (day, day - _LATE)]
        now = self.clock.now()
        if unknown := next((each.unknown for each in compared if each.unknown), ""):
            self.database.write(lambda tx: self._again(tx, outbox_id, day, unknown, now))
        else:
            self.database.write(lambda tx: self._book(tx, outbox_id, day, compared, now))

    def look_at_ourselves(self, day: date) -> None:
        """What needs no gateway: the audit, refunds that wait for a person, and what is to be forgotten."""
        now = self.clock.now()
        with self.database.read() as tx:
            faults, stuck = audit(tx).faults, [row for row in open_payments(tx) if row.state in _WAITING and now - row.moved_at > DAY_MS]
        self.events.forget()

        def tell(tx: Tx) -> None:
            if faults:
                alarms.sound(tx, "ledger", str(day), f"the ledger does not add up ({len(faults)} faults): `ledger audit`", now)
            for row in stuck:
                advice = f"consult {row.reference}: its refund is {row.state} for more than a day; `payments retry-refund {row.reference}`"
                alarms.sound(tx, "refund_stuck", row.id, advice, now)

        if faults or stuck:
            self.database.write(tell)

    def _again(self, tx: Tx, outbox_id: str, day: date, why: str, now: int) -> None:
        outbox.put_back(tx, [outbox_id], now + _AGAIN_MS)
        if outbox.issues(tx, outbox_id) >= _ALARM_AT:
            alarms.sound(tx, "reconcile", f"{day} unasked", f"{day} cannot be compared with the gateway's books: {why}", now)

    def _book(self, tx: Tx, outbox_id: str, day: date, compared: Sequence[Comparison], now: int) -> None:
        outbox.done(tx, outbox_id)
        wish(tx, day + timedelta(days=1), now)
        for each in compared:
            if each.differences:
                command = f"payments reconcile --day {each.day}"
                advice = f"{len(each.differences)} payments of {each.day} differ from the gateway's books: `{command}`"
                alarms.sound(tx, "reconcile", str(each.day), advice, now)


def wish(tx: Tx, day: date, now: int) -> None:
    """Have this day looked at, in the morning after it. Wished for twice, it is looked at once."""
    due = moment(day) + _AT_MS
    outbox.add_once(tx, f"{MONEY_DAY}-{day.isoformat()}", MONEY_DAY, day.isoformat(), max(due, now))
