"""Links in texts: what a token opens. Never an open redirect: every destination comes from the settings."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, urlencode

from ivr.model.ports import Clock
from ivr.model.values import Language
from ivr.settings import Settings
from ivr.store import links as store
from ivr.store import texts
from ivr.store.database import Database
from ivr.store.tx import Row, Tx


class Store(StrEnum):
    ANDROID = "android"
    IPHONE = "iphone"


@dataclass(frozen=True, slots=True)
class AppLink:
    """To the app."""

    token: str
    campaign: str


@dataclass(frozen=True, slots=True)
class PayLink:
    """To the pay page of a consult."""

    consult_id: str


@dataclass(frozen=True, slots=True)
class ReceiptLink:
    """To the receipt of a payment."""

    payment_id: str


@dataclass(frozen=True, slots=True)
class PrivacyLink:
    """To the privacy notice, in the language of the text that it came with."""

    language: Language


@dataclass(frozen=True, slots=True)
class CardLink:
    """To the card of a consult, for the doctor whose phone it was texted to."""

    consult_id: str
    caller_id: str | None


@dataclass(frozen=True, slots=True)
class FilmsLink:
    """To the page where a patient sends films."""

    consult_id: str


@dataclass(frozen=True, slots=True)
class PrescriptionLink:
    """To what the doctor prescribed."""

    consult_id: str


class Gone(StrEnum):
    UNKNOWN = "unknown"
    EXPIRED = "expired"


Link = AppLink | PayLink | ReceiptLink | PrivacyLink | CardLink | FilmsLink | PrescriptionLink


class Links:
    def __init__(self, database: Database, settings: Settings, clock: Clock) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock

    def find(self, token: str) -> Link | Gone:
        with self._database.read() as tx:
            row = store.get(tx, token)
            if row is None:
                return Gone.UNKNOWN
            return Gone.EXPIRED if row.expires_at <= self._clock.now() else _opened_by(tx, row)

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


def _opened_by(tx: Tx, row: Row) -> Link | Gone:
    match row.purpose, row.ref:
        case "app", _:
            return AppLink(row.token, row.campaign)
        case "pay", str(consult_id):
            return PayLink(consult_id)
        case "receipt", str(payment_id):
            return ReceiptLink(payment_id)
        case "privacy", _:
            text = texts.get(tx, row.text_id)
            return PrivacyLink(Language.ENGLISH if text is None else Language(text.language))
        case "card", str(consult_id):
            text = texts.get(tx, row.text_id)
            return CardLink(consult_id, None if text is None else text.caller_id)
        case "upload", str(consult_id):
            return FilmsLink(consult_id)
        case "prescription", str(consult_id):
            return PrescriptionLink(consult_id)
        case _:
            return Gone.UNKNOWN
