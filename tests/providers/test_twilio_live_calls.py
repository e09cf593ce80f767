"""A call at Twilio is moved, ended, looked at: API answer → outcome, through the real SDK against a far end that plays canned answers."""

import logging
from typing import Any

import pytest

from ivr.model.events import CallOutcome
from ivr.model.outcomes import Accepted, Fault, Misconfigured, Never, TryLater, Unknown
from ivr.model.ports import SeenCall
from ivr.providers.twilio_calls import TwilioCalls
from tests.providers.conftest import FarEnd
from tests.providers.texting import nobodys_address

ACCOUNT = "AC" + "0" * 32
SID = "CA" + "2" * 32
THERE = "https://ivr.example.in/voice/twilio/turn/01JD0000000000000000000000/4/mac"
CALL = f"/2010-04-01/Accounts/{ACCOUNT}/Calls/{SID}.json"
SHOWN = {"sid": SID, "status": "in-progress", "direction": "inbound", "duration": None, "from": "+919845012345", "to": "+918061914343"}
DENIED = "the provider refused our credentials, credit or permission"


def twilio(url: str) -> TwilioCalls:
    return TwilioCalls(ACCOUNT, "token", url, (2.0, 5.0))


def error(status: int, code: int) -> dict[str, Any]:
    return {"code": code, "message": "about +919845012345", "more_info": "", "status": status}


def test_a_move_gives_the_address_once_and_in_silence(far_end: FarEnd, capsys: pytest.CaptureFixture[str]) -> None:
    far_end.will_answer(200, SHOWN)
    assert twilio(far_end.url).move_call(SID, THERE) == Accepted(SID)
    [asked] = far_end.asked
    assert (asked.method, asked.path, asked.form) == ("POST", CALL, {"Url": THERE, "Method": "POST"})
    assert capsys.readouterr() == ("", "")


def test_an_end_is_completed_which_stops_a_ringing_call_too(far_end: FarEnd) -> None:
    far_end.will_answer(200, {**SHOWN, "status": "completed"})
    assert twilio(far_end.url).end_call(SID) == Accepted(SID)
    [asked] = far_end.asked
    assert (asked.method, asked.path, asked.form) == ("POST", CALL, {"Status": "completed"})


OVER = "the call is not in progress"
NO_PERMISSION = Misconfigured("20003", Fault.ACCOUNT, "wrong credentials, or no permission")


@pytest.mark.parametrize(
    ("status", "body", "moved", "ended"),
    [
        (400, error(400, 21220), Never("21220", OVER), Accepted(SID)),
        (404, error(404, 20404), Never("20404", OVER), Accepted(SID)),
        (404, {"type": "about:blank", "title": "Gone", "status": 404, "code": 20404}, Never("20404", OVER), Accepted(SID)),
        (404, "no JSON", Misconfigured("404", Fault.ACCOUNT, DENIED), Misconfigured("404", Fault.ACCOUNT, DENIED)),
        (
            400,
            error(400, 21205),
            Misconfigured("21205", Fault.ACCOUNT, "our answer address is not one Twilio can call"),
            Misconfigured("21205", Fault.ACCOUNT, "our answer address is not one Twilio can call"),
        ),
        (
            400,
            error(400, 99999),
            Never("99999", "the provider refused this move"),
            Never("99999", "the provider refused this hang-up"),
        ),
        (401, error(401, 20003), NO_PERMISSION, NO_PERMISSION),
        (429, error(429, 20429), TryLater("20429"), TryLater("20429")),
        (500, error(500, 20500), Unknown("HTTP 500"), Unknown("HTTP 500")),
        (503, "", Unknown("HTTP 503"), Unknown("HTTP 503")),
        (200, "no JSON", Unknown("JSONDecodeError"), Unknown("JSONDecodeError")),
    ],
)
def test_each_answer_has_one_outcome_and_costs_one_post(far_end: FarEnd, status: int, body: Any, moved: object, ended: object) -> None:
    calls = twilio(far_end.url)
    far_end.will_answer(status, body)
    assert calls.move_call(SID, THERE) == moved
    far_end.will_answer(status, body)
    assert calls.end_call(SID) == ended
    assert far_end.posts == 2


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"status": "queued"}, None),
        ({"status": "ringing"}, None),
        ({"status": "in-progress"}, None),
        ({"status": "dreaming"}, None),
        ({"status": "completed", "duration": "61"}, CallOutcome.ANSWERED),
        ({"status": "completed", "duration": "0"}, CallOutcome.NO_ANSWER),
        ({"status": "busy"}, CallOutcome.BUSY),
        ({"status": "no-answer"}, CallOutcome.NO_ANSWER),
        ({"status": "canceled"}, CallOutcome.CANCELLED),
        ({"status": "failed"}, CallOutcome.FAILED),
    ],
)
def test_how_a_call_stands(far_end: FarEnd, fields: dict[str, Any], outcome: CallOutcome | None) -> None:
    far_end.will_answer(200, {**SHOWN, **fields})
    assert twilio(far_end.url).look_at_call(SID) == SeenCall(SID, outcome)
    assert [(asked.method, asked.path) for asked in far_end.asked] == [("GET", CALL)]


