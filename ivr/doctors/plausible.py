"""What a word, a name and a day of the directory may be: one rule for the sheet, the console and the command line. Pure."""

from datetime import date
from re import IGNORECASE
from re import compile as regex
from unicodedata import category

from ivr.model.india import day_of

YEARS_AHEAD = 10
"""Councils renew a registration every five years or so: a day further ahead than twice that is a slip of the pen."""

_LONGEST = 120
_MANY_DIGITS = 7
_DATE = regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST_YEAR, _LAST_YEAR = 1970, 2999
_JOINERS = "\u200c\u200d"  # letters of Indian scripts are joined, or kept apart, by these
_BESIDE_LETTERS = " .-'’"
_TITLE = regex(r"(?:(?:dr|doctor|ಡಾ|ಡಾಕ್ಟರ್|डॉ|डा|डॉक्टर)(?:\.\s*|\s+))+", IGNORECASE)


class NoDay(ValueError):
    """Says what to do about it."""


def looks_private(text: str) -> bool:
    """Whether it has as many digits as a telephone number, however they are spaced."""
    return sum(each.isdigit() for each in text) >= _MANY_DIGITS


def fault_of_words(text: str) -> str | None:
    """What is the matter with words that are kept in one line, and hold no telephone number; None for none."""
    if not text.strip():
        return "is empty; write it"
    if len(text) > _LONGEST:
        return f"is longer than {_LONGEST} characters; shorten it"
    if not text.translate(dict.fromkeys(map(ord, _JOINERS))).isprintable():
        return "has a line break or another character that nobody sees; write it in one line"
    if looks_private(text):
        return "holds what looks like a telephone number; it belongs into the column phone alone"
    return None


def fault_of_name(text: str) -> str | None:
    """The same of a doctor's name, which is spoken to callers."""
    if fault := fault_of_words(text) or fault_of_words(titled(text)):
        return fault
    name = _bare(text)
    if not name:
        return "is a title alone; write the name behind it"
    if not name[0].isalpha() or not all(_in_a_name(each) for each in name):
        return "write the name in letters, blanks, dots, hyphens and apostrophes"
    return None


def titled(text: str) -> str:
    """The name as callers hear and read it: with Dr before it, once, whatever title it came with."""
    return f"Dr {_bare(text)}"


def read_day(text: str) -> date:
    """NoDay for what is not written like 2026-11-22, is no day of the calendar, or is not of these times."""
    if not _DATE.fullmatch(text):
        raise NoDay("write the day as year-month-day, like 2026-11-22")
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise NoDay("no calendar has this day; write it as year-month-day, like 2026-11-22") from None
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise NoDay(f"the year is before {_FIRST_YEAR} or after {_LAST_YEAR}; look at it")
    return found


def too_far(day: date, now: int) -> str | None:
    """Why no registration and no shift is believed to reach to that day; None for one within YEARS_AHEAD. `now`: UTC milliseconds."""
    today = day_of(now)
    last = date(today.year + YEARS_AHEAD, today.month, min(today.day, 28))
    return f"is more than {YEARS_AHEAD} years ahead; write {last.isoformat()} at the latest" if day > last else None


def _bare(text: str) -> str:
    """Without titles, and with one blank between words."""
    words = " ".join(text.split()) + " "
    title = _TITLE.match(words)
    return words[title.end() if title else 0 :].strip()


def _in_a_name(character: str) -> bool:
    return character.isalpha() or character in _BESIDE_LETTERS or character in _JOINERS or category(character) in ("Mn", "Mc")
