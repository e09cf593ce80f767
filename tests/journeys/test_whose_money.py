"""What a talk comes to when word of it is lost, when nobody works for minutes, or when somebody would profit from an odd moment."""

import pytest
from sqlalchemy import select

from ivr.connecting.ground import hold
from ivr.connecting.offers import TALK_LEASE_MS
from ivr.store.schema import offer
from ivr.store.tx import Tx
from tests.journeys.test_connected import has_a_doctor_and_is_away, state, talks
from tests.stage import Caller, Stage

pytestmark = pytest.mark.paired

LATE_MS = TALK_LEASE_MS + 2_000


def is_screened_red(stage: Stage, caller: Caller) -> None:
    """Once more, for somebody else."""
    caller.dials(stage.menu_line).hears("For a doctor, press 1").presses("1").hears("for you?").presses("2")
    caller.hears("numb").presses("1").hears("Dial 1 1 2")


def comes_after(stage: Stage, caller: Caller, seconds: int) -> None:
    """Slow to pick up, and then the two talk."""
    caller.is_rung(by=stage.menu_line, within_minutes=0.5)
    stage.wait(seconds=seconds)
    caller.answers().hears("Your doctor is on the line").presses("1")
    stage.until(lambda: state(stage) == "talking")


def accepted_at(stage: Stage) -> int:
    with stage.app.database.read() as tx:
        [found] = tx.rows(select(offer))
    return int(found.accepted_at)


def test_an_emergency_after_the_talk_takes_no_money_back(stage: Stage) -> None:
    caller, doctor = talks(stage)
    stage.wait(minutes=3)
    caller.hangs_up()
    doctor.hears("What came of it").hangs_up()
    assert state(stage) == "wrap_up"

    is_screened_red(stage, caller)
    stage.wait(minutes=11)
    assert (state(stage), stage.payments()) == ("completed", ["earned"])


def test_a_talk_outlives_minutes_in_which_nobody_works(stage: Stage) -> None:
    caller, doctor = talks(stage)
    stage.redis_away = True
    for _ in range(300):
        stage.clock.forward(seconds=1)
        stage.sandbox.step()
        stage.relay.sweep_if_due()  # which needs no Redis
    assert (state(stage), caller.call.state, doctor.call.state) == ("talking", "live", "live")
    stage.redis_away = False
    stage.wait(seconds=30)
    assert (state(stage), caller.call.state, doctor.call.state) == ("talking", "live", "live")

    caller.hangs_up()
    doctor.hears("What came of it").presses("1")
    assert stage.consults()[-1].together_ms >= 330_000


def test_a_short_talk_whose_end_nobody_told_is_not_kept(stage: Stage) -> None:
    caller, doctor = talks(stage)
    stage.wait(seconds=65)
    with stage.web_away():
        caller.hangs_up()
        stage.wait(seconds=5)
    assert doctor.call.state == "live"  # and listens to nobody

    caller.takes_calls("no answer")
    stage.wait(minutes=5)
    assert 60_000 < stage.consults()[-1].together_ms < 75_000
    stage.wait(minutes=10)
    assert stage.payments() == ["refunded"]


def test_a_talk_that_was_taken_up_again_goes_on_although_word_of_the_room_is_lost(stage: Stage) -> None:
    caller, doctor = talks(stage)
    stage.wait(seconds=40)
    caller.hangs_up()
    doctor.hears("The patient was cut off")
    stage.breaks("hook.room", "lost", times=None)
    caller.is_rung(by=stage.menu_line, within_minutes=0.2).answers().hears("Your doctor is on the line").presses("1")
    stage.wait(seconds=100)
    assert (state(stage), caller.call.state, doctor.call.state) == ("talking", "live", "live")

    stage.wait(seconds=60)
    caller.hangs_up()
    stage.wait(minutes=13)
    assert (state(stage), stage.payments()) == ("completed", ["earned"])


def test_a_doctor_who_is_cut_off_late_is_rung_again(stage: Stage) -> None:
    caller, doctor = has_a_doctor_and_is_away(stage, misses=1)
    stage.wait(seconds=35)
    comes_after(stage, caller, 24)
    stage.wait(seconds=45)
    caller.takes_calls("no answer", 1)
    caller.hangs_up()
    stage.wait(seconds=33)
    comes_after(stage, caller, 22)
    stage.wait(seconds=(accepted_at(stage) + LATE_MS - stage.clock.now()) / 1000)
    assert state(stage) == "talking"
    doctor.hangs_up()
    doctor.is_rung(by=stage.menu_line, within_minutes=0.5)


def test_a_doctor_who_hangs_up_as_the_patient_picks_up_has_not_stood_by(stage: Stage) -> None:
    caller, doctor = has_a_doctor_and_is_away(stage)
    caller.is_rung(by=stage.menu_line, within_minutes=0.5)
    stage.wait(seconds=26)
    caller.answers().hears("Your doctor is on the line")
    stage.wait(seconds=6)
    doctor.hangs_up()
    assert stage.stand_by() == []


def test_what_was_had_with_one_doctor_is_no_part_of_a_talk_with_another(stage: Stage) -> None:
    _, doctor = talks(stage)
    stage.wait(seconds=100)
    doctor.takes_calls("no answer").hangs_up()
    two = stage.doctor("+919900000002", name="Dr Biju Nair")
    legs, now = stage.app.connections.connecting.legs, stage.clock.now()

    def lose(tx: Tx) -> None:
        consult = hold(tx, stage.consults()[-1].id)
        legs.lose_doctor(tx, consult, now)
        legs.call_out(tx, consult, now)

    stage.app.database.write(lose)  # as an operator does who has the doctor sought anew
    two.is_rung(by=stage.menu_line, within_minutes=1).answers().hears("Accept").presses("1")
    stage.until(lambda: state(stage) == "talking")
    stage.wait(seconds=21)
    two.takes_calls("no answer").hangs_up()
    assert state(stage) == "recovering"
    stage.wait(minutes=5)
    assert stage.payments() == ["refunded"]
