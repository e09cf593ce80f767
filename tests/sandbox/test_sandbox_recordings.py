"""Voice notes at both providers: beep, speech, silence, keys, the longest time, and those who hang up."""

import pytest
from far_end import CALLER, LINE, Answer, plivo_document
from plivo import plivoxml
from twilio.twiml.voice_response import VoiceResponse

BOTH = pytest.mark.parametrize("provider", ["plivo", "twilio"])


@pytest.fixture
def recording(world, product, pass_time):
    """A caller after the beep; the note ends after 4 s of silence, 20 s in all, or `#`."""

    def call(provider, **how):
        if provider == "plivo":
            note = {"action": f"{product.url}/note", "timeout": 4, "max_length": 20, "finish_on_key": "#", **how}
            document = plivo_document(plivoxml.RecordElement(**note), plivoxml.SpeakElement("Goodbye"))
        else:
            twiml = VoiceResponse()
            twiml.record(**{"action": "/note", "timeout": 4, "max_length": 20, "finish_on_key": "#", **how})
            twiml.say("Goodbye")
            document = str(twiml)
        product.answers(f"/voice/{provider}", Answer(document))
        product.answers("/note", Answer("<Response><Hangup/></Response>"))
        call_id = world.dial(CALLER, LINE, provider)
        pass_time(0)
        return call_id

    return call


def noted(product):
    return [each.params for each in product.at("/note")]


@BOTH
def test_speech_then_silence_makes_a_note(world, product, recording, pass_time, provider):
    call_id = recording(provider)
    call = world.call(call_id)
    assert (call.waits_for, [each.kind for each in call.heard]) == ("voice note", ["beep"])
    world.speak(call_id, 7)
    pass_time(10_900)
    assert noted(product) == []
    pass_time(200)
    said = noted(product)[0]
    assert said["RecordingDuration"] == {"plivo": "11", "twilio": "7"}[provider]
    assert said["RecordUrl" if provider == "plivo" else "RecordingUrl"].startswith("https://")
    assert (said["Digits"], said["CallStatus"]) == ("", "in-progress")
    assert product.at("/note")[0].genuine


@BOTH
def test_the_finishing_key_ends_it_and_others_do_not(world, product, recording, pass_time, provider):
    call_id = recording(provider)
    world.speak(call_id, 3)
    pass_time(2_000)
    world.press(call_id, "1")
    pass_time(500)
    assert noted(product) == []
    pass_time(500)
    world.press(call_id, "#")
    pass_time(200)
    assert [(each["Digits"], each["RecordingDuration"]) for each in noted(product)] == [("#", "3")]


@BOTH
def test_the_longest_time_ends_those_who_talk_on(world, product, recording, pass_time, provider):
    call_id = recording(provider)
    world.speak(call_id, 15)
    pass_time(10_000)
    world.speak(call_id, 600)
    pass_time(10_100)
    assert noted(product)[0]["RecordingDuration"] == "20"


def test_an_empty_recording_is_told_by_plivo_and_passed_over_by_twilio(world, product, recording, pass_time):
    recording("plivo")
    pass_time(4_200)
    assert [each["RecordingDuration"] for each in noted(product)] == ["4"]
    call_id = recording("twilio")
    pass_time(4_200)
    assert len(noted(product)) == 1
    assert world.call(call_id).heard[-1].text == "Goodbye"


@BOTH
def test_who_hangs_up_has_left_a_note_all_the_same(world, product, recording, pass_time, provider):
    call_id = recording(provider)
    world.speak(call_id, 60)
    pass_time(5_000)
    world.hang_up(call_id)
    pass_time(1_000)
    said = noted(product)[0]
    assert (said["RecordingDuration"], said["CallStatus"]) == ("5", "completed")
    assert said["Digits"] == {"plivo": "", "twilio": "hangup"}[provider]
    assert len(product.at(f"/voice/{provider}/status")) == 1
    call_id = recording(provider)
    world.hang_up(call_id)
    pass_time(1_000)
    assert len(noted(product)) == 1


@BOTH
def test_speech_counts_only_while_something_records(world, product, recording, pass_time, provider):
    product.answers("/note", Answer("<Response><Hangup/></Response>"))
    call_id = recording(provider)
    world.press(call_id, "#")
    world.speak(call_id, 5)
    pass_time(100)
    with pytest.raises(ValueError, match="more than 0"):
        world.speak(call_id, 0)
    pass_time(2_000)
    with pytest.raises(ValueError, match="is over"):
        world.speak(call_id, 5)


def test_without_a_beep_or_an_action_plivo_goes_on(world, product, recording, pass_time):
    call_id = recording("plivo", action=None, play_beep=False)
    world.speak(call_id, 1)
    pass_time(5_000)
    assert [each.text for each in world.call(call_id).heard] == ["Goodbye"]


def test_any_key_ends_a_twilio_note_unless_said_otherwise(world, product, recording, pass_time):
    call_id = recording("twilio", finish_on_key=None)
    world.speak(call_id, 1)
    world.press(call_id, "7")
    pass_time(200)
    assert noted(product)[0]["Digits"] == "7"


def test_recording_a_whole_plivo_call_holds_nobody_up(world, recording, pass_time):
    call_id = recording("plivo", record_session=True)
    assert [each.text for each in world.call(call_id).heard] == ["Goodbye"]
