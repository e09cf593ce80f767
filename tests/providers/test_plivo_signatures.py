"""Plivo's signatures: the vectors, the SDK as a second opinion, and what a stranger may send."""

from base64 import b64encode
from hashlib import sha256
from hmac import new as hmac_new
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plivo.utils import validate_signature
from plivo.utils.signature_v3 import construct_get_url, construct_post_url, get_signature_v3, validate_v3_signature

from ivr.model.ports import Hook
from ivr.providers.plivo import Plivo
from tests.providers.provider_hooks import hook, pairs

TOKEN = "plivo-test-auth-token-0000000000000000000"
ACCOUNT = "MA000000000000000000"
NONCE = "05429567804466091622"
PLIVO = Plivo(ACCOUNT, (TOKEN,))
SHORT = Plivo(ACCOUNT, ("12345",))

ANSWER = "https://ivr.example.in/plivo/answer"
ARRIVES = (
    "CallUUID=4d04c52e-cea3-4458-bbdb-0bfc314ee7cd&From=919845012345&To=918061914343&Direction=inbound&CallStatus=ringing&Event=StartApp"
    "&BillRate=0.00475&CountryCode=IN&ParentAuthID=MA000000000000000000&RouteType=Domestic_Anchored&STIRAttestation=Not+Applicable"
    "&STIRVerification=Not+Applicable&SessionStart=2026-11-22+06%3A50%3A00.219903"
)
ARRIVES_V3 = "Xrbh7V/92qzDtlNDezAebiu9shgv2n8nEytkKYMbRYU="
HANGUP = "https://ivr.example.in/plivo/hangup"
ENDS = (
    "CallUUID=4d04c52e-cea3-4458-bbdb-0bfc314ee7cd&From=919845012345&To=918061914343&Direction=inbound&CallStatus=completed&Event=Hangup"
    "&HangupCause=USER_BUSY&HangupCauseCode=3010&HangupCauseName=Busy+Line&HangupSource=Answer+XML&Duration=0&BillDuration=0"
    "&BillRate=0.00475&TotalCost=0.00000&ParentAuthID=MA000000000000000000&SessionStart=2026-11-22+06%3A50%3A00.219903"
    "&StartTime=2026-11-22+12%3A20%3A00&EndTime=2026-11-22+12%3A20%3A01"
)
ENDS_V3 = "+2hQWQDYqQ/UvIr/P7n/kZOB4KqkeY0P5MrYOZXnykw="
REPORT = "https://ivr.example.in/plivo/sms-status?job=01J"
REPORTED = (
    "MessageUUID=83876bdb-2033-4876-bfaf-0ff8693705af&ParentMessageUUID=83876bdb-2033-4876-bfaf-0ff8693705af&From=MFINEX&To=919845012345"
    "&Type=sms&Status=delivered&ErrorCode=000&Units=1&TotalRate=0.0025&TotalAmount=0.0025&MCC=404&MNC=45&PartInfo=1+of+1&Sequence=2"
    "&MessageTime=2026-11-22+06%3A50%3A02.100000&QueuedTime=2026-11-22+06%3A50%3A02.200000&SentTime=2026-11-22+06%3A50%3A02.900000"
    "&DeliveryReportTime=2026-11-22+06%3A50%3A07.000000"
)
REPORTED_V2 = "cMugA19M5zKhIgUxTkSYioUqGdbire/Nwe38lLoVjX8="
REPORTED_V3 = "4l8fPfRC+d+NSWNYH6W5DFNa0madWx8NQVQxan58A+c="


def v3(signature: str, nonce: str = NONCE) -> dict[str, str]:
    return {"x_plivo_signature_v3": signature, "x_plivo_signature_v3_nonce": nonce}


def v2(signature: str, nonce: str = NONCE) -> dict[str, str]:
    return {"x_plivo_signature_v2": signature, "x_plivo_signature_v2_nonce": nonce}


