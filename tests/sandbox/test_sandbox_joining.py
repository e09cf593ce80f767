"""Dial: a second phone rings, is joined, or is not; and what the product is told of it."""

import pytest
from far_end import CALLER, LINE, Answer, plivo_document
from plivo import plivoxml
from twilio.twiml.voice_response import VoiceResponse

DOCTOR, NURSE = "+919845077777", "+919845088888"
BOTH = pytest.mark.parametrize("provider", ["plivo", "twilio"])


def dial(product, provider, *numbers, shown="918061914343", then="Goodbye", action="/dialled", **how):
    if provider == "plivo":
        target = f"{product.url}{action}" if action else None
        element = plivoxml.DialElement(**{"action": target, "timeout": 25, "time_limit": 600, "caller_id": shown, **how})
        for number in numbers:
            element.add_number(number.removeprefix("+"))
        return plivo_document(element, plivoxml.SpeakElement(then))
    twiml = VoiceResponse()
    settings = {"action": action, "timeout": 25, "time_limit": 600, "caller_id": f"+{shown}", **how}
    element = twiml.dial(**{name: value for name, value in settings.items() if value is not None})
    for number in numbers:
        element.number(number)
    twiml.say(then)
    return str(twiml)


@pytest.fixture
def called(world, product, pass_time):
    """A caller for whom phones ring."""

    def call(provider, *numbers, **how):
        product.answers(f"/voice/{provider}", Answer(dial(product, provider, *numbers, **how)))
        product.answers("/dialled", Answer("<Response><Hangup/></Response>"))
        call_id = world.dial(CALLER, LINE, provider)
        pass_time(500)
        return call_id

    return call


def told(product):
    return [each.params for each in product.at("/dialled")]


@BOTH
def test_two_people_are_joined_until_one_hangs_up(world, product, called, pass_time, provider):
    call_id = called(provider, DOCTOR)
    leg = world.ringing(DOCTOR)
    assert (leg.state, leg.direction, leg.caller, leg.line, leg.parent) == ("ringing", "outbound", DOCTOR, "+918061914343", call_id)
    assert (world.call(call_id).waits_for, world.ringing(CALLER).id) == ("the other phone", call_id)
    world.answer(leg.id)
    assert [(each.kind, each.text) for each in world.call(call_id).heard] == [("joined", DOCTOR)]
    assert [(each.kind, each.text) for each in world.call(leg.id).heard] == [("joined", CALLER)]
    assert (world.call(call_id).waits_for, world.call(leg.id).state) == ("", "live")
    pass_time(60_000)
    assert told(product) == []
    world.hang_up(leg.id)
    pass_time(500)
    turn = product.at("/dialled")[0]
    assert turn.genuine
    if provider == "plivo":
        expected = {"DialStatus": "completed", "DialRingStatus": "true", "DialALegUUID": call_id, "DialBLegUUID": leg.id}
        assert (turn.params["DialHangupCause"], turn.params["Event"]) == ("NORMAL_CLEARING", "Redirect")
    else:
        expected = {"DialCallStatus": "completed", "DialCallSid": leg.id, "DialCallDuration": "60", "DialBridged": "true"}
    assert turn.params | expected == turn.params
    assert turn.params["CallStatus"] == "in-progress"
    assert (world.call(call_id).state, world.ringing(DOCTOR)) == ("over", None)
    assert world.calls()[-1].exchanges == ()


@BOTH
@pytest.mark.parametrize(
    ("manner", "ms", "plivo", "twilio"),
    [
        ("busy", 600, ("busy", "USER_BUSY", "false"), "busy"),
        ("declines", 3_600, ("failed", "CALL_REJECTED", "true"), "busy"),
        ("no answer", 25_600, ("no-answer", "NO_ANSWER", "true"), "no-answer"),
        ("rings", 25_600, ("no-answer", "NO_ANSWER", "true"), "no-answer"),
        ("unreachable", 600, ("failed", "NETWORK_CONGESTION", "false"), "failed"),
    ],
)
def test_a_phone_that_is_not_picked_up(world, product, called, pass_time, provider, manner, ms, plivo, twilio):
    world.behave(DOCTOR, manner)
    called(provider, DOCTOR)
    pass_time(ms)
    said = told(product)[0]
    if provider == "plivo":
        assert (said["DialStatus"], said["DialHangupCause"], said["DialRingStatus"], said["DialBLegUUID"]) == (*plivo, "")
    else:
        assert (said["DialCallStatus"], said["DialBridged"], "DialCallDuration" in said) == (twilio, "false", False)


