"""Doctors run their day from a plain phone: on duty by missed call, confirmed by key 1, and every change told by text."""

from pathlib import Path

import pytest
from sqlalchemy import select

from ivr.store import candidates, consults, presence
from ivr.store.schema import call_back
from tests.stage import Caller, Stage
from tests.store.ward import add_consult, add_doctor

pytestmark = pytest.mark.paired

DOCTOR = "+919800000007"
# Twilio may call Indian phones only while showing a number of another country.
DOCTORS_FROM_ABROAD = """
  - {number: "+12025550145", name: On duty, when_it_rings: missed call, then: on duty, language: en, languages: [kn, en, hi]}
  - {number: "+12025550146", name: Doctor's day, when_it_rings: answer, then: flow doctor_day, language: en, languages: [kn, en, hi]}
"""


@pytest.fixture
def callflows(callflows: Path, provider: str) -> Path:
    lines = callflows / "lines.yaml"
    if provider == "twilio":
        lines.write_text(lines.read_text(encoding="utf-8") + DOCTORS_FROM_ABROAD, encoding="utf-8")
    return callflows


class Ward:
    """One doctor with a phone, off duty."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        vault, now = stage.app.vault, stage.clock.now()
        self.doctor_id = stage.app.database.write(
            lambda tx: add_doctor(tx, 7, now, vault=vault, intent="off", on_until=None, proven_at=None)
        )
        on_line, day_line = ("08061914345", "08061914346") if stage.provider == "plivo" else ("+12025550145", "+12025550146")
        self.on_line, self.day_line = on_line, day_line

    @property
    def doctor(self) -> Caller:
        return self.stage.caller(DOCTOR)

    @property
    def intent(self) -> str:
        with self.stage.app.database.read() as tx:
            here = presence.get(tx, self.doctor_id)
        assert here is not None
        return str(here.intent)

    def can_be_claimed(self) -> bool:
        with self.stage.app.database.read() as tx:
            return bool(candidates.candidates(tx, "orthopedics", self.stage.clock.now(), 0))

    def disposition(self, consult_id: str) -> str | None:
        with self.stage.app.database.read() as tx:
            found = consults.get(tx, consult_id)
        assert found is not None
        return found.disposition  # type: ignore[no-any-return]

    def calls_to_confirm(self) -> list[tuple[str, str | None]]:
        with self.stage.app.database.read() as tx:
            return [(row.state, row.why) for row in tx.rows(select(call_back)) if row.reason == "duty"]


@pytest.fixture
def ward(stage: Stage) -> Ward:
    return Ward(stage)


def on_duty(ward: Ward) -> Caller:
    """By missed call, and key 1 in the call that follows at once."""
    doctor = ward.doctor.dials(ward.on_line)
    doctor.is_rung(by=ward.on_line, within_minutes=0.1).answers().hears("You went on duty until two").presses("1")
    doctor.hears("You are on duty until two").call_is_over().gets_text(containing="until 2:00 pm")
    return doctor


def test_a_missed_call_then_key_1_and_the_doctor_is_on_duty(ward: Ward, stage: Stage) -> None:
    doctor = ward.doctor.dials(ward.on_line)
    assert not stage.last_call().charged
    assert not ward.can_be_claimed()

    doctor.is_rung(by=ward.on_line, within_minutes=0.1).answers().hears("To confirm, press 1").presses("1")
    doctor.hears("You are on duty until").call_is_over()

    assert ward.can_be_claimed()
    doctor.gets_text(containing="No shift of yours is planned now")
    assert ward.calls_to_confirm() == [("done", None)]
    stage.nothing_else_happens()


def test_key_3_in_that_call_takes_it_back(ward: Ward, stage: Stage) -> None:
    doctor = ward.doctor.dials(ward.on_line).is_rung(by=ward.on_line, within_minutes=0.1).answers()

    doctor.hears("To go off duty, 3").presses("3").hears("You are off duty").call_is_over()

    assert ward.intent == "off"
    doctor.gets_text(containing="not on duty any more")
    stage.nothing_else_happens(minutes=6)


@pytest.mark.parametrize("manner", ["no answer", "machine"])
def test_a_phone_that_nobody_picks_up_is_not_on_duty_and_its_doctor_is_told_how(ward: Ward, stage: Stage, manner: str) -> None:
    doctor = ward.doctor.takes_calls(manner).dials(ward.on_line)

    stage.wait(minutes=6)

    assert not ward.can_be_claimed()
    assert ward.calls_to_confirm() == [("given_up", "not_reached")]
    doctor.gets_text(containing="did not press 1 when we called")
    doctor.gets_no_text()


def test_a_stranger_who_rings_the_line_of_doctors_costs_nothing_and_hears_nothing(ward: Ward, stage: Stage) -> None:
    stranger = stage.caller().dials(ward.on_line)

    assert not stage.last_call().charged
    stranger.is_not_rung(for_minutes=1)
    stranger.gets_no_text()
    stranger.dials(ward.day_line).hears("This line is for the doctors").call_is_over()


def test_a_pause_by_key_and_its_end(ward: Ward, stage: Stage) -> None:
    doctor = on_duty(ward)

    doctor.dials(ward.day_line)
    doctor.hears("You are on duty until two").presses("4").hears("A pause of half an hour, 2").presses("2")
    doctor.hears("A pause until").call_is_over()
    doctor.gets_text(containing="We do not ring you until")
    assert not ward.can_be_claimed()

    stage.wait(minutes=31)
    assert ward.can_be_claimed()
    doctor.gets_text(containing="you are on duty until 2:00 pm")


def test_a_doctor_is_not_asked_for_a_language_that_the_directory_knows(stage: Stage) -> None:
    vault, now = stage.app.vault, stage.clock.now()
    stage.app.database.write(lambda tx: add_doctor(tx, 8, now, vault=vault, languages={"hi": 3, "en": 2, "kn": 1}))
    line = Ward(stage).day_line

    doctor = stage.caller("+919800000008").dials(line).hears("ड्यूटी पर हैं")
    assert not [each for each in doctor.said() if "For English" in each]

    doctor.presses("9").hears("For English").presses("1" if stage.provider == "plivo" else "2").hears("On duty, press 1").hangs_up()
    doctor.dials(line).hears("You are on duty until")


def test_off_duty_by_key_and_by_the_clock(ward: Ward, stage: Stage) -> None:
    doctor = on_duty(ward)
    doctor.dials(ward.day_line).hears("Off duty, 2").presses("2").hears("You are off duty")
    doctor.call_is_over().gets_text(containing="not on duty any more")

    doctor.dials(ward.day_line).hears("You are off duty").presses("1").hears("we call you now").call_is_over()
    doctor.is_rung(by=ward.day_line, within_minutes=0.3).answers().hears("To confirm, press 1").presses("1").call_is_over()
    doctor.gets_text(containing="until 2:00 pm")

    stage.clock.forward(minutes=119)
    stage.wait(minutes=2)
    assert ward.intent == "off"
    doctor.gets_text(containing="not on duty any more")


def test_what_moves_money_is_said_on_the_doctors_own_phone(ward: Ward, stage: Stage) -> None:
    """Whoever shows their number on the line of their day gets no further than having it rung."""
    consult_id = stage.app.database.write(lambda tx: add_consult(tx, stage.clock.now(), "wrap_up"))
    stage.app.database.write(lambda tx: consults.change(tx, consult_id, doctor_id=ward.doctor_id))
    doctor = ward.doctor.dials(ward.day_line)
    doctor.hears("If it is done, press 1").presses("4").hears("we call this phone now").call_is_over()
    assert ward.disposition(consult_id) is None

    doctor.is_rung(by=ward.day_line, within_minutes=0.3).answers().hears("If the patient should be seen, 2").presses("2")
    doctor.hears("that is noted").call_is_over()

    assert ward.disposition(consult_id) == "needs_visit"
    stage.nothing_else_happens()


def test_a_missed_call_while_the_database_was_away_counts_when_it_is_back(ward: Ward, stage: Stage) -> None:
    with stage.database_away():
        doctor = ward.doctor.dials(ward.on_line)
        assert not stage.last_call().charged
    stage.settle()

    doctor.is_rung(by=ward.on_line, within_minutes=0.2).answers().hears("To confirm, press 1").presses("1").call_is_over()
    assert ward.can_be_claimed()
