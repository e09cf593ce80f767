"""Consults that were paid and wait for their doctor, and those that are with one. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ivr.consults.lifecycle import ConsultState
from ivr.model.india import IST
from ivr.routing.waiting import Band, Estimate
from ivr.store.tx import Row
from ivr.web.ops.when import lasted, moment
from ivr.web.ops.words import Tone, count, language

S = ConsultState
_LONG_MS = 5 * 60_000
"""A wait that nobody is told a figure for (see `Band.OVER_5`)."""
BANDS: dict[Band, str] = {
    Band.UNDER_1: "under 1 min",
    Band.FROM_1_TO_2: "1 to 2 min",
    Band.FROM_2_TO_5: "2 to 5 min",
    Band.OVER_5: "over 5 min: a call back is offered",
}
_WAITING = (S.PAID, S.OFFERING)


@dataclass(frozen=True, slots=True)
class ConsultNow:
    id: str
    reference: str
    who: str
    language: str
    doing: str
    doctor: str  # whom `doing` names, ""
    doctor_id: str
    tone: Tone
    waits: str  # "" when nobody waits
    estimate: str
    told: str  # the longest wait that was spoken of
    late: bool


@dataclass(frozen=True, slots=True)
class Queue:
    consults: Sequence[ConsultNow]
    waiting: int
    longest: str
    estimate: str  # for who waits longest to come: the widest of the bands
    late: bool


def queue_now(rows: Sequence[Row], expect: Callable[[Row], Estimate], now: int, masked: Callable[[bytes], str]) -> Queue:
    waiting = [row for row in rows if _waits(row, now)]
    bands = {row.id: expect(row).band for row in waiting}
    longest = max((now - (row.seeks_since or now) for row in waiting), default=0)
    return Queue(
        consults=[consult_now(row, bands.get(row.id), now, masked) for row in rows],
        waiting=len(waiting),
        longest=lasted(longest) if waiting else "",
        estimate=BANDS[max(bands.values())] if bands else "",
        late=longest >= _LONG_MS,
    )


def consult_now(row: Row, band: Band | None, now: int, masked: Callable[[bytes], str]) -> ConsultNow:
    doing, tone = _doing(row, now)
    waited = now - (row.seeks_since or now)
    return ConsultNow(
        id=row.id,
        reference=row.reference,
        who=masked(row.phone),
        language=language(row.language),
        doing=doing + (", on hold" if row.holds_since is not None and band is not None else ""),
        doctor=row.doctor or "",
        doctor_id=row.doctor_id or "",
        tone=tone,
        waits=lasted(waited) if band is not None else "",
        estimate="" if band is None else BANDS[band],
        told="" if row.told_wait_s is None or band is None else f"at most {row.told_wait_s // 60} min",
        late=band is not None and waited >= _LONG_MS,
    )


def _waits(row: Row, now: int) -> bool:
    """A call that was booked for a time waits from then on."""
    return row.state in _WAITING or (row.state == S.CALLBACK_BOOKED and row.slot_at is not None and row.slot_at <= now)


def _doing(row: Row, now: int) -> tuple[str, Tone]:
    match row.state:
        case S.PAID:
            return "looking for a doctor", Tone.WAIT
        case S.OFFERING:
            return f"{count(row.rings, 'doctor')} rung", Tone.WAIT
        case S.CONNECTING:
            return f"{row.doctor or 'a doctor'} accepted, being connected", Tone.WAIT
        case S.TALKING if row.together_since is not None:
            return f"talking with {row.doctor}, {lasted(row.together_ms + now - row.together_since)}", Tone.GOOD
        case S.TALKING:
            return f"talking with {row.doctor}", Tone.GOOD
        case S.RECOVERING:
            return f"cut off ({row.lost or 'one of the two'}): being rung again", Tone.BAD
        case _:
            return f"call booked for {_clock(row.slot_at, now)}", Tone.PLAIN


def _clock(at: int | None, now: int) -> str:
    if at is None:
        return "later"
    shown = moment(at, now).ist
    return shown.rpartition(":")[0] + f" {IST.tzname(None)}" if shown.count(":") == 2 else shown
