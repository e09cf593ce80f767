"""Reads a call document as the provider would: one table of verb → function per vendor.

What costs the caller nothing is a short list (the vendors' pages on Hangup, PreAnswer and Reject); everything else answers.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from lxml import etree  # type: ignore[import-untyped]

XmlElement: TypeAlias = Any  # lxml ships no types


class Unreadable(Exception):
    """The document is no document; carries the vendor's error number."""


@dataclass(slots=True)
class Scene:
    """A call while its document is played. `code` is set once it is over."""

    answered: bool = False
    code: str = ""
    first: bool = True
    warnings: list[str] = field(default_factory=list)


Verb = Callable[[Scene, XmlElement], None]
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


def play(table: Table, root: XmlElement, unknown: Verb) -> Scene:
    """Perform verb after verb until the call is over or the document ends."""
    scene = Scene()
    for element in root.iterchildren(tag=etree.Element):
        table.get(element.tag, unknown)(scene, element)
        scene.first = False
        if scene.code:
            break
    return scene


def _answers(scene: Scene, element: XmlElement) -> None:
    """A verb we do not play yet, but which the provider would: the call is answered."""
    scene.answered = True


# Plivo -----------------------------------------------------------------------------------------------------------------

PLIVO_REASONS = {"busy": "3010", "rejected": "3020"}
_EARLY_MEDIA = frozenset({"Speak", "Play", "Wait"})


def _plivo_hangup(scene: Scene, element: XmlElement) -> None:
    """Unanswered only with a reason, at once, and before any other verb. A bare Hangup is not to be relied on, so it costs."""
    reason = PLIVO_REASONS.get(element.get("reason", ""))
    if reason and not scene.answered and element.get("schedule") is None:
        scene.code = reason
    else:
        scene.answered = True
        scene.code = "4000"


def _plivo_pre_answer(scene: Scene, element: XmlElement) -> None:
    if any(child.tag not in _EARLY_MEDIA for child in element.iterchildren(tag=etree.Element)):
        raise Unreadable("8011")


def _plivo_unknown(scene: Scene, element: XmlElement) -> None:
    raise Unreadable("8011")


_PLIVO_ANSWERING = "Speak Play Wait GetInput GetDigits Dial Conference MultiPartyCall Record Redirect Message DTMF Stream AudioStream"
PLIVO: Table = {
    **dict.fromkeys(_PLIVO_ANSWERING.split(), _answers),
    "Hangup": _plivo_hangup,
    "PreAnswer": _plivo_pre_answer,
}


def play_plivo(content_type: str, body: str) -> Scene:
    """At most 100 KB of text/xml or application/xml. Unreadable("8011") otherwise."""
    if _media_type(content_type) not in ("text/xml", "application/xml"):
        raise Unreadable("8011")
    scene = play(PLIVO, parse(body, 100_000, "8011", "8011"), _plivo_unknown)
    if not scene.code:
        scene.answered, scene.code = True, "4010"
    return scene


# Twilio ----------------------------------------------------------------------------------------------------------------

TWILIO_REASONS = {"busy": "busy", "rejected": "no-answer"}


def _twilio_reject(scene: Scene, element: XmlElement) -> None:
    """Unanswered only as the very first verb; a reason that does not exist is warned of (13810) and taken as rejected."""
    if not scene.first:
        scene.answered, scene.code = True, "completed"
        return
    reason = element.get("reason", "rejected")
    if reason not in TWILIO_REASONS:
        scene.warnings.append("13810")
    scene.code = TWILIO_REASONS.get(reason, "no-answer")


def _twilio_hangup(scene: Scene, element: XmlElement) -> None:
    scene.answered, scene.code = True, "completed"


def _twilio_unknown(scene: Scene, element: XmlElement) -> None:
    """Twilio skips what its schema does not know, and has answered by then."""
    scene.warnings.append("12200")
    scene.answered = True


_TWILIO_ANSWERING = "Say Play Gather Dial Record Redirect Pause Enqueue Leave Sms Message Connect Start Stop Pay Prompt Refer Siprec"
TWILIO: Table = {
    **dict.fromkeys(_TWILIO_ANSWERING.split(), _answers),
    "Hangup": _twilio_hangup,
    "Reject": _twilio_reject,
}


def play_twilio(content_type: str, body: str) -> Scene:
    """At most 64 KB of XML. Text and audio are read or played to the caller. Unreadable: 12300, 12100 or 11750."""
    media_type = _media_type(content_type)
    if media_type == "text/plain" or media_type.startswith("audio/"):
        return Scene(answered=True, code="completed")
    if media_type not in ("text/xml", "application/xml", "text/html"):
        raise Unreadable("12300")
    scene = play(TWILIO, parse(body, 64_000, "12100", "11750"), _twilio_unknown)
    if not scene.code:
        scene.answered, scene.code = True, "completed"
    return scene


def _media_type(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()
