"""What a simulation came to: our books beside the gateway's. Every fault is a sentence, with the story of the payment concerned."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from json import loads

from sqlalchemy import select

from ivr.consults.daily import MONEY_DAY
from ivr.consults.lifecycle import OVER
from ivr.payments.audit import audit
from ivr.sandbox.gateway_records import Payment, Refund
from ivr.store import outbox
from ivr.store.schema import alarm, consult, gateway_event, pay_link, payment, quote, receipt, receipt_series, refund
from ivr.store.tx import Row, Tx
from tests.consults.simulation import MONEY, Simulation

_MOST_STORIES = 3
_IST = timedelta(hours=5, minutes=30)


class Verdict:
    """Everything is read once; call it when nothing is due any more."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self._theirs = {each.id: each for each in simulation.sandbox.gateway.payments()}
        self._refunds: dict[str, list[Refund]] = defaultdict(list)
        for each in simulation.sandbox.gateway.refunds():
            self._refunds[each.payment_id].append(each)
        with simulation.app.database.read() as tx:
            self._read(tx)

    def _read(self, tx: Tx) -> None:
        self._consults = {row.id: row for row in tx.rows(select(consult))}
        self._payments = tx.rows(select(payment).order_by(payment.c.id))
        self._quotes = {row.consult_id: row for row in tx.rows(select(quote))}
        self._links = {row.id: row for row in tx.rows(select(pay_link))}
        self._asked = {row.payment_id: row for row in tx.rows(select(refund))}
        self._receipts = tx.rows(select(receipt))
        self._series = tx.rows(select(receipt_series))
        self._events = tx.rows(select(gateway_event))
        self._alarms = tx.rows(select(alarm))
        self._audit = audit(tx)
        self._waiting = [row for row in outbox.waiting(tx) if row.kind in MONEY and row.kind != MONEY_DAY]

    def done(self) -> dict[str, int]:
        """How much there was that could have gone wrong."""
        states = Counter(f"consults {row.state}" for row in self._consults.values())
        ends = Counter(f"payments {row.state}" for row in self._payments)
        return {**dict(sorted((states + ends + self._simulation.seen).items())), "alarms": len(self._alarms)}

    def faults(self) -> list[str]:
        """None when all is well. The first few that concern a payment come with its story."""
        found = list(self._simulation.faults)
        of_payments = (*self._of_captures(), *self._of_ends(), *self._of_reconciliation())
        for number, (sentence, gateway_id) in enumerate(of_payments):
            found.append(f"{sentence}\n{self._story(gateway_id)}" if number < _MOST_STORIES else sentence)
        return [*found, *self._of_totals(), *self._of_consults(), *self._of_receipts(), *self._audit.faults, *self._left_over()]

    def _captured(self) -> dict[str, Payment]:
        return {name: each for name, each in self._theirs.items() if each.captured}

    def _of_captures(self) -> Iterator[tuple[str, str]]:
        ours, captured = Counter(row.gateway_payment_id for row in self._payments), self._captured()
        for name, each in captured.items():
            if ours[name] != 1:
                yield f"{name} was captured, and is {ours[name]} times in our books", name
            if any(row.paise != each.amount for row in self._payments if row.gateway_payment_id == name and ours[name] == 1):
                yield f"{name} has another amount in our books", name
        for name in ours.keys() - captured.keys():
            yield f"{name} is in our books, and was not captured", name

    def _of_ends(self) -> Iterator[tuple[str, str]]:
        for row in self._payments:
            name = row.gateway_payment_id
            going = [each for each in self._refunds[name] if each.status != "failed"]
            done = [each for each in going if each.status == "processed"]
            if len(going) > 1:
                yield f"{name} was refunded {len(going)} times", name
            if row.state == "earned" and going:
                yield f"{name} is earned, and refunded", name
            if row.state == "refunded" and [each.amount for each in done] != [row.paise]:
                yield f"{name} is refunded in our books, and not once at the gateway", name
            if row.state not in ("earned", "refunded"):
                yield f"{name} is left {row.state}", name

    def _of_reconciliation(self) -> Iterator[tuple[str, str]]:
        captured = self._captured().values()
        days = {_day(each.created_at) for each in captured}
        for day in sorted(days):
            compared = self._simulation.app.money.reconciling.compare(day)
            if compared.unknown:
                yield f"{day} cannot be compared: {compared.unknown}", ""
            yield from ((f"{day}: {each.payment_id} {each.what}", each.payment_id) for each in compared.differences)

    def _of_totals(self) -> Iterator[str]:
        gateway = self._simulation.sandbox.gateway
        ours = {
            "captured": sum(row.paise for row in self._payments),
            "refunded": sum(row.paise for row in self._payments if row.state == "refunded"),
        }
        theirs = {"captured": gateway.captured_total(), "refunded": gateway.refunded_total()}
        yield from (f"{paise} paise {what} in our books, {theirs[what]} in theirs" for what, paise in ours.items() if paise != theirs[what])

    def _of_consults(self) -> Iterator[str]:
        kept = Counter(row.consult_id for row in self._payments if row.state in ("held", "earned"))
        firsts: Counter[tuple[str, str]] = Counter()
        for row in self._consults.values():
            if row.state not in OVER:
                yield f"consult {row.reference} waits for ever: {row.state} since {row.opened_at}"
            bought = row.state == "completed" and row.follow_up_of is None  # a follow-up costs nothing
            if kept[row.id] > 1 or bought != (kept[row.id] == 1):
                yield f"consult {row.reference} is {row.state} and keeps {kept[row.id]} payments"
            said = self._quotes.get(row.id)
            if said is not None and kept[row.id]:
                firsts[row.caller_id, row.patient] += said.first
                if sum(paise for _, paise in loads(said.components)) != said.paise:
                    yield f"consult {row.reference}: the parts of its price do not make it up"
        yield from (
            f"{patient} of caller {caller} had the first price {times} times" for (caller, patient), times in firsts.items() if times > 1
        )

    def _of_receipts(self) -> Iterator[str]:
        numbers: dict[str, list[int]] = defaultdict(list)
        for row in self._receipts:
            numbers[row.year].append(row.number)
        for row in self._series:
            if sorted(numbers[row.year]) != list(range(1, row.last + 1)):
                yield f"receipts of {row.year} do not count from 1 to {row.last}"
        bought = {row.id for row in self._payments if row.state == "earned"}
        yield from (f"payment {each} is earned, and has no receipt" for each in bought - {row.payment_id for row in self._receipts})

    def _left_over(self) -> Iterator[str]:
        seen = self._simulation.seen
        if seen["database away"] > seen["jobs"] / 100:
            yield f"the database was away for {seen['database away']} jobs"
        yield from (f"in the outbox: {row.kind} {row.ref}, due at {row.due_at}" for row in self._waiting)
        yield from (f"event {row.id} ({row.name}) was never looked at" for row in self._events if row.came_to is None)

    def _story(self, name: str) -> str:
        """What both sides know of a payment, oldest first."""
        theirs = self._theirs.get(name)
        told = [f"  theirs: {theirs.amount} paise, {theirs.status}, begun {self._at(theirs.created_at)}"] if theirs is not None else []
        told += [f"  refund {each.id}: {each.status}, {each.amount} paise, {self._at(each.created_at)}" for each in self._refunds[name]]
        reference = self._simulation.sandbox.gateway.books.links[theirs.link_id].reference if theirs is not None else ""
        link = next((row for row in self._links.values() if row.reference == reference), None)
        rows = [row for row in self._payments if row.gateway_payment_id == name]
        about = self._consults.get(link.consult_id) if link is not None else None
        if about is not None:
            told.append(f"  consult {about.reference}: {about.state}, because {about.why}, opened {self._at(about.opened_at)}")
        if link is not None:
            told.append(f"  link {link.reference}: {link.state}, {link.gateway_link_id}, made {self._at(link.created_at)}")
        told += [f"  ours: {row.state}, because {row.why}, captured {self._at(row.captured_at)}, {self._tries(row)}" for row in rows]
        for event in self._simulation.sandbox.gateway.events.kept():
            if reference and event.about == reference:
                came_to = next((row.came_to for row in self._events if row.id == event.id), "never came")
                tries = [each.status for each in event.tries]
                told.append(f"  event {event.name} {self._at(event.created_at)}: {tries}, {came_to}")
        told += [f"  alarm {row.kind}: {row.detail}" for row in self._alarms if rows and row.key == rows[0].id]
        return "\n".join(told)

    def _tries(self, row: Row) -> str:
        asked = self._asked.get(row.id)
        return "never asked back" if asked is None else f"asked back {asked.asks} times by {asked.key}"

    def _at(self, at: int) -> str:
        return f"{(datetime.fromtimestamp(at / 1000, UTC) + _IST):%d %H:%M:%S}"


def _day(at: int) -> date:
    return (datetime.fromtimestamp(at / 1000, UTC) + _IST).date()
