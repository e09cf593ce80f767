"""Recordings: `callflows/audio/<language>/<key>.mp3` or `.wav`, which are heard instead of a voice, and the list of those to make."""

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from types import MappingProxyType

from ivr.flow import spoken
from ivr.flow.model import Book
from ivr.flow.usage import words_of_step
from ivr.flow.vocabulary import BUILT_IN_WORDS, PAGE_WORDS
from ivr.flow.vocabulary_kinds import Slot
from ivr.flow.words import Piece, SlotRef, Words
from ivr.model.values import Language

FOLDER = "audio"
ENDINGS = (".mp3", ".wav")

_MANY = 3  # places named in the list


@dataclass(frozen=True, slots=True)
class Row:
    """One recording to make. `used` names the steps that say it."""

    key: str
    text: str
    used: str
    recorded: bool


def find_recordings(folder: Path) -> Mapping[Language, Mapping[str, str]]:
    """What is recorded in a `callflows` folder: by language, key → name of the file. Languages without a recording are absent."""
    found: dict[Language, Mapping[str, str]] = {}
    for language in Language:
        paths = sorted((folder / FOLDER / language.value).glob("*.*"), reverse=True)
        if files := {path.stem: path.name for path in paths if path.suffix in ENDINGS}:
            found[language] = MappingProxyType(files)
    return MappingProxyType(found)


def pieces_needed(words: Words, word: str, language: Language) -> tuple[Piece, ...]:
    """Every recording that this word may take, whatever the values in its slots; none when the language has no such word."""
    phrase = words.find(word, language)
    if phrase is None:
        return ()
    own = [piece for piece in phrase.literals(word) if not isinstance(piece, SlotRef)]
    return (*own, *_fragments(language, {slot.kind for slot in phrase.slots}))


def _fragments(language: Language, kinds: Collection[Slot]) -> Iterator[Piece]:
    """Digits are ten recordings; for the rest any fragment may be wanted. A name is never recorded."""
    recorded = set(kinds) - {Slot.NAME}
    if not recorded:
        return
    fragments = spoken.say_digits("0123456789", language) if recorded == {Slot.DIGITS} else spoken.all_fragments(language)
    for fragment in fragments:
        yield Piece(fragment.key, fragment.text)


def can_be_heard(words: Words, word: str, language: Language, recordings: Collection[str], has_voice: bool = False) -> bool:
    """Whether a caller can hear this word. `recordings`: keys recorded in the language; `has_voice`: the provider can speak it."""
    if words.find(word, language) is None:
        return False
    return has_voice or all(piece.key in recordings for piece in pieces_needed(words, word, language))


def missing(
    words: Words, used: Collection[str], language: Language, recordings: Collection[str], has_voice: bool = False
) -> tuple[str, ...]:
    """Keys still to be recorded, or words still to be written, before all of `used` can be heard; each once, in order."""
    keys: dict[str, None] = {}
    for word in used:
        if words.find(word, language) is None:
            keys[word] = None
        elif not has_voice:
            keys |= dict.fromkeys(piece.key for piece in pieces_needed(words, word, language) if piece.key not in recordings)
    return tuple(keys)


def recording_list(words: Words, language: Language, recordings: Collection[str] = (), book: Book | None = None) -> list[Row]:
    """All recordings of a language: words in the file's order, then the fragments that fill their slots. Words of pages are not heard."""
    places = _places(book) if book else {}
    kinds: set[Slot] = set()
    rows: list[Row] = []
    for word, phrase in words.phrases.get(language, {}).items():
        if word in PAGE_WORDS:
            continue
        used = places.get(word, [])
        where = ", ".join([*used[:_MANY], *(["…"] if len(used) > _MANY else [])])
        kinds |= {slot.kind for slot in phrase.slots}
        own = [piece for piece in phrase.literals(word) if not isinstance(piece, SlotRef)]
        rows += [Row(piece.key, piece.text, where, piece.key in recordings) for piece in own]
    rows += [Row(piece.key, piece.text, "in slots", piece.key in recordings) for piece in _fragments(language, kinds)]
    return rows


def _places(book: Book) -> dict[str, list[str]]:
    """The steps that say each word: `hotline.main_menu`."""
    places: dict[str, list[str]] = {word: ["the engine"] for word in BUILT_IN_WORDS}
    for flow in book.flows.values():
        if flow.resume:
            places.setdefault(flow.resume, []).append(flow.name)
        for name, step in flow.steps.items():
            for word in dict.fromkeys(words_of_step(step)):
                places.setdefault(word, []).append(f"{flow.name}.{name}")
    return places


def recording_sheet(words: Words, language: Language, recordings: Collection[str] = (), book: Book | None = None) -> str:
    """The list as CSV, for whoever speaks the recordings: the name of each file, what to say, where it is heard, whether it is there."""
    sheet = StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    writer.writerow(["file", "say", "heard in", "recorded"])
    for row in recording_list(words, language, recordings, book):
        writer.writerow([f"{row.key}.wav", row.text, row.used, "yes" if row.recorded else "no"])
    return sheet.getvalue()
