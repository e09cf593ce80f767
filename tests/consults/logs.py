"""What logs must not hold."""

import logging
from collections.abc import Iterable
from json import loads
from re import compile as regex

from ivr.logs import JsonLines

_LIKE_A_PHONE_OR_CARD = regex(r"(?<![0-9A-Za-z])\+?[0-9](?:[ -]?[0-9]){9,}(?![0-9A-Za-z])")


def numbers_in(records: Iterable[logging.LogRecord]) -> list[str]:
    """Log lines, as they are written, with something like a telephone's or a card's number in them."""
    lines = [loads(JsonLines("test").format(record)) for record in records]
    told = [" ".join(str(value) for name, value in line.items() if name != "at") for line in lines]
    return [line for line in told if _LIKE_A_PHONE_OR_CARD.search(line)]
