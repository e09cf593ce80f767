"""Payment links, seen through Razorpay's own SDK."""

import pytest
import requests
from far_end import gateway_client
from razorpay.errors import BadRequestError

DAY = 86_400
NOWHERE = "The id provided does not exist"


def test_a_link_is_issued_without_its_order_and_without_payments(make_link, clock, server):
    link = make_link(notes={"consult": "01"}, customer={"name": "Asha"})
    seconds = clock.now() // 1000
    assert link["id"].startswith("plink_")
    assert len(link["id"]) == len("plink_") + 14
    assert link["short_url"] == f"{server.url}/p/{link['id']}"
    assert (link["amount"], link["amount_paid"], link["status"], link["payments"]) == (24900, 0, "created", None)
    assert (link["created_at"], link["expire_by"], link["expired_at"], link["cancelled_at"]) == (seconds, seconds + 960, 0, 0)
    assert (link["notes"], link["customer"], link["callback_method"]) == ({"consult": "01"}, {"name": "Asha"}, "get")
    assert "order_id" not in link


def test_a_link_is_fetched_and_found_by_reference_and_by_payment(make_link, sdk, world):
    first, second = make_link(), make_link()
    [payment] = world.gateway.pay(second["id"])
    assert sdk.payment_link.fetch(first["id"]) == first
    assert sdk.payment_link.all({"reference_id": first["reference_id"]}) == {"payment_links": [first]}
    assert [each["id"] for each in sdk.payment_link.all({"payment_id": payment})["payment_links"]] == [second["id"]]
    assert [each["id"] for each in sdk.payment_link.all({"count": 1})["payment_links"]] == [second["id"]]
    assert [each["id"] for each in sdk.payment_link.all()["payment_links"]] == [second["id"], first["id"]]
    for nothing in ({"reference_id": "c_99"}, {"payment_id": "pay_99"}):
        assert sdk.payment_link.all(nothing) == {"payment_links": []}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"reference_id": "c_01-0"}, "payment link creation with reference ID already attempted"),
        ({"expire_by": 1_795_330_200 + 899}, "timestamp must be atleast 15 minutes in future"),
        ({"expire_by": 1_795_330_200 + 200 * DAY}, "timestamp must be atleast 15 minutes in future"),
        ({"amount": 99}, "The amount must be at least INR 1.00"),
        ({"amount": "24900"}, "wrong input fields sent."),
        ({"amount": None}, "wrong input fields sent."),
        ({"currency": "USD"}, "wrong input fields sent."),
        ({"reference_id": "c" * 41}, "wrong input fields sent."),
        ({"description": "d" * 2049}, "wrong input fields sent."),
        ({"callback_method": "post"}, "wrong input fields sent."),
        ({"callback_url": "paid"}, "wrong input fields sent."),
        ({"price": 1}, "wrong input fields sent."),
        ({"notes": {str(number): "" for number in range(16)}}, "value: the length must not be greater than 255."),
        ({"notes": {"who": "w" * 256}}, "value: the length must not be greater than 255."),
        ({"upi_link": True}, "UPI Payment Links is not supported in Test Mode"),
    ],
)
def test_a_link_is_refused(make_link, sdk, more, said):
    make_link(reference_id="c_01-0")
    with pytest.raises(BadRequestError, match=said):
        make_link(**more)
    assert len(sdk.payment_link.all()["payment_links"]) == 1


def test_refusals_can_be_worded_as_merchants_report_them(make_link, sdk, world, server):
    link = make_link()
    world.gateway.observed = True
    with pytest.raises(BadRequestError, match=f"with given reference_id: {link['reference_id']} already exists"):
        make_link(reference_id=link["reference_id"])
    answer = sdk.session.get(f"{server.url}/v1/payment_links/plink_none", auth=sdk.auth)
    assert (answer.status_code, answer.json()) == (404, {"error": {"code": "BAD_REQUEST_ERROR"}})


def test_links_without_reference_are_not_each_others_duplicates(make_link):
    assert make_link(reference_id="")["id"] != make_link(reference_id="")["id"]


