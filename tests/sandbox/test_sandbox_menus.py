"""Live calls at both providers: what is heard, the keys, silence, and what the next request says."""

import pytest
from far_end import CALLER, LINE, Answer, plivo_document, plivo_menu, twilio_menu
from plivo import plivoxml
from twilio.twiml.voice_response import VoiceResponse

from ivr.sandbox.faults import Fault

BYE = {"plivo": plivo_document(plivoxml.HangupElement()), "twilio": "<Response><Hangup/></Response>"}
BOTH = pytest.mark.parametrize("provider", ["plivo", "twilio"])


def menu(product, provider, **how):
    """A menu, then a farewell for those who press nothing."""
    if provider == "plivo":
        return plivo_document(plivo_menu(f"{product.url}/turn", **how), plivoxml.SpeakElement("Nobody there"))
    twiml = twilio_menu("/turn", **how)
    twiml.say("Nobody there")
    return str(twiml)


@pytest.fixture
def called(world, product, pass_time):
    """A caller who has just reached a document."""

    def call(provider, document, **how):
        product.answers(f"/voice/{provider}", Answer(document))
        product.answers("/turn", Answer(BYE[provider]))
        call_id = world.dial(CALLER, LINE, provider, **how)
        pass_time(0)
        return call_id

    return call


def said(call):
    return [(each.kind, each.text) for each in call.heard]


@BOTH
def test_a_key_during_the_prompt_cuts_it_short_and_is_told(world, product, called, pass_time, provider):
    call_id = called(provider, menu(product, provider))
    call = world.call(call_id)
    assert (call.state, call.direction, call.answered, call.waits_for, call.keys_wanted) == ("live", "inbound", True, "keys", 1)
    assert [(each.kind, each.text, each.language, each.voice) for each in call.heard] == [("say", "Press 1", "hi-IN", "Polly.Aditi")]
    world.press(call_id, "1")
    assert (world.call(call_id).waits_for, world.call(call_id).pressed) == ("", "1")
    pass_time(1000)
    turn = product.at("/turn")[0]
    assert turn.genuine
    assert (turn.params["Digits"], turn.params["CallStatus"], turn.params["Direction"]) == ("1", "in-progress", "inbound")
    call = world.call(call_id)
    assert (call.state, call.ended, call.hangup_code) == ("over", True, {"plivo": "4000", "twilio": "completed"}[provider])
    assert [each.operation for each in call.exchanges] == ["hook.voice", "hook.turn", "hook.status"]
    assert said(call) == [("say", "Press 1")]


def test_what_plivo_says_about_keys(world, product, called, pass_time):
    world.press(called("plivo", menu(product, "plivo")), "1")
    pass_time(1000)
    params = product.at("/turn")[0].params
    assert (params["InputType"], params["Event"]) == ("dtmf", "Redirect")
    assert params["From"] == "919845012345"


@BOTH
def test_silence_goes_on_with_the_document_and_its_end_is_the_end(world, product, called, pass_time, provider):
    call_id = called(provider, menu(product, provider))
    pass_time(5_999)
    assert said(world.call(call_id)) == [("say", "Press 1")]
    pass_time(1)
    assert said(world.call(call_id)) == [("say", "Press 1"), ("say", "Nobody there")]
    assert world.call(call_id).waits_for == ""
    pass_time(1000)
    assert world.call(call_id).hangup_code == {"plivo": "4010", "twilio": "completed"}[provider]
    assert product.at("/turn") == []


def test_twilio_asks_in_silence_when_told_to(product, called, pass_time):
    called("twilio", str(twilio_menu("/turn", action_on_empty_result=True)))
    pass_time(6_100)
    assert product.at("/turn")[0].params["Digits"] == ""


def test_twilio_asks_for_the_same_document_without_an_action(product, called, pass_time):
    called("twilio", str(twilio_menu(None, action_on_empty_result=True)))
    pass_time(6_100)
    assert len(product.at("/voice/twilio")) == 2


