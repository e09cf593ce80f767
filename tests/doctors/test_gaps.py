"""Gaps: where in the opening hours nobody speaks what callers are offered."""

from datetime import date

import pytest

from ivr.doctors.gaps import Cover, covers, gaps
from ivr.doctors.shifts import Shift
from ivr.doctors.shifts_kept import change_day
from ivr.hours import ALWAYS, Hours
from ivr.model.india import moment
from ivr.model.values import Language
from tests.doctors.clinic import ASHA, IMRAN, Clinic
from tests.doctors.test_shifts import MONDAY, SUNDAY, TUESDAY, off, span

KN, HI, EN = Language.KANNADA, Language.HINDI, Language.ENGLISH
OPEN = Hours({6: (6 * 60, 10 * 60), 0: (9 * 60, 13 * 60)})
BONES = ["orthopedics"]


def cover(languages: str, *times: tuple[date, str], specialities: str = "orthopedics") -> Cover:
    return Cover(frozenset(specialities.split()), frozenset(languages.split()), tuple(span(*each) for each in times))


@pytest.mark.parametrize(
    ("there", "told"),
    [
        (
            [],
            ["nobody for orthopedics, Sunday 22 November 06:00–10:00", "nobody for orthopedics, Monday 23 November 09:00–13:00"],
        ),
        (
            [cover("kn hi", (SUNDAY, "08:00-12:00"), (MONDAY, "08:00-14:00")), cover("hi", (SUNDAY, "05:00-08:00"))],
            ["no Kannada speaker for orthopedics, Sunday 22 November 06:00–08:00"],
        ),
        (
            [cover("kn hi", (SUNDAY, "06:00-10:00"), (MONDAY, "09:00-10:00"), (MONDAY, "11:00-13:00"))],
            ["nobody for orthopedics, Monday 23 November 10:00–11:00"],
        ),
        (
            [cover("kn hi", (SUNDAY, "06:00-07:00")), cover("kn hi", (SUNDAY, "07:00-10:00")), cover("kn", (MONDAY, "00:00-24:00"))],
            ["no Hindi speaker for orthopedics, Monday 23 November 09:00–13:00"],
        ),
        (
            [cover("kn hi", (SUNDAY, "00:00-24:00"), (MONDAY, "00:00-24:00"), specialities="sports")],
            ["nobody for orthopedics, Sunday 22 November 06:00–10:00", "nobody for orthopedics, Monday 23 November 09:00–13:00"],
        ),
    ],
)
def test_every_stretch_without_a_doctor_is_told(there: list[Cover], told: list[str]) -> None:
    assert [str(each) for each in gaps(OPEN, there, BONES, [KN, HI], moment(SUNDAY), moment(TUESDAY))] == told


def test_two_languages_with_the_same_gap_are_told_together() -> None:
    found = gaps(OPEN, [cover("en", (SUNDAY, "00:00-24:00"))], BONES, [KN, HI, EN], moment(SUNDAY), moment(MONDAY))
    assert [str(each) for each in found] == ["no Kannada or Hindi speaker for orthopedics, Sunday 22 November 06:00–10:00"]


def test_what_is_over_is_no_gap_and_midnight_is_written_as_the_days_end() -> None:
    found = gaps(ALWAYS, [], BONES, [KN], moment(SUNDAY, 12 * 60), moment(MONDAY, 60))
    assert [str(each).partition(", ")[2] for each in found] == ["Sunday 22 November 12:00–24:00", "Monday 23 November 00:00–01:00"]


def test_a_doctor_covers_what_the_directory_says_until_the_registration_runs_out(clinic: Clinic) -> None:
    clinic.takes(ASHA | {"valid_until": "2026-11-23"}, IMRAN | {"routable": "no"})
    now, end = clinic.clock.now(), moment(date(2026, 11, 29))
    clinic.database.write(lambda tx: change_day(tx, clinic.doctor().id, off(MONDAY, "12:00-24:00"), now))

    with clinic.database.read() as tx:
        [asha] = covers(tx, now, end, samples=False)
        assert asha == Cover(
            frozenset({"orthopedics", "sports"}), frozenset({"kn", "en"}), (span(MONDAY, "09:00-12:00"),), asha.id, "Dr Asha Rao"
        )
        assert covers(tx, moment(TUESDAY), end, samples=False) == ()
    assert Shift(now, end).starts == now
