"""Who hung up to pay is called as promised: soon, only as long as a doctor is owed, and nobody is sold what could not be kept."""

import pytest

from ivr.store import doctors, presence
from tests.journeys.test_paid_consult import at_the_main_menu, is_asked_to_pay
from tests.stage import MENU_LINE, Stage

pytestmark = pytest.mark.paired


@pytest.fixture
def changes() -> dict[str, object]:
    return {"serve_by_minutes": 2, "line_wait_seconds": 30, "always_open": True}


def test_a_lost_report_of_the_hang_up_does_not_hold_the_call_up(stage: Stage) -> None:
    caller = is_asked_to_pay(stage)
    caller.gets_text()
    link = caller.gets_text(containing="To pay")
    stage.breaks("hook.status", "lost", times=None)
    caller.hangs_up()

    caller.pays(link).is_rung(by=stage.menu_line, within_minutes=2)

    caller.answers().hears("you asked us to call").presses("1").hears("you keep your place")


def test_nobody_is_called_about_a_consult_whose_money_went_back(stage: Stage) -> None:
    stage.clock.forward(minutes=8 * 60 + 50)  # 20:50
    caller = is_asked_to_pay(stage).hangs_up()
    caller.gets_text()
    caller.takes_calls("declines").pays(caller.gets_text(containing="To pay"))
    stage.wait(minutes=3)
    assert stage.payments() == ["refunded"]
    rings = len(stage.sandbox.calls())

    caller.takes_calls("rings").is_not_rung(for_minutes=20)
    stage.clock.forward(minutes=12 * 60)  # nine in the morning, and after
    caller.is_not_rung(for_minutes=10)

    assert len(stage.sandbox.calls()) == rings
    assert stage.call_backs() == [("cancelled", "not_owed")]


def test_who_could_not_be_called_is_not_sold_a_consult(stage: Stage) -> None:
    stage.deploys(environment="production", autodialer_notice_ref="")

    at_the_main_menu(stage).presses("1").hears("No doctor")

    assert stage.consults() == []


def test_nothing_is_sold_while_every_doctor_on_duty_is_on_a_pause_beyond_the_promise(stage: Stage) -> None:
    on_a_pause = {"rest": "paused", "free_at": stage.clock.now() + 5 * 60_000}
    with stage.app.database.read() as tx:
        ids = [row.id for row in doctors.every(tx)]
    for each in ids:
        stage.app.database.write(lambda tx, each=each: presence.change(tx, each, **on_a_pause))  # type: ignore[misc]

    at_the_main_menu(stage).presses("1").hears("No doctor can be had").hangs_up()
    stage.wait(minutes=4)
    stage.caller().dials(stage.menu_line).hears("For the menu, 4").presses("4").hears("For a doctor, press 1").presses("1").hears(
        "for you?"
    )


def test_a_line_that_cannot_call_its_callers_sells_nothing(stage: Stage) -> None:
    sells = stage.provider == "plivo"
    caller = stage.caller().dials(MENU_LINE).hears("For English").presses("1" if sells else "2")

    caller.hears("For a doctor").presses("1").hears("for you?" if sells else "No doctor")
