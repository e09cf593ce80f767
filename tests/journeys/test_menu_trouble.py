"""Trouble in the middle of a call: webhooks twice or late, a database away, a deploy, phones shared and numbers forged."""

from pathlib import Path

import pytest
import requests

from ivr.sandbox.records import Exchange
from ivr.store import channels
from tests.journeys.test_menu import at_the_main_menu
from tests.stage import CANCEL_LINE, STOP_LINE, Stage

pytestmark = pytest.mark.paired


def turns_of(stage: Stage) -> list[Exchange]:
    """The requests of the latest call after its first."""
    return [each for each in stage.last_call().exchanges if "/turn/" in each.url]


def test_every_webhook_told_twice_changes_nothing(stage: Stage) -> None:
    stage.breaks("hook.voice", "duplicate", times=None)
    stage.breaks("hook.turn", "duplicate", times=None)
    caller = at_the_main_menu(stage).presses("3").hears("May we call you").presses("1").hears("We will call you").call_is_over()

    assert stage.call_backs() == [("planned", None)]
    assert [row.number for row in stage.turns()] == [0, 1, 2, 3]
    bodies: dict[str, set[str]] = {}
    for each in turns_of(stage):
        bodies.setdefault(each.url, set()).add(each.body)
    assert [len(same) for same in bodies.values()] == [1, 1, 1]
    caller.gets_text(containing="we will call you on")
    caller.gets_no_text()


def test_an_older_turn_answers_as_it_did_and_changes_nothing(stage: Stage) -> None:
    caller = at_the_main_menu(stage).presses("4").hears("Keep moving gently")
    first, second = turns_of(stage)

    again = stage.replays(first)

    assert again == first.body
    assert second.body != first.body
    caller.hears("To talk with a doctor about it").presses("2").hears("Goodbye")


def test_a_turn_that_nobody_asked_for_yet_ends_the_call_and_changes_nothing(stage: Stage) -> None:
    at_the_main_menu(stage)
    [first] = turns_of(stage)
    ahead = Exchange(first.operation, first.url[:-1] + "9", first.params, first.at, 0)

    assert "Hangup" in stage.replays(ahead)
    assert [row.number for row in stage.turns()] == [0, 1]


def test_while_the_database_is_away_callers_are_asked_for_a_moment_then_go_on(stage: Stage) -> None:
    caller = at_the_main_menu(stage)
    with stage.database_away():
        caller.presses("4").hears("One moment, please")
    caller.hears("For a doctor, press 1").presses("4").hears("Keep moving gently")


def test_a_database_that_stays_away_is_told_after_three_moments(stage: Stage) -> None:
    caller = at_the_main_menu(stage)
    with stage.database_away():
        while caller.call.state == "live":
            stage.pass_moment()
            if caller.call.state == "live" and caller.call.waits_for == "keys":  # it can still be read: the question comes again
                caller.presses("4")
    assert caller.said().count("One moment, please.") == 3
    assert "we will call you back" in caller.said()[-1]


def test_who_rings_while_the_database_is_away_pays_nothing_and_is_called_back(stage: Stage) -> None:
    caller = stage.caller()
    with stage.database_away():
        caller.dials(stage.menu_line)
    assert not stage.last_call().charged

    caller.is_rung(by=stage.menu_line, within_minutes=1)


def test_a_changed_flow_in_mid_call_ends_kindly_and_the_next_call_begins_anew(stage: Stage, callflows: Path) -> None:
    caller = at_the_main_menu(stage)
    flow = callflows / "flows" / "hotline.yaml"
    flow.write_text(flow.read_text().replace("    4: advice\n", "    4: goodbye\n").replace("advice:", "old_advice:", 0))
    words = flow.read_text()
    start = words.index("  # Plain advice")
    flow.write_text(words[:start] + words[words.index("  help: {branch") :])
    stage.deploys()

    caller.presses("4").hears("Our menu has just changed").call_is_over()

    caller.dials(stage.menu_line).hears("Welcome to Sandhi Clinic").hears("For a doctor").presses("4").hears("Thank you for calling")


