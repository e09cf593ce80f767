"""Every edge of the shipped flow is walked on a real phone, by callers of every situation that its branches know."""

import os
from collections.abc import Callable, Iterator
from itertools import count, pairwise
from json import loads

import pytest
from sqlalchemy import select

from ivr.consults.lifecycle import ConsultEvent
from ivr.flow.check.edges import edges
from ivr.flow.model import Branch, ChooseLanguage, Menu, Return, RingPhone, Run, Step, VoiceNote
from ivr.store import channels
from ivr.store.schema import turn
from tests.stage import Caller, Stage

pytestmark = pytest.mark.unmeasured

OPERATOR = "+919900112233"
CANCELLING = "08061914349"
SILENCE, NOTE, ENGLISH = "silence", "note", "english"
_numbers = count(10_000)

Situation = Callable[[Stage], Caller]


def _fresh(stage: Stage) -> Caller:
    return stage.caller(f"+9198450{next(_numbers)}")


def newcomer(stage: Stage) -> Caller:
    return _fresh(stage).dials(stage.menu_line)


def regular(stage: Stage) -> Caller:
    """Has chosen a language before, and ended that call in good order."""
    caller = newcomer(stage).hears("For English").presses("1" if stage.provider == "plivo" else "2")
    caller.hears("For a doctor").presses("4").hears("To talk with a doctor about it").presses("2").call_is_over()
    return caller.dials(stage.menu_line)


def with_a_booking(stage: Stage) -> Caller:
    caller = newcomer(stage).hears("For English").presses("1" if stage.provider == "plivo" else "2")
    caller.hears("For a doctor").presses("3").hears("May we call you").presses("1").call_is_over()
    return caller.dials(stage.menu_line)


def foreigner(stage: Stage) -> Caller:
    return stage.caller(f"+1415555{next(_numbers) % 10_000:04}").dials(stage.menu_line)


def called_back(stage: Stage) -> Caller:
    return _fresh(stage).dials(stage.call_back_line).is_rung(stage.call_back_line, within_minutes=1).answers()


def called_back_again(stage: Stage) -> Caller:
    caller = called_back(stage).hears("For English").presses("1" if stage.provider == "plivo" else "2")
    caller.hears("For a doctor").presses("4").hears("To talk with a doctor about it").presses("2").call_is_over()
    return caller.dials(stage.call_back_line).is_rung(stage.call_back_line, within_minutes=1).answers()


def in_open_hours(stage: Stage) -> None:
    while not stage.app.lines.hours.open_at(stage.clock.now()):
        stage.clock.forward(minutes=60)


def when_the_operator_answers(stage: Stage) -> Caller:
    in_open_hours(stage)
    stage.sandbox.behave(OPERATOR, "answers")
    return newcomer(stage)


def when_the_operator_is_busy(stage: Stage) -> Caller:
    in_open_hours(stage)
    stage.sandbox.behave(OPERATOR, "busy")
    return newcomer(stage)


def at_night(stage: Stage) -> Caller:
    if stage.app.lines.hours.open_at(stage.clock.now()):
        stage.clock.forward(minutes=12 * 60)
    return newcomer(stage)


def at_the_price(stage: Stage) -> Caller:
    """Screened, and told what a consult costs."""
    in_open_hours(stage)
    caller = newcomer(stage).hears("For English").presses("1" if stage.provider == "plivo" else "2")
    caller.hears("For a doctor").presses("1").hears("for you?").presses("1")
    for question in ("numb", "both", "urine", "accident"):
        caller.hears(question).presses("2")
    caller.hears("How old").presses("42#").hears("Where is the pain").presses("1").hears("Any cancer").presses("2")
    return caller.hears("For the link to pay")


def with_an_unpaid_consult(stage: Stage) -> Caller:
    caller = at_the_price(stage).presses("1").hears("on its way").hangs_up()
    return caller.dials(stage.menu_line)


