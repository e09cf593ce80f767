"""A call booked by key: kept, at its time, never at night; and nobody is called before the operator has been told."""

import pytest

from ivr.model.events import CallOutcome
from ivr.model.values import CallerKind
from ivr.store import callers
from tests.callbacks.scene import Scene, in_india


def test_a_booked_call_comes_at_its_time_whatever_else_happens(scene: Scene) -> None:
    due_at = scene.clock.now() + 3 * 3_600_000
    scene.books(due_at)
    scene.gives_missed_call()
    scene.wait(seconds=10)
    scene.talks()
    assert scene.booked() == due_at

    scene.wait(hours=3)

    assert scene.far_end.times == ["12:00:10", "15:00:00"]
    assert scene.all()[0].consent == '{"key": "3", "wording": "offer.v1"}'


def test_a_later_booking_replaces_an_earlier_one(scene: Scene) -> None:
    scene.books(scene.clock.now() + 3_600_000)
    scene.books(scene.clock.now() + 7_200_000)

    scene.wait(hours=4)

    assert scene.story()[0] == ("cancelled", "replaced")
    assert scene.far_end.times[0] == "14:00:00"


def test_a_call_booked_into_the_night_comes_in_the_morning(scene: Scene) -> None:
    scene.books(scene.clock.now() + 10 * 3_600_000)

    due_at = scene.booked()
    assert due_at is not None
    assert in_india(due_at) == "09:00:00"


def test_who_has_opted_out_can_book_no_call_for_any_stranger_can_show_their_number(scene: Scene) -> None:
    scene.gives_missed_call()
    scene.wait(seconds=10)
    scene.talks()
    assert scene.may_ask()
    scene.database.write(lambda tx: callers.opt_out(tx, scene.caller_id(), "text", scene.clock.now()))
    scene.clock.forward(minutes=1)
    assert not scene.may_ask()

    assert scene.books(scene.clock.now() + 60_000) is None

    scene.wait(minutes=1)
    assert len(scene.far_end.asked) == 1
    assert scene.story()[1] == ("dropped", "opted_out")


def test_who_opts_out_after_booking_is_not_called(scene: Scene) -> None:
    scene.books(scene.clock.now() + 60_000)
    scene.database.write(lambda tx: callers.opt_out(tx, scene.caller_id(), "text", scene.clock.now()))

    scene.wait(minutes=1)

    assert scene.story() == [("cancelled", "opted_out")]


def test_a_booking_says_when_the_call_will_really_be_made(scene: Scene) -> None:
    soon, at_night = scene.clock.now() + 60_000, scene.clock.now() + 10 * 3_600_000

    assert scene.books(soon) == soon
    promised = scene.books(at_night)

    assert promised == scene.booked()
    assert promised is not None
    assert in_india(promised) == "09:00:00"


def test_a_booking_beyond_the_days_limit_leaves_the_one_before_it_standing(scene: Scene) -> None:
    for _ in range(4):
        scene.gives_missed_call()
        scene.wait(seconds=10)
        scene.talks()
        scene.wait(minutes=1)
    due_at = scene.books(scene.clock.now() + 60_000)
    scene.wait(minutes=1)
    scene.ends(CallOutcome.BUSY)
    assert scene.booked() == scene.clock.now() + 2 * 60_000

    assert scene.books(scene.clock.now() + 3_600_000) is None

    assert due_at is not None
    assert scene.story()[4:] == [("planned", None), ("dropped", "daily_limit")]
    scene.wait(minutes=2)
    assert len(scene.far_end.asked) == 6


def test_a_booking_of_the_last_call_of_the_day_can_be_moved(scene: Scene) -> None:
    scene.use(scene.settings.model_copy(update={"call_backs_per_day": 1}))
    scene.books(scene.clock.now() + 3_600_000)
    assert scene.may_ask()

    later = scene.clock.now() + 7_200_000
    assert scene.books(later) == later
    assert scene.story() == [("cancelled", "replaced"), ("planned", None)]


def test_a_booking_made_while_the_booked_call_rings_is_the_only_one_left(scene: Scene) -> None:
    scene.books(scene.clock.now() + 60_000)
    scene.wait(minutes=1)
    scene.books(scene.clock.now() + 3_600_000)
    scene.ends(CallOutcome.BUSY)

    scene.wait(minutes=62)

    assert scene.story() == [("cancelled", "replaced"), ("ringing", None)]
    assert scene.far_end.times == ["12:01:00", "13:01:00"]


def test_cancelling_takes_back_everything_that_is_planned(scene: Scene) -> None:
    scene.gives_missed_call()
    scene.books(scene.clock.now() + 3_600_000)
    now = scene.clock.now()

    assert scene.database.write(lambda tx: scene.call_backs.cancel(tx, scene.caller_id(), "by key", now))

    assert scene.story() == [("cancelled", "by key")] * 2
    assert scene.wishes() == []
    assert not scene.database.write(lambda tx: scene.call_backs.cancel(tx, scene.caller_id(), "by key", now))


def test_bookings_count_like_missed_calls_for_caller_ids_can_be_forged(scene: Scene) -> None:
    for _ in range(5):
        scene.books(scene.clock.now() + 60_000)
        scene.wait(minutes=1)
        scene.talks()
        scene.wait(minutes=5)
    assert not scene.may_ask()

    assert scene.books(scene.clock.now() + 60_000) is None

    assert scene.story() == [("done", None)] * 5 + [("dropped", "daily_limit")]
    assert scene.booked() is None


def test_a_booking_from_abroad_comes_to_nothing(scene: Scene) -> None:
    assert scene.books(scene.clock.now() + 60_000, "+14155550123") is None

    assert scene.story() == [("dropped", "foreign")]
    assert not scene.call_backs.can_call(CallerKind.FOREIGN, next(iter(scene.lines)))


class TestInProduction:
    @pytest.fixture
    def changes(self) -> dict[str, object]:
        return {"environment": "production"}

    def test_nobody_is_called_before_the_operator_has_been_told(self, scene: Scene) -> None:
        scene.gives_missed_call()
        scene.books(scene.clock.now() + 60_000)
        assert scene.story() == [("dropped", "switched_off")] * 2
        assert not scene.call_backs.can_call(CallerKind.MOBILE, next(iter(scene.lines)))

        scene.use(scene.settings.model_copy(update={"autodialer_notice_ref": "TSP/2026/17"}))
        scene.gives_missed_call()
        scene.wait(seconds=10)
        assert len(scene.far_end.asked) == 1

    def test_switching_off_stops_what_is_planned(self, scene: Scene) -> None:
        off = scene.settings
        scene.use(off.model_copy(update={"autodialer_notice_ref": "TSP/2026/17"}))
        scene.gives_missed_call()
        scene.use(off)

        scene.wait(seconds=10)

        assert scene.story() == [("cancelled", "switched_off")]
