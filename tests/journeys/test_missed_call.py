"""A missed call becomes an app-link SMS: callers' stories, with both providers and on both databases."""

import pytest

from ivr.model.values import Phone
from tests.stage import HOTLINE, STOP_LINE, Stage


def test_a_missed_call_is_refused_free_of_charge_and_answered_by_text(stage: Stage) -> None:
    caller = stage.caller().dials(HOTLINE)

    call = stage.last_call()
    assert not call.answered
    assert not call.charged
    text = caller.gets_text(containing=HOTLINE)
    assert text.state == "delivered"
    assert stage.story() == [("delivered", None)]
    assert caller.taps(text).startswith("https://play.google.com/store/apps/details?id=com.example.clinic")
    stage.nothing_else_happens()


def test_a_caller_who_hangs_up_at_once_still_gets_the_text(stage: Stage) -> None:
    caller = stage.caller().dials(HOTLINE, hangs_up_after_ms=100)

    caller.gets_text()
    stage.nothing_else_happens()


def test_a_call_that_we_are_told_of_three_times_is_one_call_and_one_text(stage: Stage) -> None:
    caller = stage.caller().dials(HOTLINE, told_times=3)

    caller.gets_text()
    caller.gets_no_text()
    assert stage.requests_to("text.send") == 1


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("+918022223333", "landline"),
        ("+6591234567", "foreign"),
        ("+14155550100", "foreign"),
        ("anonymous", "withheld"),
        ("+266696687", "withheld"),
        ("", "withheld"),
        ("+918061914347", "own_line"),
    ],
)
def test_who_cannot_have_a_text_costs_nothing_and_gets_none(stage: Stage, number: str, reason: str) -> None:
    stage.ring(number, HOTLINE)

    assert not stage.last_call().charged
    assert stage.story() == [("dropped", reason)]
    assert stage.requests_to("text.send") == 0


def test_an_impatient_caller_gets_one_text_per_window(stage: Stage) -> None:
    caller = stage.caller().dials().dials().dials()

    caller.gets_text()
    caller.gets_no_text()
    assert [state for state, _ in stage.story()] == ["delivered", "dropped", "dropped"]

    stage.wait(minutes=11)
    caller.dials().gets_text()


def test_two_app_links_a_day_are_enough(stage: Stage) -> None:
    caller = stage.caller()
    for _ in range(3):
        caller.dials()
        stage.clock.forward(minutes=15)

    assert [reason for _, reason in stage.story()] == [None, None, "daily_limit"]
    stage.clock.forward(minutes=24 * 60)
    caller.dials()
    assert stage.story()[-1] == ("delivered", None)


def test_two_callers_at_once_each_get_their_own(stage: Stage) -> None:
    first, second = stage.caller("+919845012345"), stage.caller("+919900112233")
    stage.sandbox.dial(first.number, HOTLINE, stage.provider)
    stage.sandbox.dial(second.number, HOTLINE, stage.provider)
    stage.settle()

    assert first.gets_text().body != second.gets_text().body


def test_a_missed_call_to_the_stop_line_ends_all_texts(stage: Stage) -> None:
    caller = stage.caller().dials(STOP_LINE)

    caller.gets_no_text()
    caller.dials(HOTLINE).gets_no_text()
    assert stage.story() == [("dropped", "opted_out")]


def test_stop_by_text_ends_all_texts_until_an_operator_is_told_otherwise(stage: Stage) -> None:
    caller = stage.caller()
    caller.texts("Stop.")
    caller.dials().gets_no_text()
    caller.texts("START")
    caller.dials().gets_no_text()

    assert stage.app.opt_outs.opt_in(Phone(caller.number))
    assert not stage.app.opt_outs.opt_in(Phone(caller.number))
    caller.dials().gets_text()


def test_a_caller_who_opts_out_while_the_text_waits_gets_none(stage: Stage) -> None:
    stage.redis_away = True
    caller = stage.caller().dials(HOTLINE).dials(STOP_LINE)

    stage.redis_away = False
    stage.settle()

    caller.gets_no_text()
    assert stage.story() == [("dropped", "opted_out")]


def test_a_text_that_waited_a_day_is_not_sent_any_more(stage: Stage) -> None:
    stage.redis_away = True
    caller = stage.caller().dials()
    stage.clock.forward(minutes=24 * 60 + 1)

    stage.redis_away = False
    stage.settle()

    caller.gets_no_text()
    assert stage.story() == [("dropped", "too_late")]


def test_a_call_to_a_number_that_is_not_ours_is_refused_and_logged(stage: Stage) -> None:
    stage.ring("+919845012345", "+918012345678")

    assert not stage.last_call().charged
    assert stage.story() == []


class TestWithTextingSwitchedOff:
    @pytest.fixture
    def changes(self) -> dict[str, object]:
        return {"text_provider": "none"}

    def test_calls_are_refused_and_texts_recorded_as_not_possible(self, stage: Stage) -> None:
        stage.caller().dials().gets_no_text()

        assert stage.story() == [("dropped", "no_provider")]
