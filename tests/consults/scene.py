"""The shipped clinic and the sandbox's gateway: real adapter, real web side, real jobs, and a clock wound by hand."""

from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from sqlalchemy import Table, select

from ivr.callbacks.plan import PAID
from ivr.consults.booking import CONSULT_NEWS, CONSULT_UNSERVED, REFUND_ASK
from ivr.consults.collecting import LINK_LOOK, Collecting
from ivr.consults.desk import PAY_TEXT_CHECK, Screened
from ivr.consults.events import GATEWAY_EVENT
from ivr.consults.moves import CONSULT_CLOCK
from ivr.consults.paying import LINK_CLOSE, LINK_CREATE, Sent, Standing
from ivr.consults.refunding import REFUND_LOOK, Refunding
from ivr.model.gateway import Gateway, RefundWish
from ivr.model.ids import new_id
from ivr.model.values import Language, Phone
from ivr.payments.audit import audit
from ivr.sandbox.faults import Fault
from ivr.sandbox.gateway import Gateway as SandboxGateway
from ivr.sandbox.world import Sandbox
from ivr.store import alarms, callers, calls, outbox
from ivr.store import consults as consult_store
from ivr.store.schema import call_back, consult, entry, gateway_event, pay_link, payment, quote, refund, text
from ivr.store.tx import Row, Tx
from ivr.texts.asking import Trigger
from ivr.wiring import App
from tests.clock import HandClock

ASHA, RAVI = "+919845012345", "+919845054321"
LINE = Phone("+918061914344")
FIRST, LATER = 24900, 49900
_ids = count(1)


class Killed(BaseException):
    """What `kill -9` is to a job: nothing after it happens."""


@dataclass
class Interrupted:
    """The real gateway, with `then` between its doing as asked and our hearing of it."""

    real: Gateway
    then: Callable[[], object]
    name: str = "razorpay"

    def __getattr__(self, called: str) -> Callable[..., object]:
        def ask(*args: object) -> object:
            answer = getattr(self.real, called)(*args)
            self.then()
            return answer

        return ask


