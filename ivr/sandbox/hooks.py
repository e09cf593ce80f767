"""Sends webhooks to the product, faults included."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Event, Lock

from ivr.sandbox.courier import Courier
from ivr.sandbox.faults import Faults
from ivr.sandbox.numbers import refuse_elsewhere
from ivr.sandbox.records import Exchange
from ivr.sandbox.wires import Wire

Params = Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A JSON webhook: where to below the product's address, its bytes and headers, what to show of it, and the patience for one try."""

    path: str
    body: bytes
    headers: Mapping[str, str]
    told: Mapping[str, str]
    wait_s: float


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
        sign = wire.sign_text if operation in ("hook.report", "hook.text") else wire.sign
        tries: list[Exchange] = []
        for _ in range(self._times(operation, wire.name, person)):
            tries += self._courier.deliver(operation, method, url, params, sign, wire.rules)
        return self._counted(tries)

    def post(self, operation: str, provider: str, parcel: Parcel, about: str) -> list[Exchange]:
        """JSON to the product: none when a fault lost it, two when one doubled it, one otherwise. `about`: for faults that name it."""
        url = self._target + parcel.path
        tries = [
            self._courier.post_json(operation, url, parcel.body, parcel.headers, parcel.told, parcel.wait_s)
            for _ in range(self._times(operation, provider, about))
        ]
        return self._counted(tries)

    def reordered(self, operation: str, provider: str, about: str) -> bool:
        """Whether a fault makes this one come after those that follow it."""
        return self._faults.take(operation, provider, about, ("reorder",)) is not None

    def _times(self, operation: str, provider: str, about: str) -> int:
        """How often a webhook goes out, after the wait that a fault asks for."""
        if slow := self._faults.take(operation, provider, about, ("latency",)):
            self.pause(slow.ms)
        fault = self._faults.take(operation, provider, about, ("lost", "duplicate"))
        if fault is None:
            return 1
        return 0 if fault.effect == "lost" else 2

    def _counted(self, tries: list[Exchange]) -> list[Exchange]:
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
