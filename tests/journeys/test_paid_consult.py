"""A person with back pain presses one key: screened, quoted, texted a link, paid; connected, or refunded by itself."""

from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from ivr.flow.spoken import say_digits, text_of
from ivr.model.values import Language
from ivr.store.schema import quote
from tests.stage import CALL_BACK_LINE, HOTLINE, Caller, Stage

pytestmark = pytest.mark.paired

ASHA = "+919845012345"


@pytest.fixture
def changes() -> dict[str, object]:
    return {"serve_by_minutes": 2, "line_wait_seconds": 30}


def at_the_main_menu(stage: Stage, number: str = ASHA) -> Caller:
    caller = stage.caller(number).dials(stage.menu_line)
    caller.hears("For English").presses("1" if stage.provider == "plivo" else "2")
    return caller.hears("For a doctor, press 1")


def passes_the_screen(caller: Caller) -> Caller:
    """For oneself; no to every question."""
    caller.presses("1").hears("for you?").presses("1")
    for question in ("numb", "both", "urine", "accident"):
        caller.hears(question).presses("2")
    return caller


def hears_the_price(caller: Caller, minutes: str = "two") -> Caller:
    """Forty-two years old, back pain, no flags."""
    caller.hears("How old").presses("42#").hears("Where is the pain").presses("1").hears("Any cancer").presses("2")
    return caller.hears("two hundred and forty-nine rupees. That").hears(f"{minutes} minutes").hears("press 1")


def is_asked_to_pay(stage: Stage, minutes: str = "two", number: str = ASHA) -> Caller:
    return hears_the_price(passes_the_screen(at_the_main_menu(stage, number)), minutes).presses("1").hears("on its way")


def test_held_on_the_line_paid_and_refunded_when_no_doctor_came(stage: Stage) -> None:
    caller = is_asked_to_pay(stage).presses("1")
    caller.gets_text(containing="What we keep")
    link = caller.gets_text(containing="To pay Rs 249")
    caller.hears("We wait for your payment")

    caller.pays(link)
    caller.hears("Payment received")
    caller.gets_text(containing="We received Rs 249")
    caller.gets_text(containing="photos of your X-rays")
    stage.wait(seconds=120)

    caller.gets_text(containing="Rs 249 goes back")
    stage.wait(minutes=5)
    assert stage.payments() == ["refunded"]
    assert [row.state for row in stage.consults()] == ["refunded"]
    assert stage.sandbox.gateway.refunded_total() == 24900


def test_hung_up_paid_called_within_a_minute_and_refunded_when_no_doctor_came(stage: Stage) -> None:
    caller = is_asked_to_pay(stage)
    caller.gets_text()
    link = caller.gets_text(containing="To pay Rs 249")
    caller.hangs_up()
    assert len(stage.sandbox.calls()) == 1

    caller.pays(link).is_rung(by=stage.menu_line, within_minutes=1).answers().hears("you asked us to call").presses("1")
    caller.hears("Your payment came, and you keep your place").hangs_up()

    caller.gets_text(containing="We received Rs 249")
    caller.gets_text(containing="photos of your X-rays")
    stage.wait(seconds=130)
    caller.gets_text(containing="Rs 249 goes back")
    assert stage.payments() == ["refunded"]
    caller.is_not_rung(for_minutes=3)


def test_who_rings_again_hears_how_it_stands_and_is_never_sold_a_second_one(stage: Stage) -> None:
    caller = is_asked_to_pay(stage).hangs_up()
    caller.gets_text()
    first = caller.gets_text(containing="To pay")

    caller.dials(stage.menu_line).hears("not paid yet").hears("The code is")
    again = caller.gets_text(containing="To pay Rs 249")
    assert again.body.split("Reference")[1] == first.body.split("Reference")[1]
    caller.hangs_up()

    caller.dials("08061914343")  # a missed call to the app's line
    caller.gets_text(containing="To pay Rs 249")
    caller.dials("08061914343")
    caller.gets_no_text()  # twice at most

    assert len(stage.consults()) == 1


def test_an_emergency_is_told_where_to_ring_and_nothing_is_sold(stage: Stage) -> None:
    caller = at_the_main_menu(stage).presses("1").hears("for you?").presses("1").hears("numb").presses("1")

    caller.hears("1 1 2").hears("1 1 2").call_is_over()

    caller.gets_text(containing="112")
    assert stage.consults() == []
    assert "red_flag" in stage.alarms()