def with_a_link_that_has_run_out(stage: Stage) -> Caller:
    """The emergency screen counts no more, but a place is kept a little longer for who is at the gateway."""
    caller = at_the_price(stage).presses("1").hears("on its way").hangs_up()
    stage.clock.forward(minutes=26)
    caller.presses_pay(stage.sandbox.inbox(caller.number)[-1])
    stage.clock.forward(minutes=5)
    return caller.dials(stage.menu_line)


def with_a_booking_taken_back_meanwhile(stage: Stage) -> Caller:
    """By a missed call from the same number, while its menu is heard."""
    caller = with_a_booking(stage).hears("We are to call you")
    stage.ring(caller.number, CANCELLING)
    return caller.presses("1").hears("For a doctor")


def called_back_with_an_unpaid_consult(stage: Stage) -> Caller:
    caller = at_the_price(stage).presses("1").hears("on its way").hangs_up()
    caller.dials(stage.call_back_line).is_rung(stage.call_back_line, within_minutes=1).answers()
    return caller.takes_calls("declines")  # who says nothing is called again


def with_a_refund(stage: Stage) -> Caller:
    """Paid, and given back by the clinic; the gateway is still at it."""
    caller = at_the_price(stage).presses("1").hears("on its way").hangs_up()
    caller.takes_calls("declines")
    link = [text for text in stage.sandbox.inbox(caller.number) if "To pay" in text.body][-1]
    caller.pays(link)
    stage.sandbox.gateway.refunding.pending_ms = 60 * 60_000
    consult = stage.consults()[-1]
    bookings, now = stage.app.consults.bookings, stage.clock.now()
    stage.app.database.write(lambda tx: bookings.ends(tx, consult.id, ConsultEvent.GIVEN_BACK, "asked for", now))
    stage.settle()
    return caller.dials(stage.menu_line)


def without_a_place(stage: Stage) -> Caller:
    in_open_hours(stage)
    stage.deploys(open_consults_max=0)
    return newcomer(stage)


SITUATIONS: tuple[Situation, ...] = (
    newcomer,
    regular,
    with_a_booking,
    foreigner,
    called_back,
    called_back_again,
    when_the_operator_answers,
    when_the_operator_is_busy,
    at_night,
)

# The flows that the hotline runs have journeys of their own; here they are played only to come back from them.
AND_BACK: tuple[tuple[Situation, tuple[str, ...]], ...] = (
    (at_the_price, ("2",)),
    (at_the_price, ("0",)),
    (with_an_unpaid_consult, ("4", "1", "4")),
    (with_an_unpaid_consult, ("0",)),
    (with_a_link_that_has_run_out, ("1", SILENCE)),
    (with_a_booking_taken_back_meanwhile, ()),
    (called_back_with_an_unpaid_consult, ("5",)),
    (called_back_with_an_unpaid_consult, (SILENCE,)),
    (called_back_with_an_unpaid_consult, ("9",)),
    (called_back_with_an_unpaid_consult, ("0",)),
    (with_a_refund, ("4", "1")),
    (without_a_place, ("1", "1")),
)
ONLY_BY_A_RACE = "none"  # the consult ended between the look at it and the telling