@dataclass
class Scene:
    app: App
    clock: HandClock
    world: Sandbox

    @property
    def gateway(self) -> SandboxGateway:
        return self.world.gateway

    # What callers do

    def rings(self, number: str = ASHA, result: str = "clear") -> Trigger:
        """A call on the menu line in which the emergency questions were asked."""
        trigger = self.again(number)
        answers = Screened(result, "self", "triage.v1", {"numb": "no" if result == "clear" else "yes"})
        self.app.database.write(lambda tx: self.desk.screened(tx, trigger, answers))
        return trigger

    def is_quoted(self, number: str = ASHA) -> str:
        """Screened, and told the price; the consult's id."""
        trigger = self.rings(number)

        def quoted(tx: Tx) -> str:
            self.desk.open(tx, trigger)
            told = self.desk.price(tx, trigger.caller_id).total.amount
            self.desk.quote(tx, trigger, {"age": "42", "pain_place": "back", "amber": "no"}, told)
            found = self.desk.open_of(tx, trigger.caller_id or "")
            assert found is not None
            return str(found.id)

        return self.app.database.write(quoted)

    def is_asked_to_pay(self, number: str = ASHA) -> str:
        """Screened, quoted, and texted the link; the consult's id."""
        consult_id = self.is_quoted(number)
        trigger = self.again(number)
        self.app.database.write(lambda tx: self.desk.ask_to_pay(tx, trigger))
        return consult_id

    def again(self, number: str = ASHA) -> Trigger:
        """Another turn of some call of theirs, a moment later: what comes at the same moment has no order."""
        self.clock.forward(ms=1)
        return self.app.database.write(lambda tx: self._call(tx, number))

    def cancels(self, number: str = ASHA) -> None:
        trigger = self.again(number)
        self.app.database.write(lambda tx: self.desk.cancel(tx, trigger))

    def presses_pay(self, consult_id: str, name: str = "") -> Sent | Standing:
        self.clock.forward(ms=1)
        return self.app.consults.paying.press_pay(consult_id, name)

    def goes_to_pay(self, consult_id: str) -> str:
        """Presses pay, and is at the gateway's page; the gateway's id of the link."""
        sent = self.presses_pay(consult_id)
        assert isinstance(sent, Sent), sent
        self.settle()
        found = self.links()[-1]
        assert (found.id, found.state) == (sent.link_id, "open"), found
        return str(found.gateway_link_id)

    def at_the_gateway(self, number: str = ASHA) -> str:
        """From the first ring to the gateway's page."""
        return self.goes_to_pay(self.is_asked_to_pay(number))

    def has_paid(self, number: str = ASHA) -> str:
        """From the first ring to the receipt; the gateway's id of the payment."""
        [payment_id] = self.gateway.pay(self.at_the_gateway(number))
        self.settle()
        assert ("held", None) in self.payments()
        return str(payment_id)

    # What goes wrong, and what time does

    def goes_wrong(self, operation: str, effect: str, **more: Any) -> None:
        self.world.faults.add(Fault(operation, effect, **more))

    def loses_events(self) -> None:
        """From now on none of the gateway's events arrives."""
        self.goes_wrong("hook.payment", "lost", times=None)

    def refunds_by_hand(self, payment_id: str, paise: int | None = None) -> None:
        """Somebody makes a refund on the gateway's dashboard."""
        body = "{}" if paise is None else f'{{"amount":{paise}}}'
        self.app.money.refunding.gateway.refund(RefundWish(payment_id, f"by-hand-{next(_ids):04d}", body))

    def interrupted_create(self, then: Callable[[], object]) -> None:
        """Run the wish for a link, `then` happening before we hear the gateway's answer."""
        made: Collecting = self.app.money.collecting
        self._run(LINK_CREATE, replace(made, gateway=Interrupted(made.gateway, then)).create)

    def interrupted_refund(self, then: Callable[[], object]) -> None:
        """The same for a refund."""
        made: Refunding = self.app.money.refunding
        self._run(REFUND_ASK, replace(made, gateway=Interrupted(made.gateway, then)).ask)

    def rings_clocks(self) -> None:
        """Only the consults' clocks, of all that is due."""
        self._run(CONSULT_CLOCK, self.app.connections.timers.ring)

    def hears(self) -> None:
        """Only what the gateway tells now, of all that is due."""
        self.world.step()
        self._run(GATEWAY_EVENT, self.app.money.events.look_at)

    def do_all_at_once(self) -> None:
        """What is due, each job by a worker of its own."""
        now, jobs = self.clock.now(), self._jobs()
        due = self.app.database.write(lambda tx: outbox.issue(tx, list(jobs), now=now, again_at=now + 60_000, most=100))
        with ThreadPoolExecutor(len(due)) as workers:
            for done in [workers.submit(jobs[row.kind], row.id) for row in due]:
                done.result(20)

    def asks_again(self) -> bool:
        """What a person does after an alarm: `payments retry-refund`."""
        [stuck] = self.all(payment)
        return self.app.database.write(lambda tx: self.app.money.refunding.ask_again(tx, stuck.id, self.clock.now()))

    def dies(self) -> None:
        raise Killed

    def settle(self) -> None:
        """Everything that is due now: at the gateway, and in the queue `money`."""
        for _ in range(100):
            if self.world.step() + sum(self._run(kind, job) for kind, job in self._jobs().items()) == 0:
                return
        raise AssertionError("it never comes to rest")

    def wait(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass from one thing that is due to the next."""
        self.settle()
        end = self.clock.now() + int(((days * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000)
        while (due := self._next()) is not None and due <= end:
            self.clock.forward(ms=max(due - self.clock.now(), 0))
            self.settle()
        self.clock.forward(ms=end - self.clock.now())

    # What there is to see

    @property
    def desk(self) -> Any:
        return self.app.consults.desk

    def consult(self) -> Row:
        """The newest."""
        return self.all(consult)[-1]

    def links(self) -> list[Row]:
        return self.all(pay_link)

    def payments(self) -> list[tuple[str, str | None]]:
        """State and reason of each."""
        return sorted((row.state, row.why) for row in self.all(payment))

    def refunds(self) -> list[Row]:
        return self.all(refund)

    def quotes(self) -> list[tuple[int, str]]:
        return [(row.paise, row.state) for row in self.all(quote)]

    def events(self) -> list[tuple[str, str | None]]:
        """What each of the gateway's events came to."""
        return [(row.name, row.came_to) for row in self.all(gateway_event)]

    def entries(self) -> list[str]:
        return sorted(f"{row.cause} {row.debit} {row.paise}" for row in self.all(entry))

    def texts(self) -> dict[str, int]:
        """Templates that are on their way, and how many of each."""
        return Counter(row.template for row in self.all(text) if row.state != "dropped")

    def calls_of_the_paid(self) -> int:
        return sum(row.reason == PAID for row in self.all(call_back))

    def alarms(self) -> list[str]:
        with self.app.database.read() as tx:
            return sorted({row.kind for row in alarms.latest(tx)})

    def asked(self, operation: str) -> int:
        """How often the gateway was."""
        return sum(each.operation == operation for each in self.world.requests())

    def faults(self) -> list[str]:
        with self.app.database.read() as tx:
            return list(audit(tx).faults)

    def money(self) -> tuple[int, int]:
        """Paise captured and gone back, by the gateway's books."""
        return self.gateway.captured_total(), self.gateway.refunded_total()

    def all(self, table: Table) -> list[Row]:
        with self.app.database.read() as tx:
            return tx.rows(select(table).order_by(*table.primary_key))

    def can_be_sold(self, number: str = ASHA) -> bool:
        trigger = self.again(number)
        with self.app.database.read() as tx:
            return bool(self.desk.can_sell(tx, trigger.caller_id, trigger.language, self.clock.now()))

    def change(self, consult_id: str, **columns: object) -> None:
        """Behind the code's back."""
        self.app.database.write(lambda tx: consult_store.change(tx, consult_id, **columns))

    def _call(self, tx: Tx, number: str) -> Trigger:
        now = self.clock.now()
        caller_id, call_id = callers.ensure(tx, self.app.vault, Phone(number), now), new_id(now)
        who = {"provider": "plivo", "provider_call_id": call_id, "caller_id": caller_id, "caller_kind": "mobile"}
        tx.add([calls.addition(id=call_id, **who, line=LINE.e164, action="flow", flow="hotline", arrived_at=now)])
        line = self.app.lines.find(LINE)
        assert line is not None
        return Trigger(call_id, caller_id, line, Language.ENGLISH, now)

    def _jobs(self) -> Mapping[str, Callable[[str], None]]:
        money = self.app.money
        return {
            GATEWAY_EVENT: money.events.look_at,
            LINK_CREATE: money.collecting.create,
            LINK_LOOK: money.collecting.look,
            LINK_CLOSE: money.collecting.close,
            REFUND_ASK: money.refunding.ask,
            REFUND_LOOK: money.refunding.look,
            CONSULT_CLOCK: self.app.connections.timers.ring,
            CONSULT_NEWS: self.app.connections.timers.news,
            CONSULT_UNSERVED: self.app.connections.timers.unserved,
            PAY_TEXT_CHECK: money.arrivals.check,
        }

    def _run(self, kind: str, job: Callable[[str], None]) -> int:
        """Issue what is due of this kind, as the relay does, and do it. A job that dies is issued again after a minute."""
        now = self.clock.now()
        due = self.app.database.write(lambda tx: outbox.issue(tx, [kind], now=now, again_at=now + 60_000, most=100))
        for row in due:
            with suppress(Killed):
                job(row.id)
        return len(due)

    def _next(self) -> int | None:
        with self.app.database.read() as tx:
            ours = outbox.next_due(tx, list(self._jobs()))
        return min((at for at in (ours, self.world.next_due()) if at is not None), default=None)
