import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ivr.settings import ROOT, Settings
from tests.clock import HandClock
from tests.stage import Stage, stage_on

# Twilio may call Indian phones only while showing a number of another country, so a clinic on Twilio publishes such a line.
FROM_ABROAD = """
  - {number: "+12025550144", name: Voice menu, when_it_rings: answer, then: flow hotline, language: en, languages: [kn, en, hi]}
  - {number: "+12025550148", name: Call me back, when_it_rings: missed call, then: call back hotline, language: en, languages: [kn, en, hi]}
"""


@pytest.fixture(params=["plivo", "twilio"])
def provider(request: pytest.FixtureRequest) -> str:
    """Each journey that asks for it is played with both providers."""
    return str(request.param)


@pytest.fixture
def changes() -> dict[str, object]:
    """Override to play a journey with other settings."""
    return {}


@pytest.fixture
def callflows(tmp_path: Path) -> Path:
    """The shipped folder, and lines from abroad; a journey may write in it."""
    folder = tmp_path / "callflows"
    shutil.copytree(ROOT / "callflows", folder)
    lines = folder / "lines.yaml"
    lines.write_text(lines.read_text(encoding="utf-8") + FROM_ABROAD, encoding="utf-8")
    return folder


@pytest.fixture
def stage(
    make_settings: Callable[..., Settings],
    database_url: str,
    redis_url: str,
    clock: HandClock,
    provider: str,
    callflows: Path,
    changes: dict[str, object],
) -> Iterator[Stage]:
    base: dict[str, object] = {
        "database_url": database_url,
        "redis_url": redis_url,
        "voice_provider": provider,
        "text_provider": provider,
        "provider_read_seconds": 0.5,
        "callflows_dir": callflows,
    }
    with stage_on(make_settings(**{**base, **changes}), clock, provider) as stage:
        yield stage
