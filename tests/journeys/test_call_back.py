"""A missed call to a line that calls back: the phone rings, and whoever picks up is in the menu."""

import pytest

from ivr.sandbox.records import CallRecord
from tests.stage import HOTLINE, Stage

pytestmark = pytest.mark.paired


def rings(stage: Stage) -> list[CallRecord]:
    """Every call that we placed."""
    return [call for call in stage.sandbox.calls() if call.direction == "outbound"]


def test_a_missed_call_is_answered_by_a_call_ten_seconds_later(stage: Stage) -> None:
    caller = stage.caller().dials(stage.call_back_line)
    assert not stage.last_call().charged
    stage.wait(seconds=8)
    caller.is_not_rung()

    caller.is_rung(by=stage.call_back_line, within_minutes=0.1).answers()
    caller.hears("you asked us to call. For English").presses("1" if stage.provider == "plivo" else "2")
    caller.hears("For a doctor, press 1").presses("2").hears("on its way by SMS").call_is_over()

    caller.gets_text(containing="here is the link to our app")
    assert stage.call_backs() == [("done", None)]
    caller.is_not_rung(for_minutes=40)


def test_the_language_chosen_then_is_spoken_the_next_time(stage: Stage) -> None:
    caller = stage.caller().dials(stage.call_back_line).is_rung(by=stage.call_back_line, within_minutes=1).answers()
    caller.hears("हिंदी के लिए").presses("2" if stage.provider == "plivo" else "3").hears("डॉक्टर के लिए").hangs_up()
    stage.wait(minutes=11)

    caller.dials(stage.call_back_line).is_rung(by=stage.call_back_line, within_minutes=1).answers()
    caller.hears("आगे बढ़ने के लिए कोई भी बटन दबाएँ").presses("4").hears("डॉक्टर के लिए")


@pytest.mark.parametrize("manner", ["busy", "no answer", "declines", "unreachable", "machine"])
def test_who_cannot_be_reached_is_tried_three_times_in_all(stage: Stage, manner: str) -> None:
    caller = stage.caller().takes_calls(manner).dials(stage.call_back_line)
    began = stage.clock.now()

    stage.wait(minutes=45)

    minutes = [round((call.started_at - began) / 60_000) for call in rings(stage)]
    assert len(minutes) == 3
    assert minutes[0] == 0
    assert 2 <= minutes[1] <= 4
    assert 30 <= minutes[2] - minutes[1] <= 33
    assert stage.call_backs() == [("given_up", "not_reached")]
    caller.gets_no_text()


def test_a_machine_hears_silence_asked_for_a_key_and_is_hung_up_on(stage: Stage) -> None:
    stage.caller().takes_calls("machine", times=1).dials(stage.call_back_line)
    stage.wait(minutes=1)

    [call] = rings(stage)
    assert call.answered
    assert call.state == "over"
    assert any("press" in heard.text for heard in call.heard)
    assert stage.call_backs() == [("planned", None)]


def test_busy_at_first_reached_at_the_second_try(stage: Stage) -> None:
    caller = stage.caller().takes_calls("busy", times=1).dials(stage.call_back_line)

    caller.is_rung(by=stage.call_back_line, within_minutes=4).answers().hears("you asked us to call").presses("1").hangs_up()

    assert stage.call_backs() == [("done", None)]
    caller.is_not_rung(for_minutes=40)


