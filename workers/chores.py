"""Jobs of the queue `chores`: what needs the database alone, so that nobody's slow answer holds up a clock. Arguments are outbox ids."""

from collections.abc import Callable, Sequence

from workers.current import app
from workers.pool import side_by_side

_THREADS = 4


def event(*outbox_ids: str) -> None:
    """Book what events of the gateway tell. Whoever has paid by it gets a doctor's ring at once; the search that was wished for would be a
    way through relay and Redis later, and is there should this one not come to its end.
    """
    _all(app().money.events.look_at, outbox_ids)
    app().connections.search.run()


def clock(*outbox_ids: str) -> None:
    """The clocks of consults run out."""
    _all(app().connections.timers.ring, outbox_ids)


def news(*outbox_ids: str) -> None:
    """Tell callers that their payment came."""
    _all(app().connections.timers.news, outbox_ids)


def search(*outbox_ids: str) -> None:
    """Ring doctors for patients who wait."""
    _all(app().connections.search.job, outbox_ids)


def warn(*outbox_ids: str) -> None:
    """Talks whose time is nearly over."""
    _all(app().connections.timers.warn, outbox_ids)


def doctor_news(*outbox_ids: str) -> None:
    """Doctors are told what the system did with them."""
    _all(app().connection_news.doctor, outbox_ids)


def patient_news(*outbox_ids: str) -> None:
    """Patients who have paid are asked for their films."""
    _all(app().connection_news.patient, outbox_ids)


def duty_clock(*outbox_ids: str) -> None:
    """The duty of doctors ends, or their pause, or the time to confirm."""
    _all(app().connections.duty_clock.ring, outbox_ids)


def take_back(*outbox_ids: str) -> None:
    """Offers to doctors who went off meanwhile."""
    _all(app().connections.duty_clock.take_back, outbox_ids)


def unserved(*outbox_ids: str) -> None:
    """Paid some while ago, and no doctor yet."""
    _all(app().connections.timers.unserved, outbox_ids)


def _all(task: Callable[[str], None], outbox_ids: Sequence[str]) -> None:
    """To the end, whatever becomes of another; then the first fault is raised."""
    side_by_side("chore", _THREADS, task, outbox_ids)
