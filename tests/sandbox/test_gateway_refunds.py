"""Refunds, asked for through Razorpay's own SDK."""

from threading import Event, Thread

import pytest
from far_end import gateway_client
from razorpay.errors import BadRequestError

from ivr.sandbox.faults import Fault

KEY = {"X-Refund-Idempotency": "rf-pay_00000001"}


@pytest.fixture
def paid(make_link, world, settle):
    """A captured payment, everything about it told; its id."""

    def pay(**more):
        [payment] = world.gateway.pay(make_link(**more)["id"])
        settle()
        return payment

    return pay


def names(told):
    return [event["event"] for event in told()][3:]


def test_a_refund_is_pending_then_processed(paid, sdk, world, told, pass_time, clock):
    payment = paid()
    refund = sdk.payment.refund(payment, {"amount": 24900}, headers=dict(KEY))
    assert (refund["entity"], refund["payment_id"], refund["amount"], refund["status"]) == ("refund", payment, 24900, "pending")
    assert (refund["notes"], refund["receipt"], refund["created_at"]) == ([], None, clock.now() // 1000)
    assert "speed_requested" not in refund
    pass_time(4_999)
    assert names(told) == ["refund.created"]
    pass_time(1)
    pass_time(0)
    assert names(told) == ["refund.created", "refund.processed"]
    event = told()[-1]
    assert event["contains"] == ["refund", "payment"]
    assert event["payload"]["refund"]["entity"]["status"] == sdk.refund.fetch(refund["id"])["status"] == "processed"
    entity = event["payload"]["payment"]["entity"]
    assert (entity["status"], entity["captured"], entity["refund_status"], entity["amount_refunded"]) == ("refunded", True, "full", 24900)
    found = sdk.payment.fetch_multiple_refund(payment)
    assert (found["entity"], found["count"], found["items"][0]["id"]) == ("collection", 1, refund["id"])
    assert (world.gateway.refunded_total(), world.gateway.captured_total()) == (24900, 24900)


def test_how_long_a_refund_is_pending_can_be_set(paid, sdk, world, told, pass_time):
    world.gateway.refunding.pending_ms = 3_600_000
    sdk.payment.refund(paid(), {})
    pass_time(3_599_999)
    assert names(told) == ["refund.created"]
    pass_time(2)
    assert names(told) == ["refund.created", "refund.processed"]


def test_a_refund_in_parts_keeps_the_payment_captured_until_all_is_back(paid, sdk, settle):
    payment = paid()
    notes = {"why": "unserved"}
    part = sdk.payment.refund(payment, {"amount": "10000", "notes": notes, "receipt": "R1", "speed": "normal"})
    assert (part["notes"], part["receipt"], part["speed_requested"], part["speed_processed"]) == (notes, "R1", "normal", "normal")
    assert [sdk.payment.fetch(payment)[name] for name in ("status", "refund_status")] == ["captured", "partial"]
    with pytest.raises(BadRequestError, match="The refund amount provided is greater than amount captured"):
        sdk.payment.refund(payment, {"amount": 14901})
    rest = sdk.payment.refund(payment, {})
    assert rest["amount"] == 14900
    assert sdk.payment.fetch(payment)["status"] == "refunded"
    assert [item["id"] for item in sdk.payment.fetch_multiple_refund(payment)["items"]] == [rest["id"], part["id"]]
    with pytest.raises(BadRequestError, match="The payment has been fully refunded already"):
        sdk.payment.refund(payment, {})


def test_a_fast_refund_turns_out_slow(paid, sdk, told, settle):
    sdk.payment.refund(paid(), {"speed": "optimum"})
    settle()
    assert names(told) == ["refund.created", "refund.speed_changed", "refund.processed"]
    refund = told()[-2]["payload"]["refund"]["entity"]
    assert (refund["speed_requested"], refund["speed_processed"]) == ("optimum", "normal")


def test_a_refund_of_the_documented_amount_fails_and_may_be_asked_for_again(paid, sdk, world, told, settle):
    world.gateway.set_balance(0)
    payment = paid(amount=2468)
    refund = sdk.payment.refund(payment, {"amount": 2468}, headers=dict(KEY))
    assert refund["status"] == "pending"
    settle()
    assert names(told) == ["refund.created", "refund.failed"]
    assert [sdk.payment.fetch(payment)[name] for name in ("status", "amount_refunded")] == ["captured", 0]
    assert (world.gateway.refunded_total(), world.gateway.refunding.balance) == (0, 2468)
    again = sdk.payment.refund(payment, {"amount": 1234}, headers={"X-Refund-Idempotency": "rf-pay_00000001-2"})
    settle()
    assert sdk.refund.fetch(again["id"])["status"] == "processed"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"amount": 99}, "The amount must be at least INR 1.00"),
        ({"amount": 24901}, "The refund amount provided is greater than amount captured"),
        ({"amount": -1}, "wrong input"),
        ({"amount": 249.0}, "wrong input"),
        ({"amount": 24900, "reason": "unserved"}, "wrong input"),
        ({"speed": "fast"}, "wrong input"),
        ({"notes": "unserved"}, "wrong input"),
        (24900, "wrong input"),  # what `refund(id, amount)`, the SDK's documented call, sends
    ],
)
def test_a_refund_is_refused(paid, sdk, world, body, said):
    with pytest.raises(BadRequestError, match=said):
        sdk.payment.refund(paid(), body)
    assert world.gateway.refunds() == []


