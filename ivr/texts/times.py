"""Times as texts have them: plain letters and digits in every language, short enough for a slot."""

from datetime import datetime

from ivr.model.india import in_india, is_another_day


def clock_time(at: int, now: int) -> str:
    """`6:30 pm`, in India, as told at `now`; `22 Nov, 6:30 pm` when that is not today: "tomorrow" would be wrong once the text is old."""
    return day_time(at) if is_another_day(at, now) else _clock(in_india(at))


def day_time(at: int) -> str:
    """`22 Nov, 6:30 pm`, in India."""
    local = in_india(at)
    return f"{local.day} {local:%b}, {_clock(local)}"


def _clock(local: datetime) -> str:
    return f"{local.hour % 12 or 12}:{local:%M} {'am' if local.hour < 12 else 'pm'}"
