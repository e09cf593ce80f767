"""Whom to ring first, and why."""

import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.routing.ranking import COMMON_MS, Candidate, Need, Rung, explain, opens_next, rank
from ivr.routing.rating import FLOOR
from tests.routing.scene import HOUR, NOW, SECOND, doctor

NEED = Need("kn")


def names(need: Need, *candidates: Candidate) -> list[str]:
    return [each.doctor_id for each in rank(need, candidates, NOW)]


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (doctor("b", idle_s=90), doctor("a", idle_s=60)),
        (doctor("b", rate=900), doctor("a", rate=600)),
        (doctor("b", idle_s=0, rate=900), doctor("a", idle_s=0, rate=600)),
        (doctor("b", idle_s=60, kn=3), doctor("a", idle_s=60, kn=1)),
        (doctor("b", tier=0), doctor("a", tier=1)),
        (doctor("b", idle_s=60, rate=900), doctor("a", idle_s=80, rate=600)),
        (doctor("b", idle_s=3000, rate=FLOOR), doctor("a", idle_s=30, rate=900)),
        (doctor("b", idle_s=600, tier=1), doctor("a", idle_s=60)),
    ],
)
def test_the_better_one_is_rung_first(better: Candidate, worse: Candidate) -> None:
    assert names(NEED, worse, better) == ["b", "a"]


def test_equals_go_by_their_ids_whatever_their_order() -> None:
    assert names(NEED, doctor("b"), doctor("c"), doctor("a")) == ["a", "b", "c"]


def test_a_score_is_the_sum_of_its_parts() -> None:
    (found,) = rank(replace(NEED, prefers="a"), [doctor("a", idle_s=70, rate=900, tier=2, kn=3)], NOW)

    assert found.parts == {"continuity": 600.0, "language": 90.0, "idle": 81.0, "penalty": -240.0}
    assert found.score == 531.0


def test_why_a_doctor_was_chosen_can_be_written_down_and_names_nobody() -> None:
    need = Need("kn", waited_ms=21 * SECOND)
    (found,) = rank(need, [doctor("a", tier=3)], NOW)

    assert json.loads(json.dumps(explain(found, need))) == explain(found, need)
    assert explain(found, need) == {"score": found.score, "parts": found.parts, "rung": "tier", "waited_ms": 21_000}


HINDI, ENGLISH = {"hi": 3}, {"en": 2}
NEAR, FAR = doctor("near", tier=1), doctor("far", tier=2, idle_s=6000)
COMMON = doctor("common", idle_s=6000, **HINDI)


@pytest.mark.parametrize(
    ("waited_s", "agreed", "there", "rung"),
    [
        (0, False, (NEAR, FAR), ["near"]),
        (19.999, False, (NEAR, FAR), ["near"]),
        (20, False, (NEAR, FAR), ["far", "near"]),
        (0, False, (FAR,), ["far"]),  # nobody on the rung before: skipped at once
        (44.999, True, (NEAR, COMMON), ["near"]),
        (45, True, (NEAR, COMMON), ["common", "near"]),
        (45, False, (NEAR, COMMON), ["near"]),
        (0, True, (COMMON,), ["common"]),
        (3600, False, (COMMON,), []),
        (0, True, (doctor("english", **ENGLISH),), ["english"]),
        (3600, True, (doctor("tamil", ta=3),), []),
        (45, True, (NEAR, FAR, COMMON), ["common", "far", "near"]),
    ],
)
def test_the_ladder_opens_with_the_wait_and_skips_empty_rungs(
    waited_s: float, agreed: bool, there: tuple[Candidate, ...], rung: list[str]
) -> None:
    assert names(Need("kn", any_language=agreed, waited_ms=round(waited_s * SECOND)), *there) == rung


@pytest.mark.parametrize(("waited_s", "rung"), [(0, ["before"]), (19, ["before"]), (20, ["before", "idle"]), (44, ["before", "idle"])])
def test_the_doctor_who_knows_the_patient_is_alone_for_a_moment_and_then_first(waited_s: int, rung: list[str]) -> None:
    need = Need("kn", prefers="before", waited_ms=waited_s * SECOND)

    assert names(need, doctor("idle", idle_s=300), doctor("before", idle_s=0, **HINDI)) == rung


