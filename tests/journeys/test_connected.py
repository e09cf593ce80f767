"""A paid caller and a doctor who pressed 1, in one room; or another doctor, a call at a time, or the money back."""

import pytest

from tests.journeys.test_paid_consult import is_asked_to_pay
from tests.stage import Caller, Stage

pytestmark = pytest.mark.paired


def waits_for_a_doctor(stage: Stage) -> Caller:
    """Paid, and on the line."""
    caller = is_asked_to_pay(stage, "thirty").presses("1")
    caller.gets_text(containing="What we keep")
    link = caller.gets_text(containing="To pay Rs 249")
    caller.hears("We wait for your payment").pays(link)
    return caller.hears("Payment received").hears("PIN code").presses("560001#")


def state(stage: Stage) -> str:
    return str(stage.consults()[-1].state)


def test_a_doctor_presses_1_and_both_talk_until_it_is_done(stage: Stage) -> None:
    doctor = stage.doctor(name="Dr Asha Rao")
    caller = waits_for_a_doctor(stage)
    caller.gets_text(containing="We received Rs 249")
    doctor.is_rung(by=stage.menu_line).answers().hears("back or neck pain").presses("1")
    caller.hears("Doctor Dr Asha Rao is on the line")
    doctor.hears("Here is your patient")
    stage.until(lambda: state(stage) == "talking")

    stage.wait(minutes=4)
    caller.hangs_up()
    doctor.hears("What came of it").presses("1").hears("Thank you, doctor").call_is_over()

    assert [row.state for row in stage.consults()] == ["completed"]
    assert stage.payments() == ["earned"]
    caller.gets_text(containing="send photos of your X-rays")
    caller.gets_text(containing="You talked to Dr Asha Rao")
    doctor.gets_text(containing="")
