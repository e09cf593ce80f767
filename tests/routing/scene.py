"""Doctors and callers for the rules' tables."""

from ivr.routing.ranking import Candidate

NOW = 1_795_329_000_000
SECOND, MINUTE, HOUR = 1000, 60_000, 3_600_000


def doctor(name: str, *, idle_s: float = 60, rate: int = 750, tier: int = 0, rated_at: int = NOW, **languages: int) -> Candidate:
    """Speaks Kannada well unless languages are named."""
    return Candidate(name, tier, languages or {"kn": 2}, NOW - round(idle_s * SECOND), rate, rated_at)
