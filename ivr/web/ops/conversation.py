"""A voice menu as an operator reads it: turn by turn, what the caller did, where they came, what they then heard. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from json import loads

from ivr.callbacks.lifecycle import CallBackState
from ivr.menus.keeping import read_heard, read_reply
from ivr.model.replies import Reply, Say
from ivr.model.values import Phone
from ivr.store.console import CallStory
from ivr.store.console_voice import Conversation
from ivr.texts.lifecycle import TextState
from ivr.web.ops import words, words_voice
from ivr.web.ops.steps import Pen, Step
from ivr.web.ops.when import due, lasted, moment
from ivr.web.ops.words import Tone

_NOBODY = Phone("+911111111")  # whom a kept Ring rang is not kept
_STRANGE = "kept in a way that this version cannot read"


@dataclass(frozen=True, slots=True)
class Said:
    """Words in one language; `code` is for the browser, `language` for the reader."""

    code: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class TurnCard:
    since: str  # the answer: 0:07
    did: str
    step: str  # where that led, "" at the end
    said: Sequence[Said]
    then: str
    lasted: str
    came: Sequence[str]  # what it set going


@dataclass(frozen=True, slots=True)
class MenuSummary:
    """How far a caller came. `live`: nobody has told us of its end, and it may still go on."""

    badge: str
    tone: Tone
    turns: int
    live: bool


def summary(story: CallStory, now: int, longest_ms: int) -> MenuSummary | None:
    """None for a call that was never answered. `longest_ms`: no call lasts longer."""
    call, turns = story.call, story.stood
    if call.flow is None:
        return None
    last = next((turn.step for turn in reversed(turns) if turn.step), "its first words")
    live = call.ended_at is None and now - call.arrived_at <= longest_ms
    if live:
        badge, tone = f"Menu: live at {last}", Tone.WAIT
    elif turns and turns[-1].step == "":
        badge, tone = f"Menu: heard to its end after {last}", Tone.GOOD
    elif call.ended_at is None:
        badge, tone = f"Menu: no word of its end, last at {last}", Tone.PLAIN
    else:
        badge, tone = f"Menu: ended at {last}", Tone.PLAIN
    return MenuSummary(badge, tone, len(turns), live)


def turn_cards(found: Conversation, story: CallStory, live: bool, now: int) -> list[TurnCard]:
    turns = found.turns
    if not turns:
        return []
    ends = [*(turn.at for turn in turns[1:]), story.call.ended_at or (now if live else None)]
    came = _came(found, story, now)
    return [
        TurnCard(
            since=_clock(turn.at - turns[0].at),
            did=did(turn.heard),
            step=turn.step,
            said=[] if (reply := _reply(turn.reply)) is None else _said(reply, turn.place),
            then=_STRANGE if reply is None else words_voice.then(reply),
            lasted="" if end is None else lasted(end - turn.at) + (" so far" if live and turn is turns[-1] else ""),
            came=[what for at, what in came if at == turn.at],
        )
        for turn, end in zip(turns, ends, strict=True)
    ]


def menu_steps(found: Conversation, pen: Pen) -> Iterator[Step]:
    """Grievances and voice notes among the other steps of a call."""
    for note in found.notes:
        yield pen.step(note.at, "Voice note kept", f"{note.seconds} s, agreed to as {note.consent}")
    for each in found.grievances:
        answer_due = due(each.due_at, pen.now)
        yield pen.step(each.created_at, f"Grievance {each.reference}", f"an answer is due by {answer_due.ist}, {answer_due.ago}", Tone.WAIT)


def _came(found: Conversation, story: CallStory, now: int) -> list[tuple[int, str]]:
    """What turns set going: it has the turn's own time, for it was committed with it."""
    texts = [
        (each.asked_at, f"{'no ' if each.state == TextState.DROPPED else ''}text {each.template}")
        for each in (each.text for each in story.texts)
    ]
    calls = [
        (kept.created_at, "no call back" if kept.state == CallBackState.DROPPED else f"call back, due {moment(kept.due_at, now).ist}")
        for kept in (each.call_back for each in story.call_backs)
    ]
    notes = [(each.at, f"voice note, {each.seconds} s") for each in found.notes]
    return [*texts, *calls, *notes, *((each.created_at, f"grievance {each.reference}") for each in found.grievances)]


def did(heard: str) -> str:
    """What the caller did, as it is kept."""
    try:
        return words_voice.did(read_heard(heard))
    except (ValueError, TypeError, KeyError):
        return _STRANGE


def _reply(kept: str) -> Reply | None:
    try:
        return read_reply(kept, _NOBODY)
    except (ValueError, TypeError):
        return None


def _said(reply: Reply, place: str) -> list[Said]:
    """Neighbours of one language together. A recording's is the caller's own."""
    spoken = [(_code(each, place), text) for each in getattr(reply, "spoken", ()) if (text := getattr(each, "text", ""))]
    return [Said(code, words.language(code), " ".join(text for _, text in run)) for code, run in groupby(spoken, key=lambda pair: pair[0])]


def _code(spoken: object, place: str) -> str:
    if isinstance(spoken, Say):
        return str(spoken.voice.tag).partition("-")[0]
    try:
        return str(loads(place)["language"])
    except (ValueError, TypeError, KeyError):
        return ""


def _clock(ms: int) -> str:
    return f"{ms // 60_000}:{ms // 1000 % 60:02}"
