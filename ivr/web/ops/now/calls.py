"""Calls that are live: who, on which line, where in the flow, with whom, how long. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from ivr.store.tx import Row
from ivr.web.ops.when import lasted
from ivr.web.ops.words import Tone

_ENDING = "hears the last words"
_BEGINNING = "hears the first words"


@dataclass(frozen=True, slots=True)
class CallNow:
    """`call_id` is "" while the phone still rings: there is no page of it yet."""

    key: str  # stays the same while the call lasts
    call_id: str
    who: str
    doctor: str  # whose phone we rang, ""
    doctor_id: str
    line: str
    doing: str
    other: str  # the doctor whom `doing` names, ""
    other_id: str
    tone: Tone
    step: str  # flow and step, "" where none is heard
    about: str  # the consult's reference, ""
    consult_id: str
    lasts: str


def call_now(row: Row, now: int, masked: Callable[[bytes], str], line: Callable[[str], str]) -> CallNow:
    doing, tone, in_menu = _doing(row, now)
    return CallNow(
        key=row.id,
        call_id=row.call_id or "",
        who=masked(row.phone) if row.phone is not None else "withheld number",
        doctor=row.doctor_rung or "",
        doctor_id=row.rung_id or "",
        line=line(row.line or ""),
        doing=doing,
        other=row.doctor or "",
        other_id=row.doctor_id or "",
        tone=tone,
        step=(row.step or "") if in_menu else "",
        about=row.reference or "",
        consult_id=row.consult_id or "",
        lasts=lasted(now - row.since),
    )


def _doing(row: Row, now: int) -> tuple[str, Tone, bool]:
    """What is going on, how it looks, and whether the step of the flow says more."""
    other = _other(row)
    if row.call_id is None:
        return "phone rings", Tone.WAIT, False
    if row.joins_at is not None and row.room == row.consult_room:
        return f"in a room with {other}, {lasted(now - row.joins_at)}", Tone.GOOD, False
    if row.waits_at is not None:
        return f"on hold for {other}, {lasted(now - row.waits_at)}", Tone.WAIT, True
    if row.doctor_rung:
        return f"hears of consult {row.reference}" if row.reference else "talks to us", Tone.WAIT, True
    if row.step is None:
        return _BEGINNING, Tone.PLAIN, False
    return ("in the menu", Tone.PLAIN, True) if row.step else (_ENDING, Tone.PLAIN, False)


def _other(row: Row) -> str:
    """Whom this leg is brought together with."""
    if row.role == "doctor":
        return "the patient"
    return str(row.doctor) if row.doctor else "a doctor"