@pytest.mark.parametrize(
    ("method", "url", "form", "signature"),
    [
        ("POST", "https://h.example/answer", "A=1&B=2", "HHtoqtPtEiw6ljLXHUAW9ic80f3szrgxmN/f1nJ/iO0="),
        ("POST", "https://h.example/answer?z=1&a=2", "A=1&B=2", "l7u5wNrlFETlqrnwMJGZA5Xjstl22l/1dwtstKz8eyk="),
        ("POST", "https://h.example/answer?z=1", "", "0Sc53hYMNmeodtbevBLWRh9/w9j9b/dW2vuXtr/I12s="),
        ("POST", "https://h.example:8443/a?x=1", "k=2&k=1", "bA7fi/YlWdo662Bg0AEOes526ERktAlIfRhEthSPXYM="),
        ("GET", "https://h.example/answer?z=1&a=%2B91", "", "p+27+G7fQLJ4LZIairW1946WWT2Wg9Ec/AKpEmWu2Yw="),
    ],
)
def test_the_v3_vectors_verify(method: str, url: str, form: str, signature: str) -> None:
    assert SHORT.verify_voice(hook(method, url, form, **v3(signature)))
    assert SHORT.verify_voice(hook(method.lower(), url, form, **v3(signature)))
    assert not SHORT.verify_voice(hook(method, url + "x", form, **v3(signature)))


def test_an_arriving_and_an_ending_call_verify() -> None:
    assert PLIVO.verify_voice(hook("POST", ANSWER, ARRIVES, **v3(ARRIVES_V3)))
    assert PLIVO.verify_voice(hook("POST", HANGUP, ENDS, **v3(ENDS_V3)))
    assert not PLIVO.verify_voice(hook("POST", HANGUP, ARRIVES, **v3(ARRIVES_V3)))


def test_a_report_verifies_by_v2_and_by_v3() -> None:
    assert PLIVO.verify_text(hook("POST", REPORT, REPORTED, **v2(REPORTED_V2)))
    assert PLIVO.verify_text(hook("POST", REPORT, REPORTED, **v3(REPORTED_V3)))


def test_the_main_account_headers_verify_too() -> None:
    main_v3 = {"x_plivo_signature_ma_v3": ARRIVES_V3, "x_plivo_signature_v3_nonce": NONCE}
    main_v2 = {"x_plivo_signature_ma_v2": REPORTED_V2, "x_plivo_signature_v2_nonce": NONCE}
    assert PLIVO.verify_voice(hook("POST", ANSWER, ARRIVES, **main_v3))
    assert PLIVO.verify_text(hook("POST", REPORT, REPORTED, **main_v2))


def test_one_good_signature_in_a_list_is_enough_and_spaces_do_not_matter() -> None:
    assert PLIVO.verify_voice(hook("POST", ANSWER, ARRIVES, **v3(f"AAAA , {ARRIVES_V3} ,BBBB")))
    assert not PLIVO.verify_voice(hook("POST", ANSWER, ARRIVES, **v3("AAAA, BBBB")))


def test_a_request_that_claims_v3_never_falls_back_to_v2() -> None:
    for claim in ({"x_plivo_signature_v3": "AAAA"}, {"x_plivo_signature_ma_v3": "AAAA"}, {"x_plivo_signature_v3": ""}):
        assert not PLIVO.verify_text(hook("POST", REPORT, REPORTED, **v2(REPORTED_V2), **claim))


def test_a_voice_request_is_never_believed_by_v2() -> None:
    address = REPORT.partition("?")[0]
    assert not PLIVO.verify_voice(hook("POST", address, REPORTED, **v2(REPORTED_V2)))


def test_every_token_of_a_rotation_verifies_and_an_empty_one_signs_nothing() -> None:
    request = hook("POST", ANSWER, ARRIVES, **v3(ARRIVES_V3))
    assert Plivo(ACCOUNT, ("next", TOKEN)).verify_voice(request)
    assert not Plivo(ACCOUNT, ("next",)).verify_voice(request)
    by_nobody = b64encode(hmac_new(b"", f"{ANSWER}.{NONCE}".encode(), sha256).digest()).decode()
    assert not Plivo(ACCOUNT, ("",)).verify_voice(hook("POST", ANSWER, **v3(by_nobody)))


