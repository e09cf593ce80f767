"""The long tests: `make soak`, with MINUTES= (default 20), SEED= and ONLY= (carnage, carnage-postgres, fuzz).

Each part gets its share of the minutes and prints its seconds; exit 1 when any part found a fault.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable

from tests import servers
from tests.deployed.carnage import carnage


def _carnage(minutes: float, seed: int) -> bool:
    return _rounds(minutes, seed, "")


def _carnage_postgres(minutes: float, seed: int) -> bool:
    with servers.postgres() as url:
        return _rounds(minutes, seed, url)


def _rounds(minutes: float, seed: int, database_url: str) -> bool:
    """Rounds of 400 calls, each with its own seed, until the minutes are over."""
    deadline = time.monotonic() + minutes * 60
    clean = True
    while time.monotonic() < deadline or not clean:
        seen = carnage(calls=600, seconds=60, seed=seed, database_url=database_url)
        print(f"  seed {seed}: {seen}", flush=True)
        if not seen.clean:
            return False
        seed += 1
    return True


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
