"""One row of the doctors' sheet, as what it says: every value is checked, and every fault told by its column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from re import compile as regex

from ivr.doctors.directory_councils import COUNCILS, council
from ivr.doctors.near import area_of
from ivr.doctors.plausible import NoDay, fault_of_name, fault_of_words, looks_private, read_day, titled, too_far
from ivr.doctors.sheet import Record, quoted
from ivr.doctors.shifts import Rule
from ivr.doctors.shifts_written import Unreadable, read_rules
from ivr.model.india import day_of, moment
from ivr.model.values import CallerKind, Language, Phone
from ivr.numbering import identify
from ivr.prices import Prices
from ivr.store.doctors import Skills

SAMPLE_SERIES = "+91699900"
"""Numbers of invented doctors, +91 69990 00000 to 09999: mobiles by the numbering plan, in a series that the operators' lists of the
`phonenumbers` library give to nobody. India sets no numbers aside for fiction: what keeps them unrung is that samples are loaded only
where the provider is the sandbox."""
SAMPLE_REGISTRATION = "SAMPLE-"

_REGISTRATION = regex(r"[A-Z0-9][A-Z0-9 ./-]{0,29}")
_SIX_DIGITS = regex(r"[0-9]{6}")
_LEVELS = ("1", "2", "3")
_NOT_A_MOBILE: Mapping[CallerKind, str] = {
    CallerKind.LANDLINE: "a landline gets no SMS about duty; write the doctor's mobile",
    CallerKind.FOREIGN: "not an Indian number; write the doctor's Indian mobile",
    CallerKind.OWN_LINE: "this is one of our own lines (lines.yaml); write the doctor's mobile",
    CallerKind.SPECIAL: "a short, toll-free or telemarketing number; write the doctor's mobile",
}


@dataclass(frozen=True, slots=True)
class Doctor:
    """A row without fault. Times are UTC milliseconds; `valid_until` is the end of the last day. `routable`: as the sheet wishes it."""

    name: str
    qualification: str
    council: str
    registration: str
    verified_by: str | None
    verified_at: int | None
    valid_until: int | None
    routable: bool
    tier: int
    fee_tier: str
    city: str
    pin_code: str
    phone: Phone
    follow_ups: bool
    skills: Skills
    rules: tuple[Rule, ...]

    @property
    def key(self) -> tuple[str, str]:
        return self.council, self.registration


@dataclass(frozen=True, slots=True)
class Known:
    """What a row is measured by: prices, our own lines, and the time (UTC milliseconds)."""

    prices: Prices
    lines: frozenset[Phone]
    now: int


def doctor(record: Record, known: Known) -> Doctor | None:
    """None when there was a fault, which `record.faults` has."""
    before = len(record.faults.found)
    phone = _phone(record, known)
    skills = Skills(_skills(record, "specialities", _known_specialities(known)), _skills(record, "languages", [*Language]))
    verified_by, verified_at, valid_until = _verification(record, known)
    found = partial(
        Doctor,
        name=_name(record),
        qualification=_words(record, "qualification"),
        council=_council(record),
        registration=_registration(record),
        verified_by=verified_by,
        verified_at=verified_at,
        valid_until=valid_until,
        routable=_yes(record, "routable"),
        tier=_tier(record),
        fee_tier=_fee_tier(record, known, skills),
        city=_words(record, "city"),
        pin_code=_pin_code(record),
        follow_ups=_yes(record, "follow_ups"),
        skills=skills,
        rules=_rules(record),
    )
    return found(phone=phone) if phone is not None and len(record.faults.found) == before else None


def _known_specialities(known: Known) -> list[str]:
    return list(dict.fromkeys(speciality for speciality, _ in known.prices.tiers))


def _words(record: Record, column: str) -> str:
    """A cell that is not empty, in one line, and holds no telephone number."""
    text = record.cells[column]
    if fault := fault_of_words(text):
        record.fault(column, fault)
    return text


def _name(record: Record) -> str:
    text = record.cells["name"]
    if fault := fault_of_name(text):
        record.fault("name", fault)
    return titled(text)


def _council(record: Record) -> str:
    found = council(record.cells["council"])
    if found is None:
        record.fault("council", f"{quoted(record.cells['council'])} is no council; write one of {', '.join(COUNCILS)}")
    return found or ""


def _registration(record: Record) -> str:
    text = " ".join(record.cells["registration"].upper().split())
    if not text:
        record.fault("registration", "is empty; write the number on the council's certificate")
    elif not _REGISTRATION.fullmatch(text):
        record.fault("registration", "write the council's number in letters, digits, blanks, / . and -, 30 at most")
    elif identify(text, frozenset()).kind is CallerKind.MOBILE:
        record.fault("registration", "this is a mobile number; write the number on the council's certificate")
    elif text.startswith(SAMPLE_REGISTRATION):
        record.fault("registration", "this is an invented doctor's; `python -m ivr doctors sample` brings those")
    return text


def _verification(record: Record, known: Known) -> tuple[str | None, int | None, int | None]:
    by, on, until = record.cells["verified_by"], _date(record, "verified_on", known), _date(record, "valid_until", known)
    if by:
        _words(record, "verified_by")
    if by and not record.cells["verified_on"]:
        record.fault("verified_on", "is empty, and verified_by is not; write the day, or neither")
    if record.cells["verified_on"] and not by:
        record.fault("verified_by", "is empty, and verified_on is not; write who looked the registration up, or neither")
    if on and on > day_of(known.now):
        record.fault("verified_on", "is a day to come; write the day on which it was looked up")
    if on and until and until < on:
        record.fault("valid_until", "is before verified_on; mend one of them")
    end = moment(until + timedelta(days=1)) if until else None
    return by or None, moment(on) if on else None, end


def _date(record: Record, column: str, known: Known) -> date | None:
    text = record.cells[column]
    if not text:
        return None
    try:
        found = read_day(text)
    except NoDay as why:
        record.fault(column, str(why))
        return None
    if fault := too_far(found, known.now):
        record.fault(column, fault)
        return None
    return found


def _skills(record: Record, column: str, options: list[str] | list[Language]) -> dict[str, int]:
    found: dict[str, int] = {}
    cell = record.cells[column]
    for word in cell.split():
        name, _, level = word.partition(":")
        if name not in options:
            record.fault(
                column, f"{'this' if looks_private(cell) else quoted(name)} is not known here; write {_one_of(options, 'some of')}"
            )
        elif name in found:
            record.fault(column, f"{name} is here twice; keep one")
        elif level not in _LEVELS:
            record.fault(column, f"write {name} with its level from 1 to 3, like {name}:3")
        found[name] = int(level) if level in _LEVELS else 0
    if not found:
        record.fault(column, f"is empty; write one at least, like {next(iter(options), 'orthopedics')}:3")
    return found


def _one_of(options: Sequence[str], many: str) -> str:
    """`some of kn, hi`; of one option there is nothing to choose."""
    return options[0] if len(options) == 1 else f"{many} {', '.join(options) or 'none'}"


def _tier(record: Record) -> int:
    text = record.cells["tier"]
    if len(text) == 1 and text in "0123456789":
        return int(text)
    record.fault("tier", "write a digit from 0 to 9; a higher one is asked later")
    return 0


def _fee_tier(record: Record, known: Known, skills: Skills) -> str:
    text = record.cells["fee_tier"]
    tiers = dict.fromkeys(tier for _, tier in known.prices.tiers)
    if text not in tiers:
        record.fault("fee_tier", f"{quoted(text)} is not in prices.yaml; write {_one_of([*tiers], 'one of')}")
        return text
    for speciality in skills.specialities:
        if speciality in _known_specialities(known) and (speciality, text) not in known.prices.tiers:
            record.fault("fee_tier", f"prices.yaml has no price for {speciality}, {text}; add it there, or write another")
    return text


def _pin_code(record: Record) -> str:
    text = record.cells["pin_code"].replace(" ", "")
    if not _SIX_DIGITS.fullmatch(text):
        record.fault("pin_code", "write six digits, like 560001")
    elif area_of(text) is None:
        record.fault("pin_code", "no PIN code begins like that; look it up at India Post")
    return text


def _phone(record: Record, known: Known) -> Phone | None:
    text = record.cells["phone"]
    party = identify(text, known.lines)
    if not text:
        record.fault("phone", "is empty; write the doctor's mobile")
    elif party.kind is not CallerKind.MOBILE or party.phone is None:
        record.fault("phone", _NOT_A_MOBILE.get(party.kind, "not a telephone number; write ten digits, or +91 and ten digits"))
    elif party.phone.e164.startswith(SAMPLE_SERIES):
        record.fault("phone", "this series is for invented doctors; write the doctor's own mobile")
    else:
        return party.phone
    return None


def _yes(record: Record, column: str) -> bool:
    text = record.cells[column].lower()
    if text not in ("yes", "no"):
        record.fault(column, "write yes or no")
    return text == "yes"


def _rules(record: Record) -> tuple[Rule, ...]:
    try:
        return read_rules(record.cells["shifts"])
    except Unreadable as why:
        record.fault("shifts", str(why))
        return ()
