"""Shifts: weekly rules, what is different on one day, where a shift ends and the next begins. All of it in India's time."""

from collections.abc import Sequence
from datetime import date

import pytest

from ivr.doctors.shifts import Change, Rule, Shift, next_shift, shift_end, shifts
from ivr.doctors.shifts_kept import Roster, change_day, roster, rosters
from ivr.doctors.shifts_written import Unreadable, read_rules, read_span, write_rules
from ivr.model.india import day_of, minute_of, moment
from ivr.store import shifts as store
from tests.doctors.clinic import ASHA, Clinic

SUNDAY, MONDAY, TUESDAY = date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 24)
NIGHT = read_rules("mon 22:00-24:00; tue 00:00-06:00")
OFFICE = read_rules("mon-fri 09:00-13:00 17:00-20:00")


def at(day: date, time: str) -> int:
    hour, minute = map(int, time.split(":"))
    return moment(day, hour * 60 + minute)


def span(day: date, times: str) -> Shift:
    starts, ends = times.split("-")
    return Shift(at(day, starts), at(day, ends))


def off(day: date, times: str = "00:00-24:00") -> Change:
    return Change(day, False, *read_span(times))


def on(day: date, times: str) -> Change:
    return Change(day, True, *read_span(times))


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("", []),
        (" ; ", []),
        ("sun 00:00-24:00", [Rule(6, 0, 1440)]),
        ("mon-tue 09:00-13:00", [Rule(0, 540, 780), Rule(1, 540, 780)]),
        ("Sat 10:00-12:00; mon 17:00-20:00 09:00-13:00", [Rule(0, 540, 780), Rule(0, 1020, 1200), Rule(5, 600, 720)]),
    ],
)
def test_shifts_as_people_write_them(text: str, rules: list[Rule]) -> None:
    assert list(read_rules(text)) == rules
    assert list(read_rules(write_rules(rules))) == rules


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("mon", "days and times like"),
        ("mon 9:00-13:00", "a time like"),
        ("mon 09:00-24:30", "ends at 24:00"),
        ("mon 13:00-13:00", "ends after it begins"),
        ("mon- 09:00-13:00", "days are"),
        ("funday 09:00-13:00", "days are"),
        ("sun-mon 09:00-13:00", "from mon towards sun"),
        ("mon 09:00-13:00; mon 12:59-14:00", "overlap"),
    ],
)
def test_what_is_no_shift(text: str, remedy: str) -> None:
    with pytest.raises(Unreadable, match=remedy):
        read_rules(text)


def test_days_with_the_same_times_are_written_together() -> None:
    assert write_rules(read_rules("mon 09:00-13:00; tue 09:00-13:00; thu 09:00-13:00; fri 09:00-12:00")) == (
        "mon-tue 09:00-13:00; thu 09:00-13:00; fri 09:00-12:00"
    )


def test_a_moment_is_a_minute_of_a_day_in_india() -> None:
    noon = 1_795_329_000_000
    assert (day_of(noon), minute_of(noon)) == (SUNDAY, 12 * 60)
    assert moment(SUNDAY, 12 * 60) == noon


@pytest.mark.parametrize(
    ("rules", "changes", "there"),
    [
        (OFFICE, [], [span(MONDAY, "09:00-13:00"), span(MONDAY, "17:00-20:00")]),
        (OFFICE, [off(MONDAY)], []),
        (OFFICE, [off(MONDAY, "10:00-11:00")], [span(MONDAY, "09:00-10:00"), span(MONDAY, "11:00-13:00"), span(MONDAY, "17:00-20:00")]),
        (OFFICE, [off(TUESDAY)], [span(MONDAY, "09:00-13:00"), span(MONDAY, "17:00-20:00")]),
        (OFFICE, [on(MONDAY, "13:00-17:00")], [span(MONDAY, "09:00-20:00")]),
        (OFFICE, [on(MONDAY, "08:00-10:00"), off(MONDAY, "09:30-18:00")], [span(MONDAY, "08:00-09:30"), span(MONDAY, "18:00-20:00")]),
        ((), [on(MONDAY, "06:00-08:00")], [span(MONDAY, "06:00-08:00")]),
        ((), [on(MONDAY, "06:00-08:00"), off(MONDAY)], []),
        (NIGHT, [], [span(MONDAY, "22:00-24:00")]),
    ],
)
def test_what_a_monday_comes_to(rules: Sequence[Rule], changes: list[Change], there: list[Shift]) -> None:
    assert list(shifts(rules, changes, at(MONDAY, "00:00"), at(MONDAY, "24:00"))) == there


