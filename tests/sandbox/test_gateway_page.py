"""The page where people pay, and the gateway's part of the control API."""

from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from far_end import ACCOUNTS, gateway_client

from ivr.model.clock import SystemClock
from ivr.sandbox.server import create_sandbox, listen
from ivr.sandbox.world import Sandbox

BACK = "http://127.0.0.1:8000/MFINEX/token/paid"
PAID = ["payment.authorized", "payment.captured", "payment_link.paid"]


@pytest.fixture
def browser(world):
    return create_sandbox(world).test_client()


@pytest.fixture
def press(make_link):
    """A link, and what a button of its page leads to."""
    link = make_link()

    def button(do, **more):
        return requests.post(link["short_url"], data={"do": do, **more}, allow_redirects=False, timeout=5)

    button.link = link
    return button


def genuine(sdk, location):
    """What the merchant was told, when the SDK believes it."""
    given = {name.removeprefix("razorpay_"): values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    claims = {f"payment_link_{name}": given[f"payment_link_{name}"] for name in ("reference_id", "status")}
    signed = {
        "payment_link_id": given["payment_link_id"],
        "razorpay_payment_id": given["payment_id"],
        "razorpay_signature": given["signature"],
    }
    assert sdk.utility.verify_payment_link_signature({**claims, **signed})
    return given


def test_the_page_shows_what_is_paid_for_and_needs_nothing_from_elsewhere(press):
    page = requests.get(press.link["short_url"], timeout=5)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert all(words in page.text for words in ("₹249.00", "Orthopaedic consultation", press.link["reference_id"], "No money moves"))
    policy = page.headers["Content-Security-Policy"]
    assert "form-action 'self' http://127.0.0.1:8000" in policy  # a browser holds the redirect to it too
    assert "unsafe" not in policy
    assert "script" not in policy + page.text
    assert "style=" not in page.text
    for name in ("softphone.css", "pay.css", "softphone.svg"):
        assert requests.get(f"{press.link['short_url'].partition('/p/')[0]}/sandbox/static/{name}", timeout=5).status_code == 200


def test_who_pays_is_sent_back_with_signed_parameters(press, sdk, world, told, settle):
    answer = press("pay")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{BACK}?razorpay_payment_link_id=")
    [payment] = world.gateway.payments()
    assert genuine(sdk, answer.headers["Location"]) == {
        "payment_link_id": press.link["id"],
        "payment_link_reference_id": press.link["reference_id"],
        "payment_link_status": "paid",
        "payment_id": payment.id,
        "signature": parse_qs(urlsplit(answer.headers["Location"]).query)["razorpay_signature"][0],
    }
    settle()
    assert [event["event"] for event in told()] == PAID
    page = requests.get(press.link["short_url"], timeout=5).text
    assert answer.headers["Location"].replace("&", "&amp;") in page
    assert "Pay once more" in page


def test_who_pays_twice_is_sent_back_once(press, world):
    assert press("twice").headers["Location"].startswith(BACK)
    assert world.gateway.captured_total() == 49800


def test_who_fails_stays_on_the_page(press, world):
    answer = press("fail")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/p/{press.link['id']}")
    page = requests.get(press.link["short_url"], timeout=5).text
    assert '<span class="bad">failed</span>' in page
    assert f'href="{BACK}"' in page  # unpaid: the bare way back


def test_a_bank_is_made_to_answer_late(press, sdk, pass_time):
    assert press("late", minutes="20").headers["Location"] == f"/p/{press.link['id']}"
    pass_time(17 * 60_000)
    assert sdk.payment_link.fetch(press.link["id"])["status"] == "expired"
    pass_time(3 * 60_000)
    assert sdk.payment_link.fetch(press.link["id"])["status"] == "paid"


@pytest.mark.parametrize(("closing", "words"), [("expire", "Pay after expiry"), ("cancel", "Pay although cancelled")])
def test_a_closed_link_is_paid_all_the_same(press, sdk, world, pass_time, closing, words):
    if closing == "cancel":
        sdk.payment_link.cancel(press.link["id"])
    pass_time(17 * 60_000)
    page = requests.get(press.link["short_url"], timeout=5).text
    assert words in page
    assert 'value="pay"' not in page
    refused = press("pay")
    assert (refused.status_code, "only a late payment can still come" in refused.text) == (409, True)
    assert press("after").status_code == 303
    assert world.gateway.captured_total() == 24900


@pytest.mark.parametrize("form", [{"do": "steal"}, {}, {"do": "late", "minutes": "soon"}, {"do": "late", "minutes": "0"}, {"do": "after"}])
def test_a_button_that_is_none_does_nothing(press, world, form):
    answer = requests.post(press.link["short_url"], data=form, timeout=5)
    assert (answer.status_code, world.gateway.payments()) == (409 if "do" in form and form["do"] != "steal" else 400, [])


def test_a_link_without_a_way_back_stays_here(make_link):
    link = make_link(callback_url="", callback_method="")
    answer = requests.post(link["short_url"], data={"do": "pay"}, allow_redirects=False, timeout=5)
    assert answer.headers["Location"] == f"/p/{link['id']}"
    assert "Back to the clinic" not in requests.get(link["short_url"], timeout=5).text


def test_words_of_others_are_only_words(make_link):
    link = make_link(description="<script>alert(1)</script>", callback_url="http://127.0.0.1:8000/a?b=c")
    assert "&lt;script&gt;" in requests.get(link["short_url"], timeout=5).text
    answer = requests.post(link["short_url"], data={"do": "pay"}, allow_redirects=False, timeout=5)
    assert answer.headers["Location"].startswith("http://127.0.0.1:8000/a?b=c&razorpay_")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_page_that_is_not_there_says_so(browser, method):
    answer = browser.open("/p/plink_none", method=method)
    assert answer.status_code == 404
    assert "There is no such payment link" in answer.text


def test_links_are_paid_and_seen_by_the_control_api(world, browser, make_link, sdk, settle):
    first, second = make_link(), make_link()
    path = f"/sandbox/api/gateway/links/{first['id']}"
    assert browser.post(f"{path}/fail").json["payments"][0]["status"] == "failed"
    assert browser.post(f"{path}/pay", json={"times": 2}).json["amount_paid"] == 49800
    assert browser.post(f"{path}/pay-late").json["amount_paid"] == 74700
    assert "only a late payment" in browser.post(f"{path}/pay", json={}).json["error"]
    assert browser.post("/sandbox/api/gateway/links/plink_none/pay", json={}).status_code == 404
    other = f"/sandbox/api/gateway/links/{second['id']}"
    assert browser.post(f"{other}/authorise-late", json={"minutes": 5}).json["payments"][0]["status"] == "created"
    assert browser.post(f"{other}/leave-uncaptured", json={"minutes": 5}).json["payments"][1]["status"] == "authorized"
    assert "minutes is missing" in browser.post(f"{other}/authorise-late", json={}).json["error"]
    assert browser.get(other).json["reference"] == second["reference_id"]
    links = browser.get("/sandbox/api/gateway/links?limit=1").json
    assert (links["total"], [link["id"] for link in links["links"]]) == (2, [second["id"]])
    sdk.payment.refund(world.gateway.payments()[1].id, {})
    settle()
    payments = browser.get("/sandbox/api/gateway/payments").json
    assert (payments["total"], payments["captured"], len(payments["payments"])) == (6, 74700, 6)
    refunds = browser.get("/sandbox/api/gateway/refunds").json
    assert (refunds["total"], refunds["refunded"], refunds["refunds"][0]["status"]) == (1, 24900, "processed")
    events = browser.get("/sandbox/api/gateway/events").json
    assert (events["enabled"], events["events"][0]["name"], events["events"][0]["tries"][0]["status"]) == (True, "refund.processed", 200)


def test_the_owner_sets_balance_and_secret_and_sends_events(world, browser, product, settle):
    assert browser.put("/sandbox/api/gateway/balance", json={"paise": 100}).json == {"paise": 100}
    assert browser.put("/sandbox/api/gateway/balance", json={"paise": None}).json == {"paise": None}
    assert browser.put("/sandbox/api/gateway/secret", json={"secret": "another"}).status_code == 204
    forged = browser.post("/sandbox/api/gateway/events", json={"name": "payment.captured", "body": {"payload": {}}})
    assert forged.status_code == 201
    assert "body must be a JSON object" in browser.post("/sandbox/api/gateway/events", json={"name": "x", "body": "y"}).json["error"]
    settle()
    world.gateway.events.enabled = False
    assert browser.post("/sandbox/api/gateway/enable").status_code == 204
    assert world.gateway.events.enabled
    assert browser.post(f"/sandbox/api/gateway/events/{forged.json['id']}/resend").status_code == 204
    assert "no event" in browser.post("/sandbox/api/gateway/events/none/resend").json["error"]
    settle()
    assert [each.genuine for each in product.at("/payments/razorpay")] == [False, False]  # signed by the new secret


def test_threads_carry_payments_and_refunds_all_the_way(product, told):
    world = Sandbox(SystemClock(), product.url, ACCOUNTS)
    world.gateway.refunding.pending_ms = 20
    stop, pause, server = Event(), Event(), listen(world)
    crew = Thread(target=world.run_forever, args=(stop, 8))
    crew.start()
    payers = [Thread(target=_pay_and_refund, args=(world, server.url, number)) for number in range(8)]
    for payer in payers:
        payer.start()
    for payer in payers:
        payer.join(20)
    while any(refund.status == "pending" for refund in world.gateway.refunds()) or world.agenda.pending():
        pause.wait(0.02)
    while len(told()) < 8 * 5 * 5:
        pause.wait(0.02)
    stop.set()
    crew.join(5)
    server.stop()
    assert world.gateway.captured_total() == world.gateway.refunded_total() == 8 * 5 * 24900
    assert all(each.genuine for each in product.at("/payments/razorpay"))


def _pay_and_refund(world, url, number):
    sdk = gateway_client(url)
    for turn in range(5):
        link = sdk.payment_link.create({"amount": 24900, "reference_id": f"c_{number}-{turn}"})
        [payment] = world.gateway.pay(link["id"])
        sdk.payment.refund(payment, {}, headers={"X-Refund-Idempotency": f"rf-{payment}"})
