"""A missed call from somebody with a consult under way: they are told how it stands, and nothing else is begun."""

from dataclasses import dataclass

from ivr.callbacks.wishes import CallBacks
from ivr.consults.desk import MOST_RESENT, Desk, hurry
from ivr.consults.lifecycle import TAKING_A_PLACE, TOLD_FIRST, ConsultState
from ivr.consults.telling import REFUND, rupees
from ivr.model.values import Paise, Phone
from ivr.store import consults as store
from ivr.store.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Status:
    desk: Desk
    call_backs: CallBacks

    def of(self, tx: Tx, caller_id: str) -> Row | None:
        """The caller's consult, locked, if its status comes before anything else."""
        return store.open_of(tx, caller_id, TOLD_FIRST, lock=True)

    def tell(self, tx: Tx, consult: Row, at: int) -> None:
        """Waiting for its payment: the same link again, twice at most, and the gateway is asked now. Paid: called. Going back: texted."""
        match consult.state:
            case ConsultState.AWAITING_PAYMENT:
                hurry(tx, consult.id, at)
                if consult.resent < MOST_RESENT:
                    store.change(tx, consult.id, resent=consult.resent + 1)
                    self.desk.text_link(tx, consult, at, check=False)
            case ConsultState.REFUNDING:
                quote, telling = store.quote_of(tx, consult.id), self.desk.telling
                if quote is not None:
                    values = {"amount": rupees(Paise(quote.paise)), "reference": consult.reference}
                    telling.tell(tx, telling.trigger(consult, at), REFUND, values)
            case state if state in TAKING_A_PLACE:
                self.call(tx, consult, at)

    def call(self, tx: Tx, consult: Row, at: int) -> None:
        """Call somebody who has paid: the call begins with how their consult stands. A line that is gone sounds the alarm in its turn."""
        number = Phone(consult.line)
        line = self.desk.telling.lines.find(number)
        flow = line.flow if line is not None and line.flow is not None else ""
        self.call_backs.call_paid(tx, call_id=consult.call_id, caller_id=consult.caller_id, line=number, flow=flow, at=at)
