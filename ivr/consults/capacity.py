"""Capacity: whether one more consult can be promised a doctor. One function, asked before anybody is charged."""

from dataclasses import dataclass

from ivr.consults.lifecycle import TAKING_A_PLACE
from ivr.hours import Hours
from ivr.settings import Settings
from ivr.store import channels
from ivr.store import consults as store
from ivr.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Capacity:
    settings: Settings
    hours: Hours

    def free(self, tx: Tx, at: int, *, but: str = "") -> bool:
        """Open until a doctor is promised, fewer consults owed one than OPEN_CONSULTS_MAX (`but` not counted), a channel to call on.

        Whoever asks keeps the answer true until commit: counting is done one at a time.
        """
        if not self.hours.open_at(at) or not self.hours.open_at(at + self.settings.serve_by_minutes * 60_000):
            return False
        if store.places_taken(tx, TAKING_A_PLACE, at, but=but) >= self.settings.open_consults_max:
            return False
        provider = self.settings.voice_provider
        live = sum(row.n for row in channels.live(tx) if row.provider == provider)
        return int(live) < self.settings.channels(provider)