def test_a_try_that_would_fall_into_the_night_waits_for_nine_in_the_morning(stage: Stage) -> None:
    stage.clock.forward(minutes=8 * 60 + 50)  # 20:50
    caller = stage.caller().takes_calls("busy", times=2).dials(stage.call_back_line)
    stage.wait(minutes=5)
    assert len(rings(stage)) == 2

    caller.is_not_rung(for_minutes=60)
    stage.clock.forward(minutes=11 * 60)  # 08:55
    stage.settle()
    caller.is_not_rung()
    caller.is_rung(by=stage.call_back_line, within_minutes=6)

    assert (stage.clock.now() // 60_000 + 330) % 1440 == 9 * 60


def test_a_missed_call_at_night_is_called_back_in_the_morning(stage: Stage) -> None:
    stage.clock.forward(minutes=11 * 60)  # 23:00
    caller = stage.caller().dials(stage.call_back_line)
    caller.is_not_rung(for_minutes=5)
    stage.clock.forward(minutes=9 * 60 + 54)

    caller.is_rung(by=stage.call_back_line, within_minutes=3)


def test_who_rings_again_is_not_called_twice(stage: Stage) -> None:
    caller = stage.caller().takes_calls("busy", times=1).dials(stage.call_back_line)
    stage.wait(seconds=30)

    caller.dials(stage.call_back_line)

    assert [state for state, _ in stage.call_backs()] == ["cancelled", "planned"]
    caller.is_rung(by=stage.call_back_line, within_minutes=1).answers().hears("you asked us").presses("1").hangs_up()
    caller.is_not_rung(for_minutes=40)


def test_who_opened_the_link_meanwhile_is_left_in_peace(stage: Stage) -> None:
    caller = stage.caller().takes_calls("busy", times=1).dials(HOTLINE)
    text = caller.gets_text()
    caller.dials(stage.call_back_line)
    stage.wait(seconds=40)
    caller.taps(text)

    caller.is_not_rung(for_minutes=40)
    assert stage.call_backs() == [("cancelled", "link_opened")]


@pytest.mark.parametrize("number", ["+14155550123", "anonymous", "112", "+911860123456"])
def test_only_indian_phones_that_rang_us_are_called(stage: Stage, number: str) -> None:
    stage.caller(number).dials(stage.call_back_line)
    stage.wait(minutes=5)

    assert rings(stage) == []
    assert [state for state, _ in stage.call_backs()] == ["dropped"]


def test_a_lost_answer_of_the_provider_rings_once(stage: Stage) -> None:
    stage.breaks("call.create", "error_after", status=503)
    caller = stage.caller().dials(stage.call_back_line).is_rung(by=stage.call_back_line, within_minutes=1)

    caller.answers().hears("you asked us").presses("1").hangs_up()
    stage.wait(minutes=5)

    assert len(rings(stage)) == 1
    assert stage.call_backs() == [("done", None)]


def test_a_request_that_never_arrived_is_made_again(stage: Stage) -> None:
    stage.breaks("call.create", "error_before", status=503)

    stage.caller().dials(stage.call_back_line).is_rung(by=stage.call_back_line, within_minutes=3)

    assert len(rings(stage)) == 1


def test_over_the_providers_limit_means_wait(stage: Stage) -> None:
    code = "channels" if stage.provider == "plivo" else "20429"
    stage.breaks("call.create", "rejected", code=code, times=2)

    stage.caller().dials(stage.call_back_line).is_rung(by=stage.call_back_line, within_minutes=3)

    assert stage.alarms() == []


def test_a_webhook_told_twice_begins_one_conversation(stage: Stage) -> None:
    stage.breaks("hook.voice", "duplicate", times=None)
    caller = stage.caller().dials(stage.call_back_line).is_rung(by=stage.call_back_line, within_minutes=1)

    caller.answers().hears("you asked us").presses("1")

    assert [row.number for row in stage.turns()] == [0, 1]


class TestWithFewChannels:
    @pytest.fixture
    def changes(self) -> dict[str, object]:
        return {
            "plivo_channels": 2,
            "twilio_channels": 2,
            "channels_reserved": 1,
            "plivo_calls_per_second": 50,
            "twilio_calls_per_second": 50,
        }

    def test_call_backs_leave_channels_for_people_who_ring(self, stage: Stage) -> None:
        callers = [stage.caller(f"+91984501230{number}").dials(stage.call_back_line) for number in range(3)]
        stage.wait(seconds=20)

        assert len(rings(stage)) == 1
        first = next(caller for caller in callers if caller.rings)
        first.is_rung(by=stage.call_back_line).answers().hears("you asked us").presses("1").hangs_up()
        stage.wait(seconds=10)
        assert len(rings(stage)) == 2
        assert stage.alarms() == []
