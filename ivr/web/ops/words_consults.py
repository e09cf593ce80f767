"""What the console says of consults, and of doctors who are rung for them, in plain words. Pure; `words_money.py` has the money."""

from collections.abc import Mapping
from json import loads
from typing import Any

from ivr.connecting.lifecycle import OfferState
from ivr.consults.lifecycle import ConsultState
from ivr.routing.ranking import Rung
from ivr.routing.rating import Rest
from ivr.web.ops.when import lasted
from ivr.web.ops.words import Tone, count

CONSULTS: dict[ConsultState, tuple[str, Tone]] = {
    ConsultState.TRIAGED: ("Passed the emergency screen", Tone.WAIT),
    ConsultState.QUOTED: ("Has heard the price", Tone.WAIT),
    ConsultState.AWAITING_PAYMENT: ("Waits for the payment", Tone.WAIT),
    ConsultState.PAID: ("Paid, and a doctor is sought", Tone.WAIT),
    ConsultState.OFFERING: ("A doctor is being rung", Tone.WAIT),
    ConsultState.CONNECTING: ("A doctor has accepted; the two are being joined", Tone.WAIT),
    ConsultState.TALKING: ("Patient and doctor are talking", Tone.GOOD),
    ConsultState.RECOVERING: ("Cut off; whoever is missing is rung again", Tone.WAIT),
    ConsultState.CALLBACK_BOOKED: ("To be called at a time", Tone.WAIT),
    ConsultState.WRAP_UP: ("They have talked; the doctor may still say what came of it", Tone.GOOD),
    ConsultState.REFUNDING: ("The money goes back", Tone.WAIT),
    ConsultState.COMPLETED: ("Completed", Tone.GOOD),
    ConsultState.REFUNDED: ("Refunded", Tone.PLAIN),
    ConsultState.LAPSED: ("Never paid", Tone.PLAIN),
    ConsultState.CANCELLED: ("Cancelled", Tone.PLAIN),
    ConsultState.EMERGENCY: ("An emergency: not for a phone", Tone.BAD),
}

WHYS: dict[str, str] = {
    "not paid in time": "the time to pay was over",
    "no doctor in time": "no doctor came by the time that was promised",
    "by key": "the caller chose it by key",
    "begun anew": "the caller began again, and that consult is the one that counts",
    "emergency": "the emergency questions found a danger sign",
    "an emergency, says the doctor": "the doctor found an emergency",
    "not for a phone, says the doctor": "the doctor found that a phone will not do",
    "booked a call instead": "no doctor could have come, and the caller booked a call instead",
    "refunded at the gateway": "somebody refunded it at the gateway, by hand",
    "not the amount quoted": "it was not the amount that was quoted",
    "paid twice": "the consult was paid already",
    "paid too late": "it came when no place was kept any more",
}
"""Why a consult ended, or its money goes back."""

OFFERS: dict[OfferState, tuple[str, Tone]] = {
    OfferState.RINGING: ("the phone rings", Tone.WAIT),
    OfferState.ANSWERED: ("picked up, and no key yet", Tone.WAIT),
    OfferState.ACCEPTED: ("pressed 1: the patient is theirs", Tone.GOOD),
    OfferState.COMPLETED: ("talked with the patient", Tone.GOOD),
    OfferState.LOST: ("accepted, but one of the two was not to be had", Tone.BAD),
    OfferState.PASSED: ("pressed 2: not this patient", Tone.PLAIN),
    OfferState.WENT_OFF: ("pressed 3: off duty", Tone.PLAIN),
    OfferState.MISSED: ("nobody picked up, or nobody pressed a key", Tone.PLAIN),
    OfferState.BUSY: ("the line was busy, or the ring was declined", Tone.PLAIN),
    OfferState.FAILED: ("the provider could not ring this phone", Tone.BAD),
    OfferState.RESCINDED: ("taken back: another doctor was faster, or nobody waits any more", Tone.PLAIN),
    OfferState.EXPIRED: ("nobody ever said what became of it", Tone.BAD),
}

RUNGS: dict[Rung, str] = {
    Rung.PREVIOUS: "the doctor who saw this patient before",
    Rung.LANGUAGE: "speaks the caller’s language, and is asked among the first",
    Rung.TIER: "speaks the caller’s language, and is asked later than others",
    Rung.COMMON: "speaks Hindi or English, to which the caller agreed",
}
"""Where on the ladder of who may be rung a doctor stands."""

PARTS: dict[str, str] = {
    "continuity": "for having seen this patient before",
    "language": "for how well they speak the language",
    "idle": "for how long they have been free, and how often they pick up",
    "penalty": "for being one to ask later",
}
"""What a doctor's points are for."""

