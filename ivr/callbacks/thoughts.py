"""What may have changed between the wish for a call and the call: asked in the transaction that claims it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from ivr.callbacks.lifecycle import CallBackEvent
from ivr.callbacks.limits import MOST_RINGS_A_DAY, CallBackHistory, DropReason, Stop, carries, drop_reason
from ivr.callbacks.plan import CONNECT, DAY_MS, DUTY, MINUTE_MS, MISSED_CALL, OFFER, PAGE, PAID, TOO_LATE_MS, WORD, not_quiet
from ivr.callbacks.promise import no_more
from ivr.lines import Line, Lines
from ivr.model.ids import first_id
from ivr.model.ports import Capabilities
from ivr.model.values import CallerKind, Phone
from ivr.numbering import identify
from ivr.settings import Settings
from ivr.store import alarms, blocks, callers, consults, duty, offers, pauses
from ivr.store import callbacks as store
from ivr.store.tx import Row, Tx
from ivr.store.vault import Vault

_UNDER_WAY_MS = 60_000
_PAID_MS = 10_000
_BRIDGE_MS = 2_000
_WANTED = ("ringing", "answered", "accepted")
_ON_THE_LINE_MS = 40_000  # a caller who holds takes a turn every fifteen seconds
_DUTY_MS = 10 * 60_000  # a doctor who gave a missed call does not wonder later why the phone rings
_ON_CALL_MS = 5_000  # who is on call is talking about another alarm
_ACCOUNT_MS = 5 * 60_000
_PAUSED_MS = 60_000  # looked at again by then


@dataclass(frozen=True, slots=True)
class Stopped:
    """Not to be made at all."""

    event: CallBackEvent
    why: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now; no call of the plan is used up."""

    until: int


@dataclass(frozen=True, slots=True)
class Go:
    provider: str
    to: Phone


