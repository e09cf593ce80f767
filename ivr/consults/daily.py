"""Once a day: our captures against the gateway's books, the ledger against itself, and what is forgotten. Differences sound an alarm."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from ivr.consults.events import GatewayEvents
from ivr.model.ports import Clock
from ivr.payments.audit import audit
from ivr.payments.reconcile import Reconciling
from ivr.store import alarms, outbox
from ivr.store.database import Database
from ivr.store.tx import Tx

MONEY_DAY = "money_day"

_IST = timedelta(hours=5, minutes=30)
_AT = timedelta(days=1, hours=4)  # four in the morning after
_AGAIN_MS = 15 * 60_000
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
        compared = [self.reconciling.compare(each) for each in (day, day - _LATE)]
        now = self.clock.now()
        if any(each.unknown for each in compared):
            self.database.write(lambda tx: outbox.put_back(tx, [outbox_id], now + _AGAIN_MS))
            return
        with self.database.read() as tx:
            faults = audit(tx).faults
        self.events.forget()

        def book(tx: Tx) -> None:
            outbox.done(tx, outbox_id)
            wish(tx, day + timedelta(days=1), now)
            for each in compared:
                if each.differences:
                    command = f"payments reconcile --day {each.day}"
                    advice = f"{len(each.differences)} payments of {each.day} differ from the gateway's books: `{command}`"
                    alarms.sound(tx, "reconcile", str(each.day), advice, now)
            if faults:
                alarms.sound(tx, "ledger", str(day), f"the ledger does not add up ({len(faults)} faults): `ledger audit`", now)

        self.database.write(book)


def wish(tx: Tx, day: date, now: int) -> None:
    """Have this day looked at, in the morning after it. Wished for twice, it is looked at once."""
    due = datetime(day.year, day.month, day.day, tzinfo=UTC) + _AT - _IST
    outbox.add_once(tx, f"{MONEY_DAY}-{day.isoformat()}", MONEY_DAY, day.isoformat(), max(int(due.timestamp() * 1000), now))


def today(now: int) -> date:
    """In India, of a moment in UTC milliseconds."""
    return (datetime.fromtimestamp(now / 1000, UTC) + _IST).date()
