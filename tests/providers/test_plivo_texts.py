"""Plivo's API answer → outcome, through its real SDK against a far end that plays canned answers."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ivr.model.events import ReportState
from ivr.model.outcomes import Accepted, Fault, Misconfigured, Never, TryLater, Unknown
from ivr.model.ports import Sighting
from ivr.providers.plivo_texts import PlivoTexts
from tests.providers.conftest import FarEnd
from tests.providers.texting import DLT, TEXT, TO, busy_address, nobodys_address, untrusted_server

ACCOUNT = "MA000000000000000000"
QUEUED = {"api_id": "db342550", "message": "message(s) queued", "message_uuid": ["db3ce55a-7f1d-11e1-8ea7-1231380bc196"]}
NOON = 1795348800000  # 2026-11-22 12:00:00 UTC


def plivo(url: str, read_s: float = 5.0, connect_s: float = 2.0) -> PlivoTexts:
    return PlivoTexts(ACCOUNT, "token", url, (connect_s, read_s))


def test_a_text_goes_out_whole_once_and_in_silence(far_end: FarEnd, capsys: pytest.CaptureFixture[str]) -> None:
    far_end.will_answer(202, QUEUED)
    assert plivo(far_end.url).send_text(TEXT) == Accepted("db3ce55a-7f1d-11e1-8ea7-1231380bc196")
    [asked] = far_end.asked
    assert (asked.method, asked.path) == ("POST", f"/v1/Account/{ACCOUNT}/Message/")
    assert asked.headers["Authorization"].startswith("Basic ")
    assert asked.json == {
        "src": "MFINEX",
        "dst": "919845012345",
        "text": TEXT.body,
        "type": "sms",
        "url": TEXT.report_url,
        "method": "POST",
        "log": "number_only",
        "trackable": False,
        "message_expiry": 3600,
        "dlt_entity_id": DLT.entity_id,
        "dlt_template_id": DLT.template_id,
        "dlt_template_category": "service_implicit",
    }
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("category", "theirs"),
    [("service", "service_implicit"), ("transactional", "transactional"), ("promotional", "promotional"), ("novel", "novel")],
)
def test_dlt_categories_in_plivos_words(far_end: FarEnd, category: str, theirs: str) -> None:
    far_end.will_answer(202, QUEUED)
    plivo(far_end.url).send_text(replace(TEXT, dlt=replace(DLT, category=category)))
    assert far_end.asked[0].json["dlt_template_category"] == theirs


def test_a_text_without_dlt_says_nothing_of_it(far_end: FarEnd) -> None:
    far_end.will_answer(202, QUEUED)
    plivo(far_end.url).send_text(replace(TEXT, dlt=None))
    assert not [name for name in far_end.asked[0].json if name.startswith("dlt")]


@pytest.mark.parametrize(("ours", "theirs"), [(0, 5), (5, 5), (600, 600), (86400, 10799)])
def test_the_expiry_stays_within_plivos_bounds(far_end: FarEnd, ours: int, theirs: int) -> None:
    far_end.will_answer(202, QUEUED)
    plivo(far_end.url).send_text(replace(TEXT, expires_s=ours))
    assert far_end.asked[0].json["message_expiry"] == theirs


REFUSED = "the provider refused this text"
DENIED = "the provider refused our credentials, credit or permission"
BY_DLT = Misconfigured("400", Fault.DLT, "Plivo refused the DLT entity, template or category")
BY_ACCOUNT = Misconfigured("400", Fault.ACCOUNT, "Plivo refused the sender or the account")


def error(sentence: str) -> dict[str, str]:
    return {"api_id": "97ceeb52", "error": sentence}


@pytest.mark.parametrize(
    ("status", "body", "headers", "outcome"),
    [
        (200, QUEUED, {}, Accepted(QUEUED["message_uuid"][0])),
        (202, {"message_uuid": []}, {}, Unknown("an acceptance without an id")),
        (202, {"message_uuid": "text"}, {}, Unknown("an acceptance without an id")),
        (202, {"message_uuid": [None]}, {}, Unknown("an acceptance without an id")),
        (202, {"message_uuid": [], "invalid_number": ["919845012345"]}, {}, Never("invalid_number", "no such destination")),
        (202, "<html>no JSON</html>", {}, Unknown("an acceptance without an id")),
        (202, "[1]", {}, Unknown("an acceptance without an id")),
        (301, "", {"Location": "/elsewhere"}, Misconfigured("301", Fault.ACCOUNT, "the API address answers with a redirect")),
        (307, "", {"Location": "/elsewhere"}, Misconfigured("307", Fault.ACCOUNT, "the API address answers with a redirect")),
        (400, error("a parameter is missing"), {}, Never("400", REFUSED)),
        (400, error("dlt_template_id is invalid"), {}, BY_DLT),
        (400, error("DLT entity id not found"), {}, BY_DLT),
        (400, error("invalid dst parameter"), {}, Never("400", "Plivo refused the destination")),
        (400, error("src is not associated with your account"), {}, BY_ACCOUNT),
        (400, error("compliance application is 'suspended'"), {}, BY_ACCOUNT),
        (400, {"error": {"error": "invalid dst"}}, {}, Never("400", "Plivo refused the destination")),
        (
            400,
            {"error_code": 612, "error": ""},
            {},
            Misconfigured("612", Fault.DLT, "the entity, header or template does not match its DLT registration"),
        ),
        (400, {"error_code": "50"}, {}, Never("50", "no such destination")),
        (400, {"error_code": "300"}, {}, TryLater("300")),
        (401, "not JSON", {}, Misconfigured("401", Fault.ACCOUNT, DENIED)),
        (402, error("insufficient credit"), {}, Misconfigured("402", Fault.ACCOUNT, DENIED)),
        (403, error("geo permission"), {}, Misconfigured("403", Fault.ACCOUNT, DENIED)),
        (404, error("not found"), {}, Misconfigured("404", Fault.ACCOUNT, DENIED)),
        (408, "", {}, Unknown("HTTP 408")),
        (409, "", {}, Never("409", REFUSED)),
        (422, error("unprocessable"), {}, Never("422", REFUSED)),
        (429, error("too many requests"), {"Retry-After": "7"}, TryLater("429", 7.0)),
        (429, "", {"Retry-After": "Sun, 22 Nov 2026 06:50:00 GMT"}, TryLater("429", None)),
        (429, "", {"Retry-After": "-1"}, TryLater("429", None)),
        (429, "", {}, TryLater("429", None)),
        (500, error("server error"), {}, Unknown("HTTP 500")),
        (503, "", {"Retry-After": "1"}, Unknown("HTTP 503")),
        (599, "", {}, Unknown("HTTP 599")),
    ],
)
def test_each_answer_has_one_outcome_and_costs_one_post(
    far_end: FarEnd, capsys: pytest.CaptureFixture[str], status: int, body: Any, headers: dict[str, str], outcome: object
) -> None:
    far_end.will_answer(status, body, headers=headers)
    assert plivo(far_end.url).send_text(TEXT) == outcome
    assert far_end.posts == 1
    assert capsys.readouterr().out == ""


def test_server_errors_in_a_row_still_cost_one_post_each(far_end: FarEnd) -> None:
    texts = plivo(far_end.url)
    for _ in range(5):
        far_end.will_answer(503)
        assert texts.send_text(TEXT) == Unknown("HTTP 503")
    far_end.will_answer(202, QUEUED)
    assert texts.send_text(TEXT) == Accepted(QUEUED["message_uuid"][0])
    assert far_end.posts == 6


def test_what_never_left_us_is_tried_later(tmp_path: Path) -> None:
    assert plivo(nobodys_address()).send_text(TEXT) == TryLater("unreachable")
    assert plivo("http://no-such-host.invalid").send_text(TEXT) == TryLater("unreachable")
    with busy_address() as url:
        assert plivo(url, connect_s=0.2).send_text(TEXT) == TryLater("unreachable")
    with untrusted_server(tmp_path) as url:
        assert plivo(url).send_text(TEXT) == TryLater("unreachable")


def test_what_may_have_left_us_is_unknown(far_end: FarEnd) -> None:
    far_end.will_answer(waits_s=1.0)
    assert plivo(far_end.url, read_s=0.1).send_text(TEXT) == Unknown("ReadTimeout")
    far_end.will_answer(hangs_up=True)
    assert plivo(far_end.url).send_text(TEXT) == Unknown("ConnectionError")
    far_end.will_answer(202, b"{", headers={"Content-Length": "500"})
    assert plivo(far_end.url).send_text(TEXT) == Unknown("ChunkedEncodingError")
    assert plivo(far_end.url.replace("http:", "https:")).send_text(TEXT) == Unknown("SSLError")
    assert far_end.posts == 3


def test_what_the_sdk_would_not_send_costs_no_post(far_end: FarEnd) -> None:
    assert plivo(far_end.url).send_text(replace(TEXT, sender="919845012345")) == Never("local", "Plivo's SDK would not send this text")
    badly_set = PlivoTexts("not-an-id", "token", far_end.url, (1.0, 1.0))
    assert badly_set.send_text(TEXT) == Misconfigured("auth_id", Fault.ACCOUNT, "PLIVO_AUTH_ID is not the id of a Plivo account")
    assert far_end.posts == 0


def test_twenty_texts_at_once_from_a_pool_of_threads(far_end: FarEnd) -> None:
    texts = plivo(far_end.url)
    for _ in range(20):
        far_end.will_answer(202, QUEUED)
    with ThreadPoolExecutor(5) as pool:
        outcomes = list(pool.map(lambda _: texts.send_text(TEXT), range(20)))
    assert outcomes == [Accepted(QUEUED["message_uuid"][0])] * 20
    assert far_end.posts == 20


def listed(**fields: Any) -> dict[str, Any]:
    return {"api_id": "x", "meta": {"limit": 20, "next": None}, "objects": [{"message_uuid": "u-1", "message_state": "sent", **fields}]}


def test_a_search_asks_for_one_recipient_and_sender_within_the_time(far_end: FarEnd) -> None:
    far_end.will_answer(200, listed(error_code="000"))
    assert plivo(far_end.url).find_texts(TO, "MFINEX", NOON, NOON + 15_250) == [Sighting("u-1", ReportState.SENT, "", None)]
    [asked] = far_end.asked
    assert (asked.method, asked.path) == ("GET", f"/v1/Account/{ACCOUNT}/Message/")
    assert asked.query == {
        "message_direction": "outbound",
        "from_number": "MFINEX",
        "to_number": "+919845012345",
        "message_time__gte": "2026-11-22 11:59:55.000000",
        "message_time__lte": "2026-11-22 12:00:20.250000",
        "limit": "20",
    }


@pytest.mark.parametrize(
    ("fields", "state", "code"),
    [
        ({"message_state": "queued"}, ReportState.QUEUED, ""),
        ({"message_state": "Delivered", "error_code": None}, ReportState.DELIVERED, ""),
        ({"message_state": "undelivered", "error_code": 50}, ReportState.UNDELIVERED, "50"),
        ({"message_state": "rejected", "error_code": "30"}, ReportState.FAILED, "30"),
        ({"message_state": "levitating"}, ReportState.QUEUED, ""),
        ({"message_state": None}, ReportState.QUEUED, ""),
    ],
)
def test_a_message_that_exists_is_seen_whatever_its_state(far_end: FarEnd, fields: dict[str, Any], state: ReportState, code: str) -> None:
    far_end.will_answer(200, listed(**fields))
    assert plivo(far_end.url).find_texts(TO, "MFINEX", NOON, NOON) == [Sighting("u-1", state, code, None)]


def test_nothing_found_is_an_empty_list(far_end: FarEnd) -> None:
    far_end.will_answer(200, {"api_id": "x", "meta": {}, "objects": []})
    assert plivo(far_end.url).find_texts(TO, "MFINEX", NOON, NOON) == []


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (429, "too many requests"),
        (503, ""),
        (401, ""),
        (200, "no JSON"),
        (200, {}),
        (200, {"objects": None}),
        (200, {"objects": [{}]}),
        (200, "[1]"),
    ],
)
def test_a_search_that_fails_is_unknown_never_absent(far_end: FarEnd, status: int, body: Any) -> None:
    far_end.will_answer(status, body)
    assert isinstance(plivo(far_end.url).find_texts(TO, "MFINEX", NOON, NOON), Unknown)
    assert isinstance(plivo(nobodys_address()).find_texts(TO, "MFINEX", NOON, NOON), Unknown)


def test_no_number_token_or_body_reaches_a_log_or_an_outcome(far_end: FarEnd, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    texts = PlivoTexts(ACCOUNT, "a-secret-token", far_end.url, (1.0, 1.0))
    far_end.will_answer(400, error("919845012345 is not a number"))
    far_end.will_answer(200, listed())
    said = [str(texts.send_text(TEXT)), str(texts.find_texts(TO, "MFINEX", NOON, NOON)), caplog.text]
    assert not [text for text in said for secret in ("9845012345", "a-secret-token", TEXT.body) if secret in text]
