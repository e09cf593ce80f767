"""A deed of an operator: who does it, why, when; who may; and how it is said that it cannot be done."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.model.errors import IvrError
from ivr.operators import Role
from ivr.oversight import Action, note
from ivr.store import audit
from ivr.store.tx import Tx

JUST_NOW_MS = 60_000
"""The same again within so long is the same wish, sent twice."""

NEEDS: Mapping[Action, Role] = {
    Action.REVEAL_NUMBER: Role.OPERATOR,  # who is to ring a caller must see the number; each look is written down
    Action.RESEND_LINK: Role.OPERATOR,
    Action.BLOCK_CALLER: Role.OPERATOR,
    Action.UNBLOCK_CALLER: Role.OPERATOR,
    Action.END_CALL: Role.OPERATOR,
    Action.REFUND_CONSULT: Role.OPERATOR,  # money goes back to who paid it and nowhere else, and a patient need not wait for an admin
    Action.REQUEUE_CONSULT: Role.OPERATOR,
    Action.PAUSE_LINE: Role.OPERATOR,
    Action.RESUME_LINE: Role.OPERATOR,
    Action.PAUSE_TEXTS: Role.ADMIN,  # without links nobody can pay, and doctors get no cards
    Action.RESUME_TEXTS: Role.ADMIN,
    Action.REQUEUE_JOBS: Role.OPERATOR,
    Action.TAKE_ALARM: Role.OPERATOR,
}


class CannotBeDone(IvrError):
    """Says plainly why not. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Deed:
    """`at`: UTC milliseconds. `reason`: as `oversight.reason_given` keeps it."""

    operator: str
    reason: str
    at: int

    def note(self, tx: Tx, action: Action, subject: str, subject_id: str, caller_id: str | None = None, **detail: object) -> None:
        """Its row of the audit."""
        given = {"subject": subject, "subject_id": subject_id, "caller_id": caller_id, "reason": self.reason}
        note(tx, self.at, self.operator, action, **given, **detail)  # type: ignore[arg-type]

    def not_twice(self, tx: Tx, action: Action, subject_id: str) -> None:
        """CannotBeDone when it was done to this a moment ago: a button that was pressed twice. Whatever it is done to is locked."""
        if audit.done_since(tx, subject_id, action, self.at - JUST_NOW_MS):
            raise CannotBeDone("this was done a moment ago; it is not done twice")
