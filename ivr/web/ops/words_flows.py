"""What the console says of flows, in plain words. Pure."""

from ivr.alarms.paging import FLOW as PAGE_FLOW
from ivr.connecting.legs import PATIENT_FLOW
from ivr.connecting.offers import FLOW as OFFER_FLOW
from ivr.doctors.duty_texts import HELLO_FLOW, WORD_FLOW
from ivr.flow.model import (
    Ask,
    Branch,
    ChooseLanguage,
    Do,
    End,
    Goto,
    Hold,
    JoinRoom,
    Menu,
    Return,
    RingPhone,
    Run,
    Say,
    Settle,
    Step,
    VoiceNote,
)

KINDS: dict[type, str] = {
    Say: "says",
    Menu: "menu",
    ChooseLanguage: "choice of language",
    Ask: "question",
    Branch: "fact",
    Do: "effect",
    Hold: "hold",
    VoiceNote: "voice note",
    RingPhone: "rings a phone",
    Settle: "settles",
    JoinRoom: "room",
    Run: "flow within",
    Goto: "other flow",
    Return: "returns",
    End: "hangs up",
}

WHO = {"operator": "somebody of the clinic", "caller": "the caller whom the alarm is about"}

CALLED: dict[str, str] = {
    OFFER_FLOW: "our call to a doctor on duty, for a patient who waits",
    PATIENT_FLOW: "our call to a patient who has paid, or whose doctor is there",
    HELLO_FLOW: "our call to a doctor who went on duty",
    WORD_FLOW: "our call to a doctor who says what came of a consult",
    PAGE_FLOW: "our call to somebody on call, about an alarm",
}
"""Flows that no line begins with, and that begin calls of ours."""


def kind(step: Step) -> str:
    return KINDS[type(step)]
