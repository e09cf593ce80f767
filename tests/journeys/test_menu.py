"""Callers in the voice menu: what they hear, what they press, what comes of it."""

from datetime import UTC, datetime
from json import loads

import pytest

from ivr.model.values import Language
from ivr.store import callers, charts
from tests.stage import CANCEL_LINE, Caller, Stage

pytestmark = pytest.mark.paired

ENGLISH = {"plivo": "1", "twilio": "2"}  # Plivo has no Kannada voice, so English comes first there
HINDI = {"plivo": "2", "twilio": "3"}


def at_the_main_menu(stage: Stage, number: str = "+919845012345") -> Caller:
    caller = stage.caller(number)
    return caller.dials(stage.menu_line).hears("For English").presses(ENGLISH[stage.provider]).hears("For a doctor, press 1")


def test_a_caller_chooses_a_language_once_and_gets_the_link(stage: Stage) -> None:
    caller = stage.caller()

    caller.dials(stage.menu_line).hears("For English, press").presses(ENGLISH[stage.provider])
    caller.hears("Welcome to Sandhi Clinic").hears("For a doctor, press 1").presses("2")
    caller.hears("on its way by SMS").call_is_over()

    text = caller.gets_text(containing="here is the link to our app")
    assert caller.taps(text).startswith("https://play.google.com/")
    assert stage.last_call().charged

    caller.dials(stage.menu_line).hears("Welcome to Sandhi Clinic")
    assert not any("For English" in said for said in caller.said())


def test_hindi_from_the_first_word_to_the_text(stage: Stage) -> None:
    caller = stage.caller().dials(stage.menu_line).hears("हिंदी के लिए").presses(HINDI[stage.provider])
    caller.hears("आपका स्वागत है").presses("2").hears("SMS से भेजा जा रहा है").call_is_over()

    caller.gets_text(containing="हमारे ऐप का लिंक")


def test_kannada_is_offered_only_where_it_can_be_heard(stage: Stage) -> None:
    caller = stage.caller().dials(stage.menu_line).hears("For English")

    assert any("ಕನ್ನಡ" in said for said in caller.said()) == (stage.provider == "twilio")


def test_a_key_outside_the_menu_is_forgiven_and_the_menu_comes_again(stage: Stage) -> None:
    caller = at_the_main_menu(stage).presses("7").hears("that key does nothing here").hears("For a doctor, press 1")

    caller.presses("#").hears("that key does nothing here").presses("4").hears("Keep moving gently")


def test_silence_is_helped_twice_then_the_link_is_sent(stage: Stage) -> None:
    caller = at_the_main_menu(stage)
    for _ in range(2):
        caller.hears("I did not hear a key").hears("Doctor 1, app 2")

    caller.hears("on its way by SMS").call_is_over()
    caller.gets_text(containing="the link to our app")


def test_star_repeats_and_nine_changes_the_language_on_the_spot(stage: Stage) -> None:
    caller = at_the_main_menu(stage).presses("*").hears("For a doctor, press 1")

    caller.presses("9").hears("हिंदी के लिए").presses(HINDI[stage.provider]).hears("डॉक्टर के लिए 1 दबाएँ")
    with stage.app.database.read() as tx:
        caller_id = callers.find(tx, stage.app.vault, stage.phone(caller))
        assert callers.language(tx, caller_id or "") == Language.HINDI


def test_early_keys_are_taken_in_the_middle_of_a_prompt(stage: Stage) -> None:
    at_the_main_menu(stage).presses("4").hears("Keep moving gently").hears("To talk with a doctor about it").presses("2").hears("Goodbye")


