"""Near you: how far apart two PIN codes are, by what their digits say, and how many doctors are how near.

Source: India Post's public scheme of the Postal Index Number: the first two digits name the circle, the third the sorting district.
A circle that carries two states is two areas here where the digits tell them apart. Which areas touch is from the map.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from re import compile as regex
from types import MappingProxyType

_PIN = regex(r"[1-9][0-9]{5}")

_AREAS: Mapping[str, str] = {
    "Delhi": "11",
    "Haryana": "12 13",
    "Punjab": "14 15 16",  # and Chandigarh
    "Himachal Pradesh": "17",
    "Jammu and Kashmir": "18 19",  # and Ladakh
    "Uttar Pradesh": "20 21 22 23 24 25 26 27 28",  # and Uttarakhand, whose digits are among them
    "Rajasthan": "30 31 32 33 34",
    "Gujarat": "36 37 38 39",
    "Maharashtra": "40 41 42 43 44",  # and Goa
    "Madhya Pradesh": "45 46 47 48",
    "Chhattisgarh": "49",
    "Andhra Pradesh": "51 52 53",
    "Telangana": "50",
    "Karnataka": "56 57 58 59",
    "Tamil Nadu": "60 61 62 63 64",  # and Puducherry
    "Kerala": "67 68 69",  # and Lakshadweep
    "West Bengal": "70 71 72 73 74",  # and Sikkim, and the Andaman and Nicobar Islands
    "Odisha": "75 76 77",
    "Assam": "78",
    "North East": "79",
    "Bihar": "80 81 82 83 84 85",  # and Jharkhand
    "Army": "90 91 92 93 94 95 96 97 98 99",  # wherever the army is
}
AREAS: Mapping[str, str] = MappingProxyType({digits: area for area, each in _AREAS.items() for digits in each.split()})
"""The area of each first two digits that are given out."""

_TOUCHING = (
    ("Delhi", "Haryana"),
    ("Delhi", "Uttar Pradesh"),
    ("Haryana", "Punjab"),
    ("Haryana", "Himachal Pradesh"),
    ("Haryana", "Uttar Pradesh"),
    ("Haryana", "Rajasthan"),
    ("Punjab", "Himachal Pradesh"),
    ("Punjab", "Jammu and Kashmir"),
    ("Punjab", "Rajasthan"),
    ("Himachal Pradesh", "Jammu and Kashmir"),
    ("Himachal Pradesh", "Uttar Pradesh"),
    ("Uttar Pradesh", "Rajasthan"),
    ("Uttar Pradesh", "Madhya Pradesh"),
    ("Uttar Pradesh", "Chhattisgarh"),
    ("Uttar Pradesh", "Bihar"),
    ("Rajasthan", "Gujarat"),
    ("Rajasthan", "Madhya Pradesh"),
    ("Gujarat", "Madhya Pradesh"),
    ("Gujarat", "Maharashtra"),
    ("Maharashtra", "Madhya Pradesh"),
    ("Maharashtra", "Chhattisgarh"),
    ("Maharashtra", "Telangana"),
    ("Maharashtra", "Karnataka"),
    ("Madhya Pradesh", "Chhattisgarh"),
    ("Chhattisgarh", "Telangana"),
    ("Chhattisgarh", "Andhra Pradesh"),
    ("Chhattisgarh", "Odisha"),
    ("Chhattisgarh", "Bihar"),
    ("Andhra Pradesh", "Telangana"),
    ("Andhra Pradesh", "Karnataka"),
    ("Andhra Pradesh", "Tamil Nadu"),
    ("Andhra Pradesh", "Odisha"),
    ("Telangana", "Karnataka"),
    ("Karnataka", "Tamil Nadu"),
    ("Karnataka", "Kerala"),
    ("Tamil Nadu", "Kerala"),
    ("West Bengal", "Odisha"),
    ("West Bengal", "Bihar"),
    ("West Bengal", "Assam"),
    ("Odisha", "Bihar"),
    ("Assam", "North East"),
)
_NEIGHBOURS = frozenset(frozenset(pair) for pair in _TOUCHING)


class Nearness(IntEnum):
    """The less, the nearer."""

    DISTRICT = 0  # the same sorting district: the first three digits
    TOWNS = 1  # the same first two digits: some districts together
    STATE = 2
    NEXT_STATE = 3
    COUNTRY = 4


@dataclass(frozen=True, slots=True)
class Near:
    """Doctors by nearness. Each count includes those before it; `country` is all of them."""

    district: int
    towns: int
    state: int
    next_state: int
    country: int


def area_of(pin_code: str) -> str | None:
    """The state, or what the post counts as one; None for six digits that are no PIN code."""
    return AREAS.get(pin_code[:2]) if _PIN.fullmatch(pin_code) else None


def nearness(one: str, other: str) -> Nearness:
    """Of two PIN codes; what is none, and the army's, is near nothing but itself."""
    here, there = area_of(one), area_of(other)
    if here is None or there is None:
        return Nearness.COUNTRY
    if one[:3] == other[:3]:
        return Nearness.DISTRICT
    if here == there:
        return _within(here, one, other)
    return Nearness.NEXT_STATE if frozenset((here, there)) in _NEIGHBOURS else Nearness.COUNTRY


def near(pin_code: str, doctors: Iterable[str]) -> Near:
    """How many doctors, given by the PIN codes where they work, are how near to `pin_code`."""
    steps = [nearness(pin_code, each) for each in doctors]
    return Near(*(sum(step <= most for step in steps) for most in Nearness))


def _within(area: str, one: str, other: str) -> Nearness:
    if area == "Army":
        return Nearness.COUNTRY
    return Nearness.TOWNS if one[:2] == other[:2] else Nearness.STATE
