"""Who works when: how many at the thinnest moment, and who together with whom."""

import pytest

from ivr.doctors.at_work import able, at_work, fewest, tally
from ivr.doctors.gap_table import table
from ivr.doctors.gaps import Cover, gaps
from ivr.doctors.shifts import Shift
from ivr.hours import Hours
from ivr.model.india import moment
from ivr.model.values import Language
from tests.doctors.test_gaps import cover
from tests.doctors.test_shifts import MONDAY, SUNDAY, TUESDAY, span


@pytest.mark.parametrize(
    ("there", "doctors"),
    [
        ([], 0),
        (["09:00-13:00"], 1),
        (["09:00-11:00", "11:00-13:00"], 1),
        (["09:00-11:00", "11:01-13:00"], 0),
        (["08:00-14:00", "00:00-24:00", "09:00-12:00"], 2),
        (["08:00-14:00", "10:00-11:00", "10:00-11:00"], 1),
        (["13:00-20:00", "00:00-09:00"], 0),
        (["09:00-12:00 12:30-13:00", "09:00-13:00"], 1),
    ],
)
def test_how_many_there_are_when_they_are_fewest(there: list[str], doctors: int) -> None:
    found = [cover("kn", *((MONDAY, times) for times in each.split())) for each in there]
    assert fewest(tally(found), span(MONDAY, "09:00-13:00")) == doctors


def test_only_who_practises_and_speaks_it_counts() -> None:
    all_day = (MONDAY, "00:00-24:00")
    there = [cover("kn", all_day), cover("kn hi", all_day), cover("kn hi", all_day, specialities="sports")]
    assert (len(able(there, "orthopedics", "kn")), len(able(there, "orthopedics", "hi")), len(able(there, "sports", "en"))) == (2, 1, 0)

    hours, wanted = Hours({0: (9 * 60, 13 * 60)}), [Language.KANNADA, Language.HINDI]
    found = gaps(hours, there, ["orthopedics"], wanted, moment(MONDAY), moment(TUESDAY))
    rows = table(hours, there, found, ["orthopedics"], wanted, moment(SUNDAY), moment(TUESDAY))
    assert [[(cell.open_ms > 0, cell.fewest) for cell in row.cells] for row in rows] == [
        [(False, 0), (True, 2)],
        [(False, 0), (True, 1)],
    ]


def test_who_works_the_same_times_is_told_together() -> None:
    def named(name: str, *times: str) -> Cover:
        return Cover(frozenset(), frozenset(), tuple(span(MONDAY, each) for each in times), name.lower(), name)

    there = [named("Dr B", "09:00-13:00"), named("Dr C", "08:00-09:00", "10:00-11:00"), named("Dr A", "09:00-13:00"), named("Dr D")]
    found = at_work(there, Shift(span(MONDAY, "08:30-24:00").starts, moment(TUESDAY)))
    assert [(each.times, [doctor.name for doctor in each.doctors]) for each in found] == [
        ((span(MONDAY, "08:30-09:00"), span(MONDAY, "10:00-11:00")), ["Dr C"]),
        ((span(MONDAY, "09:00-13:00"),), ["Dr A", "Dr B"]),
    ]
    assert at_work(there, span(TUESDAY, "00:00-24:00")) == []