def test_a_request_that_names_another_account_is_not_ours_whoever_signed_it() -> None:
    stranger = Plivo("MA999999999999999999", (TOKEN,))
    assert not stranger.verify_voice(hook("POST", ANSWER, ARRIVES, **v3(ARRIVES_V3)))
    assert not stranger.own_account(dict(pairs(ARRIVES)))
    assert PLIVO.own_account(dict(pairs(ARRIVES)))
    assert not PLIVO.own_account({})


def test_a_report_that_names_no_account_is_judged_by_its_signature() -> None:
    assert "ParentAuthID" not in REPORTED
    assert Plivo("MA999999999999999999", (TOKEN,)).verify_text(hook("POST", REPORT, REPORTED, **v2(REPORTED_V2)))


def test_a_subaccount_of_ours_does_not_trip_over_its_parents_name() -> None:
    assert Plivo("SA000000000000000000", (TOKEN,)).verify_voice(hook("POST", ANSWER, ARRIVES, **v3(ARRIVES_V3)))


# --- The SDK as a second opinion ------------------------------------------------------------------------------------

PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=12)
ANYTHING = st.text(max_size=12)
PATHS = st.text("abcXYZ019_/-", max_size=12)
HOSTS = st.sampled_from(["h.example", "h.example:8443", "127.0.0.1:5000", "user:pw@h.example", "[::1]:5000"])
NONCES = st.text("0123456789", min_size=1, max_size=20)


@st.composite
def urls(draw: st.DrawFn) -> str:
    # ASCII in queries: the SDK breaks on anything else (see the disagreements below).
    query = urlencode(draw(st.lists(st.tuples(PRINTABLE, PRINTABLE), max_size=4)))
    return f"https://{draw(HOSTS)}/{draw(PATHS)}{'?' if query else ''}{query}"


FORMS = st.lists(st.tuples(ANYTHING, ANYTHING), max_size=5)


