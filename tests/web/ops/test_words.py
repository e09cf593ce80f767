"""The console's sentences and times."""

from collections.abc import Collection

import pytest

from ivr.model.events import CallOutcome, ReportState
from ivr.model.values import CallerKind, Language
from ivr.texts.lifecycle import TextState
from ivr.texts.limits import DropReason
from ivr.web.ops import words
from ivr.web.ops.when import moment

NOON_IN_INDIA = 1_795_329_000_000  # 22 November 2026


@pytest.mark.parametrize(
    ("table", "model"),
    [
        (words.ENDED, CallOutcome),
        (words.CALLERS, CallerKind),
        (words.STATES, TextState),
        (words.DROPPED, DropReason),
        (words.REPORTS, ReportState),
        (words.LANGUAGES, Language),
    ],
)
def test_every_state_of_the_model_has_its_words(table: Collection[str], model: Collection[str]) -> None:
    assert set(table) == set(model)


def test_words_from_a_later_version_are_shown_as_they_are() -> None:
    assert words.dropped("moon_phase") == "moon_phase"
    assert words.dropped(None) == "no reason on record"
    assert words.attempt("levitating")[0] == words.report("levitating")[0] == words.caller("levitating") == words.language("levitating")


@pytest.mark.parametrize(
    ("age_s", "ago"),
    [
        (-60, "now"),
        (4, "now"),
        (5, "5 s ago"),
        (59, "59 s ago"),
        (60, "1 min ago"),
        (3_599, "59 min ago"),
        (3_600, "1 h ago"),
        (86_399, "23 h ago"),
        (86_400, "1 d ago"),
        (864_000, "10 d ago"),
    ],
)
def test_ages(age_s: int, ago: str) -> None:
    assert moment(NOON_IN_INDIA - age_s * 1000, NOON_IN_INDIA).ago == ago


def test_times_are_indian_and_carry_their_year_only_when_it_is_another() -> None:
    now = moment(NOON_IN_INDIA, NOON_IN_INDIA)
    assert (now.ist, now.iso) == ("22 Nov 12:00:00", "2026-11-22T06:30:00Z")
    assert moment(NOON_IN_INDIA - 365 * 86_400_000, NOON_IN_INDIA).ist == "22 Nov 2025 12:00"


@pytest.mark.parametrize(("number", "said"), [(0, "0 segments"), (1, "1 segment"), (2, "2 segments")])
def test_counts(number: int, said: str) -> None:
    assert words.count(number, "segment") == said
