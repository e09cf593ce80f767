"""Plivo's elements as steps.

Sources: Plivo's pages on each element. The document is checked as a whole before anything is heard, so one unknown element,
relative address or voice ends the call with 8011 (8012 to 8014 for a later document). A value outside its documented range is
taken for such an error too: Plivo does not say what it does, and a sandbox had better be strict.
"""

from collections.abc import Iterable, Iterator

from ivr.sandbox.documents import (
    ENDLESS,
    Ask,
    Enter,
    Gather,
    HangUp,
    HangUpLater,
    Join,
    Page,
    Prompt,
    Reading,
    Step,
    Table,
    Unreadable,
    VoiceNote,
    XmlElement,
    children,
    media_type,
    parse,
    pause,
    played,
    spoken,
    tones,
    translate,
    words,
)
from ivr.sandbox.plivo_attributes import KEYS, absolute, finish, flag, method, number, only, sound, then
from ivr.sandbox.voices import plivo_language

WRONG = {"answer": "8011", "action": "8012", "transfer": "8013", "redirect": "8014"}
REASONS = {"busy": "3010", "rejected": "3020"}
_PAUSE_BETWEENKEYS_S = 2  # what `auto` comes to is not documented
_CARRIER_RING_S = 60  # Dial has no default: the other network gives up some day
_LONGEST_TEXT = 3_000
_LONGEST_ROOM = 60
_CONFERENCE_ATTRIBUTES = (
    "muted enterSound exitSound startConferenceOnEnter endConferenceOnExit stayAlone waitSound maxMembers record recordFileFormat "
    "timeLimit hangupOnStar action method callbackUrl callbackMethod digitsMatch floorEvent redirect relayDTMF transcriptionType "
    "transcriptionUrl transcriptionMethod sendDigits recordWhenAlone"
)
_CONFERENCE = frozenset(_CONFERENCE_ATTRIBUTES.split())
_EARLY = frozenset({"Speak", "Play", "Wait"})


def read_plivo(content_type: str, body: str, page: Page) -> list[Step]:
    """At most 100 KB of text/xml or application/xml. Unreadable("8011" to "8014") otherwise."""
    wrong = WRONG[page.kind]
    if media_type(content_type) not in ("text/xml", "application/xml"):
        raise Unreadable(wrong)
    return translate(PLIVO, parse(body, 100_000, wrong, wrong), page, wrong, _unknown)


def _unknown(reading: Reading, element: XmlElement) -> Iterable[Step]:
    raise Unreadable(reading.wrong)


def _unplayed(reading: Reading, element: XmlElement) -> Iterator[Step]:
    """What this sandbox does not play, but which answers."""
    yield pause(0)


def _speak(reading: Reading, element: XmlElement) -> Iterable[Step]:
    return _prompts(reading, element)


def _prompts(reading: Reading, element: XmlElement, early: bool = False) -> list[Prompt]:
    """Speak, Play or Wait, as often as it loops."""
    match element.tag:
        case "Speak":
            voice, text = element.get("voice", "WOMAN"), words(element)
            language = plivo_language(voice, element.get("language"))
            if language is None or len(text) > _LONGEST_TEXT or (len(element) and not voice.startswith("Polly.")):
                raise Unreadable(reading.wrong)
            prompt = spoken(text, language, voice, early)
        case "Play":
            prompt = played(absolute(reading, words(element)), early)
        case "Wait":
            return [pause(number(reading, element, "length", 1, 1, 100_000), early)]
        case _:
            raise Unreadable(reading.wrong)
    return [prompt] * (number(reading, element, "loop", 1, 0, ENDLESS) or ENDLESS)


def _nested(reading: Reading, element: XmlElement, early: bool = False) -> tuple[Prompt, ...]:
    return tuple(prompt for child in children(element) for prompt in _prompts(reading, child, early))


def _get_input(reading: Reading, element: XmlElement) -> Iterator[Step]:
    if "dtmf" not in element.get("inputType", "dtmf").split():
        raise Unreadable(reading.wrong)  # nobody here can speak to a machine
    action = then(reading, element)
    ends = element.get("digitEndTimeout", "auto")
    between = _PAUSE_BETWEENKEYS_S if ends == "auto" else number(reading, element, "digitEndTimeout", 2, 2, 10)
    if action is None:
        raise Unreadable(reading.wrong)
    yield Gather(
        _nested(reading, element),
        most=number(reading, element, "numDigits", 32, 1, 32),
        finish=finish(reading, element, most=1),
        first_ms=1000 * number(reading, element, "executionTimeout", 15, 5, 60),
        between_ms=1000 * between,
        then=action,
        in_all=True,
        said={"InputType": "dtmf"},
    )


