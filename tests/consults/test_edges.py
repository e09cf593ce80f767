"""Edge cases of paying, each a story: whatever the gateway tells, twice, late, out of order or not at all, it counts once."""

from json import loads
from threading import Barrier, Thread

import pytest
from sqlalchemy import insert

from ivr.consults.paying import ProgressState, Sent, Standing
from ivr.model.ids import new_id
from ivr.model.values import Paise
from ivr.store.schema import quote
from tests.consults.scene import ASHA, FIRST, LATER, RAVI, Scene

pytestmark = pytest.mark.halved

BOTH_PAID = (2 * FIRST, FIRST)


# Paying, and being told of it.


def test_a_paid_consult_that_no_doctor_serves_in_time_is_refunded_by_itself(scene: Scene) -> None:
    scene.has_paid()
    assert scene.texts()["receipt"] == 1
    scene.wait(minutes=3)  # a doctor may call before
    assert scene.calls_of_the_paid() == 1
    scene.wait(minutes=8)
    assert (scene.consult().state, scene.alarms()) == ("paid", ["unserved"])
    scene.wait(minutes=19)
    assert scene.consult().state in ("refunding", "refunded")
    scene.wait(minutes=1)
    assert (scene.consult().state, scene.payments()) == ("refunded", [("refunded", "no doctor in time")])
    assert scene.texts() == {"pay_link": 1, "receipt": 1, "refund": 1}
    assert scene.entries() == [f"captured gateway {FIRST}", f"refund_due held {FIRST}", f"refunded refunds {FIRST}"]
    assert scene.faults() == []
    assert scene.money() == (FIRST, FIRST)


def test_the_event_comes_before_the_answer_to_the_creation(scene: Scene) -> None:
    consult_id = scene.is_asked_to_pay()
    scene.goes_wrong("link.create", "webhook_first")
    scene.presses_pay(consult_id)
    scene.settle()
    assert (scene.consult().state, scene.links()[0].state) == ("paid", "paid")
    assert scene.payments() == [("held", None)]


def test_the_event_is_booked_before_the_answer_to_the_creation_and_the_link_is_looked_at_all_the_same(scene: Scene) -> None:
    consult_id = scene.is_asked_to_pay()
    scene.goes_wrong("link.create", "webhook_first")
    scene.presses_pay(consult_id)

    scene.interrupted_create(scene.settle)
    assert scene.consult().state == "paid"
    assert scene.links()[0].gateway_link_id is not None

    scene.loses_events()
    scene.gateway.pay_late(scene.links()[0].gateway_link_id)
    scene.wait(minutes=2)
    assert scene.payments() == [("held", None), ("refunded", "paid twice")]


@pytest.mark.parametrize(("paid_at", "found_at"), [(5, 20), (30, 45), (60, 90), (100, 180), (200, 360), (400, 480)])
def test_no_event_comes_and_the_next_look_finds_the_payment(scene: Scene, paid_at: int, found_at: int) -> None:
    """At 480 seconds the place is kept no longer, and closing the link finds it."""
    link = scene.at_the_gateway()
    scene.loses_events()
    scene.wait(seconds=paid_at)
    scene.gateway.pay(link)
    scene.wait(seconds=found_at - paid_at - 1)
    assert scene.consult().state == "awaiting_payment"
    scene.wait(seconds=1)
    assert (scene.consult().state, scene.payments()) == ("paid", [("held", None)])
    assert ("webhook_silence" in scene.alarms()) == (found_at != 480)


def test_every_event_comes_twice_and_again_by_hand(scene: Scene) -> None:
    scene.goes_wrong("hook.payment", "duplicate", times=None)
    scene.has_paid()
    for event in scene.gateway.events.kept():
        scene.gateway.events.resend(event.id)
    scene.settle()
    assert len(scene.events()) == len(scene.gateway.events.kept()) == 3
    assert scene.payments() == [("held", None)]
    scene.wait(minutes=3)
    assert (scene.texts()["receipt"], scene.calls_of_the_paid()) == (1, 1)


