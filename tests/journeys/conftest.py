from collections.abc import Callable, Iterator

import pytest

from ivr.settings import Settings
from tests.clock import HandClock
from tests.stage import Stage, stage_on


@pytest.fixture(params=["plivo", "twilio"])
def provider(request: pytest.FixtureRequest) -> str:
    """Each journey that asks for it is played with both providers."""
    return str(request.param)


@pytest.fixture
def changes() -> dict[str, object]:
    """Override to play a journey with other settings."""
    return {}


@pytest.fixture
def stage(
    make_settings: Callable[..., Settings], database_url: str, redis_url: str, clock: HandClock, provider: str, changes: dict[str, object]
) -> Iterator[Stage]:
    base: dict[str, object] = {
        "database_url": database_url,
        "redis_url": redis_url,
        "voice_provider": provider,
        "text_provider": provider,
        "provider_read_seconds": 0.5,
    }
    with stage_on(make_settings(**{**base, **changes}), clock, provider) as stage:
        yield stage
