"""Receipts: number, title and lines. Pure: the store counts the serials, and a page and a text show the result."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from re import compile as regex

from ivr.model.india import in_india
from ivr.model.values import Paise
from ivr.prices import Component, ComponentName

LONGEST_NUMBER = 16  # CGST Rules 2017, rule 46(b) for an invoice and rule 49(b) for a bill of supply
MOST_SERIALS = 999_999_999

_APRIL = 4
_HEADER = regex(r"[A-Za-z0-9]*")


class Title(StrEnum):
    """What the law calls the paper."""

    BILL_OF_SUPPLY = "bill_of_supply"  # all of it is exempt
    TAX_INVOICE = "tax_invoice"  # there is GST in it


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt. `at` is UTC milliseconds; `lines` are the components that cost something, in their order, and make up `total`."""

    number: str
    title: Title
    at: int
    lines: tuple[Component, ...]
    total: Paise


def receipt(components: Sequence[Component], *, header: str, serial: int, at: int) -> Receipt:
    """The receipt for what was paid at `at` (UTC ms). `serial` counts from 1 in each financial year, without gaps.

    ValueError as in `receipt_number`.
    """
    lines = tuple(component for component in components if component.amount.amount)
    total = Paise(sum(line.amount.amount for line in lines))
    return Receipt(receipt_number(header, financial_year(at), serial), title_of(components), at, lines, total)


def title_of(components: Sequence[Component]) -> Title:
    """A bill of supply when all is exempt (CGST Act 2017, section 31(3)(c)), a tax invoice as soon as there is GST."""
    taxed = any(component.name is ComponentName.GST and component.amount.amount for component in components)
    return Title.TAX_INVOICE if taxed else Title.BILL_OF_SUPPLY


def financial_year(at: int) -> str:
    """India's financial year, April to March in Indian time, of a moment in UTC milliseconds: `2026-27`."""
    local = in_india(at)
    begins = local.year if local.month >= _APRIL else local.year - 1
    return f"{begins}-{(begins + 1) % 100:02d}"


def receipt_number(header: str, year: str, serial: int) -> str:
    """Like `SAN/26-27/000123`: as much of the header as 16 characters leave room for, the financial year, the serial.

    Year and serial alone make it unique, so that the header may be cut, or be empty. ValueError for a serial below 1 or above
    MOST_SERIALS, and for a header with anything but letters and digits (the rule allows those, `-` and `/`).
    """
    if not 1 <= serial <= MOST_SERIALS:
        raise ValueError(f"a receipt's serial counts from 1 to {MOST_SERIALS}")
    if not _HEADER.fullmatch(header):
        raise ValueError("a receipt's number begins with letters or digits")
    tail = f"{year[2:]}/{serial:06d}"
    series = header[: LONGEST_NUMBER - len(tail) - 1]
    return f"{series}/{tail}" if series else tail
