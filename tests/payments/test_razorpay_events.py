"""Razorpay's events: whose signature counts, what they tell, what of them is kept; whatever comes, nothing but BadRequest is raised."""

import hmac
import json
from contextlib import suppress
from re import search
from typing import Any

import pytest
import razorpay
from hypothesis import given
from hypothesis import strategies as st
from razorpay.errors import SignatureVerificationError

from ivr.model.errors import BadRequest
from ivr.model.gateway import Captured, GatewayFact, GatewayHooks, GatewayRefund, LinkClosed, LinkState, RefundState
from ivr.model.values import Paise
from ivr.payments.razorpay_events import RazorpayHooks, is_our_return
from ivr.payments.razorpay_redaction import strip_event
from tests.payments.razorpay_payloads import (
    CARD,
    LINK_ID,
    PAYMENT_ID,
    REFERENCE,
    REFUND_ID,
    event,
    link,
    order,
    paid,
    payment,
    refund,
    wire,
)

SECRET, OLD_SECRET, KEY_SECRET = "whsec-new", "whsec-old", "key-secret"
HOOKS = RazorpayHooks([SECRET, OLD_SECRET])
CAPTURED = Captured(REFERENCE, PAYMENT_ID, Paise(24900))
DONE = GatewayRefund(REFUND_ID, PAYMENT_ID, Paise(24900), RefundState.DONE)

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
anything = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12)


def signature(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, "sha256").hexdigest()


def facts(told: object) -> tuple[GatewayFact, ...]:
    return HOOKS.read(wire(told), {}).facts


# Signatures


def test_it_is_the_web_side_of_a_gateway() -> None:
    hooks: GatewayHooks = HOOKS
    assert hooks.name == "razorpay"


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET])
def test_every_secret_verifies_so_that_one_can_be_changed(secret: str) -> None:
    assert HOOKS.verify(b"body", {"x-razorpay-signature": signature(b"body", secret)})


@pytest.mark.parametrize(
    "presented",
    [None, "", "0" * 64, "é" * 64, "\udcff", signature(b"body", "stranger"), signature(b"body").upper(), signature(b"body") + " ", 7],
)
def test_anything_else_is_a_stranger(presented: Any) -> None:
    assert not HOOKS.verify(b"body", {"x-razorpay-signature": presented})
    assert not HOOKS.verify(b"body", {})


def test_a_byte_more_or_less_is_another_body() -> None:
    headers = {"x-razorpay-signature": signature(wire(paid()))}
    assert HOOKS.verify(wire(paid()), headers)
    assert not HOOKS.verify(wire(paid()) + b"\n", headers)
    assert not HOOKS.verify(wire(paid(amount=1)), headers)


@pytest.mark.parametrize("secrets", [[], [""]])
def test_without_a_secret_nobody_is_genuine(secrets: list[str]) -> None:
    assert not RazorpayHooks(secrets).verify(b"body", {"x-razorpay-signature": signature(b"body", "")})


ascii_text = st.text(st.characters(max_codepoint=127))


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(min_size=1).filter(str.isascii), st.none() | ascii_text)
def test_verify_agrees_with_the_vendors_own_wherever_that_has_an_opinion(body: str, secret: str, presented: str | None) -> None:
    genuine = signature(body.encode(), secret)
    hooks = RazorpayHooks(["another", secret])
    for shown in (genuine, presented or genuine[:-1], genuine.upper()):
        try:
            theirs = bool(razorpay.Utility().verify_webhook_signature(body, shown, secret))
        except SignatureVerificationError:
            theirs = False
        assert hooks.verify(body.encode(), {"x-razorpay-signature": shown}) == theirs


@given(st.binary(), st.none() | st.text() | st.binary() | st.integers())
def test_verify_never_raises(body: bytes, presented: Any) -> None:
    assert not HOOKS.verify(body, {"x-razorpay-signature": presented})


# The browser's return


def returned(secret: str = KEY_SECRET, **change: str) -> dict[str, str]:
    params = {
        "razorpay_payment_id": PAYMENT_ID,
        "razorpay_payment_link_id": LINK_ID,
        "razorpay_payment_link_reference_id": REFERENCE,
        "razorpay_payment_link_status": "paid",
    }
    signed = "|".join([LINK_ID, REFERENCE, "paid", PAYMENT_ID])
    return {**params, "razorpay_signature": signature(signed.encode(), secret), **change}


