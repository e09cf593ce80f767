"""Faults that a person turns on and off by name, each with a sentence that says what it does."""

from dataclasses import dataclass

from ivr.sandbox.faults import Fault, Faults


@dataclass(frozen=True, slots=True)
class Switch:
    name: str
    title: str
    does: str
    faults: tuple[Fault, ...]


def _always(effect: str, *operations: str, ms: int = 0, status: int = 0, code: str = "", provider: str | None = None) -> tuple[Fault, ...]:
    return tuple(Fault(operation, effect, times=None, ms=ms, status=status, code=code, provider=provider) for operation in operations)


_CARRIER = ("text.send", "text.list", "call.create", "call.list", "call.fetch", "call.move", "call.end")
_GATEWAY = ("link.create", "link.list", "link.fetch", "link.cancel", "refund.create", "refund.list", "payment.list")
_NEWS = ("hook.status", "hook.report", "hook.room", "hook.payment")

SWITCHES = {
    switch.name: switch
    for switch in (
        Switch(
            "slow",
            "Slow provider",
            "Every SMS and every call that is asked for takes three seconds to be accepted.",
            _always("latency", "text.send", "call.create", ms=3_000),
        ),
        Switch(
            "refused",
            "SMS refused",
            "Plivo and Twilio refuse every SMS, as if its wording were not registered. Nothing arrives.",
            _always("rejected", "text.send", code="dlt"),
        ),
        Switch(
            "unreachable",
            "Phones without signal",
            "Every SMS is accepted, reaches no phone, and is reported undelivered.",
            _always("undeliverable", "text.delivery"),
        ),
        Switch(
            "unanswered",
            "Answers lost",
            "An SMS goes out, but the provider answers with an error. It must still arrive once, not twice.",
            _always("error_after", "text.send", status=500),
        ),
        Switch(
            "unheard",
            "Callbacks lost",
            "Nobody tells the product of deliveries, hang-ups or payments. It has to ask by itself.",
            _always("lost", *_NEWS),
        ),
        Switch(
            "doubled",
            "Callbacks doubled",
            "Whatever the product is told, it is told twice. Nothing may happen twice.",
            _always("duplicate", "hook.voice", "hook.turn", *_NEWS),
        ),
        Switch(
            "outage",
            "Provider outage",
            "Plivo and Twilio answer 503 to all that is asked of them. Calls still come in.",
            _always("error_before", *_CARRIER, status=503),
        ),
        Switch(
            "gateway",
            "Gateway outage",
            "Razorpay answers 502 to all that is asked of it: nobody gets a page to pay on, and no money goes back.",
            _always("error_before", *_GATEWAY, status=502),
        ),
    )
}


def is_on(switch: Switch, faults: Faults) -> bool:
    rules = faults.rules()
    return all(fault in rules for fault in switch.faults)


def turn(switch: Switch, faults: Faults, *, on: bool) -> None:
    """On twice is on once."""
    for fault in switch.faults:
        faults.remove(fault)
        if on:
            faults.add(fault)
