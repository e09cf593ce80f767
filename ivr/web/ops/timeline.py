"""What happened, step by step, as an operator reads it: rows in, sentences out. Pure; templates only lay it out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from ivr.model.events import CallOutcome
from ivr.store.console import CallStory, TextStory
from ivr.store.tx import Row
from ivr.texts.lifecycle import TextState
from ivr.texts.segments import count
from ivr.web.ops import words
from ivr.web.ops.when import Moment, moment
from ivr.web.ops.words import Tone

Masked = Callable[[bytes], str]
"""Opens a sealed number and masks it."""
LineName = Callable[[str], str]
"""A line's name and published number from its E.164 form, "" when it is none of ours."""


@dataclass(frozen=True, slots=True)
class Step:
    at: int
    when: Moment
    title: str
    detail: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class TextCard:
    id: str
    call_id: str
    who: str
    when: Moment
    badge: str
    tone: Tone
    about: str
    note: str  # why it failed, as the provider put it
    body: str
    steps: Sequence[Step]


@dataclass(frozen=True, slots=True)
class CallCard:
    id: str
    who: str
    when: Moment
    badge: str
    tone: Tone
    about: str
    steps: Sequence[Step]
    texts: Sequence[TextCard]


class Teller:
    """Tells stories as of one moment. `now`: UTC milliseconds."""

    def __init__(self, now: int, masked: Masked, line: LineName) -> None:
        self._now = now
        self._masked = masked
        self._line = line

    def call(self, story: CallStory) -> CallCard:
        call = story.call
        texts = [self.text(each) for each in story.texts]
        steps = [*self._call_steps(call), *(step for text in texts for step in text.steps)]
        badge, tone = (texts[-1].badge, texts[-1].tone) if texts else _without_text(call)
        about = f"{self._line(call.line) or 'a number that is none of our lines'} · {call.provider}"
        return CallCard(
            call.id, self._who(call), moment(call.arrived_at, self._now), badge, tone, about, sorted(steps, key=attrgetter("at")), texts
        )

    def text(self, story: TextStory) -> TextCard:
        text = story.text
        badge, tone = _state(text)
        about = f"{text.template} v{text.version} · {words.language(text.language)}"
        if text.body:
            about += f" · {words.count(count(text.body).parts, 'segment')}"
        steps = sorted(self._text_steps(story), key=attrgetter("at"))
        note = text.reason or "" if tone is Tone.BAD else ""
        return TextCard(
            text.id, text.call_id, self._who(text), moment(text.asked_at, self._now), badge, tone, about, note, text.body, steps
        )

    def _who(self, row: Row) -> str:
        return self._masked(row.phone) if row.phone is not None else words.caller(row.caller_kind).capitalize()

    def _step(self, at: int, title: str, detail: str = "", tone: Tone = Tone.PLAIN) -> Step:
        return Step(at, moment(at, self._now), title, detail, tone)

    def _call_steps(self, call: Row) -> Iterator[Step]:
        where = self._line(call.line) or "a number that is none of our lines: check lines.yaml and the provider's set-up"
        yield self._step(call.arrived_at, f"Call from a {words.caller(call.caller_kind)}", f"to {where}")
        if call.action == "opt_out" and call.caller_id is not None:
            yield self._step(call.arrived_at, "Opted out", "this caller gets no more texts from us", Tone.GOOD)
        if call.ended_at is not None:
            yield self._step(call.ended_at, "Call ended", _ended(call), Tone.BAD if call.outcome == CallOutcome.FAILED else Tone.PLAIN)

    def _text_steps(self, story: TextStory) -> Iterator[Step]:
        text = story.text
        if text.body:
            size = count(text.body)
            worded = f"{text.template} v{text.version} in {words.language(text.language)}"
            detail = f"{worded}, {words.count(size.parts, 'segment')} ({size.encoding})"
            yield self._step(text.asked_at, "Text asked for", detail)
        if text.state == TextState.DROPPED:
            yield self._step(text.ended_at or text.asked_at, "No text", words.dropped(text.reason))
        for number, attempt in enumerate(story.attempts, 1):
            yield from self._attempt_steps(number, attempt)
        for report in story.reports:
            said, tone = words.report(report.state)
            yield self._step(report.at, f"{report.provider} reports", _coded(said, report.code), tone)
        if text.state == TextState.FAILED and text.ended_at is not None:
            yield self._step(text.ended_at, "Given up", text.reason or "", Tone.BAD)
        for link in story.links:
            if link.opened_at is not None:
                detail = "once so far" if link.opens == 1 else f"first time; {link.opens} times so far"
                yield self._step(link.opened_at, "Link opened", detail, Tone.GOOD)

    def _attempt_steps(self, number: int, attempt: Row) -> Iterator[Step]:
        said, tone = words.attempt(attempt.state)
        if attempt.ended_at is None:
            yield self._step(attempt.started_at, f"Attempt {number}: {attempt.provider}", _coded(said, attempt.code), tone)
            return
        yield self._step(attempt.started_at, f"Attempt {number}: {attempt.provider}", "handed over")
        yield self._step(attempt.ended_at, f"Outcome at {attempt.provider}", _coded(said, attempt.code), tone)


def _state(text: Row) -> tuple[str, Tone]:
    label, tone = words.STATES[TextState(text.state)]
    return (f"{label}: {words.dropped(text.reason)}", tone) if text.state == TextState.DROPPED else (label, tone)


def _without_text(call: Row) -> tuple[str, Tone]:
    if call.action == "opt_out":
        return ("Opted out", Tone.GOOD) if call.caller_id is not None else ("Nobody to opt out", Tone.PLAIN)
    return ("Unknown line", Tone.BAD) if call.action == "unknown_line" else ("No text", Tone.PLAIN)


def _ended(call: Row) -> str:
    said = words.ENDED[CallOutcome(call.outcome)] if call.outcome in list(CallOutcome) else call.outcome or "no outcome on record"
    if call.outcome == CallOutcome.ANSWERED:
        said += f", {call.seconds} s of talk"
    return _coded(said, call.cause)


def _coded(said: str, code: str | None) -> str:
    return f"{said} ({code})" if code else said
