"""Twilio's verbs as steps.

Sources: Twilio's pages on each verb. Verb after verb is read as its turn comes: what the schema does not know is skipped with
a warning, a number that is none gives way to the default, and a voice that cannot speak ends the call when it is to speak.
"""

from collections.abc import Iterator
from urllib.parse import urljoin

from ivr.sandbox.documents import (
    ENDLESS,
    Ask,
    Enter,
    Gather,
    HangUp,
    Join,
    Page,
    Prompt,
    Reading,
    Step,
    Table,
    Trouble,
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
from ivr.sandbox.voices import twilio_language

REASONS = {"busy": "busy", "rejected": "no-answer"}
_UNLIMITED = 99
_MOST_IN_A_ROOM = 250


def read_twilio(content_type: str, body: str, page: Page) -> list[Step]:
    """At most 64 KB of XML. Text and audio are read or played to the caller. Unreadable: 12300, 12100 or 11750."""
    kind = media_type(content_type)
    if kind == "text/plain":
        return [spoken(body.strip(), "en", "man")]
    if kind.startswith("audio/"):
        return [played(page.url)]
    if kind not in ("text/xml", "application/xml", "text/html"):
        raise Unreadable("12300")
    return translate(TWILIO, parse(body, 64_000, "12100", "11750"), page, "12100", _unplayed)


def _unplayed(reading: Reading, element: XmlElement) -> Iterator[Step]:
    """What this sandbox does not play, or what Twilio's schema does not know (warning 12200): skipped, but it has answered."""
    yield pause(0)


def _say(reading: Reading, element: XmlElement) -> Iterator[Prompt | Trouble]:
    voice = element.get("voice", "man")
    language, error = twilio_language(voice, element.get("language"))
    if error:
        yield Trouble(error)
        return
    yield from [spoken(words(element), language, voice)] * _loops(element)


def _play(reading: Reading, element: XmlElement) -> Iterator[Prompt]:
    if keys := element.get("digits", ""):
        yield tones(keys)
    elif url := words(element):
        yield from [played(urljoin(reading.page.url, url))] * _loops(element)


def _pause(reading: Reading, element: XmlElement) -> Iterator[Prompt]:
    yield pause(_number(element, "length", 1))


_NESTED = {"Say": _say, "Play": _play, "Pause": _pause}


def _gather(reading: Reading, element: XmlElement) -> Iterator[Step]:
    inside: list[Prompt] = []
    for child in children(element):
        for part in _NESTED[child.tag](reading, child) if child.tag in _NESTED else ():
            if isinstance(part, Trouble):
                yield from inside
                yield part
                return
            inside.append(part)
    silence_ms = 1000 * _number(element, "timeout", 5)
    listens = "dtmf" in element.get("input", "dtmf").split()
    yield Gather(
        tuple(inside),
        most=_number(element, "numDigits", _UNLIMITED),
        finish=element.get("finishOnKey", "#")[:1],
        first_ms=silence_ms,
        between_ms=silence_ms,
        then=_then(reading, element) or Ask(reading.page.url, _method(element)),
        asks_in_silence=element.get("actionOnEmptyResult") == "true",
        allowed="0123456789*#" if listens else "",
        said={"msg": "Gather End"},
    )


def _record(reading: Reading, element: XmlElement) -> Iterator[Step]:
    """An empty recording is told to nobody: the next verb has its turn. Silence at the ends is cut off."""
    yield VoiceNote(
        _then(reading, element) or Ask(reading.page.url, _method(element)),
        longest_ms=1000 * _number(element, "maxLength", 3600),
        silence_ms=1000 * _number(element, "timeout", 5),
        finish=element.get("finishOnKey", "1234567890*#"),
        beep=element.get("playBeep", "true") != "false",
        asks_when_empty=False,
        trims=element.get("trim", "trim-silence") == "trim-silence",
    )


def _dial(reading: Reading, element: XmlElement) -> Iterator[Step]:
    inside = children(element)
    if [child.tag for child in inside] == ["Conference"]:
        yield _conference(reading, element, inside[0])
        return
    if any(child.tag != "Number" for child in inside):
        yield pause(0)
        return
    numbers = [words(child) for child in inside] or [words(element)]
    yield Join(
        tuple(numbers),
        shown=element.get("callerId", ""),
        ring_ms=1000 * _number(element, "timeout", 30),
        longest_ms=1000 * _number(element, "timeLimit", 14_400),
        then=_then(reading, element),
        answers=element.get("answerOnBridge") != "true",
    )


def _conference(reading: Reading, dial: XmlElement, element: XmlElement) -> Enter:
    """Source: Twilio's page on Conference. The waitUrl is not fetched: whoever waits hears music, or nothing when it is empty."""
    beep, news = element.get("beep", "true"), element.get("statusCallback")
    method = "GET" if element.get("statusCallbackMethod", "POST").upper() == "GET" else "POST"
    return Enter(
        words(element),
        _then(reading, dial),
        longest_ms=1000 * _number(dial, "timeLimit", 14_400),
        most=min(_number(element, "maxParticipants", _MOST_IN_A_ROOM), _MOST_IN_A_ROOM),
        starts=element.get("startConferenceOnEnter", "true") != "false",
        ends=element.get("endConferenceOnExit", "false") == "true",
        beeps=(beep in ("true", "onEnter"), beep in ("true", "onExit")),
        waits_with="silence" if element.get("waitUrl") == "" else "music",
        star=dial.get("hangupOnStar", "false") == "true",
        label=element.get("participantLabel", ""),
        news=Ask(urljoin(reading.page.url, news), method, goes=False) if news else None,
        events=frozenset(element.get("statusCallbackEvent", "").split()),
    )


def _redirect(reading: Reading, element: XmlElement) -> Iterator[Step]:
    yield Ask(urljoin(reading.page.url, words(element)), _method(element), "redirect")


def _reject(reading: Reading, element: XmlElement) -> Iterator[Step]:
    """Unanswered only as the very first verb; a reason that does not exist is warned of (13810) and taken as rejected."""
    reason = element.get("reason", "rejected")
    yield HangUp(REASONS.get(reason, "no-answer"), free=True) if reading.first else HangUp("completed")


def _hangup(reading: Reading, element: XmlElement) -> Iterator[Step]:
    yield HangUp("completed")


TWILIO: Table = {
    **dict.fromkeys("Enqueue Leave Sms Message Connect Start Stop Pay Prompt Refer Siprec".split(), _unplayed),  # noqa: SIM905
    **_NESTED,
    "Gather": _gather,
    "Record": _record,
    "Dial": _dial,
    "Redirect": _redirect,
    "Reject": _reject,
    "Hangup": _hangup,
}


def _then(reading: Reading, element: XmlElement) -> Ask | None:
    action = element.get("action")
    return Ask(urljoin(reading.page.url, action), _method(element)) if action else None


def _method(element: XmlElement) -> str:
    return "GET" if element.get("method", "POST").upper() == "GET" else "POST"


def _loops(element: XmlElement) -> int:
    given = element.get("loop", "1")
    return (int(given) or ENDLESS) if given.isdecimal() else 1


def _number(element: XmlElement, name: str, usual: int) -> int:
    given = element.get(name, "")
    return int(given) if given.isdecimal() and int(given) > 0 else usual
