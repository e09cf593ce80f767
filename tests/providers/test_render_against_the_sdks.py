"""The vendors' own builders as a second opinion: the same reply, the same document."""

from typing import Any
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st
from plivo import plivoxml
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from ivr.model import replies
from ivr.model.replies import HangUp, Join, Pause, Play, Record, Redirect, Reject, RejectReason, Reply, Ring, Say, Spoken, Voice
from ivr.model.values import Phone
from ivr.providers.plivo import Plivo
from ivr.providers.twilio import Twilio

PLIVO = Plivo("MA000000000000000000", ("token",))
TWILIO = Twilio("AC" + "0" * 32, ("token",))

WELL_FORMED = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), max_size=40)
URLS = WELL_FORMED.map(lambda end: f"https://ivr.example.in/voice/x?{end}")
VOICES = st.builds(Voice, st.sampled_from(["Polly.Aditi", "WOMAN"]), st.sampled_from(["hi-IN", "en-US"]))
WORDS = WELL_FORMED.map(lambda words: f"a {words} b")
SPEECH = st.one_of(st.builds(Say, WORDS, VOICES), st.builds(Play, URLS), st.builds(Pause, st.integers(1, 9)))
PHONES = st.integers(10**9, 10**12).map(lambda number: Phone(f"+91{number}"))
SECONDS = st.integers(2, 500)
ROOMS = st.from_regex(r"[A-Za-z0-9-]{1,40}", fullmatch=True)
MANY = st.lists(SPEECH, max_size=3).map(tuple)
REPLIES: st.SearchStrategy[Reply] = st.one_of(
    st.builds(Reject, st.sampled_from(RejectReason)),
    st.builds(HangUp, MANY),
    st.builds(replies.Gather, URLS, MANY, st.integers(1, 6), st.integers(5, 9)),
    st.builds(Record, URLS, MANY, SECONDS, SECONDS),
    st.builds(Ring, URLS, PHONES, PHONES, MANY, SECONDS, SECONDS),
    st.builds(Redirect, URLS, MANY),
    st.builds(Join, URLS, URLS, ROOMS, MANY, SECONDS),
)


def canonical(document: bytes | str) -> str:
    return ElementTree.canonicalize(document.decode() if isinstance(document, bytes) else document)


def plivo_speech(parent: Any, spoken: tuple[Spoken, ...]) -> Any:
    for one in spoken:
        match one:
            case Say():
                parent.add(plivoxml.SpeakElement(one.text, voice=one.voice.name, language=one.voice.tag))
            case Play():
                parent.add(plivoxml.PlayElement(one.url))
            case Pause():
                parent.add(plivoxml.WaitElement(length=one.seconds))
    return parent


def by_plivo(reply: Reply) -> str:
    root = plivoxml.ResponseElement()
    match reply:
        case Reject():
            root.add(plivoxml.HangupElement(reason=reply.reason.value))
        case HangUp():
            plivo_speech(root, reply.spoken or (Pause(1),)).add(plivoxml.HangupElement())
        case replies.Gather():
            asked = plivoxml.GetInputElement(
                action=reply.next_url,
                method="POST",
                input_type="dtmf",
                execution_timeout=reply.silence_s + 2 * (reply.digits - 1),
                digit_end_timeout=reply.silence_s,
                finish_on_key="none" if reply.digits == 1 else "#",
                num_digits=reply.digits,
                redirect=True,
                log=False,
            )
            root.add(plivo_speech(asked, reply.spoken)).add_redirect(reply.next_url, method="POST")
        case Record():
            plivo_speech(root, reply.spoken).add_record(
                action=reply.next_url,
                method="POST",
                timeout=reply.silence_s,
                max_length=reply.longest_s,
                finish_on_key="#",
                play_beep=True,
                redirect=True,
            ).add_redirect(reply.next_url, method="POST")
        case Ring():
            dial = plivoxml.DialElement(
                action=reply.next_url,
                method="POST",
                caller_id=reply.shown.e164[1:],
                timeout=reply.ring_s,
                time_limit=reply.longest_s,
                redirect=True,
            )
            plivo_speech(root, reply.spoken).add(dial.add_number(reply.to.e164[1:]))
        case Redirect():
            plivo_speech(root, reply.spoken).add_redirect(reply.next_url, method="POST")
        case Join():
            plivo_speech(root, reply.spoken).add(
                plivoxml.ConferenceElement(
                    reply.room,
                    action=reply.next_url,
                    method="POST",
                    redirect=True,
                    callback_url=reply.news_url,
                    callback_method="POST",
                    start_conference_on_enter=True,
                    end_conference_on_exit=False,
                    stay_alone=True,
                    max_members=2,
                    time_limit=reply.longest_s,
                )
            ).add_redirect(reply.next_url, method="POST")
    return str(root.to_string(pretty=False))