def test_a_doctor_who_knows_the_patient_but_is_not_there_keeps_nobody_waiting() -> None:
    assert names(Need("kn", prefers="before"), doctor("idle")) == ["idle"]
    assert names(Need("kn", prefers="before", rung_lately=frozenset({"before"})), doctor("idle"), doctor("before")) == ["idle"]


def test_whoever_was_just_rung_or_has_passed_is_not_rung_again() -> None:
    need = Need("kn", rung_lately=frozenset("a"), declined=frozenset("b"))

    assert names(need, doctor("a"), doctor("b"), doctor("c")) == ["c"]


def test_the_next_rung_that_opens_by_time_is_known() -> None:
    waits = [(0, False, 20_000), (20_000, False, None), (20_000, True, 45_000), (45_000, True, None)]
    assert [opens_next(Need("kn", any_language=agreed, waited_ms=waited)) for waited, agreed, _ in waits] == [at for _, _, at in waits]


candidates = st.lists(
    st.builds(
        Candidate,
        doctor_id=st.integers(0, 30).map(str),
        tier=st.integers(0, 9),
        languages=st.dictionaries(st.sampled_from(["kn", "hi", "en", "ta"]), st.integers(1, 3)),
        idle_since=st.integers(NOW - 10 * HOUR, NOW + 5 * SECOND),
        answer_rate=st.integers(FLOOR, 1000),
        rated_at=st.integers(NOW - 20 * HOUR, NOW + 5 * SECOND),
    ),
    unique_by=lambda each: each.doctor_id,
    max_size=12,
)
needs = st.builds(
    Need,
    language=st.sampled_from(["kn", "hi", "ta"]),
    any_language=st.booleans(),
    prefers=st.none() | st.integers(0, 30).map(str),
    waited_ms=st.integers(0, 180_000),
    rung_lately=st.frozensets(st.integers(0, 30).map(str), max_size=5),
    declined=st.frozensets(st.integers(0, 30).map(str), max_size=5),
)


@given(need=needs, there=candidates, data=st.data())
def test_the_ranking_is_the_same_in_whatever_order_doctors_are_read(need: Need, there: list[Candidate], data: st.DataObject) -> None:
    ranked = rank(need, there, NOW)

    assert rank(need, data.draw(st.permutations(there)), NOW) == ranked
    assert all((left.score, right.doctor_id) >= (right.score, left.doctor_id) for left, right in pairwise(ranked))
    assert {each.doctor_id for each in ranked} <= {each.doctor_id for each in there} - need.rung_lately - need.declined


@given(need=needs, there=candidates)
def test_waiting_longer_takes_no_doctor_away(need: Need, there: list[Candidate]) -> None:
    now, later = (rank(replace(need, waited_ms=need.waited_ms + more), there, NOW) for more in (0, COMMON_MS))

    assert {each.doctor_id for each in now} <= {each.doctor_id for each in later}


@given(need=needs, there=candidates)
def test_somebody_is_rung_at_once_whenever_anybody_suits_at_last(need: Need, there: list[Candidate]) -> None:
    """L6: with idle doctors who suit, a caller never waits for a rung to open."""
    assert bool(rank(need, there, NOW)) == bool(rank(replace(need, waited_ms=10 * HOUR), there, NOW))


@given(need=needs, there=candidates)
def test_strangers_to_the_language_are_rung_only_if_the_caller_agreed(need: Need, there: list[Candidate]) -> None:
    speaks = {each.doctor_id: each.languages for each in there}
    for each in rank(need, there, NOW):
        known = each.doctor_id == need.prefers or need.language in speaks[each.doctor_id]
        assert known or (need.any_language and each.rung is Rung.COMMON)


@given(rate=st.integers(FLOOR, 1000), other=st.integers(FLOOR, 1000), idle=st.integers(0, 7200))
def test_nobody_starves(rate: int, other: int, idle: int) -> None:
    """L8: whoever has been idle for long enough comes before anybody who is rung every ten minutes."""
    patient = doctor("patient", idle_s=8 * 3600, rate=rate)
    assert names(NEED, doctor("other", idle_s=min(idle, 600), rate=other), patient)[0] == "patient"
