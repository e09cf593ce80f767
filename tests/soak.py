"""The long tests: `make soak`, with MINUTES= (default 20), SEED= and ONLY= (carnage, carnage-postgres, fuzz).

Each part gets its share of the minutes and prints its seconds; exit 1 when any part found a fault.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import psycopg

from tests import servers
from tests.deployed.carnage import carnage


def _carnage(minutes: float, seed: int) -> bool:
    return _rounds(minutes, seed, lambda _: "")


def _carnage_postgres(minutes: float, seed: int) -> bool:
    with servers.postgres() as url:
        return _rounds(minutes, seed, lambda name: _fresh_database(url, name))


def _rounds(minutes: float, seed: int, database: Callable[[str], str]) -> bool:
    """Rounds of 300 calls and all that follows from them, each with its own seed and database, until the minutes are over."""
    deadline = time.monotonic() + minutes * 60
    while time.monotonic() < deadline:
        url = database(f"soak_{seed}")
        seen = carnage(texts=200, call_backs=40, walks=60, seconds=60, seed=seed, database_url=url, ruthless=True)
        print(f"  seed {seed}: {seen}", flush=True)
        if not seen.clean:
            return False
        seed += 1
    return True


def _fresh_database(url: str, name: str) -> str:
    """An empty one on the same server: every round has keys of its own, and cannot read another's callers."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _fuzz(minutes: float, seed: int) -> bool:
    """The fuzz tests with as many examples as fit; Hypothesis prints whatever breaks them."""
    environment = {**os.environ, "HYPOTHESIS_EXAMPLES": str(int(3000 * minutes))}
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout=0"]
    command = [*pytest, f"--hypothesis-seed={seed}", "tests/web/test_fuzz.py"]
    return subprocess.run(command, env=environment, check=False).returncode == 0


PARTS: dict[str, tuple[float, Callable[[float, int], bool]]] = {
    "carnage": (0.4, _carnage),
    "carnage-postgres": (0.4, _carnage_postgres),
    "fuzz": (0.2, _fuzz),
}


def main() -> int:
    minutes, seed = float(os.environ.get("MINUTES") or 20), int(os.environ.get("SEED") or time.time())
    chosen = [name for name in (os.environ.get("ONLY") or ",".join(PARTS)).split(",") if name]
    if unknown := set(chosen) - set(PARTS):
        print(f"ONLY: no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
        return 2
    whole = sum(PARTS[name][0] for name in chosen)
    faults = []
    for name in chosen:
        share, part = PARTS[name]
        print(f"{name} (SEED={seed})", flush=True)
        started = time.monotonic()
        if not part(minutes * share / whole, seed):
            faults.append(name)
        print(f"{name}: {'a fault' if name in faults else 'clean'}, {time.monotonic() - started:.0f} s", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
