"""Slots: the typed variables of a DLT template, and what may go into each.

Source: TRAI direction of 18 Nov 2025 (variables tagged by type), 20 Aug 2024 (links and call-back numbers whitelisted);
links on our own domain with the header in the path, no `?`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from re import IGNORECASE, escape
from re import compile as regex
from urllib.parse import urlsplit

LONGEST_VALUE = 40  # characters of #alphanumeric# and #numeric#
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_TOKEN = "[0-9A-Za-z_-]{4,40}"  # noqa: S105 - a pattern
_LINK = regex(r"://|\bwww\.|\.[a-z]{2,}/", IGNORECASE)
_PHONE = regex(r"(?<![0-9A-Za-z])\+?[0-9]{10,}(?![0-9A-Za-z])")
_JOINERS = {0x200C: None, 0x200D: None}  # invisible, and needed to spell Kannada and Hindi


class Kind(StrEnum):
    URL = "url"
    URLOTT = "urlott"  # a link to an app
    CBN = "cbn"  # call-back number
    NUMERIC = "numeric"
    ALPHANUMERIC = "alphanumeric"

    @property
    def tag(self) -> str:
        """As the DLT portal writes it."""
        return f"{{#{self.value}#}}"

    @property
    def pattern(self) -> str:
        return _PATTERNS[self]


@dataclass(frozen=True, slots=True)
class Slot:
    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class RenderContext:
    """What a text may point at: `PUBLIC_URL`, the DLT header, and the clinic's published numbers as published."""

    public_url: str
    header: str
    callback_numbers: frozenset[str]


def objection(kind: Kind, value: object, context: RenderContext) -> str | None:
    """Why `value` may not go into a slot of this kind, or None. Never repeats the value: it may be a number or a secret link."""
    if not isinstance(value, str):
        return "must be text"
    if not value or value != value.strip() or not value.translate(_JOINERS).isprintable():
        return "must be one line of text without control characters or blanks at its ends, and not empty"
    return _OBJECTIONS[kind](value, context)


def _bad_link(value: str, context: RenderContext) -> str | None:
    try:
        ours = urlsplit(context.public_url)
        host = ours.hostname or ""
    except ValueError:
        return "cannot be checked: PUBLIC_URL is not a URL"
    if ours.scheme != "https" and not (ours.scheme == "http" and host in _LOOPBACK):
        return "must be https; make PUBLIC_URL start with https://"
    allowed = f"{escape(f'{ours.scheme}://{ours.netloc}')}/{escape(context.header)}/{_TOKEN}"
    if not host or not context.header or not regex(allowed).fullmatch(value):
        return "must be a link of ours: PUBLIC_URL, then /HEADER/token, without `?`"
    return None


def _bad_callback(value: str, context: RenderContext) -> str | None:
    known = value in context.callback_numbers and regex(_PATTERNS[Kind.CBN]).fullmatch(value)
    return None if known else "must be one of the numbers in lines.yaml, as published there"


def _bad_number(value: str, _context: RenderContext) -> str | None:
    return None if regex(_PATTERNS[Kind.NUMERIC]).fullmatch(value) else f"must be digits 0-9, {LONGEST_VALUE} at most"


def _bad_words(value: str, _context: RenderContext) -> str | None:
    if len(value) > LONGEST_VALUE:
        return f"must be {LONGEST_VALUE} characters at most"
    if _LINK.search(value):
        return "must not hold a link; use a url slot"
    return "must not hold a phone number; use a cbn slot" if _PHONE.search(value) else None


_PATTERNS: dict[Kind, str] = {
    Kind.URL: r"https?://[^\s?]+",
    Kind.URLOTT: r"https?://[^\s?]+",
    Kind.CBN: r"\+?[0-9]{3,15}",
    Kind.NUMERIC: rf"[0-9]{{1,{LONGEST_VALUE}}}",
    Kind.ALPHANUMERIC: rf"[^\r\n]{{1,{LONGEST_VALUE}}}",
}
_OBJECTIONS: dict[Kind, Callable[[str, RenderContext], str | None]] = {
    Kind.URL: _bad_link,
    Kind.URLOTT: _bad_link,
    Kind.CBN: _bad_callback,
    Kind.NUMERIC: _bad_number,
    Kind.ALPHANUMERIC: _bad_words,
}
