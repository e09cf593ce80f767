"""Plivo's elements as steps.

Sources: Plivo's pages on each element. The document is checked as a whole before anything is heard, so one unknown element,
relative address or voice ends the call with 8011 (8012, 8014 for a later document). A value outside its documented range is
taken for such an error too: Plivo does not say what it does, and a sandbox had better be strict.
"""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from ivr.sandbox.documents import (
    ENDLESS,
    Ask,
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
from ivr.sandbox.voices import plivo_language

WRONG = {"answer": "8011", "action": "8012", "redirect": "8014"}
REASONS = {"busy": "3010", "rejected": "3020"}
_KEYS = "0123456789*#"
_PAUSE_BETWEEN_KEYS_S = 2  # what `auto` comes to is not documented
_CARRIER_RING_S = 60  # Dial has no default: the other network gives up some day
_LONGEST_TEXT = 3_000
_EARLY = frozenset({"Speak", "Play", "Wait"})


def read_plivo(content_type: str, body: str, page: Page) -> list[Step]:
    """At most 100 KB of text/xml or application/xml. Unreadable("8011", "8012" or "8014") otherwise."""
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
            prompt = played(_absolute(reading, words(element)), early)
        case "Wait":
            return [pause(_number(reading, element, "length", 1, 1, 100_000), early)]
        case _:
            raise Unreadable(reading.wrong)
    return [prompt] * (_number(reading, element, "loop", 1, 0, ENDLESS) or ENDLESS)


def _nested(reading: Reading, element: XmlElement, early: bool = False) -> tuple[Prompt, ...]:
    return tuple(prompt for child in children(element) for prompt in _prompts(reading, child, early))


def _get_input(reading: Reading, element: XmlElement) -> Iterator[Step]:
    if "dtmf" not in element.get("inputType", "dtmf").split():
        raise Unreadable(reading.wrong)  # nobody here can speak to a machine
    then = _then(reading, element)
    ends = element.get("digitEndTimeout", "auto")
    between = _PAUSE_BETWEEN_KEYS_S if ends == "auto" else _number(reading, element, "digitEndTimeout", 2, 2, 10)
    if then is None:
        raise Unreadable(reading.wrong)
    yield Gather(
        _nested(reading, element),
        most=_number(reading, element, "numDigits", 32, 1, 32),
        finish=_finish(reading, element, most=1),
        first_ms=1000 * _number(reading, element, "executionTimeout", 15, 5, 60),
        between_ms=1000 * between,
        then=then,
        in_all=True,
        said={"InputType": "dtmf"},
    )


def _get_digits(reading: Reading, element: XmlElement) -> Iterator[Step]:
    then = _then(reading, element)
    if then is None:
        raise Unreadable(reading.wrong)
    for _ in range(_number(reading, element, "retries", 1, 1, 100)):
        yield Gather(
            _nested(reading, element),
            most=_number(reading, element, "numDigits", 99, 1, 99),
            finish=_finish(reading, element, most=1),
            first_ms=1000 * _number(reading, element, "timeout", 5, 1, 3600),
            between_ms=1000 * _number(reading, element, "digitTimeout", 2, 1, 3600),
            then=then,
            allowed=element.get("validDigits", _KEYS),
        )


def _record(reading: Reading, element: XmlElement) -> Iterator[Step]:
    if "true" in (element.get("recordSession"), element.get("startOnDialAnswer")):
        yield pause(0)  # it runs beside the call, and nobody waits for it
        return
    yield VoiceNote(
        _then(reading, element),
        longest_ms=1000 * _number(reading, element, "maxLength", 60, 2, 86_400),
        silence_ms=1000 * _number(reading, element, "timeout", 15, 1, 86_400),
        finish=_finish(reading, element, most=12),
        beep=element.get("playBeep", "true") == "true",
    )


def _dial(reading: Reading, element: XmlElement) -> Iterator[Step]:
    inside = children(element)
    if not inside or any(child.tag not in ("Number", "User") for child in inside):
        raise Unreadable(reading.wrong)
    music = element.get("dialMusic", "real")
    if music != "real":
        _absolute(reading, music)
    yield Join(
        tuple(words(child) for child in inside),
        shown=element.get("callerId", ""),
        ring_ms=1000 * _number(reading, element, "timeout", _CARRIER_RING_S, 1, 86_400),
        longest_ms=1000 * _number(reading, element, "timeLimit", 14_400, 1, 86_400),
        then=_then(reading, element),
    )


def _redirect(reading: Reading, element: XmlElement) -> Iterator[Step]:
    yield Ask(_absolute(reading, words(element)), _method(reading, element), "redirect")


def _hangup(reading: Reading, element: XmlElement) -> Iterator[Step]:
    """Unanswered only with a reason, at once, and before any other verb. A bare Hangup is not to be relied on, so it costs."""
    if element.get("schedule") is not None:
        yield HangUpLater(1000 * _number(reading, element, "schedule", 0, 1, 86_400), "4000")
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
    **dict.fromkeys(("Conference", "MultiPartyCall", "Message", "Stream", "AudioStream"), _unplayed),
    **dict.fromkeys(("Speak", "Play", "Wait"), _speak),
    "GetInput": _get_input,
    "GetDigits": _get_digits,
    "Record": _record,
    "Dial": _dial,
    "Redirect": _redirect,
    "Hangup": _hangup,
    "PreAnswer": _pre_answer,
    "DTMF": _dtmf,
}


def _then(reading: Reading, element: XmlElement) -> Ask | None:
    action = element.get("action")
    if action is None:
        return None
    goes = element.get("redirect", "true") != "false"
    return Ask(_absolute(reading, action), _method(reading, element), "action", goes)


def _absolute(reading: Reading, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Unreadable(reading.wrong)
    return url


def _method(reading: Reading, element: XmlElement) -> str:
    method: str = element.get("method", "POST").upper()
    if method not in ("GET", "POST"):
        raise Unreadable(reading.wrong)
    return method


def _finish(reading: Reading, element: XmlElement, most: int) -> str:
    keys: str = element.get("finishOnKey", "#")
    if keys == "none":
        return ""
    if len(keys) > most or any(key not in _KEYS for key in keys):
        raise Unreadable(reading.wrong)
    return keys


def _number(reading: Reading, element: XmlElement, name: str, usual: int, low: int, high: int) -> int:
    given = element.get(name, str(usual))
    if not given.isdecimal() or not low <= int(given) <= high:
        raise Unreadable(reading.wrong)
    return int(given)
