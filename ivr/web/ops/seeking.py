"""What an operator typed into the search field: a number, a reference, an id, a provider's name for something, a day or a time. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from re import IGNORECASE
from re import compile as regex
from unicodedata import category, normalize

from ivr.model.ids import LENGTH
from ivr.model.india import IST, in_india
from ivr.model.values import Phone
from ivr.numbering import identify

LONGEST = 100
_AROUND = timedelta(minutes=15)
_DAY = timedelta(days=1)

_ID = regex(rf"[0-7][0-9A-HJKMNP-TV-Z]{{{LENGTH - 1}}}", IGNORECASE)
_CONSULT = regex(r"[0-9]{4}[ -]?[0-9]{4}")
_REFERENCE = regex(r"([A-Z0-9]{4})[ -]?([A-Z0-9]{4})", IGNORECASE)
_NAME = regex(r"[A-Za-z0-9][A-Za-z0-9_-]{4,63}")
_NUMERIC = regex(r"[+(]?[0-9 ().+/-]*")
_SHORTEST_NAME = 2
_MANY_DIGITS = 6  # so many may be a part of somebody's number
_CLOCK = r"(?:[ T,]+(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})(?::[0-9]{2})?)?"
_DAYS = (
    regex(rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{1,2}})-(?P<day>[0-9]{{1,2}}){_CLOCK}"),
    regex(rf"(?P<day>[0-9]{{1,2}})[./-](?P<month>[0-9]{{1,2}})[./-](?P<year>[0-9]{{4}}){_CLOCK}"),
    regex(rf"(?P<day>[0-9]{{1,2}})\.? (?P<name>[a-z]{{3,9}})\.?,?(?: (?P<year>[0-9]{{4}}))?{_CLOCK}", IGNORECASE),
    regex(rf"(?P<name>[a-z]{{3,9}})\.? (?P<day>[0-9]{{1,2}}),?(?: (?P<year>[0-9]{{4}}))?{_CLOCK}", IGNORECASE),
    regex(rf"(?P<word>today|yesterday){_CLOCK}", IGNORECASE),
    regex(r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::[0-9]{2})?"),
)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")


@dataclass(frozen=True, slots=True)
class ByPhone:
    phone: Phone


@dataclass(frozen=True, slots=True)
class ByReference:
    """As it is kept: `12345678`, `K7PX-3MHT`."""

    reference: str


@dataclass(frozen=True, slots=True)
class ById:
    id: str


@dataclass(frozen=True, slots=True)
class ByName:
    """What a provider or the gateway calls something."""

    name: str


@dataclass(frozen=True, slots=True)
class ByTime:
    """A day, or the half hour around a time, in [since, until): UTC milliseconds. `written`: for an address."""

    since: int
    until: int
    written: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """`like_a_number`: it may hold somebody's number, and belongs into no address."""

    like_a_number: bool


Sought = ByPhone | ByReference | ById | ByName | ByTime | Unreadable


def sought(typed: str, now: int) -> Sought:
    """Read in the order in which one form cannot be taken for another; `now`: UTC milliseconds."""
    text = _plain(typed)
    if len(typed) > LONGEST or not text:
        return Unreadable(like_a_number=False)
    if _ID.fullmatch(text):
        return ById(text.upper())
    if (moment := _time(text, now)) is not None:
        return moment
    if _CONSULT.fullmatch(text):
        return ByReference(text.replace(" ", "").replace("-", ""))
    if (phone := identify(text, frozenset()).phone) is not None:
        return ByPhone(phone)
    if _NUMERIC.fullmatch(text):
        return Unreadable(sum(each.isdigit() for each in text) >= _MANY_DIGITS)
    if (parts := _REFERENCE.fullmatch(text)) is not None:
        return ByReference(f"{parts[1]}-{parts[2]}".upper())
    return ByName(text) if _NAME.fullmatch(text) else Unreadable(sum(each.isdigit() for each in text) >= _MANY_DIGITS)


def doctors_words(typed: str) -> tuple[str, ...]:
    """What may be a doctor's name or registration number, in words; none for what is neither."""
    text = _plain(typed)
    words = tuple(each for each in text.split() if each.lower().rstrip(".") != "dr")
    return words if len(typed) <= LONGEST and len(text) >= _SHORTEST_NAME else ()


def _plain(typed: str) -> str:
    """As it would have been typed: without what comes along when a number is copied (marks of direction, odd blanks and dashes, `tel:`)."""
    kinds = [(each, category(each)) for each in normalize("NFKC", typed)]
    made = "".join("-" if kind == "Pd" else " " if kind in ("Zs", "Cc") else _digit(each) for each, kind in kinds if kind != "Cf")
    return " ".join(made.split()).removeprefix("tel:").strip()


def _digit(each: str) -> str:
    """Digits of any script are those of ours."""
    return str(int(each)) if each.isdecimal() else each


def _time(text: str, now: int) -> ByTime | None:
    for form in _DAYS:
        if (found := form.fullmatch(text)) is not None:
            try:
                return _span(found.groupdict(), in_india(now))
            except (ValueError, OverflowError):  # 30 February, 25:00
                return None
    return None


def _span(found: dict[str, str | None], now: datetime) -> ByTime:
    day = _day(found, now.date())
    if found.get("hour") is None:
        begins = datetime.combine(day, time(), IST)
        return ByTime(_ms(begins), _ms(begins + _DAY), day.isoformat())
    at = datetime.combine(day, time(int(found["hour"] or 0), int(found["minute"] or 0)), IST)
    if at > now and not found.keys() & {"day", "word"}:
        at -= _DAY  # a clock alone is the latest that has been
    return ByTime(_ms(at - _AROUND), _ms(at + _AROUND), f"{at:%Y-%m-%dT%H:%M}")


def _day(found: dict[str, str | None], today: date) -> date:
    """A day without a year is the latest that has been."""
    match found:
        case {"word": str(word)}:
            return today - _DAY if word.lower() == "yesterday" else today
        case {"name": str(name), "day": str(number)}:
            month = next((index for index, each in enumerate(_MONTHS, 1) if each.startswith(name.lower())), 0)
            year = int(found["year"] or today.year)
            day = date(year, month, int(number))
            return day if found["year"] or day <= today else date(year - 1, month, int(number))
        case {"year": str(year), "month": str(number), "day": str(day)}:
            return date(int(year), int(number), int(day))
        case _:
            return today


def _ms(at: datetime) -> int:
    return max(0, int(at.timestamp() * 1000))
