"""A provider's list of the calls that came in, through its real SDK against a far end that plays canned answers; and FALLBACK_URL."""

import logging
from dataclasses import replace
from typing import Any

import pytest

from ivr.model.events import CallOutcome
from ivr.model.outcomes import Accepted, Unknown
from ivr.model.ports import CallPlacer, SeenInbound
from ivr.providers.plivo_calls import PlivoCalls
from ivr.providers.twilio_calls import TwilioCalls
from tests.providers.calling import CALL
from tests.providers.conftest import FarEnd
from tests.providers.texting import nobodys_address

PLIVO_ID, TWILIO_ID = "MA000000000000000000", "AC" + "0" * 32
NOON = 1795348800000  # 2026-11-22 12:00:00 UTC
UNTIL = NOON + 600_000
P_CALL = {
    "call_uuid": "u-1",
    "from_number": "919845012345",
    "to_number": "918061914344",
    "initiation_time": "2026-11-22 17:30:05+05:30",
    "end_time": "2026-11-22 17:30:45+05:30",
    "answer_time": "2026-11-22 17:30:06+05:30",
    "call_duration": 39,
    "hangup_cause_code": 7012,
    "hangup_source": "Error",
}
T_CALL = {
    "sid": "CA" + "2" * 32,
    "direction": "inbound",
    "from": "+919845012345",
    "to": "+12025550144",
    "status": "completed",
    "duration": "39",
    "start_time": "Sun, 22 Nov 2026 12:00:05 +0000",
    "end_time": "Sun, 22 Nov 2026 12:00:45 +0000",
}


def plivo(url: str) -> PlivoCalls:
    return PlivoCalls(PLIVO_ID, "a-secret-token", url, (1.0, 1.0))


def twilio(url: str) -> TwilioCalls:
    return TwilioCalls(TWILIO_ID, "a-secret-token", url, (1.0, 1.0))


def listed(name: str, *calls: dict[str, Any]) -> dict[str, Any]:
    return {"api_id": "x", "meta": {}, "objects": list(calls)} if name == "plivo" else {"calls": list(calls), "page_size": 1000}


BOTH = pytest.mark.parametrize(("name", "calls"), [("plivo", plivo), ("twilio", twilio)])


def test_plivo_is_asked_for_what_ended_meanwhile_and_tells_how(far_end: FarEnd) -> None:
    far_end.will_answer(200, listed("plivo", P_CALL))
    assert plivo(far_end.url).inbound_calls(NOON, UNTIL) == [
        SeenInbound("u-1", "+919845012345", "+918061914344", NOON + 5_000, NOON + 45_000, CallOutcome.FAILED, 39, "7012", True)
    ]
    [asked] = far_end.asked
    assert (asked.method, asked.path) == ("GET", f"/v1/Account/{PLIVO_ID}/Call/")
    bounds = {"end_time__gte": "2026-11-22 12:00:00.000000", "end_time__lte": "2026-11-22 12:10:00.000000"}
    assert asked.query == {"call_direction": "inbound", "limit": "20", "offset": "0", **bounds}


@pytest.mark.parametrize(
    ("fields", "outcome", "by_document"),
    [
        ({"hangup_cause_code": 4000, "hangup_source": "Caller"}, CallOutcome.ANSWERED, False),
        ({"hangup_cause_code": 4000, "hangup_source": "Answer XML"}, CallOutcome.ANSWERED, True),
        ({"hangup_cause_code": 3010, "call_duration": 0, "answer_time": None}, CallOutcome.BUSY, False),
        ({"hangup_cause_code": 1000, "call_duration": 0, "answer_time": None}, CallOutcome.CANCELLED, False),
        ({"hangup_cause_code": None, "call_duration": None, "answer_time": None, "hangup_source": None}, CallOutcome.NO_ANSWER, False),
    ],
)
def test_how_a_call_ended_that_plivo_remembers(far_end: FarEnd, fields: dict[str, Any], outcome: CallOutcome, by_document: bool) -> None:
    far_end.will_answer(200, listed("plivo", {**P_CALL, **fields}))
    [seen] = plivo(far_end.url).inbound_calls(NOON, UNTIL)  # type: ignore[misc, union-attr]
    assert (seen.outcome, seen.by_document) == (outcome, by_document)


