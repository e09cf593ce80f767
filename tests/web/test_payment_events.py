"""`POST /payments/razorpay`: what the gateway is answered, what a stranger is, and what of it lies in the database."""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from hmac import new as hmac
from io import BytesIO
from json import dumps
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from ivr.consults.paying import Sent
from ivr.sandbox.records import Accounts
from ivr.sandbox.world import Sandbox
from ivr.settings import Settings
from ivr.store.schema import alarm, consult, entry, gateway_event, metadata, outbox, pay_link, payment, quote
from ivr.web.app import create_app
from ivr.web.payments import MOST_BYTES
from ivr.wiring import App, build
from tests.clock import HandClock
from tests.consults.logs import numbers_in
from tests.consults.scene import Scene
from tests.duty import resting
from tests.payments import razorpay_payloads as payloads
from tests.payments.razorpay_payloads import wire

PATH = "/payments/razorpay"
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES") or 300)
often = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
OF_A_PAYER = (b"asha.rao@examplebank", b"asha@example.in", b"9845012345", payloads.CARD.encode(), b"Asha Rao")


class TheGateway:
    """Sends events to a test client."""

    def __init__(self, app: App, client: FlaskClient) -> None:
        self.client = client
        self._secret = app.settings.razorpay_webhook_secret[0].get_secret_value()

    def signature(self, body: bytes, secret: str = "") -> str:
        return hmac((secret or self._secret).encode(), body, sha256).hexdigest()

    def tells(self, event: Mapping[str, Any] | bytes, event_id: str = "event-1", **headers: str) -> TestResponse:
        """Signed, whatever it is."""
        body = event if isinstance(event, bytes) else wire(event)
        signed = {"X-Razorpay-Signature": self.signature(body), "x-razorpay-event-id": event_id, **headers}
        return self.client.post(PATH, data=body, headers=signed, content_type="application/json")


@pytest.fixture
def gateway(door: App, client: FlaskClient) -> TheGateway:
    return TheGateway(door, client)


@pytest.fixture
def scene(door: App, clock: HandClock) -> Scene:
    """Callers of the same application; the gateway itself cannot be asked."""
    resting(door)
    return Scene(door, clock, Sandbox(clock, "http://127.0.0.1:9", Accounts("MA0", "token", "AC0", "token")))


@pytest.fixture(autouse=True)
def _no_numbers_in_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.INFO)
    yield
    assert numbers_in(caplog.get_records("call")) == []


def waits_for_payment(scene: Scene) -> str:
    """Somebody is on their way to the gateway; the reference of their link."""
    assert isinstance(scene.presses_pay(scene.is_asked_to_pay()), Sent)
    return str(scene.links()[0].reference)


def paid(reference: str, payment_id: str = "pay_Rk1Sandhi0001", paise: int = 24900) -> dict[str, Any]:
    link = payloads.link(reference_id=reference, amount=paise)
    return payloads.event(
        "payment_link.paid", payment_link=link, order=payloads.order(), payment=payloads.payment(id=payment_id, amount=paise)
    )


def money(app: App) -> list[Any]:
    """Everything that money can move."""
    with app.database.read() as tx:
        return [tx.rows(select(table).order_by(*table.primary_key)) for table in (consult, quote, pay_link, payment, entry)]


def rows(app: App) -> int:
    """In all tables."""
    with app.database.read() as tx:
        counts = [tx.row(select(func.count().label("n")).select_from(table)) for table in metadata.sorted_tables]
    return sum(row.n for row in counts if row is not None)


# Who is heard.


def test_a_signed_event_is_stored_with_a_wish_to_look_at_it(gateway: TheGateway, scene: Scene) -> None:
    answer = gateway.tells(paid("c_1"))
    assert (answer.status_code, answer.data) == (200, b"")
    assert [(row.id, row.name, row.came_to) for row in scene.all(gateway_event)] == [("event-1", "payment_link.paid", None)]
    assert [(row.kind, row.ref) for row in scene.all(outbox)] == [("gateway_event", "event-1")]


