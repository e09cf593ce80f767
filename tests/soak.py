"""The long tests: `make soak`, with MINUTES= (default 20), SEED= and ONLY= (carnage, carnage-postgres, money, schedules,
schedules-postgres, fuzz).

Each part gets its share of the minutes and prints its seconds; exit 1 when any part found a fault.
"""

import logging
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from ivr.run.development import fresh_keys
from ivr.settings import Settings
from ivr.store.migrate import migrate
from tests import servers
from tests.consults.simulation import Simulation
from tests.consults.simulation_verdict import Verdict
from tests.deployed.carnage import carnage
from tests.schedules.many import play_many

_SCHEDULES, _ON_POSTGRES = 5_000, 200
_PEOPLE = 2_400  # one in ten hears of a consult under way, or is sold nothing: 2,000 consults and more


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


def _money(minutes: float, seed: int) -> bool:
    """The simulation of money on both databases: once each with over 2,000 consults, however long it takes, then until the time is over."""
    logging.getLogger("ivr").setLevel(logging.CRITICAL)  # alarms by the thousand
    deadline = time.monotonic() + minutes * 60
    with servers.postgres() as url:
        while True:
            for database in ("", _fresh_database(url, f"money_{seed}")):
                if not _sold(database, seed):
                    return False
            seed += 1
            if time.monotonic() > deadline:
                return True


def _sold(database: str, seed: int) -> bool:
    """One run, on PostgreSQL or a new SQLite file; whether the verdict found no fault."""
    with tempfile.TemporaryDirectory(prefix="m-") as folder:
        database_url = database or f"sqlite:///{folder}/ivr.db"
        migrate(database_url)
        keys = {name.lower(): value for name, value in fresh_keys().items()}
        paid = {"razorpay_key_id": "rzp_test_soak", "razorpay_key_secret": "key-secret", "razorpay_webhook_secret": "webhook-secret"}
        told = {"plivo_auth_id": "MA000000000000000000", "plivo_auth_token": "token"}
        given: dict[str, Any] = {**keys, **paid, **told, "var_dir": Path(folder) / "var"}
        settings = Settings(**given, database_url=database_url, database_pool=24)
        simulation = Simulation(settings, Path(folder), seed, _PEOPLE)
        try:
            verdict = Verdict(simulation.run())
            faults, done = verdict.faults(), verdict.done()
        finally:
            simulation.close()
    print(f"  seed {seed} on {'PostgreSQL' if database else 'SQLite'}: {done}", *faults[:20], sep="\n    ", flush=True)
    return not faults


def _schedules(minutes: float, seed: int) -> bool:
    """5,000 small clinics on every core, however long it takes; more while there is time."""
    deadline, faults, first = time.monotonic() + minutes * 60, 0, True
    while not faults and (first or time.monotonic() < deadline):
        faults, first = _played(play_many(seed, _SCHEDULES)), False
        seed += _SCHEDULES
    return not faults


def _schedules_postgres(minutes: float, seed: int) -> bool:
    """200 of them, however long it takes, on a database for each core."""
    with servers.postgres() as url:
        databases = [_fresh_database(url, f"schedules_{seed}_{number}") for number in range(os.cpu_count() or 1)]
        for database in databases:
            migrate(database)
        return not _played(play_many(seed, _ON_POSTGRES, databases))


def _played(blocks: Iterable[tuple[list[str], Counter[str]]]) -> int:
    """How many faults there were; they are told as they come, with their seeds."""
    seen, faults = Counter[str](), 0
    for found, done in blocks:
        seen, faults = seen + done, faults + len(found)
        for fault in found:
            print(f"  {fault}", flush=True)
    print(f"  {_told(seen)}", flush=True)
    return faults


def _told(seen: Counter[str]) -> dict[str, int]:
    return {what: seen[what] for what in ("seeds", "paid", "completed", "refunded", "talks", "webhooks", "died", "doubled", "late", "lost")}


def _fuzz(minutes: float, seed: int) -> bool:
    """The fuzz tests with as many examples as fit; Hypothesis prints whatever breaks them."""
    environment = {**os.environ, "HYPOTHESIS_EXAMPLES": str(int(3000 * minutes))}
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--timeout=0"]
    command = [*pytest, f"--hypothesis-seed={seed}", "tests/web/test_fuzz.py"]
    return subprocess.run(command, env=environment, check=False).returncode == 0


PARTS: dict[str, tuple[float, Callable[[float, int], bool]]] = {
    "carnage": (0.275, _carnage),
    "carnage-postgres": (0.275, _carnage_postgres),
    "money": (0.2, _money),
    "schedules": (0.1, _schedules),
    "schedules-postgres": (0.05, _schedules_postgres),
    "fuzz": (0.1, _fuzz),
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
