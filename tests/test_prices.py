"""Prices: the shipped file, every way to get one wrong, and amounts that always add up."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.model.errors import ConfigurationError
from ivr.model.values import Paise
from ivr.prices import FILE, NO_PRICES, Component, ComponentName, Price, Prices, gst_on, load_prices

SHIPPED = Path(__file__).parents[1] / "callflows"

GOOD = """\
version: 3
gst_percent: 18
prices:
  orthopedics:
    standard:
      first: {total: 24900, consultation: 24900, platform_fee: 0, gst: 0}
      later:
        total: 49900
        consultation: 38100
        platform_fee: 10000
        gst: 1800
"""


def loaded(folder: Path, text: str) -> Prices:
    (folder / FILE).write_text(text, encoding="utf-8")
    return load_prices(folder)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as error:
        loaded(folder, text)
    return str(error.value).splitlines()


def amounts(price: Price) -> list[tuple[str, int]]:
    return [(component.name.value, component.amount.amount) for component in price.components]


@pytest.mark.parametrize(("first", "total"), [(True, 24900), (False, 49900)])
def test_the_shipped_prices_are_249_first_and_499_later_all_of_it_for_the_doctor(first: bool, total: int) -> None:
    price = load_prices(SHIPPED).quote("orthopedics", "standard", first=first)

    assert price.total == Paise(total)
    assert amounts(price) == [("consultation", total), ("platform_fee", 0), ("gst", 0)]
    assert (price.first, price.speciality, price.tier) == (first, "orthopedics", "standard")


def test_a_follow_up_within_seven_days_costs_nothing_in_the_shipped_prices() -> None:
    prices = load_prices(SHIPPED)
    price = prices.nothing("orthopedics", "standard")

    assert prices.follow_up_days == {"orthopedics": 7}
    assert amounts(price) == [("consultation", 0), ("platform_fee", 0), ("gst", 0)]
    assert (price.total, price.first, price.version) == (Paise(0), False, prices.version)


def test_without_days_no_follow_up_is_free_and_days_are_no_tier(tmp_path: Path) -> None:
    assert loaded(tmp_path, GOOD).follow_up_days == {}
    with_days = loaded(tmp_path, GOOD.replace("    standard:", "    follow_up: {days: 30}\n    standard:"))
    assert (with_days.follow_up_days, with_days.tiers) == ({"orthopedics": 30}, (("orthopedics", "standard"),))


def test_a_price_tells_what_each_part_is_for(tmp_path: Path) -> None:
    prices = loaded(tmp_path, GOOD)
    later = prices.quote("orthopedics", "standard", first=False)

    assert later.total == Paise(49900)
    assert amounts(later) == [("consultation", 38100), ("platform_fee", 10000), ("gst", 1800)]
    assert later.version == prices.version
    assert (prices.offered, prices.tiers) == (True, (("orthopedics", "standard"),))


def test_a_clinic_without_the_file_offers_no_consultations(tmp_path: Path) -> None:
    prices = load_prices(tmp_path)

    assert prices == NO_PRICES
    assert (prices.offered, prices.tiers, prices.version) == (False, (), "")
    with pytest.raises(ConfigurationError, match=r'^prices\.yaml: no price for "orthopedics", "standard"; add it under prices$'):
        prices.quote("orthopedics", "standard", first=True)


@pytest.mark.parametrize(("speciality", "tier"), [("orthopedics", "senior"), ("skin", "standard"), ("", "")])
def test_nothing_is_quoted_that_has_no_price(speciality: str, tier: str) -> None:
    with pytest.raises(ConfigurationError, match="no price for"):
        load_prices(SHIPPED).quote(speciality, tier, first=True)


def test_parts_that_do_not_add_up_are_no_price() -> None:
    with pytest.raises(ValueError, match="must add up"):
        Price(Paise(249), (Component(ComponentName.CONSULTATION, Paise(248)),), True, "orthopedics", "standard", "1-0")


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("version: 3", "# a remark\nversion: 3", False),
        ("total: 24900, consultation: 24900", "consultation: 24900, total: 24900", False),
        ("24900", "24800", True),
        ("18\n", "28\n", True),
        ("standard", "senior", True),
        ("orthopedics", "spine", True),
        ("version: 3", "version: 4", True),
        ("    standard:", "    follow_up: {days: 7}\n    standard:", True),
    ],
)
def test_the_version_changes_with_the_rules_and_with_nothing_else(tmp_path: Path, old: str, new: str, changed: bool) -> None:
    before = loaded(tmp_path, GOOD).version
    text = GOOD.replace(old, new)
    if new == "28\n":
        text = text.replace("gst: 1800", "gst: 2800").replace("38100", "37100")

    assert before.startswith("3-")
    assert len(before) == len("3-") + 12
    assert (loaded(tmp_path, text).version != before) == changed


def test_the_order_of_tiers_does_not_change_the_version(tmp_path: Path) -> None:
    row = "{total: 24900, consultation: 24900, platform_fee: 0, gst: 0}"
    one, other = (f"    {tier}: {{first: {row}, later: {row}}}\n" for tier in ("senior", "standard"))
    head = "version: 1\ngst_percent: 18\nprices:\n  orthopedics:\n"

    assert loaded(tmp_path, head + one + other).version == loaded(tmp_path, head + other + one).version


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("version: 3\n", "", "prices.yaml:1: version is missing; add it"),
        ("version: 3", "version: 0", "prices.yaml:1: write a whole number from 1 to 999999"),
        ("version: 3", "version: May", "prices.yaml:1: write a whole number from 1 to 999999"),
        ("gst_percent: 18\n", "", "prices.yaml:1: gst_percent is missing; add it"),
        ("gst_percent: 18", "gst_percent: 118", "prices.yaml:2: write a whole number from 0 to 40"),
        ("gst_percent: 18", "gst_percent: 28", "prices.yaml:11: 28 % of a platform fee of 10000 is 2800; write gst: 2800"),
        ("gst_percent:", "gst_precent:", 'prices.yaml:2: unknown key "gst_precent"; did you mean gst_percent?'),
        ("prices:", "price:", 'prices.yaml:3: unknown key "price"; did you mean prices?'),
        ("  orthopedics:", "  Bones & joints:", 'prices.yaml:4: "Bones & joints" is no speciality; use small letters, digits and _'),
        ("    standard:", "    5star:", 'prices.yaml:5: "5star" is no tier; use small letters, digits and _'),
        ("      later:", "      second:", "prices.yaml:5: later is missing; add it"),
        ("      later:", "      second:", 'prices.yaml:7: unknown key "second"; known are: first, later'),
        ("        consultation: 38100\n", "", "prices.yaml:7: consultation is missing; add it"),
        ("        gst: 1800\n", "", "prices.yaml:7: gst is missing; add it"),
        ("        total: 49900\n", "", "prices.yaml:7: total is missing; add it"),
        ("        gst: 1800\n", "        gst: 1800\n        tip: 10\n", 'prices.yaml:12: unknown key "tip"; known are: total,'),
        ("38100", "-38100", "prices.yaml:9: write a whole number from 0 to 5000000"),
        ("38100", "381.00", "prices.yaml:9: write a whole number from 0 to 5000000"),
        ("38100", '"38100"', "prices.yaml:9: write a whole number from 0 to 5000000"),
        ("38100", "0o112324", "prices.yaml:9: write a whole number from 0 to 5000000"),
        ("38100", "", "prices.yaml:9: write a whole number from 0 to 5000000"),
        ("38100", "[38100]", "prices.yaml:9: write a whole number from 0 to 5000000"),
        ("49900", "5000001", "prices.yaml:8: write a whole number from 0 to 5000000"),
        ("49900", "50000", "prices.yaml:8: the components add up to 49900, not to 50000; mend one of them"),
        ("38100", "38099", "prices.yaml:8: the components add up to 49899, not to 49900; mend one of them"),
        ("gst: 1800", "gst: 1799", "prices.yaml:11: 18 % of a platform fee of 10000 is 1800; write gst: 1800"),
        ("platform_fee: 0, gst: 0", "platform_fee: 0, gst: 5", "prices.yaml:6: 18 % of a platform fee of 0 is 0; write gst: 0"),
        ("24900", "249", "prices.yaml:6: amounts are in paise, Rs 249 is 24900; 1000 is the least"),
        ("24900", "0", "prices.yaml:6: amounts are in paise"),
        ("24900", "49901", "prices.yaml:6: the first consultation is dearer than a later one; it may cost as much at most"),
        ("    standard:", "    follow_up: 7\n    standard:", "prices.yaml:5: here should be `key: value` rows"),
        ("    standard:", "    follow_up: {days: 0}\n    standard:", "prices.yaml:5: write a whole number from 1 to 90"),
        ("    standard:", "    follow_up: {days: 91}\n    standard:", "prices.yaml:5: write a whole number from 1 to 90"),
        ("    standard:", "    follow_up: {}\n    standard:", "prices.yaml:5: days is missing; add it"),
        ("    standard:", "    follow_up: {weeks: 1}\n    standard:", 'prices.yaml:5: unknown key "weeks"; known are: days'),
        ("{total: 24900,", "{totl: 24900,", 'prices.yaml:6: unknown key "totl"; did you mean total?'),
        ("{total: 24900, consultation: 24900, platform_fee: 0, gst: 0}", "24900", "prices.yaml:6: here should be `key: value` rows"),
    ],
)
def test_a_fault_names_its_line_and_the_remedy(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in GOOD
    found = faults(tmp_path, GOOD.replace(old, new))
    assert any(row.startswith(fault) for row in found), found


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "prices.yaml: the file is empty"),
        ("- 24900", "prices.yaml:1: here should be `key: value` rows"),
        ("version: 1\ngst_percent: 18\nprices: {}\n", "prices.yaml:3: no speciality is listed; a clinic without paid consultations"),
        ("version: 1\ngst_percent: 18\nprices:\n", "prices.yaml:3: here should be `key: value` rows"),
        ("version: 1\ngst_percent: 18\nprices:\n  skin: {}\n", "prices.yaml:4: no tier is listed"),
        ("version: 1\ngst_percent: 18\nprices:\n  skin: {follow_up: {days: 3}}\n", "prices.yaml:4: no tier is listed beside follow_up"),
        ("version: 1\ngst_percent: 18\nprices:\n  skin: {}\n  skin: {}\n", 'prices.yaml:5: "skin" is here twice; keep one'),
    ],
)
def test_a_file_without_prices_says_what_to_do(tmp_path: Path, text: str, fault: str) -> None:
    assert any(row.startswith(fault) for row in faults(tmp_path, text))


def test_all_faults_are_told_at_once_from_top_to_bottom(tmp_path: Path) -> None:
    bad = GOOD.replace("version: 3", "version: x").replace("24900, platform", "24901, platform").replace("gst: 1800", "gst: 18")
    assert [row.split(" ")[0] for row in faults(tmp_path, bad)] == ["prices.yaml:1:", "prices.yaml:6:", "prices.yaml:8:", "prices.yaml:11:"]


def test_the_first_may_cost_as_much_as_a_later_one(tmp_path: Path) -> None:
    same = GOOD.replace("total: 24900, consultation: 24900", "total: 49900, consultation: 49900")
    assert loaded(tmp_path, same).quote("orthopedics", "standard", first=True).total == Paise(49900)


@pytest.mark.parametrize(
    ("fee", "percent", "gst"),
    [
        (0, 18, 0),
        (10000, 18, 1800),
        (1, 18, 0),
        (2, 18, 0),
        (3, 18, 1),
        (25, 18, 5),
        (75, 18, 14),
        (25, 2, 1),
        (4237, 18, 763),
        (500, 0, 0),
    ],
)
def test_gst_is_rounded_to_the_paisa(fee: int, percent: int, gst: int) -> None:
    assert gst_on(fee, percent) == gst


fares = st.tuples(st.integers(1_000, 3_000_000), st.integers(0, 1_000_000))


@given(first=fares, later=fares, percent=st.integers(0, 40))
def test_whatever_a_clinic_charges_its_components_add_up(
    tmp_path_factory: pytest.TempPathFactory, first: tuple[int, int], later: tuple[int, int], percent: int
) -> None:
    def row(fare: tuple[int, int]) -> str:
        gst = gst_on(fare[1], percent)
        return f"{{total: {sum(fare) + gst}, consultation: {fare[0]}, platform_fee: {fare[1]}, gst: {gst}}}"

    cheap, dear = sorted((first, later), key=lambda fare: sum(fare) + gst_on(fare[1], percent))
    text = f"version: 1\ngst_percent: {percent}\nprices:\n  skin:\n    standard:\n      first: {row(cheap)}\n      later: {row(dear)}\n"
    prices = loaded(tmp_path_factory.getbasetemp(), text)

    for is_first, fare in ((True, cheap), (False, dear)):
        price = prices.quote("skin", "standard", first=is_first)
        assert sum(component.amount.amount for component in price.components) == price.total.amount
        assert [component.name for component in price.components] == list(ComponentName)
        assert price.components[0].amount.amount == fare[0]


@given(text=st.text(max_size=200) | st.sampled_from(["null", "[]", "&a [*a]", "{? [1]: 2}", "prices: &x {skin: *x}"]))
def test_nothing_in_the_file_breaks_the_reading(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / FILE).write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ConfigurationError, match=r"^prices\.yaml"):
        load_prices(folder)
