"""Small values that make wrong states hard to write."""

from dataclasses import dataclass
from enum import StrEnum
from re import compile as regex

_E164 = regex(r"\+[1-9]\d{6,14}")


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in E.164 form, plus sign included; ValueError for anything else."""

    e164: str

    def __post_init__(self) -> None:
        if not _E164.fullmatch(self.e164):
            raise ValueError("a phone number must be E.164, like +919845012345")

    def __str__(self) -> str:
        """Masked: a number reaches a log, a page or an error only by asking for `.e164`."""
        return self.masked

    def __repr__(self) -> str:
        return f"Phone({self.masked})"

    @property
    def masked(self) -> str:
        return f"{self.e164[:3]}{'*' * (len(self.e164) - 7)}{self.e164[-4:]}"


@dataclass(frozen=True, slots=True, order=True)
class Paise:
    """Indian money: a hundred of these are a rupee. ValueError when it is negative."""

    amount: int

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError("an amount of money is never negative here; a refund is an entry of its own")


class CallerKind(StrEnum):
    """Who rang, as far as texting and calling back goes. Only MOBILE is ever texted."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    FOREIGN = "foreign"
    WITHHELD = "withheld"  # anonymous, empty, a keypad word such as +266696687
    SPECIAL = "special"  # short codes, 112, 140/1600 series, toll-free, alphanumeric, sip:, client:
    OWN_LINE = "own_line"  # one of our published numbers: never a loop with ourselves
    INVALID = "invalid"  # looks like a number, is none


class Language(StrEnum):
    ENGLISH = "en"
    HINDI = "hi"
    KANNADA = "kn"


# The providers that files of `callflows/` may name; each is one file of `ivr/providers`.
PROVIDER_NAMES = frozenset({"plivo", "twilio"})
