"""Jobs of the queue `texts`. Arguments are outbox ids; a job may run twice, a text is sent once.

All work is done in threads of a pool: RQ raises its job timeout in the main thread, which here only waits.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from workers.current import app

T = TypeVar("T")


@cache
def _pool(size: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(size, thread_name_prefix="text")


def send(*outbox_ids: str) -> None:
    """Claim these texts, then send them side by side: a provider's answer takes longer than all our work."""
    delivery = app().delivery
    [claims] = _side_by_side(delivery.claim, [outbox_ids])
    _side_by_side(delivery.send, claims)


def look(*outbox_ids: str) -> None:
    """Find out at the provider whether attempts with an unknown outcome went out."""
    _side_by_side(app().reconciliation.look, outbox_ids)


def _side_by_side(task: Callable[..., T], arguments: Sequence[object]) -> list[T]:
    """Every task is run to its end, whatever becomes of another; then the first fault is raised."""
    running = [_pool(app().settings.texts_per_job).submit(task, argument) for argument in arguments]
    return [done.result() for done in running]