def test_many_workers_hear_of_one_payment_at_once(scene: Scene) -> None:
    link = scene.at_the_gateway()
    scene.gateway.pay(link)
    paid = loads(next(each.body for each in scene.gateway.events.kept() if each.name == "payment_link.paid"))
    for _ in range(5):
        scene.gateway.send_event("payment_link.paid", {"payload": paid["payload"]})
    scene.world.step()
    scene.clock.forward(seconds=20)  # a look is due as well

    scene.do_all_at_once()
    scene.settle()

    assert scene.payments() == [("held", None)]
    scene.wait(minutes=3)
    assert (scene.texts()["receipt"], scene.calls_of_the_paid(), scene.entries()) == (1, 1, [f"captured gateway {FIRST}"])
    assert [came_to for _, came_to in scene.events()].count("paid") <= 1  # a look may have been the first


def test_many_workers_hear_at_once_that_a_refund_is_done(scene: Scene) -> None:
    scene.has_paid()
    scene.wait(minutes=30)
    scene.clock.forward(seconds=60)
    scene.world.step()
    done = loads(next(each.body for each in scene.gateway.events.kept() if each.name == "refund.processed"))
    for _ in range(5):
        scene.gateway.send_event("refund.processed", {"payload": done["payload"]})
    scene.world.step()

    scene.do_all_at_once()

    assert (scene.consult().state, scene.payments()) == ("refunded", [("refunded", "no doctor in time")])
    assert (len(scene.entries()), scene.faults()) == (3, [])


def test_captured_comes_after_paid_and_both_name_the_reference(scene: Scene) -> None:
    scene.gateway.copies_notes = True
    link = scene.at_the_gateway()
    scene.goes_wrong("hook.payment", "reorder", times=2)
    scene.gateway.pay(link)
    scene.wait(seconds=2)
    told = dict(scene.events())
    assert (told["payment_link.paid"], told["payment.captured"]) == ("paid", "known")
    assert scene.payments() == [("held", None)]


def test_closed_comes_after_paid_and_changes_nothing(scene: Scene) -> None:
    link = scene.at_the_gateway()
    scene.goes_wrong("hook.payment", "lost")  # that it was cancelled is told later, by hand
    scene.gateway.cancel(link)
    scene.gateway.pay_late(link)
    scene.settle()
    scene.gateway.events.resend(next(each.id for each in scene.gateway.events.kept() if each.name == "payment_link.cancelled"))
    scene.settle()
    assert dict(scene.events())["payment_link.cancelled"] == "link cancelled"
    assert (scene.consult().state, scene.links()[0].state) == ("paid", "paid")


@pytest.mark.parametrize("events", [True, False], ids=["told", "found"])
def test_paid_twice_on_one_link_the_second_goes_back_at_once(scene: Scene, events: bool) -> None:
    link = scene.at_the_gateway()
    if not events:
        scene.loses_events()
    scene.gateway.pay(link, times=2)
    scene.wait(minutes=2)
    assert scene.consult().state == "paid"
    assert scene.payments() == [("held", None), ("refunded", "paid twice")]
    assert scene.texts() == {"pay_link": 1, "receipt": 1, "refund": 1}
    assert (scene.money(), scene.faults()) == (BOTH_PAID, [])
    scene.wait(minutes=31)
    assert scene.consult().state == "refunded"
    assert scene.money() == (2 * FIRST, 2 * FIRST)


def test_paid_on_the_first_link_after_a_second_was_made_and_nobody_can_pay_the_second(scene: Scene) -> None:
    consult_id = scene.is_asked_to_pay()
    first = scene.goes_to_pay(consult_id)
    scene.wait(minutes=7, seconds=30)
    second = scene.goes_to_pay(consult_id)
    assert [each.state for each in scene.links()] == ["closed", "open"]

    scene.gateway.pay_late(first)
    scene.settle()

    assert scene.payments() == [("held", None)]
    with pytest.raises(ValueError, match="cancelled"):
        scene.gateway.pay(second)
    assert [each.state for each in scene.links()] == ["paid", "closed"]


def test_paid_on_both_links_the_first_that_is_told_counts(scene: Scene) -> None:
    consult_id = scene.is_asked_to_pay()
    first = scene.goes_to_pay(consult_id)
    scene.wait(minutes=7, seconds=30)
    second = scene.goes_to_pay(consult_id)
    scene.gateway.pay(second)
    scene.gateway.pay_late(first)
    scene.wait(minutes=1)
    assert scene.payments() == [("held", None), ("refunded", "paid twice")]
    assert (scene.money(), scene.faults()) == (BOTH_PAID, [])


