"""What goes wrong between Razorpay's SDK and the gateway."""

from contextlib import suppress

import pytest
import requests
from far_end import gateway_client
from razorpay.errors import BadRequestError, GatewayError, ServerError

from ivr.sandbox.faults import Fault


def ask(sdk, url, reference="c_1"):
    """A creation as the SDK sends it, the whole answer kept."""
    wish = {"amount": 24900, "reference_id": reference}
    return sdk.session.post(f"{url}/v1/payment_links", json=wish, auth=sdk.auth)


@pytest.mark.parametrize(
    ("fault", "status", "said", "happens"),
    [
        (Fault("link.create", "error_before"), 503, "GATEWAY_ERROR", False),
        (Fault("link.create", "error_before", status=500), 500, "SERVER_ERROR", False),
        (Fault("link.create", "error_after"), 504, "GATEWAY_ERROR", True),
        (Fault("link.create", "error_after", status=502), 502, "GATEWAY_ERROR", True),
        (Fault("link.create", "error_after", code="html"), 502, "502 Bad Gateway", True),
        (Fault("link.create", "html"), 502, "502 Bad Gateway", False),
        (Fault("link.create", "html", status=504), 504, "502 Bad Gateway", False),
        (Fault("link.create", "rejected"), 400, "invalid request sent", False),
        (Fault("link.create", "rejected", code="auth"), 401, "Authentication failed", False),
        (Fault("link.create", "rejected", code="reference"), 400, "reference ID already attempted", False),
        (Fault("link.create", "rejected", status=429, retry_after=2), 429, "Too many requests", False),
    ],
)
def test_a_creation_goes_wrong(world, sdk, server, fault, status, said, happens):
    world.faults.add(fault)
    answer = ask(sdk, server.url)
    assert (answer.status_code, len(world.gateway.links())) == (status, int(happens))
    assert said in answer.text
    assert answer.headers.get("Retry-After") == ("2" if fault.retry_after else None)
    assert answer.headers["Content-Type"].startswith("text/html" if "html" in (fault.effect, fault.code) else "application/json")
    assert [(each.provider, each.operation, each.number, each.status) for each in world.requests()] == [
        ("razorpay", "link.create", "c_1", status)
    ]
    assert ask(sdk, server.url, "c_2").status_code == 200  # and the fault has worn off


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("link.create", "html"), requests.exceptions.JSONDecodeError),
        (Fault("link.create", "error_after"), GatewayError),
        (Fault("link.create", "error_before", status=500), ServerError),
        (Fault("link.create", "rejected", status=429), BadRequestError),
    ],
)
def test_the_sdk_makes_of_it_what_it_can(world, make_link, fault, error):
    world.faults.add(fault)
    with pytest.raises(error):
        make_link()


@pytest.mark.parametrize(("effect", "happens"), [("hang_before", False), ("hang_after", True)])
def test_a_held_answer_times_the_client_out(world, server, effect, happens):
    world.faults.add(Fault("link.create", effect, ms=60_000))
    with pytest.raises(requests.exceptions.ReadTimeout):
        gateway_client(server.url, timeout=0.3).payment_link.create({"amount": 24900, "reference_id": "c_1"})
    assert len(world.gateway.links()) == int(happens)


def test_a_closed_connection_and_nothing_happened(world, sdk, server):
    world.faults.add(Fault("link.create", "reset"))
    with pytest.raises(requests.exceptions.ConnectionError):
        ask(sdk, server.url)
    assert (world.gateway.links(), [each.status for each in world.requests()]) == ([], [0])


@pytest.mark.parametrize(
    ("operation", "ask"),
    [
        ("link.list", lambda sdk, link, _: sdk.payment_link.all({"reference_id": link["reference_id"]})),
        ("link.fetch", lambda sdk, link, _: sdk.payment_link.fetch(link["id"])),
        ("link.cancel", lambda sdk, link, _: sdk.payment_link.cancel(link["id"])),
        ("refund.create", lambda sdk, _, payment: sdk.payment.refund(payment, {})),
        ("refund.list", lambda sdk, _, payment: sdk.payment.fetch_multiple_refund(payment)),
        ("payment.list", lambda sdk, *_: sdk.payment.all()),
    ],
)
def test_every_request_can_fail_for_the_one_it_names(world, sdk, make_link, operation, ask):
    link = make_link()
    [payment] = world.gateway.pay(link["id"])
    about = {"payment.list": None, "refund.create": payment, "refund.list": payment}.get(operation, link["reference_id"])
    world.faults.add(Fault(operation, "latency", ms=1))
    world.faults.add(Fault(operation, "rejected", status=429, times=2, to=about))
    for _ in range(2):
        with pytest.raises(BadRequestError, match="Too many requests"):
            ask(sdk, link, payment)
    with suppress(BadRequestError):  # a paid link cannot be cancelled
        ask(sdk, link, payment)
    assert world.faults.rules() == ()
    assert [each.operation for each in world.requests()][-3:] == [operation] * 3


def test_a_fault_for_another_link_spares_this_one(world, make_link):
    world.faults.add(Fault("link.create", "rejected", to="c_another"))
    assert make_link()["status"] == "created"


@pytest.mark.parametrize("code", ["balance", "refunded", "above"])
def test_a_refund_is_rejected_as_the_vendor_would(world, sdk, make_link, code):
    [payment] = world.gateway.pay(make_link()["id"])
    world.faults.add(Fault("refund.create", "rejected", code=code))
    with pytest.raises(BadRequestError, match=r"balance|fully refunded|greater than"):
        sdk.payment.refund(payment, {})
    assert world.gateway.refunds() == []


def test_a_refund_whose_answer_was_lost_is_found_again_by_its_key(world, sdk, make_link):
    [payment] = world.gateway.pay(make_link()["id"])
    world.faults.add(Fault("refund.create", "error_after"))
    key = {"X-Refund-Idempotency": "rf-pay_00000001"}
    with pytest.raises(GatewayError):
        sdk.payment.refund(payment, {"amount": 24900}, headers=dict(key))
    [refund] = world.gateway.refunds()
    assert sdk.payment.refund(payment, {"amount": 24900}, headers=dict(key))["id"] == refund.id
    assert sdk.payment.fetch_multiple_refund(payment)["items"][0]["id"] == refund.id
