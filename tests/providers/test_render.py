"""Reply → exact XML, for both providers."""

from xml.etree import ElementTree

import pytest

from ivr.model.errors import ConfigurationError
from ivr.model.replies import Document, Gather, HangUp, Join, Pause, Play, Record, Redirect, Reject, RejectReason, Reply, Ring, Say, Voice
from ivr.model.values import Phone
from ivr.providers import PROVIDERS, provider_named
from ivr.providers.plivo import Plivo
from ivr.providers.twilio import Twilio

PLIVO = Plivo("MA000000000000000000", ("token",))
TWILIO = Twilio("AC" + "0" * 32, ("token",))

NEXT = "https://ivr.example.in/voice/plivo/turn/01JD0000000000000000000000/3/mac?a=1&b=2"
HREF = NEXT.replace("&", "&amp;")
TUNE = Play("https://ivr.example.in/audio/hold.mp3", "music")
HINDI = Voice("Polly.Aditi", "hi-IN")
WORDS = Say("एक दबाएँ & <सुनें> \"ठीक\" 'है'", HINDI)
SPOKEN = "एक दबाएँ &amp; &lt;सुनें&gt; \"ठीक\" 'है'"
ALL = (WORDS, Pause(2), TUNE)
P_ALL = f'<Speak voice="Polly.Aditi" language="hi-IN">{SPOKEN}</Speak><Wait length="2"/><Play>https://ivr.example.in/audio/hold.mp3</Play>'
T_ALL = f'<Say voice="Polly.Aditi" language="hi-IN">{SPOKEN}</Say><Pause length="2"/><Play>https://ivr.example.in/audio/hold.mp3</Play>'
ON = f'<Redirect method="POST">{HREF}</Redirect>'
DOCTOR, LINE = Phone("+919845012345"), Phone("+918061914343")


def plivo_input(seconds: int, between: int, finish: str, digits: int, inside: str = "") -> str:
    start = (
        f'<GetInput action="{HREF}" method="POST" inputType="dtmf" executionTimeout="{seconds}" digitEndTimeout="{between}" '
        f'finishOnKey="{finish}" numDigits="{digits}" redirect="true" log="false"'
    )
    return (f"{start}>{inside}</GetInput>" if inside else f"{start}/>") + ON


def twilio_gather(seconds: int, finish: str, digits: int, inside: str = "") -> str:
    start = (
        f'<Gather action="{HREF}" method="POST" input="dtmf" timeout="{seconds}" finishOnKey="{finish}" numDigits="{digits}" '
        'actionOnEmptyResult="true"'
    )
    return f"{start}>{inside}</Gather>" if inside else f"{start}/>"


def plivo_record(silence: int, longest: int) -> str:
    start = f'<Record action="{HREF}" method="POST" timeout="{silence}" maxLength="{longest}" '
    return f'{start}finishOnKey="#" playBeep="true" redirect="true"/>{ON}'


def twilio_record(silence: int, longest: int) -> str:
    return f'<Record action="{HREF}" method="POST" timeout="{silence}" maxLength="{longest}" finishOnKey="#" playBeep="true"/>{ON}'


def plivo_dial(ring: int, longest: int) -> str:
    start = f'<Dial action="{HREF}" method="POST" callerId="918061914343" timeout="{ring}" timeLimit="{longest}" redirect="true">'
    return f"{start}<Number>919845012345</Number></Dial>"


def twilio_dial(ring: int, longest: int) -> str:
    start = f'<Dial action="{HREF}" method="POST" callerId="+918061914343" timeout="{ring}" timeLimit="{longest}" answerOnBridge="true">'
    return f"{start}<Number>+919845012345</Number></Dial>"


NEWS = "https://ivr.example.in/voice/plivo/room/01JD0000000000000000000000/1"
ROOM = "c-01JD0000000000000000000000-1"


def plivo_room(longest: int, room: str = ROOM) -> str:
    start = (
        f'<Conference action="{HREF}" method="POST" redirect="true" callbackUrl="{NEWS}" callbackMethod="POST" '
        f'startConferenceOnEnter="true" endConferenceOnExit="false" stayAlone="true" maxMembers="2" timeLimit="{longest}">'
    )
    return f"{start}{room}</Conference>{ON}"


def twilio_room(longest: int, room: str = ROOM) -> str:
    start = (
        f'<Dial action="{HREF}" method="POST" timeLimit="{longest}"><Conference beep="false" startConferenceOnEnter="true" '
        f'endConferenceOnExit="false" maxParticipants="2" statusCallback="{NEWS}" statusCallbackMethod="POST" '
        'statusCallbackEvent="join leave">'
    )
    return f"{start}{room}</Conference></Dial>"