def test_a_call_is_booked_at_the_time_that_was_offered_and_rings(stage: Stage) -> None:
    caller = at_the_main_menu(stage).presses("3").hears("today at half past twelve in the afternoon")
    stage.wait(seconds=3)
    caller.presses("1").hears("We will call you today at half past twelve").call_is_over()
    caller.gets_text(containing="22 Nov, 12:30 pm")

    stage.wait(minutes=29)
    caller.is_not_rung()
    caller.is_rung(by=stage.menu_line, within_minutes=2).answers().hears("You asked us to call").presses("5").hears("For a doctor")


def test_a_booked_call_is_told_of_first_and_can_be_kept_or_cancelled_by_key(stage: Stage) -> None:
    caller = at_the_main_menu(stage).presses("3").hears("Or tomorrow at ten in the morning?").presses("2")
    caller.hears("tomorrow at ten in the morning. Goodbye").call_is_over()
    caller.gets_text(containing="23 Nov, 10:00 am")
    stage.wait(minutes=11)

    caller.dials(stage.menu_line).hears("We are to call you tomorrow at ten in the morning").presses("1").hears(
        "We will call you then"
    ).call_is_over()
    stage.wait(minutes=11)
    caller.dials(stage.menu_line).hears("We are to call you tomorrow").presses("2").hears("cancelled").hears("For a doctor").hangs_up()

    assert stage.call_backs() == [("cancelled", "by key")]


def test_a_missed_call_cancels_a_booked_call(stage: Stage) -> None:
    caller = at_the_main_menu(stage).presses("3").hears("Press 1").presses("1").hears("We will call you").call_is_over()

    caller.dials(CANCEL_LINE)

    assert stage.call_backs() == [("cancelled", "missed call")]
    stage.wait(minutes=40)
    caller.is_not_rung()


def test_a_booking_keeps_the_evidence_of_consent(stage: Stage) -> None:
    at_the_main_menu(stage).presses("3").hears("Press 1").presses("1").hears("We will call you").call_is_over()

    [consent] = stage.consents()
    assert consent["step"] == "hotline.offer_times"
    assert consent["heard"] == '{"pressed":"1"}'
    assert consent["language"] == "en"
    assert len(consent["words"]) == 12
    assert datetime.fromtimestamp(consent["at"] / 1000, UTC).year == 2026


@pytest.mark.parametrize("number", ["+14155550123", "anonymous"])
def test_whoever_cannot_be_called_or_texted_is_told_so(stage: Stage, number: str) -> None:
    caller = at_the_main_menu(stage, number).presses("2").hears("only send an SMS to an Indian mobile").hears("For a doctor").presses("3")

    caller.hears("We cannot call you back from this line").call_is_over()
    assert stage.call_backs() == []


def test_a_complaint_out_of_hours_leaves_a_voice_note_a_due_date_and_a_text(stage: Stage) -> None:
    caller = (
        at_the_main_menu(stage).presses("0").hears("To leave a voice note").presses("1").hears("only our staff will hear it").presses("1")
    )
    caller.hears("Please speak after the tone").speaks(7).hears("fifteen days").call_is_over()

    [grievance] = stage.grievances()
    [note] = stage.notes(grievance.call_id)
    assert grievance.due_at - grievance.created_at == 15 * 24 * 3600 * 1000
    assert note.seconds >= 7
    assert "note_consent (en" in note.consent
    assert stage.app.vault.open(note.ref).startswith(b"http")
    caller.gets_text(containing=grievance.reference)


def test_without_consent_nothing_is_recorded_and_the_complaint_still_counts(stage: Stage) -> None:
    caller = at_the_main_menu(stage).presses("0").hears("voice note").presses("1").hears("If you agree").presses("2")
    caller.hears("It is written down").call_is_over()

    [grievance] = stage.grievances()
    assert stage.notes(grievance.call_id) == []


def test_who_hangs_up_after_speaking_is_heard_all_the_same(stage: Stage) -> None:
    caller = at_the_main_menu(stage).presses("0").hears("voice note").presses("1").hears("If you agree").presses("1")
    caller.hears("Please speak")
    stage.until(lambda: caller.call.waits_for == "voice note")
    stage.sandbox.speak(caller.call.id, 4)
    stage.wait(seconds=4)
    caller.hangs_up()

    [grievance] = stage.grievances()
    assert len(stage.notes(grievance.call_id)) == 1


