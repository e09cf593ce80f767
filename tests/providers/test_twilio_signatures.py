"""Twilio's signatures: the vectors, the SDK as a second opinion, and what a stranger may send."""

import json
from hashlib import sha256
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from ivr.model.ports import Hook
from ivr.providers.twilio import Twilio
from tests.providers.provider_hooks import hook, pairs

TOKEN = "12345678901234567890123456789012"
ACCOUNT = "AC00000000000000000000000000000000"
TWILIO = Twilio(ACCOUNT, (TOKEN,))
SDK = RequestValidator(TOKEN)

VOICE = "https://ivr.example.in/twilio/voice"
STATUS = "https://ivr.example.in/twilio/call-status"
REPORT = "https://ivr.example.in/twilio/sms-status?job=01J"
PLACES = "".join(
    f"&{who}{what}={'IN' if what == 'Country' else ''}" for who in ("From", "To") for what in ("City", "State", "Zip", "Country")
)
PLACES += PLACES.replace("From", "Caller").replace("To", "Called")


def call(**changed: str) -> list[tuple[str, str]]:
    """The first request of a call, with some parameters changed and others added."""
    first = (
        f"AccountSid={ACCOUNT}&ApiVersion=2010-04-01&CallSid=CA11111111111111111111111111111111&CallStatus=ringing&Direction=inbound"
        f"&From=%2B919845012345&To=%2B918061914343&Caller=%2B919845012345&Called=%2B918061914343{PLACES}"
    )
    return list({**dict(pairs(first)), **changed}.items())


ARRIVES = call()
ARRIVES_SIGNED = "5Xq5ssgvzxtvkGmSGlW5FnOby6w="
PROGRESS = {"CallbackSource": "call-progress-events"}
UNANSWERED = call(
    CallStatus="no-answer", CallDuration="0", Duration="0", Timestamp="Sun, 22 Nov 2026 06:50:00 +0000", SequenceNumber="0", **PROGRESS
)
COMPLETED = call(
    CallSid="CA" + "2" * 32,
    CallStatus="completed",
    Direction="outbound-api",
    From="+15005550006",
    Caller="+15005550006",
    To="+919845012345",
    Called="+919845012345",
    CallDuration="49",
    Duration="1",
    Timestamp="Sun, 22 Nov 2026 06:55:00 +0000",
    SequenceNumber="3",
    SipResponseCode="200",
    AnsweredBy="human",
    **PROGRESS,
)
REPORTED = pairs(
    f"AccountSid={ACCOUNT}&ApiVersion=2010-04-01&MessageSid=SM33333333333333333333333333333333&SmsSid=SM33333333333333333333333333333333"
    "&MessageStatus=undelivered&SmsStatus=undelivered&ErrorCode=30005&From=MFINEX&To=%2B919845012345&RawDlrDoneDate=2611221225"
)


def signature(value: str, settings: str | None = None) -> dict[str, str]:
    named = {} if settings is None else {"x_twilio_webhooks_signature_settings": settings}
    return {"x_twilio_signature": value, **named}


@pytest.mark.parametrize(
    ("url", "form", "signed"),
    [
        (VOICE, ARRIVES, ARRIVES_SIGNED),
        (STATUS, UNANSWERED, "tktFE4virL8aEg/OZtx/7RlzNN4="),
        (STATUS, COMPLETED, "J5EyvVSYnH15lAJ/adDBYPLWa4c="),
        (REPORT, REPORTED, "ifvw5ymy0phVHyuKbjcspQZEvaI="),
    ],
)
def test_the_sample_requests_verify(url: str, form: list[tuple[str, str]], signed: str) -> None:
    assert TWILIO.verify_voice(hook("POST", url, form, **signature(signed)))
    assert TWILIO.verify_text(hook("POST", url, list(reversed(form)), **signature(signed)))
    assert not TWILIO.verify_voice(hook("POST", url + "x", form, **signature(signed)))
    assert not TWILIO.verify_voice(hook("POST", url, form[:-1], **signature(signed)))


def test_the_published_vector_verifies() -> None:
    form = "CallSid=CA1234567890ABCDE&Caller=%2B14158675310&Digits=1234&From=%2B14158675310&To=%2B18005551212"
    request = hook("POST", "https://mycompany.com/myapp.php?foo=1&bar=2", form, **signature("GvWf1cFY/Q7PnoempGyD5oXAezc="))
    assert Twilio(ACCOUNT, ("12345",)).verify_voice(request)


