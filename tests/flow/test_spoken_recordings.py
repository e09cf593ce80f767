"""The recording list, and what holds for every number and every moment in every language."""

from datetime import UTC, datetime, timedelta
from re import fullmatch
from unicodedata import is_normalized

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.spoken import Fragment, all_fragments, say_day, say_digits, say_money, say_number, say_time, text_of
from ivr.flow.spoken.grouping import group
from ivr.model.values import Language, Paise

LANGUAGES = pytest.mark.parametrize("language", list(Language))
NUMBERS = st.one_of(st.integers(0, 999_999_999), st.integers(0, 9_999), st.integers(0, 999).map(lambda n: n * 1_000_000))
MOMENTS = st.integers(int(datetime(2020, 1, 1, tzinfo=UTC).timestamp()), int(datetime(2099, 12, 31, tzinfo=UTC).timestamp())).map(
    lambda at: at * 1000
)
MIDNIGHT = int((datetime(2026, 1, 1, tzinfo=UTC) - timedelta(hours=5, minutes=30)).timestamp() * 1000)  # in India


def everything_said(language: Language) -> set[Fragment]:
    """The fragments of every minute of a day, every day of a year, and numbers with every part in every place."""
    values = [count * place for place in (1, 100, 1_000, 1_00_000, 1_00_00_000) for count in range(100)]
    said = [say_number(value + more, language) for value in values for more in (0, 1) if value + more <= 999_999_999]
    said += [say_time(MIDNIGHT + minute * 60_000, language) for minute in range(24 * 60)]
    said += [say_day(MIDNIGHT + day * 86_400_000, MIDNIGHT, language) for day in range(365)]
    said += [say_money(Paise(paise), language) for paise in (101, 202)]
    return {fragment for row in said for fragment in row}


@LANGUAGES
def test_the_recording_list_has_all_that_is_ever_said_and_nothing_else(language: Language) -> None:
    assert set(all_fragments(language)) == everything_said(language)


@LANGUAGES
def test_the_recording_list_names_each_recording_once_and_plainly(language: Language) -> None:
    fragments = all_fragments(language)
    assert len({fragment.key for fragment in fragments}) == len(fragments)
    assert all(fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", fragment.key) for fragment in fragments)
    assert all(fragment.text == fragment.text.strip() != "" and is_normalized("NFC", fragment.text) for fragment in fragments)


@LANGUAGES
@given(value=NUMBERS, amount=st.integers(0, 99_999_999_999), at=MOMENTS, now=MOMENTS, digits=st.from_regex(r"[0-9]{1,12}", fullmatch=True))
def test_whatever_is_said_is_on_the_recording_list(language: Language, value: int, amount: int, at: int, now: int, digits: str) -> None:
    said = (
        *say_number(value, language),
        *say_money(Paise(amount), language),
        *say_digits(digits, language),
        *say_time(at, language),
        *say_day(at, now, language),
    )
    assert set(said) <= set(all_fragments(language))


@LANGUAGES
@given(one=NUMBERS, other=NUMBERS)
def test_different_numbers_are_said_differently(language: Language, one: int, other: int) -> None:
    assert (text_of(say_number(one, language)) == text_of(say_number(other, language))) == (one == other)


@LANGUAGES
def test_no_two_minutes_of_a_day_sound_alike(language: Language) -> None:
    minutes = [MIDNIGHT + minute * 60_000 for minute in range(24 * 60)]
    assert len({text_of(say_time(at, language)) for at in minutes}) == len(minutes)


@LANGUAGES
@given(value=NUMBERS)
def test_a_listener_who_adds_up_the_words_has_the_number(language: Language, value: int) -> None:
    assert heard([fragment.key for fragment in say_number(value, language)]) == value


def heard(keys: list[str]) -> int:
    """The number that the keys amount to, whatever the language."""
    places = {"hundred": 100, "thousand": 1_000, "lakh": 1_00_000, "crore": 1_00_00_000}
    total = count = 0
    for key in keys:
        name, _, rest = key.removesuffix("-and").partition("-")
        match name, rest:
            case "number", _:
                count = int(rest)
            case "hundred", str(hundreds) if hundreds:
                total += int(hundreds) * 100
            case "and", _:
                pass
            case _:
                total, count = total + count * places[name], 0
    return total + count


@given(value=NUMBERS)
def test_the_groups_of_a_number_written_out_are_its_digits(value: int) -> None:
    parts = group(value)
    assert int(f"{parts.crore}{parts.lakh:02}{parts.thousand:02}{parts.hundred}{parts.rest:02}") == value
