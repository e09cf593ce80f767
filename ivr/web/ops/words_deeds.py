"""What the console says of what operators do. Pure."""

from collections.abc import Mapping

from ivr.lines import Answer, CallBack, CancelCall, Line, OnDuty, OptOut, TextApp
from ivr.oversight import Action

DONE: Mapping[Action, str] = {
    Action.REVEAL_NUMBER: "looked at a number",
    Action.RESEND_LINK: "sent a link again",
    Action.BLOCK_CALLER: "blocked a caller",
    Action.UNBLOCK_CALLER: "unblocked a caller",
    Action.END_CALL: "ended a call",
    Action.REFUND_CONSULT: "refunded a consult",
    Action.REQUEUE_CONSULT: "had a doctor looked for again",
    Action.PAUSE_LINE: "paused a line",
    Action.RESUME_LINE: "let a line go on",
    Action.PAUSE_TEXTS: "paused all texts",
    Action.RESUME_TEXTS: "let texts go on",
    Action.REQUEUE_JOBS: "put failed jobs back",
    Action.TAKE_ALARM: "took an alarm",
    Action.ANSWER_GRIEVANCE: "answered a grievance",
    Action.IMPORT_DOCTORS: "imported doctors",
    Action.VERIFY_DOCTOR: "verified a doctor",
    Action.SET_DUTY: "set a doctor’s duty",
    Action.CHANGE_SHIFTS: "changed shifts",
    Action.EXPORT_TABLE: "exported a table",
}
"""As the access log tells it, and the story of what it was done to."""

LABELS: Mapping[Action, str] = {
    Action.REVEAL_NUMBER: "Show the number",
    Action.RESEND_LINK: "Send the link again",
    Action.BLOCK_CALLER: "Block the caller",
    Action.UNBLOCK_CALLER: "Unblock the caller",
    Action.END_CALL: "End the call",
    Action.REFUND_CONSULT: "Refund",
    Action.REQUEUE_CONSULT: "Look for a doctor again",
    Action.PAUSE_LINE: "Pause",
    Action.RESUME_LINE: "Let it go on",
    Action.PAUSE_TEXTS: "Pause all texts",
    Action.RESUME_TEXTS: "Let texts go on",
    Action.REQUEUE_JOBS: "Put failed jobs back",
    Action.TAKE_ALARM: "Take this alarm",
}
"""On their buttons."""

AFTERWARDS: Mapping[Action, str] = {
    Action.RESEND_LINK: "The text is on its way. Its page tells how it goes.",
    Action.BLOCK_CALLER: "Their calls are rejected from now on.",
    Action.UNBLOCK_CALLER: "Their next call is taken as anybody’s.",
    Action.END_CALL: "The provider is asked to hang up now. The call’s page says when it has.",
    Action.REFUND_CONSULT: "The gateway is asked for the refund now, and the patient is told by SMS.",
    Action.REQUEUE_CONSULT: "A doctor is looked for now.",
    Action.PAUSE_LINE: "The line is paused. All processes know within a second.",
    Action.RESUME_LINE: "The line takes calls again.",
    Action.PAUSE_TEXTS: "No text leaves from now on.",
    Action.RESUME_TEXTS: "Texts go out again, first those that waited.",
    Action.TAKE_ALARM: "It is yours. Nobody else is called about it.",
}

GRAVE = frozenset(
    {Action.BLOCK_CALLER, Action.END_CALL, Action.REFUND_CONSULT, Action.PAUSE_LINE, Action.PAUSE_TEXTS},
)
"""Whose buttons look like what they are."""

_DOES: Mapping[type, str] = {
    TextApp: "missed call: texts the app link",
    CallBack: "missed call: calls back with a menu",
    Answer: "answers with a menu",
    OptOut: "missed call: opts out",
    CancelCall: "missed call: cancels coming calls",
    OnDuty: "missed call: a doctor goes on duty",
}
_WHILE_PAUSED: Mapping[type, str] = {
    TextApp: "A missed call to it is written down, and brings no text.",
    CallBack: "A missed call to it is written down, and nobody is called back; calls that were planned wait until the line goes on.",
    Answer: "Who rings hears one sentence: we cannot take the call now, and whom to dial in an emergency. No menu, no key.",
}


def did(action: str) -> str:
    """`action`: as the audit keeps it; of one that has gone out of use, its name."""
    return DONE[Action(action)] if action in list(Action) else action.replace("_", " ")


def does(line: Line) -> str:
    return _DOES[type(line.action)]


def while_paused(line: Line) -> str:
    return _WHILE_PAUSED.get(type(line.action), "")


def sentence(words: str) -> str:
    """As it begins and ends on a page."""
    return words[:1].upper() + words[1:] + ("" if words.endswith(".") else ".")