@pytest.mark.parametrize(
    ("reply", "plivo", "twilio"),
    [
        (Reject(), '<Hangup reason="busy"/>', '<Reject reason="busy"/>'),
        (Reject(RejectReason.REJECTED), '<Hangup reason="rejected"/>', '<Reject reason="rejected"/>'),
        (HangUp(), '<Wait length="1"/><Hangup/>', "<Hangup/>"),
        (HangUp(ALL), f"{P_ALL}<Hangup/>", f"{T_ALL}<Hangup/>"),
        (HangUp((Say(" \n\x00", HINDI), Pause(0))), '<Wait length="1"/><Hangup/>', "<Hangup/>"),
        (Gather(NEXT), plivo_input(5, 5, "none", 1), twilio_gather(5, "", 1)),
        (Gather(NEXT, ALL), plivo_input(5, 5, "none", 1, P_ALL), twilio_gather(5, "", 1, T_ALL)),
        (Gather(NEXT, digits=6, silence_s=8), plivo_input(18, 8, "#", 6), twilio_gather(8, "#", 6)),
        (Gather(NEXT, silence_s=0), plivo_input(5, 2, "none", 1), twilio_gather(1, "", 1)),
        (Gather(NEXT, digits=2, silence_s=90), plivo_input(60, 10, "#", 2), twilio_gather(90, "#", 2)),
        (Record(NEXT), plivo_record(5, 60), twilio_record(5, 60)),
        (Record(NEXT, ALL, longest_s=120, silence_s=3), P_ALL + plivo_record(3, 120), T_ALL + twilio_record(3, 120)),
        (Record(NEXT, longest_s=1, silence_s=0), plivo_record(1, 2), twilio_record(1, 2)),
        (Ring(NEXT, DOCTOR, LINE), plivo_dial(25, 3600), twilio_dial(25, 3600)),
        (Ring(NEXT, DOCTOR, LINE, ALL, 40, 600), P_ALL + plivo_dial(40, 600), T_ALL + twilio_dial(40, 600)),
        (Ring(NEXT, DOCTOR, LINE, (), 0, 90000), plivo_dial(1, 86400), twilio_dial(1, 14400)),
        (Ring(NEXT, DOCTOR, LINE, (), 700, 0), plivo_dial(700, 1), twilio_dial(600, 1)),
        (Join(NEXT, NEWS, ROOM), plivo_room(3600), twilio_room(3600)),
        (Join(NEXT, NEWS, ROOM, ALL, 1860), P_ALL + plivo_room(1860), T_ALL + twilio_room(1860)),
        (Join(NEXT, NEWS, ROOM, (), 90000), plivo_room(86400), twilio_room(14400)),
        (Join(NEXT, NEWS, "<&>", (), 0), plivo_room(1, "&lt;&amp;&gt;"), twilio_room(1, "&lt;&amp;&gt;")),
        (Redirect(NEXT), ON, ON),
        (Redirect(NEXT, ALL), P_ALL + ON, T_ALL + ON),
    ],
)
def test_each_reply_is_exactly_this_document(reply: Reply, plivo: str, twilio: str) -> None:
    assert PLIVO.render(reply) == Document(f"<Response>{plivo}</Response>".encode(), "text/xml; charset=utf-8")
    assert TWILIO.render(reply) == Document(f"<Response>{twilio}</Response>".encode(), "text/xml; charset=utf-8")


@pytest.mark.parametrize(("provider", "verb"), [(PLIVO, "Hangup"), (TWILIO, "Reject")])
@pytest.mark.parametrize("reason", list(RejectReason))
def test_a_refusal_is_the_first_and_only_verb_so_the_caller_pays_nothing(provider: Plivo | Twilio, verb: str, reason: RejectReason) -> None:
    body = provider.render(Reject(reason)).body
    assert body.startswith(f"<Response><{verb} ".encode())
    root = ElementTree.fromstring(body)
    assert [child.tag for child in root] == [verb]
    assert root[0].attrib == {"reason": reason.value}


@pytest.mark.parametrize("reply", [HangUp(), HangUp((Pause(0),)), HangUp((Say("", HINDI),)), HangUp((Pause(3),)), HangUp(ALL)])
def test_a_hang_up_never_refuses_a_call(reply: HangUp) -> None:
    first = ElementTree.fromstring(PLIVO.render(reply).body)[0]
    assert first.tag in ("Wait", "Speak", "Play")


def speeches(provider: Plivo | Twilio, words: str) -> list[str]:
    root = ElementTree.fromstring(provider.render(Redirect(NEXT, (Say(words, HINDI),))).body)
    return [child.text or "" for child in root if child.tag in ("Speak", "Say")]


@pytest.mark.parametrize("provider", [PLIVO, TWILIO])
@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("क" * 3000, ["क" * 3000]),
        ("x" * 3001, ["x" * 3000, "x"]),
        ("x" * 2000 + ". " + "y" * 2000, ["x" * 2000 + ".", "y" * 2000]),
        ("x" * 2000 + "। " + "y y" + "z" * 2000, ["x" * 2000 + "।", "y y" + "z" * 2000]),
        ("x" * 2000 + "\n" + "y" * 2000, ["x" * 2000, "y" * 2000]),
        ("x" * 2000 + " " + "y" * 2000, ["x" * 2000, "y" * 2000]),
        (" ", []),
        ("", []),
        (" a\x07b\ud800c\uffff\t ", ["a b c"]),
        ("क्\u200dष ಕ್ಷ 🙏\nतो", ["क्\u200dष ಕ್ಷ 🙏\nतो"]),
    ],
)
def test_long_speech_is_cut_where_a_person_would_breathe_and_nothing_unspeakable_is_said(
    provider: Plivo | Twilio, words: str, parts: list[str]
) -> None:
    assert speeches(provider, words) == parts


def test_the_fallback_document_is_the_busy_refusal() -> None:
    assert provider_named("plivo").fallback == PLIVO.render(Reject())
    assert provider_named("twilio").fallback == TWILIO.render(Reject())
    with pytest.raises(ConfigurationError, match="'exotel'; there are plivo, twilio"):
        provider_named("exotel")


def test_each_entry_of_the_registry_bears_the_name_of_its_hooks() -> None:
    assert {name: provider.hooks.name for name, provider in PROVIDERS.items()} == {"plivo": "plivo", "twilio": "twilio"}
