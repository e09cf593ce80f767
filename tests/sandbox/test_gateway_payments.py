"""How links are paid: once, twice, late, wrongly, not at all; and what is told of it."""

import pytest
from razorpay.errors import BadRequestError

PAID = ["payment.authorized", "payment.captured", "payment_link.paid"]
MINUTE = 60_000


def names(told):
    return [event["event"] for event in told()]


def test_a_payment_is_told_in_three_genuine_events(make_link, sdk, world, product, told, settle):
    link = make_link()
    [payment_id] = world.gateway.pay(link["id"])
    settle()
    assert names(told) == PAID
    received = product.at("/payments/razorpay")
    assert all(each.genuine for each in received)
    assert len({each.headers["X-RAZORPAY-EVENT-ID"] for each in received}) == 3
    paid = sdk.payment_link.fetch(link["id"])
    assert (paid["status"], paid["amount_paid"]) == ("paid", 24900)
    assert [(each["payment_id"], each["amount"], each["status"]) for each in paid["payments"]] == [(payment_id, 24900, "captured")]


def test_the_events_have_the_traps_of_the_vendors_samples(make_link, world, product, told, settle, clock):
    link = make_link()
    clock.forward(30_000)
    [payment_id] = world.gateway.pay(link["id"])
    settle()
    authorised, captured, paid = told()
    order_id = world.gateway.links()[0].order_id
    early, late = (event["payload"]["payment"]["entity"] for event in (authorised, captured))
    assert (early["status"], early["captured"], early["fee"]) == ("authorized", False, None)  # a snapshot, though captured long since
    assert (late["status"], late["captured"], late["fee"], late["tax"]) == ("captured", True, 587, 89)
    assert (late["id"], late["notes"], late["order_id"]) == (payment_id, [], order_id)
    assert late["description"] == f"#{link['id'].removeprefix('plink_')}"
    assert link["reference_id"] not in str(authorised) + str(captured)  # only the link's own event names what is ours
    assert paid["contains"] == ["payment_link", "order", "payment"]
    assert paid["payload"]["order"]["entity"]["id"] == order_id.removeprefix("order_")
    entity = paid["payload"]["payment_link"]["entity"]
    assert (entity["reference_id"], entity["order_id"], entity["status"]) == (link["reference_id"], order_id, "paid")
    assert "payments" not in entity
    assert (paid["created_at"], captured["created_at"]) == (link["created_at"], link["created_at"] + 30)
    assert "\\/" in product.at("/payments/razorpay")[2].body  # encoding it again makes other bytes


@pytest.mark.parametrize(("copies", "notes"), [(False, []), (True, {"consult": "01"})])
def test_a_payment_may_or_may_not_carry_the_notes_of_its_link(make_link, sdk, world, copies, notes):
    world.gateway.copies_notes = copies
    [payment_id] = world.gateway.pay(make_link(notes={"consult": "01"})["id"])
    assert sdk.payment.fetch(payment_id)["notes"] == notes


def test_one_link_is_paid_twice(make_link, sdk, world, told, settle):
    link = make_link()
    first, second = world.gateway.pay(link["id"], times=2)
    settle()
    assert names(told) == PAID * 2
    assert {payment["payment_id"] for payment in sdk.payment_link.fetch(link["id"])["payments"]} == {first, second}
    assert (world.gateway.captured_total(), sdk.payment_link.fetch(link["id"])["amount_paid"]) == (49800, 49800)
    with pytest.raises(ValueError, match="is paid: only a late payment"):
        world.gateway.pay(link["id"])


def test_a_payment_fails_and_the_link_stays_open(make_link, sdk, world, told, settle):
    link = make_link()
    payment_id = world.gateway.fail(link["id"])
    settle()
    [event] = told()
    failed = event["payload"]["payment"]["entity"]
    assert (event["event"], failed["id"], failed["status"], failed["error_reason"]) == (
        "payment.failed",
        payment_id,
        "failed",
        "payment_failed",
    )
    assert (sdk.payment_link.fetch(link["id"])["status"], sdk.payment_link.fetch(link["id"])["payments"]) == ("created", None)
    world.gateway.pay(link["id"])
    assert sdk.payment_link.fetch(link["id"])["status"] == "paid"


def test_a_bank_that_answers_soon_is_only_slow(make_link, sdk, world, told, pass_time):
    link = make_link()
    payment_id = world.gateway.authorise_late(link["id"], minutes=5)
    pass_time(5 * MINUTE - 1)
    assert (told(), sdk.payment.fetch(payment_id)["status"]) == ([], "created")
    pass_time(1)
    assert names(told) == PAID


