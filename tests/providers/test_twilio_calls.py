"""Twilio's API answer → outcome of a call, through its real SDK against a far end that plays canned answers."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ivr.model.events import CallOutcome
from ivr.model.outcomes import Accepted, Fault, Misconfigured, Never, TryLater, Unknown
from ivr.model.ports import SeenCall
from ivr.providers.twilio_calls import TwilioCalls
from tests.providers.calling import CALL, SHOWN, TO
from tests.providers.conftest import FarEnd
from tests.providers.texting import busy_address, nobodys_address, untrusted_server

ACCOUNT = "AC" + "0" * 32
SID = "CA" + "2" * 32
CREATED = {"sid": SID, "status": "queued", "direction": "outbound-api", "date_created": "Sun, 22 Nov 2026 12:00:00 +0000"}
NOON = 1795348800000  # 2026-11-22 12:00:00 UTC


def twilio(url: str, read_s: float = 5.0, connect_s: float = 2.0) -> TwilioCalls:
    return TwilioCalls(ACCOUNT, "token", url, (connect_s, read_s))


def test_a_call_goes_out_whole_once_and_in_silence(far_end: FarEnd, capsys: pytest.CaptureFixture[str]) -> None:
    far_end.will_answer(201, CREATED)
    assert twilio(far_end.url + "/").place_call(CALL) == Accepted(SID)
    [asked] = far_end.asked
    assert (asked.method, asked.path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json")
    assert asked.headers["Authorization"].startswith("Basic ")
    assert asked.form == {
        "To": "+919845012345",
        "From": "+918061914343",
        "Url": CALL.answer_url,
        "Method": "POST",
        "StatusCallback": CALL.ended_url,
        "StatusCallbackEvent": "completed",
        "StatusCallbackMethod": "POST",
        "Timeout": "30",
        "TimeLimit": "1800",
    }
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("ring", "longest", "theirs"), [(0, 0, ("1", "1")), (700, 20000, ("600", "14400"))])
def test_times_stay_within_twilios_bounds(far_end: FarEnd, ring: int, longest: int, theirs: tuple[str, str]) -> None:
    far_end.will_answer(201, CREATED)
    twilio(far_end.url).place_call(replace(CALL, ring_s=ring, longest_s=longest))
    assert (far_end.asked[0].form["Timeout"], far_end.asked[0].form["TimeLimit"]) == theirs


DENIED = "the provider refused our credentials, credit or permission"
NOT_SHOWN = "the line that is shown is not ours to show"
NOT_ON = "this country is not switched on for calls"


def error(status: int, code: int) -> dict[str, Any]:
    return {"code": code, "message": "about +919845012345", "more_info": "", "status": status}


def problem(status: int, code: int) -> dict[str, Any]:
    """The newer shape, RFC 9457."""
    return {"type": "about:blank", "title": "Bad", "status": status, "code": code, "detail": "about +919845012345"}


@pytest.mark.parametrize(
    ("status", "body", "headers", "outcome"),
    [
        (201, {"status": "queued"}, {}, Unknown("an acceptance without an id")),
        (201, "no JSON", {}, Unknown("JSONDecodeError")),
        (307, "", {"Location": "/elsewhere"}, Misconfigured("307", Fault.ACCOUNT, "the API address answers with a redirect")),
        (400, error(400, 21211), {}, Never("21211", "no such number")),
        (400, problem(400, 21211), {}, Never("21211", "no such number")),
        (400, error(400, 13224), {}, Never("13224", "no such number, or one that Twilio cannot reach")),
        (400, error(400, 21216), {}, Never("21216", "this number may not be called")),
        (400, error(400, 21210), {}, Misconfigured("21210", Fault.ACCOUNT, NOT_SHOWN)),
        (400, error(400, 21212), {}, Misconfigured("21212", Fault.ACCOUNT, NOT_SHOWN)),
        (400, error(400, 21215), {}, Misconfigured("21215", Fault.ACCOUNT, NOT_ON)),
        (400, error(400, 13227), {}, Misconfigured("13227", Fault.ACCOUNT, NOT_ON)),
        (400, error(400, 21219), {}, Misconfigured("21219", Fault.ACCOUNT, "a trial account calls verified numbers only")),
        (400, error(400, 21205), {}, Misconfigured("21205", Fault.ACCOUNT, "our answer address is not one Twilio can call")),
        (400, error(400, 10004), {}, TryLater("10004")),
        (400, error(400, 99999), {}, Never("99999", "the provider refused this call")),
        (400, error(400, 21610), {}, Never("21610", "the provider refused this call")),  # a code of texts says nothing of calls
        (401, error(401, 20003), {}, Misconfigured("20003", Fault.ACCOUNT, "wrong credentials, or no permission")),
        (403, "no JSON", {}, Misconfigured("403", Fault.ACCOUNT, DENIED)),
        (408, "", {}, Unknown("HTTP 408")),
        (429, error(429, 20429), {"Retry-After": "7"}, TryLater("20429", 7.0)),
        (429, error(429, 10004), {}, TryLater("10004")),
        (429, "", {}, TryLater("429")),
        (500, error(500, 20500), {}, Unknown("HTTP 500")),
        (503, "", {}, Unknown("HTTP 503")),
    ],
)
def test_each_answer_has_one_outcome_and_costs_one_post(
    far_end: FarEnd, capsys: pytest.CaptureFixture[str], status: int, body: Any, headers: dict[str, str], outcome: object
) -> None:
    far_end.will_answer(status, body, headers=headers)
    assert twilio(far_end.url).place_call(CALL) == outcome
    assert far_end.posts == 1
    assert capsys.readouterr() == ("", "")


def test_what_never_left_us_is_tried_later(tmp_path: Path) -> None:
    assert twilio(nobodys_address()).place_call(CALL) == TryLater("unreachable")
    assert twilio("http://no-such-host.invalid").place_call(CALL) == TryLater("unreachable")
    with busy_address() as url:
        assert twilio(url, connect_s=0.2).place_call(CALL) == TryLater("unreachable")
    with untrusted_server(tmp_path) as url:
        assert twilio(url).place_call(CALL) == TryLater("unreachable")


def test_what_may_have_left_us_is_unknown(far_end: FarEnd) -> None:
    far_end.will_answer(waits_s=1.0)
    assert twilio(far_end.url, read_s=0.1).place_call(CALL) == Unknown("ReadTimeout")
    far_end.will_answer(hangs_up=True)
    assert twilio(far_end.url).place_call(CALL) == Unknown("ConnectionError")
    assert far_end.posts == 2


def listed(*calls: dict[str, Any]) -> dict[str, Any]:
    first = {**CREATED, "duration": None}
    return {"calls": [{**first, **one} for one in calls], "page": 0, "page_size": 50, "next_page_uri": None}


def test_a_search_asks_for_one_phone_and_one_line(far_end: FarEnd) -> None:
    far_end.will_answer(200, listed({}))
    assert twilio(far_end.url).find_calls(TO, SHOWN, NOON, NOON + 15_000) == [SeenCall(SID, None)]
    [asked] = far_end.asked
    assert (asked.method, asked.path) == ("GET", f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json")
    assert asked.query == {"To": "+919845012345", "From": "+918061914343", "PageSize": "50"}


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ({"status": "queued"}, None),
        ({"status": "ringing"}, None),
        ({"status": "in-progress"}, None),
        ({"status": "levitating"}, None),
        ({"status": "completed", "duration": "49"}, CallOutcome.ANSWERED),
        ({"status": "completed", "duration": "0"}, CallOutcome.NO_ANSWER),
        ({"status": "busy", "duration": "0"}, CallOutcome.BUSY),
        ({"status": "no-answer"}, CallOutcome.NO_ANSWER),
        ({"status": "canceled"}, CallOutcome.CANCELLED),
        ({"status": "failed"}, CallOutcome.FAILED),
    ],
)
def test_a_call_that_exists_is_seen_whatever_its_state(far_end: FarEnd, fields: dict[str, Any], seen: CallOutcome | None) -> None:
    far_end.will_answer(200, listed(fields))
    assert twilio(far_end.url).find_calls(TO, SHOWN, NOON, NOON) == [SeenCall(SID, seen)]


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({"date_created": "Sun, 22 Nov 2026 11:59:56 +0000"}, True),
        ({"date_created": "Sun, 22 Nov 2026 11:59:54 +0000"}, False),
        ({"date_created": "Sun, 22 Nov 2026 12:00:04 +0000"}, True),
        ({"date_created": "Sun, 22 Nov 2026 12:00:06 +0000"}, False),
        ({"date_created": None}, True),
        ({"direction": "outbound-dial"}, False),
        ({"direction": "inbound"}, False),
        ({"direction": None}, True),
    ],
)
def test_calls_placed_at_another_time_and_legs_of_other_calls_are_left_out(far_end: FarEnd, fields: dict[str, Any], counts: bool) -> None:
    far_end.will_answer(200, listed(fields))
    assert twilio(far_end.url).find_calls(TO, SHOWN, NOON, NOON) == ([SeenCall(SID, None)] if counts else [])


@pytest.mark.parametrize(
    ("status", "body"), [(429, "too many"), (503, ""), (401, ""), (200, "no JSON"), (200, {}), (200, {"calls": None}), (200, "[1]")]
)
def test_a_search_that_fails_is_unknown_never_absent(far_end: FarEnd, status: int, body: Any) -> None:
    far_end.will_answer(status, body)
    assert isinstance(twilio(far_end.url).find_calls(TO, SHOWN, NOON, NOON), Unknown)
    assert isinstance(twilio(nobodys_address()).find_calls(TO, SHOWN, NOON, NOON), Unknown)


def test_no_number_or_token_reaches_a_log_or_an_outcome(far_end: FarEnd, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    calls = TwilioCalls(ACCOUNT, "a-secret-token", far_end.url, (1.0, 1.0))
    far_end.will_answer(400, error(400, 21211))
    far_end.will_answer(200, listed({}))
    said = [str(calls.place_call(CALL)), str(calls.find_calls(TO, SHOWN, NOON, NOON)), caplog.text]
    assert not [text for text in said for secret in ("9845012345", "8061914343", "a-secret-token") if secret in text]
