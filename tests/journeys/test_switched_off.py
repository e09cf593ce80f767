"""What operators switch off, and whom they keep out, as callers feel it."""

import pytest

from ivr.lines import Line
from ivr.operating.deed import Deed
from ivr.store import console
from tests.journeys.test_connected import state, waits_for_a_doctor
from tests.stage import HOTLINE, Stage

pytestmark = pytest.mark.paired


def deed(stage: Stage) -> Deed:
    return Deed("asha", "a journey", stage.clock.now())


def caller_id(stage: Stage, number: str) -> str:
    return stage.app.operating.callers.find(stage.phone(stage.caller(number)))


def line(stage: Stage, published: str) -> Line:
    return next(each for each in stage.app.lines if each.published == published)


def test_while_all_texts_are_paused_none_leaves_and_then_it_does(stage: Stage) -> None:
    stage.app.operating.switches.pause_texts(deed(stage))
    caller = stage.caller().dials(HOTLINE)
    stage.wait(minutes=3)
    caller.gets_no_text()
    assert stage.story() == [("asked", None)]

    stage.app.operating.switches.resume_texts(deed(stage))
    stage.settle()
    caller.gets_text(containing=HOTLINE)
    stage.nothing_else_happens()


def test_a_blocked_caller_hears_the_busy_tone_and_pays_nothing(stage: Stage) -> None:
    caller = stage.caller()
    caller.dials(HOTLINE).gets_text()
    stage.app.operating.callers.block(deed(stage), caller_id(stage, caller.number))
    stage.wait(minutes=15)
    for number in (HOTLINE, stage.menu_line, stage.call_back_line):
        caller.dials(number)
        assert not stage.last_call().answered
        assert not stage.last_call().charged
    stage.nothing_else_happens()


def test_a_paused_menu_says_so_kindly(stage: Stage) -> None:
    stage.app.operating.switches.pause_line(deed(stage), line(stage, stage.menu_line))
    stage.caller().dials(stage.menu_line).hears("we cannot take your call just now").call_is_over()
    stage.nothing_else_happens()


def test_a_call_that_an_operator_ends_is_over_and_nobody_is_called_back(stage: Stage) -> None:
    caller = stage.caller().dials(stage.menu_line)
    stage.until(lambda: caller.call.state == "live")
    stage.app.operating.calls.end(deed(stage), _newest(stage))
    caller.call_is_over()
    assert stage.requests_to("call.end") == 1
    stage.nothing_else_happens()


def test_a_provider_that_does_not_answer_is_asked_again_to_end_a_call(stage: Stage) -> None:
    caller = stage.caller().dials(stage.menu_line)
    stage.until(lambda: caller.call.state == "live")
    stage.breaks("call.end", "error_before")
    stage.app.operating.calls.end(deed(stage), _newest(stage))
    caller.call_is_over()
    assert stage.requests_to("call.end") == 2


def test_a_patient_in_a_talk_is_refunded_and_both_are_told(stage: Stage) -> None:
    doctor = stage.doctor()
    caller = waits_for_a_doctor(stage)
    doctor.is_rung(by=stage.menu_line).answers().hears("Accept").presses("1")
    stage.until(lambda: state(stage) == "talking")
    stage.app.operating.consults.refund(deed(stage), stage.consults()[0].id)
    stage.wait(minutes=1)

    assert stage.payments() == ["refunded"]
    assert state(stage) == "refunded"
    assert all(not room.inside for room in stage.sandbox.rooms())
    assert any("All your money goes back" in said for said in caller.said())


def _newest(stage: Stage) -> str:
    with stage.app.database.read() as tx:
        return str(console.latest_calls(tx, most=1)[0].call.id)
