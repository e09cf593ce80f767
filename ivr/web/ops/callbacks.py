"""Call backs as an operator reads them: what was asked for, each ring, and why it came to nothing. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from ivr.callbacks.lifecycle import CallBackState
from ivr.store.console_voice import CallBackStory
from ivr.store.tx import Row
from ivr.web.ops import words, words_voice
from ivr.web.ops.steps import Pen, Step, coded
from ivr.web.ops.when import Moment, due, moment
from ivr.web.ops.words import Tone


@dataclass(frozen=True, slots=True)
class CallBackCard:
    when: Moment  # asked for
    badge: str
    tone: Tone
    about: str
    due: Moment | None  # of one that is still to come
    why: str
    consent: str


def call_back_card(story: CallBackStory, line: str, now: int) -> CallBackCard:
    """`line`: the name of the number that the phone shows."""
    kept = story.call_back
    label, tone = words_voice.call_back(kept.state)
    tries = words.count(kept.tries, "ring") if kept.tries else "no ring yet" if kept.ended_at is None else "no ring"
    return CallBackCard(
        when=moment(kept.created_at, now),
        badge=label,
        tone=tone,
        about=f"asked for {words_voice.wished(kept.reason)} · shows {line} · menu {kept.flow} · {tries}",
        due=due(kept.due_at, now) if kept.state == CallBackState.PLANNED else None,
        why=words_voice.why(kept.state, kept.why) if kept.why else "",
        consent=words_voice.consent(kept.consent) if kept.consent else "",
    )


def badge(story: CallBackStory) -> tuple[str, Tone]:
    label, tone = words_voice.call_back(story.call_back.state)
    reason = story.call_back.why
    return (f"{label}: {words_voice.why(story.call_back.state, reason)}", tone) if reason else (label, tone)


def call_back_steps(story: CallBackStory, pen: Pen) -> Iterator[Step]:
    kept = story.call_back
    if kept.state != CallBackState.DROPPED or story.dials:
        yield pen.step(kept.created_at, "Call back asked for", words_voice.wished(kept.reason))
    for number, dial in enumerate(story.dials, 1):
        yield from _dial_steps(number, dial, pen)
    if kept.state == CallBackState.PLANNED:  # it stands behind all that has been
        yield pen.step(max(kept.due_at, kept.created_at), "Call back due", due(kept.due_at, pen.now).ago, Tone.WAIT)
    elif kept.why is not None:
        label, tone = words_voice.call_back(kept.state)
        yield pen.step(kept.ended_at or kept.created_at, label, words_voice.why(kept.state, kept.why), tone)


def asked_by(found: Row, pen: Pen) -> Step:
    """Why we placed a call."""
    return pen.step(found.created_at, "Asked for", words_voice.wished(found.reason), call_id=found.trigger_call_id or "")


def _dial_steps(number: int, dial: Row, pen: Pen) -> Iterator[Step]:
    said, tone = words_voice.dialled(dial.state)
    title = f"Ring {number}: {dial.provider}"
    if dial.ended_at is None:
        yield pen.step(dial.started_at, title, coded(said, dial.code), tone, dial.became or "")
        return
    yield pen.step(dial.started_at, title, "handed over", call_id=dial.became or "")
    yield pen.step(dial.ended_at, f"Ring {number} over", coded(said, dial.code), tone)
