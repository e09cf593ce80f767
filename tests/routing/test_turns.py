"""Whose turn it is."""

from hypothesis import given
from hypothesis import strategies as st

from ivr.routing.turns import Waiting, order
from tests.routing.scene import HOUR, MINUTE, NOW, SECOND


def ids(*waiting: Waiting, now: int = NOW) -> list[str]:
    return [each.consult_id for each in order(waiting, now)]


def test_first_come_is_first_served() -> None:
    assert ids(Waiting("b", 0, NOW - SECOND), Waiting("a", 0, NOW), Waiting("c", 0, NOW - MINUTE)) == ["c", "b", "a"]


def test_one_step_of_priority_is_worth_a_minute() -> None:
    urgent = Waiting("urgent", 1, NOW)
    assert ids(Waiting("old", 0, NOW - MINUTE + 1), urgent) == ["urgent", "old"]
    assert ids(Waiting("old", 0, NOW - MINUTE - 1), urgent) == ["old", "urgent"]
    assert ids(urgent, Waiting("old", 0, NOW - MINUTE)) == ["old", "urgent"]  # a tie goes to who has waited longer


def test_equals_go_by_id() -> None:
    assert ids(Waiting("b", 0, NOW), Waiting("a", 0, NOW)) == ["a", "b"]


queues = st.lists(
    st.builds(Waiting, st.integers(0, 99).map(str), st.integers(-5, 20), st.integers(NOW - HOUR, NOW)),
    unique_by=lambda each: each.consult_id,
    max_size=10,
)


@given(queue=queues, more=st.integers(0, HOUR))
def test_time_alone_never_changes_whose_turn_it_is(queue: list[Waiting], more: int) -> None:
    assert ids(*queue) == ids(*queue, now=NOW + more)


@given(queue=queues, priority=st.integers(-5, 20))
def test_nobody_starves_behind_those_who_come_new(queue: list[Waiting], priority: int) -> None:
    later = NOW + 26 * MINUTE  # 25 steps of priority lie between the lowest and the highest
    assert ids(*queue, Waiting("new", priority, later), now=later)[-1] == "new"
