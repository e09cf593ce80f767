"""Calls that broke off in the middle, through our fault: whoever was talking to us is called back, as for a missed call.

A call of ours is such a call when the database stayed away and we said so, or when somebody else's document, or none, ended it.
Who has paid for a doctor needs nothing: the search goes on, and rings them. Neither does a doctor, nor who is on call: the next is rung.
"""

from dataclasses import dataclass
from json import loads

from ivr.callbacks.dials import locked
from ivr.callbacks.plan import CALL_LATER, MISSED_CALL
from ivr.callbacks.wishes import CallBacks
from ivr.consults.lifecycle import TAKING_A_PLACE
from ivr.lines import Lines
from ivr.menus.conversation import Menus
from ivr.model.events import CallCutOff, CallEnded
from ivr.model.values import Phone
from ivr.oversight import Action
from ivr.store import audit, callbacks, callers, consults, dials, turns
from ivr.store import calls as store
from ivr.store.tx import Row, Tx

_THEIR_OWN = (MISSED_CALL, CALL_LATER)
"""What somebody asked us to call them for who is neither staff nor has paid."""


@dataclass(frozen=True, slots=True)
class CutOffs:
    lines: Lines
    menus: Menus
    call_backs: CallBacks

    def promised(self, tx: Tx, event: CallCutOff, at: int) -> None:
        """We ended the call ourselves, and said that we call back."""
        call = store.find(tx, event.provider, event.provider_call_id)
        if call is not None:
            self._ask(tx, call, at)

    def broke_off(self, tx: Tx, event: CallEnded, at: int, *, again: bool) -> None:
        """The call is over, and what we said last in it waited for more. Told again, it changes nothing.

        `again`: also of a call that made up for another. A defect of ours would ring the same phone until the limit of a day.
        """
        call = store.find(tx, event.provider, event.provider_call_id)
        if call is not None and self.waited(tx, call) and (again or not self._makes_up(tx, call)):
            self._ask(tx, call, at)

    def asked(self, tx: Tx, call: Row) -> bool:
        """Whether this call has asked for a call back already."""
        return call.caller_id is not None and callbacks.asked_by(tx, call.caller_id, call.id, MISSED_CALL)

    def waited(self, tx: Tx, call: Row) -> bool:
        """Whether we expected more of this call; what we ended ourselves did not break off."""
        kept = turns.last_reply(tx, call.id)
        return kept is not None and loads(kept)[0] not in ("HangUp", "Reject")

    def _ask(self, tx: Tx, call: Row, at: int) -> None:
        if call.caller_id is None or call.flow is None or self.lines.find(Phone(call.line)) is None:
            return
        callers.lock(tx, call.caller_id)
        if audit.done_since(tx, call.id, Action.END_CALL, 0):
            return  # an operator meant it to end
        if self.asked(tx, call) or store.spoke_since(tx, call.caller_id, call.id) or self._is_served(tx, call):
            return
        if call.dial_id is None or self._let_go(tx, call, at):
            self.call_backs.wish_of(tx, call, at)

    def _is_served(self, tx: Tx, call: Row) -> bool:
        return consults.open_of(tx, call.caller_id, TAKING_A_PLACE) is not None

    def _makes_up(self, tx: Tx, call: Row) -> bool:
        """Whether we placed this call because an earlier one had broken off."""
        dial = dials.get(tx, call.dial_id) if call.dial_id is not None else None
        call_back = callbacks.get(tx, dial.call_back_id) if dial is not None else None
        trigger = store.get(tx, call_back.trigger_call_id) if call_back is not None and call_back.reason == MISSED_CALL else None
        return trigger is not None and trigger.flow is not None

    def _let_go(self, tx: Tx, call: Row, at: int) -> bool:
        """The ring that this call was is over, or the next one would find the phone engaged. False: nobody there, or not our business."""
        found = locked(tx, call.dial_id)
        if found is None or found[1].reason not in _THEIR_OWN or self.menus.silent(tx, call.id):
            return False
        self.call_backs.dials.cut_off(tx, *found, at)
        return True
