"""A paid caller and a doctor who pressed 1, in one room; or another doctor, a call at a time, or the money back."""

import pytest
from sqlalchemy import select

from ivr.store.schema import offer, presence
from tests.journeys.test_paid_consult import is_asked_to_pay
from tests.stage import Caller, Stage

pytestmark = pytest.mark.paired


def waits_for_a_doctor(stage: Stage) -> Caller:
    """Paid, and on the line."""
    caller = is_asked_to_pay(stage, "thirty").presses("1")
    caller.gets_text(containing="What we keep")
    link = caller.gets_text(containing="To pay Rs 249")
    caller.hears("We wait for your payment").pays(link)
    return caller.hears("Payment received").hears("How long").presses("2").hears("PIN code").presses("560001#")


def state(stage: Stage) -> str:
    return str(stage.consults()[-1].state)


def test_a_doctor_presses_1_and_both_talk_until_it_is_done(stage: Stage) -> None:
    doctor = stage.doctor(name="Dr Asha Rao")
    caller = waits_for_a_doctor(stage)
    caller.gets_text(containing="We received Rs 249")
    doctor.is_rung(by=stage.menu_line).answers().hears("back or neck pain, for weeks").presses("1")
    caller.hears("Dr Asha Rao is on the line")
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


def test_the_clinics_word_that_it_was_served_waits_until_they_have_talked(stage: Stage) -> None:
    doctor = stage.doctor(name="Dr Asha Rao")
    caller = waits_for_a_doctor(stage)
    doctor.is_rung(by=stage.menu_line).answers().hears("back or neck pain, for weeks").presses("1").hears("Here is your patient")
    stage.until(lambda: state(stage) == "talking")
    consult_id, ending = stage.consults()[-1].id, stage.app.connections.connecting.ending

    def says_so() -> bool:
        return stage.app.database.write(lambda tx: ending.served_by_word(tx, consult_id, stage.clock.now()))

    assert not says_so()
    assert state(stage) == "talking"
    stage.wait(minutes=4)
    caller.hangs_up()
    stage.until(lambda: state(stage) == "wrap_up")
    assert says_so()
    stage.settle()

    assert (state(stage), stage.payments()) == ("completed", ["earned"])
    assert stage.consults()[-1].together_ms > 0
    assert [text for text in stage.sandbox.inbox(caller.number) if "You talked to Dr Asha Rao" in text.body]


def test_two_doctors_ring_and_whoever_presses_1_second_is_told_so_kindly(stage: Stage) -> None:
    one, two = stage.doctor("+919900000001", name="Dr Asha Rao"), stage.doctor("+919900000002", name="Dr Biju Nair")
    caller = waits_for_a_doctor(stage)
    stage.until(lambda: one.rings and two.rings)  # the first did not pick up: a second is rung beside
    one.is_rung(by=stage.menu_line).answers().hears("Accept")
    two.is_rung(by=stage.menu_line).answers().hears("Accept").presses("1")
    caller.hears("is on the line")
    one.presses("1").hears("Another doctor has this patient").call_is_over()
    two.hears("Here is your patient")
    stage.until(lambda: state(stage) == "talking")


def test_a_doctor_who_was_too_late_is_not_rung_for_the_next_patient_while_still_on_the_phone(stage: Stage) -> None:
    one, two = stage.doctor("+919900000001"), stage.doctor("+919900000002")
    following = is_asked_to_pay(stage, "thirty", "+919845012346")
    following.gets_text(containing="What we keep")
    link = following.gets_text(containing="To pay Rs 249")
    following.hangs_up()
    caller = waits_for_a_doctor(stage)
    stage.until(lambda: one.rings and two.rings)
    one.is_rung(by=stage.menu_line).answers().hears("Accept")
    two.is_rung(by=stage.menu_line).answers().hears("Accept").presses("1")
    caller.hears("is on the line")

    following.pays(link)
    stage.wait(seconds=3)
    assert (one.call.state, one.rings) == ("live", False)
    with stage.app.database.read() as tx:
        assert "ringing" not in {row.state for row in tx.rows(select(offer))}

    one.presses("1").hears("Another doctor has this patient").call_is_over()
    one.is_rung(by=stage.menu_line, within_minutes=0.1).answers().hears("Accept").presses("1").hears("One moment")
    with stage.app.database.read() as tx:
        assert not any(row.misses for row in tx.rows(select(presence)))


