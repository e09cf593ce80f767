"""Jobs of the queue `calls`. Arguments are outbox ids; a job may run twice, a phone rings once."""

from workers.current import app
from workers.pool import side_by_side

_THREADS = 24
"""More calls than a provider takes in the time that it may need to answer one request."""


def place(*outbox_ids: str) -> None:
    """Call these callers, each as its provider's pace and channels allow."""
    side_by_side("call", _THREADS, app().placing.place, outbox_ids)


def call_in(*outbox_ids: str) -> None:
    """Bring who waits into the room."""
    side_by_side("call", _THREADS, app().moving.call_in, outbox_ids)


def call_out(*outbox_ids: str) -> None:
    """Bring who is in a room out of it."""
    side_by_side("call", _THREADS, app().moving.call_out, outbox_ids)


def end(*outbox_ids: str) -> None:
    """Hang up calls that nobody wants."""
    side_by_side("call", _THREADS, app().moving.end, outbox_ids)


def stop(*outbox_ids: str) -> None:
    """Hang up calls that an operator ends."""
    side_by_side("call", _THREADS, app().moving.stop, outbox_ids)


def look_at_talk(*outbox_ids: str) -> None:
    """See whether those who talk are still on the line."""
    side_by_side("call", _THREADS, app().moving.look, outbox_ids)


def review(*outbox_ids: str) -> None:
    """Ask providers what we have missed."""
    side_by_side("call", _THREADS, app().review.run, outbox_ids)


def look(*outbox_ids: str) -> None:
    """Find out at the provider how calls stand of which nobody has had a word."""
    side_by_side("call", _THREADS, app().call_reconciliation.look, outbox_ids)
