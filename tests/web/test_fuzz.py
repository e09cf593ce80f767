"""Whatever a stranger sends: never a 5xx, never a row. Whatever a provider signs: never a 5xx either.

`HYPOTHESIS_EXAMPLES` says how much; `make soak` says much.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from re import search
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from ivr.callbacks.addresses import dial_urls
from ivr.settings import ROOT, Settings
from ivr.store import outbox
from ivr.store.schema import call, call_back, channel, dial, metadata, turn
from ivr.texts.addresses import report_url
from ivr.web.app import create_app
from ivr.wiring import App, build
from tests.clock import HandClock
from tests.web.far_end import CALL_BACK_LINE, LiveCall, Provider, heard, next_path

pytestmark = pytest.mark.unmeasured

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES") or 300)
often = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

ATTEMPT = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
MAC = "0123456789abcdef0123456789abcdef"
PATHS = [
    "/voice/plivo",
    "/voice/twilio",
    "/voice/plivo/status",
    "/voice/twilio/status",
    "/texts/plivo/incoming",
    "/texts/twilio/incoming",
    f"/voice/plivo/turn/{ATTEMPT}/1",
    f"/voice/twilio/turn/{ATTEMPT}/9999/3",
    f"/voice/twilio/turn/{ATTEMPT}/1/again/2",
    f"/voice/plivo/dial/{ATTEMPT}/{MAC}",
    f"/voice/twilio/dial/{ATTEMPT}/{MAC}/status",
    "/audio/en/welcome.mp3",
    "/audio/../lines.yaml",
    f"/texts/plivo/report/{ATTEMPT}/{MAC}",
    "/texts/twilio/report/x/y",
    "/payments/razorpay",
    "/SANDHI/aB3xK9pQ2z",
    "/SANDHI/%00%ff",
    "/healthz",
    "/metrics",
    "/ops/",
    "/ops/calls",
    "/ops/login",
    "/ops/jobs/",
    "/static/style.css",
    "/pay",
    f"/pay/{ATTEMPT}/{MAC}",
    "/privacy",
    "/",
]
DATES = ["Mon, 01 Jan 99999999999999999999 00:00:00 GMT", "Mon, 01 Jan 2020 00:00:00 +99999999999999999", "1 Jan 20 0:0 -99999999999999"]
NAMELESS = b"--b\r\nContent-Disposition: form-data\r\n\r\n4111\r\n--b--\r\n"
HEARD = [
    "Digits",
    "RecordUrl",
    "RecordingUrl",
    "RecordingDuration",
    "DialStatus",
    "DialCallStatus",
    "DialBLegUUID",
    "DialCallDuration",
    "AnswerTime",
    "CallDuration",
]
NAMES = st.sampled_from(
    [
        "CallUUID",
        "CallSid",
        "From",
        "To",
        "Direction",
        "Event",
        "CallStatus",
        "HangupCauseCode",
        "Duration",
        "AccountSid",
        "ParentAuthID",
        "MessageUUID",
        "MessageSid",
        "Status",
        "MessageStatus",
        "ErrorCode",
        "Body",
        "Text",
        *HEARD,
        "form",
        "name",
        "password",
        "shop",
    ]
)
ANY_TEXT = st.text(max_size=80)
TELLING = st.sampled_from(
    [
        *("", "0", "-1", "9" * 30, "1e9", "\x00", "٣", "1", "12", "*", "#", "123456", "1234567"),
        *("919845012345", "+919845012345", "inbound", "outbound", "https://media.example/1.mp3", "file:///etc/passwd", MAC),
        *("completed", "Hangup", "StartApp", "Redirect", "ringing", "in-progress", "delivered", "busy", "answered", "4000", "7"),
    ]
)
PARAMS = st.dictionaries(NAMES | ANY_TEXT, TELLING | ANY_TEXT, max_size=8)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "X-Plivo-Signature-V3",
            "X-Plivo-Signature-V3-Nonce",
            "X-Plivo-Signature-V2",
            "X-Twilio-Signature",
            "X-Twilio-Webhooks-Signature-Settings",
            "Content-Type",
            "Cookie",
            "User-Agent",
            "X-Forwarded-For",
            "Origin",
            "Range",
            "If-None-Match",
            "If-Modified-Since",
            "If-Unmodified-Since",
            "If-Range",
        ]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60)
    | st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "bytes=0-1", *DATES]),
    max_size=5,
)


def rows(app: App) -> int:
    """In all tables."""
    with app.database.read() as tx:
        counts = [tx.row(select(func.count().label("n")).select_from(table)) for table in metadata.sorted_tables]
    return sum(row.n for row in counts if row is not None)


@often
@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"]),
    path=st.sampled_from(PATHS) | st.text(max_size=30).map(lambda text: "/" + text),
    query=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60),
    headers=HEADERS,
    body=st.binary(max_size=200)
    | st.just(NAMELESS)
    | PARAMS.map(lambda params: "&".join(f"{name}={value}" for name, value in params.items()).encode()),
)
def test_a_stranger_causes_neither_a_fault_nor_a_row(
    door: App, client: FlaskClient, method: str, path: str, query: str, headers: dict[str, str], body: bytes
) -> None:
    raw = path.encode("utf-8", "surrogatepass").decode("latin-1")  # as WSGI hands it over; the test client would read "//x" as a host
    answer = client.open("/", method=method, query_string=query, headers=headers, data=body, environ_overrides={"PATH_INFO": raw})

    assert answer.status_code < 500, (answer.status_code, answer.text[:300])
    assert rows(door) == 0


@pytest.mark.parametrize("date", DATES)
@pytest.mark.parametrize(("name", "more"), [("If-Modified-Since", {}), ("If-Unmodified-Since", {}), ("If-Range", {"Range": "bytes=0-1"})])
def test_a_date_that_no_clock_will_show_is_not_believed(client: FlaskClient, name: str, more: dict[str, str], date: str) -> None:
    assert client.get("/static/style.css", headers={name: date, **more}).status_code in (200, 206)


@pytest.mark.parametrize("path", ["/pay", f"/pay/{ATTEMPT}/{MAC}", "/SANDHI/aB3xK9pQ2z"])
def test_a_field_without_a_name_is_nobodys(client: FlaskClient, path: str) -> None:
    assert client.post(path, data=NAMELESS, content_type="multipart/form-data; boundary=b").status_code < 500


def test_a_redirect_leads_on_here_whatever_host_was_named(client: FlaskClient) -> None:
    answer = client.get("http://evil.example/ops/", environ_overrides={"PATH_INFO": "/ops//calls"})
    assert (answer.status_code, answer.headers["Location"]) == (308, "/ops/calls")


@pytest.mark.parametrize("name", ["plivo", "twilio"])
@often
@given(params=PARAMS, path=st.sampled_from(["voice", "status", "incoming", "report"]))
def test_nothing_that_a_provider_signs_is_a_fault(door: App, clock: HandClock, name: str, params: dict[str, str], path: str) -> None:
    far_end = Provider(name, door.settings, create_app(door).test_client(), clock)
    where = {
        "voice": f"/voice/{name}",
        "status": f"/voice/{name}/status",
        "incoming": f"/texts/{name}/incoming",
        "report": report_url(door.settings, name, ATTEMPT).removeprefix(door.settings.public_url),
    }[path]
    params = {key: value for key, value in params.items() if key.isprintable() and value.isprintable() and key}

    answer = far_end.send(where, params, texting=path in ("incoming", "report"))

    assert answer.status_code in (200, 204, 400, 403), (answer.status_code, answer.text)


# Calls that go on: a live menu, and a phone that we rang and that was picked up.


class Talking:
    """Both, and what they have come to."""

    def __init__(self, door: App, clock: HandClock, name: str) -> None:
        self.app = door
        self.far_end = Provider(name, door.settings, create_app(door).test_client(), clock)
        self.menu = self.far_end.live_call()
        self.turn = next_path(self.menu.arrives())
        Provider("plivo", door.settings, self.far_end.client, clock).rings(line=CALL_BACK_LINE, caller="+919845054321")
        clock.forward(seconds=11)
        with door.database.read() as tx:
            [wish] = outbox.waiting(tx)
        claim = door.placing.claim(wish.id)
        assert claim is not None
        self.dial_id = claim.call.dial_id
        self.answer, self.ended = (url.removeprefix(door.settings.public_url) for url in dial_urls(door.settings, name, self.dial_id))

    def state(self) -> list[list[Any]]:
        """Everything that is known of these calls, the clock's time aside."""
        with self.app.database.read() as tx:
            return [tx.rows(select(table).order_by(*table.primary_key)) for table in (turn, dial, call_back)] + [
                tx.rows(select(call.c.id, call.c.ended_at).order_by(call.c.id)),
                tx.rows(select(channel).order_by(channel.c.id)),
            ]

    def paths(self) -> list[str]:
        call_id, name, other = self.turn.split("/")[4], self.far_end.name, {"plivo": "twilio", "twilio": "plivo"}[self.far_end.name]
        turns = [f"/voice/{name}/turn/{id}/{end}" for id in (call_id, self.dial_id, ATTEMPT, "x") for end in _ENDS]
        dials = [
            self.answer,
            self.ended,
            self.answer[:-1] + "g",
            self.ended.replace(self.dial_id, ATTEMPT),
            f"/voice/{name}/dial/{ATTEMPT}/{MAC}",
        ]
        return [*turns, *dials, *(path.replace(f"/{name}/", f"/{other}/") for path in (self.turn, self.answer))]


