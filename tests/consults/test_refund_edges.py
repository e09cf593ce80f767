"""Edge cases of refunds, each a story: one payment goes back once, whatever becomes of the asking."""

from json import loads

import pytest

from tests.consults.scene import FIRST, Scene

pytestmark = pytest.mark.halved

ONCE = (FIRST, FIRST)


def falls_due(scene: Scene) -> str:
    """Paid, and not served in time; nobody has asked for the refund yet. The payment."""
    payment_id = scene.has_paid()
    scene.wait(minutes=29, seconds=59)
    scene.clock.forward(seconds=1)
    scene.rings_clocks()
    assert scene.payments() == [("refund_due", "no doctor in time")]
    return payment_id


def the_state(scene: Scene) -> str:
    [(state, _)] = scene.payments()
    return state


def is_over(scene: Scene) -> None:
    """Gone back, once, and the books say so."""
    assert (the_state(scene), scene.consult().state) == ("refunded", "refunded")
    assert (scene.money(), scene.faults()) == (ONCE, [])
    assert scene.texts()["refund"] == 1


@pytest.mark.parametrize("events", [True, False], ids=["told", "found"])
def test_a_refund_is_asked_for_once_and_followed_to_its_end(scene: Scene, events: bool) -> None:
    falls_due(scene)
    if not events:
        scene.loses_events()
    scene.settle()
    assert the_state(scene) == "pending"
    scene.wait(minutes=1)
    is_over(scene)
    assert (scene.asked("refund.create"), scene.asked("refund.list")) == (1, 0 if events else 1)


@pytest.mark.parametrize("events", [True, False], ids=["told", "found"])
def test_an_answer_that_was_lost_is_looked_up_before_it_is_asked_for_again(scene: Scene, events: bool) -> None:
    falls_due(scene)
    if not events:
        scene.loses_events()
    scene.goes_wrong("refund.create", "error_after", status=504)
    scene.settle()
    scene.wait(minutes=2)
    is_over(scene)
    assert (scene.asked("refund.create"), len(scene.gateway.refunds())) == (1, 1)


def test_a_refund_that_nobody_can_look_up_is_asked_for_again_by_the_same_key(scene: Scene) -> None:
    falls_due(scene)
    scene.loses_events()
    scene.goes_wrong("refund.create", "error_after", status=504)
    scene.goes_wrong("refund.list", "error_before", times=2)
    scene.wait(minutes=10)
    is_over(scene)
    assert len(scene.gateway.refunds()) == 1


def test_processed_comes_before_the_answer_to_the_asking(scene: Scene) -> None:
    falls_due(scene)

    def meanwhile() -> None:
        scene.wait(seconds=6)
        assert the_state(scene) == "refunded"

    scene.interrupted_refund(meanwhile)
    scene.settle()
    is_over(scene)
    assert dict(scene.events())["refund.processed"] == "refunded"


@pytest.mark.parametrize("events", [True, False], ids=["told", "found"])
def test_a_worker_killed_between_the_asking_and_its_commit_refunds_once(scene: Scene, events: bool) -> None:
    falls_due(scene)
    if not events:
        scene.loses_events()
    scene.interrupted_refund(scene.dies)
    assert the_state(scene) == "requested"
    scene.wait(minutes=3)
    is_over(scene)
    assert (scene.asked("refund.create"), len(scene.gateway.refunds())) == (1, 1)


@pytest.mark.parametrize(
    ("effect", "more", "seconds"),
    [
        ("error_before", {"status": 429, "retry_after": 40}, 40),
        ("error_before", {"status": 429}, 15),
        ("error_before", {"status": 409}, 15),
        ("error_before", {"status": 500}, 15),
        ("html", {"status": 403}, 15),
        ("reset", {}, 15),
    ],
)
def test_a_refund_asked_for_in_a_bad_moment_is_asked_for_again(scene: Scene, effect: str, more: dict[str, int], seconds: int) -> None:
    falls_due(scene)
    scene.goes_wrong("refund.create", effect, **more)
    scene.wait(seconds=seconds - 1)
    assert scene.gateway.refunds() == []
    assert the_state(scene) in ("refund_due", "requested")
    scene.wait(minutes=1)
    is_over(scene)
    assert scene.alarms() == ["unserved"]


@pytest.mark.parametrize("status", [429, 504])
def test_a_gateway_that_is_out_for_an_hour_sounds_an_alarm_and_is_asked_on(scene: Scene, status: int) -> None:
    """Also for money that came too late: its consult is over, and no clock of it watches."""
    link = scene.at_the_gateway()
    scene.cancels()
    scene.settle()
    scene.goes_wrong("refund.create", "error_before", times=None, status=status)
    scene.gateway.pay_late(link)
    scene.wait(minutes=20)
    assert scene.alarms() == []
    scene.wait(minutes=40)
    assert scene.alarms() == ["refund_stuck"]
    scene.world.faults.clear()
    scene.wait(hours=2)
    assert scene.payments() == [("refunded", "paid too late")]
    assert scene.money() == ONCE