@pytest.mark.parametrize(
    "signature",
    [None, "", "0" * 64, "f" * 63, "é" * 64, "\xff" * 64, "🙂", "sha256=" + "0" * 64, "a" * 100_000],
    ids=["none", "empty", "zeros", "short", "accents", "latin", "emoji", "prefixed", "endless"],
)
def test_what_is_unsigned_or_wrongly_signed_is_refused_and_leaves_nothing(gateway: TheGateway, door: App, signature: str | None) -> None:
    headers = {"x-razorpay-event-id": "event-1"}
    environ = {} if signature is None else {"HTTP_X_RAZORPAY_SIGNATURE": signature}
    answer = gateway.client.post(PATH, data=wire(paid("c_1")), headers=headers, environ_overrides=environ)
    assert (answer.status_code, answer.data) == (403, b"")
    assert rows(door) == 0


def test_a_signature_of_other_bytes_or_by_another_secret_is_refused(gateway: TheGateway, door: App) -> None:
    body = wire(paid("c_1"))
    for signature in (
        gateway.signature(body + b" "),
        gateway.signature(body, "razorpay-test-secret"),  # that of the key signs browsers' returns, and no events
        gateway.signature(body).upper(),
        gateway.signature(b""),
    ):
        answer = gateway.client.post(PATH, data=body, headers={"X-Razorpay-Signature": signature})
        assert (answer.status_code, answer.data) == (403, b"")
    assert rows(door) == 0


def test_bytes_that_say_the_same_are_not_the_same(gateway: TheGateway, door: App) -> None:
    """The signature is over the very bytes, not over what they mean."""
    body = dumps(paid("c_1"), separators=(",", ":")).replace("/", "\\/").encode()
    signed = {"X-Razorpay-Signature": gateway.signature(body)}
    assert gateway.client.post(PATH, data=wire(paid("c_1")), headers=signed).status_code == 403
    assert gateway.client.post(PATH, data=body, headers=signed).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_only_a_post_is_taken(gateway: TheGateway, door: App, method: str) -> None:
    body = wire(paid("c_1"))
    answer = gateway.client.open(PATH, method=method, data=body, headers={"X-Razorpay-Signature": gateway.signature(body)})
    assert (answer.status_code, answer.data, rows(door)) == (405, b"", 0)


def test_a_body_of_the_largest_size_is_read_and_a_larger_one_is_not(gateway: TheGateway, door: App) -> None:
    event = paid("c_1")
    event["padding"] = "x" * (MOST_BYTES - len(wire(event)) - len(', "padding": ""'))
    assert len(wire(event)) == MOST_BYTES
    assert gateway.tells(event).status_code == 200
    event["padding"] += "x"
    assert gateway.tells(event, "event-2").status_code == 413
    assert gateway.tells(b"x" * MOST_BYTES * 4, "event-3").status_code == 413
    with door.database.read() as tx:
        assert len(tx.rows(select(gateway_event))) == 1


@pytest.mark.parametrize("length", [None, "", "-1", "many"])
def test_a_body_of_unknown_length_is_not_read(gateway: TheGateway, door: App, length: str | None) -> None:
    body = wire(paid("c_1"))
    environ = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": BytesIO(body), "wsgi.input_terminated": True}
    sized = {} if length is None else {"CONTENT_LENGTH": length}
    signed = {"X-Razorpay-Signature": gateway.signature(body)}
    answer = gateway.client.post(PATH, headers=signed, environ_overrides={"CONTENT_LENGTH": "", **environ, **sized})
    assert answer.status_code in (403, 413)
    assert rows(door) == 0


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"null", b"24900", b"\xff\xfe", b'{"event": NaN}', b"{}", b'{"event": 1}', b'{"event": "UPPER"}', b"[" * 20_000],
)
@pytest.mark.usefixtures("uncollected")
def test_what_is_signed_and_no_event_is_refused_by_its_name(gateway: TheGateway, door: App, body: bytes) -> None:
    answer = gateway.tells(body)
    assert answer.status_code == 400
    assert answer.text.startswith("The body is no ")
    assert rows(door) == 0


