"""What operators did to a thing, as it stands in its story. Pure."""

from ivr.oversight import Action
from ivr.store.tx import Row
from ivr.web.ops.steps import Pen, Step
from ivr.web.ops.words import Tone

DID: dict[Action, str] = {
    Action.REVEAL_NUMBER: "saw the number",
    Action.RESEND_LINK: "sent the link again",
    Action.BLOCK_CALLER: "blocked the caller",
    Action.UNBLOCK_CALLER: "took the block off the caller",
    Action.END_CALL: "ended the call",
    Action.REFUND_CONSULT: "gave the money back",
    Action.REQUEUE_CONSULT: "had a doctor sought again",
    Action.PAUSE_LINE: "paused the line",
    Action.RESUME_LINE: "opened the line again",
    Action.PAUSE_TEXTS: "stopped all texts",
    Action.RESUME_TEXTS: "let texts go out again",
    Action.REQUEUE_JOBS: "had failed jobs done again",
    Action.TAKE_ALARM: "took the alarm",
    Action.ANSWER_GRIEVANCE: "answered the grievance",
    Action.IMPORT_DOCTORS: "read in doctors",
    Action.VERIFY_DOCTOR: "verified the doctor",
    Action.SET_DUTY: "set the doctor's duty",
    Action.CHANGE_SHIFTS: "changed shifts",
    Action.EXPORT_TABLE: "took a table out",
}


def did(action: str) -> str:
    return DID[Action(action)] if action in list(Action) else action.replace("_", " ")


def step(row: Row, pen: Pen) -> Step:
    """`row`: of the audit."""
    return pen.step(row.at, f"{row.operator} {did(row.action)}", row.reason, Tone.WAIT)
