"""Jobs of the queue `money`. Arguments are outbox ids; a job may run twice, money moves once."""

from workers.current import app
from workers.pool import side_by_side

_THREADS = 8


def event(*outbox_ids: str) -> None:
    """Book what events of the gateway tell."""
    side_by_side("money", _THREADS, app().money.events.look_at, outbox_ids)


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


def clock(*outbox_ids: str) -> None:
    """The clocks of consults run out."""
    side_by_side("money", _THREADS, app().money.timers.ring, outbox_ids)


def news(*outbox_ids: str) -> None:
    """Tell callers that their payment came."""
    side_by_side("money", _THREADS, app().money.timers.news, outbox_ids)


def unserved(*outbox_ids: str) -> None:
    """Paid some while ago, and no doctor yet."""
    side_by_side("money", _THREADS, app().money.timers.unserved, outbox_ids)


def text_arrived(*outbox_ids: str) -> None:
    """See whether texts with a payment link arrived, and send them once more if not."""
    side_by_side("money", _THREADS, app().money.arrivals.check, outbox_ids)


def day(outbox_id: str) -> None:
    """Compare a day with the gateway's books."""
    app().money.daily.run(outbox_id)
