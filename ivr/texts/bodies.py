"""Bodies: the registered wording of one text, literal pieces and slots: `You called us on {hotline:cbn}. -Sandhi Clinic`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from re import DOTALL, IGNORECASE, Pattern, escape
from re import compile as regex

from ivr.texts.segments import Segments, count
from ivr.texts.slots import Kind, Slot

MOST_PARTS = 3  # segments of one text; a longer one is a letter, and is paid for as one

_BRACES = regex(r"\{([^{}]*)\}")
_SLOT = regex(r"([a-z][a-z0-9_]*):([a-z]+)")
_STATIC = regex(r"://|\bwww\.|[0-9]{8,}", IGNORECASE)

# Mixed content counts as promotional (TCCCPR second amendment, 12 Feb 2025): one of these words makes a service text
# promotional. Indic words stand without \b, for `re` takes vowel signs for the end of a word. "Off duty" is no discount.
_PROMOTION = regex(
    r"\b(?:offers?|discount\w*|free|off(?!\s+duty\b)|sale|deals?|coupons?|promo\w*|cashback|mrp)\b"
    r"|[%₹\u0335-\u0338]|~~|छूट|ऑफ़?र|मुफ़?्त|डिस्काउंट|निःशुल्क|ರಿಯಾಯಿತಿ|ಆಫರ್|ಉಚಿತ|ಡಿಸ್ಕೌಂಟ್",
    IGNORECASE,
)
_SAMPLES = {
    Kind.URL: "https://go.clinic.example/SANDHI/aB3xK9pQ2z",
    Kind.URLOTT: "https://go.clinic.example/SANDHI/aB3xK9pQ2z",
    Kind.CBN: "08061914343",
    Kind.NUMERIC: "249",
    Kind.ALPHANUMERIC: "Dr Asha Rao",
}
_SAMPLES_BY_NAME = {
    "until": "22 Nov, 10:30 am",  # the longest: on most days it is a clock alone
    "when": "22 Nov, 10:30 am",
    "reference": "38562334",
    "registration": "KMC 123456",
    "what": "a caller waits for a doctor",
    "minutes": "12",
    "days": "30",
}
"""Values by the names that our own texts give them."""


@dataclass(frozen=True)
class Body:
    """One wording, in pieces. Make it with `parse`, and ask `faults` before trusting it."""

    pieces: tuple[str | Slot, ...]

    @classmethod
    def parse(cls, text: str) -> "Body":
        """ValueError with what to do when a slot is not `{name:kind}`."""
        pieces: list[str | Slot] = []
        for index, piece in enumerate(_BRACES.split(text)):
            if index % 2:
                pieces.append(_slot(piece))
            elif "{" in piece or "}" in piece:
                raise ValueError("a brace has no partner; a slot is {name:kind}, and a text cannot hold other braces")
            elif piece:
                pieces.append(piece)
        return cls(tuple(pieces))

    @cached_property
    def slots(self) -> Mapping[str, Slot]:
        return {piece.name: piece for piece in self.pieces if isinstance(piece, Slot)}

    @cached_property
    def registered(self) -> str:
        """The form on the DLT portal: `You called us on {#cbn#}.`"""
        return "".join(piece if isinstance(piece, str) else piece.kind.tag for piece in self.pieces)

    @cached_property
    def _pattern(self) -> Pattern[str]:
        return regex("".join(escape(p) if isinstance(p, str) else f"(?P<{p.name}>{p.kind.pattern})" for p in self.pieces), DOTALL)

    def fill(self, values: Mapping[str, str]) -> str:
        return "".join(piece if isinstance(piece, str) else values[piece.name] for piece in self.pieces)

    def read(self, text: str) -> dict[str, str] | None:
        """The values in a text, as the operators' scrubber finds them; None when the text is not of this wording."""
        found = self._pattern.fullmatch(text)
        return None if found is None else found.groupdict()

    def sample(self) -> str:
        """A text of realistic length."""
        return self.fill({name: _sample(slot) for name, slot in self.slots.items()})

    def segments(self) -> Segments:
        return count(self.sample())

    def faults(self, category: str) -> Iterator[str]:
        """What an operator would reject, or a scrubber misread; each says what to do."""
        literals = [piece for piece in self.pieces if isinstance(piece, str)]
        text = self.registered
        if text != text.strip() or not all(c.isprintable() or c in "\u200c\u200d" for c in text):
            yield "the body must be one line without control characters, and without blanks at its ends"
        if len(self.slots) + len(literals) < len(self.pieces):
            yield "a slot name is used twice; give each slot its own name"
        yield from self._neighbours()
        if any(_STATIC.search(piece) for piece in literals):
            yield "a link or phone number stands in the text itself; make it a slot (url, urlott, cbn), so that it is checked"
        if category != "promotional" and (word := _PROMOTION.search(" ".join(literals))):
            reason = "mixed content counts as promotional (TCCCPR, second amendment)"
            yield f'"{word[0]}" does not belong in a {category} text: {reason}; leave it out'
        if self.segments().parts > MOST_PARTS:
            yield f"the text takes more than {MOST_PARTS} segments; shorten it"

    def _neighbours(self) -> Iterator[str]:
        between = ""
        left: Slot | None = None
        for piece in self.pieces:
            if isinstance(piece, Slot):
                if left is not None and not between.strip():
                    yield f"put a word between {{{left.name}}} and {{{piece.name}}}, so that a scrubber can tell them apart"
                left, between = piece, ""
            else:
                between = piece
                if left is not None and left.kind in {Kind.URL, Kind.URLOTT} and not piece.startswith(" "):
                    yield f"put a blank after {{{left.name}}}: a phone takes what touches a link for a part of it"


def _sample(slot: Slot) -> str:
    named = _SAMPLES_BY_NAME.get(slot.name, "")
    return named if regex(slot.kind.pattern).fullmatch(named) else _SAMPLES[slot.kind]


def _slot(text: str) -> Slot:
    found = _SLOT.fullmatch(text)
    if found is None:
        raise ValueError("a slot is written {name:kind}, like {link:urlott}, in small letters")
    if found[2] not in set(Kind):
        raise ValueError(f"unknown slot type {found[2]}; known are: {', '.join(Kind)}")
    return Slot(found[1], Kind(found[2]))
