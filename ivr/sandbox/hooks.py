"""Sends webhooks to the product, faults included."""

from collections import Counter
from collections.abc import Callable, Mapping
from threading import Event, Lock

from ivr.sandbox.courier import Courier
from ivr.sandbox.faults import Faults
from ivr.sandbox.numbers import refuse_elsewhere
from ivr.sandbox.records import Exchange
from ivr.sandbox.wires import Wire

Params = Callable[[], Mapping[str, str]]


class Hooks:
    """`target` is the product's PUBLIC_URL; `tuning` a URL fragment per provider, such as `rc=2&rp=ct,rt,5xx`."""

    def __init__(self, courier: Courier, faults: Faults, target: str) -> None:
        self._courier = courier
        self._faults = faults
        self._target = refuse_elsewhere(target)
        self._counts: Counter[tuple[str, int]] = Counter()
        self._lock = Lock()
        self.stopping = Event()
        self.tuning: dict[str, str] = {}

    @property
    def target(self) -> str:
        return self._target

    @target.setter
    def target(self, url: str) -> None:
        self._target = refuse_elsewhere(url)

    def at(self, wire: Wire, path: str) -> str:
        """A webhook's address at the product, with this provider's tuning."""
        tuning = self.tuning.get(wire.name)
        return f"{self._target}{path}" + (f"#{tuning}" if tuning else "")

    def pause(self, ms: int) -> None:
        """A real wait, which shutting down cuts short."""
        self.stopping.wait(ms / 1000)

    def send(self, operation: str, wire: Wire, url: str, params: Mapping[str, str], person: str, method: str = "POST") -> list[Exchange]:
        """Every try made: none when a fault lost it, the second delivery's after the first's when one doubled it."""
        if slow := self._faults.take(operation, wire.name, person, ("latency",)):
            self.pause(slow.ms)
        fault = self._faults.take(operation, wire.name, person, ("lost", "duplicate"))
        if fault is not None and fault.effect == "lost":
            return []
        sign = wire.sign_text if operation in ("hook.report", "hook.text") else wire.sign
        tries: list[Exchange] = []
        for _ in range(2 if fault is not None else 1):
            tries += self._courier.deliver(operation, method, url, params, sign, wire.rules)
        with self._lock:
            self._counts.update((each.operation, each.status) for each in tries)
        return tries

    def counts(self) -> dict[str, dict[int, int]]:
        """How many tries of each operation ended with each status (0: no answer)."""
        with self._lock:
            pairs = list(self._counts.items())
        found: dict[str, dict[int, int]] = {}
        for (operation, status), number in pairs:
            found.setdefault(operation, {})[status] = number
        return found
