"""The XML of call documents: a writer of our own, because a web process pays for no XML library and no SDK."""

from collections.abc import Sequence
from re import compile as regex
from typing import NewType, assert_never
from xml.sax.saxutils import escape

from ivr.model.replies import Document, Pause, Play, Say, Spoken

Xml = NewType("Xml", str)

CONTENT_TYPE = "text/xml; charset=utf-8"
MOST_IN_A_ROOM = 2
"""A patient and a doctor: whoever else is sent there by mistake hears nothing of it.

A leg that takes the place of another meets the other side in a room of its own number, so one that leaves late takes nobody's place.
"""
LONGEST_SPEECH = 3000  # characters that Amazon Polly speaks at once; both vendors speak with it

# What XML 1.0 cannot hold (its production Char), and what nobody can pronounce. A new line stays: it is a pause.
_UNSPEAKABLE = regex(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Nearly every attribute is an address, a name or a number: looked at once, most need nothing done.
_PLAIN = regex(r"[ !#-%'-;=?-~]*")
_SENTENCE_ENDS = (". ", "? ", "! ", "। ", "\n")


def element(tag: str, /, *inside: Xml, **attributes: str | int) -> Xml:
    """One element, its attributes in the order given; True becomes "true"."""
    said = "".join(f' {name}="{_value(value)}"' for name, value in attributes.items())
    return Xml(f"<{tag}{said}>{''.join(inside)}</{tag}>" if inside else f"<{tag}{said}/>")


def text(value: str) -> Xml:
    """Anything a person or a file says, as character data: always well-formed."""
    return Xml(escape(_UNSPEAKABLE.sub(" ", value)))


def document(*verbs: Xml) -> Document:
    return Document(element("Response", *verbs).encode(), CONTENT_TYPE)


def utterances(words: str) -> list[Xml]:
    """What is to be spoken, in parts short enough for Polly: cut after a sentence, else at a space, else anywhere. Empty for silence."""
    rest, parts = _UNSPEAKABLE.sub(" ", words).strip(), []
    while len(rest) > LONGEST_SPEECH:
        ends = [rest.rfind(mark, 0, LONGEST_SPEECH) for mark in _SENTENCE_ENDS]
        cut = max(ends) + 1 or rest.rfind(" ", 0, LONGEST_SPEECH) + 1 or LONGEST_SPEECH
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [Xml(escape(part)) for part in [*parts, rest] if part]


def speech(spoken: Sequence[Spoken], *, say: str, pause: str) -> list[Xml]:
    """What is heard, in order; `say` and `pause` are the vendor's elements. Playing is `Play` with both."""
    return [xml for one in spoken for xml in _heard(one, say, pause)]


def _heard(one: Spoken, say: str, pause: str) -> list[Xml]:
    match one:
        case Say(text=words, voice=voice):
            return [element(say, part, voice=voice.name, language=voice.tag) for part in utterances(words)]
        case Play(url=url):
            return [element("Play", text(url))]
        case Pause(seconds=seconds):
            return [element(pause, length=seconds)] if seconds > 0 else []
        case _:
            assert_never(one)


def within(least: int, value: int, most: int) -> int:
    """`value`, moved into the bounds that a vendor sets."""
    return max(least, min(value, most))


def _value(value: str | int) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) or _PLAIN.fullmatch(value):
        return str(value)
    return escape(_UNSPEAKABLE.sub(" ", value), {'"': "&quot;", "\n": "&#10;"})
