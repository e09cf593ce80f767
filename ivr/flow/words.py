"""Words: what callers hear, worded in every language of the clinic. `words_sheet.py` reads them from `callflows/words/`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from re import compile as regex
from typing import NamedTuple

from ivr.flow import spoken
from ivr.flow.turns import FactValue
from ivr.flow.vocabulary_kinds import Slot
from ivr.model.values import Language, Paise

MOST_CHARACTERS = 600
NEEDED = "needed"
UNRECORDED = ""
"""The key of a piece that no recording holds, such as a name: a voice reads it."""

_BRACES = regex(r"\{([^{}]*)\}")
_SLOT = regex(r"([a-z][a-z0-9_]*):([a-z]+)")
_RUN = regex(r"\d{3,}")
_JOINERS = "\u200c\u200d"  # they shape Indic letters
_SIGNS = regex(r"[<>\[\]#*_|~^\\@+=%&$₹/]")
_LETTERS = {Language.HINDI: ("Devanagari", regex(r"[\u0900-\u097f]")), Language.KANNADA: ("Kannada", regex(r"[\u0c80-\u0cff]"))}


@dataclass(frozen=True, slots=True)
class SlotRef:
    """A place for a value, and how the value is said there: `{fee:money}`."""

    name: str
    kind: Slot


class Piece(NamedTuple):
    """What one recording holds: its file is `callflows/audio/<language>/<key>.mp3` or `.wav`."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """One word in one language: literal pieces and slots, in order. Make it with `parse`, and ask `faults` before trusting it."""

    parts: tuple[str | SlotRef, ...]

    @classmethod
    def parse(cls, text: str) -> "Phrase":
        """Line breaks and runs of blanks become one blank. ValueError with what to do when a slot is not `{value:kind}`."""
        parts: list[str | SlotRef] = []
        for index, part in enumerate(_BRACES.split(" ".join(text.split()))):
            if index % 2:
                parts.append(_slot(part))
            elif "{" in part or "}" in part:
                raise ValueError("a brace has no partner; a slot is {value:kind}, and a word cannot hold other braces")
            elif part:
                parts.append(part)
        return cls(tuple(parts))

    @property
    def slots(self) -> tuple[SlotRef, ...]:
        """Each slot once, in the order of the phrase."""
        return tuple(dict.fromkeys(part for part in self.parts if isinstance(part, SlotRef)))

    def literals(self, word: str) -> Iterator[Piece | SlotRef]:
        """The recordings of this phrase and the slots between them. Punctuation alone is not recorded."""
        if not self.slots:
            yield Piece(word, "".join(map(str, self.parts)))
            return
        number = 0
        for part in self.parts:
            if isinstance(part, SlotRef):
                yield part
            elif any(character.isalnum() for character in part):
                number += 1
                yield Piece(f"{word}.{number}", part.strip())

    def faults(self, language: Language) -> Iterator[str]:
        """What a voice would read oddly; each says what to do."""
        text = " ".join(part for part in self.parts if isinstance(part, str))
        if not all(character.isprintable() or character in _JOINERS for character in text):
            yield "there is a character here that cannot be said; write the word again by hand"
        if found := _SIGNS.search(text):
            yield f'a voice reads "{found[0]}" oddly or not at all; write what is to be said'
        if found := _RUN.search(text):
            apart = " ".join(found[0])
            yield f'voices disagree on how to read a long number; write its digits apart, "{apart}", or use a slot'
        if len(text) > MOST_CHARACTERS:
            yield f"this is longer than {MOST_CHARACTERS} characters; nobody listens that long"
        name, letters = _LETTERS.get(language, ("", None))
        if letters and not letters.search(text) and any(character.isalpha() for character in text):
            yield f"there is no {name} letter here; translate this, for its voices read other letters badly"
        if not self.slots and not any(character.isalnum() for character in text):
            yield "there is nothing to say here; write what is to be said"


@dataclass(frozen=True, slots=True)
class Words:
    """All words of a clinic. `lines`: the row of each in its file, of faulty ones too.

    `clinician`: who approved a clinical wording, or `needed`.
    """

    phrases: Mapping[Language, Mapping[str, Phrase]] = field(default_factory=dict)
    lines: Mapping[tuple[Language, str], int] = field(default_factory=dict)
    clinician: Mapping[tuple[Language, str], str] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[Language, ...]:
        return tuple(self.phrases)

    @property
    def names(self) -> tuple[str, ...]:
        """Every word of any language, sorted."""
        return tuple(sorted({word for phrases in self.phrases.values() for word in phrases}))

    def slots(self, word: str) -> tuple[SlotRef, ...]:
        """Values that this word needs, the same in every language; none for a word that nobody wrote."""
        return next((phrases[word].slots for phrases in self.phrases.values() if word in phrases), ())

    @property
    def unapproved(self) -> tuple[tuple[Language, str], ...]:
        """Clinical words that no clinician has approved yet: production refuses to start with them."""
        return tuple(place for place, approval in self.clinician.items() if approval == NEEDED)

    def find(self, word: str, language: Language) -> Phrase | None:
        return self.phrases.get(language, {}).get(word)

    def text(self, word: str, language: Language, values: Mapping[str, FactValue], now: int) -> str:
        """What text-to-speech is given. `values` as `Utterance` has them; times, and `now`, are UTC milliseconds; money is in paise.

        KeyError for a word or a value that is not there: the linter has seen to it that flows ask for none such.
        """
        phrase = self.phrases[language][word]
        return "".join(_said(phrase, part, language, values, now) for part in phrase.parts)

    def pieces(self, word: str, language: Language, values: Mapping[str, FactValue], now: int) -> tuple[Piece, ...]:
        """The same in recordings, to be played one after another; a name is a piece of its own, with the key UNRECORDED."""
        phrase = self.phrases[language][word]
        pieces: list[Piece] = []
        for part in phrase.literals(word):
            if isinstance(part, SlotRef):
                pieces += [Piece(fragment.key, fragment.text) for fragment in _fragments(phrase, part, language, values, now)]
            else:
                pieces.append(part)
        return tuple(pieces)


def _said(phrase: Phrase, part: str | SlotRef, language: Language, values: Mapping[str, FactValue], now: int) -> str:
    return part if isinstance(part, str) else spoken.text_of(_fragments(phrase, part, language, values, now))


def _fragments(phrase: Phrase, slot: SlotRef, language: Language, values: Mapping[str, FactValue], now: int) -> tuple[spoken.Fragment, ...]:
    value = values[slot.name]
    match slot.kind:
        case Slot.NUMBER:
            return spoken.say_number(int(value), language)
        case Slot.MONEY:
            return spoken.say_money(Paise(int(value)), language)
        case Slot.DIGITS:
            return spoken.say_digits(str(value), language)
        case Slot.TIME if SlotRef(slot.name, Slot.DAY) in phrase.slots:
            return spoken.say_time(int(value), language)
        case Slot.TIME:
            return spoken.say_when(int(value), now, language)
        case Slot.DAY:
            return spoken.say_day(int(value), now, language)
        case Slot.NAME:
            return (spoken.Fragment(UNRECORDED, str(value)),)


def _slot(text: str) -> SlotRef:
    found = _SLOT.fullmatch(text)
    if found is None:
        raise ValueError("a slot is written {value:kind}, like {booked_at:time}, in small letters")
    if found[2] not in set(Slot):
        raise ValueError(f"unknown kind {found[2]}; known are: {', '.join(Slot)}")
    return SlotRef(found[1], Slot(found[2]))
