"""Connecting when something goes wrong: forged numbers, hang-ups between two steps, a provider that is away."""

import pytest
from sqlalchemy import select

from ivr.consults.lifecycle import ConsultEvent
from ivr.store.schema import offer, presence
from tests.journeys.test_connected import state, talks, waits_for_a_doctor
from tests.journeys.test_paid_consult import is_asked_to_pay
from tests.stage import Caller, Stage

pytestmark = pytest.mark.paired


def test_somebody_who_rings_under_the_patients_number_does_not_put_them_out_of_their_talk(stage: Stage) -> None:
    caller, doctor = talks(stage)
    stage.wait(seconds=20)
    stranger = Caller(stage, caller.number).dials(stage.menu_line)
    stranger.hears("We ring your doctor again")
    stage.wait(seconds=60)
    assert state(stage) == "talking"
    assert caller.call.state == "live"
    assert "Thank you. Goodbye." not in caller.said()
    assert all(stranger.call.id not in room.inside for room in stage.sandbox.rooms())
    assert doctor.call.state == "live"


def test_who_missed_our_ring_and_rings_back_has_a_doctor_sought_at_once(stage: Stage) -> None:
    doctor = stage.doctor()
    caller = is_asked_to_pay(stage, "thirty")
    caller.gets_text()
    link = caller.gets_text(containing="To pay Rs 249")
    caller.hangs_up().takes_calls("no answer").pays(link)
    doctor.is_rung(by=stage.menu_line, within_minutes=1).answers().hears("Accept").presses("1")
    doctor.hears("The patient could not be reached").call_is_over()
    assert state(stage) == "callback_booked"

    caller.dials(stage.menu_line).hears("you keep your place")
    doctor.is_rung(by=stage.menu_line, within_minutes=1.5).answers().hears("Accept").presses("1")
    caller.hears("registration")
    stage.until(lambda: state(stage) == "talking")


def test_who_rings_back_half_an_hour_after_the_screen_is_screened_again_before_any_doctor(stage: Stage) -> None:
    doctor = stage.doctor().takes_calls("no answer")
    caller = is_asked_to_pay(stage, "thirty")
    caller.gets_text()
    link = caller.gets_text(containing="To pay Rs 249")
    caller.hangs_up().takes_calls("no answer")
    stage.wait(minutes=14)
    caller.pays(link)
    stage.wait(minutes=17)
    screened_at = stage.consults()[-1].screened_at

    caller.dials(stage.menu_line).hears("you keep your place").hears("four short questions")
    assert stage.clock.now() - screened_at > 30 * 60_000
    for question in ("numb", "both", "urine", "accident"):
        caller.hears(question).presses("2")
    caller.hears("We are looking for your doctor")
    assert stage.clock.now() - stage.consults()[-1].screened_at < 60_000
    doctor.takes_calls("rings")
    doctor.is_rung(by=stage.menu_line, within_minutes=3).answers().hears("Accept").presses("1")
    caller.hears("registration")
    stage.until(lambda: state(stage) == "talking")


def test_who_hangs_up_before_the_hold_is_rung_when_a_doctor_has_accepted(stage: Stage) -> None:
    doctor = stage.doctor()
    caller = is_asked_to_pay(stage, "thirty").presses("1")
    caller.gets_text()
    link = caller.gets_text(containing="To pay Rs 249")
    caller.hears("We wait for your payment").pays(link).hears("Payment received")
    doctor.is_rung(by=stage.menu_line, within_minutes=0.2).answers().hears("Accept").presses("1").hears("One moment")
    caller.hangs_up()
    caller.is_rung(by=stage.menu_line, within_minutes=0.2).answers().hears("Your doctor is on the line").presses("1").hears("registration")
    stage.until(lambda: state(stage) == "talking")


def test_both_are_cut_off_and_whoever_rings_back_waits_for_the_other(stage: Stage) -> None:
    caller, doctor = talks(stage)
    stage.wait(seconds=30)
    doctor.hangs_up()
    caller.hangs_up()
    caller.takes_calls("no answer")
    caller.dials(stage.menu_line).hears("We ring your doctor again")
    doctor.is_rung(by=stage.menu_line, within_minutes=0.5).answers().hears("You were cut off").presses("1")
    stage.until(lambda: state(stage) == "talking")


def test_a_provider_that_is_away_is_no_miss_of_the_doctors(stage: Stage) -> None:
    stage.doctor()
    stage.breaks("call.create", "error_before", status=503, times=None)
    waits_for_a_doctor(stage)
    stage.wait(minutes=3)
    with stage.app.database.read() as tx:
        ends = {row.state for row in tx.rows(select(offer))}
        rests = {row.rest for row in tx.rows(select(presence)) if row.misses}
    assert "missed" not in ends
    assert "expired" not in ends
    assert rests == set()


def test_who_is_refunded_on_hold_hears_so(stage: Stage) -> None:
    stage.doctor().takes_calls("no answer")
    caller = waits_for_a_doctor(stage)
    caller.hears("We are looking for your doctor")
    consult = stage.consults()[-1]
    stage.app.database.write(
        lambda tx: stage.app.consults.bookings.ends(tx, consult.id, ConsultEvent.GIVEN_BACK, "by an operator", stage.clock.now())
    )
    caller.hears("All your money goes back").call_is_over()
