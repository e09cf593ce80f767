"""A missed call becomes a call: rung at once, again by the plan, by day, and only as long as somebody wants it."""

import pytest

from ivr.callbacks.limits import CallBackHistory
from ivr.model.events import CallOutcome
from ivr.model.values import CallerKind, Phone
from ivr.store import callers, links, texts
from ivr.store.tx import Tx
from tests.callbacks.scene import ASHA, LANDLINE, LINE, Scene, in_india


def test_a_missed_call_is_answered_by_a_call_ten_seconds_later(scene: Scene) -> None:
    asked = scene.gives_missed_call()
    scene.wait(seconds=9)
    assert scene.far_end.asked == []

    scene.wait(seconds=1)

    [call] = scene.far_end.asked
    assert (call.to, call.shown, call.ring_s, call.longest_s) == (Phone(ASHA), LINE, 30, 3600)
    assert call.answer_url.startswith(f"https://calls.example/voice/plivo/dial/{call.dial_id}/")
    assert call.ended_url == f"{call.answer_url}/status"
    assert scene.only().state == "ringing"

    picked_up = scene.picks_up()
    assert picked_up is not None
    assert (picked_up.call_back_id, picked_up.caller_id, picked_up.line, picked_up.flow) == (asked.id, scene.caller_id(), LINE, "hotline")
    assert scene.only().state == "talking"
    assert scene.channels() == 1

    scene.ends(CallOutcome.ANSWERED)
    scene.wait(hours=20)
    assert scene.story() == [("done", None)]
    assert scene.only().tries == 1
    assert scene.channels() == 0
    assert len(scene.far_end.asked) == 1


def test_a_landline_is_called_too(scene: Scene) -> None:
    scene.gives_missed_call(LANDLINE)
    scene.wait(seconds=10)

    assert [call.to for call in scene.far_end.asked] == [Phone(LANDLINE)]


@pytest.mark.parametrize("outcome", [CallOutcome.NO_ANSWER, CallOutcome.BUSY, CallOutcome.REJECTED, CallOutcome.FAILED])
def test_who_does_not_pick_up_is_called_three_times_in_all(scene: Scene, outcome: CallOutcome) -> None:
    scene.gives_missed_call()
    for pause in (10 / 60, 2, 30):
        scene.wait(minutes=pause)
        scene.wait(seconds=30)
        scene.ends(outcome)

    scene.wait(hours=20)

    assert scene.far_end.times == ["12:00:10", "12:02:40", "12:33:10"]
    assert scene.story() == [("given_up", "not_reached")]
    assert scene.only().tries == 3
    assert scene.channels() == 0


def test_a_plan_that_runs_into_the_night_goes_on_in_the_morning(scene: Scene) -> None:
    scene.goes_to("20:57")
    scene.gives_missed_call()
    scene.wait(seconds=10)
    scene.ends()
    scene.wait(minutes=2)
    scene.ends(CallOutcome.BUSY)
    scene.wait(hours=14)

    assert scene.far_end.times == ["20:57:10", "20:59:10", "09:00:00"]


def test_a_missed_call_at_night_is_answered_at_nine(scene: Scene) -> None:
    scene.goes_to("21:30")
    scene.gives_missed_call()

    scene.wait(hours=24)

    assert scene.far_end.times[0] == "09:00:00"


def test_what_comes_due_while_the_workers_sleep_waits_for_the_morning(scene: Scene) -> None:
    scene.goes_to("20:59")
    scene.gives_missed_call()
    scene.clock.forward(minutes=5 * 60)

    scene.settle()

    assert scene.far_end.asked == []
    [wish] = scene.wishes()
    assert in_india(wish.due_at) == "09:00:00"


def test_an_answer_a_day_late_is_none(scene: Scene) -> None:
    scene.gives_missed_call()
    scene.clock.forward(minutes=24 * 60 + 1)

    scene.settle()

    assert scene.far_end.asked == []
    assert scene.story() == [("given_up", "too_late")]