@BOTH
def test_the_caller_who_leaves_takes_the_other_along(world, product, called, pass_time, provider):
    call_id = called(provider, DOCTOR)
    world.behave(DOCTOR, "answers")
    ringing = world.ringing(DOCTOR).id
    world.hang_up(call_id)
    pass_time(500)
    said = told(product)[0]
    assert said["CallStatus"] == "completed"
    assert said.get("DialStatus", said.get("DialCallStatus")) == {"plivo": "cancel", "twilio": "canceled"}[provider]
    assert world.call(ringing).state == "over"
    call_id = called(provider, DOCTOR)
    pass_time(5_000)
    world.hang_up(call_id)
    pass_time(500)
    assert told(product)[1].get("DialStatus", told(product)[1].get("DialCallStatus")) == "completed"
    assert all(call.state == "over" for call in world.calls())
    assert len(product.at(f"/voice/{provider}/status")) == 2


@BOTH
def test_the_first_of_several_wins_and_the_rest_stop_ringing(world, product, called, pass_time, provider):
    call_id = called(provider, DOCTOR, NURSE)
    other = world.ringing(DOCTOR)
    world.answer(world.ringing(NURSE).id)
    assert world.call(other.id).hangup_code == {"plivo": "1000", "twilio": "canceled"}[provider]
    assert world.call(call_id).heard[-1].text == NURSE
    pass_time(5_000)
    assert told(product) == []


@BOTH
def test_all_refuse_before_the_product_is_told(world, product, called, pass_time, provider):
    world.behave(DOCTOR, "busy")
    world.behave(NURSE, "declines")
    called(provider, DOCTOR, NURSE)
    pass_time(2_000)
    assert told(product) == []
    pass_time(2_000)
    assert len(told(product)) == 1


@BOTH
def test_the_talk_has_a_limit(world, product, called, pass_time, provider):
    world.behave(DOCTOR, "answers")
    called(provider, DOCTOR, time_limit=30)
    pass_time(31_000)
    assert told(product) == []
    pass_time(1_500)
    assert told(product)[0].get("DialStatus", told(product)[0].get("DialCallStatus")) == "completed"


@BOTH
def test_without_an_action_the_document_goes_on(world, called, pass_time, provider):
    world.behave(DOCTOR, "busy")
    call_id = called(provider, DOCTOR, action=None)
    pass_time(500)
    assert world.call(call_id).heard[-1].text == "Goodbye"


@pytest.mark.parametrize(
    ("numbers", "how", "status", "cause"),
    [
        (("+91123",), {}, "failed", "NETWORK_CONGESTION"),
        ((DOCTOR,), {"shown": "919845011111"}, "failed", "INVALID_CALLER_ID"),
        ((DOCTOR,), {"caller_id": None}, "failed", "INVALID_CALLER_ID"),
    ],
)
def test_plivo_rings_no_impossible_number_and_shows_none_that_it_does_not_rent(world, product, called, numbers, how, status, cause):
    called("plivo", *numbers, **how)
    assert (told(product)[0]["DialStatus"], told(product)[0]["DialHangupCause"]) == (status, cause)
    assert len(world.calls()) == 1


def test_twilio_shows_the_callers_own_number_unless_told_otherwise(world, called):
    called("twilio", DOCTOR, caller_id=None)
    assert world.ringing(DOCTOR).line == CALLER


def test_a_second_phone_needs_a_channel_too(world, product, called):
    world.channels["plivo"] = 1
    called("plivo", DOCTOR)
    assert told(product)[0]["DialHangupCause"] == "CONCURRENCY_LIMIT"


def test_twilio_answers_only_when_joined_if_told_so(world, product, called, pass_time):
    call_id = called("twilio", DOCTOR, answer_on_bridge=True)
    assert (world.call(call_id).state, world.call(call_id).charged) == ("ringing", False)
    world.answer(world.ringing(DOCTOR).id)
    assert (world.call(call_id).state, world.call(call_id).charged) == ("live", True)
    world.behave(DOCTOR, "busy")
    product.answers("/voice/twilio", Answer(f'<Response><Dial answerOnBridge="true" callerId="+918061914343">{DOCTOR}</Dial></Response>'))
    call_id = world.dial(CALLER, LINE, "twilio")
    pass_time(1_000)
    assert (world.call(call_id).charged, world.call(call_id).hangup_code) == (False, "no-answer")


def test_other_parties_than_numbers_are_not_played_but_answer(world, product, pass_time):
    product.answers("/voice/twilio", Answer("<Response><Dial><Queue>room</Queue></Dial></Response>"))
    call_id = world.dial(CALLER, LINE, "twilio")
    pass_time(1_000)
    assert (world.call(call_id).charged, world.call(call_id).hangup_code, len(world.calls())) == (True, "completed", 1)


@BOTH
def test_behaviour_wears_off_after_so_many_calls(world, product, called, pass_time, provider):
    world.behave("09845077777", "busy", times=2)
    for manner in ("busy", "rings"):
        assert world.manner(DOCTOR) == "busy"
        called(provider, DOCTOR)
        pass_time(1_000)
        assert world.manner(DOCTOR) == manner
    assert len(told(product)) == 2
    called(provider, DOCTOR)
    assert world.ringing(DOCTOR).state == "ringing"