def test_a_link_is_cancelled_once(make_link, sdk, told, settle, clock):
    link = make_link()
    cancelled = sdk.payment_link.cancel(link["id"])
    assert (cancelled["status"], cancelled["cancelled_at"], cancelled["payments"]) == ("cancelled", clock.now() // 1000, None)
    with pytest.raises(BadRequestError, match="cannot cancel or expire an expired link"):
        sdk.payment_link.cancel(link["id"])
    settle(3_600_000)
    [event] = told()
    assert (event["event"], event["contains"]) == ("payment_link.cancelled", ["payment_link"])
    assert event["payload"]["payment_link"]["entity"]["reference_id"] == link["reference_id"]


def test_a_paid_link_cannot_be_cancelled(make_link, sdk, world):
    link = make_link()
    world.gateway.pay(link["id"])
    with pytest.raises(BadRequestError, match="cannot cancel or expire an already paid/partially paid link"):
        sdk.payment_link.cancel(link["id"])


def test_a_link_expires_and_says_so(make_link, sdk, told, pass_time, clock):
    link = make_link()
    pass_time(959_000)
    assert (told(), sdk.payment_link.fetch(link["id"])["status"]) == ([], "created")
    pass_time(1_000)
    expired = sdk.payment_link.fetch(link["id"])
    assert (expired["status"], expired["expired_at"]) == ("expired", clock.now() // 1000)
    [event] = told()
    entity = event["payload"]["payment_link"]["entity"]
    assert (event["event"], entity["status"], entity["expired_at"]) == ("payment_link.expired", "expired", clock.now() // 1000)
    assert event["created_at"] == link["created_at"]  # the link's, in every event about links
    assert not {"order_id", "payments"} & set(entity)
    with pytest.raises(BadRequestError, match="cannot cancel or expire an expired link"):
        sdk.payment_link.cancel(link["id"])


def test_a_link_past_its_time_is_expired_though_nobody_stepped(make_link, sdk, world, clock, told, settle):
    link = make_link()
    clock.forward(960_000)
    with pytest.raises(ValueError, match="is expired"):
        world.gateway.pay(link["id"])
    assert sdk.payment_link.all({"reference_id": link["reference_id"]})["payment_links"][0]["status"] == "expired"
    settle()
    assert [event["event"] for event in told()] == ["payment_link.expired"]


def test_the_order_behind_a_link_is_known_to_the_orders_api(make_link, sdk, world):
    link = make_link()
    order_id = world.gateway.links()[0].order_id
    assert sdk.order.fetch(order_id)["status"] == "created"
    [payment] = world.gateway.pay(link["short_url"])
    order = sdk.order.fetch(order_id)
    assert (order["id"], order["status"], order["amount_paid"], order["receipt"]) == (order_id, "paid", 24900, link["reference_id"])
    found = sdk.order.payments(order_id)
    assert (found["entity"], found["count"], found["items"][0]["id"]) == ("collection", 1, payment)


def test_a_reminder_goes_by_sms_or_mail(make_link, sdk):
    link = make_link()
    assert sdk.payment_link.notifyBy(link["id"], "sms") == {"success": True}
    with pytest.raises(BadRequestError, match="wrong input"):
        sdk.payment_link.notifyBy(link["id"], "pigeon")


@pytest.mark.parametrize(
    "ask",
    [
        lambda sdk: sdk.payment_link.fetch("plink_none"),
        lambda sdk: sdk.payment_link.cancel("plink_none"),
        lambda sdk: sdk.payment_link.notifyBy("plink_none", "sms"),
        lambda sdk: sdk.payment.fetch("pay_none"),
        lambda sdk: sdk.payment.fetch_multiple_refund("pay_none"),
        lambda sdk: sdk.payment.refund("pay_none", {"amount": 100}),
        lambda sdk: sdk.refund.fetch("rfnd_none"),
        lambda sdk: sdk.order.fetch("order_none"),
        lambda sdk: sdk.order.payments("order_none"),
    ],
)
def test_what_does_not_exist_is_a_bad_request(sdk, ask):
    with pytest.raises(BadRequestError, match=NOWHERE):
        ask(sdk)


@pytest.mark.parametrize("wanted", [{"count": 101}, {"count": 0}, {"count": "many"}, {"skip": -1}])
def test_a_page_has_a_hundred_items_at_most(sdk, wanted):
    for listing in (sdk.payment_link.all, sdk.payment.all):
        with pytest.raises(BadRequestError, match="wrong input"):
            listing(wanted)


def test_another_key_is_refused(server, sdk):
    with pytest.raises(BadRequestError, match="Authentication failed"):
        gateway_client(server.url, secret="guess").payment_link.all()
    assert requests.get(f"{server.url}/v1/payment_links", timeout=5).status_code == 401
    assert requests.get(f"{server.url}/v1/payment_links/", auth=sdk.auth, timeout=5).status_code == 200
