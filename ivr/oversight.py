"""What operators do leaves a trace: who, when, what, to what, and why."""

from enum import StrEnum
from json import dumps
from re import compile as regex

from ivr.model.errors import IvrError
from ivr.model.ids import new_id
from ivr.store import audit
from ivr.store.tx import Tx

LONGEST_REASON = 300
BY_COMMAND = "command line"
"""Who did it at a terminal: no operator is called so, for their names have no blanks."""
_A_NUMBER = regex(r"\d(?:[\s().-]*\d){9}")  # a reference has eight digits, a phone ten and more


class Action(StrEnum):
    """Everything that an operator can do, in the console and at the command line."""

    REVEAL_NUMBER = "reveal_number"
    RESEND_LINK = "resend_link"
    BLOCK_CALLER = "block_caller"
    UNBLOCK_CALLER = "unblock_caller"
    END_CALL = "end_call"
    REFUND_CONSULT = "refund_consult"
    REQUEUE_CONSULT = "requeue_consult"
    PAUSE_LINE = "pause_line"
    RESUME_LINE = "resume_line"
    PAUSE_TEXTS = "pause_texts"
    RESUME_TEXTS = "resume_texts"
    REQUEUE_JOBS = "requeue_jobs"
    TAKE_ALARM = "take_alarm"
    ANSWER_GRIEVANCE = "answer_grievance"
    IMPORT_DOCTORS = "import_doctors"
    VERIFY_DOCTOR = "verify_doctor"
    SET_DUTY = "set_duty"
    CHANGE_SHIFTS = "change_shifts"
    EXPORT_TABLE = "export_table"


class ReasonMissing(IvrError):
    """An operator must say why: what to change."""


def reason_given(text: str) -> str:
    """The reason as it is kept. ReasonMissing when there is none, it is too long, or a phone number stands in it."""
    reason = " ".join(text.replace("\0", " ").split())  # PostgreSQL keeps no NUL
    if not reason:
        raise ReasonMissing("say why, in a few words: it stands in the access log")
    if len(reason) > LONGEST_REASON:
        raise ReasonMissing(f"say it in {LONGEST_REASON} characters at most")
    if _A_NUMBER.search(reason):
        raise ReasonMissing("write no phone number: whom it is about is kept beside the reason")
    return reason


def note(
    tx: Tx,
    now: int,
    operator: str,
    action: Action,
    *,
    subject: str,
    subject_id: str,
    caller_id: str | None = None,
    reason: str = "",
    **detail: object,
) -> None:
    """One row of the audit, in the transaction that does it. `now`: UTC milliseconds. `detail` carries no number and no secret."""
    audit.add(
        tx,
        id=new_id(now),
        at=now,
        operator=operator,
        action=str(action),
        subject=subject,
        subject_id=subject_id,
        caller_id=caller_id,
        reason=reason,
        detail=dumps(detail),
    )
