"""Who wants no call any more is not called again, even while a phone rings; who asked in vain loses nothing; nobody is rung all day."""

import pytest

from ivr.callbacks.limits import MOST_RINGS_A_DAY
from ivr.model.events import CallOutcome
from ivr.model.ids import new_id
from ivr.model.outcomes import Never, SendOutcome, TryLater, Unknown
from ivr.store import callers, calls
from ivr.store.tx import Tx
from tests.callbacks.scene import LINE, Scene

MINUTE = 60_000


def rung(scene: Scene) -> None:
    """A missed call, whose call back rings."""
    scene.gives_missed_call()
    scene.wait(seconds=10)


def test_a_phone_that_rings_as_its_owner_cancels_is_not_rung_again(scene: Scene) -> None:
    rung(scene)

    assert scene.cancels()
    assert scene.only().state == "stopping"
    assert scene.channels() == 1
    scene.ends(CallOutcome.REJECTED)
    scene.wait(hours=20)

    assert scene.story() == [("cancelled", "by key")]
    assert (scene.only().tries, len(scene.far_end.asked), scene.channels(), scene.wishes()) == (1, 1, 0, [])


def test_the_first_reason_is_kept(scene: Scene) -> None:
    rung(scene)
    scene.rings_another_line()

    assert not scene.cancels()
    scene.ends()

    assert scene.story() == [("cancelled", "rang_again")]


def test_who_cancels_and_picks_up_all_the_same_has_been_called_back(scene: Scene) -> None:
    rung(scene)
    scene.cancels()

    scene.talks()

    assert scene.only().state == "done"
    assert scene.wishes() == []


def test_cancelling_in_the_middle_of_the_call_ends_it_as_any_other(scene: Scene) -> None:
    rung(scene)
    scene.picks_up()
    scene.cancels()
    assert scene.only().state == "stopping"

    scene.ends(CallOutcome.ANSWERED)

    assert scene.only().state == "done"


def test_a_machine_is_not_called_again_for_who_cancelled(scene: Scene) -> None:
    rung(scene)
    scene.picks_up()
    dial_id = scene.dials()[-1].id
    scene.cancels()
    scene.database.write(lambda tx: scene.call_backs.dials.nobody_there(tx, dial_id))

    scene.ends(CallOutcome.ANSWERED)

    assert scene.story() == [("cancelled", "by key")]


@pytest.mark.parametrize("answer", [Unknown("ReadTimeout"), TryLater("429", 20), Never("21211", "no such number")])
def test_a_request_that_comes_to_nothing_is_not_made_again_for_who_cancelled(scene: Scene, answer: SendOutcome) -> None:
    scene.gives_missed_call()
    scene.clock.forward(seconds=10)
    [wish] = scene.wishes()
    claim = scene.placing.claim(wish.id)
    assert claim is not None
    scene.cancels()
    scene.far_end.answers = [answer]

    scene.placing.ring(claim)
    scene.wait(hours=1)

    assert len(scene.far_end.asked) == 1
    assert scene.story() == [("cancelled", "by key")]
    assert (scene.wishes(), scene.channels()) == ([], 0)


def test_who_rang_another_line_and_then_asks_again_is_called_when_the_phone_has_stopped_ringing(scene: Scene) -> None:
    rung(scene)
    scene.rings_another_line()

    scene.gives_missed_call()
    scene.wait(seconds=20)
    assert len(scene.far_end.asked) == 1
    scene.ends(CallOutcome.BUSY)
    scene.wait(minutes=1)

    assert scene.far_end.times == ["12:00:10", "12:01:20"]
    assert scene.story() == [("cancelled", "rang_again"), ("ringing", None)]


def test_a_missed_call_in_vain_leaves_what_was_planned(scene: Scene) -> None:
    scene.use(scene.settings.model_copy(update={"call_backs_per_day": 1}))
    rung(scene)
    scene.ends(CallOutcome.BUSY)

    scene.gives_missed_call()
    assert scene.story() == [("planned", None), ("dropped", "daily_limit")]
    scene.wait(minutes=2)

    assert len(scene.far_end.asked) == 2


def test_a_missed_call_while_the_phone_rings_does_not_stop_the_next_try(scene: Scene) -> None:
    rung(scene)
    scene.gives_missed_call()
    scene.ends(CallOutcome.BUSY)

    scene.wait(minutes=2)

    assert scene.story() == [("ringing", None), ("dropped", "under_way")]


