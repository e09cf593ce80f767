"""A call from the first webhook to the hang-up callback, at both providers."""

from threading import Event

import pytest
from far_end import BUSY_PLIVO, BUSY_TWILIO, CALLER, LINE, Answer
from plivo import plivoxml
from twilio.twiml.voice_response import VoiceResponse

PLIVO_DOCUMENTS = [
    # document, content type → answered, hang-up code
    (BUSY_PLIVO, "text/xml", False, "3010"),
    (BUSY_PLIVO, "application/xml; charset=utf-8", False, "3010"),
    ('<?xml version="1.0"?><!-- ours --><Response><Hangup reason="rejected"/></Response>', "text/xml", False, "3020"),
    ('<Response><PreAnswer><Wait length="4"/></PreAnswer><Hangup reason="busy"/></Response>', "text/xml", False, "3010"),
    ("<Response><PreAnswer><Dial><Number>91</Number></Dial></PreAnswer></Response>", "text/xml", False, "8011"),
    ("<Response><Hangup/></Response>", "text/xml", True, "4000"),
    ('<Response><Hangup reason="later"/></Response>', "text/xml", True, "4000"),
    ('<Response><Hangup reason="busy" schedule="5"/></Response>', "text/xml", True, "4000"),
    ('<Response><Wait length="1"/><Hangup reason="busy"/></Response>', "text/xml", True, "4000"),
    ("<Response><Speak>Namaste</Speak></Response>", "text/xml", True, "4010"),
    ("<Response/>", "text/xml", True, "4010"),
    ('<Response><Reject reason="busy"/></Response>', "text/xml", False, "8011"),
    ("<Answer/>", "text/xml", False, "8011"),
    ("<Response><Hangup", "text/xml", False, "8011"),
    ("", "text/xml", False, "8011"),
    (BUSY_PLIVO, "text/html", False, "8011"),
    (BUSY_PLIVO, "application/json", False, "8011"),
    ("<Response>" + " " * 100_000 + "</Response>", "text/xml", False, "8011"),
]
TWILIO_DOCUMENTS = [
    # document, content type → answered, status, error
    (BUSY_TWILIO, "text/xml", False, "busy", ""),
    ("<Response><Reject/></Response>", "application/xml", False, "no-answer", ""),
    ('<Response><Reject reason="rejected"/></Response>', "text/xml", False, "no-answer", ""),
    ('<Response><Pause/><Reject reason="busy"/></Response>', "text/xml", True, "completed", ""),
    ('<Response><Whatever/><Reject reason="busy"/></Response>', "text/xml", True, "completed", ""),
    ("<Response><Hangup/></Response>", "text/xml", True, "completed", ""),
    ("<Response/>", "text/xml", True, "completed", ""),
    ("please hold", "text/plain", True, "completed", ""),
    ('<Response><Hangup reason="busy"/></Response>', "text/xml", True, "completed", ""),
    ("<Response><Reject", "text/xml", True, "completed", "12100"),
    ("", "text/xml", True, "completed", "12100"),
    (BUSY_TWILIO, "application/json", True, "completed", "12300"),
    ("<Response>" + " " * 64_000 + "</Response>", "text/xml", True, "completed", "11750"),
]


@pytest.mark.parametrize(("document", "content_type", "answered", "code"), PLIVO_DOCUMENTS)
def test_plivo_reads_a_document(world, product, settle, document, content_type, answered, code):
    product.answers("/voice/plivo", Answer(document, content_type=content_type))
    world.dial(CALLER, LINE)
    settle()
    call = world.calls()[0]
    assert (call.answered, call.charged, call.ended, call.hangup_code) == (answered, answered, True, code)
    assert product.at("/voice/plivo/status")[0].params["HangupCauseCode"] == code


@pytest.mark.parametrize(("document", "content_type", "answered", "status", "error"), TWILIO_DOCUMENTS)
def test_twilio_reads_a_document(world, product, settle, document, content_type, answered, status, error):
    product.answers("/voice/twilio", Answer(document, content_type=content_type))
    world.dial(CALLER, LINE, "twilio")
    settle()
    call = world.calls()[0]
    assert (call.answered, call.charged, call.hangup_code, call.error) == (answered, answered, status, error)
    assert product.at("/voice/twilio/status")[0].params["CallStatus"] == status


def test_the_vendors_own_documents_leave_a_call_unanswered(world, product, settle):
    plivo_document = plivoxml.ResponseElement().add(plivoxml.HangupElement(reason="busy")).to_string(False)
    twiml = VoiceResponse()
    twiml.reject(reason="busy")
    product.answers("/voice/plivo", Answer(plivo_document))
    product.answers("/voice/twilio", Answer(str(twiml)))
    world.dial(CALLER, LINE)
    world.dial(CALLER, LINE, "twilio")
    settle()
    assert [call.charged for call in world.calls()] == [False, False]


