"""The steps of a flow as a writer or a translator reads them: what is said in every language, and where each key leads. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ivr.flow.check.edges import edges
from ivr.flow.check.speech import said
from ivr.flow.draw_cards import plainly
from ivr.flow.lengths import seconds
from ivr.flow.model import Ask, Book, Branch, Flow, Goto, Hold, Menu, Return, RingPhone, Run, Step, VoiceNote
from ivr.flow.recordings import can_be_heard, pieces_needed
from ivr.flow.usage import words_of_flow
from ivr.flow.vocabulary import ANSWERS, EFFECTS, YES_OR_NO
from ivr.flow.words import NEEDED, Words
from ivr.menus.replying import silence_after
from ivr.menus.voicing import Voicing
from ivr.model.values import Language
from ivr.web.ops import words as plain
from ivr.web.ops import words_flows
from ivr.web.ops.words import Tone

_PARTS = {"silence": "after silence", "wrong_key": "after a wrong key", "consent": "asks for consent", "record": "before the tone"}


@dataclass(frozen=True, slots=True)
class Tongue:
    """One word in one language. `text` is "" where nobody wrote it. `notes`: how it is heard, and what is still to be done."""

    code: str
    language: str
    text: str
    lasts: str
    notes: tuple[tuple[str, Tone], ...]


@dataclass(frozen=True, slots=True)
class WordCard:
    name: str
    when: str  # it is said, where that is not at once
    tongues: tuple[Tongue, ...]


@dataclass(frozen=True, slots=True)
class Exit:
    """A way on: `key` is for a key, else for a reason. `to` may be a step of this flow, or `flow` another one."""

    label: str
    key: bool
    to: str


@dataclass(frozen=True, slots=True)
class StepCard:
    name: str
    kind: str
    about: str
    facts: tuple[str, ...]  # digits, tries, times
    flow: str  # another one, which it leads into
    words: tuple[WordCard, ...]
    exits: tuple[Exit, ...]
    faults: tuple[str, ...]
    missing: int  # wordings


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads steps out. `provider`: whose voices speak on the lines that name none."""

    words: Words
    voicing: Voicing
    provider: str
    languages: tuple[Language, ...]

    def step(self, flow: Flow, name: str, faults: Sequence[str]) -> StepCard:
        step = flow.steps[name]
        cards = tuple(self._cards(flow, name))
        return StepCard(
            name=name,
            kind=words_flows.kind(step),
            about=_about(step),
            facts=tuple(_facts(step)),
            flow=step.flow if isinstance(step, Run | Goto) else "",
            words=cards,
            exits=tuple(_exits(flow, step)),
            faults=tuple(faults),
            missing=sum(not tongue.text for card in cards for tongue in card.tongues),
        )

    def unheard(self, book: Book, flow: str, language: Language) -> list[str]:
        """Words that callers of this flow may come to hear, and could not in this language."""
        has_voice = language in self.voicing.voices.get(self.provider, {})
        recorded = self.voicing.recordings.get(language, {})
        return [word for word in words_of_flow(book, flow) if not can_be_heard(self.words, word, language, recorded, has_voice)]

    def resumed(self, flow: Flow) -> WordCard | None:
        """What somebody hears who was cut off and rings again."""
        return self._card(flow.resume, "") if flow.resume else None

    def _cards(self, flow: Flow, name: str) -> Iterator[WordCard]:
        for each in said(flow):
            if each.step == name and each.part != "resume":
                yield from (self._card(word, _PARTS.get(each.part, "")) for word in each.words)

    def _card(self, word: str, when: str) -> WordCard:
        return WordCard(word, when, tuple(self._tongue(word, language) for language in self.languages))

    def _tongue(self, word: str, language: Language) -> Tongue:
        phrase = self.words.find(word, language)
        name = plain.language(language)
        if phrase is None:
            return Tongue(language.value, name, "", "", (("missing", Tone.BAD),))
        notes = [self._heard(word, language)]
        if self.words.clinician.get((language, word)) == NEEDED:
            notes.append(("a clinician has not approved it", Tone.WAIT))
        return Tongue(language.value, name, plainly(phrase), f"{seconds(self.words, word, language):.0f} s", tuple(notes))

    def _heard(self, word: str, language: Language) -> tuple[str, Tone]:
        recordings = self.voicing.recordings.get(language, {})
        needed = {piece.key for piece in pieces_needed(self.words, word, language)}
        there = len(needed & set(recordings))
        if needed and there == len(needed):
            return "recorded", Tone.GOOD
        if language in self.voicing.voices.get(self.provider, {}):
            return ("read by a voice", Tone.PLAIN) if not there else (f"{there} of {len(needed)} recordings", Tone.PLAIN)
        return (f"{there} of {len(needed)} recordings, no voice" if there else "not recorded, no voice"), Tone.BAD


def _about(step: Step) -> str:
    match step:
        case Branch(fact):
            return f"asks whether {YES_OR_NO.get(fact, fact)}"
        case Run(flow):
            return f"runs the flow {flow}, and goes on by what comes of it"
        case Goto(flow):
            return f"goes on to the flow {flow}, for good"
        case Return(outcome):
            return f"goes back to the flow that ran this one, with the outcome {outcome}"
        case RingPhone(who):
            return f"rings {words_flows.WHO.get(who, who)}"
        case _ if effect := getattr(step, "effect", ""):
            known = EFFECTS.get(effect)
            arguments = " ".join(getattr(step, "arguments", ()))
            return f"{known.about if known else effect}{f': {arguments}' if arguments else ''}"
        case _:
            return ""


def _facts(step: Step) -> Iterator[str]:
    """Digits gathered, how long silence may last, how often it is asked again."""
    match step:
        case Menu() | Ask():
            digits = ANSWERS[step.answer].digits if isinstance(step, Ask) and step.answer in ANSWERS else 1
            yield f"takes {plain.count(digits, 'key')}" if digits == 1 else f"takes {digits} keys at most"
            yield f"waits {silence_after(digits)} s after the last word"
            yield f"asked again {_times(step.silence.tries)} after silence, {_times(step.wrong_key.tries)} after a wrong key"
        case Hold():
            yield f"news every {step.every_s} s, for {step.longest_s} s at most"
            if step.until:
                yield f"until {YES_OR_NO.get(step.until, step.until)}"
        case VoiceNote():
            yield f"records {step.longest_s} s at most, after consent by key 1"
        case _:
            pass


def _times(number: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number} times")


def _exits(flow: Flow, step: Step) -> Iterator[Exit]:
    leading: dict[str, list[str]] = {}
    for edge in edges(flow, step):
        if not edge.part.startswith("keys."):
            leading.setdefault(edge.to, []).append(edge.label)
    for to, labels in leading.items():
        told = list(dict.fromkeys(filter(None, labels)))
        yield Exit(", ".join(told) or "then", bool(told) and all(label.isdigit() or label == "*" for label in told), to)