def twilio_speech(parent: Any, spoken: tuple[Spoken, ...]) -> None:
    for one in spoken:
        match one:
            case Say():
                parent.say(one.text, voice=one.voice.name, language=one.voice.tag)
            case Play():
                parent.play(one.url)
            case Pause():
                parent.pause(length=one.seconds)


def by_twilio(reply: Reply) -> str:
    root = VoiceResponse()
    if not isinstance(reply, Reject | replies.Gather):
        twilio_speech(root, reply.spoken)
    match reply:
        case Reject():
            root.reject(reason=reply.reason.value)
        case HangUp():
            root.hangup()
        case replies.Gather():
            asked = Gather(
                action=reply.next_url,
                method="POST",
                input="dtmf",
                timeout=reply.silence_s,
                finish_on_key="" if reply.digits == 1 else "#",
                num_digits=reply.digits,
                action_on_empty_result=True,
            )
            twilio_speech(asked, reply.spoken)
            root.append(asked)
        case Record():
            root.record(
                action=reply.next_url,
                method="POST",
                timeout=reply.silence_s,
                max_length=reply.longest_s,
                finish_on_key="#",
                play_beep=True,
            )
            root.redirect(reply.next_url, method="POST")
        case Ring():
            dial = Dial(
                action=reply.next_url,
                method="POST",
                caller_id=reply.shown.e164,
                timeout=reply.ring_s,
                time_limit=reply.longest_s,
                answer_on_bridge=True,
            )
            dial.number(reply.to.e164)
            root.append(dial)
        case Redirect():
            root.redirect(reply.next_url, method="POST")
        case Join():
            dial = Dial(action=reply.next_url, method="POST", time_limit=reply.longest_s)
            dial.conference(
                reply.room,
                beep="false",
                start_conference_on_enter=True,
                end_conference_on_exit=False,
                max_participants=2,
                status_callback=reply.news_url,
                status_callback_method="POST",
                status_callback_event="join leave",
            )
            root.append(dial)
    return str(root)


@given(REPLIES)
@settings(max_examples=300, deadline=None)
def test_the_vendors_own_builders_make_the_same_documents(reply: Reply) -> None:
    assert canonical(PLIVO.render(reply).body) == canonical(by_plivo(reply))
    assert canonical(TWILIO.render(reply).body) == canonical(by_twilio(reply))


ANYTHING = st.text(st.characters(exclude_categories=()), max_size=60)


@given(ANYTHING, ANYTHING, ANYTHING, ANYTHING)
@settings(max_examples=300, deadline=None)
def test_every_document_parses_whatever_its_words(words: str, url: str, name: str, tag: str) -> None:
    spoken = (Say(words, Voice(name, tag)), Play(url))
    one = Phone("+919845012345")
    for provider in (PLIVO, TWILIO):
        asking: tuple[Reply, ...] = (replies.Gather(url, spoken), Record(url, spoken), Redirect(url, spoken))
        for reply in (HangUp(spoken), *asking, Ring(url, one, one, spoken), Join(url, url, words, spoken)):
            assert ElementTree.fromstring(provider.render(reply).body).tag == "Response"
