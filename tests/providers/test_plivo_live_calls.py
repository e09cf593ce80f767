"""A call at Plivo is moved, ended, looked at: API answer → outcome, through the real SDK against a far end that plays canned answers."""

import logging
from typing import Any

import pytest

from ivr.model.events import CallOutcome
from ivr.model.outcomes import Accepted, Fault, Misconfigured, Never, TryLater, Unknown
from ivr.model.ports import SeenCall
from ivr.providers.plivo_calls import PlivoCalls
from tests.providers.conftest import FarEnd
from tests.providers.texting import nobodys_address

ACCOUNT = "MA000000000000000000"
UUID = "9834029e-58b6-11e1-b8b7-a5bd0e4e126f"
THERE = "https://ivr.example.in/voice/plivo/turn/01JD0000000000000000000000/4/mac"
CALL, REQUEST = f"/v1/Account/{ACCOUNT}/Call/{UUID}/", f"/v1/Account/{ACCOUNT}/Request/{UUID}/"
MOVED = {"api_id": "08c94608", "message": "call transferred"}
NOT_FOUND = {"api_id": "08c94608", "error": "not found"}
DENIED = "the provider refused our credentials, credit or permission"


def plivo(url: str) -> PlivoCalls:
    return PlivoCalls(ACCOUNT, "token", url, (2.0, 5.0))


def asked(far_end: FarEnd) -> list[tuple[str, str]]:
    return [(each.method, each.path) for each in far_end.asked]


def test_a_move_names_our_leg_and_the_address_once_and_in_silence(far_end: FarEnd, capsys: pytest.CaptureFixture[str]) -> None:
    far_end.will_answer(202, MOVED)
    assert plivo(far_end.url).move_call(UUID, THERE) == Accepted(UUID)
    assert asked(far_end) == [("POST", CALL)]
    assert far_end.asked[0].json == {"legs": "aleg", "aleg_url": THERE, "aleg_method": "POST", "call_uuid": UUID}  # the last by the SDK
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, MOVED, Accepted(UUID)),
        (202, "no JSON", Accepted(UUID)),
        (404, NOT_FOUND, Never("404", "the call is not live")),
        (404, "", Never("404", "the call is not live")),
        (400, {"error": "aleg_url is not valid"}, Never("400", "the provider refused this move")),
        (401, "", Misconfigured("401", Fault.ACCOUNT, DENIED)),
        (429, "", TryLater("429")),
        (500, "", Unknown("HTTP 500")),
        (503, "", Unknown("HTTP 503")),
    ],
)
def test_each_answer_to_a_move_has_one_outcome_and_costs_one_post(far_end: FarEnd, status: int, body: Any, outcome: object) -> None:
    far_end.will_answer(status, body)
    assert plivo(far_end.url).move_call(UUID, THERE) == outcome
    assert far_end.posts == 1


def test_a_live_call_is_hung_up_with_one_request(far_end: FarEnd, capsys: pytest.CaptureFixture[str]) -> None:
    far_end.will_answer(204)
    assert plivo(far_end.url).end_call(UUID) == Accepted(UUID)
    assert asked(far_end) == [("DELETE", CALL)]
    assert capsys.readouterr() == ("", "")


def test_a_call_that_is_not_rung_yet_is_taken_back(far_end: FarEnd) -> None:
    far_end.will_answer(404, NOT_FOUND)
    far_end.will_answer(204)
    assert plivo(far_end.url).end_call(UUID) == Accepted(UUID)
    assert asked(far_end) == [("DELETE", CALL), ("DELETE", REQUEST)]


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ([(404, NOT_FOUND), (404, NOT_FOUND)], Accepted(UUID)),
        ([(404, NOT_FOUND), (503, "")], Unknown("HTTP 503")),
        ([(404, NOT_FOUND), (429, "")], TryLater("429")),
        ([(401, "")], Misconfigured("401", Fault.ACCOUNT, DENIED)),
        ([(429, "")], TryLater("429")),
        ([(500, "")], Unknown("HTTP 500")),
        ([(400, "")], Never("400", "the provider refused this hang-up")),
    ],
)
def test_how_a_hang_up_ends_that_finds_no_call_or_no_ear(far_end: FarEnd, answers: list[tuple[int, Any]], outcome: object) -> None:
    for status, body in answers:
        far_end.will_answer(status, body)
    assert plivo(far_end.url).end_call(UUID) == outcome
    assert len(far_end.asked) == len(answers)