def test_changed_words_are_heard_at_once_and_end_no_call(stage: Stage, callflows: Path) -> None:
    caller = at_the_main_menu(stage)
    words = callflows / "words" / "en.yaml"
    words.write_text(words.read_text().replace("Keep moving gently.", "Do keep moving."))
    stage.deploys()

    caller.presses("4").hears("Do keep moving")


def test_a_deploy_that_changes_nothing_is_not_noticed(stage: Stage) -> None:
    caller = at_the_main_menu(stage)
    stage.deploys()

    caller.presses("4").hears("Keep moving gently")


def test_opting_out_by_missed_call_takes_back_a_booked_call(stage: Stage) -> None:
    caller = at_the_main_menu(stage).presses("3").hears("May we call").presses("2").hears("We will call you").call_is_over()

    caller.dials(STOP_LINE)

    assert stage.call_backs() == [("cancelled", "missed call")]


def test_nothing_to_cancel_is_no_trouble(stage: Stage) -> None:
    stage.caller().dials(CANCEL_LINE)

    assert not stage.last_call().charged
    assert stage.call_backs() == []


def test_a_withheld_number_can_use_the_menu_and_is_remembered_by_nothing(stage: Stage) -> None:
    caller = stage.caller("anonymous").dials(stage.menu_line).hears("For English").presses("1" if stage.provider == "plivo" else "2")
    caller.hears("For a doctor").presses("0").hears("To leave a voice note").hangs_up()

    caller.dials(stage.menu_line).hears("For English")
    assert not any("Welcome back" in said for said in caller.said())


def test_a_live_call_holds_a_channel_until_it_is_over(stage: Stage) -> None:
    caller = at_the_main_menu(stage)
    with stage.app.database.read() as tx:
        assert [(row.purpose, row.n) for row in channels.live(tx)] == [("inbound", 1)]

    caller.hangs_up()
    with stage.app.database.read() as tx:
        assert channels.live(tx) == []


@pytest.mark.parametrize("path", ["flows/hotline.yaml", "../settings.py", "en/../../lines.yaml", "%2e%2e/lines.yaml", "en/none.mp3"])
def test_only_recordings_are_served(stage: Stage, path: str) -> None:
    assert requests.get(f"{stage.app.settings.public_url}/audio/{path}", timeout=5).status_code == 404


def test_recorded_words_are_played_instead_of_read_and_cached(stage: Stage, callflows: Path) -> None:
    folder = callflows / "audio" / "en"
    folder.mkdir(parents=True)
    (folder / "welcome.mp3").write_bytes(b"ID3 a recording")
    stage.deploys()

    caller = stage.caller().dials(stage.menu_line).hears("For English").presses("1" if stage.provider == "plivo" else "2")
    caller.hears("/audio/en/welcome.mp3").hears("For a doctor, press 1")

    [url] = [heard.text for heard in caller.call.heard if heard.kind == "play"]
    answer = requests.get(url, timeout=5)
    assert answer.content == b"ID3 a recording"
    assert "max-age=3600" in answer.headers["Cache-Control"]
    assert requests.get(url, headers={"If-None-Match": answer.headers["ETag"]}, timeout=5).status_code == 304


def test_another_person_on_the_same_phone_while_the_first_still_talks_begins_anew(stage: Stage) -> None:
    first, second = stage.caller("+918022221111"), stage.caller("+918022221111")
    first.dials(stage.menu_line).hears("For English").presses("1" if stage.provider == "plivo" else "2").hears("For a doctor").presses("0")
    first.hears("To leave a voice note")

    second.dials(stage.menu_line).hears("For a doctor, press 1")
    assert not any("Welcome back" in said for said in second.said())


def test_a_cut_off_call_of_ours_is_not_gone_on_with_when_the_person_rings(stage: Stage) -> None:
    caller = stage.caller().dials(stage.call_back_line).is_rung(by=stage.call_back_line, within_minutes=1).answers()
    caller.hears("you asked us to call").hangs_up()

    caller.dials(stage.menu_line).hears("For English")
    assert not any("you asked us to call" in said for said in caller.said())


def test_a_booking_that_is_gone_is_not_told_of_to_who_rings_again(stage: Stage) -> None:
    caller = at_the_main_menu(stage).presses("3").hears("May we call").presses("1").hears("We will call you").call_is_over()
    stage.wait(minutes=11)
    caller.dials(stage.menu_line).hears("We are to call you").hangs_up()
    caller.dials(CANCEL_LINE)

    caller.dials(stage.menu_line).hears("For a doctor, press 1")
    assert not any("We are to call you" in said for said in caller.said())


