import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.schedules.house import House, Rig, fast_folder


@pytest.fixture(scope="session")
def house_of(_migrated_sqlite: Path) -> Iterator[Callable[..., House]]:
    """The product with one provider, built once in a test process; or built anew for a rig that changes files."""
    with tempfile.TemporaryDirectory(prefix="h-", dir=fast_folder()) as folder:
        built: dict[str, House] = {}

        def house(provider: str, rig: Rig | None = None) -> House:
            if rig is not None and rig.anew:
                return House(provider, _migrated_sqlite, Path(tempfile.mkdtemp(dir=folder)), rig)
            if provider not in built:
                built[provider] = House(provider, _migrated_sqlite, Path(tempfile.mkdtemp(dir=folder)))
            return built[provider] if rig is None else built[provider].rigged(rig)

        yield house
        for each in built.values():
            each.close()