def test_a_refund_that_failed_is_asked_for_once_more_with_another_key(scene: Scene) -> None:
    scene.gateway.refunding.failing[falls_due(scene)] = 1
    scene.wait(minutes=2)
    is_over(scene)
    assert sorted(each.status for each in scene.gateway.refunds()) == ["failed", "processed"]
    assert [each.key[-2:] for each in scene.refunds()] == ["-2"]
    assert scene.alarms() == ["unserved"]


@pytest.mark.parametrize("events", [True, False], ids=["told", "found"])
def test_a_refund_that_failed_twice_is_in_a_persons_hands_who_can_ask_for_it_again(scene: Scene, events: bool) -> None:
    payment_id = falls_due(scene)
    scene.gateway.refunding.failing[payment_id] = 2
    if not events:
        scene.loses_events()
    scene.wait(minutes=5)
    assert (the_state(scene), scene.alarms(), scene.faults()) == ("manual", ["refund_stuck", "unserved"], [])
    assert scene.consult().state == "refunding"
    scene.wait(hours=3)
    assert (the_state(scene), len(scene.gateway.refunds())) == ("manual", 2)

    assert scene.asks_again()
    scene.wait(minutes=2)
    is_over(scene)
    assert not scene.asks_again()


def test_a_refund_that_failed_twice_and_was_then_made_by_hand_is_over(scene: Scene) -> None:
    payment_id = falls_due(scene)
    scene.gateway.refunding.failing[payment_id] = 2
    scene.wait(minutes=5)
    scene.refunds_by_hand(payment_id)
    scene.wait(minutes=1)
    is_over(scene)


def test_the_failure_of_the_first_try_told_again_says_nothing_of_the_second(scene: Scene) -> None:
    scene.gateway.refunding.failing[falls_due(scene)] = 1
    scene.settle()
    scene.clock.forward(seconds=5)
    scene.hears()
    assert (the_state(scene), scene.refunds()[0].key[-2:]) == ("refund_due", "-2")
    failed = next(each for each in scene.gateway.events.kept() if each.name == "refund.failed")

    def meanwhile() -> None:
        scene.gateway.send_event("refund.failed", {"payload": loads(failed.body)["payload"]}, event_id="the-same-again")
        scene.hears()

    scene.goes_wrong("hook.payment", "lost")  # that the second was created
    scene.interrupted_refund(meanwhile)
    assert the_state(scene) == "pending"
    scene.wait(minutes=1)
    is_over(scene)
    assert len(scene.gateway.refunds()) == 2


def test_a_refund_that_is_refused_is_in_a_persons_hands(scene: Scene) -> None:
    falls_due(scene)
    scene.goes_wrong("refund.create", "rejected")
    scene.settle()
    assert (the_state(scene), scene.alarms()) == ("manual", ["refund_stuck", "unserved"])
    assert scene.asks_again()
    scene.wait(minutes=1)
    is_over(scene)


def test_a_balance_that_is_too_low_makes_it_wait_until_there_is_money(scene: Scene) -> None:
    falls_due(scene)
    scene.gateway.set_balance(100)
    scene.wait(minutes=14)
    assert (the_state(scene), scene.alarms()) == ("refund_due", ["gateway_balance", "unserved"])
    scene.gateway.set_balance(100_000)
    scene.wait(minutes=2)
    is_over(scene)


@pytest.mark.parametrize("events", [True, False], ids=["told", "not told"])
def test_refunded_by_hand_at_the_gateway_while_a_doctor_was_still_owed(scene: Scene, events: bool) -> None:
    payment_id = scene.has_paid()
    if not events:
        scene.loses_events()
    scene.refunds_by_hand(payment_id)
    scene.wait(minutes=1)
    assert the_state(scene) == ("refunded" if events else "held")
    scene.wait(minutes=31)
    is_over(scene)
    assert len(scene.gateway.refunds()) == 1


def test_refunded_by_hand_in_part_is_for_a_person_to_finish(scene: Scene) -> None:
    payment_id = falls_due(scene)
    scene.refunds_by_hand(payment_id, 100)
    scene.wait(minutes=1)
    assert (the_state(scene), "refund_stuck" in scene.alarms()) == ("manual", True)
    assert scene.money() == (FIRST, 100)


def test_a_refund_that_the_gateway_is_at_for_days_sounds_an_alarm(scene: Scene) -> None:
    scene.gateway.refunding.pending_ms = 12 * 24 * 3600_000
    falls_due(scene)
    scene.wait(days=8)
    assert (the_state(scene), scene.alarms()) == ("pending", ["unserved"])
    scene.wait(days=2)
    assert scene.alarms() == ["refund_stuck", "unserved"]
    scene.wait(days=3)
    is_over(scene)


def test_money_that_was_never_captured_goes_back_by_itself_and_is_not_ours(scene: Scene) -> None:
    link = scene.at_the_gateway()
    scene.gateway.leave_uncaptured(link, minutes=5)
    scene.wait(minutes=6)
    assert (scene.consult().state, scene.payments(), scene.alarms()) == ("awaiting_payment", [], [])
    assert dict(scene.events())["refund.processed"] == "nothing for us"
