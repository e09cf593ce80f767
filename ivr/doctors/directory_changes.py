"""What the directory has of a doctor, beside what a sheet says of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.doctors.sheet_doctors import Doctor
from ivr.doctors.shifts import Rule
from ivr.doctors.shifts_written import write_rules
from ivr.model.india import day_of
from ivr.store import doctors, shifts
from ivr.store.doctors import Skills
from ivr.store.tx import Row, Tx
from ivr.store.vault import Vault

_TIMES = ("verified_at", "valid_until")
_SHEET_NAMES = {"verified_at": "verified_on"}


@dataclass(frozen=True, slots=True)
class Stored:
    """One doctor of the directory: the row (with `phone`, sealed, and `phone_hash`), skills and weekly rules."""

    row: Row
    skills: Skills
    rules: tuple[Rule, ...]


def stored_doctors(tx: Tx) -> Mapping[tuple[str, str], Stored]:
    """All of them by council and registration."""
    rows = doctors.every(tx)
    ids = [row.id for row in rows]
    skills, rules = doctors.skills(tx, ids), shifts.rules(tx, ids)
    weekly = {each: tuple(Rule(rule.weekday, rule.starts, rule.ends) for rule in rules.get(each, ())) for each in ids}
    return {(row.council, row.registration): Stored(row, skills[row.id], weekly[row.id]) for row in rows}


def label(wanted: Doctor) -> str:
    return f"{wanted.council} {wanted.registration}"


def why_not_rung(wanted: Doctor, now: int) -> str | None:
    """Why this doctor is not routable; None for one who is."""
    if not wanted.routable:
        return "the sheet says routable no"
    if wanted.verified_at is None:
        return "not verified"
    if wanted.valid_until is None:
        return "valid_until is empty"
    if wanted.valid_until <= now:
        return f"the registration ran out on {last_day(wanted.valid_until)}"
    return None


def columns_of(wanted: Doctor, now: int) -> dict[str, object]:
    """The columns of `doctor` that a sheet fills."""
    return {
        "name": wanted.name,
        "qualification": wanted.qualification,
        "council": wanted.council,
        "registration": wanted.registration,
        "verified_by": wanted.verified_by,
        "verified_at": wanted.verified_at,
        "valid_until": wanted.valid_until,
        "routable": int(why_not_rung(wanted, now) is None),
        "tier": wanted.tier,
        "fee_tier": wanted.fee_tier,
        "city": wanted.city,
        "pin_code": wanted.pin_code,
        "follow_ups": int(wanted.follow_ups),
    }


def differences(stored: Stored, wanted: Doctor, vault: Vault, now: int) -> tuple[str, ...]:
    """What would change, in words; never a telephone number."""
    columns = columns_of(wanted, now)
    pairs = [(name, getattr(stored.row, name), value) for name, value in columns.items()]
    changed = [f"{_SHEET_NAMES.get(name, name)} {_told(name, old)} → {_told(name, new)}" for name, old, new in pairs if old != new]
    if stored.row.phone_hash != vault.hash(wanted.phone):
        changed.append("phone")
    lists = (
        ("specialities", write_skills(stored.skills.specialities), write_skills(wanted.skills.specialities)),
        ("languages", write_skills(stored.skills.languages), write_skills(wanted.skills.languages)),
        ("shifts", write_rules(stored.rules), write_rules(wanted.rules)),
    )
    return (*changed, *(f"{name} {old or 'none'} → {new or 'none'}" for name, old, new in lists if old != new))


def write_skills(levels: Mapping[str, int]) -> str:
    """`kn:3 en:2`, the best first, whatever the order they came in."""
    return " ".join(f"{name}:{level}" for name, level in sorted(levels.items(), key=lambda each: (-each[1], each[0])))


def last_day(valid_until: int) -> str:
    return day_of(valid_until - 1).isoformat()


def told_day(name: str, at: int) -> str:
    """A time of the directory as the sheet writes it."""
    return last_day(at) if name == "valid_until" else day_of(at).isoformat()


def _told(name: str, value: object) -> str:
    match value:
        case None:
            return "none"
        case int() if name in _TIMES:
            return told_day(name, value)
        case int() if name in ("routable", "follow_ups"):
            return "yes" if value else "no"
        case _:
            return str(value)
