"""India's clock: one time zone, no summer time. Moments are UTC milliseconds, days are days in India."""

from datetime import UTC, date, datetime, timedelta, timezone

IST = timezone(timedelta(hours=5, minutes=30), "IST")
MINUTE_MS = 60_000
DAY_MIN = 24 * 60
DAY_MS = DAY_MIN * MINUTE_MS
IST_MS = 330 * MINUTE_MS
"""Added to a moment, whole days of it are days in India."""

_DAY_0 = date(1970, 1, 1)
_MOMENT_0 = datetime(1970, 1, 1, tzinfo=UTC)


def in_india(at: int) -> datetime:
    """The moment on an Indian clock."""
    return (_MOMENT_0 + timedelta(milliseconds=at)).astimezone(IST)


def day_of(at: int) -> date:
    """The day that the moment lies in."""
    return _DAY_0 + timedelta(days=(at + IST_MS) // DAY_MS)


def minute_of(at: int) -> int:
    """Minutes since midnight."""
    return (at + IST_MS) % DAY_MS // MINUTE_MS


def moment(day: date, minute: int = 0) -> int:
    """That minute of the day; its midnight, unless told."""
    return (day - _DAY_0).days * DAY_MS + minute * MINUTE_MS - IST_MS


def is_another_day(at: int, now: int) -> bool:
    """Whether a clock alone, told at `now`, would be taken for today's. The midnight that ends today is today's."""
    return day_of(at - 1) != day_of(now)