def test_a_browser_that_the_gateway_sent_back_is_known() -> None:
    assert is_our_return(returned(), KEY_SECRET)
    vendors = razorpay.Client(auth=("key", KEY_SECRET)).utility
    assert vendors.verify_payment_link_signature(
        {name.removeprefix("razorpay_") if "link" in name else name: value for name, value in returned().items()}
    )


@pytest.mark.parametrize("name", list(returned()))
def test_a_return_with_anything_changed_or_missing_is_not(name: str) -> None:
    assert not is_our_return({**returned(), name: "other"}, KEY_SECRET)
    assert not is_our_return({each: value for each, value in returned().items() if each != name}, KEY_SECRET)


def test_nobody_brings_their_own_secret_or_moves_a_bar() -> None:
    assert not is_our_return({**returned("mine"), "secret": "mine"}, KEY_SECRET)
    assert not is_our_return(returned(""), "")
    moved = {"razorpay_payment_link_id": f"{LINK_ID}|{REFERENCE}", "razorpay_payment_link_reference_id": "paid"}
    assert not is_our_return({**returned(), **moved, "razorpay_payment_link_status": PAYMENT_ID, "razorpay_payment_id": ""}, KEY_SECRET)


@given(st.dictionaries(st.sampled_from(list(returned())), st.text()))
def test_a_return_never_raises(params: dict[str, str]) -> None:
    assert not is_our_return(params, KEY_SECRET)


# What an event tells


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        pytest.param(paid(), CAPTURED, id="paid: the link's reference, the payment's amount"),
        pytest.param(
            event("payment_link.paid", payment_link=link(), payment=payment(amount=100)),
            Captured(REFERENCE, PAYMENT_ID, Paise(100)),
            id="less",
        ),
        pytest.param(paid(status="refunded", amount_refunded=24900), CAPTURED, id="paid, and given back by the time it is told"),
        pytest.param(
            event("payment_link.partially_paid", payment_link=link(status="partially_paid"), payment=payment()), CAPTURED, id="partly"
        ),
        pytest.param(event("payment.captured", payment=payment(notes={"reference": REFERENCE})), CAPTURED, id="captured, with our note"),
        pytest.param(
            event("payment_link.expired", payment_link=link(status="expired")), LinkClosed(REFERENCE, LinkState.EXPIRED), id="expired"
        ),
        pytest.param(
            event("payment_link.cancelled", payment_link=link(status="cancelled")),
            LinkClosed(REFERENCE, LinkState.CANCELLED),
            id="cancelled",
        ),
        *(
            pytest.param(
                event(f"refund.{name}", refund=refund(status=said), payment=payment()),
                GatewayRefund(REFUND_ID, PAYMENT_ID, Paise(24900), state),
                id=f"refund {name}, {said}",
            )
            for name, said, state in [
                ("created", "pending", RefundState.PENDING),
                ("created", "processed", RefundState.DONE),
                ("processed", "processed", RefundState.DONE),
                ("failed", "failed", RefundState.FAILED),
                ("speed_changed", "pending", RefundState.PENDING),
            ]
        ),
    ],
)
def test_an_event_tells_of_our_links_payments_and_refunds(told: dict[str, Any], expected: GatewayFact) -> None:
    assert facts(told) == (expected,)


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(event("payment.captured", payment=payment()), id="captured: notes are an empty list"),
        pytest.param(event("payment.captured", payment=payment(notes=None)), id="captured: notes are null"),
        pytest.param(event("payment.captured", payment=payment(notes={"policy": "7"})), id="captured: another's notes"),
        pytest.param(event("payment.captured", payment=payment(notes={"reference": {"a": 1}})), id="captured: a reference that is none"),
        pytest.param(event("payment.captured", payment=payment(captured=False, notes={"reference": REFERENCE})), id="not captured"),
        pytest.param(event("payment.authorized", payment=payment(captured=False, status="authorized")), id="authorized only"),
        pytest.param(event("payment.failed", payment=payment(captured=False, status="failed")), id="failed"),
        pytest.param(
            event("refund.processed", refund=refund(), payment=payment(captured=False)), id="given back without ever being captured"
        ),
        pytest.param(event("refund.processed", refund=refund()), id="a refund of nothing"),
        pytest.param(event("refund.processed", refund=refund(), payment=payment(id="pay_another")), id="a refund of another payment"),
        pytest.param(event("refund.processed", refund=refund(status="lost"), payment=payment()), id="an unknown state of a refund"),
        pytest.param(event("payment_link.expired", payment_link=link(status="paid")), id="expired and paid"),
        pytest.param(event("payment_link.paid", payment_link=link()), id="paid by nothing"),
        pytest.param(event("payment_link.paid", payment_link=link(reference_id=None), payment=payment()), id="a link without reference"),
        pytest.param(event("order.paid", order=order(), payment=payment()), id="an order"),
        pytest.param(event("settlement.processed"), id="a settlement"),
        pytest.param({"event": "payment_link.paid", "payload": []}, id="no payload"),
        pytest.param({"event": "payment_link.paid"}, id="nothing at all"),
        *(pytest.param(paid(amount=amount), id=f"an amount of {amount!r}") for amount in (0, -24900, 24900.0, "24900", True, None, 10**20)),
        *(pytest.param(paid(currency=currency), id=f"a currency of {currency!r}") for currency in ("USD", "inr", None)),
        *(pytest.param(paid(id=name), id=f"an id of {name!r}") for name in ("", "pay_", "order_1", "pay_\ud800", 7)),
        *(pytest.param(paid(captured=said), id=f"captured: {said!r}") for said in (False, None, "true", 1)),
    ],
)
def test_an_event_that_is_odd_or_none_of_our_business_tells_nothing(told: dict[str, Any]) -> None:
    assert facts(told) == ()


