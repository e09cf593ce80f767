"""Plivo's statuses and codes, sorted by what they mean to us. Calls and texts share no table: the same number means two things.

Sources: Plivo's pages on call statuses, hang-up causes, message states and message errors.
"""

from re import compile as regex

from ivr.model.events import CallOutcome, ReportState
from ivr.providers.codes import CodeTable

CALL_STATUSES = {
    "completed": CallOutcome.ANSWERED,
    "busy": CallOutcome.BUSY,
    "failed": CallOutcome.FAILED,
    "timeout": CallOutcome.NO_ANSWER,
    "no-answer": CallOutcome.NO_ANSWER,
    "cancel": CallOutcome.CANCELLED,
}
# By HangupCauseCode, which wins: CallStatus says "completed" of a call that was never answered. Every other code is a failure.
HANGUP_CAUSES = {
    "1000": CallOutcome.CANCELLED,
    "3000": CallOutcome.NO_ANSWER,
    "3010": CallOutcome.BUSY,
    "3020": CallOutcome.REJECTED,
    "3040": CallOutcome.REJECTED,
    "3100": CallOutcome.BUSY,
    "3110": CallOutcome.REJECTED,
    "4000": CallOutcome.ANSWERED,  # normal hang-up
    "4010": CallOutcome.ANSWERED,  # end of the document
    "4020": CallOutcome.ANSWERED,  # the conference ended
    "4030": CallOutcome.ANSWERED,  # removed from the conference
    "6000": CallOutcome.ANSWERED,  # talked until the time limit
    "6010": CallOutcome.NO_ANSWER,  # rang until the time limit
}
# A document could not be had (7…), or not be read (8…).
_NO_DOCUMENT = regex(r"70[1-3][0-9]|801[1-4]")
# How the phone took it that a Dial rang, by DialStatus.
DIAL_STATUSES = CALL_STATUSES
# Why a call could not be placed, by the same codes as hang-ups.
CALL_CODES = CodeTable(
    later={
        "3080": "the carrier failed",
        "3090": "the carriers are congested",
        "5030": "as many calls at once as the account may have",
    },
    never={
        "2000": "no such destination",
        "2010": "the destination is out of service",
        "3050": "nobody has this number",
        "3120": "nobody has this number",
        "3130": "the call was taken for spam",
    },
    account={
        "1010": "out of credit",
        "2030": "calls to this destination are barred",
        "2040": "calls to this destination are barred",
        "2050": "calls to this destination are barred",
        "2070": "an Indian call must stay in India from end to end",
        "3030": "the line that is shown is not ours to show",
        "3140": "the line that is shown is listed as one that never calls",
    },
)
_FULL_NUMBER = regex(r"[1-9][0-9]{7,14}")  # country code always included, no plus: Plivo's convention
TEXT_STATES = {
    "queued": ReportState.QUEUED,
    "sent": ReportState.SENT,
    "delivered": ReportState.DELIVERED,
    "read": ReportState.DELIVERED,
    "undelivered": ReportState.UNDELIVERED,
    "failed": ReportState.FAILED,
    "rejected": ReportState.FAILED,
}
TEXT_CODES = CodeTable(
    later={"20": "network error", "80": "phone away for now", "300": "dispatch failed", "1000": "unknown error"},
    never={
        "10": "the message is invalid",
        "30": "taken for spam",
        "50": "no such destination",
        "70": "the destination is permanently away",
        "100": "the carrier does not take it",
        "110": "the message is too long",
        "200": "the recipient has said STOP",
        "420": "expired before it could be delivered",
    },
    account={
        "40": "the sender is not ours to use",
        "60": "loop between carriers",
        "90": "no route to this destination",
        "201": "the sender is not allowed to send",
        "900": "out of credit",
        "910": "the account or the sender is disabled",
    },
    dlt=frozenset(str(code) for code in range(600, 633)),  # India's DLT scrubbing
)


def call_outcome(code: str, status: str, talked: int, picked_up: bool, gave_up: bool) -> CallOutcome | None:
    """How a call ended; the hang-up cause wins. None when neither is known.

    `picked_up`: the request names a moment of answering. `gave_up`: the end that rang hung up.
    """
    outcome = HANGUP_CAUSES.get(code, CallOutcome.FAILED) if code else CALL_STATUSES.get(status)
    if outcome is CallOutcome.ANSWERED and not talked and not picked_up:
        return CallOutcome.CANCELLED if gave_up else CallOutcome.NO_ANSWER
    return outcome


def by_document(code: str, source: str) -> bool:
    """Whether a call was ended by what a document said, or for want of one; whose document, Plivo does not say."""
    return bool(_NO_DOCUMENT.fullmatch(code)) or code == "4010" or (code == "4000" and source == "Answer XML")


def full_number(value: str) -> str:
    """`919845012345` → `+919845012345`. A national form or a word is left for `ivr.numbering` to judge."""
    return f"+{value}" if _FULL_NUMBER.fullmatch(value) else value


def error_code(value: object) -> str:
    """Plivo's error code as text; its "000" means none."""
    text = "" if value is None else str(value)
    return "" if text == "000" else text
