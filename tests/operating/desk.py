"""An operator at work, callers who ring meanwhile, and what there is to see afterwards."""

from dataclasses import dataclass

from sqlalchemy import Table, select

from ivr.lines import Line
from ivr.model.events import CallArrived, CallEnded, CallOutcome
from ivr.model.replies import Reply
from ivr.model.values import Phone
from ivr.operating.deed import Deed
from ivr.store import calls, outbox
from ivr.store.schema import audit, call, call_back, payment, refund, text
from ivr.store.tx import Row
from ivr.texts.booking import SEND
from ivr.texts.delivery import Claim
from ivr.wiring import App
from ivr.wiring.operating import Operating
from tests.clock import HandClock

RAVI = "+919845054321"
TEXT_LINE, MENU_LINE, DAY_LINE, STOP_LINE, CALL_BACK_LINE = (f"0806191434{last}" for last in (3, 4, 6, 7, 8))


@dataclass
class Desk:
    app: App
    clock: HandClock
    rung: int = 0

    @property
    def can(self) -> Operating:
        return self.app.operating

    def deed(self, reason: str = "they asked for it", operator: str = "asha") -> Deed:
        self.clock.forward(seconds=1)
        return Deed(operator, reason, self.clock.now())

    # What happens meanwhile

    def rings(self, line: str = TEXT_LINE, caller: str = RAVI, name: str = "") -> Reply:
        """What the provider is answered. `name`: of a call that was told before."""
        self.clock.forward(seconds=1)
        self.rung += not name
        self.clock.forward(minutes=0 if name else 11)  # so that nothing is refused for having been asked for just now
        return self.app.calls.arrive(CallArrived("plivo", name or f"c{self.rung}", caller, line), self.clock.now())

    def hangs_up(self, *, by_document: bool = False) -> None:
        event = CallEnded("plivo", f"c{self.rung}", RAVI, MENU_LINE, True, CallOutcome.ANSWERED, 20, "16", by_document)
        self.app.calls.end(event, self.clock.now())

    def sends(self) -> list[Claim]:
        """All that is due is given to a worker; what it would hand to the provider."""
        now = self.clock.now()
        due = self.app.database.write(lambda tx: outbox.issue(tx, [SEND], now=now, again_at=now + 60_000, most=20))
        return self.app.delivery.claim([row.id for row in due]) if due else []

    # What there is to see

    def caller_id(self, number: str = RAVI) -> str:
        return self.can.callers.find(Phone(number))

    def line(self, published: str) -> Line:
        return next(line for line in self.app.lines if line.published == published)

    def call(self) -> Row:
        """The newest."""
        return self._all(call)[-1]

    def texts(self) -> list[tuple[str, str, str | None]]:
        return [(row.template, row.state, row.reason) for row in self._all(text)]

    def newest_text(self, template: str = "app_link") -> Row:
        return [row for row in self._all(text) if row.template == template][-1]

    def call_backs(self) -> list[tuple[str, str | None]]:
        return [(row.state, row.why) for row in self._all(call_back)]

    def payments(self) -> list[str]:
        return [row.state for row in self._all(payment)]

    def refunds(self) -> int:
        return len(self._all(refund))

    def wishes(self, kind: str) -> int:
        with self.app.database.read() as tx:
            return sum(row.kind == kind for row in outbox.waiting(tx))

    def audit(self) -> list[tuple[str, str, str]]:
        """Who did what, and why."""
        return [(row.operator, row.action, row.reason) for row in self._all(audit)]

    def done(self) -> list[str]:
        return [action for _, action, _ in self.audit()]

    def known(self, call_id: str) -> Row | None:
        with self.app.database.read() as tx:
            return calls.get(tx, call_id)

    def _all(self, table: Table) -> list[Row]:
        with self.app.database.read() as tx:
            return tx.rows(select(table).order_by(*table.primary_key))
