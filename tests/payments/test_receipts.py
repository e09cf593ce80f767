"""Receipts: the financial year, a number the law accepts, the right title, and lines that make up what was paid."""

from datetime import UTC, datetime
from re import compile as regex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.model.values import Paise
from ivr.payments.receipts import LONGEST_NUMBER, MOST_SERIALS, Title, financial_year, receipt, receipt_number
from ivr.prices import Component, ComponentName

ALLOWED = regex(r"[A-Za-z0-9/-]{1,16}")


def at(moment: str) -> int:
    """UTC milliseconds of `2027-03-31 18:29` in UTC."""
    return int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1000)


def paid(consultation: int, platform_fee: int = 0, gst: int = 0) -> tuple[Component, ...]:
    amounts = (consultation, platform_fee, gst)
    return tuple(Component(name, Paise(amount)) for name, amount in zip(ComponentName, amounts, strict=True))


@pytest.mark.parametrize(
    ("moment", "year"),
    [
        ("2026-11-22 10:00", "2026-27"),
        ("2027-01-01 00:00", "2026-27"),
        ("2027-03-31 18:29", "2026-27"),  # 23:59 in India
        ("2027-03-31 18:30", "2027-28"),  # midnight in India, still March in UTC
        ("2027-04-01 00:00", "2027-28"),
        ("2026-03-31 18:29:59.999", "2025-26"),
        ("2028-02-29 12:00", "2027-28"),
        ("2099-12-31 12:00", "2099-00"),
        ("2100-03-31 12:00", "2099-00"),
    ],
)
def test_a_financial_year_runs_from_april_to_march_in_india(moment: str, year: str) -> None:
    assert financial_year(at(moment)) == year


@pytest.mark.parametrize(
    ("header", "serial", "number"),
    [
        ("SANDHI", 123, "SAN/26-27/000123"),
        ("SC", 123, "SC/26-27/000123"),
        ("SANDHI", 1, "SAN/26-27/000001"),
        ("SANDHI", 999_999, "SAN/26-27/999999"),
        ("SANDHI", 1_000_000, "SA/26-27/1000000"),
        ("SANDHI", MOST_SERIALS, "26-27/999999999"),
        ("", 123, "26-27/000123"),
    ],
)
def test_a_number_has_sixteen_characters_at_most_and_never_loses_year_or_serial(header: str, serial: int, number: str) -> None:
    assert receipt_number(header, "2026-27", serial) == number


@pytest.mark.parametrize(("header", "serial"), [("SANDHI", 0), ("SANDHI", -1), ("SANDHI", MOST_SERIALS + 1), ("SAN/DHI", 1), ("ಸಂಧಿ", 1)])
def test_a_number_that_the_law_would_not_accept_is_not_made(header: str, serial: int) -> None:
    with pytest.raises(ValueError, match="a receipt's"):
        receipt_number(header, "2026-27", serial)


@given(
    header=st.from_regex(r"[A-Za-z0-9]{0,6}", fullmatch=True),
    one=st.tuples(st.integers(2020, 2119), st.integers(1, MOST_SERIALS)),
    other=st.tuples(st.integers(2020, 2119), st.integers(1, MOST_SERIALS)),
)
def test_no_two_receipts_have_the_same_number(header: str, one: tuple[int, int], other: tuple[int, int]) -> None:
    numbers = {receipt_number(header, financial_year(at(f"{year}-04-01 00:00")), serial) for year, serial in (one, other)}

    assert len(numbers) == len({one, other})
    assert all(ALLOWED.fullmatch(number) and len(number) <= LONGEST_NUMBER for number in numbers)


def test_a_consultation_alone_is_exempt_and_gets_a_bill_of_supply() -> None:
    made = receipt(paid(24900), header="SANDHI", serial=7, at=at("2026-11-22 10:00"))

    assert (made.number, made.title, made.at) == ("SAN/26-27/000007", Title.BILL_OF_SUPPLY, at("2026-11-22 10:00"))
    assert made.lines == (Component(ComponentName.CONSULTATION, Paise(24900)),)
    assert made.total == Paise(24900)


def test_a_platform_fee_with_gst_gets_a_tax_invoice_that_lists_all_three() -> None:
    made = receipt(paid(38100, 10000, 1800), header="SANDHI", serial=8, at=at("2027-04-02 10:00"))

    assert (made.number, made.title) == ("SAN/27-28/000008", Title.TAX_INVOICE)
    assert made.lines == paid(38100, 10000, 1800)
    assert made.total == Paise(49900)


def test_a_fee_of_a_clinic_that_owes_no_gst_stays_on_a_bill_of_supply() -> None:
    assert receipt(paid(38100, 11800), header="SANDHI", serial=9, at=0).title is Title.BILL_OF_SUPPLY


@given(amounts=st.tuples(*[st.integers(0, 5_000_000)] * 3))
def test_the_lines_make_up_the_total(amounts: tuple[int, int, int]) -> None:
    made = receipt(paid(*amounts), header="SANDHI", serial=1, at=0)

    assert made.total == Paise(sum(amounts))
    assert sum(line.amount.amount for line in made.lines) == made.total.amount
    assert [line.name for line in made.lines] == [name for name, amount in zip(ComponentName, amounts, strict=True) if amount]
