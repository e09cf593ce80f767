"""Books every word about a dial, and what follows from it: the call back's next state, a later call, a look, an alarm, a free channel.

Words come from our own request, from the provider's callbacks, from its list, and from the clock; late, doubled, or out of order.
Lock order: caller, dial, call back, page, outbox.
"""

from dataclasses import dataclass

from ivr.callbacks.lifecycle import LIVE, NOT_PLACED, UNDER_WAY, CallBackEvent, CallBackState, DialState, after
from ivr.callbacks.limits import Stop
from ivr.callbacks.plan import CONNECT, OFFER, PLANS, next_due, wait_ms
from ivr.callbacks.promise import cannot_be_kept
from ivr.model.events import CallEnded
from ivr.model.outcomes import Accepted, Misconfigured, Never, SendOutcome, TryLater, Unknown
from ivr.model.values import Phone
from ivr.settings import Settings
from ivr.store import alarms, channels, outbox, pages
from ivr.store import callbacks as store
from ivr.store import dials as dial_store
from ivr.store.tx import Row, Tx

CALL_PLACE = "call_place"
CALL_LOOK = "call_look"
CALL_END = "call_end"
CHANNEL_PURPOSE = "call_back"

_RINGING_SLACK_MS = 60_000  # network and post-dial delay
TALKING_SLACK_MS = 5 * 60_000  # the provider ends a call at its limit, and tells us


@dataclass(frozen=True, slots=True)
class Answered:
    """Whom we have on the phone, and what for."""

    call_back_id: str
    caller_id: str
    line: Phone
    flow: str
    page_id: str | None  # an alarm, where it is somebody on call
    offer_id: str | None  # where it is a doctor


