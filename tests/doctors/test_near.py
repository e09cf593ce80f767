"""Near you, by the digits of two PIN codes."""

import pytest

from ivr.doctors.near import _TOUCHING as TOUCHING  # the table is the thing
from ivr.doctors.near import AREAS, Near, Nearness, area_of, near, nearness

BENGALURU, SOUTH_BENGALURU, RAMANAGARA, MYSURU = "560001", "560078", "562159", "570001"
CHENNAI, GOA, DELHI, ARMY = "600001", "403001", "110001", "900056"


@pytest.mark.parametrize(
    ("one", "other", "step"),
    [
        (BENGALURU, BENGALURU, Nearness.DISTRICT),
        (BENGALURU, SOUTH_BENGALURU, Nearness.DISTRICT),
        (BENGALURU, RAMANAGARA, Nearness.TOWNS),
        (BENGALURU, MYSURU, Nearness.STATE),
        (BENGALURU, CHENNAI, Nearness.NEXT_STATE),
        (BENGALURU, GOA, Nearness.NEXT_STATE),
        (BENGALURU, DELHI, Nearness.COUNTRY),
        (ARMY, "901234", Nearness.COUNTRY),
        (ARMY, "910001", Nearness.COUNTRY),
        (ARMY, ARMY, Nearness.DISTRICT),
        ("", BENGALURU, Nearness.COUNTRY),
        ("290001", "290001", Nearness.COUNTRY),
    ],
)
def test_how_far_apart_two_pin_codes_are(one: str, other: str, step: Nearness) -> None:
    assert nearness(one, other) is step
    assert nearness(other, one) is step


def test_doctors_are_counted_by_how_near_they_are() -> None:
    there = [BENGALURU, SOUTH_BENGALURU, RAMANAGARA, MYSURU, CHENNAI, DELHI]
    assert near(BENGALURU, there) == Near(district=2, towns=3, state=4, next_state=5, country=6)
    assert near("000000", there) == Near(0, 0, 0, 0, 6)


@pytest.mark.parametrize(
    ("pin_code", "area"), [("560001", "Karnataka"), ("500001", "Telangana"), ("056001", None), ("5600010", None), ("860001", None)]
)
def test_the_area_of_a_pin_code(pin_code: str, area: str | None) -> None:
    assert area_of(pin_code) == area


def test_every_area_that_touches_another_is_one_of_the_table_and_is_named_once() -> None:
    named = {area for pair in TOUCHING for area in pair}
    assert named == set(AREAS.values()) - {"Army"}
    assert len({frozenset(pair) for pair in TOUCHING}) == len(TOUCHING)
