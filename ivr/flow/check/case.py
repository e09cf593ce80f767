"""One check under way: what is known, and what was found."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from ivr.flow.model import Book, Flow
from ivr.flow.vocabulary import Vocabulary
from ivr.flow.words import Words
from ivr.model.values import Language
from ivr.sheet import Fault

FLOWS_FOLDER = "flows/"
WORDS_FOLDER = "words/"


@dataclass(slots=True)
class Case:
    """See `check`. `broken` grows: flows whose paths are not followed, since something is wrong with their steps."""

    book: Book
    words: Words
    vocabulary: Vocabulary
    templates: Mapping[str, Collection[str]] | None
    languages: tuple[Language, ...]
    starts: tuple[str, ...]
    music: frozenset[str]
    broken: set[str]
    whole: bool
    found: set[Fault] = field(default_factory=set)

    def fault(self, flow: Flow, step: str, part: str, message: str) -> None:
        """At the row of this part of the step; of the file's own part of that name, which steps without one inherit; else of the step."""
        places = (f"{step}.{part}", f".{part}", step)
        line = next((flow.lines[place] for place in places if place in flow.lines), 1)
        self.found.add(Fault(f"{FLOWS_FOLDER}{flow.name}.yaml", line, message))

    def breaks(self, flow: Flow, step: str, part: str, message: str) -> None:
        """A fault after which this flow's paths cannot be followed."""
        self.fault(flow, step, part, message)
        self.broken.add(flow.name)

    def in_words(self, language: Language, word: str, message: str) -> None:
        self.found.add(Fault(f"{WORDS_FOLDER}{language.value}.yaml", self.words.lines.get((language, word), 1), message))


def known(name: str, options: Iterable[str]) -> str:
    """The remedy for an unknown name."""
    options = sorted(options)
    if near := get_close_matches(name, options, n=1):
        return f"did you mean {near[0]}?"
    return f"known are: {', '.join(options) or 'none'}"
