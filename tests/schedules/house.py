"""The product in one process: its web side and its workers, each with a clock of its own, on a database that is another one for each seed.

Built once, for building takes longer than a seed. Workers die as in `tests.consults.dying`; the database goes away for a while.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from copy import copy
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from json import dumps, loads
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from flask import Flask

from ivr import wiring
from ivr.callbacks.placing import Placing
from ivr.connecting.moving import Moving
from ivr.model.errors import DatabaseAway
from ivr.model.ports import CallPlacer
from ivr.run.development import fresh_keys
from ivr.sandbox.records import Accounts
from ivr.settings import ROOT, Settings
from ivr.store.database import Database, open_database
from ivr.store.tx import Addition, Tx
from ivr.web.app import create_app
from ivr.wiring import App
from ivr.wiring.consults import Money
from tests.clock import HandClock
from tests.consults.dying import Fate, MortalDatabase, MortalGateway, swapped
from tests.journeys.conftest import FROM_ABROAD
from tests.schedules.network import OURS, THEIRS
from workers.relay import Relay
from workers.sweeps import SWEEPS, expire_leases, page, plan_money_day

T = TypeVar("T")
KINDS_LEFT_OUT = ("texts",)
"""The queue of texts: who sends them, and what becomes of them, is played elsewhere."""
_SWEPT = tuple(each for each in SWEEPS if each not in (page, plan_money_day, expire_leases))


@dataclass
class Machine:
    """The clock of one machine, some seconds before or behind the true time."""

    true: HandClock
    skew_ms: int = 0

    def now(self) -> int:
        return self.true.now() + self.skew_ms


@dataclass
class Watched:
    """The database: another one for each seed. After each commit somebody looks at it; now and then it is away."""

    clock: HandClock
    real: Database | None = None
    away_until: int = 0
    commits: int = 0
    looks: Callable[[], None] = lambda: None

    def write(self, work: Callable[[Tx], T], wait_s: float = 10.0) -> T:
        result = self._here().write(work, wait_s)
        self._committed()
        return result

    def add_at_once(self, additions: Callable[[], Sequence[Addition] | None]) -> bool:
        done = self._here().add_at_once(additions)
        if done:
            self._committed()
        return done

    def read(self) -> AbstractContextManager[Tx]:
        return self._here().read()

    def changes(self) -> Callable[[], int] | None:
        return None

    def close(self) -> None:
        if self.real is not None:
            self.real.close()

    def _here(self) -> Database:
        if self.real is None or self.clock.now() < self.away_until:
            raise DatabaseAway("it is away")
        return self.real

    def _committed(self) -> None:
        self.commits += 1
        self.looks()


@dataclass
class Chances(Fate):
    """`scale` times the usual odds of dying."""

    scale: float = 0.0

    def is_due(self, where: str) -> bool:
        return self.scale > 0 and self.dice.random() < 0.006 * self.scale


@dataclass
class Pace:
    """Of calls at the provider, kept here instead of in Redis."""

    next_at: int = 0

    def wait_ms(self, provider: str, per_second: float, now: int) -> int:
        wait = max(0, self.next_at - now)
        if not wait:
            self.next_at = now + int(1000 / per_second)
        return min(wait, 60_000)


def _as_it_is(part: Any) -> Any:
    return part


@dataclass(frozen=True, slots=True)
class Rig:
    """What is put in the place of real parts, to see that the verdict notices. `ddl`: second guards that are taken away as well."""

    parts: Callable[[App], App] = _as_it_is
    relay: Callable[[Relay], Relay] = _as_it_is
    placing: Callable[[Placing], Placing] = _as_it_is
    placer: Callable[[Any], Any] = _as_it_is
    moving: Callable[[Moving], Moving] = _as_it_is
    ddl: tuple[str, ...] = ()
    flows: Callable[[Path], object] = _as_it_is  # what is written otherwise in a copy of `callflows/`
    crowd: bool = False  # more people, who all do what is expected of them

    @property
    def anew(self) -> bool:
        """Whether files differ, so that all is to be loaded again."""
        return self.flows is not _as_it_is


@dataclass(frozen=True)
class WorkerApp(App):
    """The application of relay and workers: real, but that they can die, and that calls are paced without Redis."""

    fate: Fate
    pace: Pace
    rig: Rig

    @cached_property
    def money(self) -> Money:
        real = super().money
        gateway = real.collecting.gateway
        return swapped(real, gateway, MortalGateway(gateway, self.fate))

    @cached_property
    def placing(self) -> Placing:
        return self.rig.placing(replace(super().placing, pace=self.pace))

    @cached_property
    def moving(self) -> Moving:
        return self.rig.moving(super().moving)

    @cached_property
    def _placers(self) -> Mapping[str, CallPlacer]:
        return {name: MortalGateway(self.rig.placer(real), self.fate, name) for name, real in super()._placers.items()}  # type: ignore[misc]


@dataclass
class Bench:
    """A queue: what the relay puts in is handed on, as JSON would carry it."""

    take: Callable[[str, list[str]], None]
    count: int = 0

    def enqueue_many(self, jobs: list[Any]) -> None:
        for job in jobs:
            function, ids = loads(dumps([job.func, list(job.args)]))
            self.take(function, ids)


class Steps(Relay):
    """The relay, stepped by hand, with a bench in Redis's place and without the queues left out."""

    def __init__(self, app: App, take: Callable[[str, list[str]], None]) -> None:
        super().__init__(app, _SWEPT)
        self._queues = {name: Bench(take) for name in self._queues if name not in KINDS_LEFT_OUT}  # type: ignore[misc]

    def move(self) -> int:
        return sum(self._move_queue(name) for name in self._queues)