def test_a_body_that_is_no_json_is_refused(paid, sdk, server):
    answer = sdk.session.post(f"{server.url}/v1/payments/{paid()}/refund", data="all of it", auth=sdk.auth)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BAD_REQUEST_ERROR")


def test_what_was_not_captured_is_not_refunded(make_link, sdk, world):
    link = make_link()
    for payment in (world.gateway.fail(link["id"]), world.gateway.leave_uncaptured(link["id"])):
        with pytest.raises(BadRequestError, match="should be captured"):
            sdk.payment.refund(payment, {})


def test_a_refund_needs_balance_and_the_same_key_may_try_again(paid, sdk, world, settle):
    payment = paid()
    world.gateway.set_balance(24899)
    with pytest.raises(BadRequestError, match="Your account does not have enough balance to carry out the refund operation"):
        sdk.payment.refund(payment, {}, headers=dict(KEY))
    paid(amount=100)  # what is captured can be given back
    assert sdk.payment.refund(payment, {}, headers=dict(KEY))["amount"] == 24900
    assert world.gateway.refunding.balance == 99
    world.gateway.set_balance(None)


def test_a_key_makes_a_refund_happen_once(paid, sdk, world, settle):
    payment, other = paid(), paid()
    first = sdk.payment.refund(payment, {"amount": 24900}, headers=dict(KEY))
    settle()
    assert sdk.payment.refund(payment, {"amount": 24900}, headers=dict(KEY)) == first
    for path, body in ((payment, {"amount": 24899}), (payment, {}), (other, {"amount": 24900})):
        with pytest.raises(BadRequestError, match="Different request with the same idempotency key"):
            sdk.payment.refund(path, body, headers=dict(KEY))
    assert [refund.id for refund in world.gateway.refunds()] == [first["id"]]


@pytest.mark.parametrize(
    ("key", "said"),
    [("rf-pay_01", "must be at least 10 characters long"), ("rf-pay_00000001!", "must only contain alphanumeric characters")],
)
def test_a_key_has_a_form(paid, sdk, key, said):
    with pytest.raises(BadRequestError, match=said):
        sdk.payment.refund(paid(), {}, headers={"X-Refund-Idempotency": key})


def test_two_requests_without_key_are_two_refunds(paid, sdk, world):
    payment = paid()
    assert len({sdk.payment.refund(payment, {"amount": 100})["id"] for _ in range(2)}) == 2


def test_a_request_with_a_key_that_is_in_flight_is_a_conflict(paid, sdk, world, server):
    payment, begun, pause = paid(), len(world.requests()), Event()
    world.faults.add(Fault("refund.create", "hang_after", ms=60_000))
    slow = Thread(target=lambda: gateway_client(server.url, timeout=30).payment.refund(payment, {}, headers=dict(KEY)))
    slow.start()
    while len(world.requests()) == begun or world.faults.rules():
        pause.wait(0.01)
    with pytest.raises(BadRequestError, match="still in progress"):
        sdk.payment.refund(payment, {}, headers=dict(KEY))
    world.hooks.stopping.set()
    slow.join(5)
    assert world.requests()[-1].status == 409
    assert sdk.payment.refund(payment, {}, headers=dict(KEY))["amount"] == 24900
    assert len(world.gateway.refunds()) == 1