def test_silence_in_the_screen_is_no_clearance(stage: Stage) -> None:
    caller = at_the_main_menu(stage).presses("1").hears("for you?").presses("1").hears("numb")

    caller.hears("1 1 2").hears("colleague").call_is_over()

    assert stage.consults() == []
    assert "unclear_triage" in stage.alarms()


def test_a_child_alone_is_not_sold_anything(stage: Stage) -> None:
    caller = passes_the_screen(at_the_main_menu(stage)).hears("How old").presses("12#").hears("grown-up").presses("2")

    caller.hears("Nothing was charged").call_is_over()
    assert stage.payments() == []


def test_without_a_place_nothing_is_sold_and_a_call_is_offered(stage: Stage) -> None:
    stage.deploys(open_consults_max=0)

    caller = at_the_main_menu(stage).presses("1").hears("No doctor")

    if stage.provider == "plivo":
        caller.hears("May we call you")
    assert stage.consults() == []


def test_anybody_may_pay_by_the_spoken_code(stage: Stage) -> None:
    caller = is_asked_to_pay(stage).hangs_up()
    with stage.app.database.read() as tx:
        [row] = tx.rows(select(quote))
    address = f"{stage.app.settings.public_url}/pay"
    told = {"code": row.code, "digits": caller.number[-4:]}

    shown = requests.post(address, data=told, timeout=5)
    assert "249" in shown.text
    assert "orthop" in shown.text.lower()
    gone = requests.post(address, data={**told, "go": "1"}, allow_redirects=False, timeout=5)
    stage.settle()
    at_gateway = requests.get(stage.app.settings.public_url + gone.headers["Location"], allow_redirects=False, timeout=5).headers[
        "Location"
    ]
    stage.sandbox.gateway.pay(at_gateway)
    stage.settle()

    assert stage.payments() == ["held"]
    assert requests.post(address, data=told, timeout=5).text == requests.post(address, data={**told, "digits": "0000"}, timeout=5).text


def test_hanging_up_before_the_news_is_heard_leads_to_a_call(stage: Stage) -> None:
    caller = is_asked_to_pay(stage).presses("1").hears("We wait for your payment")
    caller.gets_text()
    link = caller.gets_text(containing="To pay")
    address = caller.presses_pay(link)
    caller.hangs_up()

    stage.sandbox.gateway.pay(address)
    stage.settle()

    caller.is_rung(by=stage.menu_line, within_minutes=1)


def test_without_a_report_the_link_is_sent_once_more_and_then_the_code_is_spoken(stage: Stage) -> None:
    caller = at_the_main_menu(stage)
    stage.breaks("text.delivery", "lost", times=None)
    stage.breaks("hook.report", "lost", times=None)
    hears_the_price(passes_the_screen(caller)).presses("1").hears("on its way").presses("1")
    stage.wait(seconds=46)

    assert [text for text, _ in stage.story()].count("sent") == 3  # the privacy notice, the link, the link again
    caller.hears("The code is").hears("Your code is").presses("3").hears("Goodbye")
    stage.wait(minutes=3)
    assert len(stage.story()) == 3


def test_who_cancels_and_buys_anew_in_one_call_hears_the_code_that_counts(stage: Stage) -> None:
    caller = is_asked_to_pay(stage).hangs_up()
    caller.dials(stage.menu_line).hears("The code is").hears("To cancel").presses("2").hears("cancelled").hears("For a doctor")
    stage.breaks("text.delivery", "lost", times=None)
    stage.breaks("hook.report", "lost", times=None)

    hears_the_price(passes_the_screen(caller)).presses("1").hears("on its way").presses("1")

    stage.wait(seconds=46)
    caller.hears("The code is").hears("Your code is")
    with stage.app.database.read() as tx:
        old, new = tx.rows(select(quote).order_by(quote.c.id))
    assert (old.state, new.state) == ("void", "live")
    codes = [text_of(say_digits(each.code, Language.ENGLISH)) for each in (old, new)]
    assert [codes.index(said.split("ode is ")[1].split(".")[0]) for said in caller.said() if "ode is " in said] == [0, 1, 1]


