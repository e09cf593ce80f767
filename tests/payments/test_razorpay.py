"""Razorpay's API answer → outcome, through its real SDK against a far end that plays canned answers."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ivr.model.gateway import (
    Captured,
    Gateway,
    GatewayLink,
    GatewayRefund,
    GatewayStatement,
    LinkState,
    LinkWish,
    Ok,
    RefundState,
    RefundWish,
    Refusal,
    Rejected,
    RetryAfter,
    StatementLine,
)
from ivr.model.outcomes import Unknown
from ivr.model.values import Paise
from ivr.payments.razorpay import Razorpay
from tests.providers.conftest import FarEnd
from tests.providers.texting import busy_address, nobodys_address, untrusted_server

NOON = 1795348800000  # 2026-11-22 12:00:00 UTC
REFERENCE, LINK_ID, PAYMENT_ID, REFUND_ID = (
    "c_01KA7QZ3M8TB2V9XJ4R6CDEFGH-1",
    "plink_Rk1Sandhi00001",
    "pay_Rk1Sandhi00002",
    "rfnd_Rk1Sandhi0003",
)
KEY, SECRET = "rzp_test_sandhi", "a-very-secret-key"
WISH = LinkWish(REFERENCE, Paise(24900), "Doctor on the phone", NOON + 960_000, "https://ivr.example.in/paid")
REFUND = RefundWish(PAYMENT_ID, f"rf-{PAYMENT_ID}", '{ "speed":"normal",  "amount": 24900, "notes":{"why":"नहीं"} }')

LINK: dict[str, Any] = {
    "accept_partial": False,
    "amount": 24900,
    "amount_paid": 0,
    "callback_method": "get",
    "callback_url": WISH.return_url,
    "cancelled_at": 0,
    "created_at": NOON // 1000,
    "currency": "INR",
    "customer": {},
    "description": WISH.description,
    "expire_by": WISH.expires_at // 1000,
    "expired_at": 0,
    "id": LINK_ID,
    "notes": {"reference": REFERENCE},
    "notify": {"email": False, "sms": False},
    "payments": None,
    "reference_id": REFERENCE,
    "reminder_enable": False,
    "reminders": [],
    "short_url": "https://rzp.example/i/abc",
    "status": "created",
    "updated_at": NOON // 1000,
    "upi_link": False,
    "user_id": "",
}
PAID_BY = {
    "amount": 24900,
    "created_at": NOON // 1000,
    "method": "upi",
    "payment_id": PAYMENT_ID,
    "plink_id": LINK_ID,
    "status": "captured",
    "updated_at": 0,
}
REFUNDED: dict[str, Any] = {
    "id": REFUND_ID,
    "entity": "refund",
    "amount": 24900,
    "currency": "INR",
    "payment_id": PAYMENT_ID,
    "notes": [],
    "receipt": None,
    "acquirer_data": {"arn": None},
    "created_at": NOON // 1000,
    "batch_id": None,
    "status": "pending",
}
PAYMENT: dict[str, Any] = {
    "id": PAYMENT_ID,
    "entity": "payment",
    "amount": 24900,
    "currency": "INR",
    "status": "captured",
    "captured": True,
    "amount_refunded": 0,
    "refund_status": None,
    "notes": [],
    "created_at": NOON // 1000,
}
OPEN_LINK = GatewayLink(LINK_ID, REFERENCE, Paise(24900), LinkState.OPEN, "https://rzp.example/i/abc")
PENDING = GatewayRefund(REFUND_ID, PAYMENT_ID, Paise(24900), RefundState.PENDING)
CAPTURED = Captured(REFERENCE, PAYMENT_ID, Paise(24900))

Call = Callable[[Razorpay], object]
CALLS: dict[str, Call] = {
    "create": lambda gateway: gateway.create_link(WISH),
    "find": lambda gateway: gateway.find_link(REFERENCE),
    "fetch": lambda gateway: gateway.fetch_link(LINK_ID),
    "cancel": lambda gateway: gateway.cancel_link(LINK_ID),
    "refund": lambda gateway: gateway.refund(REFUND),
    "refunds": lambda gateway: gateway.refunds_of(PAYMENT_ID),
    "payments": lambda gateway: gateway.payments_between(NOON, NOON + 86_400_000),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


def razorpay(url: str, read_s: float = 5.0, connect_s: float = 2.0) -> Razorpay:
    return Razorpay(KEY, SECRET, url, (connect_s, read_s))


def error(sentence: str, code: str = "BAD_REQUEST_ERROR") -> dict[str, Any]:
    return {
        "error": {
            "code": code,
            "description": sentence,
            "source": "business",
            "step": "payment_initiation",
            "reason": "input_validation_failed",
        }
    }


def items(*entities: Any) -> dict[str, Any]:
    return {"entity": "collection", "count": len(entities), "items": list(entities)}


def test_it_is_a_gateway_and_tells_its_books() -> None:
    gateway: Gateway = razorpay(nobodys_address())
    statement: GatewayStatement = razorpay(nobodys_address())
    assert (gateway.name, statement.payments_between(0, 1)) == ("razorpay", RetryAfter("unreachable"))


# What is sent


def test_a_link_is_wished_for_in_full_at_once_and_the_gateway_tells_nobody_of_it(far_end: FarEnd) -> None:
    far_end.will_answer(200, LINK)
    assert razorpay(far_end.url + "/").create_link(WISH) == Ok(OPEN_LINK)
    [asked] = far_end.asked
    assert (asked.method, asked.path) == ("POST", "/v1/payment_links")
    assert asked.headers["Authorization"].startswith("Basic ")
    shown = asked.json
    display = shown.pop("options")["checkout"]["config"]["display"]
    assert shown == {
        "amount": 24900,
        "currency": "INR",
        "accept_partial": False,
        "reference_id": REFERENCE,
        "description": "Doctor on the phone",
        "expire_by": WISH.expires_at // 1000,
        "notify": {"sms": False, "email": False},
        "reminder_enable": False,
        "notes": {"reference": REFERENCE},
        "callback_url": "https://ivr.example.in/paid",
        "callback_method": "get",
    }
    assert (display["sequence"], display["preferences"]) == (["block.upi"], {"show_default_blocks": True})
    assert display["blocks"]["upi"]["instruments"] == [{"method": "upi"}]


def test_a_refund_is_sent_byte_for_byte_with_its_key_every_time(far_end: FarEnd) -> None:
    far_end.will_answer(200, REFUNDED)
    far_end.will_answer(200, REFUNDED)
    gateway = razorpay(far_end.url)
    assert [gateway.refund(REFUND), gateway.refund(REFUND)] == [Ok(PENDING)] * 2
    for asked in far_end.asked:
        assert (asked.method, asked.path, asked.body) == ("POST", f"/v1/payments/{PAYMENT_ID}/refund", REFUND.body)
        assert (asked.headers["X-Refund-Idempotency"], asked.headers["Content-Type"]) == (f"rf-{PAYMENT_ID}", "application/json")


@pytest.mark.parametrize(
    ("call", "answer", "method", "path", "query"),
    [
        ("find", {"payment_links": []}, "GET", "/v1/payment_links", {"reference_id": REFERENCE}),
        ("fetch", LINK, "GET", f"/v1/payment_links/{LINK_ID}", {}),
        ("cancel", LINK, "POST", f"/v1/payment_links/{LINK_ID}/cancel", {}),
        ("refunds", items(), "GET", f"/v1/payments/{PAYMENT_ID}/refunds", {"count": "100"}),
    ],
)
def test_the_other_calls_ask_what_the_gateway_documents(
    far_end: FarEnd, call: str, answer: Any, method: str, path: str, query: dict[str, str]
) -> None:
    far_end.will_answer(200, answer)
    assert isinstance(CALLS[call](razorpay(far_end.url)), Ok)
    assert [(asked.method, asked.path, asked.query) for asked in far_end.asked] == [(method, path, query)]


def test_what_cannot_be_an_id_or_a_key_of_the_gateways_is_not_sent(far_end: FarEnd) -> None:
    gateway = razorpay(far_end.url)
    for bad in ("", "..", "plink_../payments", "pay_x?y", "pay_\u0966"):
        for answer in (
            gateway.fetch_link(bad),
            gateway.cancel_link(bad),
            gateway.refunds_of(bad),
            gateway.refund(replace(REFUND, payment_id=bad)),
        ):
            assert isinstance(answer, Rejected)
            assert (answer.why, answer.code) == (Refusal.GONE, "local")
    for bad in ("", "short", "two words and more", "rf-line\r\nbreak"):
        assert isinstance(gateway.refund(replace(REFUND, key=bad)), Rejected)
    assert far_end.asked == []


# What a success says


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("created", LinkState.OPEN),
        ("partially_paid", LinkState.PARTLY_PAID),
        ("paid", LinkState.PAID),
        ("expired", LinkState.EXPIRED),
        ("cancelled", LinkState.CANCELLED),
    ],
)
def test_every_state_of_a_link_has_our_word(far_end: FarEnd, said: str, state: LinkState) -> None:
    far_end.will_answer(200, {**LINK, "status": said})
    assert razorpay(far_end.url).fetch_link(LINK_ID) == Ok(replace(OPEN_LINK, state=state))


@pytest.mark.parametrize(
    ("said", "state"), [("pending", RefundState.PENDING), ("processed", RefundState.DONE), ("failed", RefundState.FAILED)]
)
def test_every_state_of_a_refund_has_our_word(far_end: FarEnd, said: str, state: RefundState) -> None:
    far_end.will_answer(200, {**REFUNDED, "status": said})
    assert razorpay(far_end.url).refund(REFUND) == Ok(replace(PENDING, state=state))
    far_end.will_answer(200, items({**REFUNDED, "status": said}))
    assert razorpay(far_end.url).refunds_of(PAYMENT_ID) == Ok((replace(PENDING, state=state),))


def test_a_paid_link_brings_its_captured_payments_also_those_given_back_since(far_end: FarEnd) -> None:
    again, failed = {**PAID_BY, "payment_id": "pay_2", "status": "refunded"}, {**PAID_BY, "payment_id": "pay_3", "status": "failed"}
    far_end.will_answer(200, {**LINK, "status": "paid", "amount_paid": 24900, "payments": [PAID_BY, again, failed]})
    assert razorpay(far_end.url).fetch_link(LINK_ID) == Ok(
        replace(OPEN_LINK, state=LinkState.PAID, payments=(CAPTURED, replace(CAPTURED, payment_id="pay_2")))
    )


def test_a_payment_of_another_amount_is_told_as_it_was_paid(far_end: FarEnd) -> None:
    far_end.will_answer(200, {**LINK, "status": "partially_paid", "payments": [{**PAID_BY, "amount": 100}]})
    answer = razorpay(far_end.url).fetch_link(LINK_ID)
    assert isinstance(answer, Ok)
    assert answer.value.payments == (replace(CAPTURED, amount=Paise(100)),)


def test_a_link_is_found_by_exactly_its_reference(far_end: FarEnd) -> None:
    gateway = razorpay(far_end.url)
    far_end.will_answer(200, {"payment_links": [{**LINK, "reference_id": f"{REFERENCE}0", "id": "plink_9"}, LINK]})
    assert gateway.find_link(REFERENCE) == Ok(OPEN_LINK)
    far_end.will_answer(200, {"payment_links": []})
    assert gateway.find_link(REFERENCE) == Ok(None)


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param([{**LINK, "reference_id": "another"}], id="a list that was not filtered"),
        pytest.param([LINK, {**LINK, "id": "plink_2"}], id="two of one reference"),
        pytest.param([None], id="nothing that is a link"),
        pytest.param(None, id="no list"),
    ],
)
def test_a_list_that_cannot_be_true_does_not_say_that_a_link_is_missing(far_end: FarEnd, listed: Any) -> None:
    far_end.will_answer(200, {"payment_links": listed})
    assert isinstance(razorpay(far_end.url).find_link(REFERENCE), Unknown)


# What a success cannot say

ABSURD_LINKS: list[dict[str, Any]] = [
    *({**LINK, "amount": amount} for amount in (0, -1, 24900.0, "24900", True, None, 10**30)),
    *({**LINK, "reference_id": reference} for reference in ("", "another", None, 7, "x" * 41)),
    *({**LINK, "currency": currency} for currency in ("USD", "", None)),
    *({**LINK, "id": link_id} for link_id in ("plink_another/..", "", None)),
    *({**LINK, "status": status} for status in ("brand_new", None, [])),
    *({**LINK, "short_url": url} for url in ("javascript:alert(1)", "", None)),
    *({**LINK, "payments": payments} for payments in ([None], {"a": 1}, [{**PAID_BY, "amount": -5}], [{**PAID_BY, "payment_id": "x"}])),
]


@pytest.mark.parametrize("answer", ABSURD_LINKS)
def test_an_absurd_link_is_unknown(far_end: FarEnd, answer: dict[str, Any]) -> None:
    far_end.will_answer(200, answer)
    assert isinstance(razorpay(far_end.url).create_link(WISH), Unknown)


@pytest.mark.parametrize("call", ["fetch", "cancel"])
def test_another_link_than_the_one_asked_for_is_unknown(far_end: FarEnd, call: str) -> None:
    far_end.will_answer(200, {**LINK, "id": "plink_another"})
    assert isinstance(CALLS[call](razorpay(far_end.url)), Unknown)


def test_another_amount_than_the_one_asked_for_is_unknown(far_end: FarEnd) -> None:
    far_end.will_answer(200, {**LINK, "amount": 24901})
    assert razorpay(far_end.url).create_link(WISH) == Unknown("an odd answer: another link than the one asked for")


@pytest.mark.parametrize(
    "change", [{"amount": 0}, {"amount": "24900"}, {"currency": "USD"}, {"payment_id": "pay_another"}, {"id": None}, {"status": "created"}]
)
def test_an_absurd_refund_is_unknown(far_end: FarEnd, change: dict[str, Any]) -> None:
    far_end.will_answer(200, {**REFUNDED, **change})
    assert isinstance(razorpay(far_end.url).refund(REFUND), Unknown)
    far_end.will_answer(200, items({**REFUNDED, **change}))
    assert isinstance(razorpay(far_end.url).refunds_of(PAYMENT_ID), Unknown)


@every_call
@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "7",
        '"{}"',
        "{}",
        "<html>OK</html>",
        '{"id": ',
        b"\xff\xfe",
        '{"items": 1}',
        '{"a": ' * 100_000,
        '{"amount": ' + "9" * 9999 + "}",
    ],
    ids=["empty", "list", "null", "number", "string", "hollow", "html", "cut", "bytes", "no items", "deep", "huge"],
)
def test_a_success_that_says_nothing_is_unknown(far_end: FarEnd, call: Call, body: Any) -> None:
    far_end.will_answer(200, body)
    assert isinstance(call(razorpay(far_end.url)), Unknown)


@every_call
def test_no_content_is_unknown(far_end: FarEnd, call: Call) -> None:
    far_end.will_answer(204, "")
    assert isinstance(call(razorpay(far_end.url)), Unknown)


# Refusals

REFUSALS = [
    ("payment link creation with reference ID already attempted", 400, Refusal.TAKEN),
    (
        f"payment link with given reference_id: {REFERENCE} already exists. Please create a payment link with a different reference_id",
        400,
        Refusal.TAKEN,
    ),
    ("cannot cancel or expire an already paid/partially paid link", 400, Refusal.PAID),
    ("cannot cancel or expire an expired link", 400, Refusal.GONE),
    ("The id provided does not exist", 400, Refusal.GONE),
    ("pay_Rk1 is not a valid id", 400, Refusal.GONE),
    ("invalid input [strippedId] = [Rk1]", 400, Refusal.GONE),
    (
        "Your account does not have enough balance to carry out the refund operation. You can add funds to your account.",
        400,
        Refusal.BALANCE,
    ),
    ("The payment has been fully refunded already", 400, Refusal.REFUNDED),
    ("Authentication failed", 401, Refusal.ACCOUNT),
    ("The api {key/secret} provided is invalid", 400, Refusal.ACCOUNT),
    ("Invalid access: Cannot create a payment link, as Merchant is Suspended.", 400, Refusal.ACCOUNT),
    ("You shall not", 403, Refusal.ACCOUNT),
    ("timestamp must be atleast 15 minutes in future", 400, Refusal.OTHER),
    ("The refund amount provided is greater than amount captured", 400, Refusal.OTHER),
    ("Different request with the same idempotency key has already been processed.", 400, Refusal.OTHER),
    ("Different request with the same idempotency key has already been processed.", 409, Refusal.OTHER),
    ("The requested URL was not found on the server.", 404, Refusal.OTHER),
    ("Something nobody has seen before", 422, Refusal.OTHER),
]


@pytest.mark.parametrize(("sentence", "status", "why"), REFUSALS)
@every_call
def test_a_refusal_is_sorted_by_its_sentence(far_end: FarEnd, call: Call, sentence: str, status: int, why: Refusal) -> None:
    far_end.will_answer(status, error(sentence))
    assert call(razorpay(far_end.url)) == Rejected(why, "BAD_REQUEST_ERROR", sentence)


@every_call
def test_the_gateways_wordless_404_means_that_there_is_no_such_thing(far_end: FarEnd, call: Call) -> None:
    far_end.will_answer(404, {"error": {"code": "BAD_REQUEST_ERROR"}})
    answer = call(razorpay(far_end.url))
    assert isinstance(answer, Rejected)
    assert answer.why == Refusal.GONE


def test_every_refusal_is_in_the_table() -> None:
    assert {why for _, _, why in REFUSALS} == set(Refusal)


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (429, error("Too many requests"), "BAD_REQUEST_ERROR"),
        (429, "<html>slow down</html>", "429"),
        (409, error("Another request with the same idempotency key is still in progress."), "BAD_REQUEST_ERROR"),
        (409, "", "409"),
        (400, error("Request failed because another payment operation is in progress."), "BAD_REQUEST_ERROR"),
    ],
)
@every_call
def test_not_now_means_later(far_end: FarEnd, call: Call, status: int, body: Any, code: str) -> None:
    far_end.will_answer(status, body, headers={"Retry-After": "7"})
    assert call(razorpay(far_end.url)) == RetryAfter(code, 7.0)


@pytest.mark.parametrize(
    ("header", "wait"), [({}, None), ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None), ({"Retry-After": " 0 "}, 0.0)]
)
def test_only_seconds_are_waited_for(far_end: FarEnd, header: dict[str, str], wait: float | None) -> None:
    far_end.will_answer(429, error("Too many requests"), headers=header)
    assert razorpay(far_end.url).create_link(WISH) == RetryAfter("BAD_REQUEST_ERROR", wait)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, error("The server encountered an error. The incident has been reported to admins.", "SERVER_ERROR")),
        (500, error("payment link creation with reference ID already attempted")),
        (502, "<html><h1>502 Bad Gateway</h1></html>"),
        (503, ""),
        (504, {"message": "Endpoint request timed out"}),
        (400, error("Payment processing failed", "GATEWAY_ERROR")),
        (408, error("Request timeout")),
        (400, "<html>Bad Request</html>"),
        (403, "<html>Access denied</html>"),
        (400, {}),
        (400, {"error": None}),
        (400, {"error": {"code": "BAD_REQUEST_ERROR"}}),
        (400, {"error": {"code": 7, "description": ["a"]}}),
        (400, "[" * 100_000),
    ],
)
@every_call
@pytest.mark.usefixtures("uncollected")
def test_an_answer_that_proves_nothing_is_unknown(far_end: FarEnd, call: Call, status: int, body: Any) -> None:
    far_end.will_answer(status, body)
    assert isinstance(call(razorpay(far_end.url)), Unknown)
    assert len(far_end.asked) == 1


@every_call
def test_a_redirect_is_not_followed(far_end: FarEnd, call: Call) -> None:
    far_end.will_answer(307, headers={"Location": f"{far_end.url}/elsewhere"})
    answer = call(razorpay(far_end.url))
    assert isinstance(answer, Rejected)
    assert (answer.why, len(far_end.asked)) == (Refusal.ACCOUNT, 1)


def test_a_refusal_that_quotes_a_phone_a_card_or_an_essay_is_cut(far_end: FarEnd) -> None:
    far_end.will_answer(400, error("contact +91 98450 12345 or 4111-1111-1111-1111\n\x00 " + "long " * 100))
    answer = razorpay(far_end.url).create_link(WISH)
    assert isinstance(answer, Rejected)
    assert answer.reason.startswith("contact +… or …  long long")
    assert len(answer.reason) == 200


# The network


@every_call
def test_no_answer_in_time_is_unknown(far_end: FarEnd, call: Call) -> None:
    far_end.will_answer(200, LINK, waits_s=0.8)
    assert call(razorpay(far_end.url, read_s=0.3)) == Unknown("ReadTimeout")
    assert len(far_end.asked) == 1


@every_call
def test_a_connection_that_breaks_after_the_request_is_unknown_and_nothing_is_sent_twice(far_end: FarEnd, call: Call) -> None:
    far_end.will_answer(hangs_up=True)
    assert call(razorpay(far_end.url)) == Unknown("ConnectionError")
    assert len(far_end.asked) == 1


def test_an_answer_that_breaks_off_is_unknown(far_end: FarEnd) -> None:
    far_end.will_answer(200, LINK, headers={"Content-Length": "99999"})
    assert isinstance(razorpay(far_end.url, read_s=0.2).create_link(WISH), Unknown)


@every_call
def test_where_nobody_listens_nothing_was_sent(call: Call) -> None:
    assert call(razorpay(nobodys_address())) == RetryAfter("unreachable")


def test_where_connecting_takes_for_ever_nothing_was_sent() -> None:
    with busy_address() as url:
        assert razorpay(url, connect_s=0.05).create_link(WISH) == RetryAfter("unreachable")


def test_who_cannot_prove_to_be_the_gateway_is_sent_nothing(tmp_path: Path) -> None:
    with untrusted_server(tmp_path) as url:
        assert razorpay(url).create_link(WISH) == RetryAfter("unreachable")


def test_many_threads_share_one_gateway(far_end: FarEnd) -> None:
    for _ in range(24):
        far_end.will_answer(200, REFUNDED)
    gateway = razorpay(far_end.url)
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: gateway.refund(REFUND), range(24))) == [Ok(PENDING)] * 24
    assert {asked.body for asked in far_end.asked} == {REFUND.body}


@every_call
def test_whatever_happens_nothing_is_printed_and_no_secret_is_logged(
    far_end: FarEnd, call: Call, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    far_end.will_answer(200, LINK)
    far_end.will_answer(400, error("no"))
    far_end.will_answer(502, "<html></html>")
    far_end.will_answer(200, "<html></html>")
    far_end.will_answer(hangs_up=True)
    far_end.will_answer(200, LINK, waits_s=0.3)
    gateway = razorpay(far_end.url, read_s=0.05)
    for _ in range(6):
        call(gateway)
    call(razorpay(nobodys_address()))
    assert tuple(capfd.readouterr()) == ("", "")
    assert SECRET not in caplog.text
    assert "Basic " not in caplog.text


# The gateway's books


def payment(number: int, at: int = NOON, **change: Any) -> dict[str, Any]:
    return {**PAYMENT, "id": f"pay_{number}", "created_at": at // 1000, **change}


def line(number: int, at: int = NOON, captured: bool = True, refunded: int = 0) -> StatementLine:
    return StatementLine(f"pay_{number}", Paise(24900), captured, Paise(refunded), at)


def test_the_books_are_read_page_by_page(far_end: FarEnd) -> None:
    first, second = [payment(n) for n in range(100, 200)], [payment(n) for n in range(199, 220)]  # one slipped to the next page
    far_end.will_answer(200, items(*first))
    far_end.will_answer(200, items(*second))
    assert razorpay(far_end.url).payments_between(NOON, NOON + 1500) == Ok(tuple(line(n) for n in range(100, 220)))
    window = {"from": str(NOON // 1000), "to": str(NOON // 1000 + 2), "count": "100"}
    assert [asked.query for asked in far_end.asked] == [{**window, "skip": "0"}, {**window, "skip": "100"}]


def test_the_books_say_what_was_captured_what_went_back_and_when(far_end: FarEnd) -> None:
    far_end.will_answer(
        200,
        items(
            payment(1, NOON + 3000, status="failed", captured=False, amount_refunded=None),
            payment(2, NOON, status="refunded", amount_refunded=24900),
            payment(3, NOON, currency="USD"),
            payment(4, NOON - 1000),
            payment(5, NOON + 5000),
        ),
    )
    assert razorpay(far_end.url).payments_between(NOON, NOON + 5000) == Ok((line(2, refunded=24900), line(1, NOON + 3000, captured=False)))


def test_half_a_statement_is_none(far_end: FarEnd) -> None:
    page = items(*(payment(n) for n in range(100)))
    for second in (page, error("Too many requests"), items(payment(7, amount="24900")), items(payment(7, created_at=None)), items(7)):
        far_end.will_answer(200, page)
        far_end.will_answer(429 if "error" in second else 200, second)
        assert isinstance(razorpay(far_end.url).payments_between(NOON, NOON + 1000), Unknown | RetryAfter)
