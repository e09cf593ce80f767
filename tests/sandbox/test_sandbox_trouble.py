"""What ends a live call: documents nobody can play, voices nobody has, products that do not answer."""

import pytest
from far_end import CALLER, LINE, Answer, plivo_document, plivo_menu, twilio_menu
from plivo import plivoxml
from twilio.twiml.voice_response import VoiceResponse

from ivr.sandbox.voices import plivo_language, twilio_language

REDIRECT = {
    "plivo": lambda url: plivo_document(plivoxml.RedirectElement(url)),
    "twilio": lambda url: f"<Response><Redirect>{url}</Redirect></Response>",
}


@pytest.fixture
def pressed(world, product, pass_time):
    """A caller who has pressed a key in a menu, so that the next document is asked for."""

    def press(provider, *answers):
        first = plivo_document(plivo_menu(f"{product.url}/turn")) if provider == "plivo" else str(twilio_menu("/turn"))
        product.answers(f"/voice/{provider}", Answer(first))
        product.answers("/turn", *answers)
        call_id = world.dial(CALLER, LINE, provider)
        pass_time(100)
        world.press(call_id, "1")
        pass_time(1_000)
        return world.call(call_id)

    return press


PLIVO_TURNS = [
    # what the second document was → the code
    (Answer("<Response><Speak"), "8012"),
    (Answer("<Response><Say>Hello</Say></Response>"), "8012"),
    (Answer("<Response><Hangup/></Response>", content_type="text/html"), "8012"),
    (Answer('<Response><GetInput action="/turn"/></Response>'), "8012"),
    (Answer("<Response><GetInput/></Response>"), "8012"),
    (Answer('<Response><GetInput action="http://127.0.0.1/a" executionTimeout="4"/></Response>'), "8012"),
    (Answer('<Response><GetInput action="http://127.0.0.1/a" numDigits="33"/></Response>'), "8012"),
    (Answer('<Response><GetInput action="http://127.0.0.1/a" finishOnKey="12"/></Response>'), "8012"),
    (Answer('<Response><GetInput action="http://127.0.0.1/a" inputType="speech"/></Response>'), "8012"),
    (Answer('<Response><GetInput action="http://127.0.0.1/a"><Dial><Number>91</Number></Dial></GetInput></Response>'), "8012"),
    (Answer("<Response><GetDigits><Speak>Hello</Speak></GetDigits></Response>"), "8012"),
    (Answer('<Response><Record action="turn"/></Response>'), "8012"),
    (Answer("<Response><Redirect>/turn</Redirect></Response>"), "8012"),
    (Answer("<Response><Redirect method='PUT'>http://127.0.0.1/</Redirect></Response>"), "8012"),
    (Answer("<Response><Play>hold.mp3</Play></Response>"), "8012"),
    (Answer("<Response><Dial>919845099999</Dial></Response>"), "8012"),
    (Answer('<Response><Dial dialMusic="ring.mp3"><Number>919845099999</Number></Dial></Response>'), "8012"),
    (Answer(status="500 Oops"), "7012"),
    (Answer(status="403 No"), "7012"),
    (Answer(hang_up=True), "7012"),
]


@pytest.mark.parametrize(("answer", "code"), PLIVO_TURNS)
def test_plivo_ends_a_call_whose_next_document_is_none(product, pressed, answer, code):
    call = pressed("plivo", answer)
    assert (call.hangup_code, call.error, call.answered, call.state) == (code, code, True, "over")
    ended = product.at("/voice/plivo/status")[0].params
    assert (ended["HangupCauseCode"], ended["HangupSource"], ended["CallStatus"]) == (code, "Error", "completed")


@pytest.mark.parametrize(("answer", "code"), [(Answer("<Response><Speak"), "8014"), (Answer(status="502 Oops"), "7014")])
def test_plivo_names_a_redirect_that_fails(product, pressed, pass_time, answer, code):
    first = Answer(REDIRECT["plivo"](f"{product.url}/turn"))
    call = pressed("plivo", first, answer)
    assert call.hangup_code == code