_ENDS = ["0", "1", "2", "201", "9999", "1/0", "1/3", "1/9999", "1/again/1", "2/again/9999"]


@pytest.fixture(params=["plivo", "twilio"])
def talking(request: pytest.FixtureRequest, door: App, clock: HandClock) -> Talking:
    return Talking(door, clock, request.param)


def _clean(params: dict[str, str]) -> dict[str, str]:
    """What can be signed: no provider sends anything else."""
    return {key: value for key, value in params.items() if key and key.isprintable() and value.isprintable()}


def _sound(answer: TestResponse) -> None:
    """Refused plainly, noted, or answered with a document that a provider can perform."""
    assert answer.status_code in (200, 204, 400, 403, 404), (answer.status_code, answer.text)
    if answer.status_code == 200:
        heard(answer)


@often
@given(where=st.integers(0, 100), params=PARAMS)
def test_nothing_that_a_provider_signs_about_a_live_call_is_a_fault(talking: Talking, where: int, params: dict[str, str]) -> None:
    paths = talking.paths()

    _sound(talking.far_end.send(paths[where % len(paths)], _clean(params)))


@often
@given(deeds=st.lists(PARAMS | st.builds(dict, Digits=st.text("0123456789*#", max_size=2)), max_size=6))
def test_whatever_a_caller_does_every_answer_is_a_document(talking: Talking, deeds: list[dict[str, str]]) -> None:
    """A call of its own for every example, taken as far as it goes; the caller is the same, and so may go on where they were."""
    talk = talking.far_end.live_call()
    answer = talk.arrives()
    for deed in deeds:
        asked = search(r"https://calls\.example(/voice/[^\"<]+)", answer.text)
        if asked is None:
            break
        answer = talk.asks(asked[1], _nameless(deed))
        _sound(answer)


