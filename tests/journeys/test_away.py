"""We are away in mid-call: a kind sentence from elsewhere, and when we are back the phone rings. No provider's error is heard."""

import pytest

from ivr.run.away import fallback_address, keep_fallbacks
from tests.journeys.test_connected import state, waits_for_a_doctor
from tests.journeys.test_menu import at_the_main_menu
from tests.stage import HOTLINE, Caller, Stage

pytestmark = pytest.mark.paired

KIND = "our line is down for a moment"


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """As `make run` has it: the documents are kept where we are not."""
    sandbox = stage.app.settings.plivo_api_url
    stage.deploys(fallback_url=fallback_address(sandbox))
    keep_fallbacks(stage.app.settings, sandbox)
    return stage


def hears_no_error(caller: Caller) -> None:
    assert not any("application error" in said for said in caller.said()), caller.said()


def test_who_is_cut_off_in_a_menu_is_called_back(stage: Stage) -> None:
    caller = at_the_main_menu(stage)
    with stage.web_away():
        caller.presses("4").hears(KIND).call_is_over()
    hears_no_error(caller)

    caller.is_rung(by=stage.menu_line, within_minutes=12).answers().hears("you asked us to call").presses("1").hears(
        "For a doctor"
    ).hangs_up()
    caller.is_not_rung(for_minutes=15)
    assert stage.call_backs() == [("done", None)]


def test_who_rang_a_menu_and_found_nobody_is_called_back(stage: Stage) -> None:
    with stage.web_away():
        caller = stage.caller().dials(stage.menu_line).hears(KIND).call_is_over()

    caller.is_rung(by=stage.menu_line, within_minutes=6)


def test_a_missed_call_that_nobody_took_gets_its_text_all_the_same(stage: Stage) -> None:
    with stage.web_away():
        caller = stage.caller().dials(HOTLINE)
        assert not stage.last_call().charged
        stage.wait(seconds=30)

    stage.wait(minutes=6)
    caller.gets_text(containing="app")
    stage.nothing_else_happens(minutes=12)


def test_an_hour_away_with_all_we_have_loses_no_call(stage: Stage) -> None:
    stage.wait(seconds=5)
    stage.redis_away = True
    with stage.web_away():
        caller = stage.caller().dials(HOTLINE)
        stage.clock.forward(minutes=150)

    stage.redis_away = False
    stage.wait(minutes=1)
    caller.gets_text(containing="app")
    stage.nothing_else_happens(minutes=12)


def test_who_hung_up_while_we_were_there_is_left_alone(stage: Stage) -> None:
    caller = at_the_main_menu(stage).hangs_up()
    caller.is_not_rung(for_minutes=15)
    assert stage.call_backs() == []


def test_who_has_rung_again_since_is_not_called_as_well(stage: Stage) -> None:
    caller = at_the_main_menu(stage)
    with stage.web_away():
        caller.presses("4").hears(KIND).call_is_over()
    caller.dials(stage.menu_line).hears("press 1").hangs_up()
    caller.is_not_rung(for_minutes=15)


def test_who_is_cut_off_in_a_call_of_ours_is_called_once_more(stage: Stage) -> None:
    caller = stage.caller().dials(stage.call_back_line).is_rung(by=stage.call_back_line, within_minutes=1).answers()
    caller.hears("you asked us to call")
    with stage.web_away():
        caller.presses("1").hears(KIND).call_is_over()
    hears_no_error(caller)

    caller.is_rung(by=stage.call_back_line, within_minutes=15).answers().hears("you asked us to call")


def test_who_is_told_that_we_call_back_because_the_database_stays_away_is_called(stage: Stage) -> None:
    caller = at_the_main_menu(stage)
    with stage.database_away():
        while caller.call.state == "live":
            stage.pass_moment()
            if caller.call.state == "live" and caller.call.waits_for == "keys":
                caller.presses("4")
    assert "we will call you back" in caller.said()[-1]

    caller.is_rung(by=stage.menu_line, within_minutes=1).answers().hears("you asked us to call").hangs_up()
    caller.is_not_rung(for_minutes=15)


def test_a_paid_caller_who_is_cut_off_while_waiting_is_called_by_their_doctor(stage: Stage) -> None:
    caller = waits_for_a_doctor(stage)
    caller.hears("We are looking for your doctor")
    with stage.web_away():
        caller.hears(KIND).call_is_over()
    hears_no_error(caller)
    stage.wait(seconds=45)

    doctor = stage.doctor()
    doctor.is_rung(by=stage.menu_line, within_minutes=2).answers().hears("Accept").presses("1")
    caller.is_rung(by=stage.menu_line, within_minutes=0.2).answers().hears("Your doctor is on the line").presses("1").hears("registration")
    stage.until(lambda: state(stage) == "talking")


def test_a_doctor_who_is_cut_off_in_the_whisper_hears_so_kindly_and_another_is_rung(stage: Stage) -> None:
    one, two = stage.doctor("+919900000001"), stage.doctor("+919900000002")
    waits_for_a_doctor(stage)
    stage.until(lambda: one.rings or two.rings)
    first, second = (one, two) if one.rings else (two, one)
    first.is_rung(by=stage.menu_line).answers().hears("Accept")
    with stage.web_away():
        first.presses("1").hears(KIND).call_is_over()
    hears_no_error(first)

    second.is_rung(by=stage.menu_line, within_minutes=2).answers().hears("Accept").presses("1")
    stage.until(lambda: state(stage) == "connecting" or state(stage) == "talking")