@pytest.mark.parametrize(
    ("status", "outcome", "ended_at"), [("completed", CallOutcome.ANSWERED, 1795330200000), ("in-progress", None, None)]
)
def test_when_a_call_ended_is_told(far_end: FarEnd, status: str, outcome: CallOutcome | None, ended_at: int | None) -> None:
    far_end.will_answer(200, {**SHOWN, "status": status, "duration": "61", "end_time": "Sun, 22 Nov 2026 06:50:00 +0000"})
    assert twilio(far_end.url).look_at_call(SID) == SeenCall(SID, outcome, ended_at)


def test_a_call_that_twilio_does_not_know_is_none(far_end: FarEnd) -> None:
    far_end.will_answer(404, error(404, 20404))
    assert twilio(far_end.url).look_at_call(SID) is None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, ""),
        (503, ""),
        (401, ""),
        (404, "no JSON"),
        (200, "no JSON"),
        (200, {}),
        (200, {**SHOWN, "sid": "CA" + "3" * 32}),
        (200, "[1]"),
    ],
)
def test_a_look_that_fails_is_unknown_never_none(far_end: FarEnd, status: int, body: Any) -> None:
    far_end.will_answer(status, body)
    assert isinstance(twilio(far_end.url).look_at_call(SID), Unknown)


def test_what_never_left_us_is_tried_later_and_what_may_have_is_unknown(far_end: FarEnd) -> None:
    away = twilio(nobodys_address())
    assert away.move_call(SID, THERE) == TryLater("unreachable")
    assert away.end_call(SID) == TryLater("unreachable")
    assert isinstance(away.look_at_call(SID), Unknown)
    for _ in range(3):
        far_end.will_answer(hangs_up=True)
    calls = twilio(far_end.url)
    assert calls.move_call(SID, THERE) == Unknown("ConnectionError")
    assert calls.end_call(SID) == Unknown("ConnectionError")
    assert calls.look_at_call(SID) == Unknown("ConnectionError")


def test_no_number_or_token_reaches_a_log_or_an_outcome(far_end: FarEnd, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    calls = TwilioCalls(ACCOUNT, "a-secret-token", far_end.url, (1.0, 1.0))
    far_end.will_answer(400, error(400, 21220))
    far_end.will_answer(400, error(400, 99999))
    far_end.will_answer(200, SHOWN)
    said = [str(calls.move_call(SID, THERE)), str(calls.end_call(SID)), str(calls.look_at_call(SID)), caplog.text]
    assert not [text for text in said for secret in ("9845012345", "8061914343", "a-secret-token") if secret in text]