def test_an_event_is_known_by_the_gateways_id_or_else_by_its_bytes() -> None:
    body = wire(paid())
    named = HOOKS.read(body, {"x-razorpay-event-id": "Rk1Sandhi0007"})
    assert (named.event_id, named.name) == ("Rk1Sandhi0007", "payment_link.paid")
    unnamed = HOOKS.read(body, {}).event_id
    assert len(unnamed) == 64
    for unfit in ("", "x" * 65, "two words", "\n", "é"):
        assert HOOKS.read(body, {"x-razorpay-event-id": unfit}).event_id == unnamed
    assert HOOKS.read(body + b" ", {}).event_id != unnamed


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b"null",
        b"[]",
        b'"payment.captured"',
        b"{}",
        b'{"event": null}',
        b'{"event": "Payment Captured"}',
        b'{"event": "\\ud800"}',
        b'{"event": "' + b"a" * 65 + b'"}',
        b'{"event": "payment.captured", "created_at": NaN}',
        b'{"event": "payment.captured", "created_at": -Infinity}',
        b'{"event": "payment.captured", "created_at": ' + b"9" * 5000 + b"}",
        b'{"a":' * 100_000,
        b'{"event": "payment.captured", "payload": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
@pytest.mark.usefixtures("uncollected")
def test_what_is_no_event_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(BadRequest):
        HOOKS.read(body, {})


def is_read_or_refused(body: bytes) -> None:
    for read in (lambda: HOOKS.read(body, {}).facts, lambda: json.loads(strip_event(body))):
        with suppress(BadRequest):
            read()


@given(st.binary())
def test_whatever_bytes_come_nothing_breaks(body: bytes) -> None:
    is_read_or_refused(body)


NAMES = ["payment_link.paid", "payment_link.expired", "payment.captured", "refund.failed"]


@given(
    st.sampled_from(NAMES),
    st.fixed_dictionaries({}, optional={"payment_link": anything, "payment": anything, "refund": anything, "order": anything}),
    anything,
)
def test_whatever_an_event_holds_nothing_breaks(name: str, entities: dict[str, Any], rest: Any) -> None:
    is_read_or_refused(wire(event(name, **entities)))
    is_read_or_refused(wire({**event(name), "payload": rest}))
    is_read_or_refused(wire({**event(name), "event": rest, "contains": rest}))