def test_every_token_of_a_rotation_verifies_and_an_empty_one_signs_nothing() -> None:
    request = hook("POST", VOICE, ARRIVES, **signature(ARRIVES_SIGNED))
    assert Twilio(ACCOUNT, ("next", TOKEN)).verify_voice(request)
    assert not Twilio(ACCOUNT, ("next",)).verify_voice(request)
    by_nobody = RequestValidator("").compute_signature(VOICE, dict(ARRIVES))
    assert not Twilio(ACCOUNT, ("",)).verify_voice(hook("POST", VOICE, ARRIVES, **signature(by_nobody)))


def test_a_request_that_names_another_account_is_not_ours_whoever_signed_it() -> None:
    stranger = Twilio("AC" + "9" * 32, (TOKEN,))
    assert not stranger.verify_voice(hook("POST", VOICE, ARRIVES, **signature(ARRIVES_SIGNED)))
    assert not stranger.own_account(dict(ARRIVES))
    assert TWILIO.own_account(dict(ARRIVES))


def test_either_way_of_writing_the_port_verifies() -> None:
    for asked, signed_as in [
        ("https://h.example/a?b=1", "https://h.example:443/a?b=1"),
        ("https://h.example:443/a", "https://h.example/a"),
        ("http://h.example/a", "http://h.example:80/a"),
        ("https://h.example:8443/a", "https://h.example/a"),
        ("https://h.example:8443/a", "https://h.example:8443/a"),
    ]:
        assert TWILIO.verify_voice(hook("POST", asked, ARRIVES, **signature(SDK.compute_signature(signed_as, dict(ARRIVES)))))


def test_a_webhook_by_get_is_its_url() -> None:
    url = f"{VOICE}?{urlencode(ARRIVES)}"
    assert TWILIO.verify_voice(hook("GET", url, **signature(SDK.compute_signature(url, {}))))
    assert not TWILIO.verify_voice(hook("GET", url, "From=%2B911234567890", **signature(SDK.compute_signature(url, {}))))


def test_distinct_values_of_a_repeated_name_count_once_each() -> None:
    form = [("b", "2"), ("b", "1"), ("a", ""), ("b", "2")]
    signed = SDK.compute_signature(VOICE, MultiDict(form))
    assert TWILIO.verify_voice(hook("POST", VOICE, form, **signature(signed)))
    assert TWILIO.verify_voice(hook("POST", VOICE, form[:3], **signature(signed)))


def test_a_json_body_is_vouched_for_by_its_hash_in_the_query() -> None:
    body = json.dumps({"event": "अ"}, ensure_ascii=False)
    url = f"{VOICE}?bodySHA256={sha256(body.encode()).hexdigest()}"
    signed = signature(SDK.compute_signature(url, {}))
    assert SDK.validate(url, body, signed["x_twilio_signature"])
    assert TWILIO.verify_voice(hook("POST", url, body=body.encode(), **signed))
    assert not TWILIO.verify_voice(hook("POST", url, body=b"{}", **signed))
    assert not TWILIO.verify_voice(hook("POST", url, "From=%2B911234567890", body.encode(), **signed))


class TestSharedKeys:
    KEYED = Twilio(ACCOUNT, (TOKEN,), {"webhooks_sharedkey_1": "shared-secret"})
    SIGNED = RequestValidator("shared-secret").compute_signature(VOICE, dict(ARRIVES), "HMAC_SHA256")

    def verdict(self, settings: str | None, signed: str = SIGNED) -> bool:
        return self.KEYED.verify_voice(hook("POST", VOICE, ARRIVES, **signature(signed, settings)))

    def test_a_shared_key_signs_with_sha_256(self) -> None:
        assert self.verdict("key=webhooks_sharedkey_1,algorithm=HMAC_SHA256")
        assert self.verdict(" algorithm = hmac_sha256 , key = webhooks_sharedkey_1 ")

    @pytest.mark.parametrize(
        "settings",
        [None, "", "key=webhooks_sharedkey_1", "algorithm=HMAC_SHA256", "key=other,algorithm=HMAC_SHA256", "key=,algorithm=HMAC_SHA256"],
    )
    def test_without_its_name_and_algorithm_it_signs_nothing(self, settings: str | None) -> None:
        assert not self.verdict(settings)

    @pytest.mark.parametrize("algorithm", ["HMAC_MD5", "none", "SHA256"])
    def test_an_algorithm_we_do_not_know_is_refused(self, algorithm: str) -> None:
        assert not self.verdict(f"key=webhooks_sharedkey_1,algorithm={algorithm}", ARRIVES_SIGNED)

    def test_a_settings_header_for_sha_1_leaves_our_tokens_in_charge(self) -> None:
        assert self.verdict("key=webhooks_sharedkey_1,algorithm=HMAC_SHA1", ARRIVES_SIGNED)
        assert self.verdict("nonsense", ARRIVES_SIGNED)