def test_a_clinic_without_a_gateway_has_no_such_address(make_settings: Callable[..., Settings], sqlite_url: str, clock: HandClock) -> None:
    app = build(make_settings(database_url=sqlite_url, razorpay_webhook_secret=""), clock)
    assert create_app(app).test_client().post(PATH, data=b"{}").status_code == 404
    app.database.close()


# What it may change.


def test_a_payment_is_booked_once_however_often_it_is_told_and_by_whatever_id(gateway: TheGateway, scene: Scene) -> None:
    event = paid(waits_for_payment(scene))
    for event_id in ("event-1", "event-1", "event-2"):
        assert gateway.tells(event, event_id).status_code == 200
        scene.hears()
    assert scene.consult().state == "paid"
    booked = money(scene.app)
    assert gateway.tells(event, "event-1").status_code == 200
    assert gateway.client.post(PATH, data=wire(event), headers={"X-Razorpay-Signature": gateway.signature(wire(event))}).status_code == 200
    scene.hears()
    assert money(scene.app) == booked
    assert scene.payments() == [("held", None)]
    assert sorted(came_to or "" for _, came_to in scene.events()) == ["known", "known", "paid"]


@pytest.mark.parametrize(
    ("event", "came_to"),
    [
        (paid("shop-1"), "no link of ours"),
        (payloads.event("payment.captured", payment=payloads.payment(notes={"reference": "shop-1"})), "no link of ours"),
        (payloads.event("payment.captured", payment=payloads.payment()), "nothing for us"),
        (payloads.event("refund.processed", refund=payloads.refund(), payment=payloads.payment()), "no payment of ours"),
        (
            payloads.event("payment_link.cancelled", payment_link=payloads.link(status="cancelled", reference_id="shop-1")),
            "no link of ours",
        ),
        (payloads.event("settlement.processed", settlement={"id": "setl_1"}), "nothing for us"),
        (payloads.event("payment_link.paid"), "nothing for us"),
    ],
)
def test_what_is_of_another_system_on_the_account_is_taken_and_changes_nothing(
    gateway: TheGateway, scene: Scene, event: dict[str, Any], came_to: str
) -> None:
    waits_for_payment(scene)
    before = money(scene.app)
    assert gateway.tells(event).status_code == 200
    scene.hears()
    assert money(scene.app) == before
    assert [told for _, told in scene.events()] == [came_to]


@pytest.mark.parametrize(
    "change", [{"amount": 100}, {"amount": 49900}, {"currency": "USD"}, {"captured": False}, {"amount": "24900"}, {"amount": 24900.0}]
)
def test_a_payment_of_another_amount_or_in_another_money_changes_nothing(gateway: TheGateway, scene: Scene, change: dict[str, Any]) -> None:
    link = payloads.link(reference_id=waits_for_payment(scene))
    before = money(scene.app)
    assert gateway.tells(payloads.event("payment_link.paid", payment_link=link, payment=payloads.payment(**change))).status_code == 200
    scene.hears()
    assert money(scene.app) == before
    assert [row.kind for row in scene.all(alarm)] == (["amount"] if isinstance(change.get("amount"), int) else [])


