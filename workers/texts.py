"""Jobs of the queue `texts`. Arguments are outbox ids; a job may run twice, a text is sent once."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from workers.current import app
from workers.pool import side_by_side

T = TypeVar("T")


def send(*outbox_ids: str) -> None:
    """Claim these texts, then send them side by side: a provider's answer takes longer than all our work."""
    delivery = app().delivery
    [claims] = _side_by_side(delivery.claim, [outbox_ids])
    _side_by_side(delivery.send, claims)


def look(*outbox_ids: str) -> None:
    """Find out at the provider whether attempts with an unknown outcome went out."""
    _side_by_side(app().reconciliation.look, outbox_ids)


def text_arrived(*outbox_ids: str) -> None:
    """See whether texts with a payment link arrived, and send them once more if not."""
    _side_by_side(app().money.arrivals.check, outbox_ids)


def _side_by_side(task: Callable[..., T], arguments: Sequence[object]) -> list[T]:
    return side_by_side("text", app().settings.texts_per_job, task, arguments)
