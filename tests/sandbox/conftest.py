import json
from collections.abc import Iterator
from itertools import count

import pytest
from far_end import ACCOUNTS, CALLER, SHOWN, Answer, HandWoundClock, Product, gateway_client, plivo_client, twilio_client

from ivr.sandbox.listener import Listener
from ivr.sandbox.server import listen
from ivr.sandbox.world import Sandbox


@pytest.fixture
def clock() -> HandWoundClock:
    return HandWoundClock()


@pytest.fixture
def product() -> Iterator[Product]:
    far_end = Product()
    yield far_end
    far_end.listener.stop()


@pytest.fixture
def world(clock: HandWoundClock, product: Product) -> Sandbox:
    return Sandbox(clock, product.url, ACCOUNTS, timeout_s=0.4)


@pytest.fixture
def server(world: Sandbox) -> Iterator[Listener]:
    listener = listen(world)
    yield listener
    world.hooks.stopping.set()
    listener.stop()


@pytest.fixture
def plivo(server: Listener):
    return plivo_client(server.url)


@pytest.fixture
def twilio(server: Listener):
    return twilio_client(server.url)


@pytest.fixture
def sdk(server: Listener):
    """Razorpay's."""
    return gateway_client(server.url)


@pytest.fixture
def make_link(sdk, clock: HandWoundClock):
    """One payment link through the SDK, as it was answered."""
    numbers = count(1)

    def make(**more):
        wish = {
            "amount": 24900,
            "currency": "INR",
            "accept_partial": False,
            "description": "Orthopaedic consultation",
            "reference_id": f"c_01-{next(numbers)}",
            "expire_by": clock.now() // 1000 + 960,
            "reminder_enable": False,
            "notify": {"sms": False, "email": False},
            "callback_url": "http://127.0.0.1:8000/MFINEX/token/paid",
            "callback_method": "get",
        }
        return sdk.payment_link.create({**wish, **more})

    return make


@pytest.fixture
def told(product: Product):
    """The events that came to the product, as JSON, oldest first."""

    def events():
        return [json.loads(each.body) for each in product.at("/payments/razorpay")]

    return events


@pytest.fixture
def place(product, plivo, twilio):
    """One call through a provider's SDK; returns its id."""
    product.answers("/answer", Answer("<Response><Hangup/></Response>"))

    def plivo_call(to="919845012345", **more):
        urls = {"answer_url": f"{product.url}/answer", "hangup_url": f"{product.url}/ended"}
        return plivo.calls.create(**{"from_": SHOWN, "to_": to, **urls, **more}).request_uuid

    def twilio_call(to=CALLER, **more):
        urls = {"url": f"{product.url}/answer", "status_callback": f"{product.url}/ended"}
        return twilio.calls.create(**{"from_": f"+{SHOWN}", "to": to, **urls, **more}).sid

    return {"plivo": plivo_call, "twilio": twilio_call}


@pytest.fixture
def settle(world: Sandbox, clock: HandWoundClock):
    """Wind the clock from one due action to the next until nothing waits."""

    def run(until_ms: int = 60_000) -> None:
        end = clock.now() + until_ms
        while (due := world.next_due()) is not None and due <= end:
            clock.forward(max(due - clock.now(), 0))
            world.step()

    return run


@pytest.fixture
def pass_time(world: Sandbox, clock: HandWoundClock):
    """Let exactly so many milliseconds go by, everything happening when it is due."""

    def run(ms: int) -> None:
        end = clock.now() + ms
        world.step()
        while (due := world.next_due()) is not None and due <= end:
            clock.forward(max(due - clock.now(), 0))
            world.step()
        clock.forward(end - clock.now())

    return run
