"""One doctor's day as an operator reads it: calls and texts about duty, patients they were rung for, what operators did. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from json import loads
from operator import attrgetter

from ivr.connecting.lifecycle import OfferState
from ivr.doctors.duty_texts import DUTY_BY_KEY, DUTY_OFF, DUTY_ON, DUTY_ONE_MORE, DUTY_PAUSED, DUTY_UNPLANNED, DUTY_UNPROVEN
from ivr.doctors.statement import Statement, rupees
from ivr.store.console_doctors import DoctorsDay
from ivr.store.tx import Row
from ivr.texts.lifecycle import TextState
from ivr.web.ops import words
from ivr.web.ops.steps import Pen, Step
from ivr.web.ops.when import lasted
from ivr.web.ops.words import Tone

OFFERS: Mapping[OfferState, tuple[str, Tone]] = {
    OfferState.RINGING: ("the phone rings", Tone.WAIT),
    OfferState.ANSWERED: ("picked up, no key yet", Tone.WAIT),
    OfferState.ACCEPTED: ("accepted by key 1", Tone.WAIT),
    OfferState.COMPLETED: ("accepted, and they talked", Tone.GOOD),
    OfferState.LOST: ("accepted, and then one of the two was not to be had", Tone.BAD),
    OfferState.PASSED: ("passed by key 2", Tone.PLAIN),
    OfferState.WENT_OFF: ("went off duty by key 3", Tone.PLAIN),
    OfferState.MISSED: ("nobody picked up, or nobody pressed a key", Tone.BAD),
    OfferState.BUSY: ("the phone was busy", Tone.PLAIN),
    OfferState.FAILED: ("the phone could not be rung", Tone.BAD),
    OfferState.RESCINDED: ("taken back: another doctor was faster, or nobody waited any more", Tone.PLAIN),
    OfferState.EXPIRED: ("nobody ever said what became of it", Tone.BAD),
}
DISPOSITIONS = {
    "done": "done",
    "needs_visit": "the patient needs a visit",
    "emergency": "an emergency: sent to hospital, refunded",
    "not_suitable": "not suitable by phone: refunded",
}
TOLD = {
    DUTY_ON: "on duty",
    DUTY_UNPLANNED: "on duty, without a shift that is planned",
    DUTY_ONE_MORE: "on duty for one more patient",
    DUTY_PAUSED: "paused",
    DUTY_OFF: "off duty",
    DUTY_UNPROVEN: "not on duty: nobody pressed 1",
    DUTY_BY_KEY: "to go on duty by key, for a missed call may not ring them now",
}
_DEEDS = {
    "set_duty": "Duty set on their behalf",
    "verify_doctor": "Registration verified",
    "change_shifts": "Shifts changed",
}


def figures(done: Statement) -> list[tuple[str, str]]:
    """What the day came to, by the statement's own rules."""
    return [
        ("Consults completed", f"{done.consults}" + (f", of them {done.follow_ups} follow-ups" if done.follow_ups else "")),
        ("Minutes with patients", str(done.minutes)),
        ("Stood by in vain", words.count(done.stand_bys, "time")),
        ("Earned", f"₹{rupees(done.total)}: fees ₹{rupees(done.fee)}, standing by ₹{rupees(done.stand_by)}"),
    ]


def steps(day: DoctorsDay, line: Callable[[str], str], pen: Pen) -> Sequence[Step]:
    """Everything of the day, oldest first."""
    found = [*_calls(day.calls, line, pen), *_texts(day.texts, pen), *_offers(day.offers, pen), *_deeds(day.deeds, pen)]
    return sorted(found, key=attrgetter("at"))


def _calls(calls: Sequence[Row], line: Callable[[str], str], pen: Pen) -> Iterator[Step]:
    for each in calls:
        where = line(each.line) or "a number that is none of our lines"
        if each.dial_id is not None:
            yield pen.step(each.arrived_at, "Picked up our call", f"menu {each.flow}", call_id=each.id)
        elif each.flow is not None:
            yield pen.step(each.arrived_at, "Rang us", f"{where}, menu {each.flow}", call_id=each.id)
        else:
            yield pen.step(each.arrived_at, "Gave a missed call", where, call_id=each.id)


def _texts(texts: Sequence[Row], pen: Pen) -> Iterator[Step]:
    for each in texts:
        if each.state == TextState.DROPPED:
            how = f"no text: {words.dropped(each.reason)}"
        else:
            how = words.STATES[TextState(each.state)][0].lower() if each.state in list(TextState) else each.state
        yield pen.step(each.asked_at, f"Told: {TOLD.get(each.template, each.template)}", f"by text, {how}")


def _offers(offers: Sequence[Row], pen: Pen) -> Iterator[Step]:
    for each in offers:
        said, tone = OFFERS[OfferState(each.state)] if each.state in list(OfferState) else (each.state, Tone.PLAIN)
        parts = [said]
        if each.ended_at is not None:
            parts.append(f"after {lasted(each.ended_at - each.created_at)}")
        if each.theirs:
            parts += _consult(each)
        yield pen.step(each.created_at, f"Rung for consult {each.reference}", " · ".join(parts), tone, call_id=each.call_id)


def _consult(of: Row) -> list[str]:
    talked = [f"{lasted(of.together_ms)} together"] if of.together_ms else []
    word = [DISPOSITIONS.get(of.disposition, of.disposition)] if of.disposition else []
    return [*talked, *word, f"consult {of.consult_state.replace('_', ' ')}"]


def _deeds(deeds: Sequence[Row], pen: Pen) -> Iterator[Step]:
    for each in deeds:
        said = "; ".join(part for part in (_detail(each.detail), each.reason) if part)
        yield pen.step(each.at, f"{_DEEDS.get(each.action, each.action.replace('_', ' ').capitalize())} by {each.operator}", said)


def _detail(kept: str) -> str:
    """`wish: off`, `added: mon 09:00-13:00`."""
    try:
        return ", ".join(f"{name.replace('_', ' ')}: {_word(value)}" for name, value in loads(kept).items())
    except (ValueError, AttributeError):  # written by another version
        return ""


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("_", " ")
