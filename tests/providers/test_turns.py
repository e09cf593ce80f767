"""Payload → event, while a call is live: the answer to a call of ours, and what came of each document."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.model.errors import BadRequest
from ivr.model.events import CallAnswered, CallEnded, CallOutcome, Heard, Ignored, Left, Pressed, Rang, Recorded, Silence, TurnCame
from ivr.providers.plivo import Plivo
from ivr.providers.twilio import Twilio

PLIVO = Plivo("MA000000000000000000", ("token",))
TWILIO = Twilio("AC" + "0" * 32, ("token",))
UUID = "4d04c52e-cea3-4458-bbdb-0bfc314ee7cd"
CA = "CA" + "1" * 32
PERSON, LINE = "+919845012345", "+918061914343"
NOTE = "https://media.example/v1/Account/MA1/Recording/abc.mp3"

P_OURS = {"CallUUID": UUID, "From": "918061914343", "To": "919845012345", "Direction": "outbound", "RequestUUID": UUID}
P_PICKED_UP = {**P_OURS, "CallStatus": "in-progress", "Event": "StartApp"}
P_LIVE = {"CallUUID": UUID, "From": "919845012345", "To": "918061914343", "Direction": "inbound", "CallStatus": "in-progress"}
P_GONE = {**P_LIVE, "CallStatus": "completed", "Event": "Hangup"}
T_OURS = {"CallSid": CA, "From": LINE, "To": PERSON, "Direction": "outbound-api"}
T_LIVE = {"CallSid": CA, "From": PERSON, "To": LINE, "Direction": "inbound", "CallStatus": "in-progress"}
T_GONE = {**T_LIVE, "CallStatus": "completed"}


def plivo_ended(outcome: CallOutcome, seconds: int, cause: str, inbound: bool = False, by_document: bool = False) -> CallEnded:
    return CallEnded("plivo", UUID, PERSON, LINE, inbound, outcome, seconds, cause, by_document)


def twilio_ended(outcome: CallOutcome, seconds: int, cause: str, inbound: bool = False) -> CallEnded:
    return CallEnded("twilio", CA, PERSON, LINE, inbound, outcome, seconds, cause)


@pytest.mark.parametrize(
    ("params", "event"),
    [
        (P_PICKED_UP, CallAnswered("plivo", UUID)),
        (P_OURS, CallAnswered("plivo", UUID)),
        ({"CallUUID": UUID}, CallAnswered("plivo", UUID)),
        ({**P_PICKED_UP, "SIP-X-New": "unknown parameters are ignored"}, CallAnswered("plivo", UUID)),
        ({**P_PICKED_UP, "CallStatus": "ringing"}, Ignored("Plivo's event StartApp with status ringing answers no call.")),
        ({**P_PICKED_UP, "Event": "MachineDetection"}, Ignored("Plivo's event MachineDetection with status in-progress answers no call.")),
        ({**P_PICKED_UP, "Direction": "inbound"}, Ignored("A call that rang on a line is none that we placed.")),
        (
            {**P_OURS, "CallStatus": "completed", "Event": "Hangup", "HangupCauseCode": "3010"},
            plivo_ended(CallOutcome.BUSY, 0, "3010"),
        ),
        ({**P_OURS, "CallStatus": "no-answer"}, plivo_ended(CallOutcome.NO_ANSWER, 0, "no-answer")),
    ],
)
def test_the_first_request_of_a_call_that_plivo_placed_for_us(params: Mapping[str, str], event: object) -> None:
    assert PLIVO.read_answered(params) == event


@pytest.mark.parametrize(
    ("params", "event"),
    [
        ({**T_OURS, "CallStatus": "in-progress"}, CallAnswered("twilio", CA)),
        ({"CallSid": CA}, CallAnswered("twilio", CA)),
        ({**T_OURS, "CallStatus": "ringing"}, Ignored("Twilio's call status ringing answers no call.")),
        ({**T_LIVE}, Ignored("A call that rang on a line is none that we placed.")),
        ({**T_OURS, "CallStatus": "busy"}, twilio_ended(CallOutcome.BUSY, 0, "busy")),
    ],
)
def test_the_first_request_of_a_call_that_twilio_placed_for_us(params: Mapping[str, str], event: object) -> None:
    assert TWILIO.read_answered(params) == event


@pytest.mark.parametrize(
    ("params", "heard"),
    [
        ({**P_LIVE, "InputType": "dtmf", "Digits": "1"}, Pressed("1")),
        ({**P_LIVE, "Digits": "*"}, Pressed("*")),
        ({**P_LIVE, "Digits": "#"}, Pressed("#")),
        ({**P_LIVE, "Digits": "123456"}, Pressed("123456")),
        ({**P_LIVE, "Digits": "1", "Event": "GetInput"}, Pressed("1")),
        ({**P_LIVE, "Digits": ""}, Silence()),
        ({**P_LIVE, "Event": "Redirect"}, Silence()),
        ({"CallUUID": UUID}, Silence()),
        ({**P_LIVE, "RecordUrl": NOTE, "RecordingDuration": "7", "Digits": "#"}, Recorded(NOTE, 7)),
        ({**P_LIVE, "RecordUrl": NOTE, "RecordingDuration": "7.9"}, Recorded(NOTE, 7)),
        ({**P_LIVE, "RecordUrl": NOTE, "RecordingDuration": "-1"}, Recorded(NOTE, 0)),
        ({**P_LIVE, "RecordUrl": NOTE}, Recorded(NOTE, 0)),
        ({**P_GONE, "RecordUrl": NOTE, "RecordingDuration": "12", "Digits": "hangup"}, Recorded(NOTE, 12)),
        ({**P_LIVE, "DialStatus": "completed", "DialBLegUUID": UUID}, Rang(CallOutcome.ANSWERED, 0)),
        ({**P_LIVE, "DialStatus": "completed", "DialBLegUUID": UUID, "DialBLegDuration": "61"}, Rang(CallOutcome.ANSWERED, 61)),
        ({**P_LIVE, "DialStatus": "completed", "DialBLegUUID": ""}, Rang(CallOutcome.NO_ANSWER, 0)),
        ({**P_LIVE, "DialStatus": "busy"}, Rang(CallOutcome.BUSY, 0)),
        ({**P_LIVE, "DialStatus": "no-answer"}, Rang(CallOutcome.NO_ANSWER, 0)),
        ({**P_LIVE, "DialStatus": "timeout"}, Rang(CallOutcome.NO_ANSWER, 0)),
        ({**P_LIVE, "DialStatus": "failed"}, Rang(CallOutcome.FAILED, 0)),
        ({**P_LIVE, "DialStatus": "dreaming"}, Rang(CallOutcome.FAILED, 0)),
        ({**P_GONE, "DialStatus": "cancel"}, Rang(CallOutcome.CANCELLED, 0)),
        ({**P_LIVE, "ConferenceName": "c-1", "ConferenceUUID": UUID, "ConferenceMemberID": "7"}, Left()),
        ({**P_LIVE, "ConferenceUUID": UUID}, Left()),
        ({**P_LIVE, "ConferenceName": "c-1", "Digits": "", "RecordUrl": ""}, Left()),
        ({**P_LIVE, "ConferenceName": "c-1", "Event": "ConferenceExit", "ConferenceAction": "exit"}, Left()),
        ({"CallUUID": UUID, "Event": "ConferenceExit"}, Left()),
        ({**P_LIVE, "ConferenceName": "c-1", "Digits": "2"}, Pressed("2")),
    ],
)
def test_what_came_of_a_document_that_plivo_played(params: Mapping[str, str], heard: Heard) -> None:
    assert PLIVO.read_turn(params) == TurnCame("plivo", UUID, heard)


@pytest.mark.parametrize(
    ("params", "heard"),
    [
        ({**T_LIVE, "Digits": "1", "FinishedOnKey": ""}, Pressed("1")),
        ({**T_LIVE, "Digits": "*"}, Pressed("*")),
        ({**T_LIVE, "Digits": "42", "FinishedOnKey": "#"}, Pressed("42")),
        ({**T_LIVE, "Digits": "", "FinishedOnKey": "timeout"}, Silence()),
        (T_LIVE, Silence()),
        ({**T_LIVE, "CallStatus": "ringing"}, Silence()),
        ({**T_LIVE, "RecordingUrl": NOTE, "RecordingDuration": "7", "Digits": "#"}, Recorded(NOTE, 7)),
        ({**T_GONE, "RecordingUrl": NOTE, "RecordingDuration": "7", "Digits": "hangup"}, Recorded(NOTE, 7)),
        ({**T_LIVE, "DialCallStatus": "completed", "DialCallDuration": "61", "DialBridged": "true"}, Rang(CallOutcome.ANSWERED, 61)),
        ({**T_LIVE, "DialCallStatus": "answered", "DialCallDuration": "61"}, Rang(CallOutcome.ANSWERED, 61)),
        ({**T_LIVE, "DialCallStatus": "completed", "DialCallDuration": "9", "DialBridged": "false"}, Rang(CallOutcome.NO_ANSWER, 0)),
        ({**T_LIVE, "DialCallStatus": "busy", "DialCallDuration": "0"}, Rang(CallOutcome.BUSY, 0)),
        ({**T_LIVE, "DialCallStatus": "no-answer"}, Rang(CallOutcome.NO_ANSWER, 0)),
        ({**T_LIVE, "DialCallStatus": "failed"}, Rang(CallOutcome.FAILED, 0)),
        ({**T_LIVE, "DialCallStatus": "dreaming"}, Rang(CallOutcome.FAILED, 0)),
        ({**T_GONE, "DialCallStatus": "canceled"}, Rang(CallOutcome.CANCELLED, 0)),
        ({**T_LIVE, "DialCallStatus": "completed", "DialCallSid": CA, "DialBridged": "true"}, Rang(CallOutcome.ANSWERED, 0)),
        ({**T_LIVE, "DialCallStatus": "answered", "DialCallSid": CA}, Rang(CallOutcome.ANSWERED, 0)),
        ({**T_GONE, "DialCallStatus": "completed", "DialCallSid": CA, "DialCallDuration": "9"}, Rang(CallOutcome.ANSWERED, 9)),
        ({**T_LIVE, "DialCallStatus": "answered"}, Left()),
        ({**T_LIVE, "DialCallStatus": "completed"}, Left()),
        ({**T_LIVE, "DialCallStatus": "completed", "DialCallSid": "", "DialBridged": "true"}, Left()),
        ({**T_LIVE, "DialCallStatus": "failed", "ConferenceSid": "CF" + "1" * 32}, Left()),
        ({**T_LIVE, "ConferenceSid": "CF" + "1" * 32}, Left()),
    ],
)
def test_what_came_of_a_document_that_twilio_played(params: Mapping[str, str], heard: Heard) -> None:
    assert TWILIO.read_turn(params) == TurnCame("twilio", CA, heard)


@pytest.mark.parametrize(
    ("params", "event"),
    [
        (P_GONE, plivo_ended(CallOutcome.ANSWERED, 0, "completed", inbound=True)),
        ({**P_GONE, "Digits": "hangup"}, plivo_ended(CallOutcome.ANSWERED, 0, "completed", inbound=True)),
        ({**P_GONE, "HangupCauseCode": "4000", "Duration": "61"}, plivo_ended(CallOutcome.ANSWERED, 61, "4000", inbound=True)),
        (
            {**P_GONE, "HangupCauseCode": "8012", "Duration": "12"},
            plivo_ended(CallOutcome.FAILED, 12, "8012", inbound=True, by_document=True),
        ),
        ({**P_LIVE, "CallStatus": "completed"}, plivo_ended(CallOutcome.ANSWERED, 0, "completed", inbound=True)),
        ({**P_OURS, "Event": "Hangup"}, plivo_ended(CallOutcome.ANSWERED, 0, "")),
        ({**P_GONE, "ConferenceName": "c-1", "Duration": "200"}, plivo_ended(CallOutcome.ANSWERED, 200, "completed", inbound=True)),
    ],
)
def test_a_live_call_that_is_over_at_plivo_was_answered(params: Mapping[str, str], event: object) -> None:
    assert PLIVO.read_turn(params) == event


@pytest.mark.parametrize(
    ("params", "event"),
    [
        (T_GONE, twilio_ended(CallOutcome.ANSWERED, 0, "completed", inbound=True)),
        ({**T_GONE, "Digits": "hangup"}, twilio_ended(CallOutcome.ANSWERED, 0, "completed", inbound=True)),
        ({**T_OURS, "CallStatus": "completed", "CallDuration": "61"}, twilio_ended(CallOutcome.ANSWERED, 61, "completed")),
        ({**T_GONE, "CallStatus": "failed"}, twilio_ended(CallOutcome.FAILED, 0, "failed", inbound=True)),
        ({**T_GONE, "DialCallStatus": "answered"}, twilio_ended(CallOutcome.ANSWERED, 0, "completed", inbound=True)),
        ({**T_GONE, "DialCallStatus": "completed"}, twilio_ended(CallOutcome.ANSWERED, 0, "completed", inbound=True)),
    ],
)
def test_a_live_call_that_is_over_at_twilio_was_answered(params: Mapping[str, str], event: object) -> None:
    assert TWILIO.read_turn(params) == event


def test_news_of_a_call_asks_for_no_document() -> None:
    for event in ("Ring", "MachineDetection", "DialAnswer", "DialHangup", "ConferenceEnter"):
        assert PLIVO.read_turn({**P_LIVE, "Event": event}) == Ignored(f"Plivo's event {event} asks for no document.")


@pytest.mark.parametrize(
    ("code", "more", "outcome", "seconds"),
    [
        ("4000", {"Duration": "66", "AnswerTime": "2026-11-22 12:20:00"}, CallOutcome.ANSWERED, 66),
        ("6000", {"Duration": "600"}, CallOutcome.ANSWERED, 600),
        ("3010", {}, CallOutcome.BUSY, 0),
        ("3000", {}, CallOutcome.NO_ANSWER, 0),
        ("6010", {}, CallOutcome.NO_ANSWER, 0),
        ("3020", {}, CallOutcome.REJECTED, 0),
        ("3110", {}, CallOutcome.REJECTED, 0),
        ("1000", {}, CallOutcome.CANCELLED, 0),
        ("3050", {}, CallOutcome.FAILED, 0),
        ("5030", {}, CallOutcome.FAILED, 0),
    ],
)
def test_how_a_call_ended_that_plivo_placed_for_us(code: str, more: dict[str, str], outcome: CallOutcome, seconds: int) -> None:
    params = {**P_OURS, "CallStatus": "completed", "Event": "Hangup", "Duration": "0", "HangupCauseCode": code, **more}
    assert PLIVO.read_status(params) == plivo_ended(outcome, seconds, code)


@pytest.mark.parametrize(
    ("status", "more", "outcome", "seconds"),
    [
        ("completed", {"CallDuration": "49", "SipResponseCode": "200"}, CallOutcome.ANSWERED, 49),
        ("completed", {"CallDuration": "0"}, CallOutcome.NO_ANSWER, 0),
        ("busy", {"SipResponseCode": "486"}, CallOutcome.BUSY, 0),
        ("busy", {"SipResponseCode": "603"}, CallOutcome.REJECTED, 0),
        ("no-answer", {"SipResponseCode": "603"}, CallOutcome.REJECTED, 0),
        ("no-answer", {"SipResponseCode": "487"}, CallOutcome.NO_ANSWER, 0),
        ("canceled", {}, CallOutcome.CANCELLED, 0),
        ("failed", {"SipResponseCode": "404"}, CallOutcome.FAILED, 0),
    ],
)
def test_how_a_call_ended_that_twilio_placed_for_us(status: str, more: dict[str, str], outcome: CallOutcome, seconds: int) -> None:
    event = TWILIO.read_status({**T_OURS, "CallStatus": status, **more})
    assert event == twilio_ended(outcome, seconds, more.get("SipResponseCode", status))


def test_calls_that_we_placed_still_do_not_arrive_on_a_line() -> None:
    assert PLIVO.read_call(P_PICKED_UP) == Ignored("A call that we placed did not arrive on a line.")
    assert TWILIO.read_call({**T_OURS, "CallStatus": "in-progress"}) == Ignored("A call that we placed did not arrive on a line.")


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"Digits": "1234567"}, "Digits is not 1 to 6 keys of a phone."),
        ({"Digits": "1a"}, "Digits is not 1 to 6 keys of a phone."),
        ({"Digits": "A"}, "Digits is not 1 to 6 keys of a phone."),
        ({"Digits": "१"}, "Digits is not 1 to 6 keys of a phone."),
        ({"Digits": " 1"}, "Digits is not 1 to 6 keys of a phone."),
        ({"Digits": "1\n"}, "Digits holds control characters."),
        ({"RecordUrl": "file:///etc/passwd", "RecordingUrl": "file:///etc/passwd"}, "is not the address of a recording."),
        ({"RecordUrl": "https://a b", "RecordingUrl": "https://a b"}, "is not the address of a recording."),
        ({"RecordUrl": "https://" + "a" * 2048, "RecordingUrl": "https://" + "a" * 2048}, "is longer than 2048 characters."),
        (
            {"DialStatus": "busy", "DialBLegDuration": "-1", "DialCallStatus": "busy", "DialCallDuration": "-1"},
            "is not a number of seconds.",
        ),
        ({"CallUUID": "", "CallSid": ""}, "is missing."),
    ],
)
def test_turns_we_cannot_read_say_what_is_wrong(params: Mapping[str, str], sentence: str) -> None:
    for read, live in ((PLIVO.read_turn, P_LIVE), (TWILIO.read_turn, T_LIVE)):
        with pytest.raises(BadRequest) as error:
            read({**live, **params})
        assert str(error.value).endswith(sentence)


CALL_NAMES = ["CallUUID", "CallSid", "CallStatus", "Event", "Direction", "Duration", "CallDuration", "HangupCauseCode"]
TURN_NAMES = ["Digits", "RecordUrl", "RecordingUrl", "RecordingDuration"]
ROOM_NAMES = ["ConferenceName", "ConferenceSid", "ConferenceUUID"]
DIAL_NAMES = ["DialStatus", "DialBLegUUID", "DialBLegDuration", "DialCallStatus", "DialCallDuration", "DialBridged"]
VALUES = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from([UUID, CA, NOTE, "completed", "Hangup", "1", "7"])


@given(st.dictionaries(st.sampled_from(["From", "To", *CALL_NAMES, *TURN_NAMES, *DIAL_NAMES, *ROOM_NAMES]), VALUES))
def test_whatever_comes_is_an_event_or_a_bad_request(params: dict[str, str]) -> None:
    for provider in (PLIVO, TWILIO):
        for read in (provider.read_answered, provider.read_turn):
            try:
                event = read({"CallUUID": UUID, "CallSid": CA, **params})
            except BadRequest:
                continue
            assert isinstance(event, CallAnswered | TurnCame | CallEnded | Ignored)
