"""Jobs of the queue `chores`: what needs the database alone, so that nobody's slow answer holds up a clock. Arguments are outbox ids."""

from collections.abc import Callable, Sequence

from workers.current import app
from workers.pool import side_by_side

_THREADS = 4


def event(*outbox_ids: str) -> None:
    """Book what events of the gateway tell."""
    _all(app().money.events.look_at, outbox_ids)


def clock(*outbox_ids: str) -> None:
    """The clocks of consults run out."""
    _all(app().consults.timers.ring, outbox_ids)


def news(*outbox_ids: str) -> None:
    """Tell callers that their payment came."""
    _all(app().consults.timers.news, outbox_ids)


def unserved(*outbox_ids: str) -> None:
    """Paid some while ago, and no doctor yet."""
    _all(app().consults.timers.unserved, outbox_ids)


def _all(task: Callable[[str], None], outbox_ids: Sequence[str]) -> None:
    """To the end, whatever becomes of another; then the first fault is raised."""
    side_by_side("chore", _THREADS, task, outbox_ids)
