"""Trouble on a text's way: providers that fail, reports that come twice or in the wrong order, a database that is away."""

from pathlib import Path

import pytest

from ivr.model.events import ReportState, TextReported
from ivr.texts.reports import record_report
from ivr.wiring import build
from tests.stage import Stage


@pytest.fixture(params=["plivo"])
def provider(request: pytest.FixtureRequest) -> str:
    """One provider where the story is ours, not theirs; stories that are theirs ask for both."""
    return str(request.param)


both = pytest.mark.parametrize("provider", ["plivo", "twilio"], indirect=True)


@both
def test_a_provider_that_is_busy_is_asked_again_after_a_while(stage: Stage) -> None:
    stage.breaks("text.send", "rejected", status=429, retry_after=7)

    caller = stage.caller().dials()
    caller.gets_no_text()

    stage.wait(seconds=8)
    caller.gets_text()
    assert stage.requests_to("text.send") == 2
    stage.nothing_else_happens()


@both
@pytest.mark.parametrize(
    ("effect", "how"),
    [("error_after", {"status": 503}), ("hang_after", {"ms": 1500}), ("error_after", {"status": 500})],
    ids=["503", "timeout", "500"],
)
def test_a_text_that_went_out_although_the_provider_failed_is_not_sent_twice(stage: Stage, effect: str, how: dict[str, int]) -> None:
    stage.breaks("text.send", effect, **how)
    stage.breaks("hook.report", "lost", times=None)

    caller = stage.caller().dials()
    stage.wait(minutes=3)

    caller.gets_text()
    caller.gets_no_text()
    assert stage.requests_to("text.send") == 1
    assert stage.story() == [("delivered", None)]


@both
@pytest.mark.parametrize(("effect", "how"), [("error_before", {"status": 503}), ("hang_before", {"ms": 1500}), ("reset", {})])
def test_a_text_that_did_not_go_out_is_looked_for_twice_and_then_sent(stage: Stage, effect: str, how: dict[str, int]) -> None:
    stage.breaks("text.send", effect, **how)

    caller = stage.caller().dials()
    stage.wait(seconds=20)
    caller.gets_no_text()
    assert stage.requests_to("text.list") == 1

    stage.wait(minutes=1)
    caller.gets_text()
    caller.gets_no_text()
    assert stage.requests_to("text.send") == 2
    assert stage.requests_to("text.list") == 2


def test_a_report_settles_an_unknown_outcome_before_anybody_looks(stage: Stage) -> None:
    stage.breaks("text.send", "error_after", status=503)

    caller = stage.caller().dials()

    caller.gets_text()
    assert stage.story() == [("delivered", None)]
    stage.wait(minutes=2)
    assert stage.requests_to("text.list") == 0


def test_a_list_that_cannot_be_read_is_read_again_later(stage: Stage) -> None:
    stage.breaks("text.send", "error_after", status=503)
    stage.breaks("hook.report", "lost", times=None)
    stage.breaks("text.list", "error_before", status=500, times=2)

    caller = stage.caller().dials()
    stage.wait(minutes=4)

    caller.gets_text()
    caller.gets_no_text()
    assert stage.requests_to("text.send") == 1
    assert stage.story() == [("delivered", None)]


@both
def test_reports_that_come_twice_and_in_the_wrong_order_count_once(stage: Stage) -> None:
    stage.breaks("hook.report", "duplicate", times=None)
    stage.breaks("text.delivery", "reorder")

    stage.caller().dials().gets_text()

    assert stage.story() == [("delivered", None)]


@both
def test_a_text_that_the_phone_never_takes_is_recorded_with_the_code(stage: Stage) -> None:
    stage.breaks("text.delivery", "undeliverable", code="30005" if stage.provider == "twilio" else "70")

    stage.caller().dials()

    [(state, reason)] = stage.story()
    assert state == "undelivered"
    assert reason
    assert stage.provider in reason


def test_a_dlt_rejection_raises_an_alarm_and_is_never_tried_again(stage: Stage) -> None:
    stage.breaks("text.send", "rejected", code="dlt", times=None)

    caller = stage.caller().dials()
    stage.wait(minutes=10)

    caller.gets_no_text()
    assert stage.requests_to("text.send") == 1
    assert stage.story()[0][0] == "failed"
    assert stage.alarms() == ["dlt"]


def test_a_wrong_password_raises_an_alarm_and_the_text_waits_for_it_to_be_mended(stage: Stage) -> None:
    stage.breaks("text.send", "rejected", status=401, times=1)

    caller = stage.caller().dials()
    assert stage.alarms() == ["account"]
    caller.gets_no_text()

    stage.wait(minutes=6)
    caller.gets_text()


class TestWithTwoProviders:
    @pytest.fixture
    def changes(self) -> dict[str, object]:
        return {"text_provider": "plivo,twilio"}

    def test_the_second_takes_over_when_the_first_is_busy_twice(self, stage: Stage) -> None:
        stage.breaks("text.send", "rejected", status=429, provider="plivo", times=None)

        caller = stage.caller().dials()
        stage.wait(seconds=10)

        assert caller.gets_text().provider == "twilio"
        assert stage.requests_to("text.send") == 3

    def test_the_second_takes_over_at_once_when_the_first_refuses_our_account(self, stage: Stage) -> None:
        stage.breaks("text.send", "rejected", status=401, provider="plivo", times=None)

        caller = stage.caller().dials()

        assert caller.gets_text().provider == "twilio"
        assert stage.alarms() == ["account"]

    def test_a_dlt_rejection_never_goes_to_the_second(self, stage: Stage) -> None:
        stage.breaks("text.send", "rejected", code="dlt", provider="plivo", times=None)

        caller = stage.caller().dials()
        stage.wait(minutes=2)

        caller.gets_no_text()
        assert stage.requests_to("text.send") == 1


