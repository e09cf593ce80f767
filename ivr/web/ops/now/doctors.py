"""Doctors who are not off duty: what each does, why they are not rung, and until when. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ivr.consults.lifecycle import ConsultState
from ivr.routing.rating import Rest
from ivr.store.presence import IDLE, OFF, ONE_MORE, PAUSE
from ivr.store.tx import Row
from ivr.web.ops.overview import Tile
from ivr.web.ops.when import due, lasted
from ivr.web.ops.words import Tone


class Doing(StrEnum):
    """In the order in which they are listed."""

    TALKING = "talking"
    ACCEPTED = "accepted"
    RINGING = "ringing"
    FREE = "free"
    WRAP_UP = "wrap-up"
    RESTING = "not rung for a while"
    PAUSED = "paused"
    UNPROVEN = "to press 1"
    ENDING = "duty ends"


_TONES = {
    Doing.TALKING: Tone.GOOD,
    Doing.FREE: Tone.GOOD,
    Doing.ACCEPTED: Tone.WAIT,
    Doing.RINGING: Tone.WAIT,
    Doing.PAUSED: Tone.WAIT,
}
_ON_DUTY = (Doing.TALKING, Doing.ACCEPTED, Doing.RINGING, Doing.FREE, Doing.WRAP_UP, Doing.RESTING)
RESTS: dict[Rest, str] = {
    Rest.WRAP_UP: "writes up the last consult",
    Rest.PASSED: "passed on a patient",
    Rest.BUSY: "was on another call",
    Rest.MISSED: "did not pick up",
    Rest.PAUSED: "missed too many rings in a row: any sign of life ends it",
}


@dataclass(frozen=True, slots=True)
class DoctorNow:
    id: str
    name: str
    doing: Doing
    tone: Tone
    why: str
    until: str
    reference: str  # of the consult, ""
    consult_id: str


def doctors_now(rows: Sequence[Row], now: int) -> list[DoctorNow]:
    order = list(Doing)
    return sorted((doctor_now(row, now) for row in rows), key=lambda each: (order.index(each.doing), each.name))


def doctor_now(row: Row, now: int) -> DoctorNow:
    doing, why, until = _doing(row, now)
    last = "; one more, then off duty" if row.intent == ONE_MORE else "; off duty after this" if row.intent == OFF else ""
    said = f"{why}{last}".removeprefix("; ")
    tone = _TONES.get(doing, Tone.PLAIN)
    return DoctorNow(row.doctor_id, row.name, doing, tone, said, _until(until, now), row.reference or "", row.consult_id or "")


def tiles(found: Sequence[DoctorNow]) -> list[Tile]:
    """On duty is who could be rung now or a little later; who has paused is not."""
    many = Counter(each.doing for each in found)
    on_duty = sum(many[doing] for doing in _ON_DUTY)
    return [
        ("on duty", on_duty, Tone.PLAIN if on_duty else Tone.BAD),
        ("free", many[Doing.FREE], Tone.GOOD if many[Doing.FREE] else Tone.PLAIN),
        ("ringing", many[Doing.RINGING], Tone.WAIT if many[Doing.RINGING] else Tone.PLAIN),
        ("accepted", many[Doing.ACCEPTED], Tone.WAIT if many[Doing.ACCEPTED] else Tone.PLAIN),
        ("talking", many[Doing.TALKING], Tone.GOOD if many[Doing.TALKING] else Tone.PLAIN),
        ("wrap-up", many[Doing.WRAP_UP] + many[Doing.RESTING], Tone.PLAIN),
        ("paused, besides", many[Doing.PAUSED], Tone.WAIT if many[Doing.PAUSED] else Tone.PLAIN),
    ]


def _doing(row: Row, now: int) -> tuple[Doing, str, int | None]:
    if row.state != IDLE:
        return _at_a_consult(row, now)
    if row.intent == PAUSE:
        return Doing.PAUSED, "by their own key", row.turns_at or row.on_until
    if row.proven_at is None:
        return Doing.UNPROVEN, "rang the duty line, and has not pressed 1 on our call yet", row.on_until
    if row.free_at > now:
        return _resting(row)
    if not row.counts:
        return Doing.ENDING, "not rung any more: their duty, or their registration, is over in minutes", row.on_until
    return Doing.FREE, f"idle for {lasted(now - row.idle_since)}", row.on_until


def _at_a_consult(row: Row, now: int) -> tuple[Doing, str, int | None]:
    if row.offer_state in ("ringing", "answered"):
        said = "the phone rings" if row.offer_state == "ringing" else "hears who the patient is"
        return Doing.RINGING, f"{said}, {lasted(now - row.rung_at)}", None
    if row.consult_state == ConsultState.WRAP_UP:
        return Doing.WRAP_UP, "says what came of it", None
    since = "" if row.accepted_at is None else f"{lasted(now - row.accepted_at)} ago"
    if row.consult_state == ConsultState.TALKING:
        return Doing.TALKING, f"accepted {since}".strip(), None
    cut_off = row.consult_state == ConsultState.RECOVERING
    said = "cut off, both are being connected again" if cut_off else "the patient is being connected"
    return Doing.ACCEPTED, f"{since}, {said}".removeprefix(", "), None


def _resting(row: Row) -> tuple[Doing, str, int | None]:
    why = RESTS[Rest(row.rest)] if row.rest in list(Rest) else "not rung for a while"
    doing = {Rest.WRAP_UP: Doing.WRAP_UP, Rest.PAUSED: Doing.PAUSED}.get(row.rest, Doing.RESTING)
    return doing, why, row.free_at


def _until(at: int | None, now: int) -> str:
    if at is None:
        return ""
    shown = due(at, now)
    day, _, clock = shown.ist.rpartition(" ")
    return f"{clock[:5]}, {shown.ago}" if at - now < 12 * 60 * 60 * 1000 else f"{day} {clock[:5]}"