RESTS: dict[Rest, str] = {
    Rest.WRAP_UP: "wrapping up after a talk",
    Rest.PASSED: "passed on a patient",
    Rest.BUSY: "was on another call",
    Rest.MISSED: "missed a ring",
    Rest.PAUSED: "missed too many rings in a row: paused until the next sign of life",
}
"""Why a doctor is not rung for a while."""

EVENTS: dict[str, tuple[str, Tone]] = {
    "offered": ("A doctor is rung", Tone.PLAIN),
    "accepted": ("A doctor accepted", Tone.GOOD),
    **{state.value: (f"Offer: {said}", tone) for state, (said, tone) in OFFERS.items() if state is not OfferState.ACCEPTED},
    "doctor_rung_again": ("The doctor is rung again", Tone.WAIT),
    "patient_rung": ("The patient is rung", Tone.PLAIN),
    "told_wait": ("The wait was spoken of", Tone.PLAIN),
    "requeued": ("An operator had a doctor sought again", Tone.PLAIN),
    "place_kept": ("A call was booked", Tone.PLAIN),
    "together": ("Patient and doctor hear each other", Tone.GOOD),
    "dropped": ("Cut off", Tone.BAD),
    "ended": ("The talk is over", Tone.PLAIN),
    "disposed": ("The doctor said what came of it", Tone.PLAIN),
    "agreed": ("The patient agreed that the short talk was enough", Tone.GOOD),
    "card_opened": ("The doctor opened the card", Tone.PLAIN),
    "card_locked": ("The card was locked: a wrong PIN, five times", Tone.BAD),
    "film_came": ("The patient sent a photo", Tone.PLAIN),
    "prescription_promised": ("The doctor promised a prescription", Tone.WAIT),
    "prescription_not_needed": ("The doctor said that no prescription is needed", Tone.PLAIN),
    "prescription_sent": ("The doctor sent a prescription", Tone.GOOD),
}
"""What stands in a consult's log."""

DISPOSITIONS: dict[str, str] = {
    "done": "done",
    "needs_visit": "the patient should come and be seen",
    "emergency": "an emergency: all the money goes back",
    "not_suitable": "not for a phone: all the money goes back",
}

SCREENS: dict[str, tuple[str, Tone]] = {
    "clear": ("Passed the emergency questions", Tone.GOOD),
    "red": ("Told of a danger sign", Tone.BAD),
    "unclear": ("Could not be asked the emergency questions", Tone.BAD),
}

PATIENTS: dict[str, str] = {"self": "the caller", "other": "somebody for whom the caller rings"}
ROLES: dict[str, str] = {"patient": "The patient", "doctor": "The doctor"}


def consult(state: str) -> tuple[str, Tone]:
    return CONSULTS[ConsultState(state)] if state in list(ConsultState) else (state, Tone.PLAIN)


def why(reason: str | None) -> str:
    """An operator's own words as they are."""
    return WHYS.get(reason or "", reason or "")


def offer(state: str) -> tuple[str, Tone]:
    return OFFERS[OfferState(state)] if state in list(OfferState) else (state, Tone.PLAIN)


def event(name: str) -> tuple[str, Tone]:
    return EVENTS.get(name, (name.replace("_", " ").capitalize(), Tone.PLAIN))


def event_detail(name: str, kept: str) -> str:
    """What a line of the log adds; "" where it has nothing for a reader, or is of another version."""
    match name, _read(kept):
        case "told_wait", {"at_most_s": int(seconds)}:
            return f"at most {lasted(seconds * 1000)}"
        case "dropped", {"lost": str(role), "together_ms": int(ms)}:
            return f"{ROLES.get(role, role).lower()} was gone, after {lasted(ms)} together"
        case "disposed", {"which": str(which)}:
            return DISPOSITIONS.get(which, which)
        case "prescription_sent", {"pages": int(pages)}:
            return count(pages, "page")
        case _:
            return ""


def slot(kept: str) -> int | None:
    """For when a call was booked, by a line of the log: UTC milliseconds."""
    at = _read(kept).get("slot_at")
    return at if isinstance(at, int) else None


def ranked(kept: str) -> str:
    """Why this doctor, at this moment: the points, and what they are for, the rung of the ladder, how long the caller had waited."""
    found = _read(kept)
    score, parts, waited, rung = (found.get(name) for name in ("score", "parts", "waited_ms", "rung"))
    if not isinstance(score, int | float):
        return ""
    said = f"{_number(score)} points"
    if isinstance(parts, dict):
        counted = [f"{_number(part)} {PARTS.get(name, name)}" for name, part in parts.items() if isinstance(part, int | float) and part]
        said += f" ({', '.join(counted)})" if counted else ""
    if rung in list(Rung):
        said += f"; {RUNGS[Rung(rung)]}"
    return said + (f"; after {lasted(waited)} of waiting" if isinstance(waited, int) else "")


def _read(kept: str) -> Mapping[str, Any]:
    try:
        found = loads(kept)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0").replace("-", "−")