TWILIO_TURNS = [
    (Answer("<Response><Say"), "12100"),
    (Answer("{}", content_type="application/json"), "12300"),
    (Answer("<Response>" + " " * 64_000 + "</Response>"), "11750"),
    (Answer(status="500 Oops"), "11200"),
    (Answer(hang_up=True), "11200"),
    (Answer('<Response><Say voice="Polly.Nobody">Hello</Say></Response>'), "13511"),
    (Answer('<Response><Gather><Say voice="Polly.Aditi" language="kn-IN">Hello</Say></Gather></Response>'), "13512"),
]


@pytest.mark.parametrize(("answer", "error"), TWILIO_TURNS)
def test_twilio_apologises_and_hangs_up(world, product, pressed, pass_time, answer, error):
    call = pressed("twilio", answer)
    assert (call.state, call.error, call.heard[-1].text[:12]) == ("live", error, "We are sorry")
    pass_time(4_000)
    assert world.call(call.id).hangup_code == "completed"
    assert product.at("/voice/twilio/status")[0].params["CallDuration"] == "5"


def test_twilio_skips_what_it_does_not_know_and_numbers_that_are_none(world, pressed, pass_time):
    gather = '<Gather timeout="soon" numDigits="x"><Bark/><Say loop="no">Hello</Say></Gather>'
    call = pressed("twilio", Answer(f'<Response><Bark/><Pause length="long"/>{gather}</Response>'))
    assert call.waits_for == ""
    pass_time(500)
    assert (world.call(call.id).waits_for, world.call(call.id).heard[-1].text) == ("keys", "Hello")


def test_twilio_reads_text_out_and_plays_audio(pressed):
    assert pressed("twilio", Answer("Please hold", content_type="text/plain")).heard[-1].text == "Please hold"
    assert pressed("twilio", Answer("RIFF", content_type="audio/wav")).heard[-1].kind == "play"


def test_a_voice_is_heard_of_only_when_its_turn_comes_at_twilio_but_at_once_at_plivo(pressed):
    twiml = VoiceResponse()
    twiml.say("Fine", voice="Polly.Raveena", language="en-IN")
    twiml.say("Not fine", voice="Polly.Raveena", language="hi-IN")
    assert [each.text for each in pressed("twilio", Answer(str(twiml))).heard][1:] == ["Fine"]
    fine = plivoxml.SpeakElement("Fine", voice="Polly.Raveena", language="en-IN")
    document = plivo_document(fine, plivoxml.SpeakElement("Not fine", voice="Polly.Raveena", language="hi-IN"))
    call = pressed("plivo", Answer(document))
    assert ([each.text for each in call.heard][1:], call.hangup_code) == ([], "8012")


PLIVO_VOICES = [
    ("WOMAN", None, "en-US"),
    ("MAN", "en-GB", "en-GB"),
    ("WOMAN", "hi-IN", None),
    ("WOMAN", "en-IN", None),
    ("Polly.Aditi", "hi-IN", "hi-IN"),
    ("Polly.Aditi", "en-IN", "en-IN"),
    ("Polly.Aditi", None, "en-IN"),
    ("Polly.Raveena", "en-IN", "en-IN"),
    ("Polly.Raveena", "hi-IN", None),
    ("Polly.Aditi", "kn-IN", None),
    ("Polly.Kajal-Neural", "hi-IN", None),
    ("Google.kn-IN-Standard-A", "kn-IN", None),
    ("Polly.", "en-US", None),
    ("alice", "en-US", None),
]
TWILIO_VOICES = [
    ("man", None, "en", ""),
    ("alice", "en-IN", "en-IN", ""),
    ("alice", "hi-IN", "", "13512"),
    ("woman", "kn-IN", "", "13512"),
    ("Polly.Aditi", "hi-IN", "hi-IN", ""),
    ("Polly.Aditi", "ta-IN", "", "13512"),
    ("Polly.Raveena", "hi-IN", "", "13512"),
    ("Polly.Kajal-Neural", "hi-IN", "hi-IN", ""),
    ("Polly.Raveena-Neural", "en-IN", "", "13511"),
    ("Google.kn-IN-Wavenet-A", "kn-IN", "kn-IN", ""),
    ("Google.kn-IN-Standard-B", None, "kn-IN", ""),
    ("Google.kn-IN-Wavenet-A", "hi-IN", "", "13512"),
    ("Google.kn-IN-Deluxe-A", "kn-IN", "", "13511"),
    ("Nobody", "en-IN", "", "13511"),
]


