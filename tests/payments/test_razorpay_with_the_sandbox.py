"""Our adapter and the sandbox's gateway, which share no code: every call through the real SDK, every event as it was signed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests

from ivr.model.gateway import (
    Captured,
    GatewayEvent,
    GatewayFact,
    GatewayLink,
    GatewayRefund,
    LinkClosed,
    LinkState,
    LinkWish,
    Ok,
    RefundState,
    RefundWish,
    Refusal,
    Rejected,
    RetryAfter,
)
from ivr.model.outcomes import Unknown
from ivr.model.values import Paise
from ivr.payments.razorpay import Razorpay
from ivr.payments.razorpay_events import RazorpayHooks, is_our_return
from ivr.payments.razorpay_redaction import strip_event
from ivr.sandbox.faults import Fault
from ivr.sandbox.gateway import Gateway as SandboxGateway
from ivr.sandbox.listener import Listener
from ivr.sandbox.server import listen
from ivr.sandbox.world import Accounts, Sandbox
from tests.clock import HandClock

ACCOUNTS = Accounts("MA000000000000000000", "plivo-token-000000000000", "AC" + "0" * 32, "twilio-token-00000000000")
REFERENCE = "c_01KA7QZ3M8TB2V9XJ4R6CDEFGH-1"
MINUTE = 60_000


@dataclass
class Product:
    """Answers 200 to events, and keeps what our own web side makes of them."""

    hooks: RazorpayHooks = field(default_factory=lambda: RazorpayHooks([ACCOUNTS.razorpay_webhook_secret]))
    events: list[GatewayEvent] = field(default_factory=list)
    strangers: int = 0

    def app(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
        if not self.hooks.verify(body, headers):
            self.strangers += 1
        else:
            event = self.hooks.read(body, headers)
            assert self.hooks.read(strip_event(body), headers).facts == event.facts
            self.events.append(event)
        start_response("200 OK", [])
        return [b""]

    def facts(self) -> list[GatewayFact]:
        return [fact for event in self.events for fact in event.facts]


@dataclass
class Stage:
    clock: HandClock
    world: Sandbox
    product: Product
    ours: Razorpay
    url: str

    @property
    def theirs(self) -> SandboxGateway:
        return self.world.gateway

    def settle(self, minutes: float = 1) -> None:
        """Let time go by, everything happening when it is due."""
        end = self.clock.now() + int(minutes * MINUTE)
        self.world.step()
        while (due := self.world.next_due()) is not None and due <= end:
            self.clock.forward(ms=max(due - self.clock.now(), 0))
            self.world.step()
        self.clock.forward(ms=end - self.clock.now())

    def goes_wrong(self, operation: str, effect: str, **more: Any) -> None:
        self.world.faults.add(Fault(operation, effect, **more))

    def wish(self, reference: str = REFERENCE) -> LinkWish:
        return LinkWish(reference, Paise(24900), "Doctor on the phone", self.clock.now() + 16 * MINUTE, f"{self.url}/sandbox/")

    def link(self, reference: str = REFERENCE) -> GatewayLink:
        made = self.ours.create_link(self.wish(reference))
        assert isinstance(made, Ok)
        return made.value


@pytest.fixture
def stage() -> Iterator[Stage]:
    clock, product = HandClock(), Product()
    door = Listener(product.app).start()
    world = Sandbox(clock, door.url, ACCOUNTS, timeout_s=2)
    server = listen(world)
    ours = Razorpay(ACCOUNTS.razorpay_key_id, ACCOUNTS.razorpay_key_secret, server.url, (2.0, 2.0))
    yield Stage(clock, world, product, ours, server.url)
    world.hooks.stopping.set()
    server.stop()
    door.stop()


def a_refund(payment_id: str, body: str = '{"amount": 24900, "speed": "normal"}') -> RefundWish:
    return RefundWish(payment_id, f"rf-{payment_id}", body)


def test_a_link_is_made_found_fetched_and_cancelled(stage: Stage) -> None:
    assert stage.ours.find_link(REFERENCE) == Ok(None)
    made = stage.link()
    assert (made.reference, made.amount, made.state, made.payments) == (REFERENCE, Paise(24900), LinkState.OPEN, ())
    assert stage.ours.find_link(REFERENCE) == stage.ours.fetch_link(made.link_id) == Ok(made)

    cancelled = replace(made, state=LinkState.CANCELLED)
    assert stage.ours.cancel_link(made.link_id) == stage.ours.fetch_link(made.link_id) == Ok(cancelled)
    stage.settle()
    assert stage.product.facts() == [LinkClosed(REFERENCE, LinkState.CANCELLED)]


def test_a_link_that_nobody_pays_expires(stage: Stage) -> None:
    made = stage.link()
    stage.settle(minutes=17)
    assert stage.ours.find_link(REFERENCE) == Ok(replace(made, state=LinkState.EXPIRED))
    assert stage.product.facts() == [LinkClosed(REFERENCE, LinkState.EXPIRED)]


def test_asking_and_being_told_agree_on_who_paid(stage: Stage) -> None:
    made = stage.link()
    [payment_id] = stage.theirs.pay(made.link_id)
    paid = Captured(REFERENCE, payment_id, Paise(24900))
    stage.settle()
    assert stage.ours.fetch_link(made.link_id) == Ok(replace(made, state=LinkState.PAID, payments=(paid,)))
    assert set(stage.product.facts()) == {paid}
    assert {event.name for event in stage.product.events} == {"payment.authorized", "payment.captured", "payment_link.paid"}
    assert (len({event.event_id for event in stage.product.events}), stage.product.strangers) == (3, 0)


def test_every_payment_of_a_link_is_seen_twice_paid_and_late_ones(stage: Stage) -> None:
    made = stage.link()
    both = stage.theirs.pay(made.link_id, times=2)
    late = stage.theirs.pay_late(made.link_id)
    stage.settle()
    answer = stage.ours.find_link(REFERENCE)
    assert isinstance(answer, Ok)
    assert answer.value is not None
    assert {each.payment_id for each in answer.value.payments} == {*both, late}


def test_a_late_payment_that_no_link_event_tells_of_is_found_by_asking(stage: Stage) -> None:
    stage.theirs.tell_of_closed = False
    made = stage.link()
    stage.settle(minutes=17)
    late = stage.theirs.pay_late(made.link_id)
    stage.settle()
    answer = stage.ours.fetch_link(made.link_id)
    assert isinstance(answer, Ok)
    assert (answer.value.state, [each.payment_id for each in answer.value.payments]) == (LinkState.EXPIRED, [late])


def test_attempts_that_brought_no_money_are_no_facts(stage: Stage) -> None:
    made = stage.link()
    stage.theirs.fail(made.link_id)
    stage.theirs.leave_uncaptured(made.link_id, minutes=5)  # goes back by itself, with events of a refund
    stage.settle(minutes=10)
    assert "refund.processed" in {event.name for event in stage.product.events}
    assert stage.product.facts() == []
    assert stage.ours.fetch_link(made.link_id) == Ok(made)


def test_a_refund_is_asked_for_once_and_followed_to_its_end(stage: Stage) -> None:
    [payment_id] = stage.theirs.pay(stage.link().link_id)
    assert stage.ours.refunds_of(payment_id) == Ok(())
    first = stage.ours.refund(a_refund(payment_id))
    assert isinstance(first, Ok)
    assert first.value == GatewayRefund(first.value.refund_id, payment_id, Paise(24900), RefundState.PENDING)
    assert stage.ours.refund(a_refund(payment_id)) == first
    stage.settle()
    done = replace(first.value, state=RefundState.DONE)
    assert stage.ours.refunds_of(payment_id) == Ok((done,))
    assert [fact for fact in stage.product.facts() if isinstance(fact, GatewayRefund)] == [first.value, done]
    assert stage.theirs.refunded_total() == 24900


@pytest.mark.parametrize("observed", [False, True], ids=["documented", "observed"])
def test_every_refusal_is_understood_in_the_words_of_the_pages_and_of_merchants(stage: Stage, observed: bool) -> None:
    stage.theirs.observed = observed
    made = stage.link()

    def why(answer: object) -> Refusal:
        assert isinstance(answer, Rejected)
        return answer.why

    assert why(stage.ours.create_link(stage.wish())) == Refusal.TAKEN
    assert why(stage.ours.create_link(replace(stage.wish("c_2"), expires_at=stage.clock.now()))) == Refusal.OTHER
    assert why(stage.ours.fetch_link("plink_nobody")) == why(stage.ours.cancel_link("plink_nobody")) == Refusal.GONE
    assert why(stage.ours.refund(a_refund("pay_nobody"))) == why(stage.ours.refunds_of("pay_nobody")) == Refusal.GONE

    [payment_id] = stage.theirs.pay(made.link_id)
    assert why(stage.ours.cancel_link(made.link_id)) == Refusal.PAID
    stage.theirs.set_balance(100)
    assert why(stage.ours.refund(a_refund(payment_id))) == Refusal.BALANCE
    stage.theirs.set_balance(None)
    assert isinstance(stage.ours.refund(a_refund(payment_id)), Ok)
    assert why(stage.ours.refund(a_refund(payment_id, '{"speed": "normal", "amount": 24900}'))) == Refusal.OTHER
    assert why(stage.ours.refund(replace(a_refund(payment_id), key="rf-another-key"))) == Refusal.REFUNDED

    gone = stage.link("c_3")
    stage.ours.cancel_link(gone.link_id)
    assert why(stage.ours.cancel_link(gone.link_id)) == Refusal.GONE
    stranger = Razorpay(ACCOUNTS.razorpay_key_id, "another", stage.url, (2.0, 2.0))
    assert why(stranger.find_link(REFERENCE)) == Refusal.ACCOUNT


@pytest.mark.parametrize("effect", ["error_after", "hang_after"])
def test_a_link_whose_answer_was_lost_is_found_by_its_reference(stage: Stage, effect: str) -> None:
    stage.goes_wrong("link.create", effect, ms=1200, status=504, code="html")
    gateway = Razorpay(ACCOUNTS.razorpay_key_id, ACCOUNTS.razorpay_key_secret, stage.url, (2.0, 0.6))
    assert isinstance(gateway.create_link(stage.wish()), Unknown)
    found = stage.ours.find_link(REFERENCE)
    assert isinstance(found, Ok)
    assert found.value is not None
    assert len(stage.theirs.links()) == 1


def test_a_refund_whose_answer_was_lost_is_asked_for_again_and_made_once(stage: Stage) -> None:
    [payment_id] = stage.theirs.pay(stage.link().link_id)
    stage.goes_wrong("refund.create", "error_after", status=504)
    assert isinstance(stage.ours.refund(a_refund(payment_id)), Unknown)
    again = stage.ours.refund(a_refund(payment_id))
    assert isinstance(again, Ok)
    assert stage.ours.refunds_of(payment_id) == Ok((again.value,))
    assert stage.theirs.refunded_total() == 24900


OPERATIONS = ["link.create", "link.list", "link.fetch", "link.cancel", "refund.create", "refund.list", "payment.list"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_trouble_at_the_gateway_is_unknown_and_crowds_are_later(stage: Stage, operation: str) -> None:
    made = stage.link()
    [payment_id] = stage.theirs.pay(stage.link("c_2").link_id)
    ask = {
        "link.create": lambda: stage.ours.create_link(stage.wish("c_3")),
        "link.list": lambda: stage.ours.find_link(REFERENCE),
        "link.fetch": lambda: stage.ours.fetch_link(made.link_id),
        "link.cancel": lambda: stage.ours.cancel_link(made.link_id),
        "refund.create": lambda: stage.ours.refund(a_refund(payment_id)),
        "refund.list": lambda: stage.ours.refunds_of(payment_id),
        "payment.list": lambda: stage.ours.payments_between(0, stage.clock.now()),
    }[operation]
    for effect in ("error_before", "html", "reset"):
        stage.goes_wrong(operation, effect)
        assert isinstance(ask(), Unknown), effect
    for status in (409, 429):
        stage.goes_wrong(operation, "error_before", status=status, retry_after=3)
        answer = ask()
        assert isinstance(answer, RetryAfter)
        assert answer.after_s == 3.0
    assert isinstance(ask(), Ok)


def test_the_books_agree_with_what_was_captured_and_given_back(stage: Stage) -> None:
    begin = stage.clock.now()
    paid = [stage.theirs.pay(stage.link(f"c_{n}").link_id)[0] for n in range(120)]
    stage.theirs.fail(stage.link("c_failed").link_id)
    stage.ours.refund(a_refund(paid[0]))
    end = stage.clock.now() + 1
    stage.clock.forward(minutes=1)
    stage.theirs.pay(stage.link("c_later").link_id)
    books = stage.ours.payments_between(begin, end)
    assert isinstance(books, Ok)
    assert len(books.value) == 121
    assert sum(line.amount.amount for line in books.value if line.captured) == stage.theirs.captured_total(begin, end) == 120 * 24900
    assert [line.payment_id for line in books.value if line.refunded.amount] == [paid[0]]


def test_events_made_before_a_new_secret_still_verify_and_forged_ones_do_not(stage: Stage) -> None:
    stage.product.hooks = RazorpayHooks(["new-secret", ACCOUNTS.razorpay_webhook_secret])
    stage.theirs.pay(stage.link().link_id)
    stage.theirs.rotate_secret("new-secret")
    stage.theirs.pay(stage.link("c_2").link_id)
    stage.theirs.send_event("payment_link.paid", {"payload": {}}, secret="stranger")
    stage.settle()
    told = {fact.reference for fact in stage.product.facts() if isinstance(fact, Captured)}
    assert (told, stage.product.strangers) == ({REFERENCE, "c_2"}, 1)


def test_the_browser_comes_back_with_a_signature_that_we_know(stage: Stage) -> None:
    made = stage.link()
    back = requests.post(made.url, data={"do": "pay"}, timeout=2, allow_redirects=False).headers.get("Location", "")
    params = dict(parse_qsl(back.partition("?")[2]))
    assert params["razorpay_payment_link_reference_id"] == REFERENCE
    assert is_our_return(params, ACCOUNTS.razorpay_key_secret)
