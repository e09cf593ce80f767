"""Who on call is texted and called when: data and pure functions. Times are UTC milliseconds.

The first number gets the SMS. Without a word it is called, then the next number is texted and called, and so on to the end of the
list: a round. Rounds are repeated, calls only, until somebody takes the page or the last round is over. All pages together call one
phone only so often.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from ivr.hours import Hours

SECOND_MS = 1_000
MINUTE_MS = 60_000


class Urgency(StrEnum):
    NOW = "now"  # by night too
    IN_HOURS = "in_hours"  # when the clinic is open
    CONSOLE = "console"  # nobody is sought out


@dataclass(frozen=True, slots=True)
class Pace:
    """`grace_ms`: from the first SMS to the first call. `round_ms`: from the beginning of a round to that of the next, at least.

    `told_ms`: a page that nobody has taken for so long is an alarm on the console.
    """

    grace_ms: int
    rounds: int
    round_ms: int
    told_ms: int


PACES: Mapping[Urgency, Pace] = {
    Urgency.NOW: Pace(grace_ms=60 * SECOND_MS, rounds=6, round_ms=5 * MINUTE_MS, told_ms=10 * MINUTE_MS),
    Urgency.IN_HOURS: Pace(grace_ms=15 * MINUTE_MS, rounds=2, round_ms=30 * MINUTE_MS, told_ms=120 * MINUTE_MS),
}

ANSWER_MS = 45 * SECOND_MS
"""A call that does not even ring by then is left to itself, and the next number is tried."""
LISTEN_MS = 30 * SECOND_MS
"""How often we look again at a call that rings, or in which somebody talks; its end is told at once."""

MOST_AT_ONCE = 3
"""Pages about callers of the same need, or a graver one, that are open at once: a stranger can make a caller of any number."""
MOST_CALLS = 20
"""Calls about alarms to one phone in `BUDGET_MS`, however many alarms there are: a phone that rings on and on is put away."""
KEPT_FOR_FIRST = 6
"""Of these, calls that only a page which has not called this phone before may use, so that old pages do not hold up a new one."""
BUDGET_MS = 60 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `number` is an index into the list of those on call."""

    number: int
    text: bool
    call: bool
    round: int


def step(index: int, numbers: int, pace: Pace) -> Step | None:
    """The step after `index` others, for so many numbers; None when all rounds are over. The first is an SMS alone."""
    if not numbers:
        return None
    if index == 0:
        return Step(0, text=True, call=False, round=0)
    round_, number = divmod(index - 1, numbers)
    return Step(number, text=number > 0 and round_ == 0, call=True, round=round_) if round_ < pace.rounds else None


def begins(raised_at: int, index: int, numbers: int, pace: Pace) -> int:
    """The earliest moment of a step: rounds keep their distance, however soon the calls of one came to nothing."""
    return raised_at + (index - 1) // numbers * pace.round_ms if index and numbers else raised_at


def may_call(calls: int, round_: int) -> bool:
    """Whether a phone that had so many `calls` in the last `BUDGET_MS` is called in this round of a page."""
    return calls < (MOST_CALLS if round_ == 0 else MOST_CALLS - KEPT_FOR_FIRST)


def awake(urgency: Urgency, hours: Hours, at: int) -> int:
    """`at` itself, or the next moment at which a page of this urgency may be heard."""
    if urgency is Urgency.NOW:
        return at
    return hours.opens_next(at) or at
