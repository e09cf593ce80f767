from collections.abc import Iterator

import pytest
from far_end import ACCOUNTS, CALLER, SHOWN, Answer, HandWoundClock, Product, plivo_client, twilio_client

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
