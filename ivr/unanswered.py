"""What a call sets going that is not answered, and what it makes needless."""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.callbacks.limits import CallBackHistory
from ivr.callbacks.wishes import CallBacks, is_planned
from ivr.consults.lifecycle import TAKING_A_PLACE, ConsultState
from ivr.consults.status import Status
from ivr.lines import Answer, CallBack, CancelCall, Line, OptOut, TextApp
from ivr.numbering import Party
from ivr.pauses import Pauses
from ivr.store import blocks, callers
from ivr.store.tx import Addition, Row, Tx
from ivr.texts.asking import Asking, Trigger
from ivr.texts.limits import History, drop_reason

BLOCKED, PAUSED = "blocked", "paused"
"""What a call came to (`call.action`) whose caller the clinic keeps out, or whose line is switched off."""

_NO_TEXTS, _NO_CALL_BACKS = History(), CallBackHistory()
_CAN_BE_SHUT = TextApp | CallBack | Answer  # by the other lines people say no, and doctors that they work: these are never shut


@dataclass(frozen=True, slots=True)
class Past:
    """What we know of a caller when they ring."""

    caller_id: str | None = None
    texts: History = _NO_TEXTS
    call_backs: CallBackHistory = _NO_CALL_BACKS
    consult: Row | None = None  # under way: its status is told, whatever the line does else
    tx: Tx | None = None  # None: a newcomer, of whom there is nothing to be read
    shut: str = ""  # BLOCKED or PAUSED: nothing follows from this call


@dataclass(frozen=True, slots=True)
class Unanswered:
    asking: Asking
    call_backs: CallBacks
    status: Status
    pauses: Pauses

    def is_paused(self, line: Line | None, at: int) -> bool:
        """Whether this line is switched off. Asked before the transaction, for now and then it takes a look of its own. DatabaseAway."""
        return line is not None and isinstance(line.action, _CAN_BE_SHUT) and self.pauses.holds(line.number, at)

    def past(self, tx: Tx, caller_id: str, line: Line | None, at: int, *, blocked: bool, paused: bool) -> Past:
        """What a known caller had before, with the caller locked until commit. `blocked`: the clinic keeps them out.

        A line that is paused still answers who is owed a doctor, and doctors; and still tells how a paid consult stands.
        """
        if blocked and line is not None and isinstance(line.action, _CAN_BE_SHUT):
            return Past(caller_id, tx=tx, shut=BLOCKED)
        past = self._past(tx, caller_id, line, at)
        if line is None or not paused:
            return past
        if isinstance(line.action, Answer):
            told = blocks.spares(tx, caller_id)
        else:
            told = past.consult is not None and past.consult.state != ConsultState.AWAITING_PAYMENT
        return past if told else Past(caller_id, tx=tx, shut=PAUSED)

    def _past(self, tx: Tx, caller_id: str, line: Line | None, at: int) -> Past:
        callers.lock(tx, caller_id)
        match line:
            case Line(action=TextApp(template)):
                consult = self.status.of(tx, caller_id)
                return Past(caller_id, texts=self.asking.history(tx, caller_id, line, template, at), consult=consult, tx=tx)
            case Line(action=CallBack()) if (consult := self.status.of(tx, caller_id)) is not None and consult.state in TAKING_A_PLACE:
                return Past(caller_id, consult=consult, tx=tx)  # paid: called at once, which no quiet hours hold up
            case Line(action=CallBack() | Answer()):
                return Past(caller_id, call_backs=self.call_backs.history(tx, caller_id, at), tx=tx)
            case _:
                return Past(caller_id, tx=tx)

    def follow(self, line: Line, party: Party, call_id: str, caller_id: str | None, past: Past, at: int) -> list[Addition]:
        """What an unanswered call sets going."""
        match line.action:
            case TextApp() | CallBack() if past.consult is not None:
                return []
            case TextApp(template):
                reason = drop_reason(party.kind, past.texts, texting=self.asking.texting, limits=self.asking.limits)
                return self.asking.rows(Trigger(call_id, caller_id, line, line.language, at), template, reason)
            case CallBack() | Answer() as action:  # who rang to be answered, and could not be, is called back at once
                return self.call_backs.wish(
                    call_id=call_id,
                    caller_id=caller_id,
                    kind=party.kind,
                    line=line.number,
                    flow=action.flow,
                    delay_s=action.delay_s if isinstance(action, CallBack) else 0,
                    history=past.call_backs,
                    at=at,
                )
            case OptOut() if caller_id is not None and past.caller_id is None:
                return [callers.opt_out_addition(caller_id, f"call {call_id}", at)]
            case _:
                return []

    def undo(self, tx: Tx, caller_id: str, line: Line, call_id: str, rows: Sequence[Addition], answered: bool, at: int) -> None:
        """What a call, whose `rows` are to be written, makes needless. One we neither answer nor call back leaves a call back standing."""
        match line.action:
            case CancelCall():
                self.call_backs.cancel(tx, caller_id, "missed call", at)
            case OptOut():
                self.call_backs.cancel(tx, caller_id, "missed call", at)
                callers.opt_out(tx, caller_id, f"call {call_id}", at)
            case TextApp():
                self.call_backs.rang_again(tx, caller_id, at)
            case CallBack() | Answer() if answered or is_planned(rows):
                self.call_backs.rang_again(tx, caller_id, at)
