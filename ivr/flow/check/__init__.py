"""The linter: what a phone, a caller's patience or the law forbids in a flow, with file, line and remedy.

case.py      one check under way            steps.py    each step by itself: names, keys, arguments
edges.py     where each step may lead       speech.py   words: there in every language, short enough, with values for their slots
paths.py     steps nobody reaches, rounds without end, flows that run themselves
promises.py  what a caller has surely passed: the emergency screen, a question asked, a time heard
screens.py   the emergency screen itself: only answers let a caller pass; and a status that comes before the first word
strides.py   more steps in one turn than the engine goes
"""

from collections.abc import Collection, Mapping

from ivr.flow.check.case import WORDS_FOLDER, Case
from ivr.flow.check.paths import check_flow_paths, check_runs, check_silence
from ivr.flow.check.promises import check_promises, find_promises
from ivr.flow.check.screens import check_screens, check_status_first
from ivr.flow.check.speech import check_speech, words_said
from ivr.flow.check.steps import check_steps
from ivr.flow.check.strides import check_strides
from ivr.flow.model import Book
from ivr.flow.vocabulary import AWAY, BUILT_IN_WORDS, PAGE_WORDS, PAUSED, Vocabulary
from ivr.flow.words import Words
from ivr.model.values import Language
from ivr.sheet import Fault

__all__ = ["Fault", "check", "unused_words"]


def check(
    book: Book,
    words: Words,
    vocabulary: Vocabulary,
    *,
    templates: Mapping[str, Collection[str]] | None = None,
    languages: Collection[Language] = (),
    starts: Collection[str] = (),
    music: Collection[str] = (),
    broken: Collection[str] = (),
    whole: bool = True,
) -> list[Fault]:
    """Every fault of every flow, by file and line. No fault, no flow: a clinic with missed calls only.

    `templates`: those of texts.yaml, with the slots of each; None to believe any. `languages`: those that lines greet in.
    `starts`: flows that lines begin with. `music`: files of `callflows/audio`.
    `broken`: flows with faults told before, whose paths are not followed. `whole`: every file was read, so that what is missing is missing.
    """
    case = Case(book, words, vocabulary, templates, tuple(languages), tuple(starts), frozenset(music), set(broken), whole)
    for flow in book.flows.values():
        check_steps(case, flow)
    if whole and book.flows:
        check_speech(case)
        _check_paths(case)
    return sorted(case.found)


def _check_paths(case: Case) -> None:
    """A fault above makes a path look wrong that is only misspelt: so these wait until the steps themselves are right."""
    for flow in case.book.flows.values():
        if flow.name not in case.broken:
            check_flow_paths(case, flow)
    if not case.broken:
        check_runs(case)
    if not case.broken:
        if check_silence(case):
            check_strides(case)
        promises = find_promises(case)
        check_promises(case, promises)
        check_screens(case, promises)
        check_status_first(case)


def unused_words(book: Book, words: Words) -> list[Fault]:
    """Words that no flow says and no page shows, once each: nothing is wrong with them, but somebody translated them for nothing."""
    if not book.flows:
        return []
    said = {*words_said(book), *BUILT_IN_WORDS, *PAGE_WORDS, AWAY, PAUSED}
    rows: list[Fault] = []
    for word in words.names:
        if word not in said:
            language = next(language for language in words.languages if words.find(word, language))
            line = words.lines[language, word]
            rows.append(Fault(f"{WORDS_FOLDER}{language.value}.yaml", line, f"no flow says {word}; leave it out, or say it"))
    return rows
