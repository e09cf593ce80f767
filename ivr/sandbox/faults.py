"""What goes wrong on purpose: rules as data."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from threading import Lock

from ivr.sandbox.numbers import normal

_REST = frozenset({"latency", "error_before", "error_after", "hang_before", "hang_after", "reset", "rejected"})
_GATEWAY = _REST | {"html"}
_HOOK = frozenset({"latency", "lost", "duplicate"})
EFFECTS = {
    "text.send": _REST,
    "text.list": _REST,
    "call.create": _REST,
    "call.list": _REST,
    "call.fetch": _REST,
    "call.move": _REST,
    "call.end": _REST,
    "hook.voice": _HOOK,
    "hook.turn": _HOOK,
    "hook.status": _HOOK,
    "hook.room": _HOOK | {"reorder"},
    "hook.report": _HOOK | {"reorder"},
    "hook.text": _HOOK,
    "hook.payment": _HOOK | {"reorder", "webhook_first"},
    "link.create": _GATEWAY | {"webhook_first"},
    "link.list": _GATEWAY,
    "link.fetch": _GATEWAY,
    "link.cancel": _GATEWAY,
    "refund.create": _GATEWAY,
    "refund.list": _GATEWAY,
    "payment.list": _GATEWAY,
    "text.delivery": frozenset({"undeliverable", "failed", "lost", "reorder"}),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule: what goes wrong (`effect`) where (`operation`), and how often.

    `times` counts down at each use; None never ends. `ms` is real milliseconds (latency, hang). `status`, `code` and
    `retry_after` (seconds) shape an error: `code` is Twilio's number, or Plivo's or Razorpay's word (dlt, credit, rate, balance,
    html … see `refusals`), and for `undeliverable` or `failed` the report's error code. `provider` and `to` (the person's
    number; at the gateway a link's reference, or the id in the request) narrow it down.
    ValueError for an operation or an effect that does not exist.

    latency waits and goes on · error_before answers an error, nothing happened · error_after answers an error although it
    happened · hang_before, hang_after hold the answer, before or after it happened · reset closes the connection, nothing
    happened · rejected is the vendor's refusal · html is a page instead of JSON, nothing happened (code html makes a page of any
    other error) · webhook_first: events come before the API's answer; a new link is paid before its creation is answered · lost,
    duplicate, reorder are webhooks' · undeliverable, failed are phones'.
    """

    operation: str
    effect: str
    times: int | None = 1
    status: int = 0
    code: str = ""
    ms: int = 0
    retry_after: int | None = None
    provider: str | None = None
    to: str | None = None

    def __post_init__(self) -> None:
        if self.operation not in EFFECTS:
            raise ValueError(f"there is no operation {self.operation!r}: use one of {', '.join(EFFECTS)}")
        if self.effect not in EFFECTS[self.operation]:
            raise ValueError(f"{self.operation} cannot go wrong by {self.effect!r}: use {', '.join(sorted(EFFECTS[self.operation]))}")
        if self.effect in ("latency", "hang_before", "hang_after") and self.ms <= 0:
            raise ValueError(f"{self.effect} needs ms, how many milliseconds it lasts")
        if self.times is not None and self.times < 1:
            raise ValueError("times is 1 or more; leave it empty (null) for a fault that stays")

    def strikes(self, operation: str, provider: str, to: str) -> bool:
        return (
            self.operation == operation
            and self.provider in (None, provider)
            and (self.to is None or (bool(to) and (self.to == to or normal(self.to) == normal(to))))
        )


class Faults:
    """The rules in force. The first that fits strikes, then wears off."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._lock = Lock()

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._rules.append(fault)

    def remove(self, fault: Fault) -> None:
        """All rules just like this one, none if need be."""
        with self._lock:
            self._rules[:] = [rule for rule in self._rules if rule != fault]

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()

    def rules(self) -> tuple[Fault, ...]:
        with self._lock:
            return tuple(self._rules)

    def take(self, operation: str, provider: str, to: str, effects: Collection[str]) -> Fault | None:
        """The first rule that fits, used up by one; None when all is well."""
        if not self._rules:  # the usual case, without a lock
            return None
        with self._lock:
            for index, rule in enumerate(self._rules):
                if rule.effect in effects and rule.strikes(operation, provider, to):
                    self._wear(index, rule)
                    return rule
        return None

    def _wear(self, index: int, rule: Fault) -> None:
        if rule.times is None:
            return
        if rule.times > 1:
            self._rules[index] = replace(rule, times=rule.times - 1)
        else:
            del self._rules[index]
