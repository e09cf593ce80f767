"""What the operator's board shows while a paid caller and a doctor are brought together."""

import re

import pytest

from ivr.operators import Role, add_operator
from ivr.web.app import create_app
from tests.journeys.test_connected import state, waits_for_a_doctor
from tests.stage import Stage
from tests.web.ops.conftest import PASSWORD, Browser
from tests.web.ops.reading import words

pytestmark = pytest.mark.paired


def watches(stage: Stage) -> Browser:
    add_operator(stage.app.database, "asha", PASSWORD, Role.VIEWER, stage.clock.now())
    browser = Browser(create_app(stage.app).test_client())
    assert browser.log_in().status_code == 303
    return browser


def sees(browser: Browser, section: str) -> str:
    """What one part of the board says, read anew."""
    html = browser.open("/ops/").text
    assert not re.search(r"98450|99000", html)
    return words(html.split(f'id="{section}"')[1].split("</section>")[0].partition(">")[2]).strip()


def test_an_operator_sees_who_waits_who_talks_and_what_was_earned(stage: Stage) -> None:
    operator = watches(stage)
    assert sees(operator, "queue-now").endswith("No paid consult is open.")
    assert "0 free" in sees(operator, "doctors-now")  # the stage's own doctors rest for ever
    doctor = stage.doctor(name="Dr Asha Rao")
    caller = waits_for_a_doctor(stage)
    reference = stage.consults()[-1].reference
    doctor.is_rung(by=stage.menu_line)

    assert f"{reference} +91******2345 English 1 doctor rung" in sees(operator, "queue-now")
    assert re.search(r"a doctor is expected in 2 to 5 min .* told at most 5 min", sees(operator, "queue-now"))
    assert re.search(r"\+91\*{6}2345 Voice menu on hold for a doctor, \d+ s", sees(operator, "calls-now"))
    assert "Dr Asha Rao, +91******0001 Voice menu phone rings" in sees(operator, "calls-now")
    assert re.search(rf"Dr Asha Rao ringing the phone rings, \d+ s consult {reference}", sees(operator, "doctors-now"))
    assert "₹249 taken today ₹0 earned today ₹0 refunded today ₹249 held now" in sees(operator, "money-now")

    doctor.answers().hears("Accept").presses("1")
    caller.hears("Dr Asha Rao is on the line")
    doctor.hears("Here is your patient")
    stage.until(lambda: state(stage) == "talking")
    stage.wait(minutes=1)

    assert re.search(r"2345 Voice menu in a room with Dr Asha Rao, 1 min \d s", sees(operator, "calls-now"))
    assert "0001 Voice menu in a room with the patient, 1 min" in sees(operator, "calls-now")
    assert sees(operator, "queue-now").startswith("Paid consults under way 1 Nobody waits for a doctor ")
    assert re.search(rf"{reference} .* talking with Dr Asha Rao, 1 min", sees(operator, "queue-now"))
    assert "0 free 0 ringing 0 accepted 1 talking" in sees(operator, "doctors-now")

    stage.wait(minutes=3)
    caller.hangs_up()
    doctor.hears("What came of it")
    assert f"Dr Asha Rao wrap-up says what came of it consult {reference}" in sees(operator, "doctors-now")
    doctor.presses("1").hears("Thank you, doctor").call_is_over()
    stage.settle()

    assert sees(operator, "calls-now").endswith("Nobody is on the phone.")
    assert "wrap-up writes up the last consult" in sees(operator, "doctors-now")
    assert "₹249 taken today ₹249 earned today ₹0 refunded today ₹0 held now" in sees(operator, "money-now")


def test_a_call_that_was_booked_and_money_that_goes_back_are_seen(stage: Stage) -> None:
    operator = watches(stage)
    stage.doctor().takes_calls("no answer")
    caller = waits_for_a_doctor(stage)
    caller.hears("We are looking for your doctor").presses("3").hears("We can call you at").presses("1")
    caller.hears("Your place is kept").call_is_over()

    assert "call booked for 22 Nov 12:" in sees(operator, "queue-now")
    assert "did not pick up" in sees(operator, "doctors-now") or "phone rings" in sees(operator, "doctors-now")

    stage.wait(minutes=45)
    assert state(stage) == "refunded"
    assert "₹249 refunded today ₹0 held now, for consults still owed ₹0 refunds due now" in sees(operator, "money-now")
