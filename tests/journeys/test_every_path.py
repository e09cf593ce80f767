"""Every edge of the shipped flow is walked on a real phone, by callers of every situation that its branches know."""

from collections.abc import Callable, Iterator
from itertools import count, pairwise
from json import loads

import pytest
from sqlalchemy import select

from ivr.flow.check.edges import edges
from ivr.flow.model import Branch, ChooseLanguage, Menu, RingPhone, VoiceNote
from ivr.store import channels
from ivr.store.schema import turn
from tests.stage import Caller, Stage

OPERATOR = "+919900112233"
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
            if act == "operator" or any(
                isinstance(self.flow.steps[name.partition(".")[2]], Branch) for name in loads(self.stage.turns()[-1].passed)
            ):
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

    def acts(self, step: str) -> Iterator[str]:
        """What a caller may do there."""
        match self.flow.steps.get(step.partition(".")[2]):
            case Menu() as menu:
                yield from dict.fromkeys([*menu.keys, *self.flow.keys, SILENCE, *([] if menu.any_key else ["wrong"])])
                yield from ["5"] if menu.any_key else []
            case ChooseLanguage():
                yield from ("1", SILENCE, "wrong")
            case VoiceNote():
                yield from (NOTE, "2")
            case RingPhone():
                yield "operator"

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

    @pytest.fixture
    def changes(self) -> dict[str, object]:
        return {"oncall_number": OPERATOR, "call_backs_per_day": 50, "plivo_calls_per_second": 50, "twilio_calls_per_second": 50}

    @pytest.mark.timeout(300)
    def test_every_edge_of_the_hotline(self, stage: Stage) -> None:
        explorer = Explorer(stage)
        for situation in SITUATIONS:
            explorer.explore(situation)

        flow = explorer.flow
        there = {(f"hotline.{name}", f"hotline.{edge.to}") for name, step in flow.steps.items() for edge in edges(flow, step)}
        assert there - explorer.walked() == set()
        assert not [call for call in stage.sandbox.calls() if call.error]
        with stage.app.database.read() as tx:  # wherever a caller hung up, the call is over for us too
            assert channels.live(tx) == []