# Late.


def lapses(scene: Scene, number: str = ASHA) -> str:
    """A caller at the gateway who does nothing; the link."""
    consult_id = scene.is_asked_to_pay(number)
    scene.wait(minutes=25)
    link = scene.goes_to_pay(consult_id)
    scene.wait(minutes=6)
    assert scene.consult().state == "awaiting_payment"  # a place is kept for who pays
    scene.wait(minutes=2)
    assert (scene.consult().state, scene.links()[-1].state) == ("lapsed", "closed")
    return link


def test_paid_after_it_lapsed_but_soon_and_with_a_place_free_it_is_served(scene: Scene) -> None:
    link = lapses(scene)
    scene.wait(minutes=14)
    scene.gateway.pay_late(link)
    scene.settle()
    assert (scene.consult().state, scene.quotes()) == ("paid", [(FIRST, "used")])
    scene.wait(minutes=3)
    assert scene.calls_of_the_paid() == 1
    scene.wait(minutes=26)
    assert scene.consult().state == "paid"
    scene.wait(minutes=2)
    assert scene.consult().state == "refunded"


@pytest.mark.parametrize("changes", [{"open_consults_max": 1}])
def test_paid_soon_after_it_lapsed_and_no_place_is_free_it_goes_back(scene: Scene) -> None:
    link = lapses(scene)
    scene.has_paid(RAVI)
    scene.gateway.pay_late(link)
    scene.wait(minutes=1)
    assert scene.payments() == [("held", None), ("refunded", "paid too late")]


def test_paid_soon_after_it_lapsed_when_the_clinic_has_closed_it_goes_back(scene: Scene) -> None:
    scene.wait(minutes=50)
    link = lapses(scene)
    scene.wait(minutes=10)  # a Sunday, twenty-six minutes before it closes: too late to promise a doctor
    scene.gateway.pay_late(link)
    scene.wait(minutes=1)
    assert scene.payments() == [("refunded", "paid too late")]


def test_paid_soon_after_it_lapsed_while_the_caller_is_at_another_it_goes_back(scene: Scene) -> None:
    link = lapses(scene)
    scene.is_asked_to_pay()
    scene.gateway.pay_late(link)
    scene.wait(minutes=1)
    assert scene.payments() == [("refunded", "paid too late")]
    assert (scene.consult().state, scene.quotes()) == ("awaiting_payment", [(FIRST, "void"), (FIRST, "live")])


def test_paid_long_after_it_lapsed_it_goes_back(scene: Scene) -> None:
    link = lapses(scene)
    scene.wait(minutes=16)
    scene.gateway.pay_late(link)
    scene.wait(minutes=1)
    assert (scene.consult().state, scene.payments()) == ("lapsed", [("refunded", "paid too late")])


def test_paid_after_the_caller_gave_it_up_it_goes_back(scene: Scene) -> None:
    link = scene.at_the_gateway()
    scene.cancels()
    scene.settle()
    assert scene.links()[0].state == "closed"
    scene.gateway.pay_late(link)
    scene.wait(minutes=1)
    assert (scene.consult().state, scene.payments()) == ("cancelled", [("refunded", "paid too late")])
    assert scene.texts() == {"pay_link": 1, "refund": 1}


@pytest.mark.parametrize("told", ["told", "told without a reference", "not told"])
def test_a_bank_that_answers_after_two_days_has_its_money_back(scene: Scene, told: str) -> None:
    link = scene.at_the_gateway()
    scene.gateway.authorise_late(link, minutes=2 * 24 * 60)
    scene.gateway.tell_of_closed = told == "told"
    if told == "not told":
        scene.loses_events()
    scene.wait(days=2, minutes=1)
    scene.wait(days=1, minutes=2)
    assert (scene.consult().state, scene.payments()) == ("lapsed", [("refunded", "paid too late")])
    assert (scene.money(), scene.faults()) == ((FIRST, FIRST), [])


# Other amounts.