def test_whose_screen_counts_no_more_is_sent_no_link_and_screened_again(stage: Stage) -> None:
    caller = is_asked_to_pay(stage).hangs_up()
    caller.gets_text()
    link = caller.gets_text(containing="To pay")
    stage.clock.forward(minutes=26)
    address = caller.presses_pay(link)  # keeps a place for eight minutes more
    assert "/p/" in address
    stage.clock.forward(minutes=5)

    caller.dials(stage.menu_line).hears("its link has run out")
    caller.gets_no_text()
    caller.presses("1").hears("goes back in full").hears("for you?").presses("1")
    for question in ("numb", "both", "urine", "accident"):
        caller.hears(question).presses("2")
    hears_the_price(caller).presses("1").hears("on its way").hangs_up()

    assert caller.gets_text(containing="To pay Rs 249").body != link.body
    assert [row.state for row in stage.consults()] == ["cancelled", "awaiting_payment"]


def test_who_pays_while_hearing_that_the_link_has_run_out_keeps_what_was_bought(stage: Stage) -> None:
    caller = is_asked_to_pay(stage).hangs_up()
    caller.gets_text()
    link = caller.gets_text(containing="To pay")
    stage.clock.forward(minutes=26)
    address = caller.presses_pay(link)
    stage.clock.forward(minutes=5)

    caller.dials(stage.menu_line).hears("its link has run out")
    stage.sandbox.gateway.pay(address)
    stage.settle()
    caller.presses("1").hears("Your payment came, and you keep your place")

    assert stage.payments() == ["held"]


def test_when_the_price_changes_under_the_call_the_new_one_is_told_before_it_is_sold(stage: Stage, callflows: Path) -> None:
    caller = hears_the_price(passes_the_screen(at_the_main_menu(stage))).presses("2").hears("Nothing was charged").hears("For a doctor")
    caller.gets_text(containing="What we keep")
    prices = callflows / "prices.yaml"
    prices.write_text(prices.read_text(encoding="utf-8").replace("24900", "29900"), encoding="utf-8")
    stage.deploys()

    passes_the_screen(caller).hears("How old").presses("42#").hears("Where is the pain").presses("1").hears("Any cancer").presses("2")
    caller.hears("two hundred and ninety-nine rupees. That").hears("press 1").presses("1").hears("on its way")

    caller.gets_text(containing="To pay Rs 299")


def test_when_another_call_of_theirs_begins_anew_nobody_waits_for_a_link_that_was_never_sent(stage: Stage) -> None:
    caller = hears_the_price(passes_the_screen(at_the_main_menu(stage)))
    caller.gets_text(containing="What we keep")
    passes_the_screen(stage.caller().dials(stage.menu_line).hears("For a doctor")).hears("How old").hangs_up()

    caller.presses("1").hears("on its way").presses("1")

    caller.hears("there is no link to pay by").call_is_over()
    caller.gets_no_text()
    stage.wait(minutes=20)
    assert {row.state for row in stage.consults()} == {"cancelled", "lapsed"}


@pytest.mark.parametrize("line", [HOTLINE, CALL_BACK_LINE])
def test_a_missed_call_of_somebody_who_has_paid_is_answered_by_a_call(stage: Stage, line: str) -> None:
    caller = is_asked_to_pay(stage).presses("1").hears("We wait for your payment")
    caller.gets_text()
    caller.pays(caller.gets_text(containing="To pay")).hears("Payment received").hangs_up()

    caller.dials(line)

    caller.is_rung(by=stage.menu_line, within_minutes=1).answers().hears("you asked us to call").presses("1").hears("you keep your place")


def test_who_rings_while_the_money_goes_back_hears_so_and_may_begin_anew(stage: Stage) -> None:
    stage.sandbox.gateway.refunding.pending_ms = 24 * 60 * 60_000
    caller = is_asked_to_pay(stage).presses("1").hears("We wait for your payment")
    caller.gets_text()
    caller.pays(caller.gets_text(containing="To pay")).hears("Payment received").hangs_up()
    stage.wait(seconds=125)
    caller.dials(stage.menu_line).hears("two hundred and forty-nine rupees").hears("The reference is")
    caller.hears("press 4").presses("4").hears("For a doctor").presses("1").hears("for you?")
