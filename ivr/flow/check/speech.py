"""Words: is each there in every language, can it be said with the values a flow has, and is it short enough to listen to?"""

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.flow.check.case import WORDS_FOLDER, Case, known
from ivr.flow.lengths import LANGUAGE_KEY, seconds
from ivr.flow.model import Ask, Book, ChooseLanguage, End, Flow, Hold, JoinRoom, Menu, RingPhone, Say, Settle, Step, VoiceNote
from ivr.flow.usage import words_of_flow
from ivr.flow.vocabulary import BUILT_IN_WORDS, PAGE_WORDS
from ivr.flow.vocabulary_kinds import Slot
from ivr.sheet import Fault

LONGEST_PROMPT_S = 8  # with a key to remember: longer than that, its beginning is forgotten
LONGEST_WORD_S = 15
_TOLERANCE = 1.1  # voices differ by as much


@dataclass(frozen=True, slots=True)
class Said:
    """Words that are heard together. `prompt`: a caller must act on them."""

    step: str
    part: str
    words: tuple[str, ...]
    prompt: bool = False


def said(flow: Flow) -> Iterator[Said]:
    """All that a flow says, in the order of its file."""
    if flow.resume:
        yield Said("", "resume", (flow.resume,))
    for name, step in flow.steps.items():
        yield from _said(name, step)


def _said(name: str, step: Step) -> Iterator[Said]:
    match step:
        case Menu() | ChooseLanguage() | Ask():
            part = {Menu: "menu", ChooseLanguage: "language", Ask: "ask"}[type(step)]
            yield Said(name, part, step.words, prompt=True)
            for part, policy in (("silence", step.silence), ("wrong_key", step.wrong_key)):
                yield Said(name, part, policy.say)
                yield Said(name, part, policy.prompt, prompt=True)
        case VoiceNote():
            yield Said(name, "consent", step.consent, prompt=True)
            yield Said(name, "record", step.words, prompt=True)
        case Hold():
            yield Said(name, "hold", step.words, prompt=True)
        case Say():
            yield Said(name, "say", step.words)
        case RingPhone():
            yield Said(name, "say", step.words)
        case Settle() | JoinRoom():
            yield Said(name, "settle" if isinstance(step, Settle) else "join", step.words)
        case End():
            yield Said(name, "hang_up", step.words)
        case _:
            pass


def surely_said(step: Step) -> tuple[str, ...]:
    """What everybody hears who comes to this step. A choice of language is skipped where there is but one."""
    match step:
        case Menu() | Ask() | Hold() | Say() | RingPhone() | Settle() | JoinRoom():
            return step.words
        case VoiceNote():
            return step.consent
        case _:
            return ()


def words_said(book: Book) -> Iterator[str]:
    """Every word that a flow of the book names, again and again."""
    for flow in book.flows:
        yield from words_of_flow(book, flow)


def check_speech(case: Case) -> None:
    _check_languages(case)
    _check_slots(case)
    _check_bare(case)
    for flow in case.book.flows.values():
        for each in said(flow):
            for word in each.words:
                _check_word(case, flow, each, word)
            _check_length(case, flow, each)
    for word in BUILT_IN_WORDS:
        _check_translated(case, word, "the engine")
    for word in PAGE_WORDS:
        if word in case.words.names:
            _check_translated(case, word, "the pay page")


def _check_languages(case: Case) -> None:
    if not case.languages:
        case.found.add(Fault(f"{WORDS_FOLDER}en.yaml", 1, "flows need words, and there is no such file; write one for each language"))
    for language in case.languages:
        if language not in case.words.phrases:
            file = f"{WORDS_FOLDER}{language.value}.yaml"
            case.found.add(
                Fault(file, 1, "a line speaks this language, and there is no such file; write it, with every word that the flows name")
            )


def _check_word(case: Case, flow: Flow, here: Said, word: str) -> None:
    if not any(word in phrases for phrases in case.words.phrases.values()):
        if case.words.phrases and not any((language, word) in case.words.lines for language in case.words.languages):
            case.fault(
                flow,
                here.step,
                here.part,
                f"there is no word {word} in words/, where each language must have it; {known(word, case.words.names)}",
            )
        return
    _check_translated(case, word, ".".join(filter(None, [flow.name, here.step])))
    in_choice = isinstance(flow.steps.get(here.step), ChooseLanguage)
    if not in_choice and any(slot.name == LANGUAGE_KEY for slot in case.words.slots(word)):
        case.fault(flow, here.step, here.part, f"{word} says the key of a language, which only a `language` step knows; take another word")


def _check_translated(case: Case, word: str, where: str) -> None:
    for language in case.languages:
        if language in case.words.phrases and (language, word) not in case.words.lines:
            case.in_words(language, "", f"{word} is missing, and {where} says it; add it")


def _check_slots(case: Case) -> None:
    """A value must come from somewhere: a fact of the vocabulary, or a question that some flow asks."""
    sources = {**_answers(case), **case.vocabulary.values}
    spoken_words = {*words_said(case.book), *BUILT_IN_WORDS}
    for language, word in case.words.lines:
        phrase = case.words.find(word, language)
        for slot in phrase.slots if phrase and word in spoken_words else ():
            if slot.name not in sources:
                case.in_words(language, word, f"nothing is called {slot.name} here; {known(slot.name, sources)}")
            elif not sources[slot.name]:
                case.in_words(language, word, f"{slot.name} is an answer that cannot be said; leave it out")
            elif slot.kind not in sources[slot.name]:
                kinds = ", ".join(sources[slot.name])
                case.in_words(language, word, f"{slot.name} cannot be said as {slot.kind}; it can as: {kinds}")


def _answers(case: Case) -> dict[str, tuple[Slot, ...]]:
    """Answers by their name, and how each can be said whichever question it was given to."""
    found: dict[str, tuple[Slot, ...]] = {}
    for flow in case.book.flows.values():
        for step in flow.steps.values():
            if isinstance(step, Ask) and step.answer in case.vocabulary.answers:
                kinds = case.vocabulary.answers[step.answer].said_as
                found[step.name] = tuple(kind for kind in found.get(step.name, kinds) if kind in kinds)
    return found


def _check_bare(case: Case) -> None:
    """Words of the engine and of pages, and those for a caller who rings again, are said where no value is at hand."""
    resumed = {flow.resume for flow in case.book.flows.values() if flow.resume}
    for language, word in case.words.lines:
        phrase = case.words.find(word, language)
        if phrase and phrase.slots and word in {*BUILT_IN_WORDS, *PAGE_WORDS, *resumed}:
            case.in_words(language, word, f"{word} is said where no value is known; leave {phrase.slots[0].name} out")


def _check_length(case: Case, flow: Flow, here: Said) -> None:
    longest = LONGEST_PROMPT_S if here.prompt else LONGEST_WORD_S
    for language in case.languages:
        lengths = [seconds(case.words, word, language) for word in here.words]
        length = sum(lengths) if here.prompt else max(lengths, default=0)
        if length > longest * _TOLERANCE:
            what = "this prompt" if here.prompt else here.words[lengths.index(length)]
            message = f"{what} lasts about {length:.0f} seconds in {language.value}; {longest} at most, so shorten or split it"
            case.fault(flow, here.step, here.part, message)
