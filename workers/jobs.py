"""Which job does what the outbox wishes for: kind → queue, function, and how many ids one job takes."""

from dataclasses import dataclass

from ivr.callbacks.dials import CALL_LOOK, CALL_PLACE
from ivr.texts.booking import LOOK, SEND

JOB_TIMEOUT_S = 60
FAILURE_TTL_S = 3 * 24 * 60 * 60  # long enough for an operator to look; the truth is in the database


@dataclass(frozen=True, slots=True)
class Kind:
    queue: str
    function: str
    together: bool = False  # several ids in one job


KINDS: dict[str, Kind] = {
    CALL_PLACE: Kind("calls", "workers.calls.place", together=True),
    CALL_LOOK: Kind("calls", "workers.calls.look", together=True),
    SEND: Kind("texts", "workers.texts.send", together=True),
    LOOK: Kind("texts", "workers.texts.look", together=True),
}

QUEUES = tuple(dict.fromkeys(kind.queue for kind in KINDS.values()))


def kinds_of(queue: str) -> list[str]:
    return [name for name, kind in KINDS.items() if kind.queue == queue]
