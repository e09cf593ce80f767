import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from zlib import crc32

import pytest

from ivr.settings import ROOT, Settings
from tests.clock import HandClock
from tests.stage import Stage, stage_on

# Twilio may call Indian phones only while showing a number of another country, so a clinic on Twilio publishes such a line.
FROM_ABROAD = """
  - {number: "+12025550144", name: Voice menu, when_it_rings: answer, then: flow hotline, language: en, languages: [kn, en, hi]}
  - {number: "+12025550148", name: Call me back, when_it_rings: missed call, then: call back hotline, language: en, languages: [kn, en, hi]}
"""


_PAIRS = ({("sqlite", "plivo"), ("postgres", "twilio")}, {("sqlite", "twilio"), ("postgres", "plivo")})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A journey marked `paired` is played on both databases and with both providers, in two of the four ways: its name decides which.

    EVERY_WAY=1 plays all four.
    """
    if os.environ.get("EVERY_WAY"):
        return
    dropped = [item for item in items if item.get_closest_marker("paired") and not _chosen(item)]
    config.hook.pytest_deselected(items=dropped)
    items[:] = [item for item in items if item not in set(dropped)]


def _chosen(item: pytest.Item) -> bool:
    given = item.callspec.params  # type: ignore[attr-defined]  # every function with fixtures of several values has it
    way = (given.get("database_url"), given.get("provider"))
    return None in way or way in _PAIRS[crc32(item.name.partition("[")[0].encode()) % 2]


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
