"""The longest way through a flow, in seconds of speech."""

from ivr.flow.check.speech import surely_said
from ivr.flow.lengths import seconds
from ivr.flow.model import Book, ChooseLanguage, End, Goto, Run, Step, VoiceNote
from ivr.flow.ways import EVERYWHERE, onward, ways
from ivr.flow.words import Words
from ivr.model.values import Language


def longest_way(book: Book, words: Words, name: str, language: Language, outer: frozenset[str] = frozenset()) -> float:
    """Seconds of speech on the longest way through a flow, and through those it leads into, that never leads back.

    Everything is heard to its end and once; pauses, waiting, keys of the file and what is said to silence do not count.
    """
    if name not in book.flows or name in outer:
        return 0
    flow = book.flows[name]
    own = {step: _own(book, words, each, language, outer | {name}) for step, each in flow.steps.items()}
    forth = [way for way in onward(flow, ways(flow)) if way.here != EVERYWHERE]
    longest, changed = dict(own), True
    while changed:  # they lead in no circle, so this ends
        changed = False
        for way in reversed(forth):
            if (length := own[way.here] + longest[way.there]) > longest[way.here]:
                longest[way.here], changed = length, True
    return longest.get(flow.start, 0)


def _own(book: Book, words: Words, step: Step, language: Language, outer: frozenset[str]) -> float:
    length = sum(seconds(words, word, language) for word in heard_through(step))
    if isinstance(step, Run | Goto):
        length += longest_way(book, words, step.flow, language, outer)
    return length


def heard_through(step: Step) -> tuple[str, ...]:
    """What somebody hears at this step who answers at once, and agrees to all."""
    match step:
        case VoiceNote():
            return (*step.consent, *step.words)
        case ChooseLanguage() | End():
            return step.words
        case _:
            return surely_said(step)
