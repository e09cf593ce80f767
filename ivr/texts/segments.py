"""How many SMS segments a body takes. Source: 3GPP TS 23.038 (alphabets) and 23.040 (concatenation with a 6-octet header)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = frozenset("\f^{}\\[~]|€")  # sent as escape + character


class Encoding(StrEnum):
    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


_ALONE = {Encoding.GSM_7: 160, Encoding.UCS_2: 70}
_EACH = {Encoding.GSM_7: 153, Encoding.UCS_2: 67}


@dataclass(frozen=True, slots=True)
class Segments:
    """`units`: septets (GSM-7) or 16-bit units (UCS-2). `parts`: segments sent and paid for, 1 for an empty body."""

    encoding: Encoding
    units: int
    parts: int


def count(body: str) -> Segments:
    """One character outside GSM-7 (₹, any Hindi or Kannada letter) makes the whole body UCS-2, with less than half the room."""
    if all(character in _BASIC or character in _EXTENSION for character in body):
        encoding, widths = Encoding.GSM_7, [2 if character in _EXTENSION else 1 for character in body]
    else:
        encoding, widths = Encoding.UCS_2, [2 if ord(character) > 0xFFFF else 1 for character in body]
    units = sum(widths)
    return Segments(encoding, units, 1 if units <= _ALONE[encoding] else _parts(widths, _EACH[encoding]))


def _parts(widths: Iterable[int], room: int) -> int:
    """A pair (escape + character, or two surrogates) never straddles two parts: it moves to the next one whole."""
    parts, used = 1, 0
    for width in widths:
        if used + width > room:
            parts, used = parts + 1, 0
        used += width
    return parts
