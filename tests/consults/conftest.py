import logging
from collections.abc import Callable, Iterator

import pytest

from ivr.sandbox.listener import Listener
from ivr.sandbox.server import listen
from ivr.sandbox.world import Accounts, Sandbox
from ivr.settings import Settings
from ivr.web.app import create_app
from ivr.wiring import build
from tests.clock import HandClock
from tests.consults.logs import numbers_in
from tests.consults.scene import Scene
from tests.duty import resting

ACCOUNTS = Accounts("MA000000000000000000", "plivo-token-000000000000", "AC" + "0" * 32, "twilio-token-00000000000")


@pytest.fixture
def changes() -> dict[str, object]:
    """Override to play with other settings."""
    return {}


@pytest.fixture
def scene(
    database_url: str,
    make_settings: Callable[..., Settings],
    clock: HandClock,
    changes: dict[str, object],
    caplog: pytest.LogCaptureFixture,
) -> Iterator[Scene]:
    caplog.set_level(logging.INFO)
    world = Sandbox(clock, "http://127.0.0.1:9", ACCOUNTS, timeout_s=2)
    api = listen(world)
    given = {
        "database_url": database_url,
        "public_url": "https://calls.example",
        "razorpay_key_id": ACCOUNTS.razorpay_key_id,
        "razorpay_key_secret": ACCOUNTS.razorpay_key_secret,
        "razorpay_webhook_secret": ACCOUNTS.razorpay_webhook_secret,
        "razorpay_api_url": api.url,
        "plivo_api_url": api.url,
        "provider_read_seconds": 1.0,
    }
    app = build(make_settings(**{**given, **changes}), clock)
    resting(app)
    door = Listener(create_app(app)).start()
    world.target = door.url
    yield Scene(app, clock, world)
    world.hooks.stopping.set()
    door.stop()
    api.stop()
    app.database.close()
    assert numbers_in(caplog.get_records("call")) == []