def test_plivos_pages_are_read_to_the_last_and_told_oldest_first(far_end: FarEnd) -> None:
    far_end.will_answer(200, listed("plivo", *({**P_CALL, "call_uuid": f"u-{n}"} for n in range(20))))
    far_end.will_answer(200, listed("plivo", {**P_CALL, "call_uuid": "u-19"}, {**P_CALL, "call_uuid": "u-20"}))
    seen = plivo(far_end.url).inbound_calls(NOON, UNTIL)
    assert [one.provider_call_id for one in seen] == [f"u-{n}" for n in range(20, -1, -1)]  # type: ignore[union-attr]
    assert [asked.query["offset"] for asked in far_end.asked] == ["0", "20"]


def test_a_time_that_cannot_be_read_is_taken_for_the_earliest(far_end: FarEnd) -> None:
    far_end.will_answer(200, listed("plivo", {**P_CALL, "initiation_time": None, "end_time": "2026-11-22 17:30:45"}))
    [seen] = plivo(far_end.url).inbound_calls(NOON, UNTIL)  # type: ignore[misc, union-attr]
    assert (seen.began_at, seen.ended_at) == (NOON, NOON)


def test_twilio_is_asked_for_what_began_meanwhile_and_calls_of_ours_are_left_out(far_end: FarEnd) -> None:
    live = {**T_CALL, "sid": "CA" + "3" * 32, "status": "in-progress", "duration": None, "end_time": None}
    placed = {**T_CALL, "sid": "CA" + "4" * 32, "direction": "outbound-api"}
    far_end.will_answer(200, listed("twilio", live, placed, T_CALL))
    assert twilio(far_end.url).inbound_calls(NOON, UNTIL) == [
        SeenInbound(T_CALL["sid"], "+919845012345", "+12025550144", NOON + 5_000, NOON + 45_000, CallOutcome.ANSWERED, 39, "completed"),
        SeenInbound(live["sid"], "+919845012345", "+12025550144", NOON + 5_000, None, None, 0, "in-progress"),
    ]
    [asked] = far_end.asked
    assert (asked.method, asked.path) == ("GET", f"/2010-04-01/Accounts/{TWILIO_ID}/Calls.json")
    assert asked.query == {"StartTime>": "2026-11-22T12:00:00Z", "StartTime<": "2026-11-22T12:10:00Z", "PageSize": "1000"}


@BOTH
@pytest.mark.parametrize(("status", "body"), [(429, "too many"), (503, ""), (401, ""), (200, "no JSON"), (200, {}), (200, "[1]")])
def test_a_list_that_cannot_be_read_tells_nothing(far_end: FarEnd, name: str, calls: Any, status: int, body: Any) -> None:
    far_end.will_answer(status, body)
    assert isinstance(calls(far_end.url).inbound_calls(NOON, UNTIL), Unknown)
    assert isinstance(calls(nobodys_address()).inbound_calls(NOON, UNTIL), Unknown)


@BOTH
def test_no_number_of_the_list_reaches_a_log(far_end: FarEnd, caplog: pytest.LogCaptureFixture, name: str, calls: Any) -> None:
    caplog.set_level(logging.DEBUG)
    far_end.will_answer(200, listed(name, P_CALL if name == "plivo" else T_CALL))
    [seen] = calls(far_end.url).inbound_calls(NOON, UNTIL)
    assert not [text for text in (str(seen), caplog.text) for secret in ("9845012345", "a-secret-token") if secret in text]


@BOTH
def test_a_call_names_the_document_that_is_kept_for_when_we_are_away(far_end: FarEnd, name: str, calls: Any) -> None:
    placer: CallPlacer = calls(far_end.url)
    for kept in ("", "https://static.clinic.in/away/outbound.xml"):
        far_end.will_answer(201, {"request_uuid": "u-1", "sid": "u-1"})
        assert placer.place_call(replace(CALL, fallback_url=kept)) == Accepted("u-1")
    without, with_it = (asked.json if name == "plivo" else asked.form for asked in far_end.asked)
    theirs = ("fallback_url", "fallback_method") if name == "plivo" else ("FallbackUrl", "FallbackMethod")
    assert not set(theirs) & set(without)
    assert [with_it[each] for each in theirs] == ["https://static.clinic.in/away/outbound.xml", "GET"]