def test_an_event_alone_that_names_another_amount_changes_nothing_and_the_gateway_is_asked(scene: Scene) -> None:
    link_id = scene.at_the_gateway()
    link = scene.gateway.books.links[link_id]
    looks = scene.asked("link.fetch")
    entity = {"id": "pay_00000000000000", "amount": 100, "currency": "INR", "captured": True, "status": "captured"}
    named = {"id": link.id, "reference_id": link.reference, "status": "paid"}
    payload = {"payment": {"entity": entity}, "payment_link": {"entity": named}}
    scene.gateway.send_event("payment_link.paid", {"payload": payload})
    scene.settle()
    assert scene.events() == [("payment_link.paid", "another amount")]
    assert (scene.consult().state, scene.payments(), scene.alarms()) == ("awaiting_payment", [], ["amount"])
    assert scene.asked("link.fetch") == looks + 1


@pytest.mark.parametrize("paise", [100, FIRST - 1, FIRST + 1])
def test_another_amount_that_the_gateway_itself_tells_of_goes_back(scene: Scene, paise: int) -> None:
    link = scene.at_the_gateway()
    scene.gateway.pay(link, amount=paise)
    scene.wait(minutes=1)
    assert (scene.consult().state, scene.payments()) == ("awaiting_payment", [("refunded", "not the amount quoted")])
    assert scene.alarms() == ["amount"]
    assert (scene.money(), scene.faults()) == ((paise, paise), [])


# The gateway's answers.


@pytest.mark.parametrize(("effect", "more"), [("error_after", {"status": 504}), ("hang_after", {"ms": 1300})])
def test_a_creation_whose_answer_was_lost_is_adopted_and_asked_for_once(scene: Scene, effect: str, more: dict[str, int]) -> None:
    consult_id = scene.is_asked_to_pay()
    scene.goes_wrong("link.create", effect, **more)
    scene.goes_to_pay(consult_id)
    assert (scene.asked("link.create"), len(scene.gateway.links())) == (1, 1)


def test_a_worker_killed_between_the_creation_and_its_commit_leaves_a_link_that_is_adopted(scene: Scene) -> None:
    scene.presses_pay(scene.is_asked_to_pay())
    scene.interrupted_create(scene.dies)
    assert scene.links()[0].state == "wished"
    scene.wait(minutes=1)
    assert (scene.links()[0].state, len(scene.gateway.links())) == ("open", 1)


def test_a_worker_killed_between_the_creation_and_its_commit_and_nobody_waits_any_more(scene: Scene) -> None:
    scene.presses_pay(scene.is_asked_to_pay())
    scene.interrupted_create(scene.dies)
    scene.cancels()
    scene.wait(minutes=1)
    assert (scene.links()[0].state, [each.status for each in scene.gateway.links()]) == ("closed", ["cancelled"])


def test_a_creation_that_is_refused_is_told_to_the_payer_and_an_alarm_and_may_be_tried_again(scene: Scene) -> None:
    consult_id = scene.is_asked_to_pay()
    scene.goes_wrong("link.create", "rejected")
    sent = scene.presses_pay(consult_id)
    scene.settle()
    assert isinstance(sent, Sent)
    progress = scene.app.consults.paying.progress(sent.link_id)
    assert progress is not None
    assert (progress.state, scene.alarms()) == (ProgressState.FAILED, ["gateway"])
    assert scene.presses_pay(consult_id) == sent  # the gateway is not asked at every press
    scene.wait(seconds=31)
    scene.goes_to_pay(consult_id)
    assert [each.reference[-2:] for each in scene.links()] == ["-1", "-2"]


@pytest.mark.parametrize(
    ("effect", "more", "seconds"),
    [
        ("error_before", {"status": 429, "retry_after": 7}, 7),
        ("error_before", {"status": 409}, 5),
        ("html", {"status": 502}, 5),
        ("html", {"status": 403}, 5),
        ("html", {"status": 200}, 5),
        ("reset", {}, 5),
    ],
)
def test_a_creation_in_a_bad_moment_is_asked_for_again(scene: Scene, effect: str, more: dict[str, int], seconds: int) -> None:
    consult_id = scene.is_asked_to_pay()
    scene.goes_wrong("link.create", effect, **more)
    scene.presses_pay(consult_id)
    scene.wait(seconds=seconds - 1)
    assert scene.links()[0].state == "wished"
    scene.wait(seconds=1)
    assert (scene.links()[0].state, len(scene.gateway.links())) == ("open", 1)


