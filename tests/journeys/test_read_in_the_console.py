"""A paid consult as an operator reads it afterwards: one page from the first webhook to the receipt, and ways to all that belongs to it."""

import re

import pytest

from ivr.operators import Role, add_operator
from ivr.web.app import create_app
from tests.journeys.test_connected import state, waits_for_a_doctor
from tests.stage import Caller, Stage
from tests.web.ops.conftest import PASSWORD, Browser
from tests.web.ops.reading import told, words

pytestmark = pytest.mark.paired


def operator(stage: Stage) -> Browser:
    """At the console, signed in."""
    add_operator(stage.app.database, "asha", PASSWORD, Role.OPERATOR, stage.clock.now())
    browser = Browser(create_app(stage.app).test_client())
    assert browser.log_in().status_code == 303
    return browser


def in_this_order(steps: list[str], *begin: str) -> None:
    at = -1
    for each in begin:
        at = next((index for index, step in enumerate(steps) if index > at and step.startswith(each)), -1)
        assert at >= 0, (each, steps)


def has_talked(stage: Stage) -> tuple[Caller, Caller]:
    """One doctor passed, the other talked with the patient for four minutes."""
    one, two = stage.doctor("+919900000001", name="Dr Asha Rao"), stage.doctor("+919900000002", name="Dr Biju Nair")
    caller = waits_for_a_doctor(stage)
    first, second = (one, two) if one.rings else (two, one)
    first.is_rung(by=stage.menu_line).answers().hears("Accept").presses("2").hears("Passed on").call_is_over()
    second.is_rung(by=stage.menu_line, within_minutes=0.1).answers().hears("Accept").presses("1").hears("Here is your patient")
    stage.until(lambda: state(stage) == "talking")
    stage.wait(minutes=4)
    caller.hangs_up()
    second.hears("What came of it").presses("1").hears("Thank you, doctor").call_is_over()
    stage.wait(seconds=30)
    return caller, second


def test_a_paid_consult_is_read_from_its_first_call_to_its_receipt(stage: Stage) -> None:
    has_talked(stage)
    consult, browser = stage.consults()[-1], operator(stage)

    call = browser.open(f"/ops/calls/{consult.call_id}").text
    page = browser.open(f"/ops/consults/{consult.id}").text

    for html in (call, page):
        in_this_order(told(html), "Passed the emergency questions", "Price told: ₹249", "Pay pressed", "Paid: ₹249", "Offered to Dr")
        in_this_order(
            told(html), "Offered to Dr", "Dr", "Offered to Dr", "The doctor came into the room", "Patient and doctor hear each other"
        )
        in_this_order(told(html), "Patient and doctor hear each other", "The talk is over", "Earned: ₹249", "Consult over: completed")
        assert any("pressed 2: not this patient" in step for step in told(html))
        assert any(
            re.search(r"[0-9.]+ points \(.*90 for how well they speak the language.*speaks the caller’s language, and is asked among", step)
            for step in told(html)
        )
        assert any("pressed 1: the patient is theirs" in step for step in told(html))
        assert any(step.startswith("Receipt number") for step in told(html))
        assert "= income: consultation ₹249" in words(html)
        assert "not those that the payments must have" not in html
    assert "Completed since" in words(page)
    assert re.search(r"Talked together [45] min", words(page))
    assert "What came of it done" in words(page)
    assert told(call)[0].startswith("Call from a mobile")


def test_everything_that_belongs_together_leads_to_the_rest_and_no_page_has_a_number(stage: Stage) -> None:
    caller, doctor = has_talked(stage)
    consult, browser = stage.consults()[-1], operator(stage)
    seen: dict[str, str] = {}
    ways = [f"/ops/consults/{consult.id}"]
    while ways:
        path = ways.pop()
        if path not in seen:
            answer = browser.open(path)
            assert answer.status_code == 200, path
            seen[path] = answer.text
            ways += re.findall(r'href="(/ops/(?:calls|consults|texts|callers)/\w{26})"', answer.text)

    for kind, least in {"calls": 3, "consults": 1, "texts": 4, "callers": 3}.items():
        assert sum(path.startswith(f"/ops/{kind}/") for path in seen) >= least, kind
    for path, html in seen.items():
        assert not re.search(f"{caller.number[3:]}|{doctor.number[3:]}", html), path
        assert f"/ops/consults/{consult.id}" in html or "This is Dr" in words(html), path


def test_a_refused_patient_and_the_refund_are_read(stage: Stage) -> None:
    stage.doctor().takes_calls("no answer")
    waits_for_a_doctor(stage).hears("No doctor is free yet").presses("2").hears("All your money goes back").call_is_over()
    stage.wait(minutes=5)
    consult, browser = stage.consults()[-1], operator(stage)

    html = browser.open(f"/ops/consults/{consult.id}").text

    in_this_order(
        told(html), "Paid: ₹249", "Goes back: ₹249 the caller chose it by key", "Has gone back: ₹249 asked", "Consult over: refunded"
    )
    assert any("nobody picked up, or nobody pressed a key" in step for step in told(html))
    assert "Balance: nothing is left at the gateway" in words(html)
    assert re.search(r"Refunded since .* the caller chose it by key", words(html))