def test_a_shift_is_cut_where_the_time_asked_for_ends() -> None:
    assert shifts(OFFICE, [], at(MONDAY, "10:00"), at(MONDAY, "11:00")) == (span(MONDAY, "10:00-11:00"),)


@pytest.mark.parametrize(
    ("rules", "changes", "now", "ends"),
    [
        (OFFICE, [], at(MONDAY, "10:00"), at(MONDAY, "13:00")),
        (OFFICE, [], at(MONDAY, "09:00"), at(MONDAY, "13:00")),
        (OFFICE, [], at(MONDAY, "13:00"), None),
        (OFFICE, [], at(SUNDAY, "10:00"), None),
        (OFFICE, [off(MONDAY, "12:00-14:00")], at(MONDAY, "10:00"), at(MONDAY, "12:00")),
        (OFFICE, [on(SUNDAY, "09:00-24:00"), on(MONDAY, "00:00-09:00")], at(SUNDAY, "23:00"), at(MONDAY, "13:00")),
        (NIGHT, [], at(MONDAY, "23:00"), at(TUESDAY, "06:00")),
        (read_rules("mon-sun 00:00-24:00"), [], at(MONDAY, "10:00"), at(TUESDAY, "10:00")),
    ],
)
def test_where_a_shift_ends(rules: Sequence[Rule], changes: list[Change], now: int, ends: int | None) -> None:
    assert shift_end(rules, changes, now) == ends


@pytest.mark.parametrize(
    ("rules", "changes", "now", "follows"),
    [
        (OFFICE, [], at(SUNDAY, "10:00"), span(MONDAY, "09:00-13:00")),
        (OFFICE, [], at(MONDAY, "10:00"), span(MONDAY, "17:00-20:00")),
        (OFFICE, [off(MONDAY)], at(SUNDAY, "10:00"), span(TUESDAY, "09:00-13:00")),
        (OFFICE, [on(SUNDAY, "14:00-15:00")], at(SUNDAY, "10:00"), span(SUNDAY, "14:00-15:00")),
        (NIGHT, [], at(SUNDAY, "10:00"), Shift(at(MONDAY, "22:00"), at(TUESDAY, "06:00"))),
        (read_rules("mon-sun 00:00-24:00"), [off(MONDAY)], at(SUNDAY, "10:00"), span(TUESDAY, "00:00-24:00")),
        ((), [], at(SUNDAY, "10:00"), None),
        ((), [on(date(2026, 12, 24), "10:00-11:00")], at(SUNDAY, "10:00"), None),
    ],
)
def test_when_the_next_shift_begins(rules: Sequence[Rule], changes: list[Change], now: int, follows: Shift | None) -> None:
    assert next_shift(rules, changes, now) == follows


def test_a_day_off_is_kept_once_and_can_be_taken_back(clinic: Clinic) -> None:
    clinic.takes(ASHA)
    asha, now = clinic.doctor().id, clinic.clock.now()
    keep = clinic.database.write

    assert keep(lambda tx: change_day(tx, asha, off(MONDAY), now))
    assert not keep(lambda tx: change_day(tx, asha, off(MONDAY), now))
    assert keep(lambda tx: change_day(tx, asha, on(MONDAY, "06:00-08:00"), now))
    with clinic.database.read() as tx:
        found = roster(tx, asha, now)
        assert set(found.changes) == {off(MONDAY), on(MONDAY, "06:00-08:00")}
        assert found.next_shift(now) == span(TUESDAY, "09:00-13:00")
        assert found.shift_end(at(TUESDAY, "10:00")) == at(TUESDAY, "13:00")
        assert rosters(tx, [asha, "nobody"], at(TUESDAY, "00:00"))["nobody"] == Roster()
        assert rosters(tx, [asha], at(TUESDAY, "00:00"))[asha].changes == ()
    assert keep(lambda tx: store.drop_changes(tx, asha, MONDAY.isoformat())) == 2
    with clinic.database.read() as tx:
        assert roster(tx, asha, now).next_shift(now) == span(MONDAY, "09:00-13:00")
