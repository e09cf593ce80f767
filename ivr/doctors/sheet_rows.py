"""A doctor of the directory as cells of the sheet."""

from ivr.doctors.directory_changes import Stored, told_day, write_skills
from ivr.doctors.shifts_written import write_rules
from ivr.store.vault import Vault

_COUNTRY = len("+91")


def cells_of(stored: Stored, vault: Vault) -> list[str]:
    """In the order of COLUMNS, as a person would write them; the phone as ten digits."""
    row = stored.row
    return [
        row.name,
        row.qualification,
        row.council,
        row.registration,
        row.verified_by or "",
        _day("verified_at", row.verified_at),
        _day("valid_until", row.valid_until),
        write_skills(stored.skills.specialities),
        write_skills(stored.skills.languages),
        str(row.tier),
        row.fee_tier,
        row.city,
        row.pin_code,
        vault.phone(row.phone).e164[_COUNTRY:],
        _yes(row.follow_ups),
        _yes(row.routable),
        write_rules(stored.rules),
    ]


def _day(name: str, at: int | None) -> str:
    return "" if at is None else told_day(name, at)


def _yes(value: int) -> str:
    return "yes" if value else "no"
