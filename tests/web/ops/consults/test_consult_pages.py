"""What an operator reads of a consult: its head, its story, its money."""

import re

import pytest
from sqlalchemy import insert, select, update

from ivr.consults.lifecycle import ConsultEvent
from ivr.model.ids import new_id
from ivr.oversight import Action, note
from ivr.store.schema import block, consult, payment
from ivr.store.tx import Tx
from ivr.wiring import App
from tests.clock import HandClock
from tests.web.ops.conftest import Browser
from tests.web.ops.reading import told, words
from tests.web.paid import ASHA, Patient


def opened(operator: Browser, path: str) -> str:
    answer = operator.open(path)
    assert answer.status_code == 200, path
    return answer.text


@pytest.fixture
def paid(patient: Patient, clock: HandClock) -> Patient:
    clock.forward(seconds=20)
    patient.presses_pay().page_is("open")
    clock.forward(seconds=40)
    return patient.pays()


def test_a_paid_consult_is_read_with_its_price_its_payment_and_its_receipt(operator: Browser, paid: Patient) -> None:
    html = opened(operator, f"/ops/consults/{paid.id}")
    page, steps = words(html), told(html)

    assert f"Consult {paid.row.reference}" in page
    assert "Paid, and a doctor is sought since 22 Nov 12:01:00 now" in page
    assert "Patient the caller Age 41 Pain knee" in page
    assert "Language English" in page
    assert "+91******2345" in page
    assert "₹249, first consultation ₹249 held, until the patient has had a doctor" in page
    assert "Balance: at the gateway ₹249 = held for the caller ₹249" in page
    assert steps[:3] == [
        "Passed the emergency questions asked of the caller",
        f"Consult opened {paid.row.reference}, for the caller open that call",
        "Price told: ₹249 consultation ₹249; it was paid",
    ]
    assert any(step.startswith("Pay pressed: razorpay paid") for step in steps)
    assert "Paid: ₹249 at razorpay, pay_29QQoUBi66xm2f" in steps
    assert "Receipt number 26-27/000001" in steps
    assert "look for a doctor" in page
    assert "the call in which it was opened" in page


def test_a_served_one_is_earned_and_one_whose_money_goes_back_says_why(operator: Browser, paid: Patient) -> None:
    paid.ends(ConsultEvent.UNSERVED)
    page = words(opened(operator, f"/ops/consults/{paid.id}"))
    assert "The money goes back since" in page
    assert "₹249 to go back: the gateway is to be asked: a test" in page
    assert "Balance: at the gateway ₹249 = to go back ₹249" in page
    assert "ask the gateway for the refund" in page

    paid.has_the_money_back()
    html = opened(operator, f"/ops/consults/{paid.id}")
    assert "Balance: nothing is left at the gateway" in words(html)
    assert "Has gone back: ₹249 not asked by us" in told(html)
    assert "Consult over: refunded a test" in told(html)


def test_what_is_earned_is_told_by_its_parts(operator: Browser, paid: Patient) -> None:
    paid.is_served()
    html = opened(operator, f"/ops/consults/{paid.id}")
    assert "Earned: ₹249 income: consultation ₹249" in told(html)
    assert "Balance: at the gateway ₹249 = income: consultation ₹249" in words(html)
    assert "not those that the payments must have" not in html


def test_the_calls_page_tells_of_the_consult_to_its_receipt(operator: Browser, paid: Patient) -> None:
    html = opened(operator, f"/ops/calls/{paid.row.call_id}")
    steps = told(html)
    order = ["Call from a mobile", "Passed the emergency", "Consult opened", "Pay pressed", "Paid: ₹249", "Receipt"]
    at = [next(index for index, step in enumerate(steps) if step.startswith(begins)) for begins in order]
    assert at == sorted(at)
    assert sum("pay_link" in step for step in steps) == 1
    assert sum(step.startswith("Consult opened") for step in steps) == 1
    assert len(set(re.findall(r"/ops/texts/(\w{26})", html))) == html.count("<blockquote>")
    for path in re.findall(r'href="(/ops/(?:consults|texts|callers)/\w{26})"', html):
        assert operator.open(path).status_code == 200, path


