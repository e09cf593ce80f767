"""People in the simulation: each is a script that says how long it waits before it goes on. What they do is drawn from their own dice."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from random import Random
from typing import Protocol

from ivr.consults.desk import Screened
from ivr.consults.lifecycle import ConsultEvent
from ivr.consults.paying import ProgressState, Sent
from ivr.model.errors import DatabaseAway
from ivr.model.events import CallArrived, CallEnded, CallOutcome
from ivr.model.values import Language, Phone
from ivr.sandbox.faults import Fault
from ivr.sandbox.world import Sandbox
from ivr.store import calls
from ivr.store import consults as store
from ivr.store.tx import Row, Tx
from ivr.texts.asking import Trigger
from ivr.wiring import App

Script = Iterator[float]
"""Seconds to wait, again and again."""

_LINE = Phone("+918061914344")
_CLEAR, _RED = Screened("clear", "self", "script 1", {}), Screened("red", "self", "script 1", {})
_ANSWERS = {"age": "42", "pain_place": "back"}
_REFUND_FAILS = (0,) * 92 + (1,) * 5 + (2,) * 2 + (3,)
_HOURS = 3600.0
_ids = count(1)


class Clinic(Protocol):
    """What people deal with. `app` is another one after each deploy."""

    app: App
    sandbox: Sandbox
    seen: Counter[str]

    def now(self) -> int: ...


class Payer:
    """Somebody who wants one consult."""

    def __init__(self, clinic: Clinic, number: str, dice: Random) -> None:
        self._clinic = clinic
        self._number = number
        self._dice = dice
        self._consult_id = ""
        self._paid: list[str] = []
        self._line_id = ""
        self._page = ""
        self._link_id = ""

    def comes(self) -> Script:
        """Ring, be screened, hear the price, and then do what this one does."""
        trigger = self._rings()
        if not self._writes(lambda tx: self._is_screened(tx, trigger)):
            self._clinic.seen["turned away"] += 1
            self._hangs_up()
            return
        yield self._dice.uniform(15, 60)
        trigger = self._again(trigger)
        if self._dice.random() < 0.04:  # hangs up before the price
            self._hangs_up()
            return
        self._writes(lambda tx: self._hears_the_price(tx, trigger))
        if self._dice.random() < 0.04:  # and after it
            self._hangs_up()
            return
        asked = self._writes(lambda tx: self._agrees(tx, trigger))
        self._hangs_up()
        if asked is None:
            return
        self._consult_id = asked
        self._clinic.seen["asked to pay"] += 1
        self._events_are_lost()
        yield self._dice.uniform(5, 300)
        does: Callable[[Payer], Script] = self._dice.choices([each for each, _ in WAYS], [weight for _, weight in WAYS])[0]
        self._clinic.seen[does.__name__.strip("_").replace("_", " ")] += 1
        yield from does(self)

    # At the telephone

    def _rings(self) -> Trigger:
        app, self._line_id = self._clinic.app, f"call-{next(_ids)}"
        event = CallArrived("plivo", self._line_id, self._number, _LINE.e164)
        _until_it_is_taken(lambda: app.calls.arrive(event, self._clinic.now()))
        with app.database.read() as tx:
            call = calls.find(tx, "plivo", self._line_id)
        line = app.lines.find(_LINE)
        assert call is not None
        assert line is not None
        return Trigger(call.id, call.caller_id, line, Language.ENGLISH, self._clinic.now())

    def _again(self, trigger: Trigger) -> Trigger:
        return Trigger(trigger.call_id, trigger.caller_id, trigger.line, trigger.language, self._clinic.now())

    def _hangs_up(self) -> None:
        event = CallEnded("plivo", self._line_id, self._number, _LINE.e164, True, CallOutcome.ANSWERED, 60, "")
        _until_it_is_taken(lambda: self._clinic.app.calls.end(event, self._clinic.now()))

    def _is_screened(self, tx: Tx, trigger: Trigger) -> bool:
        """False when they hear how their consult stands instead, or that nothing is sold now."""
        desk = self._clinic.app.consults.desk
        assert trigger.caller_id is not None
        if desk.status_first(tx, trigger.caller_id):
            desk.check_payment(tx, trigger)
            desk.resend(tx, trigger)
            return False
        if not desk.can_sell(tx, trigger.caller_id, trigger.language, trigger.at):
            return False
        desk.screened(tx, trigger, _CLEAR)
        desk.open(tx, trigger)
        return True

    def _hears_the_price(self, tx: Tx, trigger: Trigger) -> None:
        desk = self._clinic.app.consults.desk
        desk.quote(tx, trigger, _ANSWERS, desk.price(tx, trigger.caller_id).total.amount)

    def _agrees(self, tx: Tx, trigger: Trigger) -> str | None:
        desk = self._clinic.app.consults.desk
        desk.ask_to_pay(tx, trigger)
        asked = store.open_of(tx, trigger.caller_id or "", ("awaiting_payment",))
        return None if asked is None else str(asked.id)

    def _rings_again(self, does: Callable[[Tx, Trigger], None]) -> None:
        trigger = self._rings()
        self._writes(lambda tx: does(tx, trigger))
        self._hangs_up()

    # At the gateway

    def _presses_pay(self) -> Iterator[float]:
        """The gateway's page (its address is in `_page`), however often it takes; "" when there is none for them."""
        self._page = ""
        for _ in range(6):
            link_id = self._press()
            if not link_id:
                return
            for _ in range(12):
                yield self._dice.uniform(1, 5)
                progress = self._clinic.app.consults.paying.progress(link_id)
                if progress is None or progress.state is not ProgressState.WAITING:
                    break
            if progress is not None and progress.state is ProgressState.READY:
                self._page, self._link_id = progress.url or "", link_id
                return
            yield self._dice.uniform(2, 30)

    def _press(self) -> str:
        with suppress(DatabaseAway):
            sent = self._clinic.app.consults.paying.press_pay(self._consult_id, "Asha")
            return sent.link_id if isinstance(sent, Sent) else ""
        return ""

    def _pays(self, page: str = "", times: int = 1, amount: int | None = None, late: bool = False) -> None:
        gateway = self._clinic.sandbox.gateway
        page = page or self._page
        paid: list[str] = []
        if page:
            with suppress(ValueError):  # it was closed meanwhile
                paid = [gateway.pay_late(page)] if late else gateway.pay(page, times, amount)
        for each in paid:
            if fails := self._dice.choice(_REFUND_FAILS):
                gateway.refunding.failing[each] = fails
        self._paid += paid
        self._clinic.seen["payments"] += len(paid)

    def _comes_back(self) -> None:
        with suppress(DatabaseAway):  # the browser says nothing of it
            self._clinic.app.consults.paying.came_back(self._link_id)

    def _events_are_lost(self) -> None:
        """Of this consult's first links: none for most, some or all for a few."""
        faults, lost = self._clinic.sandbox.faults, self._dice.choices((0, 2, 12), (80, 8, 12))[0]
        if lost:
            self._clinic.seen["events lost"] += 1
            for number in (1, 2):
                faults.add(Fault("hook.payment", "lost", times=lost, to=f"c_{self._consult_id}-{number}"))

    def _is_served(self) -> Script:
        """By a doctor in time, or by nobody: an operator says so."""
        if not self._paid or self._dice.random() < 0.45:
            return
        for minutes in (self._dice.uniform(1, 28), 10, 10):
            yield minutes * 60
            if self._served():
                return

    def _served(self) -> bool:
        return bool(self._writes(lambda tx: self._clinic.app.consults.bookings.served(tx, self._consult_id, self._clinic.now())))

    # What they do

    def _pays_and_waits(self) -> Script:
        yield from self._presses_pay()
        self._pays()
        if self._dice.random() < 0.6:
            self._comes_back()
        yield from self._is_served()

    def _pays_twice_at_once(self) -> Script:
        yield from self._presses_pay()
        self._pays(times=2)
        yield from self._is_served()

    def _presses_again_and_again(self) -> Script:
        for _ in range(self._dice.randint(2, 4)):
            yield from self._presses_pay()
            yield self._dice.choice((1, 30, 200))
        self._pays()
        yield from self._is_served()

    def _pays_the_old_link_and_the_new(self) -> Script:
        yield from self._presses_pay()
        old = self._page
        yield 7.2 * 60
        sent = self._press()
        if self._dice.random() < 0.5:
            self._pays(old)
        for _ in range(4):
            yield 4
            progress = self._clinic.app.consults.paying.progress(sent) if sent else None
            if progress is not None and progress.url:
                self._pays(progress.url)
                break
        yield self._dice.uniform(1, 400)
        self._pays(old, late=True)
        yield from self._is_served()

    def _pays_when_it_is_too_late(self) -> Script:
        yield from self._presses_pay()
        yield self._dice.choice((8.1 * 60, 17 * 60, 31 * 60, 44 * 60, 5 * _HOURS, 30 * _HOURS))
        self._pays(late=True)
        yield from self._is_served()

    def _has_a_slow_bank(self) -> Script:
        yield from self._presses_pay()
        minutes = self._dice.choice((2, 9, 11, 29, 60, 700, 1430, 3000))
        if self._page:
            with suppress(ValueError):
                self._clinic.sandbox.gateway.authorise_late(self._page, minutes)
        if self._dice.random() < 0.4:  # and does not wait for it
            yield 60
            self._pays()
        yield minutes * 60 + 30
        self._paid.append("perhaps")
        yield from self._is_served()

    def _pays_another_amount(self) -> Script:
        yield from self._presses_pay()
        self._pays(amount=self._dice.choice((100, 24800, 25000, 49800, 60000)))
        yield 60
        yield from self._pays_and_waits()

    def _is_refused_by_the_bank_first(self) -> Script:
        yield from self._presses_pay()
        if self._page:
            with suppress(ValueError):
                self._clinic.sandbox.gateway.fail(self._page)
        yield from self._pays_and_waits()

    def _is_never_captured(self) -> Script:
        yield from self._presses_pay()
        if self._page:
            with suppress(ValueError):
                self._clinic.sandbox.gateway.leave_uncaptured(self._page, 600)

    def _does_nothing(self) -> Script:
        yield 60

    def _presses_and_does_nothing(self) -> Script:
        yield from self._presses_pay()

    def _takes_it_back_and_pays(self) -> Script:
        yield from self._presses_pay()
        self._rings_again(self._clinic.app.consults.desk.cancel)
        yield self._dice.choice((1, 600))
        self._pays()
        self._pays(late=True)

    def _is_an_emergency_after_all(self) -> Script:
        yield from self._presses_pay()
        if self._dice.random() < 0.7:
            self._pays()
        yield self._dice.choice((1, 5, 120))
        self._rings_again(lambda tx, trigger: self._clinic.app.consults.desk.screened(tx, trigger, _RED))

    def _has_the_money_back_from_an_operator(self) -> Script:
        yield from self._presses_pay()
        self._pays()
        yield self._dice.uniform(5, 600)
        bookings, now = self._clinic.app.consults.bookings, self._clinic.now()
        self._writes(lambda tx: bookings.ends(tx, self._consult_id, ConsultEvent.GIVEN_BACK, "asked for", now))

    def _writes(self, work: Callable[[Tx], Row]) -> Row:
        return _until_it_is_taken(lambda: self._clinic.app.database.write(work))


def _until_it_is_taken(ask: Callable[[], Row]) -> Row:
    """People try again, and so do providers."""
    for _ in range(5):
        with suppress(DatabaseAway):
            return ask()
    raise DatabaseAway("five times")


WAYS: tuple[tuple[Callable[[Payer], Script], int], ...] = (
    (Payer._pays_and_waits, 40),
    (Payer._pays_twice_at_once, 8),
    (Payer._presses_again_and_again, 7),
    (Payer._pays_the_old_link_and_the_new, 7),
    (Payer._pays_when_it_is_too_late, 8),
    (Payer._has_a_slow_bank, 7),
    (Payer._pays_another_amount, 4),
    (Payer._is_refused_by_the_bank_first, 4),
    (Payer._is_never_captured, 2),
    (Payer._does_nothing, 4),
    (Payer._presses_and_does_nothing, 3),
    (Payer._takes_it_back_and_pays, 3),
    (Payer._is_an_emergency_after_all, 3),
    (Payer._has_the_money_back_from_an_operator, 3),
)