@dataclass(frozen=True, slots=True)
class SecondThoughts:
    vault: Vault
    lines: Lines
    capabilities: Mapping[str, Capabilities]  # of every provider with credentials
    settings: Settings
    flows: Collection[str]  # the names of all there are

    def provider_of(self, call_back: Row) -> str | None:
        """The line's own provider, or VOICE_PROVIDER; None when the line is none of ours any more."""
        line = self.lines.find(Phone(call_back.line))
        return None if line is None else line.provider or self.settings.voice_provider

    def on(self, tx: Tx, call_back: Row, now: int) -> Stopped | Wait | Go:
        """The call back is locked, and so is its caller."""
        if (obstacle := self._obstacle(tx, call_back, now)) is not None:
            return obstacle
        provider, line = self.provider_of(call_back), self.lines.find(Phone(call_back.line))
        if provider is None or line is None:
            return Stopped(CallBackEvent.CANCELLED, Stop.LINE_GONE)
        if flow_for(call_back, line, self.flows) is None:
            return Stopped(CallBackEvent.CANCELLED, Stop.NOTHING_TO_SAY)
        to = callers.phone_of(tx, self.vault, call_back.caller_id)
        kind = identify(to.e164, self.lines.numbers).kind
        never = drop_reason(kind, CallBackHistory(), switched_on=True, per_day=1)
        if never is not None:
            return Stopped(CallBackEvent.DROPPED, never)
        return self._with(tx, provider, kind, to, Phone(call_back.line), now)

    def _obstacle(self, tx: Tx, call_back: Row, now: int) -> Stopped | Wait | None:
        if (own := _OBSTACLES.get(call_back.reason)) is not None:
            return own(self, tx, call_back, now)
        asked_by_missed_call = call_back.reason == MISSED_CALL
        if now > (call_back.created_at if asked_by_missed_call else call_back.due_at) + TOO_LATE_MS:
            return Stopped(CallBackEvent.GIVEN_UP, Stop.TOO_LATE)
        if not self.settings.calling_back:
            return Stopped(CallBackEvent.CANCELLED, Stop.SWITCHED_OFF)
        since = self._since(tx, call_back, now)
        if since.opted_out:
            return Stopped(CallBackEvent.CANCELLED, Stop.OPTED_OUT)
        if since.link_opened and asked_by_missed_call:
            return Stopped(CallBackEvent.CANCELLED, Stop.LINK_OPENED)
        if blocks.holds(tx, call_back.caller_id):
            return Stopped(CallBackEvent.CANCELLED, Stop.BLOCKED)
        if pauses.get(tx, call_back.line) is not None:
            return Wait(now + _PAUSED_MS)
        if (due_at := not_quiet(max(now, call_back.due_at))) > now:
            return Wait(due_at)
        if since.rings >= MOST_RINGS_A_DAY:
            return Stopped(CallBackEvent.GIVEN_UP, Stop.DAILY_LIMIT)
        return Wait(now + _UNDER_WAY_MS) if since.under_way or since.on_the_line else None

    def _page_obstacle(self, tx: Tx, call_back: Row, now: int) -> Wait | None:
        """One phone has one call of ours at a time; nothing else keeps an alarm from who is on call."""
        return Wait(now + _ON_CALL_MS) if self._since(tx, call_back, now).under_way else None

    def _bridge_obstacle(self, tx: Tx, call_back: Row, now: int) -> Stopped | Wait | None:
        """Rung as long as it is wanted: nobody else took the patient, and a doctor is on the line for this one."""
        if call_back.offer_id is not None:
            offer = offers.get(tx, call_back.offer_id)
            wanted = offer is not None and offer.cancelled_at is None and offer.state in _WANTED and now < offer.lease_until
        else:
            consult = consults.owing_a_doctor(tx, call_back.caller_id)
            wanted = consult is not None and consult.state in ("connecting", "recovering")
        if not wanted:
            return Stopped(CallBackEvent.CANCELLED, Stop.NOT_WANTED)
        return Wait(now + _BRIDGE_MS) if self._since(tx, call_back, now).ringing else None

    def _duty_obstacle(self, tx: Tx, call_back: Row, now: int) -> Stopped | Wait | None:
        """A doctor who went on duty a moment ago, and has not pressed key 1 yet; or one whose word of a consult is awaited.

        Who rings us meanwhile is called after that.
        """
        wanted = duty.awaits_word if call_back.reason == WORD else duty.awaits_proof
        if not wanted(tx, call_back.caller_id, now):
            return Stopped(CallBackEvent.CANCELLED, Stop.NOT_WANTED)
        if now > call_back.created_at + _DUTY_MS:
            return Stopped(CallBackEvent.GIVEN_UP, Stop.TOO_LATE)
        if not self.settings.calling_back:
            return Stopped(CallBackEvent.CANCELLED, Stop.SWITCHED_OFF)
        return Wait(now + _BRIDGE_MS) if self._since(tx, call_back, now).ringing or self._talks(tx, call_back, now) else None

    def _paid_obstacle(self, tx: Tx, call_back: Row, now: int) -> Stopped | Wait | None:
        """A call of whose end nobody told us does not keep them waiting: they are on the line while it takes turns."""
        since = self._since(tx, call_back, now)
        if (why := no_more(tx, call_back, since.paid_rings)) is not None:
            return Stopped(CallBackEvent.GIVEN_UP if why is Stop.DAILY_LIMIT else CallBackEvent.CANCELLED, why)
        if not self.settings.calling_back:
            return Stopped(CallBackEvent.CANCELLED, Stop.SWITCHED_OFF)
        return Wait(now + _PAID_MS) if since.ringing or self._talks(tx, call_back, now) else None

    def _talks(self, tx: Tx, call_back: Row, now: int) -> bool:
        """Whether they are in a call of ours that takes turns."""
        of_today = first_id(now - DAY_MS)
        return consults.on_the_line(tx, call_back.caller_id, since=now - _ON_THE_LINE_MS, first_call_id=of_today)

    def _since(self, tx: Tx, call_back: Row, now: int) -> Row:
        first_call_id = first_id(now - self.settings.call_limit_minutes * MINUTE_MS)
        return store.since(tx, call_back.caller_id, call_back.created_at, first_id=first_id(now - DAY_MS), first_call_id=first_call_id)

    def _with(self, tx: Tx, provider: str, kind: CallerKind, to: Phone, shown: Phone, now: int) -> Stopped | Wait | Go:
        if provider not in self.capabilities:
            alarms.sound(tx, "account", provider, f"{provider} has no credentials here: calls by it wait", now)
            return Wait(now + _ACCOUNT_MS)
        if not carries(self.capabilities[provider].in_country("IN"), kind, shown):
            advice = (
                f"{provider} cannot call an Indian {kind.value} from this line: name another for it in lines.yaml, or in VOICE_PROVIDER"
            )
            alarms.sound(tx, "call_back", f"{provider}/{kind.value}", advice, now)
            return Stopped(CallBackEvent.DROPPED, DropReason.NO_PROVIDER)
        return Go(provider, to)


_Obstacle = Callable[[SecondThoughts, Tx, Row, int], Stopped | Wait | None]
_OBSTACLES: Mapping[str, _Obstacle] = {
    PAGE: SecondThoughts._page_obstacle,
    OFFER: SecondThoughts._bridge_obstacle,
    CONNECT: SecondThoughts._bridge_obstacle,
    DUTY: SecondThoughts._duty_obstacle,
    WORD: SecondThoughts._duty_obstacle,
    PAID: SecondThoughts._paid_obstacle,
}
"""Calls that neither quiet hours nor the limits of other call backs hold up, each with rules of its own."""


def flow_for(call_back: Row, line: Line, flows: Collection[str]) -> str | None:
    """The flow that a call back runs: the one asked for, or what its line runs by now; None when both are gone.

    Who is on call is no caller, nor is a doctor: they hear of their alarm, or of their patient, or nothing.
    """
    instead = line.flow if call_back.page_id is None and call_back.offer_id is None else None
    return next((flow for flow in (call_back.flow, instead) if flow in flows), None)