def test_a_gateway_that_is_out_for_minutes_makes_the_link_when_it_is_back(scene: Scene) -> None:
    scene.goes_wrong("link.create", "error_before", times=None, status=503)
    scene.presses_pay(scene.is_asked_to_pay())
    scene.wait(minutes=3)
    assert scene.asked("link.create") < 10  # after ever longer pauses
    scene.world.faults.clear()
    scene.wait(minutes=4)
    assert (scene.links()[0].state, scene.alarms()) == ("open", ["gateway"])


# A place is kept for eight minutes.


@pytest.mark.parametrize("fault", ["none", "error_before", "error_after"])
def test_a_place_that_is_kept_no_longer_closes_the_link_at_the_gateway(scene: Scene, fault: str) -> None:
    consult_id = scene.is_asked_to_pay()
    link = scene.goes_to_pay(consult_id)
    if fault != "none":
        scene.goes_wrong("link.cancel", fault, status=504)
    scene.wait(minutes=7, seconds=59)
    assert scene.gateway.books.links[link].open
    scene.wait(minutes=1, seconds=2)
    assert (scene.gateway.books.links[link].status, scene.links()[0].state) == ("cancelled", "closed")
    assert scene.consult().state == "awaiting_payment"
    assert scene.goes_to_pay(consult_id) != link


def test_pressed_twice_it_is_the_same_link(scene: Scene) -> None:
    consult_id = scene.is_asked_to_pay()
    assert scene.goes_to_pay(consult_id) == scene.goes_to_pay(consult_id)
    assert scene.asked("link.create") == 1


def test_closing_a_link_races_with_its_payment_and_paid_is_paid(scene: Scene) -> None:
    link = scene.at_the_gateway()
    scene.loses_events()
    scene.wait(minutes=7, seconds=59)
    scene.gateway.pay(link)
    scene.wait(seconds=2)
    assert (scene.consult().state, scene.links()[0].state) == ("paid", "paid")


@pytest.mark.parametrize("changes", [{"open_consults_max": 1}])
def test_without_a_place_the_page_offers_a_call_and_charges_nothing(scene: Scene) -> None:
    consult_id = scene.is_asked_to_pay()
    scene.at_the_gateway(RAVI)
    paying = scene.app.consults.paying
    view = paying.view(consult_id)
    assert view is not None
    assert (view.standing, scene.presses_pay(consult_id)) == (Standing.CLOSED, Standing.CLOSED)
    due_at = paying.book_call_instead(consult_id)
    assert due_at is not None
    assert due_at > scene.clock.now()
    assert paying.book_call_instead(consult_id) is None
    after = paying.view(consult_id)
    assert after is not None
    assert (after.standing, len(scene.links())) == (Standing.OVER, 1)


@pytest.mark.parametrize("changes", [{"open_consults_max": 1}])
def test_a_place_comes_free_when_the_other_does_not_pay(scene: Scene) -> None:
    scene.at_the_gateway(RAVI)
    consult_id = scene.is_asked_to_pay()
    assert not scene.can_be_sold("+919845099999")
    scene.wait(minutes=8)
    assert isinstance(scene.presses_pay(consult_id), Sent)


@pytest.mark.parametrize("changes", [{"open_consults_max": 1}])
def test_two_press_pay_at_once_for_the_last_place_and_one_has_it(scene: Scene) -> None:
    for round_ in range(5):
        consults = [scene.is_asked_to_pay(f"+9198450{round_}000{n}") for n in range(2)]
        together, came = Barrier(2), list[Sent | Standing]()

        def press(consult_id: str, together: Barrier = together, came: list[Sent | Standing] = came) -> None:
            together.wait()
            came.append(scene.presses_pay(consult_id))

        threads = [Thread(target=press, args=(each,)) for each in consults]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert sorted(type(each).__name__ for each in came) == ["Sent", "Standing"]
        scene.wait(minutes=8)


