"""What providers are asked when we may have missed something: who rang and found nobody, who was cut off, calls whose end nobody told."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from ivr.model.events import CallArrived, CallCutOff, CallEnded, CallOutcome, Silence
from ivr.model.outcomes import Unknown
from ivr.model.ports import SeenCall, SeenInbound
from ivr.reviewing import CALLS_REVIEW, Review
from ivr.settings import Settings
from ivr.store import calls, console, outbox
from ivr.wiring import build
from tests.callbacks.clinic import CALL_BACK_LINE, MENU_LINE, SMS_LINE, Call, Clinic
from tests.callbacks.scene import ASHA
from tests.clock import HandClock

_ids = count(1)


@dataclass
class Provider:
    """Remembers calls, as long as it can be asked."""

    clock: HandClock
    inbound: list[SeenInbound] = field(default_factory=list)
    over: dict[str, CallOutcome] = field(default_factory=dict)
    away: bool = False
    windows: list[tuple[int, int]] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)

    def inbound_calls(self, since: int, until: int) -> Sequence[SeenInbound] | Unknown:
        self.windows.append((since, until))
        if self.away:
            return Unknown("ReadTimeout")
        return [one for one in self.inbound if since <= (one.ended_at or until) <= until]

    def look_at_call(self, provider_call_id: str) -> SeenCall | Unknown:
        self.looks.append(provider_call_id)
        return Unknown("ReadTimeout") if self.away else SeenCall(provider_call_id, self.over.get(provider_call_id))

    def saw(self, line: str, outcome: CallOutcome = CallOutcome.BUSY, call_id: str = "", caller: str = ASHA, **more: Any) -> None:
        """A call that is over by now."""
        now = self.clock.now()
        self.inbound.append(SeenInbound(call_id or f"unheard-{next(_ids)}", caller, line, now - 9_000, now, outcome, **more))


@dataclass
class World:
    clinic: Clinic
    provider: Provider
    review: Review

    def begin(self) -> None:
        self.review.plan()

    def wait(self, minutes: float) -> None:
        """Let time pass; reviews are run when they are due."""
        end = self.clinic.clock.now() + int(minutes * 60_000)
        while self.clinic.clock.now() < end:
            self.clinic.clock.forward(seconds=15)
            self.run_due()

    def run_due(self) -> None:
        now = self.clinic.clock.now()
        for row in self.clinic.app.database.write(lambda tx: outbox.issue(tx, [CALLS_REVIEW], now=now, again_at=now + 60_000, most=9)):
            self.review.run(row.id)

    def planned(self) -> int:
        with self.clinic.app.database.read() as tx:
            return sum(row.kind == CALLS_REVIEW for row in outbox.waiting(tx))

    def ended(self, call: Call) -> tuple[str | None, str | None]:
        with self.clinic.app.database.read() as tx:
            row = calls.find(tx, "plivo", call.id)
            return row.outcome, row.cause


@pytest.fixture
def world(make_settings: Callable[..., Settings], database_url: str, clock: HandClock) -> Iterator[World]:
    clinic = Clinic(build(make_settings(database_url=database_url), clock), clock)
    app, provider = clinic.app, Provider(clock)
    world = World(clinic, provider, Review(app.database, {"plivo": provider}, app.calls, app.lines, app.settings, clock))  # type: ignore[dict-item]
    world.begin()
    yield world
    app.database.close()


def in_the_menu(world: World) -> Call:
    return world.clinic.rung(MENU_LINE).presses("2")


# calls that nobody told us of


def test_a_missed_call_that_nobody_told_us_of_gets_its_text(world: World) -> None:
    world.provider.saw(SMS_LINE)
    world.wait(6)
    assert world.clinic.texts() == ["app_link"]
    world.wait(11)
    assert world.clinic.texts() == ["app_link"]


def test_who_rang_a_menu_or_asked_to_be_called_is_called(world: World) -> None:
    world.provider.saw(CALL_BACK_LINE)
    world.provider.saw(MENU_LINE, CallOutcome.ANSWERED, caller="+919845055555", seconds=9)  # kind words answered it
    world.wait(6)
    assert world.clinic.call_backs() == [("planned", None)] * 2


def test_a_call_that_is_found_late_came_when_it_came(world: World) -> None:
    world.provider.saw(SMS_LINE)
    world.clinic.clock.forward(minutes=23 * 60)
    world.provider.saw(SMS_LINE, caller="+919845055555")
    world.wait(7)
    with world.clinic.app.database.read() as tx:
        arrived = [story.call.arrived_at for story in console.latest_calls(tx)]
    assert arrived == [one.began_at for one in reversed(world.provider.inbound)]


def test_calls_to_numbers_of_somebody_else_are_none_of_our_business(world: World) -> None:
    world.provider.saw("+918061914999")
    world.wait(6)
    with world.clinic.app.database.read() as tx:
        assert console.latest_calls(tx) == []


def test_a_call_under_way_is_left_alone(world: World) -> None:
    now = world.clinic.clock.now()
    world.provider.inbound.append(SeenInbound("live", ASHA, SMS_LINE, now, None, None))
    world.wait(6)
    assert world.clinic.texts() == []


def test_an_event_that_waits_in_the_spool_and_is_found_on_the_list_counts_once(world: World) -> None:
    world.provider.saw(SMS_LINE, call_id="both")
    world.wait(6)
    world.clinic.app.calls.arrive(CallArrived("plivo", "both", ASHA, SMS_LINE), world.provider.inbound[0].began_at, live=False)
    assert world.clinic.texts() == ["app_link"]


# calls that were cut off


def test_whose_end_nobody_told_and_whom_we_kept_waiting_is_called_back_once(world: World) -> None:
    call = in_the_menu(world)
    world.provider.saw(MENU_LINE, CallOutcome.ANSWERED, call_id=call.id, seconds=30, cause="4000")
    world.wait(5)
    assert world.clinic.call_backs() == []  # word of it may be on its way
    world.wait(1.5)
    assert world.clinic.call_backs() == [("planned", None)]
    assert world.ended(call) == ("answered", "4000")
    world.wait(11)
    assert len(world.clinic.call_backs()) == 1


def test_whom_we_told_all_there_was_is_not_called_back(world: World) -> None:
    call = in_the_menu(world).presses("2")  # the link is on its way; goodbye
    world.provider.saw(MENU_LINE, CallOutcome.ANSWERED, call_id=call.id, seconds=30)
    world.wait(7)
    assert world.clinic.call_backs() == []
    assert world.ended(call)[0] == "answered"


def test_who_hung_up_and_of_whom_we_were_told_is_not_called_back(world: World) -> None:
    call = in_the_menu(world)
    call.over()
    world.provider.saw(MENU_LINE, CallOutcome.ANSWERED, call_id=call.id, seconds=30)
    world.wait(7)
    assert world.clinic.call_backs() == []


def test_who_has_rung_again_and_been_talked_to_is_not_called_back(world: World) -> None:
    call = in_the_menu(world)
    world.provider.saw(MENU_LINE, CallOutcome.ANSWERED, call_id=call.id, seconds=30)
    world.clinic.rung(MENU_LINE).presses("2").over()
    world.wait(7)
    assert world.clinic.call_backs() == []


@pytest.mark.parametrize(("by_document", "called"), [(True, [("planned", None)]), (False, [])])
def test_a_document_that_is_not_ours_ended_the_call_says_its_provider(world: World, by_document: bool, called: list[object]) -> None:
    call = in_the_menu(world)
    event = CallEnded("plivo", call.id, ASHA, MENU_LINE, True, CallOutcome.ANSWERED, 30, "4000", by_document)
    for _ in range(2):
        world.clinic.app.calls.end(event, world.clinic.clock.now())
    assert world.clinic.call_backs() == called


def test_our_own_last_words_are_no_cut_off(world: World) -> None:
    call = in_the_menu(world).presses("2")
    world.clinic.app.calls.end(
        CallEnded("plivo", call.id, ASHA, MENU_LINE, True, CallOutcome.ANSWERED, 30, "4000", True), world.clinic.clock.now()
    )
    assert world.clinic.call_backs() == []


def test_a_document_that_could_not_be_had_at_the_first_turn_asks_for_one_call_back(world: World) -> None:
    call = world.clinic.rung(MENU_LINE)
    world.clinic.app.calls.end(CallEnded("plivo", call.id, ASHA, MENU_LINE, True, CallOutcome.FAILED, 3, "7012", True), 0)
    assert world.clinic.call_backs() == [("planned", None)]


def test_a_promise_is_kept_once_however_often_it_is_told(world: World) -> None:
    call = in_the_menu(world)
    for _ in range(3):
        world.clinic.app.handle(CallCutOff("plivo", call.id), world.clinic.clock.now(), "")
    assert world.clinic.call_backs() == [("planned", None)]
    world.clinic.app.handle(CallCutOff("plivo", "never heard of"), world.clinic.clock.now(), "")


def test_nobody_can_be_promised_to_who_has_no_number(world: World) -> None:
    call = world.clinic.rung(MENU_LINE, "anonymous").presses("2")
    world.clinic.app.handle(CallCutOff("plivo", call.id), world.clinic.clock.now(), "")
    assert world.clinic.call_backs() == []


def rung_back(world: World) -> tuple[Call, str]:
    world.clinic.missed(CALL_BACK_LINE)
    [asked] = world.clinic.wait(seconds=11)
    return world.clinic.picked_up(asked), asked.dial_id


def test_who_is_cut_off_in_a_call_of_ours_is_called_once_more(world: World) -> None:
    call, dial_id = rung_back(world)
    call.presses("2")
    world.clinic.app.handle(CallCutOff("plivo", call.id), world.clinic.clock.now(), "")
    call.over(dial_id=dial_id, inbound=False)
    assert world.clinic.call_backs() == [("done", None), ("planned", None)]
    assert len(world.clinic.wait(seconds=1)) == 1


def test_a_machine_is_promised_nothing_and_called_again_by_the_plan(world: World) -> None:
    call, dial_id = rung_back(world)
    call.does(Silence())
    world.clinic.app.handle(CallCutOff("plivo", call.id), world.clinic.clock.now(), "")
    call.over(dial_id=dial_id, inbound=False)
    assert world.clinic.call_backs() == [("planned", None)]
    assert world.clinic.wait(seconds=60) == []


def test_a_defect_of_ours_rings_nobody_round_and_round(world: World) -> None:
    first = in_the_menu(world)

    def breaks_off(call: Call, dial_id: str | None, inbound: bool) -> None:
        event = CallEnded("plivo", call.id, ASHA, MENU_LINE, inbound, CallOutcome.ANSWERED, 30, "4000", True)
        world.clinic.app.calls.end(event, world.clinic.clock.now(), dial_id)

    breaks_off(first, None, True)
    [asked] = world.clinic.wait(seconds=1)
    breaks_off(world.clinic.picked_up(asked).presses("1"), asked.dial_id, False)
    assert world.clinic.call_backs() == [("done", None)]


# calls of ours whose end nobody told


def test_a_call_of_ours_that_fell_silent_is_looked_at_and_ended(world: World) -> None:
    call, _ = rung_back(world)
    call.presses("2")
    world.provider.over[call.id] = CallOutcome.ANSWERED
    world.wait(7)
    assert world.provider.looks == [call.id]
    assert world.ended(call) == ("answered", "found over")
    assert world.clinic.call_backs() == [("done", None), ("planned", None)]


def test_a_silent_call_that_is_live_goes_on(world: World) -> None:
    call, _ = rung_back(world)
    call.presses("2")
    world.wait(12)
    assert call.id in world.provider.looks
    assert world.ended(call) == (None, None)


# how it is asked


def test_one_review_follows_another_every_five_minutes_over_the_last_ten(world: World) -> None:
    world.begin()
    world.wait(21)
    assert world.planned() == 1
    assert len(world.provider.windows) == 4
    assert {until - since for since, until in world.provider.windows} == {600_000}


def test_a_long_absence_is_gone_through_an_hour_at_a_time_and_no_further_back_than_a_text_may_be_late(world: World) -> None:
    world.clinic.clock.forward(minutes=150)
    world.wait(1)
    assert [(until - since) // 60_000 for since, until in world.provider.windows] == [60, 60, 30]
    world.provider.windows.clear()
    world.clinic.clock.forward(minutes=3 * 24 * 60)
    world.run_due()
    assert world.provider.windows[0][0] == world.clinic.clock.now() - 24 * 3_600_000


def test_a_provider_that_cannot_be_asked_changes_nothing_and_is_asked_for_all_of_it_later(world: World) -> None:
    world.provider.saw(SMS_LINE)
    call = in_the_menu(world)
    world.provider.away = True
    world.wait(31)
    assert world.clinic.texts() == []
    assert world.ended(call) == (None, None)
    assert len(world.provider.windows) <= 8
    world.provider.away = False
    world.wait(6)
    assert world.clinic.texts() == ["app_link"]


def test_no_number_of_a_list_reaches_a_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world.provider.saw(SMS_LINE)
    world.wait(6)
    assert "nobody had told us of" in caplog.text
    assert not any(ASHA[3:] in str(vars(record)) for record in caplog.records)


def test_two_relays_wish_for_one_review_and_a_job_that_runs_twice_for_one_more(world: World) -> None:
    world.begin()
    with world.clinic.app.database.read() as tx:
        [row] = [row for row in outbox.waiting(tx) if row.kind == CALLS_REVIEW]
    world.review.run(row.id)
    world.review.run(row.id)
    assert world.planned() == 1
