"""Seeds by the thousand, for `make soak`: on every core, each process with a house of its own."""

import logging
import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from ivr.store.migrate import migrate
from tests.schedules.house import House, fast_folder
from tests.schedules.schedule import Schedule

PROVIDERS = ("twilio", "plivo")
"""Even seeds are played with the first, odd ones with the second."""
_TOGETHER = 50
_MOST_TOLD = 5


def play(first: int, count: int, postgres_url: str = "") -> tuple[list[str], Counter[str]]:
    """What was found in these seeds, each fault with its seed; and what there was. On SQLite, or on a PostgreSQL that is migrated."""
    logging.getLogger("workers").setLevel(logging.CRITICAL)
    faults, seen = [], Counter[str]()
    with tempfile.TemporaryDirectory(prefix="h-", dir=fast_folder()) as folder:
        houses = _houses(Path(folder), postgres_url)
        for seed in range(first, first + count):
            played = Schedule(houses[seed % 2], seed).run()
            faults += [f"SEED={seed} {fault}" for fault in played.faults[:_MOST_TOLD]]
            seen += played.seen + played.outcomes()
            seen["seeds"] += 1
        for house in houses:
            house.close()
    return faults, seen


def play_many(first: int, count: int, postgres_urls: Sequence[str] = ()) -> Iterator[tuple[list[str], Counter[str]]]:
    """The same, some dozens at a time, on every core; or an equal share on each of these databases, side by side."""
    size = -(-count // len(postgres_urls)) if postgres_urls else _TOGETHER
    starts = range(first, first + count, size)
    with ProcessPoolExecutor(len(postgres_urls) or os.cpu_count() or 1) as crew:
        urls = postgres_urls or [""] * len(starts)
        blocks = [crew.submit(play, start, min(size, first + count - start), url) for start, url in zip(starts, urls, strict=True)]
        for block in as_completed(blocks):
            yield block.result()


def _houses(folder: Path, postgres_url: str) -> list[House]:
    migrated = folder / "migrated.db"
    if not postgres_url:
        migrate(f"sqlite:///{migrated}")
    return [House(provider, postgres_url or migrated, Path(tempfile.mkdtemp(dir=folder))) for provider in PROVIDERS]