def test_a_caller_who_rings_again_starts_anew(scene: Scene) -> None:
    scene.gives_missed_call()
    scene.wait(seconds=10)
    scene.ends()

    scene.wait(seconds=60)
    scene.gives_missed_call()
    assert len(scene.wishes()) == 1
    scene.wait(seconds=10)

    assert scene.far_end.times == ["12:00:10", "12:01:20"]
    assert scene.story() == [("cancelled", "rang_again"), ("ringing", None)]


def test_an_impatient_caller_is_called_once(scene: Scene) -> None:
    for _ in range(7):
        scene.gives_missed_call()
        scene.wait(seconds=2)
    scene.wait(seconds=10)

    assert len(scene.far_end.asked) == 1
    assert [state for state, _ in scene.story()] == ["cancelled"] * 6 + ["ringing"]


def test_a_caller_whose_phone_rings_already_gets_no_second_call(scene: Scene) -> None:
    scene.gives_missed_call()
    scene.wait(seconds=10)

    scene.gives_missed_call()

    assert scene.story() == [("ringing", None), ("dropped", "under_way")]


def test_five_missed_calls_a_day_are_answered(scene: Scene) -> None:
    for _ in range(5):
        scene.gives_missed_call()
        scene.wait(seconds=10)
        scene.talks()
        scene.wait(minutes=5)
    scene.gives_missed_call()

    assert scene.story() == [("done", None)] * 5 + [("dropped", "daily_limit")]
    scene.wait(hours=24)
    assert scene.gives_missed_call().state == "planned"


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+14155550123", "foreign"),
        ("anonymous", "withheld"),
        ("1800123456", "special"),
        ("08061914348", "own_line"),
        ("123456789012345678901", "invalid"),
    ],
)
def test_who_is_never_called(scene: Scene, number: str, why: str) -> None:
    scene.gives_missed_call(number)

    scene.wait(hours=1)

    assert scene.story() == [("dropped", why)]
    assert scene.far_end.asked == []


def test_a_newcomer_needs_no_look_at_the_database(scene: Scene) -> None:
    rows = scene.call_backs.wish(
        call_id="call", caller_id="x", kind=CallerKind.MOBILE, line=LINE, flow="f", delay_s=10, history=CallBackHistory(), at=1
    )

    assert len(rows) == 2


def opens_link(scene: Scene) -> None:
    """A text of this caller, whose link is opened now."""

    def write(tx: Tx) -> None:
        now = scene.clock.now()
        columns = dict.fromkeys(("line", "template", "language", "body"), "x") | {"version": 1, "state": "delivered", "token": "t"}
        call_id = scene.only().trigger_call_id
        text = texts.addition(id="text", call_id=call_id, caller_id=scene.caller_id(), asked_at=now, not_after=now, **columns)
        tx.add([text, links.addition(token="t", purpose="app", text_id="text", campaign="", expires_at=now)])
        links.opened(tx, "t", now)

    scene.database.write(write)


def test_who_opened_a_link_meanwhile_needs_no_call(scene: Scene) -> None:
    scene.gives_missed_call()
    scene.wait(seconds=10)
    scene.ends()
    opens_link(scene)

    scene.wait(hours=1)

    assert len(scene.far_end.asked) == 1
    assert scene.story() == [("cancelled", "link_opened")]


def test_who_opted_out_is_not_called(scene: Scene) -> None:
    scene.gives_missed_call()
    scene.database.write(lambda tx: callers.opt_out(tx, scene.caller_id(), "text", scene.clock.now()))

    scene.wait(seconds=10)

    assert scene.story() == [("cancelled", "opted_out")]
    assert scene.gives_missed_call().why == "opted_out"


def test_a_machine_counts_as_nobody(scene: Scene) -> None:
    scene.gives_missed_call()
    scene.wait(seconds=10)
    scene.picks_up()
    dial_id = scene.dials()[-1].id
    scene.database.write(lambda tx: scene.call_backs.dials.nobody_there(tx, dial_id))
    scene.wait(seconds=20)
    scene.ends(CallOutcome.ANSWERED)

    assert scene.only().state == "planned"
    scene.wait(minutes=2)
    assert scene.far_end.times == ["12:00:10", "12:02:30"]