@dataclass(frozen=True, slots=True)
class Dials:
    settings: Settings

    def outcome(self, tx: Tx, dial_id: str, outcome: SendOutcome, now: int) -> None:
        """Book what our request came to, once: a callback that overtook it has told already."""
        found = locked(tx, dial_id)
        if found is None:
            raise LookupError(f"no dial {dial_id}")
        dial, call_back = found
        if dial.state in (DialState.DIALLING, DialState.UNKNOWN):
            self._apply(tx, dial, call_back, outcome, now)
        elif isinstance(outcome, Accepted):
            if _concerns(dial, call_back) and dial.state in NOT_PLACED:  # late, after it was taken for absent: no other call
                self._ringing(tx, dial, call_back, outcome.provider_message_id, now)
            elif dial.provider_call_id is None:
                _change(tx, dial, dial.state, lease_until=dial.lease_until, ended_at=dial.ended_at, call_id=outcome.provider_message_id)

    def answered(self, tx: Tx, dial_id: str, provider_call_id: str, at: int) -> Answered | None:
        """Somebody, or a machine, picked up. Told twice, it says the same. None: we know no such dial, or it is over."""
        found = locked(tx, dial_id)
        if found is None or not _concerns(*found):
            return None
        dial, call_back = found
        if dial.state not in (DialState.TALKING, DialState.MACHINE):
            _change(tx, dial, DialState.TALKING, lease_until=at + self.longest_ms + TALKING_SLACK_MS, call_id=provider_call_id)
            self._under_way(tx, dial, call_back, CallBackEvent.ANSWERED, at)
        elif dial.provider_call_id != provider_call_id:
            return None
        line = Phone(call_back.line)
        return Answered(call_back.id, call_back.caller_id, line, call_back.flow, call_back.page_id, call_back.offer_id)

    def nobody_there(self, tx: Tx, dial_id: str) -> None:
        """A machine talks: when the call ends, its caller counts as not reached."""
        found = locked(tx, dial_id)
        if found is not None and found[0].state == DialState.TALKING:
            _change(tx, found[0], DialState.MACHINE, lease_until=found[0].lease_until)

    def nothing_to_say(self, tx: Tx, dial_id: str, why: Stop, at: int) -> None:
        """Picked up, and we have no flow for it any more: nobody was reached, and nobody is called again to hear nothing."""
        self.nobody_there(tx, dial_id)
        found = locked(tx, dial_id)
        if found is not None:
            move(tx, found[1], CallBackEvent.CANCELLED, at, why)
            cannot_be_kept(tx, found[1], why, at)

    def ended(self, tx: Tx, dial_id: str, event: CallEnded, at: int) -> None:
        """The provider says that it is over. A second report changes nothing.

        A caller was reached if their flow began: one picked up while our database was away heard nothing but sorry.
        """
        found = locked(tx, dial_id)
        if found is None or not _concerns(*found):
            return
        dial, call_back = found
        reached = dial.state == DialState.TALKING
        self.finish(tx, dial, call_back, reached, at, code=event.cause or event.outcome.value, call_id=event.provider_call_id)

    def cut_off(self, tx: Tx, dial: Row, call_back: Row, at: int) -> None:
        """The call broke off through our fault; somebody was there. Word of its end will change nothing."""
        if dial.state == DialState.TALKING:
            self.finish(tx, dial, call_back, True, at, code="cut off")

    def finish(
        self, tx: Tx, dial: Row, call_back: Row, reached: bool, at: int, *, code: str | None = None, call_id: str | None = None
    ) -> None:
        """A call that rang is over: done, called again by the plan, or given up."""
        _change(tx, dial, DialState.REACHED if reached else DialState.NOT_REACHED, ended_at=at, code=code, call_id=call_id)
        channels.free(tx, dial.id)
        _void_wish(tx, call_back)
        due_at = None if reached else next_due(call_back.reason, call_back.tries + 1, at, at)
        if reached:
            move(tx, call_back, CallBackEvent.REACHED, at, more_tries=1)
        elif due_at is None:
            move(tx, call_back, CallBackEvent.GIVEN_UP, at, Stop.NOT_REACHED, more_tries=1)
        else:
            wish(tx, call_back, CallBackEvent.NOT_REACHED, due_at, at, due_at=due_at, more_tries=1)
        _go_on(tx, call_back, at)

    def not_placed(
        self, tx: Tx, dial: Row, call_back: Row, state: DialState, now: int, code: str = "", after_s: float | None = None
    ) -> None:
        """Certainly no ring: the call back is planned again, no call of its plan used up."""
        _change(tx, dial, state, ended_at=now, code=code or None)
        channels.free(tx, dial.id)
        pause = wait_ms(dial_store.states(tx, call_back.id), after_s)
        wish(tx, call_back, CallBackEvent.NOT_PLACED, now + pause, now)
        if state == DialState.ACCOUNT:  # minutes, for a person to mend it; whoever is next is called now
            _go_on(tx, call_back, now)

    def lost(self, tx: Tx, dial: Row, now: int, why: str, in_ms: int, looks: int = 0) -> None:
        """Nobody knows how it stands: the provider's list is to be searched in `in_ms`."""
        _change(tx, dial, DialState.UNKNOWN, code=why, looks=looks)
        outbox.add(tx, CALL_LOOK, dial.id, now + in_ms, now)

    def _apply(self, tx: Tx, dial: Row, call_back: Row, outcome: SendOutcome, now: int) -> None:
        match outcome:
            case Accepted(call_id):
                self._ringing(tx, dial, call_back, call_id, now)
            case TryLater(code, after_s):
                self.not_placed(tx, dial, call_back, DialState.TRY_LATER, now, code, after_s)
            case Never(code, reason):
                _change(tx, dial, DialState.NEVER, ended_at=now, code=code)
                channels.free(tx, dial.id)
                move(tx, call_back, CallBackEvent.GIVEN_UP, now, reason)
                cannot_be_kept(tx, call_back, f"{dial.provider} refuses to call this number", now)
                _go_on(tx, call_back, now)
            case Unknown(why) if dial.state == DialState.DIALLING:
                self.lost(tx, dial, now, why, self.settings.looks_after_ms[0])
            case Misconfigured(code, _, reason):
                alarms.sound(tx, "account", dial.provider, f"{dial.provider} refuses our calls ({code}): {reason}", now)
                self.not_placed(tx, dial, call_back, DialState.ACCOUNT, now, code)

    def _ringing(self, tx: Tx, dial: Row, call_back: Row, call_id: str, now: int) -> None:
        _change(tx, dial, DialState.RINGING, lease_until=now + PLANS[call_back.reason].ring_s * 1000 + _RINGING_SLACK_MS, call_id=call_id)
        self._under_way(tx, dial, call_back, CallBackEvent.ACCEPTED, now)
        if call_back.state == CallBackState.STOPPING and call_back.reason in (OFFER, CONNECT):
            outbox.add(tx, CALL_END, dial.id, now, now)  # it was taken back while our request was on its way

    def _under_way(self, tx: Tx, dial: Row, call_back: Row, event: CallBackEvent, at: int) -> None:
        _void_wish(tx, call_back)
        channels.note(tx, dial.id, dial.provider, CHANNEL_PURPOSE, at)
        move(tx, call_back, event, at)

    @property
    def longest_ms(self) -> int:
        return self.settings.call_limit_minutes * 60_000


