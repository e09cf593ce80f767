"""Call documents as steps: what a vendor's verbs come down to, whoever the vendor is.

A table of verb → function per vendor (verbs_plivo.py, verbs_twilio.py) turns a document into steps; live.py performs them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from lxml import etree  # type: ignore[import-untyped]

XmlElement: TypeAlias = Any  # lxml ships no types

ENDLESS = 1_000  # how often loop="0" repeats
_CHARACTERS_A_SECOND = 14
_FILE_MS = 3_000
_TONE_MS = 250


class Unreadable(Exception):
    """The document is no document; carries the vendor's error number."""


@dataclass(frozen=True, slots=True)
class Page:
    """Where a document came from. `kind` (answer, action, redirect, transfer) decides the number of Plivo's errors."""

    url: str
    method: str = "POST"
    kind: str = "answer"
    fallback: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something to hear for `ms`: say, play, tone, or a pause, which nobody hears. `early` leaves the call unanswered (PreAnswer)."""

    kind: str
    ms: int
    text: str = ""
    language: str = ""
    voice: str = ""
    early: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for the next document. With `goes` false it only tells, and the document goes on."""

    url: str
    method: str = "POST"
    kind: str = "action"
    goes: bool = True


@dataclass(frozen=True, slots=True)
class Gather:
    """Take keys: `most` at the most, until one of `finish`, silence of `first_ms` for the first key, `between_ms` thereafter.

    With `in_all` the first key's time is the time for all of them. `allowed` keys count, the rest is not heard of.
    """

    prompts: tuple[Prompt, ...]
    most: int
    finish: str
    first_ms: int
    between_ms: int
    then: Ask
    in_all: bool = False
    asks_in_silence: bool = False
    allowed: str = "0123456789*#"
    said: Mapping[str, str] | None = None  # parameters besides the digits


@dataclass(frozen=True, slots=True)
class VoiceNote:
    """Record until a key of `finish`, a silence, or the longest time. Without `then` nobody is told."""

    then: Ask | None
    longest_ms: int
    silence_ms: int
    finish: str
    beep: bool = True
    asks_when_empty: bool = True
    trims: bool = False


@dataclass(frozen=True, slots=True)
class Join:
    """Ring other phones at once and join the first that answers. `shown` "" is the caller's own number."""

    numbers: tuple[str, ...]
    shown: str
    ring_ms: int
    longest_ms: int
    then: Ask | None
    answers: bool = True


@dataclass(frozen=True, slots=True)
class Enter:
    """Go into a room and stay until hang-up, the time limit, a move, or the room's end.

    `most`: how many there may be in it. `starts`, `ends`, `alone`: whether this leg begins the conference, ends it for everybody when
    it leaves, and may stay when the rest has gone. `beeps`: heard by the others when it enters, and when it leaves. `waits_with`: music
    or silence until the conference begins; `rests_with`: once the others have gone. `news` is told of the `events` (start, join, leave,
    end); `then` is asked when it has left. `limits_room`: the time limit is the room's, and begins anew with everybody who enters.
    """

    room: str
    then: Ask | None
    longest_ms: int
    most: int
    starts: bool = True
    ends: bool = False
    alone: bool = True
    beeps: tuple[bool, bool] = (False, False)
    waits_with: str = "music"
    rests_with: str = "silence"
    star: bool = False  # the key * leaves
    label: str = ""
    news: Ask | None = None
    events: frozenset[str] = frozenset()
    limits_room: bool = False


@dataclass(frozen=True, slots=True)
class HangUp:
    """The end, with the vendor's code. `free` ones leave an unanswered call unanswered."""

    code: str
    free: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class HangUpLater:
    ms: int
    code: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error that shows only when this verb's turn comes."""

    code: str


Step = Prompt | Ask | Gather | VoiceNote | Join | Enter | HangUp | HangUpLater | Trouble


def answers(step: Step) -> bool:
    """Whether performing it answers the call, so that the caller pays."""
    match step:
        case Prompt(early=early):
            return not early
        case HangUp(free=free):
            return not free
        case Join(answers=answers):
            return answers
        case Trouble():
            return False
        case _:
            return True


@dataclass(frozen=True, slots=True)
class Reading:
    """What a verb's meaning depends on: its document, the error number for a bad one, whether it comes first."""

    page: Page
    wrong: str
    first: bool = True


Verb = Callable[[Reading, XmlElement], Iterable[Step]]
Table = Mapping[str, Verb]


def parse(body: str, longest: int, wrong: str, too_long: str) -> XmlElement:
    """The `<Response>` element; Unreadable with the vendor's number. `longest` in bytes. Entities and DTDs stay unread."""
    raw = body.encode()
    if len(raw) > longest:
        raise Unreadable(too_long)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable(wrong) from error
    if root.tag != "Response":
        raise Unreadable(wrong)
    return root


def translate(table: Table, root: XmlElement, page: Page, wrong: str, unknown: Verb) -> list[Step]:
    """All steps of a document, in order."""
    steps: list[Step] = []
    for index, element in enumerate(children(root)):
        steps += table.get(element.tag, unknown)(Reading(page, wrong, index == 0), element)
    return steps


def children(element: XmlElement) -> list[XmlElement]:
    return list(element.iterchildren(tag=etree.Element))


def words(element: XmlElement) -> str:
    return " ".join("".join(element.itertext()).split())


def spoken(text: str, language: str, voice: str, early: bool = False) -> Prompt:
    return Prompt("say", max(1000, 1000 * len(text) // _CHARACTERS_A_SECOND), text, language, voice, early)


def played(url: str, early: bool = False) -> Prompt:
    return Prompt("play", _FILE_MS, url, early=early)


def tones(keys: str) -> Prompt:
    return Prompt("tone", _TONE_MS * len(keys), keys)


def pause(seconds: int, early: bool = False) -> Prompt:
    return Prompt("pause", 1000 * seconds, early=early)


def media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()