def test_a_live_call_is_seen_with_one_request(far_end: FarEnd) -> None:
    far_end.will_answer(200, {"call_uuid": UUID, "call_status": "in-progress", "direction": "outbound"})
    assert plivo(far_end.url).look_at_call(UUID) == SeenCall(UUID, None)
    assert asked(far_end) == [("GET", CALL)]
    assert far_end.asked[0].query == {"status": "live"}


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"hangup_cause_code": 4000, "call_duration": 61}, CallOutcome.ANSWERED),
        ({"hangup_cause_code": 3010, "call_duration": 0}, CallOutcome.BUSY),
        ({"hangup_cause_code": 4000, "call_duration": 0, "answer_time": None}, CallOutcome.NO_ANSWER),
    ],
)
def test_a_call_that_is_over_is_seen_with_its_outcome(far_end: FarEnd, fields: dict[str, Any], outcome: CallOutcome) -> None:
    far_end.will_answer(404, NOT_FOUND)
    far_end.will_answer(200, {"api_id": "x", "call_uuid": UUID, **fields})
    assert plivo(far_end.url).look_at_call(UUID) == SeenCall(UUID, outcome)
    assert asked(far_end) == [("GET", CALL)] * 2
    assert "status" not in far_end.asked[1].query


@pytest.mark.parametrize(
    ("end_time", "ended_at"),
    [
        ("2026-11-22 12:20:00+05:30", 1795330200000),
        ("2026-11-22 06:50:00+00:00", 1795330200000),
        ("2026-11-22 12:20:00", None),
        (None, None),
    ],
)
def test_when_a_call_ended_is_told_where_the_time_names_its_zone(far_end: FarEnd, end_time: str | None, ended_at: int | None) -> None:
    far_end.will_answer(404, NOT_FOUND)
    far_end.will_answer(200, {"api_id": "x", "call_uuid": UUID, "hangup_cause_code": 4000, "call_duration": 61, "end_time": end_time})
    assert plivo(far_end.url).look_at_call(UUID) == SeenCall(UUID, CallOutcome.ANSWERED, ended_at)


def test_a_call_that_plivo_does_not_know_is_none(far_end: FarEnd) -> None:
    far_end.will_answer(404, NOT_FOUND)
    far_end.will_answer(404, NOT_FOUND)
    assert plivo(far_end.url).look_at_call(UUID) is None


@pytest.mark.parametrize(
    ("status", "body"),
    [(429, ""), (503, ""), (401, ""), (200, "no JSON"), (200, {}), (200, {"call_uuid": "another"}), (200, "[1]")],
)
def test_a_look_that_fails_is_unknown_never_none(far_end: FarEnd, status: int, body: Any) -> None:
    far_end.will_answer(status, body)
    assert isinstance(plivo(far_end.url).look_at_call(UUID), Unknown)
    far_end.will_answer(404, NOT_FOUND)
    far_end.will_answer(status, body)
    assert isinstance(plivo(far_end.url).look_at_call(UUID), Unknown)


def test_what_never_left_us_is_tried_later_and_what_may_have_is_unknown(far_end: FarEnd) -> None:
    away = plivo(nobodys_address())
    assert away.move_call(UUID, THERE) == TryLater("unreachable")
    assert away.end_call(UUID) == TryLater("unreachable")
    assert isinstance(away.look_at_call(UUID), Unknown)
    for _ in range(3):
        far_end.will_answer(hangs_up=True)
    calls = plivo(far_end.url)
    assert calls.move_call(UUID, THERE) == Unknown("ConnectionError")
    assert calls.end_call(UUID) == Unknown("ConnectionError")
    assert calls.look_at_call(UUID) == Unknown("ConnectionError")


def test_what_the_sdk_would_not_send_costs_no_request(far_end: FarEnd) -> None:
    assert plivo(far_end.url).move_call(UUID, "nowhere") == Never("local", "Plivo's SDK would not move this call")
    badly_set = PlivoCalls("not-an-id", "token", far_end.url, (1.0, 1.0))
    fault = Misconfigured("auth_id", Fault.ACCOUNT, "PLIVO_AUTH_ID is not the id of a Plivo account")
    assert (badly_set.move_call(UUID, THERE), badly_set.end_call(UUID)) == (fault, fault)
    assert isinstance(badly_set.look_at_call(UUID), Unknown)
    assert far_end.asked == []


def test_no_number_or_token_reaches_a_log_or_an_outcome(far_end: FarEnd, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    calls = PlivoCalls(ACCOUNT, "a-secret-token", far_end.url, (1.0, 1.0))
    told = {"call_uuid": UUID, "from": "918061914343", "to": "919845012345", "call_status": "in-progress"}
    far_end.will_answer(400, {"error": "919845012345 is not live"})
    far_end.will_answer(400, {"error": "919845012345 is not live"})
    far_end.will_answer(200, told)
    said = [str(calls.move_call(UUID, THERE)), str(calls.end_call(UUID)), str(calls.look_at_call(UUID)), caplog.text]
    assert not [text for text in said for secret in ("9845012345", "8061914343", "a-secret-token") if secret in text]