def test_plivo_tells_everything_signed_and_without_a_plus(world, product, settle):
    call_id = world.dial("09845012345", LINE)
    settle()
    first, ended = product.received
    assert first.genuine
    assert ended.genuine
    assert (first.path, first.params["CallUUID"]) == ("/voice/plivo", call_id)
    assert (first.params["From"], first.params["To"]) == ("919845012345", "918061914343")
    assert (first.params["Event"], first.params["CallStatus"], first.params["Direction"]) == ("StartApp", "ringing", "inbound")
    assert first.params["SessionStart"] == "2026-11-22 06:50:00.000000"
    assert ended.path == "/voice/plivo/status"
    assert (ended.params["Event"], ended.params["HangupSource"], ended.params["Duration"]) == ("Hangup", "Answer XML", "0")
    assert (ended.params["StartTime"], ended.params["EndTime"]) == ("2026-11-22 12:20:00", "2026-11-22 12:20:01")
    assert "AnswerTime" not in ended.params


def test_twilio_tells_everything_signed_and_in_e164(world, product, settle):
    call_id = world.dial("9845012345", LINE, "twilio")
    settle()
    first, ended = product.received
    assert first.genuine
    assert ended.genuine
    assert (first.params["CallSid"], first.params["CallStatus"]) == (call_id, "ringing")
    assert (first.params["From"], first.params["To"], first.params["Called"]) == ("+919845012345", "+918061914343", "+918061914343")
    assert (first.params["FromCity"], first.params["FromCountry"]) == ("", "IN")
    assert (ended.params["CallDuration"], ended.params["Timestamp"]) == ("0", "Sun, 22 Nov 2026 06:50:01 +0000")


@pytest.mark.parametrize(
    ("caller", "at_plivo", "at_twilio"),
    [
        ("anonymous", "anonymous", "anonymous"),
        ("+266696687", "266696687", "+266696687"),
        ("", "", ""),
        ("08026612345", "918026612345", "+918026612345"),
        ("+14155552671", "14155552671", "+14155552671"),
    ],
)
def test_each_provider_presents_a_caller_its_own_way(world, product, settle, caller, at_plivo, at_twilio):
    world.dial(caller, LINE, "plivo")
    world.dial(caller, LINE, "twilio")
    settle()
    assert [each.params["From"] for each in (*product.at("/voice/plivo"), *product.at("/voice/twilio"))] == [at_plivo, at_twilio]
    assert all(each.genuine for each in product.received)


def test_dialling_only_schedules(world, product):
    world.dial(CALLER, LINE)
    assert (world.pending(), world.waiting(), product.received) == (1, 1, [])
    assert world.step() == 1
    assert (world.pending(), world.waiting(), len(product.received)) == (0, 1, 1)


@pytest.mark.parametrize(("provider", "key", "said"), [("plivo", "HangupCauseCode", "1000"), ("twilio", "CallStatus", "canceled")])
def test_a_caller_who_gives_up_is_still_announced(world, product, clock, provider, key, said):
    product.answers(f"/voice/{provider}", Answer("<Response><Say>too late</Say></Response>"))
    world.dial(CALLER, LINE, provider, hang_up_after_ms=1500)
    world.step()
    clock.forward(1499)
    assert world.step() == 0
    clock.forward(1)
    world.step()
    assert [each.path for each in product.received] == [f"/voice/{provider}", f"/voice/{provider}/status"]
    assert product.received[1].params[key] == said
    call = world.calls()[0]
    assert (call.answered, call.charged, call.ended, call.hangup_code) == (False, False, True, said)


def test_two_deliveries_are_the_same_call_with_signatures_of_their_own(world, product, settle):
    world.dial(CALLER, LINE, deliveries=2)
    world.dial(CALLER, LINE, "twilio", deliveries=2)
    settle()
    first, second = product.at("/voice/plivo")
    assert first.params == second.params
    assert first.headers["X-PLIVO-SIGNATURE-V3-NONCE"] != second.headers["X-PLIVO-SIGNATURE-V3-NONCE"]
    one, two = product.at("/voice/twilio")
    assert one.params == two.params
    assert one.headers["I-TWILIO-IDEMPOTENCY-TOKEN"] == two.headers["I-TWILIO-IDEMPOTENCY-TOKEN"]
    assert (len(product.at("/voice/plivo/status")), len(product.at("/voice/twilio/status"))) == (1, 1)
    assert all(each.genuine for each in product.received)


@pytest.mark.parametrize(
    ("provider", "answer", "tries", "code", "error"),
    [
        ("plivo", Answer(status="500 Oops"), 1, "7011", "7011"),
        ("plivo", Answer(status="403 No"), 1, "7011", "7011"),
        ("plivo", Answer(hang_up=True), 2, "7011", "7011"),
        ("twilio", Answer(status="500 Oops"), 1, "completed", "11200"),
        ("twilio", Answer(hang_up=True), 1, "completed", "11200"),
    ],
)
def test_an_error_ends_the_call_the_vendors_way(world, product, settle, provider, answer, tries, code, error):
    product.answers(f"/voice/{provider}", answer)
    world.dial(CALLER, LINE, provider)
    settle()
    call = world.calls()[0]
    assert (call.hangup_code, call.error, call.charged) == (code, error, provider == "twilio")
    assert len(product.at(f"/voice/{provider}")) == tries