# --- The SDK as a second opinion ------------------------------------------------------------------------------------

ANYTHING = st.text(max_size=12)
# Which account a request names is a rule of ours; so is a body's hash in the query, and both have tests above.
NAMES = ANYTHING.filter(lambda name: name not in ("AccountSid", "bodySHA256"))
FORMS = st.lists(st.tuples(NAMES, ANYTHING), max_size=5)
HOSTS = st.sampled_from(["h.example", "h.example:443", "h.example:8443", "127.0.0.1:5000"])
ALGORITHMS = st.sampled_from(["HMAC_SHA1", "HMAC_SHA256"])
EITHER = Twilio(ACCOUNT, (TOKEN,), {"key": TOKEN})


@st.composite
def urls(draw: st.DrawFn) -> str:
    query = urlencode(draw(st.lists(st.tuples(NAMES, ANYTHING), max_size=3)))
    scheme, path = draw(st.sampled_from(["http", "https"])), draw(st.text("abcXYZ019_/-", max_size=8))
    return f"{scheme}://{draw(HOSTS)}/{path}{'?' if query else ''}{query}"


@given(urls(), FORMS, ALGORITHMS)
def test_what_the_sdk_signs_we_accept(url: str, form: list[tuple[str, str]], algorithm: str) -> None:
    signed = SDK.compute_signature(url, MultiDict(form), algorithm)
    assert EITHER.verify_voice(hook("POST", url, form, **signature(signed, f"key=key,algorithm={algorithm}")))


@given(urls(), FORMS, ALGORITHMS, st.data())
def test_we_and_the_sdk_agree_on_every_corruption(url: str, form: list[tuple[str, str]], algorithm: str, data: st.DataObject) -> None:
    signed = SDK.compute_signature(url, MultiDict(form), algorithm)
    match data.draw(st.sampled_from(["url", "form", "signature", "algorithm", "nothing"])):
        case "url":
            url = data.draw(urls())
        case "form":
            form = data.draw(FORMS)
        case "signature":
            signed = data.draw(st.text("ABCabc019+/=", min_size=1, max_size=44))
        case "algorithm":
            algorithm = data.draw(ALGORITHMS)
    ours = EITHER.verify_voice(hook("POST", url, form, **signature(signed, f"key=key,algorithm={algorithm}")))
    assert ours == SDK.validate(url, MultiDict(form), signed, algorithm)


# --- Known disagreements with SDK 9.13.0: ours is meant ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "signed_as"),
    [("http://[::1]:5000/x", "http://[::1]/x"), ("https://user:pass@h.example:8443/x", "https://user:pass@h.example/x")],
)
def test_the_port_of_an_ipv6_or_userinfo_url_comes_off_cleanly(asked: str, signed_as: str) -> None:
    signed = SDK.compute_signature(signed_as, dict(ARRIVES))
    assert TWILIO.verify_voice(hook("POST", asked, ARRIVES, **signature(signed)))
    assert not SDK.validate(asked, dict(ARRIVES), signed)


def test_a_body_that_nobody_vouches_for_is_refused() -> None:
    signed = signature(SDK.compute_signature(VOICE, {}))
    assert TWILIO.verify_voice(hook("POST", VOICE, **signed))
    assert not TWILIO.verify_voice(hook("POST", VOICE, body=b'{"From": "+911234567890"}', **signed))


# --- What a stranger may send -----------------------------------------------------------------------------------------

WILD = st.text(st.characters(exclude_categories=()), max_size=30)
HEADERS = st.dictionaries(st.sampled_from(["x-twilio-signature", "x-twilio-webhooks-signature-settings"]), WILD)


@given(WILD, HEADERS, st.lists(st.tuples(WILD, WILD)), st.lists(st.tuples(WILD, WILD)), st.binary())
def test_nothing_a_stranger_sends_is_believed_or_raises(
    tail: str, headers: dict[str, str], query: list[tuple[str, str]], form: list[tuple[str, str]], body: bytes
) -> None:
    for url in ("https://h.example/" + tail, tail):
        request = Hook("POST", url, headers, query, form, body)
        assert EITHER.verify_voice(request) is False
        assert EITHER.verify_text(request) is False


@pytest.mark.parametrize("headers", [{}, signature(""), signature(" "), signature("A" * 1_000_000), signature("अ" * 28)])
def test_missing_empty_and_huge_headers_are_refused(headers: dict[str, str]) -> None:
    assert not TWILIO.verify_voice(hook("POST", VOICE, ARRIVES, **headers))
