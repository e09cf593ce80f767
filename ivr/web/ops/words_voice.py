"""What the console says of voice menus and call backs, in plain words. Pure; `words.py` has calls and texts."""

from json import loads

from ivr.alarms.taking import TAKEN, TOO_SLOW
from ivr.callbacks.lifecycle import CallBackState, DialState
from ivr.callbacks.limits import DropReason, Stop
from ivr.callbacks.plan import CALL_LATER, CONNECT, DUTY, MISSED_CALL, OFFER, PAGE, PAID, WORD
from ivr.flow.turns import Begun, Event, Resumed
from ivr.model.events import CallOutcome, Left, Pressed, Rang, Recorded, Silence
from ivr.model.replies import Gather, HangUp, Join, Record, Redirect, Reject, Reply, Ring
from ivr.web.ops.words import Tone, language

ACTIONS: dict[str, tuple[str, Tone]] = {
    "text": ("No text", Tone.PLAIN),
    "opt_out": ("Opted out", Tone.GOOD),
    "call_back_wish": ("No call back", Tone.PLAIN),
    "cancel_call": ("Cancelled coming calls", Tone.GOOD),
    "on_duty": ("Rang the doctors' line", Tone.PLAIN),
    "menu": ("Not answered: no language can be heard", Tone.BAD),
    "menu_missed": ("Over before it was answered", Tone.PLAIN),
    "call_back": ("Called back", Tone.GOOD),
    "consult_status": ("Told how their consult stands", Tone.GOOD),
    "unknown_line": ("Unknown line", Tone.BAD),
    "blocked": ("Not taken: the caller is blocked", Tone.PLAIN),
    "paused": ("Not taken: the line is paused", Tone.WAIT),
}
"""What a line did when it rang (`call.action`), in a badge, where no text, menu or call back tells more."""

WISHES: dict[str, str] = {
    MISSED_CALL: "by a missed call",
    CALL_LATER: "by key",
    PAID: "by a payment: the caller was promised it",
    OFFER: "for a patient who waits: a doctor on duty is rung",
    CONNECT: "by a doctor who accepted and is on the line",
    DUTY: "by a doctor who went on duty, to hear that it was they",
    WORD: "by a doctor who says what came of a consult, to hear that it is they",
    PAGE: "by an alarm, for somebody on call",
}

CALL_BACKS: dict[CallBackState, tuple[str, Tone]] = {
    CallBackState.PLANNED: ("Call back planned", Tone.WAIT),
    CallBackState.DIALLING: ("Calling back", Tone.WAIT),
    CallBackState.RINGING: ("The phone rings", Tone.WAIT),
    CallBackState.TALKING: ("Called back, talking", Tone.WAIT),
    CallBackState.STOPPING: ("Calling back for the last time", Tone.WAIT),
    CallBackState.DONE: ("Called back", Tone.GOOD),
    CallBackState.GIVEN_UP: ("Call back given up", Tone.BAD),
    CallBackState.CANCELLED: ("Call back cancelled", Tone.PLAIN),
    CallBackState.DROPPED: ("No call back", Tone.PLAIN),
}

NOT_CALLED: dict[DropReason, str] = {
    DropReason.FOREIGN: "we call Indian phones only",
    DropReason.WITHHELD: "the caller withheld the number",
    DropReason.SPECIAL: "short codes, toll-free and service numbers are not called",
    DropReason.OWN_LINE: "it was one of our own lines",
    DropReason.INVALID: "the number is not valid",
    DropReason.OPTED_OUT: "this caller has opted out",
    DropReason.UNDER_WAY: "this caller's phone was ringing already, or we were talking",
    DropReason.OVERTAKEN: "told late; the caller has asked again since, and that wish counts",
    DropReason.DAILY_LIMIT: "this caller has had the day's call backs already",
    DropReason.SWITCHED_OFF: "calling back is switched off: AUTODIALER_NOTICE_REF is not set",
    DropReason.NO_PROVIDER: "the line's provider cannot call such a number: see the alarm",
}

STOPPED: dict[Stop, str] = {
    Stop.RANG_AGAIN: "the caller rang again, and that call is the one that counts",
    Stop.LINK_OPENED: "the caller has opened a link of ours meanwhile",
    Stop.OPTED_OUT: "the caller has opted out",
    Stop.REPLACED: "the caller chose another time",
    Stop.SWITCHED_OFF: "calling back is switched off: AUTODIALER_NOTICE_REF is not set",
    Stop.BLOCKED: "the clinic has blocked this caller",
    Stop.LINE_GONE: "its line is not in lines.yaml any more",
    Stop.NOTHING_TO_SAY: "its menu was taken out of flows/, or none of its languages can be heard any more",
    Stop.DAILY_LIMIT: "this caller's phone has rung often enough for one day",
    Stop.TOO_LATE: "a day too late: it would be a nuisance",
    Stop.NOT_REACHED: "nobody picked up, however often we called",
    Stop.NOT_WANTED: "another doctor was faster, or nobody waits any more",
    Stop.NOT_OWED: "the caller’s consult is over, or its money goes back",
}

