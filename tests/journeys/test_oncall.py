"""An alarm reaches a person: by SMS, then by calls, until somebody presses 1. No other software is needed for it."""

import re

import pytest

from ivr.alarms.taking import BY_COMMAND, take
from ivr.sandbox.records import CallRecord
from ivr.store import alarms, console, pages
from ivr.store.tx import Row
from tests.stage import Caller, Stage

pytestmark = pytest.mark.paired

ANITA, BALA = "+919900112233", "+919900445566"
REFERENCE = re.compile(r"[A-Z0-9]{4}-[A-Z0-9]{4}")


@pytest.fixture
def changes() -> dict[str, object]:
    return {"oncall_number": (ANITA, BALA)}


class Clinic:
    """Who is on call, and what sounds."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.anita, self.bala = stage.caller(ANITA), stage.caller(BALA)

    def sounds(self, kind: str, key: str = "somewhere") -> None:
        now = self.stage.clock.now()
        self.stage.app.database.write(lambda tx: alarms.sound(tx, kind, key, "what to do", now))
        self.stage.wait(seconds=2)  # the relay sweeps once a second

    def pages(self) -> list[Row]:
        with self.stage.app.database.read() as tx:
            return sorted(pages.shown(tx))

    def page(self) -> tuple[str, str | None]:
        [page] = self.pages()
        return page.state, page.taken_by

    def rings(self) -> list[CallRecord]:
        return [call for call in self.stage.sandbox.calls() if call.direction == "outbound"]

    def rung(self) -> list[str]:
        """Whom we called, in order."""
        return [{ANITA[1:]: "Anita", BALA[1:]: "Bala"}.get(call.caller.lstrip("+"), "a caller") for call in self.rings()]


@pytest.fixture
def clinic(stage: Stage) -> Clinic:
    return Clinic(stage)


def a_caller_rang(stage: Stage, number: str = "+919845012345") -> tuple[Caller, str]:
    """Somebody who talked to our menu, and the id of that call."""
    caller = stage.caller(number).dials(stage.menu_line)
    caller.hears("press").hangs_up()
    stage.wait(seconds=1)
    with stage.app.database.read() as tx:
        return caller, console.latest_calls(tx, most=1)[0].call.id


def is_called(person: Caller, stage: Stage, within_minutes: float = 1.5) -> Caller:
    return person.is_rung(by=stage.menu_line[-4:] if stage.provider == "twilio" else "", within_minutes=within_minutes)


def test_an_alarm_is_texted_then_called_and_key_1_takes_it(stage: Stage, clinic: Clinic) -> None:
    clinic.sounds("account", stage.provider)
    text = clinic.anita.gets_text(containing="A provider refuses our account")
    assert REFERENCE.search(text.body)
    clinic.anita.is_not_rung(for_minutes=0.5)

    is_called(clinic.anita, stage).answers().hears("see the SMS").hears("press 1").presses("1").hears("It is yours").call_is_over()

    assert clinic.page() == ("taken", "1")
    stage.nothing_else_happens(minutes=40)
    clinic.bala.gets_no_text()
    assert stage.alarms() == ["account"]


def test_who_takes_it_by_command_is_not_called(stage: Stage, clinic: Clinic) -> None:
    clinic.sounds("account")
    reference = REFERENCE.search(clinic.anita.gets_text().body)
    assert reference

    def taken(tx: object) -> bool:
        found = pages.find(tx, reference[0])  # type: ignore[arg-type]
        assert found is not None
        return take(tx, found.id, BY_COMMAND, stage.clock.now())  # type: ignore[arg-type]

    assert stage.app.database.write(taken)
    assert not stage.app.database.write(taken)
    stage.nothing_else_happens(minutes=40)
    assert clinic.page() == ("taken", BY_COMMAND)


def test_a_mailbox_takes_nothing_and_the_next_is_called(stage: Stage, clinic: Clinic) -> None:
    clinic.anita.takes_calls("machine")
    clinic.sounds("red_flag", "no call of ours")

    clinic.bala.is_rung(by="", within_minutes=4)
    clinic.bala.gets_text(containing="emergency signs")
    clinic.bala.answers().hears("emergency signs").presses("1").hears("It is yours")

    assert clinic.page() == ("taken", "2")
    assert clinic.rung() == ["Anita", "Bala"]
    stage.nothing_else_happens(minutes=40)


@pytest.mark.parametrize("manner", ["busy", "no answer", "declines", "unreachable"])
def test_who_does_not_answer_is_followed_by_the_next(stage: Stage, clinic: Clinic, manner: str) -> None:
    clinic.anita.takes_calls(manner)
    clinic.sounds("account")

    clinic.bala.is_rung(by="", within_minutes=3).answers().hears("an alarm").presses("1").hears("It is yours")

    assert clinic.page() == ("taken", "2")


def test_key_2_passes_it_on_at_once(stage: Stage, clinic: Clinic) -> None:
    clinic.sounds("account")

    clinic.anita.is_rung(by="", within_minutes=2).answers().hears("an alarm").presses("2").hears("goes on to the next").call_is_over()

    clinic.bala.is_rung(by="", within_minutes=0.5)


def test_the_list_is_begun_again_after_five_minutes(stage: Stage, clinic: Clinic) -> None:
    for person in (clinic.anita, clinic.bala):
        person.takes_calls("busy", times=1)
    began = stage.clock.now()
    clinic.sounds("account")

    stage.wait(minutes=4)
    assert clinic.rung() == ["Anita", "Bala"]
    clinic.anita.is_rung(by="", within_minutes=3).answers().hears("an alarm").presses("1").hears("It is yours")

    assert 5 <= (clinic.rings()[2].started_at - began) / 60_000 <= 6
    assert clinic.page() == ("taken", "1")


def test_when_nobody_takes_it_the_console_says_so_and_calling_ends(stage: Stage, clinic: Clinic) -> None:
    for person in (clinic.anita, clinic.bala):
        person.takes_calls("busy")
    clinic.sounds("account")
    stage.wait(minutes=9)
    assert stage.alarms() == ["account"]
    stage.wait(minutes=2)
    assert "untaken" in stage.alarms()

    stage.wait(minutes=30)

    assert clinic.page() == ("untaken", None)
    assert clinic.rung() == ["Anita", "Bala"] * 6
    assert len(stage.sandbox.inbox(ANITA)) == len(stage.sandbox.inbox(BALA)) == 1
    stage.nothing_else_happens(minutes=30)


def test_what_goes_on_sounding_is_one_page_until_hours_have_passed(stage: Stage, clinic: Clinic) -> None:
    clinic.sounds("account", "plivo")
    clinic.anita.is_rung(by="", within_minutes=2).answers().hears("an alarm").presses("1").hears("It is yours").call_is_over()

    for _ in range(5):
        clinic.sounds("account", "plivo")
        clinic.sounds("account", "twilio")
    assert len(clinic.pages()) == 1
    stage.clock.forward(minutes=7 * 60)
    clinic.sounds("account", "plivo")

    with stage.app.database.read() as tx:
        [told] = [row for row in pages.shown(tx) if row.kind == "account"]
    assert told.state == "texted"


def test_an_emergency_wakes_who_is_on_call(stage: Stage, clinic: Clinic) -> None:
    stage.clock.forward(minutes=14 * 60)  # two in the morning
    clinic.sounds("red_flag", "no call of ours")
    clinic.anita.gets_text(containing="emergency signs")

    clinic.anita.is_rung(by="", within_minutes=2)


def test_what_can_wait_is_heard_when_the_clinic_opens(stage: Stage, clinic: Clinic) -> None:
    stage.clock.forward(minutes=14 * 60)  # two in the morning, of a Monday
    clinic.sounds("dlt", "plivo/app_link/en")
    stage.wait(minutes=5)
    clinic.anita.gets_no_text()
    stage.clock.forward(minutes=7 * 60)  # nine o'clock has passed
    stage.wait(seconds=2)

    clinic.anita.gets_text(containing="refused by the DLT check")
    clinic.anita.is_not_rung(for_minutes=13)
    clinic.anita.is_rung(by="", within_minutes=4)


def test_a_night_between_two_calls_is_slept_through(stage: Stage, clinic: Clinic) -> None:
    stage.clock.forward(minutes=119)  # a minute before it closes on a Sunday
    clinic.sounds("dlt", "plivo/app_link/en")
    clinic.anita.gets_text()

    clinic.anita.is_not_rung(for_minutes=60)
    stage.clock.forward(minutes=18 * 60)
    clinic.anita.is_rung(by="", within_minutes=1)


def test_who_is_on_call_is_joined_with_the_caller(stage: Stage, clinic: Clinic) -> None:
    caller, call_id = a_caller_rang(stage)
    clinic.sounds("unclear_triage", call_id)
    clinic.anita.gets_text(containing="not screened")
    anita = clinic.anita.is_rung(by=stage.menu_line, within_minutes=2).answers().hears("to be rung").presses("1")
    anita.hears("talk with the caller now").presses("1").hears("ringing the caller")

    caller.is_rung(by=stage.menu_line, within_minutes=0.2)  # the line they rang, never the phone of who is on call
    caller.answers()
    stage.wait(seconds=20)
    caller.hangs_up()
    anita.hears("It is yours").call_is_over()

    assert clinic.page() == ("taken", "1")
    assert all(caller.number not in row.reply for row in stage.turns())


def test_a_caller_who_does_not_answer_is_rung_twice_at_most(stage: Stage, clinic: Clinic) -> None:
    caller, call_id = a_caller_rang(stage)
    caller.takes_calls("busy")
    clinic.sounds("red_flag", call_id)
    anita = clinic.anita.is_rung(by=stage.menu_line, within_minutes=2).answers().hears("emergency signs").presses("1")

    for _ in range(2):
        anita.hears("talk with the caller now").presses("1").hears("does not answer")
    anita.hears("It is yours").call_is_over()


def test_two_callers_are_two_pages(stage: Stage, clinic: Clinic) -> None:
    _, first = a_caller_rang(stage)
    _, second = a_caller_rang(stage, "+919845067890")
    clinic.sounds("red_flag", first)
    clinic.sounds("red_flag", second)
    assert len(stage.sandbox.inbox(ANITA)) == 2

    anita = clinic.anita.is_rung(by=stage.menu_line, within_minutes=2).answers().hears("emergency signs").presses("1")
    stage.wait(seconds=10)
    assert clinic.rung() == ["Anita"]  # one phone has one call of ours at a time
    anita.hangs_up()

    anita.is_rung(by=stage.menu_line, within_minutes=0.2).answers().hears("emergency signs").presses("1").hangs_up()

    assert [(page.state, page.taken_by) for page in clinic.pages()] == [("taken", "1")] * 2


def test_one_caller_who_rings_again_and_again_does_not_keep_who_is_on_call_from_another(stage: Stage, clinic: Clinic) -> None:
    for person in (clinic.anita, clinic.bala):
        person.takes_calls("busy")
    for _ in range(6):
        _, call_id = a_caller_rang(stage)
        clinic.sounds("red_flag", call_id)
    stage.wait(minutes=6)
    assert len(clinic.rings()) <= 4
    assert len(stage.sandbox.inbox(ANITA)) == len(stage.sandbox.inbox(BALA)) == 1

    clinic.anita.takes_calls("rings")
    caller, call_id = a_caller_rang(stage, "+919845067890")
    clinic.sounds("red_flag", call_id)
    anita = clinic.anita.is_rung(by=stage.menu_line, within_minutes=2).answers().hears("emergency signs").presses("1")
    anita.hears("talk with the caller now").presses("1")

    caller.is_rung(by=stage.menu_line, within_minutes=0.2)


def test_a_webhook_told_twice_takes_it_once_and_rings_the_caller_once(stage: Stage, clinic: Clinic) -> None:
    stage.breaks("hook.voice", "duplicate", times=None)
    caller, call_id = a_caller_rang(stage)
    clinic.sounds("red_flag", call_id)

    anita = clinic.anita.is_rung(by=stage.menu_line, within_minutes=2).answers().hears("emergency signs").presses("1")
    anita.hears("talk with the caller now").presses("1")
    caller.is_rung(by=stage.menu_line, within_minutes=0.2)

    assert clinic.page() == ("taken", "1")


def test_a_request_that_gets_lost_does_not_hold_up_the_next_number(stage: Stage, clinic: Clinic) -> None:
    stage.breaks("call.create", "error_before", status=503, times=1)
    clinic.sounds("account")

    clinic.bala.is_rung(by="", within_minutes=2.5)


def test_nobody_on_call_means_the_console_alone(stage: Stage, clinic: Clinic) -> None:
    stage.deploys(oncall_number=())
    clinic.sounds("red_flag", "no call of ours")

    stage.nothing_else_happens(minutes=20)
    assert clinic.pages() == []
    assert stage.alarms() == ["red_flag"]


def test_an_opt_out_keeps_no_alarm_from_who_is_on_call(stage: Stage, clinic: Clinic) -> None:
    clinic.anita.texts("STOP")
    clinic.sounds("account")

    clinic.anita.gets_text(containing="refuses our account")
    clinic.anita.is_rung(by="", within_minutes=2)


class TestWithEveryChannelTaken:
    @pytest.fixture
    def changes(self) -> dict[str, object]:
        return {"oncall_number": (ANITA,), "plivo_channels": 1, "twilio_channels": 1, "channels_reserved": 0}

    def test_an_alarm_is_not_refused_one(self, stage: Stage, clinic: Clinic) -> None:
        clinic.sounds("account")
        stage.caller().dials(stage.menu_line).hears("press")

        clinic.anita.is_rung(by="", within_minutes=2)
