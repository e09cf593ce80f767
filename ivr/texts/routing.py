"""Which provider gets the next attempt, and when: pure, from what happened so far."""

from collections.abc import Sequence
from dataclasses import dataclass

TRIES_BEFORE_SWITCH = 2  # "try later" twice, then the next provider
_BACK_OFF_S = (5, 15, 60, 300)
_ACCOUNT_PAUSE_S = 300  # an alarm is out; a person may mend the account meanwhile


@dataclass(frozen=True, slots=True)
class Past:
    """One ended attempt, by its state: `try_later`, `absent` (looked for and not there), `account` (our set-up there is at fault)."""

    provider: str
    state: str


def choose(providers: Sequence[str], past: Sequence[Past]) -> str | None:
    """The provider for the next attempt, None when nobody carries the template.

    `providers`: those the template is registered with, in order of preference. One whose account is at fault stands back
    while another works; one that said "try later" twice lets the next in line try.
    """
    if not providers:
        return None

    def count(name: str, state: str) -> int:
        return sum(1 for attempt in past if attempt.provider == name and attempt.state == state)

    fewest_faults = min(count(name, "account") for name in providers)
    working = [name for name in providers if count(name, "account") == fewest_faults]
    fresh = [name for name in working if count(name, "try_later") < TRIES_BEFORE_SWITCH]
    return fresh[0] if fresh else min(working, key=lambda name: count(name, "try_later"))


def wait_s(providers: Sequence[str], past: Sequence[Past], retry_after_s: float | None) -> float:
    """How long to wait after the last of `past` ended without sending; nothing when the next provider has not failed this text yet."""
    following = choose(providers, past)
    if all(attempt.provider != following for attempt in past):
        return 0
    if past[-1].state == "account":
        return _ACCOUNT_PAUSE_S
    tries = sum(1 for attempt in past if attempt.state == "try_later")
    return min(max(_BACK_OFF_S[min(max(tries, 1), len(_BACK_OFF_S)) - 1], retry_after_s or 0), 3600)
