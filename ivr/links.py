"""Links in texts: what a token opens. Never an open redirect: every destination comes from the settings."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlencode

from ivr.model.ports import Clock
from ivr.settings import Settings
from ivr.store import links as store
from ivr.store.database import Database


class Store(StrEnum):
    ANDROID = "android"
    IPHONE = "iphone"


@dataclass(frozen=True, slots=True)
class AppLink:
    """A live link to the app."""

    token: str
    campaign: str


class Gone(StrEnum):
    UNKNOWN = "unknown"
    EXPIRED = "expired"


class Links:
    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock

    def find(self, token: str) -> AppLink | Gone:
        with self._database.read() as tx:
            row = store.get(tx, token)
        if row is None:
            return Gone.UNKNOWN
        return Gone.EXPIRED if row.expires_at <= self._clock.now() else AppLink(row.token, row.campaign)

    def opened(self, link: AppLink) -> None:
        """Count one opening by a person."""
        now = self._clock.now()
        self._database.write(lambda tx: store.opened(tx, link.token, now), 2.0)

    def destination(self, link: AppLink, shop: Store) -> str:
        """The app in that store; the Play Store is told which campaign brought the person."""
        if shop is Store.IPHONE:
            return f"https://apps.apple.com/in/app/{quote(self._settings.app_ios_id)}"
        source = urlencode({"utm_source": "missed_call", "utm_campaign": link.campaign or "none"})
        return "https://play.google.com/store/apps/details?" + urlencode({"id": self._settings.app_android_id, "referrer": source})