def test_while_the_database_is_away_the_gateway_is_asked_to_come_again(gateway: TheGateway, door: App) -> None:
    door.database.close()
    answer = gateway.tells(paid("c_1"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert gateway.client.post(PATH, data=wire(paid("c_1"))).status_code == 403
    assert gateway.tells(b"no event").status_code == 400


# What is kept.


def test_what_an_event_says_of_the_payer_cannot_be_read_in_the_database(gateway: TheGateway, scene: Scene, sqlite_url: str) -> None:
    event = paid(waits_for_payment(scene))
    assert all(each in wire(event) for each in OF_A_PAYER)
    assert gateway.tells(event).status_code == 200
    scene.hears()
    assert scene.consult().state == "paid"
    database = Path(sqlite_url.removeprefix("sqlite:///"))
    on_disk = b"".join(each.read_bytes() for each in database.parent.glob(f"{database.name}*"))
    assert b"event-1" in on_disk
    assert [each for each in OF_A_PAYER if each in on_disk] == []
    kept = scene.app.vault.open(scene.all(gateway_event)[0].body)
    assert b"payment_link.paid" in kept
    assert [each for each in OF_A_PAYER if each in kept] == []  # not even under our own seal


def test_bodies_are_forgotten_after_thirty_days_and_the_event_is_still_known(gateway: TheGateway, scene: Scene, clock: HandClock) -> None:
    event = paid(waits_for_payment(scene))
    gateway.tells(event)
    scene.hears()
    clock.forward(minutes=30 * 24 * 60)
    gateway.tells(paid("c_1", "pay_another"), "event-2")
    assert scene.app.money.events.forget() == 0
    clock.forward(seconds=1)
    assert scene.app.money.events.forget() == 1
    assert {row.id: row.body is None for row in scene.all(gateway_event)} == {"event-1": True, "event-2": False}
    booked = money(scene.app)
    assert gateway.tells(event).status_code == 200
    scene.hears()
    assert money(scene.app) == booked


# Whatever comes.

_HEADERS = st.dictionaries(
    st.sampled_from(["X-Razorpay-Signature", "x-razorpay-event-id", "Content-Type", "Content-Encoding", "Expect", "X-Forwarded-For"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=80)
    | st.sampled_from(["gzip", "application/json; charset=utf-16", "multipart/form-data; boundary=x", "100-continue", "0" * 64]),
    max_size=5,
)


@often
@given(body=st.binary(min_size=1, max_size=300), headers=_HEADERS, method=st.sampled_from(["POST", "POST", "GET", "PUT"]))
def test_a_stranger_causes_neither_a_fault_nor_a_row(
    gateway: TheGateway, door: App, body: bytes, headers: dict[str, str], method: str
) -> None:
    answer = gateway.client.open(PATH, method=method, data=body, headers=headers)
    assert (answer.status_code, answer.data) in ((403, b""), (405, b""))
    assert rows(door) == 0


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=50),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
_ODD = _JSON | st.sampled_from(["", "\x00", "c_1", "pay_" + "x" * 50, -1, 0, 2**63, 10**30, "24900", True, [], {}, None])


@often
@given(
    name=st.sampled_from(["payment_link.paid", "payment.captured", "refund.processed", "refund.failed", "payment_link.expired"])
    | st.text(),
    entity=st.sampled_from(["payment", "payment_link", "refund"]),
    field=st.sampled_from(
        ["id", "amount", "currency", "captured", "status", "notes", "reference_id", "payment_id", "payments", "short_url"]
    ),
    odd=_ODD,
    event_id=st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=80),
)
def test_nothing_that_is_signed_is_a_fault_here_or_in_the_job_that_looks_at_it(
    gateway: TheGateway, scene: Scene, name: str, entity: str, field: str, odd: object, event_id: str
) -> None:
    reference = str(scene.links()[0].reference) if scene.links() else waits_for_payment(scene)
    entities: dict[str, Any] = {
        "payment": payloads.payment(notes={"reference": reference}),
        "payment_link": payloads.link(reference_id=reference),
        "refund": payloads.refund(),
    }
    entities[entity][field] = odd
    answer = gateway.tells(payloads.event(name, **entities), event_id)
    assert answer.status_code in (200, 400), (answer.status_code, answer.text)
    scene.hears()
    assert all(row.came_to for row in scene.all(gateway_event))
    assert len(scene.payments()) <= 1 + sum(name == "payment_link.paid" for name, _ in scene.events())
