"""Trouble in the middle of a call: webhooks twice or late, a database away, a deploy, phones shared and numbers forged."""

from pathlib import Path

import pytest
import requests

from ivr.sandbox.records import Exchange
from ivr.store import channels
from tests.journeys.test_menu import at_the_main_menu
from tests.stage import CANCEL_LINE, STOP_LINE, Stage


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
    assert "something is wrong with this line" in caller.said()[-1]


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
