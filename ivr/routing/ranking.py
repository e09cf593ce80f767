"""Which doctor is rung first, and why.

score = continuity + language + (idle + 30 s) × answer rate² − penalty; ties by id. The unit is about one second of idling.

Who may be considered at all widens with the wait; a rung of this ladder on which nobody stands is skipped at once:

    previous   the doctor who saw this patient before, alone, for a short moment
    language   speaks the caller's language, tier 0 or 1
    tier       speaks the caller's language, any tier: from 20 s on
    common     speaks Hindi or English: from 45 s on, and only if the caller agreed
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ivr.routing.rating import decayed

CONTINUITY = 600.0
PER_LEVEL = 30.0
PER_TIER = 120.0
IDLE_BONUS_S = 30
"""So that the answer rate counts from the first second."""
ALONE_MS = 20_000
ANY_TIER_MS = 20_000
COMMON_MS = 45_000
FIRST_TIERS = 1
COMMON_LANGUAGES = ("hi", "en")


class Rung(StrEnum):
    PREVIOUS = "previous"
    LANGUAGE = "language"
    TIER = "tier"
    COMMON = "common"


_OPENS_MS = ((Rung.PREVIOUS, 0), (Rung.LANGUAGE, ALONE_MS), (Rung.TIER, ANY_TIER_MS), (Rung.COMMON, COMMON_MS))
"""How long a caller has waited when a rung opens beside those before it; one that is the first with anybody on it is open at once."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A doctor who could be rung now: on duty, proven, idle, rested, with enough of the shift left, of the speciality, not blocked.

    `tier` 0 to 9, a higher one is asked later; `languages` to level 1 to 3; `answer_rate` in thousandths, as of `rated_at`.
    """

    doctor_id: str
    tier: int
    languages: Mapping[str, int]
    idle_since: int
    answer_rate: int
    rated_at: int


@dataclass(frozen=True, slots=True)
class Need:
    """What a consult asks for. `rung_lately`: by this consult, within the last minute; `declined`: whoever passed this consult."""

    language: str
    any_language: bool = False  # the caller agreed to Hindi or English
    prefers: str | None = None  # the doctor who saw this patient before
    waited_ms: int = 0
    rung_lately: frozenset[str] = field(default_factory=frozenset)
    declined: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Ranked:
    doctor_id: str
    score: float
    parts: Mapping[str, float]  # sum to the score
    rung: Rung


def rank(need: Need, candidates: Sequence[Candidate], now: int) -> tuple[Ranked, ...]:
    """Best first; empty when nobody who could be rung suits this caller yet: ask again when somebody is free, or at `opens_next`."""
    standing = _open_rungs(need, candidates)
    ranked = [_scored(need, each, rung, now) for rung, each in standing]
    ranked.sort(key=lambda each: (-each.score, each.doctor_id))
    return tuple(ranked)


def opens_next(need: Need) -> int | None:
    """How long this caller must have waited, in milliseconds, for the next rung to open by time; None when all are open."""
    steps = (ANY_TIER_MS, COMMON_MS) if need.any_language else (ANY_TIER_MS,)
    return next((step for step in steps if need.waited_ms < step), None)


def explain(ranked: Ranked, need: Need) -> dict[str, object]:
    """Why this doctor, for the log of offers: JSON-able, without anybody's name."""
    return {"score": ranked.score, "parts": dict(ranked.parts), "rung": ranked.rung.value, "waited_ms": need.waited_ms}


def _open_rungs(need: Need, candidates: Sequence[Candidate]) -> list[tuple[Rung, Candidate]]:
    by_rung: dict[Rung, list[Candidate]] = {rung: [] for rung in Rung}
    for each in candidates:
        if each.doctor_id not in need.rung_lately and each.doctor_id not in need.declined and (rung := _rung(need, each)):
            by_rung[rung].append(each)
    found: list[tuple[Rung, Candidate]] = []
    for rung, opens in _OPENS_MS:
        if found and need.waited_ms < opens:
            break
        found += [(rung, each) for each in by_rung[rung]]
    return found


def _rung(need: Need, candidate: Candidate) -> Rung | None:
    if candidate.doctor_id == need.prefers:
        return Rung.PREVIOUS  # they understood each other before
    if need.language in candidate.languages:
        return Rung.LANGUAGE if candidate.tier <= FIRST_TIERS else Rung.TIER
    common = need.any_language and any(language in candidate.languages for language in COMMON_LANGUAGES)
    return Rung.COMMON if common else None


def _scored(need: Need, candidate: Candidate, rung: Rung, now: int) -> Ranked:
    share = decayed(candidate.answer_rate, candidate.rated_at, now) / 1000
    idle_s = max(0, now - candidate.idle_since) / 1000
    parts = {
        "continuity": CONTINUITY if rung is Rung.PREVIOUS else 0.0,
        "language": PER_LEVEL * candidate.languages.get(need.language, 0),
        "idle": round((idle_s + IDLE_BONUS_S) * share * share, 3),
        "penalty": -PER_TIER * candidate.tier,
    }
    return Ranked(candidate.doctor_id, round(sum(parts.values()), 3), parts, rung)
