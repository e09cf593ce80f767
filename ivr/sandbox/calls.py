"""The course of a call: webhook, retries, fallback, document, hang-up callback."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from threading import Lock

from ivr.model.ports import Clock
from ivr.sandbox.agenda import Agenda
from ivr.sandbox.hooks import Hooks
from ivr.sandbox.numbers import line_number, normal
from ivr.sandbox.records import Call, CallRecord, Ending, Exchange
from ivr.sandbox.wires import Wire

TONE_MS = 1_000  # the caller hears the busy tone, then the call is over


class Switchboard:
    """All calls, the newest `keep` of them. `fallback` is the fallback URL per provider; unset, there is none."""

    def __init__(self, clock: Clock, agenda: Agenda, hooks: Hooks, wires: Mapping[str, Wire], keep: int) -> None:
        self._clock = clock
        self._agenda = agenda
        self._hooks = hooks
        self._wires = wires
        self._keep = keep
        self._calls: OrderedDict[str, Call] = OrderedDict()
        self._lock = Lock()
        self.fallback: dict[str, str] = {}

    def dial(self, caller: str, line: str, wire: Wire, hang_up_after_ms: int | None, deliveries: int) -> str:
        call = Call(wire.new_call_id(), wire.name, normal(caller), line_number(line), self._clock.now(), hang_up_after_ms)
        with self._lock:
            self._calls[call.id] = call
            while len(self._calls) > self._keep:
                self._calls.popitem(last=False)
        for delivery in range(deliveries):
            self._agenda.after(0, lambda first=delivery == 0: self._ring(call, wire, first))  # type: ignore[misc]
        if hang_up_after_ms is not None:
            self._agenda.after(hang_up_after_ms, lambda: self._end(call, wire, Ending(wire.cancelled)))
        return call.id

    def call(self, call_id: str) -> CallRecord | None:
        with self._lock:
            found = self._calls.get(call_id)
            return found.record() if found else None

    def calls(self, newest: int | None) -> list[CallRecord]:
        """Every call kept, or the `newest` of them; oldest first."""
        with self._lock:
            records = [call.record() for call in islice(reversed(self._calls.values()), newest)]
        return records[::-1]

    def _ring(self, call: Call, wire: Wire, first: bool) -> None:
        """The first webhook. A second delivery of it is sent and noted, but decides nothing."""
        tries = self._send(call, wire, "hook.voice", self._hooks.at(wire, f"/voice/{wire.name}"), wire.call_params(call))
        if not first:
            return
        if not tries:  # the webhook was lost, as when Plivo refuses a burst: busy, and nobody is told
            self._close(call, Ending("3010" if wire.name == "plivo" else "busy", error="lost"))
            return
        ending = self._outcome(call, wire, tries)
        if call.hang_up_after_ms is None:
            self._end_later(call, wire, ending)

    def _outcome(self, call: Call, wire: Wire, tries: list[Exchange]) -> Ending:
        ending = wire.read(_decisive(tries))
        fallback = self.fallback.get(wire.name)
        if fallback is None or not wire.falls_back(ending):
            return ending
        params = {**wire.call_params(call), **wire.fallback_params(_decisive(tries), ending)}
        answers = self._send(call, wire, "hook.voice", fallback, params)
        return replace(wire.read(_decisive(answers)), error=ending.error) if answers else ending

    def _send(self, call: Call, wire: Wire, operation: str, url: str, params: Mapping[str, str]) -> list[Exchange]:
        tries = self._hooks.send(operation, wire, url, params, call.caller)
        with self._lock:
            call.exchanges.extend(tries)
        return tries

    def _end_later(self, call: Call, wire: Wire, ending: Ending) -> None:
        with self._lock:
            call.ending = ending
        self._agenda.after(1000 * ending.seconds or TONE_MS, lambda: self._end(call, wire, ending))

    def _end(self, call: Call, wire: Wire, ending: Ending) -> None:
        if call.ended_at is not None:
            return
        self._close(call, ending)
        params = wire.ended_params(call, ending, self._clock.now())
        self._send(call, wire, "hook.status", self._hooks.at(wire, f"/voice/{wire.name}/status"), params)

    def _close(self, call: Call, ending: Ending) -> None:
        with self._lock:
            call.ending = ending
            call.ended_at = self._clock.now()


def _decisive(tries: list[Exchange]) -> Exchange:
    """The answer that counts: the last try of the first delivery. A doubled delivery starts again at attempt 0."""
    chosen = tries[0]
    for each in tries[1:]:
        if each.attempt == 0:
            break
        chosen = each
    return chosen