@dataclass
class House:
    """`migrated`: a SQLite file to be copied for each seed, or the URL of a PostgreSQL that is emptied. `folder`: on a fast disk."""

    provider: str
    migrated: Path | str
    folder: Path
    rig: Rig = field(default_factory=Rig)
    clock: HandClock = field(default_factory=HandClock)

    def __post_init__(self) -> None:
        self.begins = self.clock.now()
        self.database = Watched(self.clock)
        self.fate, self.pace = Chances(Random(0)), Pace()
        self.web_clock, self.worker_clock = Machine(self.clock), Machine(self.clock)
        self.settings = _settings(self.provider, self.folder)
        self.rig.flows(self.folder / "callflows")
        self._bare = wiring.build(self.settings, self.web_clock), wiring.build(self.settings, self.worker_clock)
        self._fit()
        key = self.settings.razorpay_key_id, self.settings.razorpay_key_secret.get_secret_value()
        self.accounts = Accounts(
            self.settings.plivo_auth_id,
            self.settings.plivo_auth_token[0].get_secret_value(),
            self.settings.twilio_account_sid,
            self.settings.twilio_auth_token[0].get_secret_value(),
            *key,
            self.settings.razorpay_webhook_secret[0].get_secret_value(),
        )

    def open(self, seed: int, scale: float) -> None:
        """An empty database, the first moment, and nobody dead yet."""
        self.close()
        self.clock.forward(ms=self.begins - self.clock.now())
        self.fate.dice, self.fate.kills, self.fate.scale = Random(seed), Counter(), scale
        self.pace.next_at = self.database.commits = self.database.away_until = 0
        if isinstance(self.migrated, Path):
            path = self.folder / "ivr.db"
            for old in self.folder.glob("ivr.db*"):
                old.unlink()
            shutil.copy(self.migrated, path)
            self.database.real = open_database(f"sqlite:///{path}")
        else:
            self.database.real = open_database(self.migrated, 8)
            _empty(self.migrated)
        for statement in self.rig.ddl:
            _carry_out(self.folder / "ivr.db", statement)

    def close(self) -> None:
        self.database.looks = lambda: None
        self.database.close()
        self.database.real = None

    def relay(self, take: Callable[[str, list[str]], None]) -> Relay:
        return self.rig.relay(Steps(self.worker, take))

    def rigged(self, rig: Rig) -> "House":
        """The same house with parts replaced. Only one of the two is played at a time."""
        other = copy(self)
        other.rig = rig
        other._fit()
        return other

    def _fit(self) -> None:
        ours, theirs = (self.rig.parts(each) for each in self._bare)  # before databases are swapped: who shared a part shares it still
        self.app = swapped(ours, ours.database, self.database)
        app = swapped(theirs, theirs.database, MortalDatabase(self.database, self.fate))
        parts = {each.name: getattr(app, each.name) for each in fields(App)}
        self.worker = WorkerApp(**parts, fate=self.fate, pace=self.pace, rig=self.rig)
        self.web: Flask = create_app(self.app)


def fast_folder() -> Path:
    """Where files need no disk, if this machine has such a place."""
    shared = Path("/dev/shm")
    return shared if shared.is_dir() else Path(tempfile.gettempdir())


def _settings(provider: str, folder: Path) -> Settings:
    flows = folder / "callflows"
    shutil.copytree(ROOT / "callflows", flows, dirs_exist_ok=True)
    lines = flows / "lines.yaml"
    lines.write_text((ROOT / "callflows" / "lines.yaml").read_text(encoding="utf-8") + FROM_ABROAD, encoding="utf-8")
    keys: dict[str, Any] = {name.lower(): value for name, value in fresh_keys().items()}
    paid = {"razorpay_key_id": "rzp_test_schedules", "razorpay_key_secret": "key-secret", "razorpay_webhook_secret": "webhook-secret"}
    plivo = {"plivo_auth_id": "MA000000000000000000", "plivo_auth_token": "plivo-token"}
    twilio = {"twilio_account_sid": "AC" + "0" * 32, "twilio_auth_token": "12345678901234567890123456789012"}
    where = {f"{vendor}_api_url": THEIRS for vendor in ("plivo", "twilio", "razorpay")}
    rest: dict[str, Any] = {"voice_provider": provider, "text_provider": provider, "callflows_dir": flows}
    rest |= {"redis_url": "redis://127.0.0.1:1", "public_url": OURS, "open_consults_max": 100, "var_dir": folder / "var"}
    rest |= {"twilio_calls_per_second": 2.0, "serve_by_minutes": 14, "channels_reserved": 4}
    return Settings(**{**keys, **paid, **plivo, **twilio, **where, **rest})


def _empty(url: str) -> None:
    import psycopg

    from ivr.store.schema import metadata

    with psycopg.connect(url, autocommit=True) as connection:
        names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
        connection.execute(f"TRUNCATE {names} CASCADE")


def _carry_out(path: Path, statement: str) -> None:
    import sqlite3

    with sqlite3.connect(path) as connection:
        connection.execute(statement)