def _get_digits(reading: Reading, element: XmlElement) -> Iterator[Step]:
    action = then(reading, element)
    if action is None:
        raise Unreadable(reading.wrong)
    for _ in range(number(reading, element, "retries", 1, 1, 100)):
        yield Gather(
            _nested(reading, element),
            most=number(reading, element, "numDigits", 99, 1, 99),
            finish=finish(reading, element, most=1),
            first_ms=1000 * number(reading, element, "timeout", 5, 1, 3600),
            between_ms=1000 * number(reading, element, "digitTimeout", 2, 1, 3600),
            then=action,
            allowed=element.get("validDigits", KEYS),
        )


def _record(reading: Reading, element: XmlElement) -> Iterator[Step]:
    if "true" in (element.get("recordSession"), element.get("startOnDialAnswer")):
        yield pause(0)  # it runs beside the call, and nobody waits for it
        return
    yield VoiceNote(
        then(reading, element),
        longest_ms=1000 * number(reading, element, "maxLength", 60, 2, 86_400),
        silence_ms=1000 * number(reading, element, "timeout", 15, 1, 86_400),
        finish=finish(reading, element, most=12),
        beep=element.get("playBeep", "true") == "true",
    )


def _dial(reading: Reading, element: XmlElement) -> Iterator[Step]:
    inside = children(element)
    if not inside or any(child.tag not in ("Number", "User") for child in inside):
        raise Unreadable(reading.wrong)
    music = element.get("dialMusic", "real")
    if music != "real":
        absolute(reading, music)
    yield Join(
        tuple(words(child) for child in inside),
        shown=element.get("callerId", ""),
        ring_ms=1000 * number(reading, element, "timeout", _CARRIER_RING_S, 1, 86_400),
        longest_ms=1000 * number(reading, element, "timeLimit", 14_400, 1, 86_400),
        then=then(reading, element),
    )


def _conference(reading: Reading, element: XmlElement) -> Iterator[Step]:
    """The room's name is 1 to 60 letters here, which Plivo does not say. Sources: Plivo's pages on Conference, old and new.

    stayAlone="false" ends the room for the last one who is left; the time limit is the room's, and begins anew with everybody who
    enters, as in Plivo's open-source ancestor. Without waitSound nobody hears anything while alone.
    """
    only(reading, element, _CONFERENCE)
    room = words(element)
    if not room or len(room) > _LONGEST_ROOM or children(element):
        raise Unreadable(reading.wrong)
    news, news_method = element.get("callbackUrl"), method(reading, element, "callbackMethod")
    music = "music" if "waitSound" in element.attrib and absolute(reading, element.get("waitSound")) else "silence"
    yield Enter(
        room,
        then(reading, element),
        longest_ms=1000 * number(reading, element, "timeLimit", 86_400, 1, 86_400),
        most=number(reading, element, "maxMembers", 20, 1, 20),
        starts=flag(reading, element, "startConferenceOnEnter", True),
        ends=flag(reading, element, "endConferenceOnExit", False),
        alone=flag(reading, element, "stayAlone", True),
        beeps=(sound(reading, element, "enterSound"), sound(reading, element, "exitSound")),
        waits_with=music,
        rests_with=music,
        star=flag(reading, element, "hangupOnStar", False),
        news=None if news is None else Ask(absolute(reading, news), news_method, goes=False),
        events=frozenset({"join", "leave"}),
        limits_room=True,
    )


def _redirect(reading: Reading, element: XmlElement) -> Iterator[Step]:
    yield Ask(absolute(reading, words(element)), method(reading, element), "redirect")


def _hangup(reading: Reading, element: XmlElement) -> Iterator[Step]:
    """Unanswered only with a reason, at once, and before any other verb. A bare Hangup is not to be relied on, so it costs."""
    if element.get("schedule") is not None:
        yield HangUpLater(1000 * number(reading, element, "schedule", 0, 1, 86_400), "4000")
    elif reason := REASONS.get(element.get("reason", "")):
        yield HangUp(reason, free=True)
    else:
        yield HangUp("4000")


def _pre_answer(reading: Reading, element: XmlElement) -> Iterable[Step]:
    if any(child.tag not in _EARLY for child in children(element)):
        raise Unreadable(reading.wrong)
    return _nested(reading, element, early=True)


def _dtmf(reading: Reading, element: XmlElement) -> Iterator[Step]:
    yield tones(words(element))


PLIVO: Table = {
    **dict.fromkeys(("MultiPartyCall", "Message", "Stream", "AudioStream"), _unplayed),
    **dict.fromkeys(("Speak", "Play", "Wait"), _speak),
    "GetInput": _get_input,
    "GetDigits": _get_digits,
    "Record": _record,
    "Dial": _dial,
    "Conference": _conference,
    "Redirect": _redirect,
    "Hangup": _hangup,
    "PreAnswer": _pre_answer,
    "DTMF": _dtmf,
}
