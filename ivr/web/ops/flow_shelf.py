"""The flows as their files have them: those that callers hear, and what the linter says as soon as a file is saved.

Files are read again only once one of them has changed; otherwise what was loaded at the start is what there is.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock

from ivr.callflows import languages_of, slots_of, starts_of
from ivr.flow.check import unused_words
from ivr.flow.draw import svg
from ivr.flow.loader import FOLDER, examine
from ivr.flow.longest import longest_way
from ivr.flow.model import Book
from ivr.flow.usage import words_of_flow
from ivr.flow.words import Words
from ivr.flow.words_sheet import FOLDER as WORDS_FOLDER
from ivr.model.values import Language
from ivr.sheet import Fault
from ivr.wiring import App

_Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Shelf:
    """One reading. `languages`: that lines speak. `changed`: callers hear something else until the processes start anew."""

    book: Book
    words: Words
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    languages: tuple[Language, ...]
    changed: bool = False
    unreadable: tuple[str, ...] = ()  # whole files, each in one row
    _drawings: dict[str, str] = field(default_factory=dict)

    @cached_property
    def longest(self) -> Mapping[str, Mapping[Language, float]]:
        """Seconds of speech on the longest way of each flow."""
        return {name: {each: longest_way(self.book, self.words, name, each) for each in self.languages} for name in self.book.flows}

    def drawing(self, flow: str) -> str:
        """In English, or in the first language there is."""
        if flow not in self._drawings:
            spoken = next((each for each in (Language.ENGLISH, *self.languages) if each in self.words.phrases), Language.ENGLISH)
            self._drawings[flow] = svg(self.book.flows[flow], self.words, spoken)
        return self._drawings[flow]

    def unwritten(self, flow: str, language: Language) -> tuple[str, ...]:
        """Words that callers of this flow may come to hear, and that nobody wrote in this language."""
        return tuple(word for word in words_of_flow(self.book, flow) if self.words.find(word, language) is None)

    def unapproved(self, flow: str) -> tuple[tuple[Language, str], ...]:
        """Clinical words of this flow that no clinician has approved yet."""
        own = set(words_of_flow(self.book, flow))
        return tuple((language, word) for language, word in self.words.unapproved if word in own and language in self.languages)

    def faults_of(self, flow: str) -> tuple[Fault, ...]:
        """Of its own file; and of files of words, where one of its own words is at fault."""
        file, own = f"{FOLDER}/{flow}.yaml", set(words_of_flow(self.book, flow)) if flow in self.book.flows else set()
        return tuple(fault for fault in self.faults if fault.file == file or self._word_of(fault) in own)

    def _word_of(self, fault: Fault) -> str:
        """The word on whose row the fault is; of one that is missing, the first of the sentence."""
        rows = ((word, f"{WORDS_FOLDER}{language}.yaml", line) for (language, word), line in self.words.lines.items())
        first = fault.message.split(" ", 1)[0]
        at_row = next((word for word, file, line in rows if (file, line) == (fault.file, fault.line)), first)
        return at_row if fault.file.startswith(WORDS_FOLDER) else ""


class Shelves:
    """The latest reading."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._folder = app.settings.callflows_dir
        self._lock = Lock()
        self._stamp = _stamp(self._folder)
        book, words = app.book, app.voicing.words
        self._shelf = Shelf(book, words, (), tuple(unused_words(book, words)), self._languages(words))

    def latest(self) -> Shelf:
        with self._lock:
            if (stamp := _stamp(self._folder)) != self._stamp:
                self._shelf, self._stamp = self._read(), stamp
            return self._shelf

    def _read(self) -> Shelf:
        app = self._app
        templates, spoken, starts = slots_of(app.templates), languages_of(app.lines), starts_of(app.lines)
        found = examine(self._folder, templates=templates, languages=spoken, starts=starts)
        same = found.book.flows == app.book.flows and found.words.phrases == app.voicing.words.phrases
        return Shelf(
            found.book,
            found.words,
            tuple(sorted(set(found.faults))),
            tuple(found.warnings),
            self._languages(found.words),
            changed=bool(found.rows()) or not same,
            unreadable=tuple(found.unreadable),
        )

    def _languages(self, words: Words) -> tuple[Language, ...]:
        return tuple(languages_of(self._app.lines)) or words.languages


def _stamp(folder: Path) -> _Stamp:
    """What tells that a file was saved, without reading it."""
    found = []
    for part in ("flows", "words"):
        for path in sorted((folder / part).glob("*.yaml")):
            with suppress(OSError):  # gone between two looks
                about = path.stat()
                found.append((path.name, about.st_mtime_ns, about.st_size))
    return tuple(found)