@often
@given(where=st.integers(0, 100), params=PARAMS, status=st.sampled_from(["", "in-progress"]))
def test_a_turn_of_a_stranger_moves_no_call_of_ours(talking: Talking, where: int, params: dict[str, str], status: str) -> None:
    """Signed by the provider, and about another call: nothing of ours moves."""
    before, stranger = talking.state(), talking.far_end.live_call(outbound=True)
    moving = {talking.answer, talking.ended}  # proved by their MAC, and so about our dial, whatever id the call bears
    paths = [path for path in talking.paths() if path not in moving]

    answer = LiveCall(talking.far_end, stranger.call).asks(paths[where % len(paths)], {**_nameless(params), "CallStatus": status})

    _sound(answer)
    assert talking.state() == before


def _nameless(params: dict[str, str]) -> dict[str, str]:
    """Without what would say which call it is, and who signed."""
    names = ("CallUUID", "CallSid", "ParentAuthID", "AccountSid", "Direction")
    return {name: value for name, value in _clean(params).items() if name not in names}


@often
@given(where=st.integers(0, 100), params=PARAMS, method=st.sampled_from(["GET", "POST", "HEAD", "PUT"]))
def test_what_is_unsigned_moves_no_call_of_ours(talking: Talking, where: int, params: dict[str, str], method: str) -> None:
    before, paths = talking.state(), talking.paths()
    own = talking.far_end.wire.turn_params(talking.menu.call)
    own = {name: value for name, value in own.items() if name not in ("ParentAuthID", "AccountSid")}  # an alarm would be our own fault

    answer = talking.far_end.client.open(paths[where % len(paths)], method=method, data={**own, **_clean(params)})

    assert answer.status_code in (403, 404, 405), (answer.status_code, answer.text)
    assert answer.data == b""
    assert talking.state() == before


