"""Alarms that reach a person: what is said, who is tried when, and how a page ends."""

from itertools import product

import pytest

from ivr.alarms.lifecycle import OPEN, TRANSITIONS, PageEvent, PageState, after
from ivr.alarms.plan import KEPT_FOR_FIRST, MINUTE_MS, MOST_CALLS, PACES, SECOND_MS, Step, Urgency, awake, begins, may_call, step
from ivr.alarms.rules import CALLERS_WAIT, GRAVEST, RULES, UNTAKEN, Subject, rule, says
from ivr.hours import ALWAYS, Hours
from ivr.texts.slots import Kind, RenderContext, objection
from tests.clock import HandClock

NOON = HandClock().now()  # a Sunday in India
HOUR_MS = 60 * MINUTE_MS
NIGHT = NOON + 11 * HOUR_MS
CONTEXT = RenderContext("https://go.clinic.example", "SANDHI", frozenset())
SUNDAY_MORNINGS = Hours({6: (10 * 60, 14 * 60), 0: (9 * 60, 20 * 60)})


@pytest.mark.parametrize("kind", [*RULES, "a kind of tomorrow"])
def test_what_an_alarm_says_fits_into_its_slot(kind: str) -> None:
    assert objection(Kind.ALPHANUMERIC, rule(kind).says, CONTEXT) is None


@pytest.mark.parametrize(
    ("kind", "callers", "said"),
    [
        (CALLERS_WAIT, 0, "More callers wait: see the console"),  # there is room for the last of them by now
        (CALLERS_WAIT, 1, "More callers wait: see the console"),
        (CALLERS_WAIT, 27, "27 more callers wait: see the console"),
        (CALLERS_WAIT, 9999, "9999 more callers wait: see the console"),
        ("red_flag", 0, "A caller told of emergency signs"),
    ],
)
def test_how_many_callers_wait_is_said(kind: str, callers: int, said: str) -> None:
    assert says(kind, callers) == said
    assert objection(Kind.ALPHANUMERIC, said, CONTEXT) is None


@pytest.mark.parametrize(
    ("kind", "urgency"),
    [
        ("red_flag", Urgency.NOW),
        ("unclear_triage", Urgency.NOW),
        ("unserved", Urgency.NOW),
        ("account", Urgency.NOW),
        (CALLERS_WAIT, Urgency.NOW),
        ("queue_age", Urgency.NOW),
        ("refund_stuck", Urgency.IN_HOURS),
        ("signature", Urgency.IN_HOURS),
        ("a kind of tomorrow", Urgency.IN_HOURS),
        (UNTAKEN, Urgency.CONSOLE),
    ],
)
def test_whom_an_alarm_may_wake(kind: str, urgency: Urgency) -> None:
    assert rule(kind).urgency is urgency


def test_every_person_behind_an_alarm_has_a_page_of_their_own() -> None:
    assert {kind for kind, found in RULES.items() if found.each} == {"red_flag", "unclear_triage", "unserved"}
    assert {found.subject for found in RULES.values() if found.each} == {Subject.EMERGENCY, Subject.UNCLEAR, Subject.UNSERVED}


def test_a_graver_need_never_waits_for_a_lesser_one() -> None:
    assert {*GRAVEST} == {kind for kind, found in RULES.items() if found.each}
    assert [GRAVEST[kind][-1] for kind in GRAVEST] == [*GRAVEST]
    assert GRAVEST["red_flag"] == ("red_flag",)


def test_only_what_is_no_graver_joins_a_page_of_another_kind() -> None:
    assert {kind: found.joins for kind, found in RULES.items() if found.joins} == {"unclear_triage": ("red_flag",)}


@pytest.mark.parametrize(
    ("calls", "round_", "called"),
    [
        (0, 0, True),
        (MOST_CALLS - KEPT_FOR_FIRST - 1, 1, True),
        (MOST_CALLS - KEPT_FOR_FIRST, 1, False),
        (MOST_CALLS - KEPT_FOR_FIRST, 0, True),
        (MOST_CALLS - 1, 0, True),
        (MOST_CALLS, 0, False),
    ],
)
def test_one_phone_is_called_so_often_in_an_hour_and_a_new_page_comes_first(calls: int, round_: int, called: bool) -> None:
    assert may_call(calls, round_) is called


def test_the_first_is_texted_then_each_is_called_and_who_comes_next_is_texted_too() -> None:
    plan = [step(index, 2, PACES[Urgency.NOW]) for index in range(5)]

    assert plan == [
        Step(0, text=True, call=False, round=0),
        Step(0, text=False, call=True, round=0),
        Step(1, text=True, call=True, round=0),
        Step(0, text=False, call=True, round=1),
        Step(1, text=False, call=True, round=1),
    ]


@pytest.mark.parametrize(("urgency", "numbers"), [*product([Urgency.NOW, Urgency.IN_HOURS], [1, 2, 3])])
def test_a_plan_comes_to_an_end(urgency: Urgency, numbers: int) -> None:
    pace = PACES[urgency]
    steps = 1 + numbers * pace.rounds

    assert all(step(index, numbers, pace) for index in range(steps))
    assert step(steps, numbers, pace) is None
    assert step(0, 0, pace) is None


@pytest.mark.parametrize(("index", "minutes"), [(0, 0), (1, 0), (2, 0), (3, 5), (4, 5), (5, 10), (12, 25)])
def test_rounds_keep_their_distance(index: int, minutes: int) -> None:
    assert begins(NOON, index, 2, PACES[Urgency.NOW]) == NOON + minutes * MINUTE_MS


def test_an_emergency_has_a_minute_from_the_sms_to_the_call_and_half_an_hour_in_all() -> None:
    pace = PACES[Urgency.NOW]

    assert pace.grace_ms == 60 * SECOND_MS
    assert pace.rounds * pace.round_ms == 30 * MINUTE_MS
    assert pace.told_ms == 10 * MINUTE_MS


@pytest.mark.parametrize(
    ("urgency", "hours", "at", "heard"),
    [
        (Urgency.NOW, SUNDAY_MORNINGS, NIGHT, NIGHT),
        (Urgency.IN_HOURS, SUNDAY_MORNINGS, NOON, NOON),
        (Urgency.IN_HOURS, SUNDAY_MORNINGS, NIGHT, NOON + 21 * HOUR_MS),  # nine o'clock on Monday
        (Urgency.IN_HOURS, ALWAYS, NIGHT, NIGHT),
        (Urgency.IN_HOURS, Hours({}), NIGHT, NIGHT),  # a clinic that never opens has alarms all the same
    ],
)
def test_by_night_only_what_cannot_wait_is_heard(urgency: Urgency, hours: Hours, at: int, heard: int) -> None:
    assert awake(urgency, hours, at) == heard


def test_a_page_that_is_taken_stays_so() -> None:
    assert [after(PageState.TAKEN, event) for event in PageEvent] == [None] * len(PageEvent)


@pytest.mark.parametrize("state", [*OPEN, PageState.UNTAKEN])
def test_a_page_can_be_taken_late_too(state: PageState) -> None:
    assert after(state, PageEvent.TAKEN) is PageState.TAKEN


def test_every_state_but_the_first_is_come_to() -> None:
    assert {*TRANSITIONS.values()} == {*PageState} - {PageState.RAISED}