def test_a_key_pressed_just_before_hanging_up_counts_even_when_the_end_is_told_first(stage: Stage) -> None:
    caller = at_the_main_menu(stage).hangs_up()
    [first] = turns_of(stage)
    late = Exchange(first.operation, first.url[:-1] + "2", {**first.params, "Digits": "2"}, first.at, 0)

    stage.replays(late)
    stage.settle()

    caller.gets_text(containing="here is the link to our app")


def test_a_voice_note_spoken_while_the_database_was_away_is_not_lost(stage: Stage) -> None:
    caller = at_the_main_menu(stage).presses("0").hears("voice note").presses("1").hears("If you agree").presses("1")
    caller.hears("Please speak")
    stage.until(lambda: caller.call.waits_for == "voice note")
    stage.sandbox.speak(caller.call.id, 4)
    stage.wait(seconds=4)
    with stage.database_away():
        caller.hangs_up()
    stage.wait(seconds=3)

    [grievance] = stage.grievances()
    assert len(stage.notes(grievance.call_id)) == 1


def test_who_opted_out_is_told_that_no_text_can_come(stage: Stage) -> None:
    caller = stage.caller().dials(STOP_LINE)
    caller.dials(stage.menu_line).hears("For English").presses("1" if stage.provider == "plivo" else "2").hears("For a doctor").presses("2")

    caller.hears("We can only send an SMS")
    caller.gets_no_text()


def test_a_caller_can_complain_only_so_often_a_day(stage: Stage) -> None:
    for _ in range(7):
        caller = stage.caller("anonymous").dials(stage.menu_line).hears("For English").presses("1" if stage.provider == "plivo" else "2")
        caller.hears("For a doctor").presses("0").hears("To leave a voice note").presses("2").hears("It is written down").call_is_over()

    assert len(stage.grievances()) == 5


def test_a_language_without_a_voice_since_the_cut_off_begins_anew_in_one_that_can_be_heard(stage: Stage) -> None:
    hindi = "2" if stage.provider == "plivo" else "3"
    caller = stage.caller().dials(stage.menu_line).hears("हिंदी के लिए").presses(hindi).hears("डॉक्टर के लिए").presses("0")
    caller.hears("आवाज़ में संदेश").hangs_up()
    stage.deploys(voices=tuple(each for each in stage.app.settings.voices if "/hi=" not in each))

    caller.dials(stage.menu_line).hears("Sandhi Clinic")
    assert not any("आवाज़" in said for said in caller.said())


def test_a_hang_up_that_was_never_told_is_asked_for_and_frees_its_channel(stage: Stage) -> None:
    stage.breaks("hook.status", "lost")
    at_the_main_menu(stage).hangs_up()
    stage.wait(minutes=7)
    with stage.app.database.read() as tx:
        assert channels.live(tx) == []


def test_a_hang_up_that_was_never_told_and_cannot_be_asked_for_frees_its_channel_after_a_while(stage: Stage) -> None:
    stage.breaks("hook.status", "lost")
    stage.breaks("call.list", "error_before", status=503, times=None)
    stage.breaks("call.fetch", "error_before", status=503, times=None)
    at_the_main_menu(stage).hangs_up()
    stage.wait(minutes=9)
    with stage.app.database.read() as tx:
        assert len(channels.live(tx)) == 1

    stage.wait(minutes=2)
    with stage.app.database.read() as tx:
        assert channels.live(tx) == []


class TestWithAnOperator:
    @pytest.fixture
    def changes(self) -> dict[str, object]:
        return {"oncall_number": "+919900112233"}

    def test_a_long_talk_with_the_operator_keeps_its_channel(self, stage: Stage) -> None:
        stage.sandbox.behave("+919900112233", "answers")
        caller = at_the_main_menu(stage).presses("0").hears("I am ringing a colleague")
        stage.until(lambda: any(heard.kind == "joined" for heard in caller.call.heard))
        stage.wait(minutes=30)

        with stage.app.database.read() as tx:
            assert [row.purpose for row in channels.live(tx)] == ["inbound"]
