"""Opening hours and the times at which a call can be booked, in India's time."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.hours import ALWAYS, Hours, offers, read_hours
from ivr.sheet import read_sheet

IST = timezone(timedelta(hours=5, minutes=30))
DAY_MS = 24 * 60 * 60_000
WEEK = Hours({**dict.fromkeys(range(6), (9 * 60, 20 * 60)), 6: (10 * 60, 13 * 60)})


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=IST).timestamp() * 1000)


def shown(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment / 1000, IST):%a %H:%M}"


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        ("2026-11-23T08:59", False),
        ("2026-11-23T09:00", True),
        ("2026-11-23T19:59", True),
        ("2026-11-23T20:00", False),
        ("2026-11-22T12:00", True),
        ("2026-11-22T13:00", False),
    ],
)
def test_the_clinic_is_open_from_the_first_minute_to_before_the_last(now: str, is_open: bool) -> None:
    assert WEEK.open_at(at(now)) is is_open


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        ("2026-11-22T12:00", "Sun 12:00"),
        ("2026-11-22T14:00", "Mon 09:00"),
        ("2026-11-23T05:00", "Mon 09:00"),
        ("2026-11-28T22:00", "Sun 10:00"),
    ],
)
def test_it_says_when_it_opens_next(now: str, opens: str) -> None:
    assert shown(WEEK.opens_next(at(now)) or 0) == opens


def test_a_clinic_without_hours_never_opens_but_can_be_called_for() -> None:
    closed = Hours({})
    assert closed.opens_next(at("2026-11-22T12:00")) is None
    assert [shown(time) for time in offers(closed, at("2026-11-22T12:00"))] == ["Sun 12:30", "Sun 18:00", "Mon 10:00"]


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        ("2026-11-23T11:00", ["Mon 11:30", "Mon 14:00", "Tue 10:00"]),
        ("2026-11-23T11:11", ["Mon 12:00", "Mon 14:00", "Tue 10:00"]),
        ("2026-11-23T19:45", ["Tue 09:00", "Tue 14:00", "Wed 10:00"]),
        ("2026-11-23T02:00", ["Mon 09:00", "Mon 14:00", "Tue 10:00"]),
        ("2026-11-28T21:00", ["Sun 10:00", "Mon 10:00", "Tue 10:00"]),
    ],
)
def test_calls_are_offered_when_somebody_is_there(now: str, offered: list[str]) -> None:
    assert [shown(time) for time in offers(WEEK, at(now))] == offered


@pytest.mark.parametrize(
    ("hours", "offered"),
    [
        (dict.fromkeys(range(7), (20 * 60 + 45, 23 * 60)), ["Mon 11:30", "Mon 14:00", "Tue 10:00"]),  # nobody may be called then
        (dict.fromkeys(range(7), (9 * 60 + 10, 9 * 60 + 25)), ["Mon 11:30", "Mon 14:00", "Tue 10:00"]),  # no half hour in it
        ({6: (7 * 60, 8 * 60 + 30)}, ["Mon 11:30", "Mon 14:00", "Tue 10:00"]),
        ({0: (9 * 60, 9 * 60 + 30)}, ["Mon 09:00", "Mon 09:00", "Mon 09:00"]),  # of three weeks
        ({3: (9 * 60, 13 * 60)}, ["Thu 09:00", "Thu 10:00", "Thu 10:00"]),
        (dict.fromkeys(range(5), (16 * 60, 17 * 60 + 30)), ["Mon 16:00", "Tue 16:00", "Wed 16:00"]),
    ],
)
def test_odd_hours_are_kept_to_where_a_call_fits_into_them(hours: dict[int, tuple[int, int]], offered: list[str]) -> None:
    """On a Monday at eleven."""
    assert [shown(time) for time in offers(Hours(hours), at("2026-11-23T11:00"))] == offered


days = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda day: day[0] < day[1])


@given(st.integers(at("2026-01-01T00:00"), at("2030-01-01T00:00")), st.dictionaries(st.integers(0, 6), days).map(Hours))
def test_whatever_the_week_a_call_is_offered_while_it_is_open_unless_no_call_fits_into_it(now: int, week: Hours) -> None:
    offered = offers(week, now)

    fits = any(opens <= minute < closes for opens, closes in week.by_day.values() for minute in range(9 * 60, 20 * 60 + 31, 30))
    assert all(week.open_at(time) for time in offered) or not fits
    assert now + 19 * 60_000 < offered[0] < offered[1] < offered[2] < now + 24 * DAY_MS
    assert offered[1] - offered[0] >= 2 * 60 * 60_000
    assert [datetime.fromtimestamp(time / 1000, IST).minute % 30 for time in offered] == [0, 0, 0]
    assert datetime.fromtimestamp(offered[1] / 1000, IST).date() < datetime.fromtimestamp(offered[2] / 1000, IST).date()


@given(st.integers(at("2026-01-01T00:00"), at("2030-01-01T00:00")), st.sampled_from([WEEK, ALWAYS, Hours({}), Hours({2: (600, 605)})]))
def test_offers_lie_ahead_in_order_and_never_at_night(now: int, hours: Hours) -> None:
    first, second, third = offers(hours, now)

    assert now < first < second < third
    assert all(9 <= datetime.fromtimestamp(time / 1000, IST).hour <= 20 for time in (first, second, third))


def test_hours_are_read_from_a_sheet_and_faults_name_the_row(tmp_path) -> None:  # type: ignore[no-untyped-def]
    sheet = tmp_path / "hours.yaml"
    sheet.write_text('mon-fri: "09:00-18:30"\nsun: 9 to 5\nfri-mon: "09:00-10:00"\nsat: "18:00-09:00"\n')
    cell = read_sheet(sheet)

    assert read_hours(cell).by_day[4] == (540, 1110)
    assert [line for line, _ in cell.faults.found] == [2, 3, 4]
