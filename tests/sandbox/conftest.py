from collections.abc import Iterator

import pytest
from far_end import ACCOUNTS, HandWoundClock, Product, plivo_client, twilio_client

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
def settle(world: Sandbox, clock: HandWoundClock):
    """Wind the clock from one due action to the next until nothing waits."""

    def run(until_ms: int = 60_000) -> None:
        end = clock.now() + until_ms
        while (due := world.next_due()) is not None and due <= end:
            clock.forward(max(due - clock.now(), 0))
            world.step()

    return run
