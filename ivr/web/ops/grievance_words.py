"""Grievances as an operator reads them: by when an answer is owed, how the complaint was made, what was done about it. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ivr.menus.keeping import read_heard
from ivr.store.console_grievances import GrievanceStory
from ivr.store.tx import Row
from ivr.texts.lifecycle import TextState
from ivr.web.ops import words, words_voice
from ivr.web.ops.when import Moment, due, moment
from ivr.web.ops.words import Tone

_STRANGE = "kept in a way that this version cannot read"


@dataclass(frozen=True, slots=True)
class GrievanceRow:
    """One of a list. `late`: it should have been answered by now, or was answered after it was due."""

    id: str
    reference: str
    who: str
    made: Moment
    due: Moment
    late: bool
    with_note: bool
    answered: Moment | None
    by: str


@dataclass(frozen=True, slots=True)
class GrievancePage:
    row: GrievanceRow
    call_id: str
    open: bool
    badges: Sequence[tuple[str, Tone]]
    facts: Sequence[tuple[str, str]]
    answer: str  # "" of an open one


def grievance_row(row: Row, masked: Callable[[bytes], str], now: int) -> GrievanceRow:
    return GrievanceRow(
        id=row.id,
        reference=row.reference,
        who=masked(row.phone) if row.phone is not None else words.caller(row.caller_kind).capitalize(),
        made=moment(row.created_at, now),
        due=due(row.due_at, now),
        late=(row.answered_at or now) > row.due_at,
        with_note=bool(row.with_note),
        answered=moment(row.answered_at, now) if row.answered_at is not None else None,
        by=row.answered_by or "",
    )


def grievance_page(story: GrievanceStory, masked: Callable[[bytes], str], line: Callable[[str], str], now: int) -> GrievancePage:
    found, row = story.grievance, grievance_row(story.grievance, masked, now)
    step, did = _made(story.turns)
    facts = [
        ("Line", line(found.line) or "a number that is none of our lines"),
        ("Menu step", step),
        ("What the caller did", did),
        ("Voice note", _notes(story.notes)),
        ("Acknowledged", _acknowledged(story)),
    ]
    return GrievancePage(row, found.call_id, found.state == "open", [_badge(found.state, row)], facts, found.answer or "")


def _badge(state: str, row: GrievanceRow) -> tuple[str, Tone]:
    if state == "answered" and row.answered is None:
        return "Answered", Tone.GOOD  # before it was noted when
    if state == "answered":
        return ("Answered late", Tone.WAIT) if row.late else ("Answered in time", Tone.GOOD)
    return ("Late: no answer yet", Tone.BAD) if row.late else ("Open", Tone.WAIT)


def _made(turns: Sequence[Row]) -> tuple[str, str]:
    """Where the caller stood when the complaint was written down, and what they did there: the last turn tells."""
    if not turns:
        return "not on record", "not on record"
    step = turns[-2].step if len(turns) > 1 else "the beginning"
    try:
        return step, words_voice.did(read_heard(turns[-1].heard))
    except (ValueError, TypeError, KeyError):
        return step, _STRANGE


def _notes(notes: Sequence[Row]) -> str:
    if not notes:
        return "none"
    told = ", ".join(f"{note.seconds} s, agreed to as {note.consent}" for note in notes)
    return f"yes: {told}. It is with the provider, among the recordings of that call"


def _acknowledged(story: GrievanceStory) -> str:
    told = story.told
    if told is None:
        return "no text: there is no number to text" if story.grievance.caller_id is None else "no text: texts.yaml had none for it"
    if told.state == TextState.DROPPED:
        return f"no text: {words.dropped(told.reason)}"
    label = words.STATES[TextState(told.state)][0] if told.state in list(TextState) else told.state
    return f"by text with the reference: {label.lower()}"