@given(st.sampled_from(["payment", "payment_link", "refund"]), st.data())
def test_whatever_one_field_holds_nothing_breaks_and_money_is_rupees_of_a_plausible_size(kind: str, data: st.DataObject) -> None:
    entities: dict[str, dict[str, Any]] = {"payment_link": link(), "payment": payment(notes={"reference": REFERENCE}), "refund": refund()}
    field = data.draw(st.sampled_from(sorted(entities[kind])))
    entities[kind][field] = data.draw(anything)
    for name in NAMES:
        body = wire(event(name, **entities))
        if "NaN" not in body.decode() and "Infinity" not in body.decode():
            for fact in HOOKS.read(body, {}).facts:
                assert isinstance(fact, LinkClosed) or 0 < fact.amount.amount <= 10**9


# What is kept


def test_of_an_event_ids_amounts_states_and_the_method_are_kept() -> None:
    kept = json.loads(
        strip_event(
            wire(
                event("payment_link.paid", payment_link=link(), payment=payment(notes={"reference": REFERENCE, "a": "b"}), refund=refund())
            )
        )
    )
    assert (kept["event"], kept["contains"]) == ("payment_link.paid", ["payment_link", "payment", "refund"])
    assert kept["payload"]["payment"]["entity"] == {
        "id": PAYMENT_ID,
        "entity": "payment",
        "order_id": "order_Rk1Sandhi0004",
        "amount": 24900,
        "currency": "INR",
        "status": "captured",
        "created_at": 1795348850,
        "method": "upi",
        "captured": True,
        "amount_refunded": 0,
        "refund_status": None,
        "fee": 588,
        "tax": 90,
        "error_code": None,
        "error_reason": None,
        "notes": {"reference": REFERENCE},
    }
    assert kept["payload"]["payment_link"]["entity"]["reference_id"] == REFERENCE
    assert kept["payload"]["refund"]["entity"]["payment_id"] == PAYMENT_ID


def test_what_is_kept_tells_the_same_facts() -> None:
    for told in (
        paid(),
        event("payment.captured", payment=payment(notes={"reference": REFERENCE})),
        event("refund.processed", refund=refund(), payment=payment()),
        event("payment_link.expired", payment_link=link(status="expired")),
    ):
        assert HOOKS.read(strip_event(wire(told)), {}).facts == facts(told) != ()


def test_of_the_payer_nothing_is_kept() -> None:
    told = event("payment_link.paid", payment_link=link(), order=order(), payment=payment(), refund=refund(), customer={"name": "Asha Rao"})
    kept = strip_event(wire(told)).decode()
    for private in ("Asha", "asha", "examplebank", "9845012345", "HDFC", "payzapp", "1111", "card_", "Visa", "249727216453", "95F9C08"):
        assert private not in kept


def test_what_is_no_event_is_not_kept() -> None:
    with pytest.raises(BadRequest):
        strip_event(b"4111111111111111,")


digits = st.text("0123456789", min_size=12, max_size=19)
grouped = st.builds(
    lambda number, gap: gap.join(number[at : at + 4] for at in range(0, len(number), 4)), digits, st.sampled_from([" ", "-", ".", "_"])
)


@given(st.sampled_from(["payment", "payment_link", "refund", "order"]), st.one_of(digits, grouped), st.booleans(), st.data())
def test_a_card_number_survives_in_no_field(kind: str, number: str, as_number: bool, data: st.DataObject) -> None:
    entities = {"payment_link": link(), "payment": payment(), "refund": refund(), "order": order()}
    value: Any = (
        int(number)
        if as_number and number.isdigit() and number[0] != "0"
        else data.draw(st.sampled_from([number, f"pay_{number}", f"x {number} y"]))
    )
    entities[kind][data.draw(st.sampled_from(sorted(entities[kind])))] = data.draw(
        st.sampled_from([value, [value], {"reference": value}, {number: value}, {"reference": [value]}])
    )
    kept = strip_event(wire({**event("payment_link.paid", **entities), "account_id": value, number: value, "created_at": value})).decode()
    assert number not in kept
    assert not search(r"[0-9]{12}", kept.replace("-", "").replace("_", "").replace(".", ""))


def test_a_card_number_as_a_reference_is_dropped_with_it() -> None:
    kept = json.loads(
        strip_event(wire(event("payment_link.paid", payment_link=link(reference_id=CARD), payment=payment(notes={"reference": CARD}))))
    )
    assert "reference_id" not in kept["payload"]["payment_link"]["entity"]
    assert kept["payload"]["payment"]["entity"]["notes"] == {}
