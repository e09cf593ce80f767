"""Kinds of settings: how a value is read from its environment variable, and what is said when it cannot be. A fault repeats no value."""

from math import isfinite
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from ivr.model.values import Phone


def _split(value: Any) -> Any:
    """`a, b,` becomes ('a', 'b'): blanks are dropped, so an empty variable is an empty list."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _no_trailing_slash(value: str) -> str:
    if value and not value.startswith(("http://", "https://")):
        raise ValueError("must start with https:// (or http:// on your own machine)")
    return value.rstrip("/")


def _only_a_host(value: str) -> str:
    """Links, signed addresses and DLT's white list all begin at the root of a host."""
    parts = urlsplit(value)
    if not parts.hostname or parts.path or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("must be a scheme and a host, perhaps with a port, and nothing else: https://go.clinic.in")
    return value


def _pairs(value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
    if any(":" not in pair.get_secret_value() for pair in value):
        raise ValueError("must be key:secret pairs, with commas between them")
    return value


def _six_letters(value: str) -> str:
    if not (value.isascii() and value.isalpha() and value.isupper() and len(value) == 6):
        raise ValueError("must be six capital letters, as registered on the DLT portal")
    return value


def _rung_in_full(value: tuple[str, ...]) -> tuple[str, ...]:
    try:
        numbers = tuple(Phone(each).e164 for each in value)
    except ValueError:
        raise ValueError("must be phone numbers in full, like +919845012345, with commas between them") from None
    if len(set(numbers)) < len(numbers):
        raise ValueError("names a phone twice; name it once")
    return numbers


def _rising(value: str) -> str:
    seconds = [float(part) for part in value.split(",")]
    if not all(map(isfinite, seconds)) or seconds != sorted(seconds) or seconds[0] <= 0:
        raise ValueError("must be rising seconds, like 15,60")
    return value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Secrets = Annotated[tuple[SecretStr, ...], NoDecode, BeforeValidator(_split)]
SecretPairs = Annotated[Secrets, AfterValidator(_pairs)]
Phones = Annotated[Names, AfterValidator(_rung_in_full)]
Address = Annotated[str, AfterValidator(_no_trailing_slash)]
Host = Annotated[Address, AfterValidator(_only_a_host)]
Header = Annotated[str, AfterValidator(_six_letters)]
RisingSeconds = Annotated[str, AfterValidator(_rising)]
