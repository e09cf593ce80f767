"""Capacity: whether one more consult can be promised a doctor. One function, asked before anybody is charged."""

from dataclasses import dataclass

from ivr.consults.lifecycle import TAKING_A_PLACE
from ivr.hours import Hours
from ivr.routing.ranking import COMMON_LANGUAGES
from ivr.routing.waiting import HANDLE_PRIOR_MS
from ivr.settings import Settings
from ivr.store import candidates, channels
from ivr.store import consults as store
from ivr.store.tx import Tx

MIN_LEFT_MS = 10 * 60_000
"""Of a doctor's duty, or they are neither counted on nor rung: a consult takes about that long."""


@dataclass(frozen=True, slots=True)
class Capacity:
    settings: Settings
    hours: Hours

    def free(self, tx: Tx, at: int, speciality: str, language: str, *, but: str = "") -> bool:
        """Open until a doctor is promised, a doctor on duty who gets to it in time and can be understood, a channel to call on.

        Consults owed a doctor (`but` not counted) are fewer than OPEN_CONSULTS_MAX, and than the doctors on duty can see in that time.

        Whoever asks keeps the answer true until commit: counting is done one at a time.
        """
        if not self.hours.open_at(at) or not self.hours.open_at(at + self.settings.serve_by_minutes * 60_000):
            return False
        each = max(1, self.settings.serve_by_minutes * 60_000 // HANDLE_PRIOR_MS)
        doctors = self.in_language(tx, at, speciality, language) or self._speaking(tx, at, speciality, *COMMON_LANGUAGES)
        places = min(self.settings.open_consults_max, doctors * each)
        if places == 0 or store.places_taken(tx, TAKING_A_PLACE, at, but=but) >= places:
            return False
        provider = self.settings.voice_provider
        live = sum(row.n for row in channels.live(tx) if row.provider == provider)
        return int(live) < self.settings.channels(provider)

    def in_language(self, tx: Tx, at: int, speciality: str, language: str) -> int:
        """How many doctors on duty speak this language. Without any, one of a common language may do, if the caller agrees."""
        return self._speaking(tx, at, speciality, language)

    def _speaking(self, tx: Tx, at: int, speciality: str, *languages: str) -> int:
        """Whoever is not rung before the promised time is over, because rings were missed, cannot be promised."""
        within_ms = self.settings.serve_by_minutes * 60_000
        return int(candidates.speaking(tx, speciality, languages, at, MIN_LEFT_MS, within_ms=within_ms).in_time)