@BOTH
@pytest.mark.parametrize(
    ("keys", "digits"),
    [("42#", "42"), ("4*2#", "4*2"), ("123456", "123456"), ("1234567", "123456"), ("#", None)],
)
def test_keys_until_the_finishing_one_which_is_not_counted(world, product, called, pass_time, provider, keys, digits):
    call_id = called(provider, menu(product, provider, num_digits=6))
    world.press(call_id, keys)
    pass_time(500)
    assert [each.params["Digits"] for each in product.at("/turn")] == ([] if digits is None else [digits])


@BOTH
def test_a_pause_after_some_keys_ends_them(world, product, called, pass_time, provider):
    call_id = called(provider, menu(product, provider, num_digits=6))
    pass_time(1_500)
    world.press(call_id, "4")
    assert world.call(call_id).keys_wanted == 5
    pass_time(2_100 if provider == "plivo" else 5_100)
    assert product.at("/turn")[0].params["Digits"] == "4"


def test_plivos_time_for_input_is_for_all_of_it(world, product, called, pass_time):
    call_id = called("plivo", menu(product, "plivo", num_digits=6, digit_end_timeout=10))
    pass_time(5_000)
    world.press(call_id, "4")  # a second before the five seconds are over
    pass_time(1_100)
    assert product.at("/turn")[0].params["Digits"] == "4"


@BOTH
def test_keys_are_lost_while_nothing_gathers(world, product, called, pass_time, provider):
    say = {"plivo": "Speak", "twilio": "Say"}[provider]
    call_id = called(provider, f"<Response><{say}>Please wait</{say}></Response>")
    world.press(call_id, "1")
    pass_time(500)
    assert (product.at("/turn"), world.call(call_id).pressed, world.call(call_id).state) == ([], "1", "live")


@BOTH
def test_what_is_not_a_key_or_not_live_is_refused(world, product, called, pass_time, provider):
    call_id = world.dial(CALLER, LINE, provider)
    with pytest.raises(ValueError, match="is not live"):
        world.press(call_id, "1")
    pass_time(2_000)
    with pytest.raises(ValueError, match="is over"):
        world.press(call_id, "1")
    call_id = called(provider, menu(product, provider))
    for keys in ("", "A", "1 2"):
        with pytest.raises(ValueError, match="keys are 0 to 9"):
            world.press(call_id, keys)


@BOTH
def test_the_caller_hangs_up_in_the_middle(world, product, called, pass_time, provider):
    call_id = called(provider, menu(product, provider))
    pass_time(2_400)
    world.hang_up(call_id)
    pass_time(60_000)
    told = product.at(f"/voice/{provider}/status")
    assert len(told) == 1
    duration = told[0].params["Duration" if provider == "plivo" else "CallDuration"]
    assert (duration, world.call(call_id).hangup_code) == ("3", {"plivo": "4000", "twilio": "completed"}[provider])
    assert told[0].params.get("HangupSource", "Caller") == "Caller"
    assert product.at("/turn") == []
    with pytest.raises(ValueError, match="is over"):
        world.hang_up(call_id)


def test_prompts_last_as_long_as_their_text_files_and_pauses(world, product, called, pass_time):
    twiml = VoiceResponse()
    twiml.say("x" * 28, voice="Google.kn-IN-Wavenet-A", language="kn-IN")
    twiml.pause(length=4)
    twiml.play("/hold.mp3", loop=2)
    twiml.play(digits="1w2")
    call_id = called("twilio", str(twiml))
    started = world.call(call_id).started_at
    pass_time(20_000)
    call = world.call(call_id)
    heard = [(each.at - started, each.kind, each.text) for each in call.heard]
    file = f"{product.url}/hold.mp3"
    assert heard == [(0, "say", "x" * 28), (6_000, "play", file), (9_000, "play", file), (12_000, "tone", "1w2")]
    assert product.at("/hold.mp3") == []


