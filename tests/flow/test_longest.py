"""The longest way through a flow, in seconds of speech."""

from pathlib import Path

import pytest

from ivr.flow.lengths import seconds
from ivr.flow.loader import examine
from ivr.flow.longest import longest_way
from ivr.model.values import Language
from tests.flow.writing import clinic

EN = Language.ENGLISH
TALK = '  short: "Yes."\n  long: "This is a good deal longer than the other one."\n'
TWO_WAYS = """\
  begin: {menu: menu, 1: one, 2: two}
  one: {say: short, then: over}
  two: {say: long, then: over}
  over: {hang_up: bye}
"""


def test_the_longer_of_two_ways_counts_and_what_leads_back_does_not(tmp_path: Path) -> None:
    found = examine(clinic(tmp_path, TWO_WAYS, words=TALK))
    told = sum(seconds(found.words, word, EN) for word in ("hello", "menu", "long", "bye"))

    assert longest_way(found.book, found.words, "hotline", EN) == pytest.approx(told)


def test_a_flow_within_is_heard_as_well(tmp_path: Path) -> None:
    inner = "flow: inner\nabout: A test.\nstart: a\nsteps:\n  a: {say: long, then: b}\n  b: {return: done}\n"
    found = examine(clinic(tmp_path, "  begin: {run: inner, on: {done: last}}\n  last: {hang_up: bye}\n", words=TALK, inner=inner))
    told = sum(seconds(found.words, word, EN) for word in ("hello", "long", "bye"))

    assert longest_way(found.book, found.words, "hotline", EN) == pytest.approx(told)


def test_flows_that_run_each_other_and_words_that_nobody_wrote_come_to_an_end(tmp_path: Path) -> None:
    inner = "flow: inner\nabout: A test.\nstart: a\nsteps:\n  a: {goto: hotline}\n"
    found = examine(clinic(tmp_path, "  begin: {run: inner, on: {done: away}}\n  away: {say: nowhere, then: leave}\n", inner=inner))

    assert longest_way(found.book, found.words, "hotline", EN) < 10
    assert longest_way(found.book, found.words, "nothing", EN) == 0
