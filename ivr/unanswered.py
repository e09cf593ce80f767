"""What a call sets going that is not answered, and what it makes needless."""

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.callbacks.limits import CallBackHistory
from ivr.callbacks.wishes import CallBacks, is_planned
from ivr.consults.lifecycle import TAKING_A_PLACE
from ivr.consults.status import Status
from ivr.lines import Answer, CallBack, CancelCall, Line, OptOut, TextApp
from ivr.numbering import Party
from ivr.store import callers
from ivr.store.tx import Addition, Row, Tx
from ivr.texts.asking import Asking, Trigger
from ivr.texts.limits import History, drop_reason

_NO_TEXTS, _NO_CALL_BACKS = History(), CallBackHistory()


@dataclass(frozen=True, slots=True)
class Past:
    """What we know of a caller when they ring."""

    caller_id: str | None = None
    texts: History = _NO_TEXTS
    call_backs: CallBackHistory = _NO_CALL_BACKS
    consult: Row | None = None  # under way: its status is told, whatever the line does else
    tx: Tx | None = None  # None: a newcomer, of whom there is nothing to be read


@dataclass(frozen=True, slots=True)
class Unanswered:
    asking: Asking
    call_backs: CallBacks
    status: Status

    def past(self, tx: Tx, caller_id: str, line: Line | None, at: int) -> Past:
        """What a known caller had before, with the caller locked until commit."""
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
