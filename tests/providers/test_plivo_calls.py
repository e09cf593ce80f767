"""Plivo's API answer → outcome of a call, through its real SDK against a far end that plays canned answers."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ivr.model.events import CallOutcome
from ivr.model.outcomes import Accepted, Fault, Misconfigured, Never, TryLater, Unknown
from ivr.model.ports import SeenCall
from ivr.providers.plivo_calls import PlivoCalls
from tests.providers.calling import CALL, SHOWN, TO
from tests.providers.conftest import FarEnd
from tests.providers.texting import busy_address, nobodys_address, untrusted_server

ACCOUNT = "MA000000000000000000"
UUID = "9834029e-58b6-11e1-b8b7-a5bd0e4e126f"
FIRED = {"api_id": "97ceeb52", "message": "call fired", "request_uuid": UUID}
NOON = 1795348800000  # 2026-11-22 12:00:00 UTC


def plivo(url: str, read_s: float = 5.0, connect_s: float = 2.0) -> PlivoCalls:
    return PlivoCalls(ACCOUNT, "token", url, (connect_s, read_s))


def test_a_call_goes_out_whole_once_and_in_silence(far_end: FarEnd, capsys: pytest.CaptureFixture[str]) -> None:
    far_end.will_answer(201, FIRED)
    assert plivo(far_end.url).place_call(CALL) == Accepted(UUID)
    [asked] = far_end.asked
    assert (asked.method, asked.path) == ("POST", f"/v1/Account/{ACCOUNT}/Call/")
    assert asked.headers["Authorization"].startswith("Basic ")
    assert asked.json == {
        "from": "918061914343",
        "to": "919845012345",
        "answer_url": CALL.answer_url,
        "answer_method": "POST",
        "hangup_url": CALL.ended_url,
        "hangup_method": "POST",
        "ring_timeout": 30,
        "time_limit": 1800,
    }
    assert capsys.readouterr() == ("", "")


REFUSED = Never("400", "the provider refused this call")
DENIED = "the provider refused our credentials, credit or permission"
BY_ACCOUNT = Misconfigured("400", Fault.ACCOUNT, "Plivo refused the line that is shown, our address or the account")
BY_NUMBER = Never("400", "Plivo refused the number")


def error(sentence: str) -> dict[str, str]:
    return {"api_id": "97ceeb52", "error": sentence}


@pytest.mark.parametrize(
    ("status", "body", "headers", "outcome"),
    [
        (200, FIRED, {}, Accepted(UUID)),
        (201, {"request_uuid": ""}, {}, Unknown("an acceptance without an id")),
        (201, {"request_uuid": [UUID]}, {}, Unknown("an acceptance without an id")),
        (201, "<html>no JSON</html>", {}, Unknown("an acceptance without an id")),
        (301, "", {"Location": "/elsewhere"}, Misconfigured("301", Fault.ACCOUNT, "the API address answers with a redirect")),
        (400, error("something is missing"), {}, REFUSED),
        (400, error("time_limit is not a number"), {}, REFUSED),
        (400, error("caller ID 918061914343 is not associated with your account"), {}, BY_ACCOUNT),
        (400, error("invalid from parameter"), {}, BY_ACCOUNT),
        (400, error("Compliance application is not in 'accepted' status"), {}, BY_ACCOUNT),
        (400, error("answer_url is not valid"), {}, BY_ACCOUNT),
        (400, error("invalid 'to' number 91984501"), {}, BY_NUMBER),
        (400, error("destination number is not valid"), {}, BY_NUMBER),
        (400, {"error": {"error": "invalid destination"}}, {}, BY_NUMBER),
        (400, {"error_code": 3050}, {}, Never("3050", "nobody has this number")),
        (400, {"error_code": "1010"}, {}, Misconfigured("1010", Fault.ACCOUNT, "out of credit")),
        (401, "not JSON", {}, Misconfigured("401", Fault.ACCOUNT, DENIED)),
        (402, error("insufficient credit"), {}, Misconfigured("402", Fault.ACCOUNT, DENIED)),
        (403, error("Geo permission to call this destination is not enabled"), {}, Misconfigured("403", Fault.ACCOUNT, DENIED)),
        (403, error("Concurrency limit reached (5030)"), {}, TryLater("5030")),
        (403, error("too many calls at once"), {"Retry-After": "3"}, TryLater("5030", 3.0)),
        (403, {"error_code": 5030}, {}, TryLater("5030")),
        (404, error("not found"), {}, Misconfigured("404", Fault.ACCOUNT, DENIED)),
        (408, "", {}, Unknown("HTTP 408")),
        (422, error("unprocessable"), {}, Never("422", "the provider refused this call")),
        (429, error("too many requests"), {"Retry-After": "7"}, TryLater("429", 7.0)),
        (429, "", {}, TryLater("429", None)),
        (500, error("server error"), {}, Unknown("HTTP 500")),
        (503, "", {"Retry-After": "1"}, Unknown("HTTP 503")),
    ],
)
def test_each_answer_has_one_outcome_and_costs_one_post(
    far_end: FarEnd, capsys: pytest.CaptureFixture[str], status: int, body: Any, headers: dict[str, str], outcome: object
) -> None:
    far_end.will_answer(status, body, headers=headers)
    assert plivo(far_end.url).place_call(CALL) == outcome
    assert far_end.posts == 1
    assert capsys.readouterr() == ("", "")


def test_server_errors_in_a_row_never_ring_a_phone_three_times(far_end: FarEnd, capsys: pytest.CaptureFixture[str]) -> None:
    calls = plivo(far_end.url)
    for _ in range(5):
        far_end.will_answer(503)
        assert calls.place_call(CALL) == Unknown("HTTP 503")
    far_end.will_answer(201, FIRED)
    assert calls.place_call(CALL) == Accepted(UUID)
    assert far_end.posts == 6
    assert capsys.readouterr() == ("", "")


def test_what_never_left_us_is_tried_later(tmp_path: Path) -> None:
    assert plivo(nobodys_address()).place_call(CALL) == TryLater("unreachable")
    assert plivo("http://no-such-host.invalid").place_call(CALL) == TryLater("unreachable")
    with busy_address() as url:
        assert plivo(url, connect_s=0.2).place_call(CALL) == TryLater("unreachable")
    with untrusted_server(tmp_path) as url:
        assert plivo(url).place_call(CALL) == TryLater("unreachable")


def test_what_may_have_left_us_is_unknown(far_end: FarEnd) -> None:
    far_end.will_answer(waits_s=1.0)
    assert plivo(far_end.url, read_s=0.1).place_call(CALL) == Unknown("ReadTimeout")
    far_end.will_answer(hangs_up=True)
    assert plivo(far_end.url).place_call(CALL) == Unknown("ConnectionError")
    assert far_end.posts == 2


def test_what_the_sdk_would_not_send_costs_no_post(far_end: FarEnd) -> None:
    assert plivo(far_end.url).place_call(replace(CALL, shown=TO)) == Never("local", "Plivo's SDK would not place this call")
    badly_set = PlivoCalls("not-an-id", "token", far_end.url, (1.0, 1.0))
    assert badly_set.place_call(CALL) == Misconfigured("auth_id", Fault.ACCOUNT, "PLIVO_AUTH_ID is not the id of a Plivo account")
    assert far_end.posts == 0


def test_calls_from_a_pool_of_threads(far_end: FarEnd) -> None:
    calls = plivo(far_end.url)
    for _ in range(10):
        far_end.will_answer(201, FIRED)
    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(lambda _: calls.place_call(CALL), range(10))) == [Accepted(UUID)] * 10
    assert far_end.posts == 10


def live(*ids: str) -> dict[str, Any]:
    return {"api_id": "x", "calls": list(ids)}


def over(*calls: dict[str, Any]) -> dict[str, Any]:
    first = {"call_uuid": "u-1", "initiation_time": "2026-11-22 17:30:05+05:30", "parent_call_uuid": None}
    return {"api_id": "x", "meta": {"limit": 20}, "objects": [{**first, **one} for one in calls]}


def test_a_search_asks_for_live_calls_and_then_for_those_that_are_over(far_end: FarEnd) -> None:
    far_end.will_answer(200, live("u-9", "u-1"))
    far_end.will_answer(200, over({"hangup_cause_code": 3000}))
    found = plivo(far_end.url).find_calls(TO, SHOWN, NOON, NOON + 15_250)
    assert found == [SeenCall("u-9", None), SeenCall("u-1", CallOutcome.NO_ANSWER)]
    assert [(asked.method, asked.path) for asked in far_end.asked] == [("GET", f"/v1/Account/{ACCOUNT}/Call/")] * 2
    numbers = {"call_direction": "outbound", "from_number": "918061914343", "to_number": "919845012345", "limit": "20", "offset": "0"}
    assert far_end.asked[0].query == {**numbers, "status": "live"}
    assert far_end.asked[1].query == {**numbers, "end_time__gte": "2026-11-22 11:59:55.000000"}


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ({"hangup_cause_code": 4000, "call_duration": 61, "answer_time": "2026-11-22 17:30:10+05:30"}, CallOutcome.ANSWERED),
        ({"hangup_cause_code": 4000, "call_duration": 0, "answer_time": None}, CallOutcome.NO_ANSWER),
        ({"hangup_cause_code": 4000, "call_duration": 0, "hangup_source": "Caller"}, CallOutcome.CANCELLED),
        ({"hangup_cause_code": 3010, "call_duration": 0}, CallOutcome.BUSY),
        ({"hangup_cause_code": "3020"}, CallOutcome.REJECTED),
        ({"hangup_cause_code": 2070}, CallOutcome.FAILED),
        ({"call_duration": 61}, CallOutcome.ANSWERED),
        ({"call_duration": None}, CallOutcome.NO_ANSWER),
    ],
)
def test_how_a_call_ended_that_the_list_remembers(far_end: FarEnd, fields: dict[str, Any], seen: CallOutcome) -> None:
    far_end.will_answer(200, live())
    far_end.will_answer(200, over(fields))
    assert plivo(far_end.url).find_calls(TO, SHOWN, NOON, NOON + 15_000) == [SeenCall("u-1", seen)]


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        ({"initiation_time": "2026-11-22 17:29:56+05:30"}, True),
        ({"initiation_time": "2026-11-22 17:29:54+05:30"}, False),
        ({"initiation_time": "2026-11-22 12:00:19+00:00"}, True),
        ({"initiation_time": "2026-11-22 12:00:21+00:00"}, False),
        ({"initiation_time": "2026-11-22 17:30:00"}, True),  # whose time is this? a call too many is better than a second ring
        ({"initiation_time": None}, True),
        ({"parent_call_uuid": "u-0"}, False),
    ],
)
def test_calls_placed_at_another_time_and_legs_of_other_calls_are_left_out(far_end: FarEnd, fields: dict[str, Any], counts: bool) -> None:
    far_end.will_answer(200, live())
    far_end.will_answer(200, over({"hangup_cause_code": 3010, **fields}))
    found = plivo(far_end.url).find_calls(TO, SHOWN, NOON, NOON + 15_000)
    assert found == ([SeenCall("u-1", CallOutcome.BUSY)] if counts else [])


@pytest.mark.parametrize(
    ("status", "body"),
    [(429, "too many"), (503, ""), (401, ""), (200, "no JSON"), (200, {}), (200, {"objects": None, "calls": None}), (200, "[1]")],
)
def test_a_search_that_fails_is_unknown_never_absent(far_end: FarEnd, capsys: pytest.CaptureFixture[str], status: int, body: Any) -> None:
    far_end.will_answer(status, body)
    assert isinstance(plivo(far_end.url).find_calls(TO, SHOWN, NOON, NOON), Unknown)
    assert len(far_end.asked) == 1
    far_end.will_answer(200, live())
    far_end.will_answer(status, body)
    assert isinstance(plivo(far_end.url).find_calls(TO, SHOWN, NOON, NOON), Unknown)
    assert isinstance(plivo(nobodys_address()).find_calls(TO, SHOWN, NOON, NOON), Unknown)
    assert capsys.readouterr() == ("", "")


def test_a_remembered_call_without_an_id_is_no_answer_at_all(far_end: FarEnd) -> None:
    far_end.will_answer(200, live())
    far_end.will_answer(200, {"objects": [{"hangup_cause_code": 3010}]})
    assert isinstance(plivo(far_end.url).find_calls(TO, SHOWN, NOON, NOON), Unknown)


def test_no_number_or_token_reaches_a_log_or_an_outcome(far_end: FarEnd, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    calls = PlivoCalls(ACCOUNT, "a-secret-token", far_end.url, (1.0, 1.0))
    far_end.will_answer(400, error("919845012345 is not a number"))
    far_end.will_answer(200, live())
    far_end.will_answer(200, over({"hangup_cause_code": 3010}))
    said = [str(calls.place_call(CALL)), str(calls.find_calls(TO, SHOWN, NOON, NOON)), caplog.text]
    assert not [text for text in said for secret in ("9845012345", "8061914343", "a-secret-token") if secret in text]