def test_a_phone_that_still_rings_is_put_to_rest_when_another_doctor_accepts(stage: Stage) -> None:
    one, two = stage.doctor("+919900000001"), stage.doctor("+919900000002")
    waits_for_a_doctor(stage)
    stage.until(lambda: one.rings and two.rings)
    two.is_rung(by=stage.menu_line).answers().hears("Accept").presses("1").hears("Here is your patient")
    assert not one.rings


def test_who_passes_is_not_rung_again_for_this_patient(stage: Stage) -> None:
    one, two = stage.doctor("+919900000001"), stage.doctor("+919900000002")
    waits_for_a_doctor(stage)
    first, second = (one, two) if one.rings else (two, one)
    first.is_rung(by=stage.menu_line).answers().hears("Accept").presses("2").hears("Passed on").call_is_over()
    second.is_rung(by=stage.menu_line, within_minutes=0.1)
    second.takes_calls("no answer")
    first.is_not_rung(for_minutes=1)


def test_a_mailbox_never_gets_a_patient(stage: Stage) -> None:
    stage.doctor().takes_calls("voicemail")
    caller = waits_for_a_doctor(stage)
    stage.wait(minutes=1)
    assert state(stage) in ("paid", "offering")
    assert all(not room.visits for room in stage.sandbox.rooms())
    caller.hears("We are looking for your doctor")


def test_nobody_takes_the_patient_who_chooses_their_money_back(stage: Stage) -> None:
    stage.doctor().takes_calls("no answer")
    caller = waits_for_a_doctor(stage)
    caller.gets_text(containing="We received Rs 249")
    caller.hears("No doctor is free yet").presses("2").hears("All your money goes back").call_is_over()
    stage.wait(minutes=5)
    assert state(stage) == "refunded"
    assert stage.payments() == ["refunded"]


def test_who_keeps_their_place_is_called_when_a_doctor_is_there(stage: Stage) -> None:
    doctor = stage.doctor().takes_calls("no answer")
    caller = waits_for_a_doctor(stage)
    caller.hears("We are looking for your doctor").presses("3").hears("We can call you at").presses("1")
    caller.hears("Your place is kept").call_is_over()
    assert state(stage) == "callback_booked"
    doctor.takes_calls("rings")
    doctor.is_rung(by=stage.menu_line, within_minutes=15).answers().hears("Accept").presses("1").hears("One moment, doctor")
    caller.is_rung(by=stage.menu_line).answers().hears("Your doctor is on the line").presses("1").hears("Dr A Rao")
    doctor.hears("Here is your patient")
    stage.until(lambda: state(stage) == "talking")


def has_a_doctor_and_is_away(stage: Stage, misses: int = 0) -> tuple[Caller, Caller]:
    """Who paid and hung up, of whom a doctor has accepted to see them. `misses`: so many rings of ours they do not answer."""
    doctor = stage.doctor()
    caller = is_asked_to_pay(stage, "thirty")
    caller.gets_text()
    link = caller.gets_text(containing="To pay Rs 249")
    caller.hangs_up()
    if misses:
        caller.takes_calls("no answer", misses)
    caller.pays(link)
    doctor.is_rung(by=stage.menu_line, within_minutes=1).answers().hears("Accept").presses("1").hears("One moment, doctor")
    return caller, doctor


def test_who_paid_and_hung_up_is_called_when_their_doctor_is_on_the_line(stage: Stage) -> None:
    caller, _ = has_a_doctor_and_is_away(stage)
    caller.is_rung(by=stage.menu_line, within_minutes=0.1).answers().hears("Your doctor is on the line").presses("5").hears("registration")
    stage.until(lambda: state(stage) == "talking")


