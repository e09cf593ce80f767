"""A dentist's folder, named by CALLFLOWS_DIR and by nothing else: two lines, two flows, two languages."""

from pathlib import Path

import pytest

from ivr.settings import ROOT
from tests.stage import Stage

RECEPTION, POSTER = "08046110200", "08046110201"


@pytest.fixture
def callflows() -> Path:
    return ROOT / "tests" / "clinic" / "callflows"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def test_the_reception_answers_screens_and_books_a_call(stage: Stage) -> None:
    caller = stage.caller().dials(RECEPTION).hears("For English, press two").presses("2").hears("Welcome to Daant Dental")
    caller.hears("hard to breathe?").presses("2").hears("knocked out today?").presses("2")
    caller.hears("To have us call you, press 1")

    if stage.provider == "plivo":
        caller.presses("1").hears("How old is the patient").presses("9#").hears("For a patient of nine").presses("1")
        caller.hears("We will call you today").call_is_over()
        assert stage.call_backs() == [("planned", None)]
    else:  # Twilio cannot call Indian phones from an Indian line, so the menu does not promise it
        caller.presses("1").hears("We cannot call this number").call_is_over()


def test_an_emergency_gets_no_menu(stage: Stage) -> None:
    caller = stage.caller().dials(RECEPTION).hears("For English").presses("2").hears("hard to breathe?").presses("1")
    caller.hears("dial 1 1 2")

    assert not any("To have us call you" in said for said in caller.said())


def test_who_is_cut_off_after_the_screen_is_screened_again(stage: Stage) -> None:
    caller = stage.caller().dials(RECEPTION).hears("For English").presses("2").hears("hard to breathe?").presses("2")
    caller.hears("knocked out").presses("2").hears("To have us call you").hangs_up()

    caller.dials(RECEPTION).hears("Welcome back").hears("hard to breathe?")


def test_a_missed_call_to_the_poster_is_answered_by_a_text(stage: Stage) -> None:
    stage.caller().dials(POSTER).gets_text()

    assert not stage.last_call().charged