TAKEN_BACK: dict[str, str] = {
    "by key": "the caller cancelled it by key",
    "missed call": "the caller cancelled it by a missed call",
    TAKEN: "the alarm was taken",
    TOO_SLOW: "it did not ring in time, and the next on call was tried",
}

DIALS: dict[DialState, tuple[str, Tone]] = {
    DialState.DIALLING: ("the provider is being asked", Tone.WAIT),
    DialState.UNKNOWN: ("no clear answer; we are asking the provider whether it rang", Tone.WAIT),
    DialState.RINGING: ("it rings", Tone.WAIT),
    DialState.TALKING: ("picked up", Tone.GOOD),
    DialState.MACHINE: ("picked up, but nobody there: a machine, most likely", Tone.WAIT),
    DialState.TRY_LATER: ("the provider was busy; we try again", Tone.WAIT),
    DialState.ACCOUNT: ("the provider refused our account: see the alarm", Tone.BAD),
    DialState.ABSENT: ("the provider has no trace of it; we try again", Tone.WAIT),
    DialState.NEVER: ("refused for good", Tone.BAD),
    DialState.REACHED: ("a person was there", Tone.GOOD),
    DialState.NOT_REACHED: ("nobody was there", Tone.PLAIN),
}

RANG: dict[CallOutcome, str] = {
    CallOutcome.ANSWERED: "spoke with a colleague",
    CallOutcome.BUSY: "was not put through: the colleague’s phone was busy",
    CallOutcome.NO_ANSWER: "was not put through: no colleague picked up",
    CallOutcome.CANCELLED: "was not put through: the ringing was stopped",
    CallOutcome.REJECTED: "was not put through: the colleague declined",
    CallOutcome.FAILED: "was not put through: the colleague’s phone could not be rung",
}


def action(word: str) -> tuple[str, Tone]:
    return ACTIONS.get(word, (word, Tone.PLAIN))


def call_back(state: str) -> tuple[str, Tone]:
    return CALL_BACKS[CallBackState(state)] if state in list(CallBackState) else (state, Tone.PLAIN)


def wished(reason: str) -> str:
    return WISHES.get(reason, reason)


def why(state: str, reason: str) -> str:
    """Why a call back came to nothing; a provider's own words as they are."""
    if state == CallBackState.DROPPED and reason in list(DropReason):
        return NOT_CALLED[DropReason(reason)]
    return STOPPED[Stop(reason)] if reason in list(Stop) else TAKEN_BACK.get(reason, reason)


def dialled(state: str) -> tuple[str, Tone]:
    return DIALS[DialState(state)] if state in list(DialState) else (state, Tone.PLAIN)


def did(event: Event) -> str:
    """What the caller did: the beginning of a turn."""
    match event:
        case Begun():
            return "was answered"
        case Resumed():
            return "was answered, and goes on where the last call was cut off"
        case Pressed(keys):
            return f"pressed {' '.join(keys)}"
        case Silence():
            return "said nothing"
        case Recorded(_, seconds):
            return f"left a voice note, {seconds} s"
        case Rang(outcome, seconds):
            return RANG[outcome] + (f", {seconds} s" if outcome is CallOutcome.ANSWERED else "")
        case Left():
            return "left the room"


def then(reply: Reply) -> str:
    """What we do after the last word of a turn."""
    match reply:
        case Gather(digits=digits):
            return "waits for a key" if digits == 1 else f"waits for up to {digits} keys"
        case Record():
            return "records"
        case Ring():
            return "rings a colleague"
        case HangUp() | Reject():
            return "hangs up"
        case Redirect():
            return "goes on"
        case Join():
            return "is in the room"


def consent(evidence: str) -> str:
    """Of a booked call: what was pressed where, in which language, and the fingerprint of the wording."""
    try:
        kept = loads(evidence)
        pressed = loads(kept["heard"]).get("pressed", "")
        return f"key {pressed} at {kept['step']}, in {language(kept['language'])}, wording {kept['words']}"
    except (ValueError, KeyError, TypeError, AttributeError):  # written by another version
        return evidence