def test_a_patient_who_is_not_to_be_had_frees_the_doctor_and_is_tried_again_later(stage: Stage) -> None:
    doctor = stage.doctor()
    caller = is_asked_to_pay(stage, "thirty")
    caller.gets_text()
    link = caller.gets_text(containing="To pay Rs 249")
    caller.hangs_up().takes_calls("no answer").pays(link)
    doctor.is_rung(by=stage.menu_line, within_minutes=1).answers().hears("Accept").presses("1").hears("One moment, doctor")
    doctor.hears("The patient could not be reached").call_is_over()
    assert state(stage) == "callback_booked"
    assert stage.stand_by() == [5000]
    caller.takes_calls("rings")
    doctor.is_rung(by=stage.menu_line, within_minutes=8).answers().hears("Accept").presses("1")
    caller.is_rung(by=stage.menu_line, within_minutes=0.1).answers().hears("Your doctor is on the line").presses("1").hears("registration")
    stage.until(lambda: state(stage) == "talking")


def talks(stage: Stage) -> tuple[Caller, Caller]:
    """A patient and a doctor, in the room."""
    doctor = stage.doctor()
    caller = waits_for_a_doctor(stage)
    doctor.is_rung(by=stage.menu_line).answers().hears("Accept").presses("1").hears("Here is your patient")
    stage.until(lambda: state(stage) == "talking")
    return caller, doctor


def test_a_patient_who_is_cut_off_is_called_again_and_the_talk_goes_on(stage: Stage) -> None:
    caller, doctor = talks(stage)
    stage.wait(seconds=40)
    caller.hangs_up()
    doctor.hears("The patient was cut off")
    assert state(stage) == "recovering"
    caller.is_rung(by=stage.menu_line, within_minutes=0.1).answers().hears("Your doctor is on the line").presses("1")
    stage.until(lambda: state(stage) == "talking")
    stage.wait(seconds=85)  # forty seconds before count
    caller.hangs_up()
    doctor.hears("What came of it").hangs_up()
    stage.wait(minutes=11)
    assert state(stage) == "completed"


def test_a_doctor_who_is_cut_off_is_rung_again(stage: Stage) -> None:
    caller, doctor = talks(stage)
    stage.wait(seconds=30)
    doctor.hangs_up()
    caller.hears("The doctor was cut off")
    doctor.is_rung(by=stage.menu_line, within_minutes=0.1).answers().hears("You were cut off").presses("1").hears("Here is your patient")
    stage.until(lambda: state(stage) == "talking")


def test_an_emergency_goes_back_in_full_however_long_they_talked(stage: Stage) -> None:
    caller, doctor = talks(stage)
    stage.wait(minutes=4)
    caller.hangs_up()
    doctor.hears("What came of it").presses("4").hears("gets all the money back").presses("1").hears("Thank you, doctor")
    stage.wait(minutes=5)
    assert state(stage) == "refunded"
    assert stage.payments() == ["refunded"]


def test_the_time_is_nearly_over_and_both_hear_so(stage: Stage) -> None:
    caller, doctor = talks(stage)
    stage.wait(minutes=28)
    caller.hears("Two minutes are left")
    doctor.hears("Two minutes are left")
    stage.until(lambda: state(stage) == "talking" and stage.consults()[-1].together_since is not None)
    stage.wait(minutes=6)
    assert state(stage) in ("wrap_up", "completed")


def test_word_of_the_room_is_lost_and_they_talk_all_the_same(stage: Stage) -> None:
    stage.breaks("hook.room", "lost")
    doctor = stage.doctor()
    caller = waits_for_a_doctor(stage)
    doctor.is_rung(by=stage.menu_line).answers().hears("Accept").presses("1").hears("Here is your patient")
    stage.wait(minutes=2)
    assert state(stage) == "talking"
    stage.wait(minutes=3)
    caller.hangs_up()
    doctor.hears("What came of it").presses("1")
    assert state(stage) == "completed"
