"""A patient who rings again after some days: the same doctor, for nothing; at once, or at the doctor's next hours."""

import pytest

from tests.journeys.test_connected import state, waits_for_a_doctor
from tests.journeys.test_paid_consult import passes_the_screen
from tests.stage import Caller, Stage

pytestmark = pytest.mark.paired


def has_talked(stage: Stage) -> tuple[Caller, Caller]:
    """Paid, talked for four minutes, and told whom they talked to; the patient and the doctor."""
    doctor = stage.doctor(name="Dr Asha Rao")
    caller = waits_for_a_doctor(stage)
    caller.gets_text(containing="We received Rs 249")
    doctor.is_rung(by=stage.menu_line).answers().hears("Accept").presses("1").hears("Here is your patient")
    stage.until(lambda: state(stage) == "talking")
    stage.wait(minutes=4)
    caller.hangs_up()
    doctor.hears("What came of it").presses("1").call_is_over()
    caller.gets_text(containing="send photos of your X-rays")
    caller.gets_text(containing="You talked to Dr Asha Rao")
    stage.wait(minutes=11)  # who rings before that goes on where they were
    return caller, doctor


def rings_again(caller: Caller, stage: Stage) -> Caller:
    """Screened again, as always; at the offer of their doctor."""
    screened = passes_the_screen(caller.dials(stage.menu_line).hears("For a doctor, press 1"))
    return screened.hears("How old").presses("42#").hears("For your doctor, Dr Asha Rao")


def test_who_talked_with_a_doctor_is_brought_to_the_same_one_and_pays_nothing(stage: Stage) -> None:
    caller, doctor = has_talked(stage)
    rings_again(caller, stage).presses("1").hears("looking for your doctor")
    doctor.is_rung(by=stage.menu_line).answers().hears("Accept").presses("1").hears("Here is your patient")
    caller.hears("Dr Asha Rao is on the line")
    stage.until(lambda: state(stage) == "talking")
    stage.wait(minutes=3)
    caller.hangs_up()
    doctor.hears("What came of it").presses("1").call_is_over()

    assert [row.state for row in stage.consults()] == ["completed", "completed"]
    assert stage.consults()[-1].follow_up_of == stage.consults()[0].id
    assert stage.payments() == ["earned"]


def test_where_no_doctor_comes_nothing_goes_back_and_it_is_not_used_up(stage: Stage) -> None:
    caller, doctor = has_talked(stage)
    doctor.takes_calls("no answer")
    rings_again(caller, stage).presses("1").hears("looking for your doctor")
    caller.hears("free of charge").call_is_over()
    stage.wait(minutes=31)
    assert state(stage) == "cancelled"
    assert stage.payments() == ["earned"]
    caller.gets_text(containing="send photos of your X-rays")
    caller.gets_text(containing="did not come about")