def test_consults_are_listed_by_state_and_day_in_parts(operator: Browser, paid: Patient) -> None:
    reference = paid.row.reference
    for query, shown in {
        "": True,
        "?state=paid": True,
        "?state=refunded": False,
        "?state=nonsense": True,
        "?day=2026-11-22": True,
        "?day=2026-11-21": False,
        f"?before={paid.id}": False,
        "?state=paid&day=2026-11-22": True,
    }.items():
        assert (reference in opened(operator, f"/ops/consults{query}")) is shown, query
    assert operator.open("/ops/consults?day=someday").status_code == 400


def test_no_page_of_a_consult_holds_a_number_or_a_way_to_its_papers(operator: Browser, paid: Patient) -> None:
    html = opened(operator, f"/ops/consults/{paid.id}")
    caller = re.search(r"/ops/callers/\w{26}", html)
    assert caller
    for path in (f"/ops/consults/{paid.id}", f"/ops/calls/{paid.row.call_id}", caller[0], "/ops/consults"):
        page = opened(operator, path)
        assert ASHA[3:] not in page
        assert ASHA[3:8] not in page


@pytest.mark.parametrize("path", ["/ops/consults/x", "/ops/texts/x", "/ops/callers/x", "/ops/consults/01K0000000000000000000000A"])
def test_what_is_not_there_is_said_kindly(operator: Browser, path: str) -> None:
    assert operator.open(path).status_code == 404


def test_what_operators_did_stands_in_the_story_with_their_reason(operator: Browser, paid: Patient, app: App, clock: HandClock) -> None:
    caller_id, call_id, now = paid.row.caller_id, paid.row.call_id, clock.now()

    def noted(tx: Tx) -> None:
        about = {"caller_id": caller_id, "reason": "asked by telephone"}
        note(tx, now, "ravi", Action.REQUEUE_CONSULT, subject="consult", subject_id=paid.id, **about)
        note(tx, now, "ravi", Action.END_CALL, subject="call", subject_id=call_id, **about)
        note(tx, now, "ravi", Action.BLOCK_CALLER, subject="caller", subject_id=caller_id, **about)
        tx.run(insert(block), caller_id=caller_id, at=now, operator="ravi", reason="rings all night")

    app.database.write(noted)
    assert "ravi had a doctor looked for again asked by telephone" in told(opened(operator, f"/ops/consults/{paid.id}"))
    call = told(opened(operator, f"/ops/calls/{call_id}"))
    assert {"ravi ended a call asked by telephone", "ravi had a doctor looked for again asked by telephone"} <= set(call)
    caller = opened(operator, f"/ops/callers/{caller_id}")
    assert "ravi blocked a caller asked by telephone" in told(caller)
    assert "Blocked by ravi, 22 Nov 12:01:00: rings all night" in words(caller)


def test_entries_that_do_not_fit_the_payment_are_pointed_at(operator: Browser, paid: Patient, app: App) -> None:
    app.database.write(lambda tx: tx.run(update(payment).values(state="earned")))
    assert "These entries are not those that the payments must have" in words(opened(operator, f"/ops/consults/{paid.id}"))


def test_a_long_list_goes_on_with_older_ones(operator: Browser, paid: Patient, app: App, clock: HandClock) -> None:
    with app.database.read() as tx:
        row = tx.rows(select(consult).where(consult.c.id == paid.id))[0]._asdict()

    def many(tx: Tx) -> None:
        for number in range(60):
            at = clock.now() + number
            known = {"id": new_id(at), "reference": f"{number:08}", "state": "lapsed", "opened_at": at, "ended_at": at, "clock_id": None}
            tx.run(insert(consult), **{**row, **known})

    app.database.write(many)
    page = opened(operator, "/ops/consults?state=lapsed")
    assert page.count("Never paid</span>") == 50
    older = re.search(r'href="(/ops/consults\?[^"]*before=\w{26})"', page)
    assert older
    rest = opened(operator, older[1].replace("&amp;", "&"))
    assert rest.count("Never paid</span>") == 10
    assert "00000009" in rest
    assert "00000010" not in rest