def as_sdk(form: list[tuple[str, str]]) -> dict[str, str | list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in form:
        grouped.setdefault(name, []).append(value)
    return {name: values if len(values) > 1 else values[0] for name, values in grouped.items()}


def sdk_signs(method: str, url: str, form: list[tuple[str, str]], nonce: str) -> str:
    base = construct_get_url(url, {}) if method == "GET" else construct_post_url(url, as_sdk(form))
    return str(get_signature_v3(TOKEN.encode(), base.decode(), nonce.encode()).decode())


@given(urls(), FORMS, NONCES)
def test_what_the_sdk_signs_we_accept(url: str, form: list[tuple[str, str]], nonce: str) -> None:
    anyone = Plivo("SA000000000000000000", (TOKEN,))
    assert anyone.verify_voice(hook("POST", url, form, **v3(sdk_signs("POST", url, form, nonce), nonce)))
    assert anyone.verify_voice(hook("GET", url, **v3(sdk_signs("GET", url, [], nonce), nonce)))


@given(urls(), FORMS, NONCES, st.data())
def test_we_and_the_sdk_agree_on_every_corruption(url: str, form: list[tuple[str, str]], nonce: str, data: st.DataObject) -> None:
    signature = sdk_signs("POST", url, form, nonce)
    match data.draw(st.sampled_from(["url", "form", "nonce", "signature", "method", "nothing"])):
        case "url":
            url = data.draw(urls())
        case "form":
            form = data.draw(FORMS)
        case "nonce":
            nonce = data.draw(NONCES)
        case "signature":
            signature = data.draw(st.text("ABCabc019+/=,", min_size=1, max_size=50))
        case "method":
            return _agree("GET", url, [], nonce, signature)
    _agree("POST", url, form, nonce, signature)


def _agree(method: str, url: str, form: list[tuple[str, str]], nonce: str, signature: str) -> None:
    theirs = validate_v3_signature(method, url, nonce, TOKEN, signature, as_sdk(form))
    ours = Plivo("SA000000000000000000", (TOKEN,)).verify_voice(hook(method, url, form, **v3(signature, nonce)))
    assert ours == theirs


@given(urls(), urls(), FORMS, NONCES)
def test_v2_agrees_with_the_sdk_and_covers_the_path_alone(url: str, other: str, form: list[tuple[str, str]], nonce: str) -> None:
    mac = hmac_new(TOKEN.encode(), (url.partition("?")[0] + nonce).encode(), sha256)
    signature = b64encode(mac.digest()).decode()
    for asked in (url, other):
        theirs = validate_signature(asked, nonce, signature, TOKEN)
        assert Plivo("SA000000000000000000", (TOKEN,)).verify_text(hook("POST", asked, form, **v2(signature, nonce))) == theirs


# --- Known disagreements with SDK 4.63.0: ours is meant ---------------------------------------------------------------


def test_a_query_beyond_ascii_is_utf_8_for_us_and_an_error_for_the_sdk() -> None:
    url = "https://h.example/answer?name=%E0%A4%85"
    as_utf8 = b64encode(hmac_new(TOKEN.encode(), f"https://h.example/answer?name=अ.{NONCE}".encode(), sha256).digest()).decode()
    assert PLIVO.verify_voice(hook("GET", url, **v3(as_utf8)))
    with pytest.raises(UnicodeEncodeError):
        validate_v3_signature("GET", url, NONCE, TOKEN, as_utf8)


def test_spaces_in_a_list_of_signatures_are_trimmed_by_us_and_kept_by_the_sdk() -> None:
    listed = f"AAAA, {ARRIVES_V3}"
    assert PLIVO.verify_voice(hook("POST", ANSWER, ARRIVES, **v3(listed)))
    assert not validate_v3_signature("POST", ANSWER, NONCE, TOKEN, listed, dict(pairs(ARRIVES)))


def test_parameters_in_the_body_of_a_get_are_signed_by_nobody_so_we_refuse_them() -> None:
    signature = sdk_signs("GET", f"{ANSWER}?a=1", [], NONCE)
    assert PLIVO.verify_voice(hook("GET", f"{ANSWER}?a=1", **v3(signature)))
    assert not PLIVO.verify_voice(hook("GET", f"{ANSWER}?a=1", "From=911234567890", **v3(signature)))


# --- What a stranger may send -----------------------------------------------------------------------------------------

WILD = st.text(st.characters(exclude_categories=()), max_size=30)
HEADERS = st.dictionaries(
    st.sampled_from([f"x-plivo-signature-{which}" for which in ("v3", "ma-v3", "v3-nonce", "v2", "ma-v2", "v2-nonce")]), WILD
)


@given(WILD, WILD, HEADERS, st.lists(st.tuples(WILD, WILD)), st.lists(st.tuples(WILD, WILD)), st.binary())
def test_nothing_a_stranger_sends_is_believed_or_raises(
    method: str, tail: str, headers: dict[str, str], query: list[tuple[str, str]], form: list[tuple[str, str]], body: bytes
) -> None:
    request = Hook(method, "https://h.example/" + tail, headers, query, form, body)
    assert PLIVO.verify_voice(request) is False
    assert PLIVO.verify_text(request) is False
    assert PLIVO.own_account(request.params()) is (request.params().get("ParentAuthID") == ACCOUNT)


@pytest.mark.parametrize("headers", [{}, v3(ARRIVES_V3, ""), v3(""), v3(" , "), v3("A" * 1_000_000), v3("अ" * 44), v3("=" * 44)])
def test_missing_empty_and_huge_headers_are_refused(headers: dict[str, str]) -> None:
    assert not PLIVO.verify_voice(hook("POST", ANSWER, ARRIVES, **headers))
    assert not PLIVO.verify_text(hook("POST", ANSWER, ARRIVES, **headers))


def test_a_head_request_is_refused() -> None:
    assert not PLIVO.verify_voice(hook("HEAD", ANSWER, **v3(sdk_signs("GET", ANSWER, [], NONCE))))
