"""One turn under way: what an event does at a step, then from step to step until one waits."""

from collections.abc import Mapping
from dataclasses import replace

from ivr.flow import turns, vocabulary
from ivr.flow.model import (
    Ask,
    Book,
    Branch,
    ChooseLanguage,
    Do,
    End,
    Flow,
    Goto,
    Hold,
    JoinRoom,
    Menu,
    Return,
    RingPhone,
    Run,
    Say,
    Settle,
    Step,
    VoiceNote,
)
from ivr.flow.speaking import Speaking
from ivr.flow.turns import Begun, Effect, Event, FactValue, Frame, Place, Resumed, Wait
from ivr.model.events import CallOutcome, Pressed, Rang, Recorded, Silence

MOST_STEPS = 50  # in one turn: more is a loop in the file
_HERE = ""
"""As the name of the next step: the one we stand at."""


class Walk(Speaking):
    """Gathers what is said, wished for, passed and asked on the way."""

    def __init__(self, book: Book, place: Place, facts: Mapping[str, FactValue]) -> None:
        super().__init__(book, place, facts)
        self.effects: list[Effect] = []
        self.passed: list[str] = []

    @property
    def _flow(self) -> Flow:
        return self.book.flows[self.place.frames[-1].flow]

    @property
    def _step(self) -> Step:
        return self._flow.steps[self.place.frames[-1].step]

    def _stand(self, *frames: Frame) -> None:
        self.place = replace(self.place, frames=frames, silences=0, wrong_keys=0, rounds=0, recording=False)

    def end_with(self, *words: str) -> Wait:
        """Last words, and the flow is over."""
        self._say(words)
        self.place = replace(self.place, over=True)
        return turns.Over()

    def on(self, result: str | Wait) -> Wait:
        """From the step named by `result` onwards, until one waits."""
        while isinstance(result, str):
            if len(self.passed) >= MOST_STEPS:
                return self.end_with(vocabulary.TROUBLE)
            *outer, here = self.place.frames
            self._stand(*outer, replace(here, step=result) if result else here)
            self.passed.append(str(self.place.frames[-1]))
            result = self._enter(self._step)
        return result

    # What an event does: the name of the next step, or a wait that goes on here.

    def hear(self, event: Event) -> str | Wait:
        step = self._step
        match event:
            case Begun():
                return _HERE
            case Resumed():
                self._say((self.book.flows[self.place.frames[0].flow].resume,))
                return _HERE
            case Pressed(vocabulary.REPEAT) if isinstance(step, Menu | ChooseLanguage | Ask | Hold | VoiceNote):
                return _HERE
        match step:
            case Menu() | ChooseLanguage() | Ask():
                return self._keyed(step, event)
            case Hold():
                return self._waited(step, event)
            case VoiceNote():
                return self._noted(step, event)
            case RingPhone():
                return step.answered if isinstance(event, Rang) and event.outcome is CallOutcome.ANSWERED else step.otherwise
            case Settle() | JoinRoom():
                return step.then
            case _:
                return _HERE

    def _keyed(self, step: Menu | ChooseLanguage | Ask, event: Event) -> str | Wait:
        match event:
            case Pressed(keys):
                return self._taken(step, keys) or self._again(step, wrong=True)
            case Silence():
                return self._again(step, wrong=False)
            case _:
                return _HERE

    def _taken(self, step: Menu | ChooseLanguage | Ask, keys: str) -> str | None:
        """Where these keys lead, None when they mean nothing here."""
        match step:
            case Menu():
                return self._choice(step.keys, keys) or step.any_key
            case ChooseLanguage():
                return self._language(step, keys)
            case Ask():
                return self._answer(step, keys)

    def _choice(self, keys: Mapping[str, str], pressed: str) -> str | None:
        """Keys of the step, then those of the flow. To choose a language is a detour: it leads back here."""
        if pressed in keys:
            return keys[pressed]
        target = self._flow.keys.get(pressed)
        if target is not None and isinstance(self._flow.steps[target], ChooseLanguage):
            self.place = replace(self.place, back=self.place.frames[-1].step)
        return target

    def _language(self, step: ChooseLanguage, pressed: str) -> str | None:
        if not pressed.isdigit() or not 1 <= int(pressed) <= len(self.place.languages):
            return None
        chosen = self.place.languages[int(pressed) - 1]
        self.place = replace(self.place, language=chosen)
        self.effects.append(Effect(vocabulary.REMEMBER_LANGUAGE, (chosen.value,)))
        return self._leave_languages(step)

    def _leave_languages(self, step: ChooseLanguage, then: str = "") -> str:
        back, self.place = self.place.back, replace(self.place, back="")
        return back or then or step.then

    def _answer(self, step: Ask, pressed: str) -> str | None:
        kind = vocabulary.ANSWERS[step.answer]
        if (kept := kind.read(pressed)) is None:
            return None
        if step.answer == vocabulary.FOR_WHOM:
            told = {name: value for name, value in self.place.told.items() if name not in vocabulary.OF_PATIENT}
            self.place = replace(self.place, told=told)
        self.place = replace(self.place, answers={**self.place.answers, step.name: kept})
        return step.then.get(kind.outcome(kept)) or step.then[""]

    def _again(self, step: Menu | ChooseLanguage | Ask, *, wrong: bool) -> str | Wait:
        policy, times = (step.wrong_key, self.place.wrong_keys) if wrong else (step.silence, self.place.silences)
        if times >= policy.tries:
            return self._leave_languages(step, policy.then) if isinstance(step, ChooseLanguage) else policy.then
        self.place = replace(self.place, wrong_keys=times + 1) if wrong else replace(self.place, silences=times + 1)
        self._say(policy.say)
        return self._prompt(step, policy.prompt or step.words)

    def _waited(self, step: Hold, event: Event) -> str | Wait:
        if isinstance(event, Pressed) and (chosen := self._choice(step.keys, event.keys)):
            return chosen
        self.place = replace(self.place, rounds=self.place.rounds + 1)
        return self._hold(step)

    def _hold(self, step: Hold) -> str | Wait:
        """Wait on, unless what is waited for is there, the time is up, or the words speak of what is no more."""
        if step.until and self._fact(step.until) is True:
            return step.ready
        if self.place.rounds * step.every_s >= step.longest_s or self._ceased(step.words):
            return step.then
        self._say(step.words)
        return turns.Music(step.music, step.every_s)

    def _noted(self, step: VoiceNote, event: Event) -> str | Wait:
        match event:
            case Pressed("1") if not self.place.recording:
                self.place = replace(self.place, recording=True)
                self._say(step.words)
                return turns.Note(step.longest_s)
            case Recorded(ref, seconds) if self.place.recording and ref:  # of a length that some providers do not know
                self.effects.append(Effect(vocabulary.KEEP_NOTE, (ref, str(seconds), step.consent[-1], self.place.language.value)))
                return step.then
            case _:
                return step.refused

    # What a step does when it is come to.

    def _enter(self, step: Step) -> str | Wait:
        match step:
            case Menu() | Ask() | ChooseLanguage():
                return self._prompt(step, step.words)
            case Say() | Branch() | Do():
                return self._through(step)
            case Run() | Goto() | Return():
                return self._cross(step)
            case Hold():
                return self._hold(step)
            case VoiceNote():
                self._say(step.consent)
                return turns.Keys()
            case RingPhone():
                self._say(step.words)
                return turns.Phone(step.who)
            case Settle() | JoinRoom():
                self._say(step.words)
                return turns.Next() if isinstance(step, Settle) else turns.Room()
            case End():
                return self.end_with(*step.words)

    def _prompt(self, step: Menu | ChooseLanguage | Ask, words: tuple[str, ...]) -> str | Wait:
        """Speak it, and wait for keys. One that speaks of what is no more is left as by who stays silent."""
        if not isinstance(step, ChooseLanguage):
            if self._ceased(words):
                return step.silence.then
            self._say(words)
            return turns.Keys(vocabulary.ANSWERS[step.answer].digits) if isinstance(step, Ask) else turns.Keys()
        if len(self.place.languages) < 2:
            return self._leave_languages(step)
        for number, language in enumerate(self.place.languages, start=1):
            self._say(words, language, key=str(number))
        return turns.Keys()

    def _through(self, step: Say | Branch | Do) -> str:
        match step:
            case Say():
                self._say(step.words)
                return step.then
            case Branch():
                return step.yes if self._fact(step.fact) is True else step.no
            case Do():
                self.effects.append(Effect(step.effect, step.arguments))
                return step.then

    def _cross(self, step: Run | Goto | Return) -> str:
        """From one flow into another, or back to the step that ran this one."""
        outer = self.place.frames[:-1]
        match step:
            case Run(name):
                self._stand(*self.place.frames, self._first(name))
                return _HERE
            case Goto(name):
                self._stand(*outer, self._first(name))
                return _HERE
            case Return(outcome):
                self._stand(*outer)
                runner = self._step
                if not isinstance(runner, Run):
                    return _HERE
                if outcome == vocabulary.CLEAR and self.book.flows[runner.flow].screen:
                    self.place = replace(self.place, screened=outer)
                return runner.outcomes[outcome]

    def _first(self, name: str) -> Frame:
        flow = self.book.flows[name]
        return Frame(name, flow.start, flow.version)
