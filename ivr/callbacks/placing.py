"""One call back on its way out: wait for its pace and its channel, claim it, ask the provider, book what came of it.

At most one ring per wish, even after a crash: the dial is committed before the provider is asked (docs/adr/0002), and an unknown
outcome is looked up at the provider before any further request (`ivr.callbacks.reconcile`).
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ivr.callbacks.addresses import dial_urls, fallback_url
from ivr.callbacks.dials import CHANNEL_PURPOSE, Dials, move
from ivr.callbacks.lifecycle import CallBackEvent, CallBackState
from ivr.callbacks.plan import CONNECT, OFFER, PAID, PLANS, is_quiet
from ivr.callbacks.promise import cannot_be_kept
from ivr.callbacks.thoughts import Go, SecondThoughts, Stopped, Wait
from ivr.model.errors import DatabaseAway
from ivr.model.ids import new_id
from ivr.model.outcomes import Unknown
from ivr.model.ports import CallPlacer, Clock, OutgoingCall
from ivr.model.values import Phone
from ivr.settings import Settings
from ivr.store import alarms, callers, channels, outbox
from ivr.store import callbacks as store
from ivr.store import dials as dial_store
from ivr.store.database import Database
from ivr.store.tx import Row, Tx

log = logging.getLogger(__name__)

_LATER_MS = 5 * 60 * 1000
_NO_CHANNEL_MS = 5_000


class Pacer(Protocol):
    def wait_ms(self, provider: str, per_second: float, now: int) -> int:
        """0: call now; otherwise come again in so many milliseconds."""
        ...


@dataclass(frozen=True, slots=True)
class Claim:
    """A dial that is ours to make."""

    provider: str
    call: OutgoingCall
    call_id: str | None  # that asked for it
    call_before: int  # later, the lease might run out in mid-request, and somebody else conclude that nothing was placed


@dataclass(frozen=True, slots=True)
class Placing:
    """The use-cases of a call's way out. No connection is held while a provider is asked."""

    database: Database
    placers: Mapping[str, CallPlacer]
    thoughts: SecondThoughts
    dials: Dials
    pace: Pacer
    settings: Settings
    clock: Clock

    def place(self, outbox_id: str) -> None:
        """Claim and ring; a wish that cannot have its turn now comes back by itself. Raises DatabaseAway."""
        claim = self.claim(outbox_id)
        if claim is not None:
            self.ring(claim)

    def claim(self, outbox_id: str) -> Claim | None:
        """Commit a dial if the wish still stands, its provider takes another call this second, and a channel is free."""
        now = self.clock.now()
        try:
            if wait := self._wait_for_pace(outbox_id, now):
                self.database.write(lambda tx: outbox.put_back(tx, [outbox_id], now + wait))
                return None
            return self.database.write(lambda tx: self._claim(tx, outbox_id, now))
        except DatabaseAway:
            raise
        except Exception as error:
            log.exception("a call back cannot be claimed")
            advice = f"a caller cannot be called back as things are: {type(error).__name__}: {error}; it is tried again every five minutes"
            self.database.write(lambda tx: self._postpone(tx, outbox_id, advice, now))
            return None

    def ring(self, claim: Claim) -> None:
        """Ask the provider once, then book the outcome. A claim gone stale is left to the sweep."""
        if self.clock.now() > claim.call_before:
            log.warning("claim gone stale before its call", extra={"dial": claim.call.dial_id})
            return
        try:
            outcome = self.placers[claim.provider].place_call(claim.call)
        except Exception as error:  # whatever an SDK throws, the request may have gone out
            log.exception("provider raised", extra={"dial": claim.call.dial_id})
            outcome = Unknown(type(error).__name__)
        now = self.clock.now()
        self.database.write(lambda tx: self.dials.outcome(tx, claim.call.dial_id, outcome, now))
        about = {"call_id": claim.call_id, "dial": claim.call.dial_id, "provider": claim.provider}
        log.info("a call was handed over", extra={**about, "outcome": type(outcome).__name__.lower()})

    def _wait_for_pace(self, outbox_id: str, now: int) -> int:
        """Asked outside the transaction, and only for a wish that seems to stand."""
        with self.database.read() as tx:
            call_back = _wished(tx, outbox_id)
        if (
            call_back is None
            or (is_quiet(now) and not PLANS[call_back.reason].at_night)
            or (provider := self.thoughts.provider_of(call_back)) is None
        ):
            return 0
        return self.pace.wait_ms(provider, self.settings.calls_per_second(provider), now)

    def _postpone(self, tx: Tx, outbox_id: str, advice: str, now: int) -> None:
        outbox.put_back(tx, [outbox_id], now + _LATER_MS)
        alarms.sound(tx, "call", "claim", advice, now)

    def _claim(self, tx: Tx, outbox_id: str, now: int) -> Claim | None:
        wished = _wished(tx, outbox_id)
        if wished is not None:
            callers.lock(tx, wished.caller_id)  # two call backs of one caller do not ring at once
            wished = store.get(tx, wished.id, lock=True)
        if wished is None or wished.wish_id != outbox_id or wished.state != CallBackState.PLANNED:
            outbox.done(tx, outbox_id)
            return None
        match self.thoughts.on(tx, wished, now):
            case Stopped(event, why):
                outbox.done(tx, outbox_id)
                move(tx, wished, event, now, why)
                cannot_be_kept(tx, wished, why, now)
                return None
            case Wait(until):
                outbox.put_back(tx, [outbox_id], until)
                return None
            case Go(provider, to):
                return self._dial(tx, wished, outbox_id, provider, to, now)

    def _dial(self, tx: Tx, call_back: Row, outbox_id: str, provider: str, to: Phone, now: int) -> Claim | None:
        dial_id = new_id(now)
        if not self._takes_channel(tx, call_back, dial_id, provider, now):
            outbox.put_back(tx, [outbox_id], now + _NO_CHANNEL_MS)
            return None
        outbox.done(tx, outbox_id)
        lease_until = now + int(self.settings.attempt_lease_seconds * 1000)
        dial_store.add(tx, dial_id=dial_id, call_back_id=call_back.id, provider=provider, now=now, lease_until=lease_until)
        move(tx, call_back, CallBackEvent.CLAIMED, now)
        answer_url, ended_url = dial_urls(self.settings, provider, dial_id)
        longest_request_ms = int((self.settings.provider_connect_seconds + self.settings.provider_read_seconds) * 1000)
        call = OutgoingCall(
            dial_id=dial_id,
            to=to,
            shown=Phone(call_back.line),
            answer_url=answer_url,
            ended_url=ended_url,
            ring_s=PLANS[call_back.reason].ring_s,
            longest_s=self.dials.longest_ms // 1000,
            fallback_url=fallback_url(self.settings, provider),
        )
        return Claim(provider, call, call_back.trigger_call_id, lease_until - longest_request_ms)

    def _takes_channel(self, tx: Tx, call_back: Row, dial_id: str, provider: str, now: int) -> bool:
        """An alarm is never refused one: the provider may have its own opinion, and is asked."""
        if call_back.page_id is not None:
            channels.note(tx, dial_id, provider, CHANNEL_PURPOSE, now)
            return True
        reserved = self.settings.channels_reserved
        # bridges first, then people who ring us, then paid calls, then unpaid ones
        kept_free = 0 if call_back.reason in (OFFER, CONNECT) else reserved // 2 if call_back.reason == PAID else reserved
        most = self.settings.channels(provider) - kept_free
        return channels.claim(tx, dial_id, provider, CHANNEL_PURPOSE, most=most, now=now)


def _wished(tx: Tx, outbox_id: str) -> Row | None:
    """The call back that this wish is for, if it is still its wish."""
    call_back_id = outbox.peek(tx, outbox_id)
    call_back = store.get(tx, call_back_id) if call_back_id else None
    return call_back if call_back is not None and call_back.wish_id == outbox_id else None