class TestToldLate:
    """Events that waited in the spool come after what followed them."""

    def test_a_cancelling_undoes_nothing_that_was_booked_after_it(self, scene: Scene) -> None:
        due_at = scene.books(scene.clock.now() + 30 * MINUTE)

        assert not scene.cancels(told_late_ms=MINUTE)
        scene.rings_another_line(told_late_ms=MINUTE)

        assert scene.booked() == due_at

    def test_a_missed_call_is_answered_once_with_the_one_after_it(self, scene: Scene) -> None:
        scene.gives_missed_call()

        assert scene.gives_missed_call(told_late_ms=MINUTE).why == "overtaken"
        scene.wait(seconds=10)
        scene.talks()
        assert scene.gives_missed_call(told_late_ms=MINUTE).why == "overtaken"

        scene.wait(hours=1)
        assert len(scene.far_end.asked) == 1

    def test_a_missed_call_is_cancelled_with_the_one_after_it(self, scene: Scene) -> None:
        scene.gives_missed_call()
        scene.cancels()

        assert scene.gives_missed_call(told_late_ms=MINUTE).why == "overtaken"

    def test_a_booking_does_not_replace_the_one_after_it(self, scene: Scene) -> None:
        due_at = scene.books(scene.clock.now() + 30 * MINUTE)

        assert scene.books(scene.clock.now() + MINUTE, told_late_ms=MINUTE) is None

        assert scene.booked() == due_at


def test_no_phone_is_rung_more_than_ten_times_a_day(scene: Scene) -> None:
    scene.use(scene.settings.model_copy(update={"call_backs_per_day": 50}))
    for _ in range(8):
        scene.gives_missed_call()
        for pause in (10 / 60, 2, 30):
            scene.wait(minutes=pause)
            if scene.channels():
                scene.ends(CallOutcome.REJECTED)

    assert len(scene.far_end.asked) == MOST_RINGS_A_DAY == 10
    assert scene.story() == [
        *[("given_up", "not_reached")] * 3,
        ("given_up", "daily_limit"),
        *[("dropped", "daily_limit")] * 4,
    ]
    assert not scene.may_ask()
    assert scene.books(scene.clock.now() + MINUTE) is None

    scene.wait(hours=24)
    assert scene.may_ask()
    rung(scene)
    assert len(scene.far_end.asked) == 11


def test_requests_that_rang_nobody_are_no_rings(scene: Scene) -> None:
    scene.far_end.answers = [TryLater("429")] * 12
    rung(scene)

    scene.wait(hours=2)

    assert len(scene.far_end.asked) > 12
    assert scene.may_ask()


class TestOnTheLine:
    """A caller who is talking with us is not called meanwhile."""

    def rings_us(self, scene: Scene) -> str:
        call_id, caller_id, now = new_id(scene.clock.now()), scene.caller_id(), scene.clock.now()
        columns = {"id": call_id, "provider": "plivo", "provider_call_id": call_id, "caller_id": caller_id, "caller_kind": "mobile"}

        def arrive(tx: Tx) -> None:
            tx.add([calls.addition(**columns, line=LINE.e164, action="menu", arrived_at=now, flow="hotline")])

        scene.database.write(arrive)
        return call_id

    def test_a_booked_call_waits_until_its_caller_has_put_the_phone_down(self, scene: Scene) -> None:
        scene.books(scene.clock.now() + MINUTE)
        call_id = self.rings_us(scene)
        scene.wait(minutes=5)
        assert scene.far_end.asked == []

        scene.ends_call(call_id)
        scene.wait(minutes=1)

        assert scene.far_end.times == ["12:06:00"]

    def test_a_call_of_whose_end_nobody_told_us_holds_it_up_no_longer_than_a_call_lasts(self, scene: Scene) -> None:
        scene.books(scene.clock.now() + MINUTE)
        self.rings_us(scene)

        scene.wait(minutes=62)

        assert scene.far_end.times == ["13:01:00"]


def test_a_flow_that_was_taken_out_rings_nobody(scene: Scene) -> None:
    scene.gives_missed_call()
    scene.flows = ("another",)
    scene.use(scene.settings)

    scene.wait(hours=1)

    assert scene.far_end.asked == []
    assert scene.story() == [("cancelled", "nothing_to_say")]


def test_opting_out_again_counts_from_now(scene: Scene) -> None:
    scene.gives_missed_call()
    caller_id, now = scene.caller_id(), scene.clock.now()
    for source, at in (("first", now), ("again", now + MINUTE), ("told late", now - MINUTE)):
        scene.database.write(lambda tx, source=source, at=at: callers.opt_out(tx, caller_id, source, at))  # type: ignore[misc]

    assert scene.opt_outs() == [("again", now + MINUTE)]
