"""Whatever a stranger sends: never a 5xx, never a row. Whatever a provider signs: never a 5xx either.

`HYPOTHESIS_EXAMPLES` says how much; `make soak` says much.
"""

import os

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.store import console, figures
from ivr.texts.addresses import report_url
from ivr.web.app import create_app
from ivr.wiring import App
from tests.clock import HandClock
from tests.web.far_end import Provider

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES") or 300)
often = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

ATTEMPT = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
PATHS = [
    "/voice/plivo",
    "/voice/twilio",
    "/voice/plivo/status",
    "/voice/twilio/status",
    "/texts/plivo/incoming",
    "/texts/twilio/incoming",
    f"/texts/plivo/report/{ATTEMPT}/0123456789abcdef0123456789abcdef",
    "/texts/twilio/report/x/y",
    "/payments/razorpay",
    "/SANDHI/aB3xK9pQ2z",
    "/SANDHI/%00%ff",
    "/healthz",
    "/metrics",
    "/ops/",
    "/ops/login",
    "/ops/jobs/",
    "/static/style.css",
    "/",
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
        "form",
        "name",
        "password",
        "shop",
    ]
)
ANY_TEXT = st.text(max_size=80)
TELLING = st.sampled_from(
    ["", "0", "-1", "9" * 30, "919845012345", "+919845012345", "completed", "Hangup", "ringing", "delivered", "1e9", "\x00", "٣"]
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
        ]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=60)
    | st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data"]),
    max_size=5,
)


def rows(app: App) -> tuple[int, int]:
    with app.database.read() as tx:
        return len(console.latest_calls(tx)), sum(row.n for row in figures.texts(tx))


@often
@given(
    method=st.sampled_from(["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"]),
    path=st.sampled_from(PATHS) | st.text(max_size=30).map(lambda text: "/" + text),
    query=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60),
    headers=HEADERS,
    body=st.binary(max_size=200) | PARAMS.map(lambda params: "&".join(f"{name}={value}" for name, value in params.items()).encode()),
)
def test_a_stranger_causes_neither_a_fault_nor_a_row(
    door: App, client: FlaskClient, method: str, path: str, query: str, headers: dict[str, str], body: bytes
) -> None:
    raw = path.encode("utf-8", "surrogatepass").decode("latin-1")  # as WSGI hands it over; the test client would read "//x" as a host
    answer = client.open("/", method=method, query_string=query, headers=headers, data=body, environ_overrides={"PATH_INFO": raw})

    assert answer.status_code < 500, (answer.status_code, answer.text[:300])
    assert rows(door) == (0, 0)


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
