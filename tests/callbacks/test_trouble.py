"""When things go wrong on the way to a ring: at most one ring per wish, no wish lost, no channel kept."""

from pathlib import Path

import pytest

from ivr.lines import Lines
from ivr.model.events import CallOutcome
from ivr.model.outcomes import Fault, Misconfigured, Never, TryLater
from ivr.store import outbox
from ivr.store.schema import caller
from tests.callbacks.scene import LANDLINE, Scene


def rung_with(scene: Scene, *answers: object) -> None:
    """A missed call, whose call back meets these answers of the provider."""
    scene.far_end.answers = list(answers)  # type: ignore[arg-type]
    scene.gives_missed_call()
    scene.wait(seconds=10)


def test_over_the_limit_means_wait(scene: Scene) -> None:
    rung_with(scene, TryLater("5030"), TryLater("5030"), TryLater("429", 40))
    assert (scene.only().state, scene.only().tries, scene.channels()) == ("planned", 0, 0)

    scene.wait(minutes=2)

    assert scene.far_end.times == ["12:00:10", "12:00:15", "12:00:30", "12:01:30"]
    assert scene.only().state == "ringing"


def test_a_fault_of_our_account_is_an_alarm_and_the_caller_waits(scene: Scene) -> None:
    rung_with(scene, Misconfigured("401", Fault.ACCOUNT, "credentials"))
    assert scene.alarms() == [("account", "plivo")]

    scene.wait(minutes=5)

    assert scene.far_end.times == ["12:00:10", "12:05:10"]
    assert scene.only().state == "ringing"


def test_a_number_that_the_provider_refuses_is_given_up(scene: Scene) -> None:
    rung_with(scene, Never("21211", "no such number"))

    scene.wait(hours=2)

    assert len(scene.far_end.asked) == 1
    assert scene.story() == [("given_up", "no such number")]
    assert scene.channels() == 0


def test_a_job_that_runs_twice_rings_once(scene: Scene) -> None:
    scene.gives_missed_call()
    scene.clock.forward(seconds=10)
    [wish] = scene.wishes()

    scene.placing.place(wish.id)
    scene.placing.place(wish.id)

    assert len(scene.far_end.asked) == 1


def test_a_cancelled_wish_does_nothing_when_its_job_runs_all_the_same(scene: Scene) -> None:
    first = scene.gives_missed_call()
    scene.gives_missed_call()
    # as if the row had been issued again a moment before it was taken back
    scene.database.write(lambda tx: outbox.add(tx, "call_place", first.id, scene.clock.now(), scene.clock.now()))
    scene.settle()
    assert scene.far_end.asked == []

    scene.wait(seconds=10)

    assert len(scene.far_end.asked) == 1
    assert scene.wishes() == []


def test_an_answer_told_twice_is_one_and_one_after_the_end_is_none(scene: Scene) -> None:
    rung_with(scene)

    assert scene.picks_up() == scene.picks_up()
    assert scene.picks_up(call_id="another") is None
    scene.ends(CallOutcome.ANSWERED)
    scene.ends(CallOutcome.NO_ANSWER)
    assert scene.picks_up() is None
    assert scene.picks_up("01ARZ3NDEKTSV4RRFFQ69G5FAV") is None
    scene.ends(dial_id="01ARZ3NDEKTSV4RRFFQ69G5FAV")
    assert scene.story() == [("done", None)]


def test_a_number_that_no_key_opens_waits_with_an_alarm_and_holds_up_nobody(scene: Scene) -> None:
    scene.gives_missed_call()
    spoil = caller.update().values(phone=b"sealed with a key that is gone")
    scene.database.write(lambda tx: tx.run(spoil))
    scene.gives_missed_call(LANDLINE)

    scene.wait(seconds=10)

    assert [call.to.e164 for call in scene.far_end.asked] == [LANDLINE]
    assert scene.alarms() == [("call", "claim")]
    assert len(scene.wishes()) == 1


def test_a_provider_that_cannot_call_such_numbers_is_an_alarm(scene: Scene) -> None:
    scene.use(scene.settings.model_copy(update={"voice_provider": "twilio"}))
    rung_with(scene)

    assert scene.story() == [("dropped", "no_provider")]
    assert scene.alarms() == [("call_back", "twilio/mobile")]


def test_a_provider_without_credentials_is_an_alarm_and_the_caller_waits(scene: Scene) -> None:
    settings = scene.settings.model_copy(update={"voice_provider": "twilio"})
    scene.use(settings, credentials=("plivo",))
    rung_with(scene)
    assert scene.alarms() == [("account", "twilio")]
    assert scene.far_end.asked == []

    scene.use(settings.model_copy(update={"voice_provider": "plivo"}))
    scene.wait(minutes=5)
    assert scene.only().state == "ringing"


def test_a_line_that_was_taken_out_of_the_file_calls_nobody(scene: Scene) -> None:
    scene.lines = Lines.of()
    scene.use(scene.settings)
    rung_with(scene)

    assert scene.story() == [("cancelled", "line_gone")]


def test_two_call_backs_of_one_caller_do_not_ring_at_once(scene: Scene) -> None:
    scene.books(scene.clock.now() + 10_000)
    scene.gives_missed_call()
    scene.wait(seconds=10)
    assert len(scene.far_end.asked) == 1

    scene.ends(CallOutcome.ANSWERED)
    scene.wait(minutes=1)
    assert len(scene.far_end.asked) == 2


def test_no_number_is_logged(scene: Scene, caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    rung_with(scene, RuntimeError("boom"))
    scene.wait(minutes=2)

    assert "9845012345" not in caplog.text