@pytest.mark.parametrize(("voice", "language", "heard"), PLIVO_VOICES)
def test_plivo_speaks(voice, language, heard):
    assert plivo_language(voice, language) == heard


@pytest.mark.parametrize(("voice", "language", "heard", "error"), TWILIO_VOICES)
def test_twilio_speaks(voice, language, heard, error):
    assert twilio_language(voice, language) == (heard, error)


@pytest.mark.parametrize(
    "voice", ["<Speak voice='WOMAN' language='kn-IN'>x</Speak>", "<Speak><break/>x</Speak>", f"<Speak>{'x' * 3001}</Speak>"]
)
def test_a_first_document_that_plivo_cannot_speak_never_answers(world, product, pass_time, voice):
    product.answers("/voice/plivo", Answer(f"<Response>{voice}</Response>"))
    call_id = world.dial(CALLER, LINE)
    pass_time(2_000)
    assert (world.call(call_id).charged, world.call(call_id).hangup_code) == (False, "8011")


@pytest.mark.parametrize("provider", ["plivo", "twilio"])
def test_the_fallback_helps_in_mid_call(world, product, pressed, pass_time, provider):
    world.switchboard.fallback[provider] = f"{product.url}/fallback"
    product.answers("/fallback", Answer("<Response><Hangup/></Response>"))
    call = pressed(provider, Answer(status="500 Oops"))
    asked = product.at("/fallback")[0]
    assert asked.genuine
    assert asked.params["CallStatus"] == "in-progress"
    if provider == "twilio":
        assert (asked.params["ErrorCode"], asked.params["ErrorUrl"]) == ("11200", f"{product.url}/turn")
    assert call.hangup_code == {"plivo": "4000", "twilio": "completed"}[provider]


@pytest.mark.parametrize("provider", ["plivo", "twilio"])
def test_a_fallback_that_fails_itself_is_not_asked_again(world, product, pressed, pass_time, provider):
    world.switchboard.fallback[provider] = f"{product.url}/fallback"
    product.answers("/fallback", Answer(status="500 Oops"))
    call = pressed(provider, Answer(status="500 Oops"))
    pass_time(4_000)
    assert world.call(call.id).error == {"plivo": "7012", "twilio": "11200"}[provider]
    assert len(product.at("/fallback")) == 1


@pytest.mark.parametrize("provider", ["plivo", "twilio"])
def test_nobody_off_this_machine_is_ever_asked(world, pressed, provider):
    call = pressed(provider, Answer(REDIRECT[provider]("https://clinic.example/turn")))
    tried = [each for each in call.exchanges if "clinic.example" in each.url]
    assert [(each.status, each.error) for each in tried] == [(0, "connect")]
    assert call.error == {"plivo": "7014", "twilio": "11205"}[provider]


@pytest.mark.parametrize("provider", ["plivo", "twilio"])
def test_a_document_that_redirects_to_itself_takes_time(world, product, pass_time, provider):
    product.answers(f"/voice/{provider}", Answer(REDIRECT[provider](f"{product.url}/voice/{provider}")))
    call_id = world.dial(CALLER, LINE, provider)
    pass_time(1_000)
    assert len(product.at(f"/voice/{provider}")) == 11
    world.hang_up(call_id)
    pass_time(1_000)
    assert len(product.at(f"/voice/{provider}")) == 11