def test_a_bank_that_answers_after_the_link_expired_pays_all_the_same(make_link, sdk, world, told, pass_time):
    link = make_link()
    payment_id = world.gateway.authorise_late(link["id"], minutes=20)
    pass_time(20 * MINUTE)
    assert names(told) == ["payment.failed", "payment_link.expired", *PAID]
    found = sdk.payment_link.fetch(link["id"])
    assert (found["status"], found["payments"][0]["payment_id"]) == ("paid", payment_id)
    assert sdk.payment.fetch(payment_id)["created_at"] == link["created_at"]  # begun then, so that is the day of its statement


@pytest.mark.parametrize("closed", ["expired", "cancelled", "paid"])
@pytest.mark.parametrize("tells", [True, False])
def test_a_closed_link_is_paid_late(make_link, sdk, world, told, pass_time, closed, tells):
    world.gateway.tell_of_closed = tells
    link = make_link()
    with pytest.raises(ValueError, match="still open"):
        world.gateway.pay_late(link["id"])
    closing = {
        "expired": lambda: None,
        "cancelled": lambda: sdk.payment_link.cancel(link["id"]),
        "paid": lambda: world.gateway.pay(link["id"]),
    }
    closing[closed]()
    pass_time(17 * MINUTE)
    before = len(told())
    payment_id = world.gateway.pay_late(link["id"])
    pass_time(0)
    assert names(told)[before:] == (PAID if tells else PAID[:2])
    found = sdk.payment_link.fetch(link["id"])
    assert found["status"] == ("paid" if tells else closed)
    assert payment_id in [payment["payment_id"] for payment in found["payments"]]


def test_a_wrong_amount_is_paid(make_link, sdk, world, told, settle):
    link = make_link()
    world.gateway.pay(link["id"], amount=100)
    settle()
    assert names(told) == ["payment.authorized", "payment.captured", "payment_link.partially_paid"]
    found = sdk.payment_link.fetch(link["id"])
    assert (found["status"], found["amount_paid"]) == ("partially_paid", 100)
    with pytest.raises(BadRequestError, match="already paid/partially paid"):
        sdk.payment_link.cancel(link["id"])
    world.gateway.pay(link["id"], amount=24800)
    assert sdk.payment_link.fetch(link["id"])["status"] == "paid"


def test_what_was_never_captured_goes_back_by_itself(make_link, sdk, world, told, settle):
    link = make_link()
    world.gateway.set_balance(0)
    payment_id = world.gateway.leave_uncaptured(link["id"], minutes=12)
    settle(15 * MINUTE)
    assert names(told) == ["payment.authorized", "refund.created", "refund.processed"]
    for event in told()[1:]:
        payment = event["payload"]["payment"]["entity"]
        assert (payment["id"], payment["captured"], payment["status"]) == (payment_id, False, "refunded")
    assert (world.gateway.captured_total(), world.gateway.refunded_total()) == (0, 0)
    assert sdk.payment_link.fetch(link["id"])["payments"] is None


def test_what_goes_back_by_itself_is_no_refund_of_what_was_captured_beside_it(make_link, sdk, world, settle):
    link = make_link()
    left = world.gateway.leave_uncaptured(link["id"], minutes=1)
    world.gateway.pay(link["id"])
    settle()
    settle()
    assert (sdk.payment.fetch(left)["status"], sdk.payment.fetch(left)["captured"]) == ("refunded", False)
    assert (world.gateway.captured_total(), world.gateway.refunded_total(), len(world.gateway.refunds())) == (24900, 0, 1)


def test_the_statement_lists_payments_by_their_second_newest_first(make_link, sdk, world, clock):
    ids = []
    for _ in range(5):
        ids += world.gateway.pay(make_link()["id"])
        clock.forward(1_000)
    seconds = [sdk.payment.fetch(payment_id)["created_at"] for payment_id in ids]
    everything = sdk.payment.all()
    assert (everything["entity"], everything["count"]) == ("collection", 5)
    assert [item["id"] for item in everything["items"]] == ids[::-1]
    asked = {"from": seconds[1], "to": seconds[3], "count": 2}
    assert [item["id"] for item in sdk.payment.all(asked)["items"]] == [ids[3], ids[2]]
    assert [item["id"] for item in sdk.payment.all({**asked, "skip": 2})["items"]] == [ids[1]]
    assert sdk.payment.all({**asked, "skip": 4}) == {"entity": "collection", "count": 0, "items": []}
    assert world.gateway.captured_total(since=seconds[1] * 1000, until=seconds[3] * 1000) == 2 * 24900
    with pytest.raises(BadRequestError, match="wrong input"):
        sdk.payment.all({"from": "yesterday"})


@pytest.mark.parametrize("how", [{"times": 0}, {"amount": 0}])
def test_nobody_pays_nothing(make_link, world, how):
    with pytest.raises(ValueError, match="1 or more"):
        world.gateway.pay(make_link()["id"], **how)
    with pytest.raises(ValueError, match=r"no payment link http.*plink_none"):
        world.gateway.pay("http://127.0.0.1/p/plink_none")