def test_plivo_asks_again_after_a_timeout_and_takes_the_second_answer(world, product, settle):
    held = Event()
    product.answers("/voice/plivo", Answer(BUSY_PLIVO, hold=held), Answer(BUSY_PLIVO))
    world.dial(CALLER, LINE)
    settle()
    held.set()
    call = world.calls()[0]
    assert [(each.attempt, each.error, each.status) for each in call.exchanges[:2]] == [(0, "timeout", 0), (1, "", 200)]
    assert call.hangup_code == "3010"
    first, second = product.at("/voice/plivo")
    assert first.params == second.params
    assert second.genuine


def test_twilio_does_not_wait_twice_and_the_caller_pays(world, product, settle):
    held = Event()
    product.answers("/voice/twilio", Answer(BUSY_TWILIO, hold=held))
    world.dial(CALLER, LINE, "twilio")
    settle()
    held.set()
    call = world.calls()[0]
    assert (call.answered, call.error, len(product.at("/voice/twilio"))) == (True, "11200", 1)


@pytest.mark.parametrize(("provider", "code"), [("plivo", "7011"), ("twilio", "completed")])
def test_nobody_listening_is_tried_twice(world, product, settle, provider, code):
    product.listener.stop()
    world.dial(CALLER, LINE, provider)
    settle()
    call = world.calls()[0]
    assert [each.error for each in call.exchanges if each.operation == "hook.voice"] == ["connect", "connect"]
    assert call.hangup_code == code


def test_tuning_in_the_fragment_changes_what_is_tried_again(world, product, settle):
    world.hooks.tuning["twilio"] = "rc=2&rp=ct,rt,5xx"
    product.answers("/voice/twilio", Answer(status="503 Away"), Answer(status="503 Away"), Answer(BUSY_TWILIO))
    world.dial(CALLER, LINE, "twilio")
    settle()
    assert (len(product.at("/voice/twilio")), world.calls()[0].charged) == (3, False)
    assert all(each.genuine for each in product.received)


def test_twilio_asks_the_fallback_and_says_why(world, product, settle):
    world.switchboard.fallback["twilio"] = f"{product.url}/fallback"
    product.answers("/voice/twilio", Answer("<Response><Rej", content_type="text/xml"))
    product.answers("/fallback", Answer(BUSY_TWILIO))
    world.dial(CALLER, LINE, "twilio")
    settle()
    asked = product.at("/fallback")[0]
    assert asked.genuine
    assert (asked.params["ErrorCode"], asked.params["ErrorUrl"]) == ("12100", f"{product.url}/voice/twilio")
    call = world.calls()[0]
    assert (call.charged, call.hangup_code, call.error) == (False, "busy", "12100")


def test_plivo_asks_the_fallback_when_the_answer_url_fails_but_not_for_bad_xml(world, product, settle):
    world.switchboard.fallback["plivo"] = f"{product.url}/fallback"
    product.answers("/fallback", Answer(BUSY_PLIVO))
    product.answers("/voice/plivo", Answer(status="500 Oops"), Answer("<oops"))
    world.dial(CALLER, LINE)
    settle()
    world.dial(CALLER, LINE)
    settle()
    assert [call.hangup_code for call in world.calls()] == ["3010", "8011"]
    assert len(product.at("/fallback")) == 1


def test_a_redirect_is_not_followed(world, product, settle):
    product.answers("/voice/plivo", Answer(status="302 Found"))
    world.dial(CALLER, LINE)
    settle()
    assert world.calls()[0].hangup_code == "7011"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"provider": "exotel"}, "no provider 'exotel'"),
        ({"line": "hello"}, "no number anybody can ring"),
        ({"deliveries": 0}, "deliveries is 1 or more"),
        ({"hang_up_after_ms": -1}, "hang_up_after_ms 0 or more"),
    ],
)
def test_a_call_that_cannot_be_is_refused(world, change, said):
    with pytest.raises(ValueError, match=said):
        world.dial(**{"caller": CALLER, "line": LINE, **change})


def test_the_oldest_calls_are_forgotten(clock, product):
    from far_end import ACCOUNTS

    from ivr.sandbox.world import Sandbox

    world = Sandbox(clock, product.url, ACCOUNTS, keep=3)
    ids = [world.dial(CALLER, LINE) for _ in range(5)]
    assert [call.id for call in world.calls()] == ids[2:]
    assert world.call(ids[0]) is None
    assert [call.id for call in world.calls(newest=1)] == ids[4:]