def locked(tx: Tx, dial_id: str) -> tuple[Row, Row] | None:
    """A dial and its call back, locked in this order; None when there is no such dial."""
    dial = dial_store.get(tx, dial_id, lock=True)
    if dial is None:
        return None
    call_back = store.get(tx, dial.call_back_id, lock=True)
    return None if call_back is None else (dial, call_back)


def move(tx: Tx, call_back: Row, event: CallBackEvent, now: int, why: str | None = None, *, more_tries: int = 0) -> bool:
    """Apply an event by the life-cycle table; False when it changes nothing. The first reason is kept."""
    following = after(CallBackState(call_back.state), event)
    if following is None:
        return False
    ended_at = None if following in UNDER_WAY else now
    store.move(tx, call_back.id, following, why=call_back.why or why, more_tries=more_tries, ended_at=ended_at)
    return True


def wish(tx: Tx, call_back: Row, event: CallBackEvent, at: int, now: int, *, due_at: int | None = None, more_tries: int = 0) -> None:
    """Plan a dial at `at`, unless somebody has taken the wish back. `due_at`: when the plan wants it, where that is new."""
    if after(CallBackState(call_back.state), event) is not CallBackState.PLANNED:
        move(tx, call_back, event, now, more_tries=more_tries)
        return
    row = outbox.addition(CALL_PLACE, call_back.id, at, now)
    tx.add([row])
    store.move(tx, call_back.id, CallBackState.PLANNED, more_tries=more_tries, due_at=due_at, wish_id=row.values["id"])


def stop(tx: Tx, call_back_id: str, why: str, now: int, *, hang_up: bool) -> None:
    """Nobody wants this call any more: no dial after it, and a phone that rings is put to rest. `hang_up`: one that talks as well."""
    call_back = store.get(tx, call_back_id, lock=True)
    if call_back is None:
        return
    move(tx, call_back, CallBackEvent.CANCELLED, now, why)
    _void_wish(tx, call_back)
    ringing = (DialState.DIALLING, DialState.UNKNOWN, DialState.RINGING)
    for dial in dial_store.of(tx, call_back_id):
        if dial.state in ringing or (hang_up and dial.state in LIVE):
            outbox.add(tx, CALL_END, dial.id, now, now)


def _concerns(dial: Row, call_back: Row) -> bool:
    """Whether a word about this dial still counts: it may be live, or was given up and nothing was begun since."""
    return dial.state in LIVE or (dial.state in NOT_PLACED and call_back.state == CallBackState.PLANNED)


def _go_on(tx: Tx, call_back: Row, at: int) -> None:
    """Nothing more comes of this call: a page that nobody took in it does not wait for its clock."""
    if call_back.page_id is not None:
        pages.hurry(tx, call_back.page_id, at)


def _void_wish(tx: Tx, call_back: Row) -> None:
    if call_back.wish_id is not None:
        outbox.done(tx, call_back.wish_id)


def _change(
    tx: Tx,
    dial: Row,
    state: str,
    *,
    lease_until: int | None = None,
    ended_at: int | None = None,
    code: str | None = None,
    call_id: str | None = None,
    looks: int | None = None,
) -> None:
    dial_store.change(
        tx,
        dial.id,
        state,
        lease_until=lease_until,
        looks=dial.looks if looks is None else looks,
        code=code,
        ended_at=ended_at,
        provider_call_id=call_id,
    )