def test_nobody_pays_on_a_screen_that_is_too_old_or_outside_the_hours(scene: Scene) -> None:
    consult_id = scene.is_asked_to_pay()
    scene.clock.forward(minutes=30)  # and nobody has run its clock yet
    assert scene.presses_pay(consult_id) is Standing.STALE
    scene.wait(minutes=80)  # ten to two, on a Sunday
    consult_id = scene.is_asked_to_pay()
    scene.wait(minutes=15)
    assert scene.presses_pay(consult_id) is Standing.CLOSED


# Who pays, and for what.


def test_somebody_else_pays_by_the_code(scene: Scene) -> None:
    consult_id = scene.is_asked_to_pay()
    paying = scene.app.consults.paying
    code = scene.all(quote)[0].code
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert paying.by_code(code, "0000") is None
    assert paying.by_code(wrong, ASHA[-4:]) is None
    view = paying.by_code(code, ASHA[-4:])
    assert view is not None
    assert (view.consult_id, view.amount, view.patient_name) == (consult_id, Paise(FIRST), "")
    scene.gateway.pay(scene.goes_to_pay(view.consult_id))
    scene.settle()
    assert (scene.consult().state, scene.texts()["receipt"]) == ("paid", 1)
    assert paying.by_code(code, ASHA[-4:]) is None


def test_an_emergency_after_all_gives_everything_back(scene: Scene) -> None:
    scene.has_paid()
    scene.rings(result="red")
    scene.wait(minutes=1)
    assert (scene.consult().state, scene.payments()) == ("refunded", [("refunded", "emergency")])
    assert {"emergency", "refund"} <= set(scene.texts())
    assert scene.alarms() == ["red_flag"]
    assert scene.money() == (FIRST, FIRST)


def test_an_emergency_before_paying_takes_no_money(scene: Scene) -> None:
    link = scene.at_the_gateway()
    scene.rings(result="red")
    scene.settle()
    assert scene.consult().state == "emergency"
    assert not scene.gateway.books.links[link].open


def test_a_refunded_consult_does_not_use_up_the_first_price(scene: Scene) -> None:
    scene.has_paid()
    scene.wait(minutes=31)
    consult_id = scene.is_asked_to_pay()
    scene.gateway.pay(scene.goes_to_pay(consult_id))
    scene.settle()
    assert scene.app.database.write(lambda tx: scene.app.consults.bookings.served(tx, consult_id, scene.clock.now()))
    scene.is_asked_to_pay()
    assert scene.quotes() == [(FIRST, "void"), (FIRST, "used"), (LATER, "live")]
    assert scene.payments() == [("earned", None), ("refunded", "no doctor in time")]
    assert scene.faults() == []


def test_a_caller_has_one_live_first_price_at_most(scene: Scene) -> None:
    scene.is_quoted()
    scene.is_quoted()
    assert scene.quotes() == [(FIRST, "void"), (FIRST, "live")]
    [_, live] = scene.all(quote)
    other = {**live._asdict(), "id": new_id(scene.clock.now()), "consult_id": scene.consult().id, "code": "000000"}
    with pytest.raises(Exception, match=r"(?i)unique"):
        scene.app.database.write(lambda tx: tx.run(insert(quote), **other))


def test_a_caller_who_did_not_pay_for_three_today_is_not_sold_a_fourth(scene: Scene) -> None:
    for _ in range(3):
        assert scene.can_be_sold()
        scene.is_asked_to_pay()
        scene.cancels()
    assert not scene.can_be_sold()
    assert scene.can_be_sold(RAVI)
    scene.wait(days=1, seconds=1)
    assert scene.can_be_sold()


@pytest.mark.parametrize("changes", [{"razorpay_webhook_secret": "the-new-secret,sandbox-webhook-secret"}])
def test_events_signed_before_the_secret_was_changed_still_count(scene: Scene) -> None:
    link = scene.at_the_gateway()
    scene.gateway.pay(link)
    scene.gateway.rotate_secret("the-new-secret")
    scene.settle()
    assert scene.consult().state == "paid"
    scene.gateway.pay(scene.at_the_gateway(RAVI))
    scene.settle()
    assert scene.payments() == [("held", None), ("held", None)]
    assert len(scene.events()) == 6
