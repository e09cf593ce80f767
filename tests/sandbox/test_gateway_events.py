"""The gateway's webhook: how often it tries, when it gives up, what goes astray, and what is forged."""

import json
from threading import Event

import pytest
from far_end import ACCOUNTS, Answer, is_signed

from ivr.sandbox.faults import Fault

HOOK = "/payments/razorpay"
PAID = ["payment.authorized", "payment.captured", "payment_link.paid"]
DOWN, UP = Answer(status="503 Service Unavailable"), Answer()
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def names(told):
    return [event["event"] for event in told()]


def test_an_event_is_sent_again_in_ever_longer_intervals_as_it_was(make_link, world, product, pass_time, clock):
    product.answers(HOOK, DOWN)
    payment = world.gateway.fail(make_link()["id"])
    [event] = world.gateway.events.kept()
    begun = clock.now()
    pass_time(15 * MINUTE)
    assert [each.at - begun for each in event.tries] == [0, MINUTE, 3 * MINUTE, 7 * MINUTE, 15 * MINUTE]
    product.answers(HOOK, UP)
    pass_time(DAY)
    assert (len(event.tries), event.delivered) == (6, True)
    sent = [each for each in product.at(HOOK) if payment in each.body]
    assert len({(each.body, each.headers["X-RAZORPAY-EVENT-ID"], each.headers["X-RAZORPAY-SIGNATURE"]) for each in sent}) == 1
    assert all(each.genuine for each in sent)
    assert world.hooks.counts()["hook.payment"] == {503: 5, 200: 2}  # and the link expired


def test_a_product_that_does_not_answer_in_time_gets_it_again(make_link, world, product, told, pass_time):
    held = Event()
    product.answers(HOOK, Answer(hold=held), UP)
    world.gateway.fail(make_link()["id"])
    pass_time(MINUTE)
    held.set()
    [event] = world.gateway.events.kept()
    assert [(each.status, each.error) for each in event.tries] == [(0, "timeout"), (200, "")]
    assert names(told) == ["payment.failed"] * 2


def test_nobody_at_the_door_is_a_failure_too(make_link, world, pass_time):
    world.target = "http://127.0.0.1:9"
    world.gateway.fail(make_link()["id"])
    pass_time(MINUTE)
    assert [each.error for each in world.gateway.events.kept()[0].tries] == ["connect", "connect"]


def test_after_a_day_of_failures_the_webhook_is_disabled_until_somebody_enables_it(make_link, world, product, told, pass_time, clock):
    product.answers(HOOK, DOWN)
    world.gateway.fail(make_link(expire_by=clock.now() // 1000 + 10 * 86_400)["id"])
    pass_time(DAY - 1)
    assert world.gateway.events.enabled
    pass_time(2)
    assert not world.gateway.events.enabled
    [event] = world.gateway.events.kept()
    assert event.tries[-1].at == event.created_at + DAY
    product.answers(HOOK, UP)
    before = len(told())
    world.gateway.pay(make_link()["id"])
    pass_time(HOUR)
    assert len(told()) == before  # told nothing, and nothing afterwards either
    world.gateway.events.enabled = True
    pass_time(HOUR)
    assert len(told()) == before
    world.gateway.events.resend(event.id)
    world.gateway.pay(make_link()["id"])
    pass_time(0)
    assert names(told)[before:] == ["payment.failed", *PAID]
    with pytest.raises(ValueError, match="no event"):
        world.gateway.events.resend("nothing")


def test_one_event_that_nobody_can_take_does_not_disable_the_webhook(make_link, world, product, pass_time):
    product.answers(HOOK, DOWN)
    world.gateway.fail(make_link()["id"])
    pass_time(10 * MINUTE)
    product.answers(HOOK, UP)
    world.gateway.fail(make_link()["id"])
    pass_time(0)
    product.answers(HOOK, DOWN)
    pass_time(DAY)
    assert not world.gateway.events.kept()[0].delivered
    assert world.gateway.events.enabled


def test_events_keep_the_signature_of_the_secret_of_their_time(make_link, world, product, pass_time):
    product.answers(HOOK, DOWN, UP)
    world.gateway.fail(make_link()["id"])
    pass_time(0)
    world.gateway.rotate_secret("a-new-secret")
    world.gateway.fail(make_link()["id"])
    pass_time(MINUTE)
    first, second, again = product.at(HOOK)
    assert (first.genuine, again.genuine, second.genuine) == (True, True, False)
    assert is_signed(second.body, second.headers["X-RAZORPAY-SIGNATURE"], "a-new-secret")


def test_an_event_is_forged_and_replayed(world, product, settle):
    body = {"payload": {"payment": {"entity": {"id": "pay_foreign", "amount": 1}}}}
    event_id = world.gateway.send_event("payment.captured", body)
    world.gateway.send_event("payment.captured", body, secret="a-guess", event_id=event_id)
    settle()
    genuine, guessed = product.at(HOOK)
    assert (genuine.genuine, guessed.genuine) == (True, False)
    assert genuine.headers["X-RAZORPAY-EVENT-ID"] == guessed.headers["X-RAZORPAY-EVENT-ID"] == event_id
    assert json.loads(genuine.body) == {"entity": "event", "event": "payment.captured", **body}


@pytest.mark.parametrize(
    ("fault", "comes"),
    [
        (Fault("hook.payment", "lost"), PAID[1:]),
        (Fault("hook.payment", "lost", times=None), []),
        (Fault("hook.payment", "duplicate"), [PAID[0], *PAID]),
        (Fault("hook.payment", "reorder"), [*PAID[1:], PAID[0]]),
        (Fault("hook.payment", "reorder", times=2), [PAID[2], *PAID[:2]]),
        (Fault("hook.payment", "latency", ms=1), PAID),
        (Fault("hook.payment", "lost", to="c_another"), PAID),
        (Fault("hook.payment", "lost", to="c_this", times=3), []),
        (Fault("hook.payment", "lost", provider="plivo"), PAID),
    ],
)
def test_events_go_astray(make_link, world, told, pass_time, fault, comes):
    world.faults.add(fault)
    world.gateway.pay(make_link(reference_id="c_this")["id"])
    pass_time(2_000)
    assert names(told) == comes


def test_a_lost_event_never_comes(make_link, world, told, pass_time):
    world.faults.add(Fault("hook.payment", "lost"))
    world.gateway.fail(make_link()["id"])
    pass_time(HOUR)
    assert names(told) == ["payment_link.expired"]


def test_an_event_comes_before_the_answer_to_what_caused_it(make_link, sdk, world, told):
    link = make_link()
    world.faults.add(Fault("hook.payment", "webhook_first", times=None))
    sdk.payment_link.cancel(link["id"])
    assert names(told) == ["payment_link.cancelled"]


def test_a_link_is_paid_before_its_creation_is_answered(make_link, sdk, world, told):
    world.faults.add(Fault("link.create", "webhook_first"))
    world.faults.add(Fault("link.create", "error_after"))
    with pytest.raises(Exception, match="not available"):
        make_link(reference_id="c_quick")
    assert names(told) == PAID
    assert told()[-1]["payload"]["payment_link"]["entity"]["reference_id"] == "c_quick"
    [link] = sdk.payment_link.all({"reference_id": "c_quick"})["payment_links"]
    assert link["status"] == "paid"


def test_secrets_stay_out_of_sight():
    assert "sandbox-key-secret" not in repr(ACCOUNTS)
    assert "sandbox-webhook-secret" not in repr(ACCOUNTS)