def test_while_redis_is_away_calls_are_taken_and_texts_follow_when_it_is_back(stage: Stage) -> None:
    stage.redis_away = True
    caller = stage.caller().dials()
    caller.gets_no_text()
    assert stage.story() == [("asked", None)]

    stage.redis_away = False
    stage.settle()
    caller.gets_text()


def test_a_queue_that_lost_its_jobs_is_filled_again(stage: Stage) -> None:
    stage.redis_away = True
    caller = stage.caller().dials()
    stage.relay.move()
    stage.app.redis.flushall()

    stage.redis_away = False
    stage.wait(minutes=2)

    caller.gets_text()
    caller.gets_no_text()


def test_an_attempt_whose_worker_died_is_found_out_about_and_the_text_is_sent(stage: Stage) -> None:
    stage.redis_away = True
    caller = stage.caller().dials()
    stage.worker_dies_after_claiming()

    stage.redis_away = False
    stage.wait(minutes=3)

    caller.gets_text()
    caller.gets_no_text()
    assert stage.requests_to("text.list") == 2


def test_while_the_database_is_away_the_call_is_still_refused_free_and_the_text_follows(stage: Stage) -> None:
    with stage.database_away():
        caller = stage.caller().dials()
        assert not stage.last_call().charged
        caller.gets_no_text()
        assert stage.readiness() == 503

    stage.wait(seconds=5)
    caller.gets_text()
    caller.gets_no_text()
    assert stage.readiness() == 200


@both
def test_a_recipient_whom_the_provider_refuses_for_good_is_not_tried_again(stage: Stage) -> None:
    code = {"plivo": "optout", "twilio": "21610"}[stage.provider]
    stage.breaks("text.send", "rejected", code=code, times=None)

    stage.caller().dials()
    stage.wait(minutes=2)

    assert stage.requests_to("text.send") == 1
    assert stage.story()[0][0] == "failed"
    assert stage.alarms() == []


def test_a_dlt_rejection_that_only_the_report_tells_of_raises_the_alarm_too(stage: Stage) -> None:
    stage.breaks("text.delivery", "failed", code="620", times=2)

    stage.caller("+919845012345").dials()
    stage.caller("+919845012346").dials()

    assert [state for state, _ in stage.story()] == ["failed", "failed"]
    assert stage.alarms() == ["dlt"]


def test_a_text_whose_outcome_nobody_ever_learns_is_given_up_when_it_is_too_late(stage: Stage) -> None:
    stage.breaks("text.send", "error_after", status=503)
    stage.breaks("hook.report", "lost", times=None)
    stage.breaks("text.list", "error_before", status=500, times=None)

    stage.caller().dials()
    stage.clock.forward(minutes=24 * 60)
    stage.settle()

    assert stage.story() == [("failed", "the provider never said whether it was sent")]
    stage.nothing_else_happens()


def test_bad_news_of_an_attempt_long_given_up_does_not_touch_the_next_one(stage: Stage) -> None:
    stage.breaks("text.send", "error_before", status=503)
    stage.breaks("text.send", "rejected", status=429, retry_after=30)
    caller = stage.caller().dials()
    stage.wait(seconds=70)
    first = stage.attempts()[0]
    assert first.state == "absent"

    record_report(stage.app.database, first.id, TextReported("plivo", "late", ReportState.FAILED, "300"), stage.clock.now())

    stage.wait(seconds=40)
    caller.gets_text()
    assert stage.story() == [("delivered", None)]


def test_one_text_that_cannot_be_sent_holds_up_no_other(stage: Stage) -> None:
    stage.redis_away = True
    broken, whole = stage.caller("+919845012345").dials(), stage.caller("+919845012346").dials()
    stage.spoil_the_number_of(broken.number)
    stage.redis_away = False
    stage.settle()

    whole.gets_text()
    assert stage.alarms() == ["text"]
    assert [state for state, _ in stage.story()] == ["asked", "delivered"]

    stage.clock.forward(minutes=24 * 60)
    stage.settle()
    assert stage.story()[0] == ("dropped", "too_late")


def test_a_provider_that_is_not_in_use_any_more_is_still_asked_what_it_sent(stage: Stage) -> None:
    settings = stage.app.settings.model_copy(update={"text_provider": ("twilio",)})

    assert set(build(settings).reconciliation.senders) == {"plivo", "twilio"}


class TestWithTwoLines:
    @pytest.fixture
    def changes(self, callflows: Path) -> dict[str, object]:
        lines = callflows / "lines.yaml"
        second = 'lines:\n  - {number: "08061914399", name: Second, when_it_rings: missed call, then: text app_link, language: en}'
        lines.write_text(lines.read_text().replace("lines:", second, 1))
        return {}

    def test_a_message_without_a_body_is_not_taken_for_another_attempts(self, stage: Stage) -> None:
        stage.breaks("text.send", "error_before", status=503)
        stage.breaks("text.send", "error_after", status=503)
        stage.breaks("hook.report", "lost", times=None)

        caller = stage.caller().dials().dials("08061914399")
        stage.wait(minutes=10)

        caller.gets_text()
        caller.gets_no_text()
        assert stage.requests_to("text.send") == 2
