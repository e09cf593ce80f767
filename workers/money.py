"""Jobs of the queue `money`: all that asks the gateway. Arguments are outbox ids; a job may run twice, money moves once."""

from workers.current import app
from workers.pool import side_by_side

_THREADS = 32
"""So many that a job is done within its time while the gateway answers nothing at all."""


def create_link(*outbox_ids: str) -> None:
    """Have the gateway make payment links."""
    side_by_side("money", _THREADS, app().money.collecting.create, outbox_ids)


def look_at_link(*outbox_ids: str) -> None:
    """See whether payment links were paid."""
    side_by_side("money", _THREADS, app().money.collecting.look, outbox_ids)


def close_link(*outbox_ids: str) -> None:
    """Cancel payment links whose place is kept no longer."""
    side_by_side("money", _THREADS, app().money.collecting.close, outbox_ids)


def refund(*outbox_ids: str) -> None:
    """Ask for refunds that are due."""
    side_by_side("money", _THREADS, app().money.refunding.ask, outbox_ids)


def look_at_refund(*outbox_ids: str) -> None:
    """See how refunds stand that the gateway is at."""
    side_by_side("money", _THREADS, app().money.refunding.look, outbox_ids)


def day(*outbox_ids: str) -> None:
    """Compare days with the gateway's books."""
    side_by_side("money", _THREADS, app().money.daily.run, outbox_ids)
