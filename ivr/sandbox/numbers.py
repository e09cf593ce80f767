"""Telephone numbers and addresses, as a network sees them."""

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

import phonenumbers

from ivr.model.values import Phone

REGION = "IN"
_LANDLINE = frozenset({phonenumbers.PhoneNumberType.FIXED_LINE})


@lru_cache(maxsize=65_536)
def _parsed(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        parsed = phonenumbers.parse(number, REGION)
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_valid_number(parsed) else None


def phone(number: str) -> Phone | None:
    """The number dialled in any form from India, or None when no network would route it."""
    parsed = _parsed(number)
    return Phone(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)) if parsed else None


def normal(number: str) -> str:
    """E.164 where the number is one; otherwise (`MFINEX`, `anonymous`, `+266696687`) just as it came."""
    found = phone(number)
    return found.e164 if found else number.strip()


def line_number(number: str) -> str:
    """A published number in E.164; ValueError for anything that nobody could dial."""
    found = phone(number)
    if found is None:
        raise ValueError(f"{number!r} is no number anybody can ring: give the line as 08061914343 or +918061914343")
    return found.e164


def is_landline(number: str) -> bool:
    parsed = _parsed(number)
    return parsed is not None and phonenumbers.number_type(parsed) in _LANDLINE


def is_mobile(number: str) -> bool:
    parsed = _parsed(number)
    return parsed is not None and phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.MOBILE


def is_indian(number: str) -> bool:
    return normal(number).startswith("+91")


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """Whether a host is this machine talking to itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def refuse_elsewhere(url: str) -> str:
    """The address back, without a final slash; ValueError unless it is http(s) on loopback: a sandbox calls nobody else."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not is_loopback(parts.hostname or ""):
        raise ValueError(f"the sandbox only talks to this machine: {url!r} is not an http://127.0.0.1 or http://localhost address")
    return url.rstrip("/")
