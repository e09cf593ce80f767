"""What a person does to a live call: keys and speech, and their absence."""

from dataclasses import dataclass

from ivr.sandbox.board import Board, Course, Flow
from ivr.sandbox.documents import Gather, VoiceNote
from ivr.sandbox.habits import Habits


@dataclass(slots=True)
class _Keys:
    gather: Gather
    digits: str = ""
    until: int | None = None  # when the time for all keys is over


@dataclass(slots=True)
class _Voice:
    note: VoiceNote
    began_at: int
    speaks_until: int
    spoken_ms: int = 0


class Listening:
    """Gather and Record of both vendors. `habits`: what some phones press by themselves."""

    def __init__(self, board: Board, flow: Flow, habits: Habits) -> None:
        self._board = board
        self._flow = flow
        self._habits = habits

    def gather(self, course: Course, gather: Gather) -> None:
        course.wait = keys = _Keys(gather)
        course.call.waits_for, course.call.keys_wanted = "keys", gather.most
        self._prompt(course, keys, 0)
        self._habits.asked(course)

    def take_note(self, course: Course, note: VoiceNote) -> None:
        now = self._board.clock.now()
        if note.beep:
            self._board.hear(course.call, "beep")
        course.wait = voice = _Voice(note, now, now)
        course.on_over = lambda over, _: self._cut_off(over, voice)
        course.call.waits_for = "voice note"
        self._listen(course, voice)

    def press(self, course: Course, key: str) -> None:
        """One key; lost while nothing waits for it."""
        course.call.pressed += key
        match course.wait:
            case _Keys() as keys:
                self._key(course, keys, key)
            case _Voice() as voice if key in voice.note.finish:
                self._noted(course, voice, key)
            case _ if course.on_key is not None:
                course.on_key(key)

    def speak(self, course: Course, seconds: float) -> None:
        """Lost while nothing records."""
        if not isinstance(course.wait, _Voice):
            return
        voice, now = course.wait, self._board.clock.now()
        begins = max(now, voice.speaks_until)
        ends = min(begins + round(1000 * seconds), voice.began_at + voice.note.longest_ms)
        voice.spoken_ms += max(ends - begins, 0)
        voice.speaks_until = ends
        self._listen(course, voice)

    def _prompt(self, course: Course, keys: _Keys, index: int) -> None:
        """Prompt after prompt, then the wait for a key."""
        if index == len(keys.gather.prompts):
            self._await_key(course, keys)
            return
        prompt = keys.gather.prompts[index]
        if prompt.kind != "pause":
            self._board.hear(course.call, prompt.kind, prompt.text, prompt.language, prompt.voice)
        self._board.wait(course, prompt.ms, lambda: self._prompt(course, keys, index + 1))

    def _await_key(self, course: Course, keys: _Keys) -> None:
        """The prompts are over, or a key has cut them short."""
        gather, now = keys.gather, self._board.clock.now()
        if keys.until is None:
            keys.until = now + gather.first_ms
        ms = gather.between_ms if keys.digits else gather.first_ms
        if gather.in_all:
            ms = min(ms, keys.until - now)
        self._board.wait(course, ms, lambda: self._gathered(course, keys, ""))

    def _key(self, course: Course, keys: _Keys, key: str) -> None:
        gather = keys.gather
        if gather.finish and key == gather.finish and gather.allowed:
            self._gathered(course, keys, key)
        elif key in gather.allowed:
            keys.digits += key
            course.call.keys_wanted = gather.most - len(keys.digits)
            if len(keys.digits) >= gather.most:
                self._gathered(course, keys, "")
            else:
                self._await_key(course, keys)

    def _gathered(self, course: Course, keys: _Keys, finished_on: str) -> None:
        """The finishing key alone counts as silence, on Twilio by its page on Gather."""
        course.at_ease()
        gather = keys.gather
        if keys.digits or gather.asks_in_silence:
            said = {**(gather.said or {}), **course.wire.digits_params(keys.digits, finished_on)}
            self._flow.ask(course, gather.then, said)
        else:
            self._flow.proceed(course)

    def _listen(self, course: Course, voice: _Voice) -> None:
        now, note = self._board.clock.now(), voice.note
        ends = min(voice.speaks_until + note.silence_ms, voice.began_at + note.longest_ms)
        self._board.wait(course, max(ends - now, 0), lambda: self._noted(course, voice, ""))

    def _noted(self, course: Course, voice: _Voice, key: str) -> None:
        course.at_ease()
        then = voice.note.then
        if then is None or not (voice.spoken_ms or voice.note.asks_when_empty):
            self._flow.proceed(course)
        else:
            self._flow.ask(course, then, self._said(course, voice, key))

    def _cut_off(self, course: Course, voice: _Voice) -> None:
        """Who hangs up has spoken all the same: the recording is told of, and the answer changes nothing."""
        now = self._board.clock.now()
        voice.spoken_ms -= max(voice.speaks_until - now, 0)
        if voice.note.then is not None and voice.spoken_ms > 0:
            self._flow.ask(course, voice.note.then, self._said(course, voice, "hangup"))

    def _said(self, course: Course, voice: _Voice, key: str) -> dict[str, str]:
        now = self._board.clock.now()
        lasted = voice.spoken_ms if voice.note.trims else now - voice.began_at
        return course.wire.note_params(max(1, round(lasted / 1000)), key, now)
