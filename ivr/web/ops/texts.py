"""Texts as an operator reads them: asked for, tried, reported on, opened. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from re import compile as regex

from ivr.store.console import TextStory
from ivr.store.tx import Row
from ivr.texts.lifecycle import TextState
from ivr.texts.segments import count
from ivr.web.ops import words
from ivr.web.ops.steps import Pen, Step, coded
from ivr.web.ops.when import Moment, moment
from ivr.web.ops.words import Tone

_TOKEN = regex(r"(https?://\S+/)[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class TextCard:
    id: str
    call_id: str  # "" of a text about an alarm
    who: str
    when: Moment
    badge: str
    tone: Tone
    about: str
    note: str  # why it failed, as the provider put it
    body: str
    steps: Sequence[Step]


def text_card(story: TextStory, who: str, pen: Pen) -> TextCard:
    text = story.text
    badge, tone = _state(text)
    about = f"{text.template} v{text.version} · {words.language(text.language)}"
    if text.body:
        about += f" · {words.count(count(text.body).parts, 'segment')}"
    steps = sorted(_text_steps(story, pen), key=attrgetter("at"))
    note = text.reason or "" if tone is Tone.BAD else ""
    return TextCard(text.id, text.call_id or "", who, moment(text.asked_at, pen.now), badge, tone, about, note, shown(text), steps)


def shown(text: Row) -> str:
    """Its words; of links only where they lead: whoever has one can pay, or have a call booked, or open a patient's papers."""
    return _TOKEN.sub(r"\1…", text.body)


def brief_steps(story: TextStory, pen: Pen) -> Iterator[Step]:
    """As much as the story of something else needs: that it was asked for, and what came of it."""
    text, href = story.text, f"/ops/texts/{story.text.id}"
    label, tone = _state(text)
    if text.state == TextState.DROPPED:
        yield pen.step(text.ended_at or text.asked_at, f"Text {text.template}", label, tone, href=href)
        return
    yield pen.step(text.asked_at, f"Text {text.template}", f"asked for, in {words.language(text.language)}", href=href)
    told = [text.ended_at, text.sent_at, *(report.at for report in story.reports)]
    if ends := [at for at in told if at is not None]:
        yield pen.step(max(ends), f"Text {text.template}", label.lower(), tone, href=href)
    yield from _opened(story, pen)


def _text_steps(story: TextStory, pen: Pen) -> Iterator[Step]:
    text = story.text
    if text.body:
        size = count(text.body)
        worded = f"{text.template} v{text.version} in {words.language(text.language)}"
        detail = f"{worded}, {words.count(size.parts, 'segment')} ({size.encoding})"
        yield pen.step(text.asked_at, "Text asked for", detail, href=f"/ops/texts/{text.id}")
    if text.state == TextState.DROPPED:
        yield pen.step(text.ended_at or text.asked_at, "No text", words.dropped(text.reason), href=f"/ops/texts/{text.id}")
    for number, attempt in enumerate(story.attempts, 1):
        yield from _attempt_steps(number, attempt, pen)
    for report in story.reports:
        said, tone = words.report(report.state)
        yield pen.step(report.at, f"{report.provider} reports", coded(said, report.code), tone)
    if text.state == TextState.FAILED and text.ended_at is not None:
        yield pen.step(text.ended_at, "Given up", text.reason or "", Tone.BAD)
    yield from _opened(story, pen)


def _opened(story: TextStory, pen: Pen) -> Iterator[Step]:
    for link in story.links:
        if link.opened_at is not None:
            detail = "once so far" if link.opens == 1 else f"first time; {link.opens} times so far"
            yield pen.step(link.opened_at, "Link opened", detail, Tone.GOOD)


def _attempt_steps(number: int, attempt: Row, pen: Pen) -> Iterator[Step]:
    said, tone = words.attempt(attempt.state)
    if attempt.ended_at is None:
        yield pen.step(attempt.started_at, f"Attempt {number}: {attempt.provider}", coded(said, attempt.code), tone)
        return
    yield pen.step(attempt.started_at, f"Attempt {number}: {attempt.provider}", "handed over")
    yield pen.step(attempt.ended_at, f"Outcome at {attempt.provider}", coded(said, attempt.code), tone)


def _state(text: Row) -> tuple[str, Tone]:
    label, tone = words.STATES[TextState(text.state)]
    return (f"{label}: {words.dropped(text.reason)}", tone) if text.state == TextState.DROPPED else (label, tone)
