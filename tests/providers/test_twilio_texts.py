"""Twilio's API answer → outcome, through its real SDK against a far end that plays canned answers."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ivr.model.events import ReportState
from ivr.model.outcomes import Accepted, Fault, Misconfigured, Never, TryLater, Unknown
from ivr.model.ports import Sighting
from ivr.providers.twilio_texts import TwilioTexts
from tests.providers.conftest import FarEnd
from tests.providers.texting import TEXT, TO, busy_address, nobodys_address, untrusted_server

ACCOUNT = "AC" + "0" * 32
SID = "SM" + "3" * 32
CREATED = {"sid": SID, "status": "queued", "error_code": None, "to": "+919845012345", "date_created": "Sun, 22 Nov 2026 12:00:00 +0000"}
NOON = 1795348800000  # 2026-11-22 12:00:00 UTC


def twilio(url: str, read_s: float = 5.0, connect_s: float = 2.0) -> TwilioTexts:
    return TwilioTexts(ACCOUNT, "token", url, (connect_s, read_s))


def test_a_text_goes_out_whole_once_and_in_silence(far_end: FarEnd, capsys: pytest.CaptureFixture[str]) -> None:
    far_end.will_answer(201, CREATED)
    assert twilio(far_end.url + "/").send_text(TEXT) == Accepted(SID)
    [asked] = far_end.asked
    assert (asked.method, asked.path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert asked.headers["Authorization"].startswith("Basic ")
    assert asked.form == {
        "To": "+919845012345",
        "From": "MFINEX",
        "Body": TEXT.body,
        "StatusCallback": TEXT.report_url,
        "ValidityPeriod": "3600",
    }
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(("ours", "theirs"), [(0, "1"), (600, "600"), (86400, "36000")])
def test_the_validity_stays_within_twilios_bounds(far_end: FarEnd, ours: int, theirs: str) -> None:
    far_end.will_answer(201, CREATED)
    twilio(far_end.url).send_text(replace(TEXT, expires_s=ours))
    assert far_end.asked[0].form["ValidityPeriod"] == theirs


REFUSED = "the provider refused this text"
DENIED = "the provider refused our credentials, credit or permission"


def error(status: int, code: int) -> dict[str, Any]:
    return {"code": code, "message": "about +919845012345", "more_info": "", "status": status}


def problem(status: int, code: int) -> dict[str, Any]:
    """The newer shape, RFC 9457."""
    return {"type": "about:blank", "title": "Bad", "status": status, "code": code, "detail": "about +919845012345"}


@pytest.mark.parametrize(
    ("status", "body", "headers", "outcome"),
    [
        (201, CREATED, {}, Accepted(SID)),
        (201, {}, {}, Unknown("an acceptance without an id")),
        (201, "<html>no JSON</html>", {}, Unknown("JSONDecodeError")),
        (307, "", {"Location": "/elsewhere"}, Misconfigured("307", Fault.ACCOUNT, "the API address answers with a redirect")),
        (400, error(400, 21211), {}, Never("21211", "no such number")),
        (400, problem(400, 21211), {}, Never("21211", "no such number")),
        (400, error(400, 21610), {}, Never("21610", "the recipient has said STOP")),
        (400, error(400, 21614), {}, Never("21614", "not a mobile number")),
        (400, error(400, 21617), {}, Never("21617", "the message is too long")),
        (400, error(400, 21408), {}, Misconfigured("21408", Fault.ACCOUNT, "this country is not switched on")),
        (400, error(400, 21606), {}, Misconfigured("21606", Fault.ACCOUNT, "the sender is not ours to use")),
        (400, error(400, 21703), {}, Misconfigured("21703", Fault.ACCOUNT, "the messaging service is not set up for this")),
        (400, error(400, 21611), {}, TryLater("21611")),
        (400, error(400, 29999), {}, Never("29999", REFUSED)),
        (400, "no JSON", {}, Never("400", REFUSED)),
        (400, "[1]", {}, Never("400", REFUSED)),
        (401, error(401, 20003), {}, Misconfigured("20003", Fault.ACCOUNT, "wrong credentials, or no permission")),
        (401, "", {}, Misconfigured("401", Fault.ACCOUNT, DENIED)),
        (402, "", {}, Misconfigured("402", Fault.ACCOUNT, DENIED)),
        (403, error(403, 29998), {}, Misconfigured("29998", Fault.ACCOUNT, DENIED)),
        (404, error(404, 20404), {}, Misconfigured("20404", Fault.ACCOUNT, DENIED)),
        (408, "", {}, Unknown("HTTP 408")),
        (429, error(429, 20429), {"Retry-After": "30"}, TryLater("20429", 30.0)),
        (429, "", {"Retry-After": "Sun, 22 Nov 2026 06:50:00 GMT"}, TryLater("429", None)),
        (500, error(500, 20500), {}, Unknown("HTTP 500")),
        (503, error(503, 20503), {"Retry-After": "1"}, Unknown("HTTP 503")),
    ],
)
def test_each_answer_has_one_outcome_and_costs_one_post(
    far_end: FarEnd, capsys: pytest.CaptureFixture[str], status: int, body: Any, headers: dict[str, str], outcome: object
) -> None:
    far_end.will_answer(status, body, headers=headers)
    assert twilio(far_end.url).send_text(TEXT) == outcome
    assert far_end.posts == 1
    assert capsys.readouterr().out == ""


def test_what_never_left_us_is_tried_later(tmp_path: Path) -> None:
    assert twilio(nobodys_address()).send_text(TEXT) == TryLater("unreachable")
    assert twilio("http://no-such-host.invalid").send_text(TEXT) == TryLater("unreachable")
    with busy_address() as url:
        assert twilio(url, connect_s=0.2).send_text(TEXT) == TryLater("unreachable")
    with untrusted_server(tmp_path) as url:
        assert twilio(url).send_text(TEXT) == TryLater("unreachable")


def test_what_may_have_left_us_is_unknown(far_end: FarEnd) -> None:
    far_end.will_answer(waits_s=1.0)
    assert twilio(far_end.url, read_s=0.1).send_text(TEXT) == Unknown("ReadTimeout")
    far_end.will_answer(hangs_up=True)
    assert twilio(far_end.url).send_text(TEXT) == Unknown("ConnectionError")
    assert far_end.posts == 2


def message(**fields: Any) -> dict[str, Any]:
    return {**CREATED, "direction": "outbound-api", "status": "sent", "from": "57575701", "body": TEXT.body, **fields}


def page(*messages: dict[str, Any]) -> dict[str, Any]:
    return {"messages": list(messages), "next_page_uri": None, "page": 0, "page_size": 50}


SEEN = Sighting(SID, ReportState.SENT, "", TEXT.body)


def test_a_search_finds_a_text_whose_sender_the_route_replaced(far_end: FarEnd) -> None:
    far_end.will_answer(200, page(message()))
    assert twilio(far_end.url).find_texts(TO, "MFINEX", NOON, NOON + 15_000) == [SEEN]
    [asked] = far_end.asked
    assert (asked.method, asked.path) == ("GET", f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json")
    assert asked.query == {"To": "+919845012345", "PageSize": "50"}


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"date_created": "Sun, 22 Nov 2026 11:59:55 +0000"}, [SEEN]),
        ({"date_created": "Sun, 22 Nov 2026 11:59:54 +0000"}, []),
        ({"date_created": "Sun, 22 Nov 2026 12:00:20 +0000"}, [SEEN]),
        ({"date_created": "Sun, 22 Nov 2026 12:00:21 +0000"}, []),
        ({"date_created": None}, [SEEN]),
        ({"direction": "inbound"}, []),
        ({"status": "queued", "date_sent": None}, [Sighting(SID, ReportState.QUEUED, "", TEXT.body)]),
        ({"status": "levitating"}, [Sighting(SID, ReportState.QUEUED, "", TEXT.body)]),
        ({"status": "undelivered", "error_code": 30005}, [Sighting(SID, ReportState.UNDELIVERED, "30005", TEXT.body)]),
    ],
)
def test_a_search_keeps_what_we_sent_in_that_time(far_end: FarEnd, fields: dict[str, Any], found: list[Sighting]) -> None:
    far_end.will_answer(200, page(message(**fields)))
    assert twilio(far_end.url).find_texts(TO, "MFINEX", NOON, NOON + 15_000) == found


@pytest.mark.parametrize(("status", "body"), [(429, ""), (503, ""), (401, ""), (200, "no JSON"), (200, {}), (200, "[1]")])
def test_a_search_that_fails_is_unknown_never_absent(far_end: FarEnd, status: int, body: Any) -> None:
    far_end.will_answer(status, body)
    assert isinstance(twilio(far_end.url).find_texts(TO, "MFINEX", NOON, NOON), Unknown)
    assert isinstance(twilio(nobodys_address()).find_texts(TO, "MFINEX", NOON, NOON), Unknown)


def test_no_number_token_or_body_reaches_a_log_or_an_outcome(far_end: FarEnd, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    texts = TwilioTexts(ACCOUNT, "a-secret-token", far_end.url, (1.0, 1.0))
    far_end.will_answer(400, problem(400, 29999))
    far_end.will_answer(200, page())
    said = [str(texts.send_text(TEXT)), str(texts.find_texts(TO, "MFINEX", NOON, NOON)), caplog.text]
    assert not [text for text in said for secret in ("9845012345", "a-secret-token", TEXT.body) if secret in text]
