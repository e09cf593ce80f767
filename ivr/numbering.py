"""Who rang: reads the caller and line numbers that events carry, in whatever form a provider sends them."""

from dataclasses import dataclass
from functools import lru_cache
from re import ASCII, IGNORECASE
from re import compile as regex

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

from ivr.model.values import CallerKind, Phone

INDIA = 91
_LONGEST = 64  # no number, sender or word is longer; longer text never enters the cache

# A withheld number spelled on a keypad: ANONYMOUS, RESTRICTED, UNAVAILABLE, UNKNOWN, BLOCKED (Twilio sends them as E.164).
_KEYPAD_WORDS = frozenset({"266696687", "7378742833", "86282452253", "8656696", "2562533"})
_WITHHELD_WORD = regex(r"(sips?:)?(anonymous|restricted|unavailable|unknown|private|blocked|withheld|no caller id)\b.*", IGNORECASE | ASCII)
_ADDRESS = regex(r"[a-z]+:\S.*", IGNORECASE | ASCII)  # client:x, sip:x@y, whatsapp:+91…
_SENDER = regex(r"[a-z0-9][a-z0-9 ._&-]{0,20}", IGNORECASE | ASCII)  # AD-SANDHI, JX-BANKIN-S
_NUMBER = regex(r"\+{0,2}[0-9(][0-9 ().-]*", ASCII)
_FULL_INDIAN = regex(r"\+91[6-9][0-9]{9}", ASCII)
_SEPARATOR = regex(r"[ ().-]")

# Tested by prefix: phonenumbers calls 1600… a mobile. 140 promotional, 1600/1601 government and banks, 18x0 toll-free and shared cost.
_SERIES = regex(r"140[0-9]{7}|160[01][0-9]{6,7}|18[06]0[0-9]{6,7}")
_SHORT_CODE = regex(r"(?:\+?91|\+|0)?[0-9]{3,6}")
_UNLISTED_SERIES = regex(rf"(?:\+?91|0)?(?:{_SERIES.pattern})")  # newer than the library's numbering plan


@dataclass(frozen=True, slots=True)
class Party:
    """Who is at the other end. `phone` is set for MOBILE, LANDLINE, FOREIGN and OWN_LINE, and for nobody else."""

    kind: CallerKind
    phone: Phone | None = None


def identify(text: str, own_lines: frozenset[Phone]) -> Party:
    """Who `text` names, read as somebody in India would dial it. Never raises; only a valid Indian mobile is MOBILE.

    A number without `+` is read as Indian first, then as E.164 without its plus sign. A landline such as
    080 6191 4343 looks like a mobile when its zero is lost; the numbering plan tells them apart. Where the plan
    gives one range to both (80766…, about a sixth of what starts with 6-9), we take it for a mobile: a text to
    a landline is merely undelivered, a caller without a text is lost.
    """
    if len(text) > _LONGEST:
        return Party(CallerKind.INVALID)
    return _identify(text, own_lines)


def line_number(text: str) -> Phone | None:
    """A line in E.164, from any form a provider sends or a clinic publishes; None when it is no valid number."""
    return None if len(text) > _LONGEST else _line_number(text)


def surely_mobile(phone: Phone) -> bool:
    """Whether the numbering plan gives this number to mobiles alone."""
    return phonenumbers.number_type(phonenumbers.parse(phone.e164)) == PhoneNumberType.MOBILE


@lru_cache(maxsize=4096)
def _identify(text: str, own_lines: frozenset[Phone]) -> Party:
    text = text.strip()  # a `+` that was not quoted arrives as a blank
    if not text or _WITHHELD_WORD.fullmatch(text):
        return Party(CallerKind.WITHHELD)
    if not _NUMBER.fullmatch(text):
        return Party(CallerKind.SPECIAL if _ADDRESS.fullmatch(text) or _SENDER.fullmatch(text) else CallerKind.INVALID)
    dialled = _SEPARATOR.sub("", text)
    if dialled.lstrip("+") in _KEYPAD_WORDS:
        return Party(CallerKind.WITHHELD)
    if _SHORT_CODE.fullmatch(dialled):
        return Party(CallerKind.SPECIAL)
    if _FULL_INDIAN.fullmatch(dialled):  # nearly every call; parsing would find nothing else in it, and costs more than all the rest
        return _indian(PhoneNumber(country_code=INDIA, national_number=int(dialled[3:])), Phone(dialled), own_lines)
    number = _valid_number(dialled)
    if number is None:
        return Party(CallerKind.SPECIAL if _UNLISTED_SERIES.fullmatch(dialled) else CallerKind.INVALID)
    return _party(number, own_lines)


def _party(number: PhoneNumber, own_lines: frozenset[Phone]) -> Party:
    phone = _phone(number)
    if phone is None:
        return Party(CallerKind.INVALID)
    if number.country_code != INDIA:
        return Party(CallerKind.OWN_LINE if phone in own_lines else CallerKind.FOREIGN, phone)
    return _indian(number, phone, own_lines)


def _indian(number: PhoneNumber, phone: Phone, own_lines: frozenset[Phone]) -> Party:
    if phone in own_lines:
        return Party(CallerKind.OWN_LINE, phone)
    if _SERIES.fullmatch(str(number.national_number)):
        return Party(CallerKind.SPECIAL)
    match phonenumbers.number_type(number):
        case PhoneNumberType.MOBILE | PhoneNumberType.FIXED_LINE_OR_MOBILE if phone.e164[3] in "6789":
            return Party(CallerKind.MOBILE, phone)
        case PhoneNumberType.FIXED_LINE:
            return Party(CallerKind.LANDLINE, phone)
        case PhoneNumberType.UNKNOWN:
            return Party(CallerKind.INVALID)
        case _:
            return Party(CallerKind.SPECIAL)


@lru_cache(maxsize=1024)
def _line_number(text: str) -> Phone | None:
    text = text.strip()
    number = _valid_number(_SEPARATOR.sub("", text)) if _NUMBER.fullmatch(text) else None
    return _phone(number) if number is not None else None


def _valid_number(dialled: str) -> PhoneNumber | None:
    for reading in (dialled, "+" + dialled.lstrip("+0")):
        try:
            number = phonenumbers.parse(reading, "IN")
        except NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return number
    return None


def _phone(number: PhoneNumber) -> Phone | None:
    try:
        return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    except ValueError:  # a few national plans are longer than E.164 allows
        return None