def test_plivo_plays_waits_and_tones(world, product, called, pass_time):
    document = plivo_document(
        plivoxml.PlayElement(f"{product.url}/hold.mp3"),
        plivoxml.WaitElement(length=2),
        plivoxml.DTMFElement("12"),
        plivoxml.RedirectElement(f"{product.url}/turn", method="GET"),
    )
    call_id = called("plivo", document)
    pass_time(6_000)
    assert [each.kind for each in world.call(call_id).heard] == ["play", "tone"]
    turn = product.at("/turn")[0]
    assert (turn.method, turn.genuine, turn.params["Event"], turn.params["CallUUID"]) == ("GET", True, "Redirect", call_id)


def test_what_is_heard_before_the_answer_is_free(world, called, pass_time):
    early = plivoxml.PreAnswerElement().add(plivoxml.SpeakElement("We call you back"))
    call_id = called("plivo", plivo_document(early, plivoxml.HangupElement(reason="busy")))
    assert (world.call(call_id).state, said(world.call(call_id))) == ("ringing", [("say", "We call you back")])
    pass_time(3_000)
    call = world.call(call_id)
    assert (call.charged, call.hangup_code) == (False, "3010")


def test_who_has_been_answered_cannot_be_rejected(world, product, called, pass_time):
    for provider, refusal in (("plivo", '<Hangup reason="busy"/>'), ("twilio", '<Reject reason="busy"/>')):
        call_id = called(provider, menu(product, provider))
        product.answers("/turn", Answer(f"<Response>{refusal}</Response>"))
        world.press(call_id, "1")
        pass_time(1_000)
        assert (world.call(call_id).charged, world.call(call_id).hangup_code) == (True, {"plivo": "4000", "twilio": "completed"}[provider])


def test_a_scheduled_hang_up_ends_what_goes_on(world, called, pass_time):
    call_id = called("plivo", plivo_document(plivoxml.HangupElement(schedule=2), plivoxml.SpeakElement("x" * 140)))
    pass_time(1_999)
    assert world.call(call_id).state == "live"
    pass_time(1)
    assert world.call(call_id).hangup_code == "4000"


def test_a_callback_without_redirect_lets_the_document_go_on(world, product, called, pass_time):
    call_id = called("plivo", menu(product, "plivo", redirect=False))
    world.press(call_id, "1")
    pass_time(500)
    assert said(world.call(call_id))[-1] == ("say", "Nobody there")
    assert product.at("/turn")[0].params["Digits"] == "1"


def test_plivos_old_digits_are_asked_for_again_and_only_the_valid_count(world, product, called, pass_time):
    digits = plivoxml.GetDigitsElement(action=f"{product.url}/turn", num_digits=1, timeout=3, retries=2, valid_digits="12")
    call_id = called("plivo", plivo_document(digits.add(plivoxml.SpeakElement("One or two"))))
    pass_time(4_500)
    assert len(world.call(call_id).heard) == 2
    world.press(call_id, "92")
    pass_time(200)
    assert product.at("/turn")[0].params["Digits"] == "2"


@BOTH
@pytest.mark.parametrize(("effect", "requests"), [("duplicate", 2), ("latency", 1), ("lost", 0)])
def test_a_turn_is_doubled_delayed_or_lost(world, product, called, pass_time, provider, effect, requests):
    world.faults.add(Fault("hook.turn", effect, ms=1))
    call_id = called(provider, menu(product, provider))
    product.answers("/turn", Answer(menu(product, provider)), Answer(BYE[provider]))
    world.press(call_id, "1")
    pass_time(1_000)
    assert len(product.at("/turn")) == requests
    call = world.call(call_id)
    if effect == "lost":
        pass_time(4_000)
        assert world.call(call_id).error == {"plivo": "7012", "twilio": "11200"}[provider]
    else:
        assert (call.state, call.waits_for, len(call.heard)) == ("live", "keys", 2)
    assert all(each.genuine for each in product.received)


@BOTH
def test_many_deliveries_of_the_first_request_are_one_live_call(world, product, called, pass_time, provider):
    call_id = called(provider, menu(product, provider), deliveries=2)
    assert len(product.at(f"/voice/{provider}")) == 2
    assert (len(world.calls()), len(world.call(call_id).heard)) == (1, 1)
