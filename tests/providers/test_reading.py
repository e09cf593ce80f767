"""Payload → event, for both providers."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.model.errors import BadRequest
from ivr.model.events import CallArrived, CallEnded, CallOutcome, Ignored, ReportState, TextReceived, TextReported
from ivr.model.outcomes import Fault, Misconfigured, Never, SendOutcome, TryLater
from ivr.providers.plivo import Plivo
from ivr.providers.twilio import Twilio
from tests.providers.provider_hooks import pairs

PLIVO = Plivo("MA000000000000000000", ("token",))
TWILIO = Twilio("AC" + "0" * 32, ("token",))
UUID = "4d04c52e-cea3-4458-bbdb-0bfc314ee7cd"
CA = "CA" + "1" * 32
SM = "SM" + "3" * 32

P_CALL = {"CallUUID": UUID, "From": "919845012345", "To": "918061914343", "Direction": "inbound"}
P_RINGS = {**P_CALL, "CallStatus": "ringing", "Event": "StartApp"}
P_ENDS = {**P_CALL, "CallStatus": "completed", "Event": "Hangup", "Duration": "0"}
T_CALL = {"CallSid": CA, "From": "+919845012345", "To": "+918061914343", "Direction": "inbound"}
T_RINGS = {**T_CALL, "CallStatus": "ringing"}

ARRIVED_P = CallArrived("plivo", UUID, "+919845012345", "+918061914343")
ARRIVED_T = CallArrived("twilio", CA, "+919845012345", "+918061914343")


@pytest.mark.parametrize(
    ("params", "event"),
    [
        (P_RINGS, ARRIVED_P),
        ({**P_RINGS, "CallStatus": "in-progress"}, ARRIVED_P),
        (P_CALL, ARRIVED_P),
        ({"CallUUID": UUID, "From": "919845012345", "To": "918061914343"}, ARRIVED_P),
        ({**P_RINGS, "SIP-X-New": "unknown parameters are ignored"}, ARRIVED_P),
        ({**P_RINGS, "From": ""}, CallArrived("plivo", UUID, "", "+918061914343")),
        ({k: v for k, v in P_RINGS.items() if k != "From"}, CallArrived("plivo", UUID, "", "+918061914343")),
        ({**P_RINGS, "Event": "Redirect"}, Ignored("Plivo's event Redirect asks for no document.")),
        ({**P_RINGS, "CallStatus": "dreaming"}, Ignored("Plivo's call status dreaming is not in our table.")),
        ({**P_RINGS, "Direction": "outbound"}, Ignored("A call that we placed did not arrive on a line.")),
        (
            {**P_ENDS, "HangupCauseCode": "3010"},
            CallEnded("plivo", UUID, "+919845012345", "+918061914343", True, CallOutcome.BUSY, 0, "3010"),
        ),
        (
            {**P_CALL, "CallStatus": "no-answer"},
            CallEnded("plivo", UUID, "+919845012345", "+918061914343", True, CallOutcome.NO_ANSWER, 0, "no-answer"),
        ),
    ],
)
def test_what_arrives_at_plivos_answer_url(params: Mapping[str, str], event: object) -> None:
    assert PLIVO.read_call(params) == event


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("919845012345", "+919845012345"),
        ("14155550123", "+14155550123"),
        ("+919845012345", "+919845012345"),
        ("09845012345", "09845012345"),
        ("6591234567", "+6591234567"),  # Singapore; without the plus it would pass for an Indian mobile
        ("266696687", "+266696687"),
        ("1234567890123456", "1234567890123456"),
        ("anonymous", "anonymous"),
        ("९८४५०१२३४५६", "९८४५०१२३४५६"),
        ("sip:doctor@phone.plivo.com", "sip:doctor@phone.plivo.com"),
    ],
)
def test_plivos_numbers_get_their_plus_and_everything_else_is_left_alone(sent: str, read: str) -> None:
    event = PLIVO.read_call({**P_RINGS, "From": sent})
    assert isinstance(event, CallArrived)
    assert event.caller == read


@pytest.mark.parametrize(
    ("code", "more", "outcome", "talked"),
    [
        ("4000", {"Duration": "66", "AnswerTime": "2026-11-22 12:20:00"}, CallOutcome.ANSWERED, 66),
        ("4010", {"Duration": "3"}, CallOutcome.ANSWERED, 3),
        ("6000", {"Duration": "14400"}, CallOutcome.ANSWERED, 14400),
        ("4000", {"Duration": "0", "AnswerTime": "2026-11-22 12:20:00"}, CallOutcome.ANSWERED, 0),
        ("4000", {"Duration": "0", "HangupSource": "Caller"}, CallOutcome.CANCELLED, 0),
        ("4000", {"Duration": "0", "HangupSource": "Carrier"}, CallOutcome.NO_ANSWER, 0),
        ("1000", {}, CallOutcome.CANCELLED, 0),
        ("3000", {}, CallOutcome.NO_ANSWER, 0),
        ("6010", {}, CallOutcome.NO_ANSWER, 0),
        ("3010", {}, CallOutcome.BUSY, 0),
        ("3100", {}, CallOutcome.BUSY, 0),
        ("3020", {}, CallOutcome.REJECTED, 0),
        ("3040", {}, CallOutcome.REJECTED, 0),
        ("3110", {}, CallOutcome.REJECTED, 0),
        ("2070", {}, CallOutcome.FAILED, 0),
        ("8012", {"Duration": "12"}, CallOutcome.FAILED, 12),
        ("9100", {}, CallOutcome.FAILED, 0),
        ("777777", {}, CallOutcome.FAILED, 0),
    ],
)
def test_plivos_hangup_cause_decides_the_outcome(code: str, more: dict[str, str], outcome: CallOutcome, talked: int) -> None:
    event = PLIVO.read_status({**P_ENDS, "HangupCauseCode": code, **more})
    by_document = code in ("4010", "8012")
    assert event == CallEnded("plivo", UUID, "+919845012345", "+918061914343", True, outcome, talked, code, by_document)


@pytest.mark.parametrize(
    ("code", "source", "by_document"),
    [
        ("4000", "Answer XML", True),
        ("4000", "Caller", False),
        ("4000", "API Request", False),
        ("4010", "Plivo", True),
        ("7011", "Error", True),
        ("7034", "Error", True),
        ("8014", "Error", True),
        ("6000", "Plivo", False),
        ("3010", "Answer XML", False),  # refused before anybody answered
        ("70110", "Error", False),
    ],
)
def test_plivo_tells_whether_a_document_ended_a_call(code: str, source: str, by_document: bool) -> None:
    event = PLIVO.read_status({**P_ENDS, "Duration": "9", "HangupCauseCode": code, "HangupSource": source})
    assert isinstance(event, CallEnded)
    assert event.by_document is by_document


@pytest.mark.parametrize(
    ("params", "event"),
    [
        ({**P_CALL, "Event": "Ring", "CallStatus": "ringing"}, Ignored("Plivo's event Ring with status ringing ends no call.")),
        ({**P_CALL, "CallStatus": "ringing"}, Ignored("Plivo's event without a name with status ringing ends no call.")),
        ({**P_CALL, "Event": "Hangup"}, Ignored("A hang-up that gives no cause.")),
        (
            {**P_ENDS, "Direction": "outbound", "From": "918061914343", "To": "919845012345", "HangupCauseCode": "3000"},
            CallEnded("plivo", UUID, "+919845012345", "+918061914343", False, CallOutcome.NO_ANSWER, 0, "3000"),
        ),
        (
            {"CallUUID": UUID, "Event": "Hangup", "HangupCauseCode": "3000"},
            CallEnded("plivo", UUID, "", "", True, CallOutcome.NO_ANSWER, 0, "3000"),
        ),
    ],
)
def test_what_arrives_at_plivos_hangup_url(params: Mapping[str, str], event: object) -> None:
    assert PLIVO.read_status(params) == event


@pytest.mark.parametrize(
    ("params", "event"),
    [
        (T_RINGS, ARRIVED_T),
        (T_CALL, ARRIVED_T),
        ({**T_RINGS, "ErrorCode": "11200", "ErrorUrl": "https://h.example/voice"}, ARRIVED_T),
        ({**T_RINGS, "From": "+266696687"}, CallArrived("twilio", CA, "+266696687", "+918061914343")),
        ({**T_RINGS, "From": "anonymous"}, CallArrived("twilio", CA, "anonymous", "+918061914343")),
        ({**T_RINGS, "CallStatus": "dreaming"}, Ignored("Twilio's call status dreaming is not in our table.")),
        ({**T_RINGS, "Direction": "outbound-api"}, Ignored("A call that we placed did not arrive on a line.")),
        (
            {**T_CALL, "CallStatus": "completed", "CallDuration": "0"},
            CallEnded("twilio", CA, "+919845012345", "+918061914343", True, CallOutcome.NO_ANSWER, 0, "completed"),
        ),
    ],
)
def test_what_arrives_at_twilios_voice_url(params: Mapping[str, str], event: object) -> None:
    assert TWILIO.read_call(params) == event


@pytest.mark.parametrize(
    ("status", "talked", "outcome", "counted"),
    [
        ("completed", "49", CallOutcome.ANSWERED, 49),
        ("completed", "0", CallOutcome.NO_ANSWER, 0),
        ("completed", "", CallOutcome.NO_ANSWER, 0),
        ("busy", "0", CallOutcome.BUSY, 0),
        ("no-answer", "0", CallOutcome.NO_ANSWER, 0),
        ("canceled", "0", CallOutcome.CANCELLED, 0),
        ("failed", "0", CallOutcome.FAILED, 0),
    ],
)
def test_twilios_call_status_decides_the_outcome(status: str, talked: str, outcome: CallOutcome, counted: int) -> None:
    event = TWILIO.read_status({**T_CALL, "CallStatus": status, "CallDuration": talked})
    assert event == CallEnded("twilio", CA, "+919845012345", "+918061914343", True, outcome, counted, status)


def test_a_call_that_twilio_placed_for_us_names_the_person_it_rang() -> None:
    params = {
        **T_CALL,
        "Direction": "outbound-api",
        "From": "+15005550006",
        "To": "+919845012345",
        "CallStatus": "busy",
        "SipResponseCode": "486",
    }
    assert TWILIO.read_status(params) == CallEnded("twilio", CA, "+919845012345", "+15005550006", False, CallOutcome.BUSY, 0, "486")


@pytest.mark.parametrize("status", ["initiated", "queued", "ringing", "in-progress", "dreaming"])
def test_a_twilio_call_that_goes_on_is_ignored(status: str) -> None:
    assert TWILIO.read_status({**T_CALL, "CallStatus": status}) == Ignored(f"Twilio's call status {status} ends no call.")


FAILED, UNDELIVERED = ReportState.FAILED, ReportState.UNDELIVERED


@pytest.mark.parametrize(
    ("status", "code", "state", "kept", "outcome"),
    [
        ("queued", "", ReportState.QUEUED, "", None),
        ("sent", "000", ReportState.SENT, "", None),
        ("delivered", "000", ReportState.DELIVERED, "", None),
        ("read", "", ReportState.DELIVERED, "", None),
        ("undelivered", "80", UNDELIVERED, "80", TryLater("80")),
        ("undelivered", "50", UNDELIVERED, "50", Never("50", "no such destination")),
        ("undelivered", "200", UNDELIVERED, "200", Never("200", "the recipient has said STOP")),
        ("undelivered", "420", UNDELIVERED, "420", Never("420", "expired before it could be delivered")),
        ("failed", "900", FAILED, "900", Misconfigured("900", Fault.ACCOUNT, "out of credit")),
        (
            "rejected",
            "612",
            FAILED,
            "612",
            Misconfigured("612", Fault.DLT, "the entity, header or template does not match its DLT registration"),
        ),
        ("failed", "599", FAILED, "599", None),
        ("failed", "", FAILED, "", None),
        ("delivered", "50", ReportState.DELIVERED, "50", None),
    ],
)
def test_plivos_delivery_reports(status: str, code: str, state: ReportState, kept: str, outcome: SendOutcome | None) -> None:
    params = {"MessageUUID": UUID, "Status": status, "ErrorCode": code, "From": "MFINEX", "To": "919845012345"}
    assert PLIVO.read_report(params) == TextReported("plivo", UUID, state, kept, outcome)


@pytest.mark.parametrize(
    ("status", "code", "state", "outcome"),
    [
        ("accepted", "", ReportState.QUEUED, None),
        ("sending", "", ReportState.QUEUED, None),
        ("sent", "", ReportState.SENT, None),
        ("delivered", "", ReportState.DELIVERED, None),
        ("undelivered", "30005", UNDELIVERED, Never("30005", "no such phone")),
        ("undelivered", "30003", UNDELIVERED, TryLater("30003")),
        ("failed", "30002", FAILED, Misconfigured("30002", Fault.ACCOUNT, "the account is suspended")),
        ("undelivered", "39999", UNDELIVERED, None),
        ("canceled", "", FAILED, None),
    ],
)
def test_twilios_delivery_reports(status: str, code: str, state: ReportState, outcome: SendOutcome | None) -> None:
    params = {"MessageSid": SM, "MessageStatus": status, "To": "+919845012345"} | ({"ErrorCode": code} if code else {})
    assert TWILIO.read_report(params) == TextReported("twilio", SM, state, code, outcome)


def test_a_report_whose_status_we_do_not_know_is_ignored_not_guessed() -> None:
    assert PLIVO.read_report({"MessageUUID": UUID, "Status": "levitating"}) == Ignored(
        "Plivo's message status levitating is not in our table."
    )
    assert TWILIO.read_report({"MessageSid": SM, "MessageStatus": "partially_delivered"}) == Ignored(
        "Twilio's message status partially_delivered is not in our table."
    )


def test_a_text_that_comes_in() -> None:
    plivo = {"MessageUUID": UUID, "From": "919845012345", "To": "918061914343", "Type": "sms", "Text": "STOP"}
    assert PLIVO.read_text(plivo) == TextReceived("plivo", UUID, "+919845012345", "+918061914343", "STOP")
    assert PLIVO.read_text({**plivo, "Type": "mms"}) == Ignored("We read SMS, and this is mms.")
    twilio = {"MessageSid": SM, "From": "+919845012345", "To": "+18005551212"}
    assert TWILIO.read_text(twilio) == TextReceived("twilio", SM, "+919845012345", "+18005551212", "")


def test_a_body_keeps_its_letters_and_loses_its_control_characters() -> None:
    params = {"MessageSid": SM, "From": "+919845012345", "To": "+18005551212"}
    conjunct = "क्\u200dष ಕ್ಷ\nSTOP\t🙏"
    event = TWILIO.read_text({**params, "Body": conjunct + "\x00\x1b\ud800"})
    assert isinstance(event, TextReceived)
    assert event.body == conjunct + "   "
    with pytest.raises(BadRequest, match="Body is longer than 4096"):
        TWILIO.read_text({**params, "Body": "x" * 4097})


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({**P_RINGS, "CallUUID": ""}, "CallUUID is missing."),
        ({"From": "919845012345", "To": "918061914343"}, "CallUUID is missing."),
        ({**P_RINGS, "To": ""}, "To is missing."),
        ({**P_RINGS, "CallUUID": "../../etc/passwd"}, "CallUUID does not look like one of the provider's."),
        ({**P_RINGS, "CallUUID": "a" * 65}, "CallUUID does not look like one of the provider's."),
        ({**P_RINGS, "CallUUID": UUID + "\n"}, "CallUUID holds control characters."),
        ({**P_RINGS, "From": "9" * 257}, "From is longer than 256 characters."),
        ({**P_RINGS, "From": "9198\x0045"}, "From holds control characters."),
        ({**P_RINGS, "CallStatus": "ring\ring"}, "CallStatus holds control characters."),
        ({**P_ENDS, "HangupCauseCode": "3010", "Duration": "-1"}, "Duration is not a number of seconds."),
        ({**P_ENDS, "HangupCauseCode": "3010", "Duration": "१"}, "Duration is not a number of seconds."),
    ],
)
def test_plivo_requests_we_cannot_read_say_what_is_wrong(params: Mapping[str, str], sentence: str) -> None:
    with pytest.raises(BadRequest) as error:
        PLIVO.read_call(params)
    assert str(error.value) == sentence


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({**T_RINGS, "CallSid": ""}, "CallSid is missing."),
        ({**T_RINGS, "CallSid": SM}, "CallSid does not look like one of the provider's."),
        ({**T_RINGS, "To": ""}, "To is missing."),
        ({**T_RINGS, "CallStatus": "completed", "CallDuration": "1e9"}, "CallDuration is not a number of seconds."),
    ],
)
def test_twilio_requests_we_cannot_read_say_what_is_wrong(params: Mapping[str, str], sentence: str) -> None:
    with pytest.raises(BadRequest) as error:
        TWILIO.read_call(params)
    assert str(error.value) == sentence


def test_reports_and_texts_need_an_id_of_the_providers_shape() -> None:
    for read, params in [
        (PLIVO.read_report, {"Status": "sent"}),
        (PLIVO.read_report, {"MessageUUID": UUID}),
        (PLIVO.read_text, {"MessageUUID": UUID, "To": "918061914343"}),
        (TWILIO.read_report, {"MessageSid": CA, "MessageStatus": "sent"}),
        (TWILIO.read_report, {"MessageSid": SM}),
        (TWILIO.read_status, {"CallSid": CA}),
        (TWILIO.read_text, {"MessageSid": SM, "From": "+919845012345"}),
    ]:
        with pytest.raises(BadRequest):
            read(params)


CALL_NAMES = ["CallUUID", "CallSid", "CallStatus", "Event", "Direction", "Duration", "CallDuration", "HangupCauseCode", "AnswerTime"]
TEXT_NAMES = ["MessageUUID", "MessageSid", "Status", "MessageStatus", "ErrorCode", "Type", "Text", "Body"]
NAMES = st.sampled_from(["From", "To", *CALL_NAMES, *TEXT_NAMES])
VALUES = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from([UUID, CA, SM, "completed", "Hangup", "sent", "4000"])


@given(st.dictionaries(NAMES, VALUES))
def test_whatever_comes_is_an_event_or_a_bad_request(params: dict[str, str]) -> None:
    for provider in (PLIVO, TWILIO):
        for read in (provider.read_call, provider.read_status, provider.read_report, provider.read_text):
            try:
                event = read(params)
            except BadRequest:
                continue
            assert isinstance(event, CallArrived | CallEnded | TextReported | TextReceived | Ignored)


def test_blank_and_repeated_parameters_survive_the_way_in() -> None:
    assert pairs("a=&b=1&b=2") == [("a", ""), ("b", "1"), ("b", "2")]