# Recordings.


@pytest.fixture
def recordings(make_settings: Callable[..., Settings], sqlite_url: str, tmp_path: Path, clock: HandClock) -> FlaskClient:
    """One recording, and files beside the folder that look like recordings."""
    folder = tmp_path / "callflows"
    shutil.copytree(ROOT / "callflows", folder)
    (folder / "audio" / "en").mkdir(parents=True, exist_ok=True)
    (folder / "audio" / "en" / "welcome.mp3").write_bytes(b"a voice")
    for outside in (folder / "secret.mp3", tmp_path / "secret.mp3", folder / "audio.mp3"):
        outside.write_bytes(b"not for strangers")
    return create_app(build(make_settings(database_url=sqlite_url, callflows_dir=folder), clock)).test_client()


_PARTS = st.sampled_from(
    [
        "..",
        ".",
        "",
        "en",
        "welcome.mp3",
        "secret.mp3",
        "secret",
        ".mp3",
        "lines.yaml",
        "audio",
        "audio.mp3",
        "~",
        "C:",
        "\\..\\",
        "%2e%2e",
        "..%2f",
    ]
)


@often
@given(
    parts=st.lists(_PARTS | st.text(max_size=8), max_size=7),
    joint=st.sampled_from(["/", "/", "//", "\\", "%2f", "\0"]),
    ending=st.sampled_from(["", ".mp3", ".wav"]),
)
def test_no_address_of_a_recording_leads_out_of_its_folder(recordings: FlaskClient, parts: list[str], joint: str, ending: str) -> None:
    path = "/audio/" + joint.join(parts) + ending
    raw = path.encode("utf-8", "surrogatepass").decode("latin-1")

    answer = recordings.open("/", environ_overrides={"PATH_INFO": raw})

    assert answer.status_code in (200, 308, 404), (path, answer.status_code)
    assert b"not for strangers" not in answer.data
    if answer.status_code == 200:
        assert answer.data == b"a voice"


@pytest.mark.parametrize(
    "path",
    ["/audio/../secret.mp3", "/audio/en/../../secret.mp3", "/audio//secret.mp3", "/audio/%2e%2e/secret.mp3", "/audio/..%2fsecret.mp3"],
)
def test_a_recording_is_served_and_what_lies_beside_it_is_not(recordings: FlaskClient, path: str) -> None:
    assert recordings.get("/audio/en/welcome.mp3").data == b"a voice"
    assert recordings.get(path).status_code in (404, 308)
    assert recordings.open("/", environ_overrides={"PATH_INFO": path}).status_code in (404, 308)
