"""When a caller's phone rings: the plans and quiet hours, as data and pure functions. Times are UTC milliseconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ivr.callbacks.lifecycle import DialState

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS

RING_S: Final = 30  # a mobile in India rings for 30 s (TRAI, November 2019)
RETRY_PLAN: Final[tuple[int, ...]] = (0, 2, 30)  # three calls in all: at once, then so many minutes after the last one ended
PAID_PLAN: Final[tuple[int, ...]] = (0, 1, 4, 10)  # they wait for it, and a doctor is promised within half an hour
TOO_LATE_MS: Final = DAY_MS  # a later answer to a missed call is a nuisance

IST_MS: Final = 5 * HOUR_MS + 30 * MINUTE_MS  # India has one zone and no summer time
QUIET_FROM: Final = 21 * 60  # minutes of the day in India: no call that falls in here (TCCCPR) …
QUIET_UNTIL: Final = 8 * 60
MORNING: Final = 9 * 60  # … it is made then instead

MISSED_CALL = "missed_call"
CALL_LATER = "call_later"
PAID = "paid"  # the caller has paid for a consult, and was promised a call
OFFER = "offer"  # of a doctor on duty, for a patient
CONNECT = "connect"  # of a patient whose doctor is on the line
DUTY = "duty"  # of a doctor who went on duty, to hear that it was they: a caller id can be forged
WORD = "word"  # of a doctor who has something to say of their consult that moves money, to hear that it is they
PAGE = "page"  # of somebody who is on call: they did not ask for it, but they are staff


@dataclass(frozen=True, slots=True)
class Plan:
    """The calls of one call back: pauses in minutes, each from the end of the call before, and how long each rings.

    `at_night`: quiet hours do not hold them up.
    """

    pauses: tuple[int, ...]
    at_night: bool = False
    ring_s: int = RING_S


PLANS: Final[Mapping[str, Plan]] = {
    MISSED_CALL: Plan(RETRY_PLAN),
    CALL_LATER: Plan(RETRY_PLAN),
    PAID: Plan(PAID_PLAN, at_night=True),
    OFFER: Plan((0,), at_night=True, ring_s=20),  # less cuts off who would have answered, more keeps the patient waiting
    CONNECT: Plan((0, 0), at_night=True),  # the doctor holds the line meanwhile
    DUTY: Plan((0, 1), at_night=True),  # they asked for it just now
    WORD: Plan((0, 1), at_night=True),  # likewise
    PAGE: Plan((0,), at_night=True),  # the next on call is tried instead
}
"""By reason: what a call back was asked for with."""

_BACK_OFF_S = (5, 15, 60, 300)
_ACCOUNT_PAUSE_S = 300  # an alarm is out; a person may mend the account meanwhile


def is_quiet(at: int) -> bool:
    """Whether phones must not ring at this moment."""
    minute = (at + IST_MS) % DAY_MS // MINUTE_MS
    return minute >= QUIET_FROM or minute < QUIET_UNTIL


def not_quiet(at: int) -> int:
    """`at` itself, or nine o'clock next morning when it falls into quiet hours."""
    if not is_quiet(at):
        return at
    midnight = at - (at + IST_MS) % DAY_MS
    morning = midnight + MORNING * MINUTE_MS
    return morning if at < morning else morning + DAY_MS


def first_due(now: int, delay_s: int) -> int:
    """When the first call of the plan is made."""
    return not_quiet(now + delay_s * 1000)


def next_due(reason: str, tries: int, last_end: int, now: int) -> int | None:
    """When to call again after `tries` calls, the last of which ended at `last_end`; None when the plan has no more."""
    plan = PLANS[reason]
    if tries >= len(plan.pauses):
        return None
    due_at = max(now, last_end + plan.pauses[tries] * MINUTE_MS)
    return due_at if plan.at_night else not_quiet(due_at)


def wait_ms(past: Sequence[str], after_s: float | None) -> int:
    """How long to wait after the last of these dials (states, oldest first) rang nobody. Uses up no call of the plan.

    `after_s` is the provider's own wish, kept within an hour.
    """
    last = past[-1]
    if last == DialState.ACCOUNT:
        return _ACCOUNT_PAUSE_S * 1000
    times = sum(1 for state in past if state == last)
    if last == DialState.ABSENT:  # it took a minute and more to find that out; who keeps losing our requests gets a pause
        return 0 if times == 1 else _ACCOUNT_PAUSE_S * 1000
    seconds = max(_BACK_OFF_S[min(times, len(_BACK_OFF_S)) - 1], after_s or 0)
    return int(min(seconds, 3600) * 1000)