class TestWithAnOperator:
    @pytest.fixture
    def changes(self) -> dict[str, object]:
        return {"oncall_number": "+919900112233"}

    def test_in_open_hours_help_rings_the_operators_phone(self, stage: Stage) -> None:
        stage.sandbox.behave("+919900112233", "answers")
        caller = at_the_main_menu(stage).presses("0").hears("I am ringing a colleague")
        stage.until(lambda: any(heard.kind == "joined" for heard in caller.call.heard))

        operator = stage.sandbox.ringing("+919900112233")
        assert operator is not None
        assert operator.line.endswith(stage.menu_line[1:])  # the line is shown, never the caller
        stage.sandbox.hang_up(operator.id)
        caller.hears("Thank you for calling").call_is_over()

    def test_an_operator_who_does_not_answer_leads_to_the_voice_note(self, stage: Stage) -> None:
        stage.sandbox.behave("+919900112233", "busy")

        at_the_main_menu(stage).presses("0").hears("I am ringing a colleague").hears("Nobody can take your call now").presses("2")

        assert len(stage.grievances()) == 1

    def test_at_night_nobody_is_rung(self, stage: Stage) -> None:
        stage.clock.forward(minutes=9 * 60)

        at_the_main_menu(stage).presses("0").hears("Nobody can take your call now")


def test_a_caller_who_was_cut_off_goes_on_where_they_were(stage: Stage) -> None:
    caller = at_the_main_menu(stage).presses("0").hears("To leave a voice note").hangs_up()
    stage.wait(minutes=5)

    caller.dials(stage.menu_line).hears("Welcome back").hears("To leave a voice note").presses("2").hears(
        "It is written down"
    ).call_is_over()


def test_after_ten_minutes_a_call_begins_anew(stage: Stage) -> None:
    caller = at_the_main_menu(stage).presses("0").hears("To leave a voice note").hangs_up()
    stage.wait(minutes=11)

    caller.dials(stage.menu_line).hears("Welcome to Sandhi Clinic").hears("For a doctor")
    assert not any("Welcome back" in said for said in caller.said())


def test_a_call_that_ended_by_itself_is_not_gone_on_with(stage: Stage) -> None:
    caller = at_the_main_menu(stage).presses("4").hears("To talk with a doctor about it").presses("2").hears("Goodbye").call_is_over()

    caller.dials(stage.menu_line).hears("Welcome to Sandhi Clinic").hears("For a doctor")


def test_the_funnel_shows_where_callers_leave(stage: Stage) -> None:
    at_the_main_menu(stage, "+919845012301").hangs_up()
    at_the_main_menu(stage, "+919845012302").presses("3").hears("May we call you").hangs_up()
    at_the_main_menu(stage, "+919845012303").presses("2").call_is_over()

    with stage.app.database.read() as tx:
        funnel = charts.menu_steps(tx, charts.Scope(20_000, 30_000))
    assert funnel[:2] == [("hotline.languages", 3, 0), ("hotline.main_menu", 3, 1)]
    assert ("hotline.offer_times", 1, 1) in funnel


def test_every_turn_is_kept_with_what_was_said_and_pressed(stage: Stage) -> None:
    at_the_main_menu(stage).presses("7").presses("2").call_is_over()

    kept = stage.turns()
    assert [row.number for row in kept] == [0, 1, 2, 3]
    assert [row.step for row in kept] == ["hotline.languages", "hotline.main_menu", "hotline.main_menu", ""]
    assert [loads(row.heard) for row in kept][1:] == [{"pressed": key} for key in (ENGLISH[stage.provider], "7", "2")]
    assert "Sorry, that key does nothing here." in kept[2].reply
