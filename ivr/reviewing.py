"""What happened while we were away: providers are asked which calls came in, and how calls stand of which we hear nothing.

Every five minutes, and at once when workers come back: who rang and found nobody gets what the line promises, late but at all; whoever was
cut off in the middle is called back. A provider that cannot be asked changes nothing. Numbers of a list reach no log.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.callbacks.reconcile import LONGEST_INBOUND_MS
from ivr.calls import Calls
from ivr.lines import Lines
from ivr.model.events import CallEnded
from ivr.model.ids import first_id
from ivr.model.outcomes import Unknown
from ivr.model.ports import CallPlacer, Clock, SeenInbound
from ivr.numbering import line_number
from ivr.settings import Settings
from ivr.store import calls as store
from ivr.store import outbox
from ivr.store.database import Database
from ivr.store.tx import Row, Tx

log = logging.getLogger(__name__)

CALLS_REVIEW = "calls_review"

_EVERY_MS = 5 * 60_000
_LAST_MS = 10 * 60_000
_SOON_MS = 60_000  # by then every relay has replayed its spool, if the database was what was away
_AT_ONCE_MS = 60 * 60_000  # of a longer absence, one hour after another
_SILENT_MS = 2 * 60_000  # no prompt, note or pause of a menu lasts so long
_JOINED_MS = 70 * 60_000  # but a talk does
_MOST_LOOKS = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What earlier reviews have come to, as the outbox keeps it: all until `until` is seen through; the last was at `at` (UTC ms)."""

    until: int
    at: int

    @property
    def ref(self) -> str:
        return f"{self.until}/{self.at}"

    @staticmethod
    def read(ref: str) -> "Asked":
        until, _, at = ref.partition("/")
        return Asked(int(until), int(at))


@dataclass(frozen=True, slots=True)
class Review:
    database: Database
    placers: Mapping[str, CallPlacer]
    calls: Calls
    lines: Lines
    settings: Settings
    clock: Clock

    def plan(self) -> None:
        """Begin, where no review is wished for: each wishes for the next."""
        now = self.clock.now()
        with self.database.read() as tx:
            planned = outbox.waits(tx, CALLS_REVIEW)
        if not planned:
            minute = f"{CALLS_REVIEW}-{now // 60_000}"  # the same for two relays
            self.database.write(lambda tx: outbox.add_once(tx, minute, CALLS_REVIEW, Asked(now, now).ref, now + _EVERY_MS))

    def run(self, outbox_id: str) -> None:
        """Ask every provider. Raises DatabaseAway."""
        with self.database.read() as tx:
            ref = outbox.peek(tx, outbox_id)
        if ref is None:
            return
        before, now = Asked.read(ref), self.clock.now()
        since = max(min(before.until, now - _LAST_MS), now - self.settings.text_trigger_hours * 3_600_000)
        until = min(now, since + _AT_ONCE_MS)
        answers = {name: placer.inbound_calls(since, until) for name, placer in self.placers.items()}
        asked = {name: seen for name, seen in answers.items() if not isinstance(seen, Unknown)}
        open_questions = [self._came_in(name, seen, before) for name, seen in asked.items()]
        open_questions.append(self._silent(asked, before, now))
        all_asked = len(asked) == len(answers)
        wait_ms = 0 if all_asked and until < now else _SOON_MS if any(open_questions) else _EVERY_MS
        self.database.write(lambda tx: self._book(tx, outbox_id, Asked(until if all_asked else before.until, now), now + wait_ms))

    def _book(self, tx: Tx, outbox_id: str, asked: Asked, due: int) -> None:
        if outbox.take(tx, outbox_id) is None:
            return  # the same job twice wishes for one
        outbox.done(tx, outbox_id)
        if not outbox.waits(tx, CALLS_REVIEW):
            outbox.add(tx, CALLS_REVIEW, asked.ref, due, asked.at)

    def _came_in(self, provider: str, seen: Sequence[SeenInbound], before: Asked) -> bool:
        """Calls to our lines that are over there, and of which that is news here. Whether one is to be asked about again."""
        over = [one for one in seen if one.outcome is not None and (number := line_number(one.line)) and self.lines.find(number)]
        with self.database.read() as tx:
            known = {one.provider_call_id: store.find(tx, provider, one.provider_call_id) for one in over}
        unheard = open_questions = 0
        for one in over:
            call = known[one.provider_call_id]
            if call is None:
                self.calls.end(_ended(provider, one), one.began_at)
                unheard += 1
            elif call.ended_at is None:
                if one.ended_at is None or one.ended_at >= before.at:
                    open_questions += 1
                else:
                    self.calls.found_over(_ended(provider, one), one.ended_at)
        if unheard:
            log.warning("calls that nobody had told us of", extra={"provider": provider, "calls": unheard})
        return open_questions > 0

    def _silent(self, providers: Mapping[str, object], before: Asked, now: int) -> bool:
        """Calls that we take for live, and that have not said a word for long. Whether one is to be asked about again."""
        first = first_id(min(before.at, now) - LONGEST_INBOUND_MS)
        with self.database.read() as tx:
            silent = store.silent(tx, first, now - _SILENT_MS, now - _JOINED_MS, _MOST_LOOKS)
        open_questions, mute = 0, set(self.placers) - set(providers)
        for call in silent:
            if call.provider in mute or call.provider not in self.placers:
                continue
            if call.spoke_at >= before.at:
                open_questions += 1  # word of its end may still wait in a spool
            elif not self._look(call, now):
                mute.add(call.provider)
        return open_questions > 0

    def _look(self, call: Row, now: int) -> bool:
        """False: this provider cannot be asked now."""
        seen = self.placers[call.provider].look_at_call(call.provider_call_id)
        if isinstance(seen, Unknown):
            return False
        if seen is not None and seen.outcome is not None:
            log.warning("a call whose end nobody had told us of", extra={"provider": call.provider, "call_id": call.id})
            inbound = call.dial_id is None
            event = CallEnded(call.provider, call.provider_call_id, "", call.line, inbound, seen.outcome, 0, "found over")
            self.calls.found_over(event, seen.over_since(now), call.dial_id)
        return True


def _ended(provider: str, one: SeenInbound) -> CallEnded:
    outcome = one.outcome
    if outcome is None:
        raise ValueError("a call that is under way")
    return CallEnded(provider, one.provider_call_id, one.caller, one.line, True, outcome, one.seconds, one.cause, one.by_document)
