"""Calls: what happens when one of our lines rings, when somebody picks up a call of ours, and when a call is over."""

import logging
from dataclasses import dataclass

from ivr.callbacks.limits import Stop
from ivr.callbacks.thoughts import flow_for
from ivr.callbacks.wishes import CallBacks
from ivr.connecting.connecting import Connecting
from ivr.cutoffs import CutOffs
from ivr.doctors.duty import Duty
from ivr.lines import Answer, Line, Lines, OnDuty, word_for
from ivr.menus.conversation import WEB_WAIT_S, Menus
from ivr.menus.live import LiveCall, Opening
from ivr.model.events import CallAnswered, CallArrived, CallCutOff, CallEnded, CallOutcome, RoomNews
from ivr.model.ids import new_id
from ivr.model.replies import HangUp, Reject, Reply
from ivr.model.values import Phone
from ivr.numbering import Party, identify, line_number
from ivr.store import callers, channels, turns
from ivr.store import calls as store
from ivr.store.database import Database
from ivr.store.tx import Addition, Row, Tx
from ivr.store.vault import Vault
from ivr.unanswered import PAUSED, Past, Unanswered

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """Everything that follows from one call."""

    call_id: str
    rows: list[Addition]
    reply: Reply
    opening: Opening | None = None


@dataclass(frozen=True, slots=True)
class Calls:
    """The use-cases of a call. Each is one transaction."""

    database: Database
    vault: Vault
    lines: Lines
    menus: Menus
    call_backs: CallBacks
    unanswered: Unanswered
    connecting: Connecting
    duty: Duty
    cut_offs: CutOffs

    def arrive(self, event: CallArrived, at: int, *, live: bool = True) -> Reply:
        """Record the call with everything that follows from it, and say what the caller hears.

        Told twice of one call, it changes nothing and answers the same. `live=False`: the call is over by now (it waited in the
        spool), so nobody is answered; who rang to be answered is called back. Raises DatabaseAway.
        """
        number = line_number(event.line)
        line = self.lines.find(number) if number else None
        if line is None:
            log.warning("call to a number that is none of our lines", extra={"provider": event.provider, "call": event.provider_call_id})
        party = identify(event.caller, self.lines.numbers)
        paused = self.unanswered.is_paused(line, at)
        made: list[_Arrival] = []

        def of_a_newcomer() -> list[Addition] | None:
            made.append(self._arrival(event, line, party, Past(shut=PAUSED if paused else ""), at, live))
            begins_with_effects = made[0].opening is not None and bool(made[0].opening.effects)
            return None if begins_with_effects else made[0].rows

        if self.database.add_at_once(of_a_newcomer):
            return made[0].reply
        return self.database.write(lambda tx: self._look_and_record(tx, event, line, party, at, live, paused), WEB_WAIT_S)

    def answered(self, event: CallAnswered, dial_id: str, at: int) -> Reply:
        """Somebody, or a machine, picked up a call of ours. Told twice, it answers the same. Raises DatabaseAway."""
        return self.database.write(lambda tx: self._answered(tx, event, dial_id, at), WEB_WAIT_S)

    def end(self, event: CallEnded, at: int, dial_id: str | None = None) -> None:
        """Record how a call ended. Of an inbound call we have never heard, this is the first word: somebody did ring.

        `dial_id`: of a call that we placed. It may never have been answered, and so never have been a call of ours.
        """
        if event.by_document and self._broke_off(event):
            self.database.write(lambda tx: self.cut_offs.broke_off(tx, event, at, again=False), WEB_WAIT_S)
        known = self.database.write(lambda tx: self._end(tx, event, dial_id, at), WEB_WAIT_S)
        if known is not None:
            self.menus.forget(known)
            log.info("a call is over", extra={"call_id": known, "provider": event.provider, "outcome": event.outcome.value})
        elif event.inbound:
            self.arrive(CallArrived(event.provider, event.provider_call_id, event.caller, event.line), at, live=False)
            self.database.write(lambda tx: self._end(tx, event, None, at), WEB_WAIT_S)

    def found_over(self, event: CallEnded, at: int, dial_id: str | None = None) -> None:
        """The provider says that it is over, because we asked: nobody had told us. If we waited for the caller, so did they for us."""
        if event.outcome is CallOutcome.ANSWERED:
            self.database.write(lambda tx: self.cut_offs.broke_off(tx, event, at, again=True), WEB_WAIT_S)
        self.end(event, at, dial_id)

    def cut_off(self, event: CallCutOff, at: int) -> None:
        """We ended this call, and said that we call back. Told twice, it changes nothing. Raises DatabaseAway."""
        self.database.write(lambda tx: self.cut_offs.promised(tx, event, at), WEB_WAIT_S)

    def _broke_off(self, event: CallEnded) -> bool:
        """Read first: most calls that a document ends were ended by ours."""
        with self.database.read() as tx:
            call = store.find(tx, event.provider, event.provider_call_id)
            return call is not None and call.ended_at is None and self.cut_offs.waited(tx, call)

    def in_room(self, event: RoomNews, consult_id: str, number: int, at: int) -> None:
        """A leg entered the `number`th room of a consult, or left it. Raises DatabaseAway."""
        self.database.write(lambda tx: self.connecting.in_room(tx, event, consult_id, number, at), WEB_WAIT_S)

    def _end(self, tx: Tx, event: CallEnded, dial_id: str | None, at: int) -> str | None:
        """The call's id, None when it is not known. Told a second time, at another address perhaps, it changes nothing."""
        call = store.find(tx, event.provider, event.provider_call_id)
        dial_id = dial_id or (call.dial_id if call is not None else None)
        consult_id = self._held(tx, call, dial_id)
        ended = store.end(tx, event, at)
        if dial_id is not None:
            if call is not None and self.menus.silent(tx, call.id):
                self.call_backs.dials.nobody_there(tx, dial_id)  # a machine that hung up on us before the flow gave up
            self.call_backs.dials.ended(tx, dial_id, event, at)
        if consult_id is not None:
            self.connecting.over(tx, consult_id, call.id if call is not None else None, dial_id, event.outcome, at)
        if call is not None and ended:
            channels.free(tx, call.id)
            if dial_id is None and event.outcome is not CallOutcome.ANSWERED:
                self._never_answered(tx, call, at)
        return None if call is None else str(call.id)

    def _held(self, tx: Tx, call: Row | None, dial_id: str | None) -> str | None:
        """The consult that this call is about, locked. A missed call is about none."""
        if dial_id is None and (call is None or call.flow is None):
            return None
        return self.connecting.hold_call(tx, call.id if call is not None else None, dial_id, call.caller_id if call is not None else None)

    def _never_answered(self, tx: Tx, call: Row, at: int) -> None:
        """We were going to answer, but too late for the provider, or for the caller: called back as for a missed call."""
        to_be_answered = call.flow is not None and self.lines.find(Phone(call.line)) is not None and not turns.heard(tx, call.id)
        if to_be_answered and not self.cut_offs.asked(tx, call):
            self.call_backs.wish_of(tx, call, at)

    def _look_and_record(self, tx: Tx, event: CallArrived, line: Line | None, party: Party, at: int, live: bool, paused: bool) -> Reply:
        """For a call that may have been told before, by a caller whom we may know."""
        phone_hash = self.vault.hash(party.phone) if party.phone else ""
        told_before, caller_id, blocked = store.look(tx, event.provider, event.provider_call_id, phone_hash)
        if told_before is not None:
            return self.menus.first_reply(tx, told_before) or self._unanswered(tx, told_before, event.provider, line)
        past = Past(tx=tx, shut=PAUSED if paused else "")
        if caller_id is not None:
            past = self.unanswered.past(tx, caller_id, line, at, blocked=blocked, paused=paused)
        arrival = self._arrival(event, line, party, past, at, live)
        if caller_id is not None and line is not None and not past.shut:
            self.unanswered.undo(tx, caller_id, line, arrival.call_id, arrival.rows, arrival.opening is not None, at)
        tx.add(arrival.rows)
        if arrival.opening is not None:
            self.menus.carry_out(tx, arrival.opening.effects, arrival.opening.wisher)
        if past.consult is not None:
            self.unanswered.status.tell(tx, past.consult, at)
        if caller_id is not None and line is not None and isinstance(line.action, OnDuty):
            self.duty.rang(tx, caller_id, arrival.call_id, line, at)
        return arrival.reply

    def _unanswered(self, tx: Tx, call_id: str, provider: str, line: Line | None) -> Reply:
        """What a call without any turn was told: a menu line that is paused says so."""
        call = store.get(tx, call_id)
        return self._shut(provider, line, call.action if call is not None else "")

    def _shut(self, provider: str, line: Line | None, why: str) -> Reply:
        if line is None or why != PAUSED or not isinstance(line.action, Answer):
            return Reject()
        return self.menus.closed(provider, line)

    def _answered(self, tx: Tx, event: CallAnswered, dial_id: str, at: int) -> Reply:
        told_before = store.find(tx, event.provider, event.provider_call_id)
        if told_before is not None:
            return self.menus.first_reply(tx, told_before.id) or HangUp()
        self.connecting.hold_call(tx, None, dial_id)
        answered = self.call_backs.dials.answered(tx, dial_id, event.provider_call_id, at)
        if answered is None:
            return HangUp()
        line = self.lines.find(answered.line)
        flow = flow_for(answered, line, self.menus.book.flows) if line else None
        if line is None or flow is None:
            self.call_backs.dials.nothing_to_say(tx, dial_id, Stop.LINE_GONE if line is None else Stop.NOTHING_TO_SAY, at)
            return HangUp()
        kind = identify(callers.phone_of(tx, self.vault, answered.caller_id).e164, self.lines.numbers).kind
        call_id = new_id(at)
        opening = self.menus.open(tx, LiveCall(event.provider, call_id, answered.caller_id, kind, line, flow, at, dial_id))
        row = store.addition(
            id=call_id,
            provider=event.provider,
            provider_call_id=event.provider_call_id,
            caller_id=answered.caller_id,
            caller_kind=kind.value,
            line=line.number.e164,
            action="call_back",
            arrived_at=at,
            flow=flow,
            dial_id=dial_id,
        )
        tx.add([row] if opening is None else [row, opening.addition])
        if opening is None:
            self.call_backs.dials.nothing_to_say(tx, dial_id, Stop.NOTHING_TO_SAY, at)
            return HangUp()
        self.menus.carry_out(tx, opening.effects, opening.wisher)
        return opening.reply

    def _arrival(self, event: CallArrived, line: Line | None, party: Party, past: Past, at: int, live: bool) -> _Arrival:
        """Everything that follows from one call, the caller first if new."""
        rows: list[Addition] = []
        caller_id, call_id = past.caller_id, new_id(at)
        if caller_id is None and party.phone is not None:
            caller_id, newcomer = callers.newcomer(self.vault, party.phone, at)
            rows.append(newcomer)
        opening = None
        if live and line is not None and isinstance(line.action, Answer) and not past.shut:
            opening = self.menus.open(past.tx, LiveCall(event.provider, call_id, caller_id, party.kind, line, line.action.flow, at))
        rows.append(
            store.addition(
                id=call_id,
                provider=event.provider,
                provider_call_id=event.provider_call_id,
                caller_id=caller_id,
                caller_kind=party.kind.value,
                line=line.number.e164 if line else "",
                action=past.shut or _word(line, past, live),
                arrived_at=at,
                flow=opening.wisher.flow if opening else None,
            )
        )
        if opening is not None:
            rows += [opening.addition, channels.addition(call_id, event.provider, channels.INBOUND, at)]
            return _Arrival(call_id, rows, opening.reply, opening)
        if line is not None and not past.shut:
            rows += self.unanswered.follow(line, party, call_id, caller_id, past, at)
        return _Arrival(call_id, rows, self._shut(event.provider, line, past.shut) if live else Reject())


def _word(line: Line | None, past: Past, live: bool) -> str:
    """What the line did, for the console."""
    if line is None:
        return "unknown_line"
    return "consult_status" if past.consult is not None else word_for(line.action, live)
