"""Who gets a text: the rules, without I/O. Each refusal is a reason that the console shows."""

from dataclasses import dataclass
from enum import StrEnum

from ivr.model.values import CallerKind


class DropReason(StrEnum):
    LANDLINE = "landline"
    FOREIGN = "foreign"
    WITHHELD = "withheld"
    SPECIAL = "special"
    OWN_LINE = "own_line"
    INVALID = "invalid"
    OPTED_OUT = "opted_out"
    WINDOW = "window"  # rang again within the window: the first text is on its way
    DAILY_LIMIT = "daily_limit"
    NO_PROVIDER = "no_provider"  # texting is switched off, or nobody carries this template
    TOO_LATE = "too_late"
    BLOCKED = "blocked"  # the clinic keeps this caller out
    PAUSED = "paused"  # all texts were, until it was too late for this one


OWED = frozenset({"receipt", "refund", "prescription_link"})
"""Templates about money that was taken, and what it bought: they are told to whoever paid, opted out or not."""


@dataclass(frozen=True, slots=True)
class Limits:
    window_ms: int
    per_day: int
    day_ms: int = 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class History:
    """What a caller had from us before. Texts that came to nothing do not count."""

    opted_out: bool = False
    in_window: int = 0
    in_day: int = 0


def drop_reason(kind: CallerKind, history: History, *, texting: bool, limits: Limits) -> DropReason | None:
    """Why this caller gets no text now; None to send. Only a valid Indian mobile ever gets one."""
    if kind is not CallerKind.MOBILE:
        return DropReason(kind.value)
    if history.opted_out:
        return DropReason.OPTED_OUT
    if history.in_window:
        return DropReason.WINDOW
    if history.in_day >= limits.per_day:
        return DropReason.DAILY_LIMIT
    return None if texting else DropReason.NO_PROVIDER