class Explorer:
    """Plays every key of every menu once, each time with a caller who came there afresh."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.flow = stage.app.book.flows["hotline"]
        self.tried: set[tuple[str, str]] = set()
        self.depends: set[tuple[str, str]] = set()  # what comes of it depends on the situation

    def explore(self, situation: Situation) -> None:
        self.tried -= self.depends
        pending: list[tuple[str, ...]] = [()]
        while pending:
            script = pending.pop()
            step = self.play(situation, script)
            for act in self.acts(step):
                if (step, act) not in self.tried:
                    self.tried.add((step, act))
                    pending.append((*script, act))

    def play(self, situation: Situation, script: tuple[str, ...]) -> str:
        """The step at which the caller stands in the end, "" when the call is over."""
        caller = situation(self.stage)
        for act in script:
            before = self.step(caller)
            self.act(caller, act)
            if act == "operator" or any(isinstance(self.step_called(name), Branch) for name in loads(self.stage.turns()[-1].passed)):
                self.depends.add((before, act))
        step = self.step(caller)
        if caller.call.state == "live":
            caller.hangs_up()
        return step

    def act(self, caller: Caller, act: str) -> None:
        before = self.step(caller)
        match act:
            case "silence" | "wrong":
                while caller.call.state == "live" and self.step(caller) == before:
                    self.stage.wait(seconds=1) if act == SILENCE or caller.call.waits_for != "keys" else caller.presses("7")
            case "note":
                caller.presses("1").speaks(3)
            case "operator":
                self.stage.until(lambda: self.step(caller) != before or self.hang_up_operator())
                self.stage.until(lambda: self.step(caller) != before)
            case _:
                caller.presses(act)

    def hang_up_operator(self) -> bool:
        found = self.stage.sandbox.ringing(OPERATOR)
        if found is not None and found.state == "live":
            self.stage.sandbox.hang_up(found.id)
            return True
        return False

    def step(self, caller: Caller) -> str:
        if caller.call.state == "over":
            return ""
        kept = self.stage.turns()
        return str(kept[-1].step) if kept else ""

    def step_called(self, name: str) -> Step:
        flow, _, step = name.partition(".")
        return self.stage.app.book.flows[flow].steps[step]

    def acts(self, step: str) -> Iterator[str]:
        """What a caller may do there."""
        if not step.startswith("hotline."):
            return
        match self.step_called(step):
            case Menu() as menu:
                yield from dict.fromkeys([*menu.keys, *self.flow.keys, SILENCE, *([] if menu.any_key else ["wrong"])])
                yield from ["5"] if menu.any_key else []
            case ChooseLanguage():
                yield from ("1", SILENCE, "wrong")
            case VoiceNote():
                yield from (NOTE, "2")
            case RingPhone():
                yield "operator"

    def there(self) -> Iterator[tuple[str, str]]:
        """Every pair of steps that can follow each other; of a flow that is run, from the step that returns."""
        for name, step in self.flow.steps.items():
            for edge in edges(self.flow, step):
                if not isinstance(step, Run):
                    yield f"hotline.{name}", f"hotline.{edge.to}"
                elif edge.label != ONLY_BY_A_RACE:
                    inner = self.stage.app.book.flows[step.flow].steps
                    [returning] = [each for each, its in inner.items() if isinstance(its, Return) and its.outcome == edge.label]
                    yield f"{step.flow}.{returning}", f"hotline.{edge.to}"

    def walked(self) -> set[tuple[str, str]]:
        """Pairs of steps, one after the other, in every call so far."""
        with self.stage.app.database.read() as tx:
            rows = tx.rows(select(turn.c.call_id, turn.c.step, turn.c.passed).order_by(turn.c.call_id, turn.c.number))
        pairs: set[tuple[str, str]] = set()
        stood: dict[str, str] = {}
        for row in rows:
            trail = [*([stood[row.call_id]] if row.call_id in stood else []), *loads(row.passed)]
            pairs |= set(pairwise(trail))
            stood[row.call_id] = str(row.step)
        return pairs


class TestOnOneDatabase:
    @pytest.fixture
    def database_url(self, sqlite_url: str) -> str:
        return sqlite_url

    @pytest.fixture(params=["plivo", "twilio"] if os.environ.get("EVERY_WAY") else ["plivo"])
    def provider(self, request: pytest.FixtureRequest) -> str:
        """The flow's edges are the same with both; the journeys beside this one are played with each."""
        return str(request.param)

    @pytest.fixture
    def changes(self) -> dict[str, object]:
        return {
            "oncall_number": OPERATOR,
            "call_backs_per_day": 50,
            "open_consults_max": 10_000,
            "plivo_calls_per_second": 50,
            "twilio_calls_per_second": 50,
        }

    @pytest.mark.timeout(600)
    def test_every_edge_of_the_hotline(self, stage: Stage) -> None:
        explorer = Explorer(stage)
        for situation in SITUATIONS:
            explorer.explore(situation)
        for situation, script in AND_BACK:
            explorer.play(situation, script)

        assert set(explorer.there()) - explorer.walked() == set()
        assert not [call for call in stage.sandbox.calls() if call.error]
        with stage.app.database.read() as tx:  # wherever a caller hung up, the call is over for us too
            assert channels.live(tx) == []
