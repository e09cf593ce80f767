"""Dials that nobody has had a word of: found by the sweep, looked up at the provider, and only then booked or placed again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.callbacks.dials import TALKING_SLACK_MS, Dials, locked
from ivr.callbacks.lifecycle import DialState
from ivr.model.outcomes import Accepted, Unknown
from ivr.model.ports import CallPlacer, Clock, SeenCall
from ivr.model.values import Phone
from ivr.settings import Settings
from ivr.store import callbacks as store
from ivr.store import callers, channels, outbox
from ivr.store import dials as dial_store
from ivr.store.database import Database
from ivr.store.tx import Row, Tx
from ivr.store.vault import Vault

_SKEW_MS = 5_000  # between the clocks of two machines
LONGEST_INBOUND_MS = 4 * 60 * 60_000  # CALL_LIMIT_MINUTES ends the calls that we place, not those of people who ring us
_SILENT_MS = 10 * 60_000  # no prompt, note or pause of a menu lasts so long
_HOPELESS_MS = 30 * 60_000  # a provider that cannot be asked for so long: the caller is not kept waiting for it


@dataclass(frozen=True, slots=True)
class CallReconciliation:
    database: Database
    vault: Vault
    placers: Mapping[str, CallPlacer]
    dials: Dials
    settings: Settings
    clock: Clock

    def expire(self) -> int:
        """Sweep: dials whose worker vanished or whose callbacks never came, channels of calls that cannot last so long. How many."""
        now = self.clock.now()
        bounds = (now - self.dials.longest_ms - 2 * TALKING_SLACK_MS, now - LONGEST_INBOUND_MS, now - _SILENT_MS)
        with self.database.read() as tx:
            overdue = dial_store.overdue(tx, now - _SKEW_MS)
            if not overdue and not channels.overdue(tx, *bounds):
                return 0

        def sweep(tx: Tx) -> int:
            return sum(self._expire(tx, dial_id, now) for dial_id in overdue) + channels.expire(tx, *bounds)

        return self.database.write(sweep)

    def look(self, outbox_id: str) -> None:
        """Ask the provider how a dial stands; done when a callback was faster."""
        with self.database.read() as tx:
            dial_id = outbox.peek(tx, outbox_id)
            dial = dial_store.get(tx, dial_id) if dial_id else None
            call_back = store.get(tx, dial.call_back_id) if dial else None
            to = callers.phone_of(tx, self.vault, call_back.caller_id) if call_back else None
        if dial is None or call_back is None or to is None or dial.state != DialState.UNKNOWN:
            self.database.write(lambda tx: outbox.done(tx, outbox_id))
            return
        seen: Sequence[SeenCall] | Unknown = Unknown(f"there are no credentials for {dial.provider} any more")
        if dial.provider in self.placers:
            until = self.clock.now() + _SKEW_MS
            seen = self.placers[dial.provider].find_calls(to, Phone(call_back.line), dial.started_at - _SKEW_MS, until)
        now = self.clock.now()
        self.database.write(lambda tx: self._conclude(tx, outbox_id, dial.id, seen, now))

    def _expire(self, tx: Tx, dial_id: str, now: int) -> int:
        found = locked(tx, dial_id)
        if found is None or found[0].lease_until is None or found[0].lease_until > now - _SKEW_MS:
            return 0  # a word came in while we looked
        dial, call_back = found
        match dial.state:
            case DialState.DIALLING:
                self.dials.outcome(tx, dial_id, Unknown("the worker never reported back"), now)
            case DialState.RINGING:
                self.dials.lost(tx, dial, now, "no word after ringing", 0)
            case _:  # the provider has ended it by now, at the limit that we set
                self.dials.finish(tx, dial, call_back, dial.state == DialState.TALKING, now, code="no word of its end")
        return 1

    def _conclude(self, tx: Tx, outbox_id: str, dial_id: str, seen: Sequence[SeenCall] | Unknown, now: int) -> None:
        outbox.done(tx, outbox_id)
        found = locked(tx, dial_id)
        if found is None or found[0].state != DialState.UNKNOWN:
            return  # a callback came in while we looked
        dial, call_back = found
        after_ms = self.settings.looks_after_ms
        if isinstance(seen, Unknown):
            if now - dial.started_at < _HOPELESS_MS:
                return self.dials.lost(tx, dial, now, seen.why, after_ms[-1], dial.looks)
            return self.dials.finish(tx, dial, call_back, False, now, code="the provider never said")
        if (ours := self._ours(tx, dial, call_back, seen)) is not None:
            if ours.outcome is None:
                return self.dials.outcome(tx, dial_id, Accepted(ours.provider_call_id), now)
            # whatever the list says, nobody has asked us for a document: no flow began
            return self.dials.finish(tx, dial, call_back, False, now, code=ours.outcome.value, call_id=ours.provider_call_id)
        looks = dial.looks + 1
        if looks < len(after_ms):
            return self.dials.lost(tx, dial, now, "not seen", after_ms[looks] - after_ms[looks - 1], looks)
        if dial.provider_call_id is not None:  # the provider took it, so it counts as a ring
            return self.dials.finish(tx, dial, call_back, False, now, code="not seen")
        return self.dials.not_placed(tx, dial, call_back, DialState.ABSENT, now)

    def _ours(self, tx: Tx, dial: Row, call_back: Row, seen: Sequence[SeenCall]) -> SeenCall | None:
        """By the provider's id where we know it; otherwise a call to this caller that is no other dial's, a live one first.

        One caller has one dial under way, so there is no choice to make between two dials of ours.
        """
        if dial.provider_call_id is not None:
            return next((call for call in seen if call.provider_call_id == dial.provider_call_id), None)
        others = dial_store.other_calls(tx, call_back.caller_id, dial.provider, dial.id)
        fresh = [call for call in seen if call.provider_call_id not in others]
        return min(fresh, key=lambda call: call.outcome is not None, default=None)
