"""Money, played with seeded dice: the real application and adapter, a gateway that misbehaves, workers that die, people who do anything.

Everything that is due at a moment happens at once, on threads: jobs (some of them twice), people, webhooks. Then the clock is wound.
What is drawn follows from the seed; what threads make of it does not, so a seed that failed may have to be played more than once.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from heapq import heapify, heappop, heappush
from itertools import count
from pathlib import Path
from pkgutil import resolve_name
from random import Random
from threading import Lock
from traceback import format_exception
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from pydantic import SecretStr
from sqlalchemy import select

from ivr import wiring
from ivr.callbacks.dials import CALL_LOOK, CALL_PLACE
from ivr.consults.booking import Bookings
from ivr.consults.daily import MONEY_DAY
from ivr.model.errors import DatabaseAway
from ivr.sandbox.faults import Fault
from ivr.sandbox.listener import Listener
from ivr.sandbox.records import Accounts
from ivr.sandbox.server import listen
from ivr.sandbox.world import Sandbox
from ivr.settings import ROOT, Settings
from ivr.store import outbox
from ivr.store.ledger import open_payments
from ivr.store.schema import alarm
from ivr.store.tx import Row
from ivr.texts.booking import LOOK, SEND
from ivr.web.app import create_app
from tests.clock import HandClock
from tests.consults.dying import Fate, Killed, MortalApp, MortalDatabase, swapped
from tests.consults.payers import Payer, Script
from tests.duty import resting
from workers import current
from workers.jobs import KINDS

MONEY = [kind for kind in KINDS if kind not in (CALL_PLACE, CALL_LOOK, SEND, LOOK)]
"""Wishes that are carried out here, whichever queue they are in: all but to call somebody, and to send a text."""
_ONCE = [kind for kind in MONEY if kind != MONEY_DAY]  # the daily comparison comes again for ever
_THREADS = 6
_MOST_TOGETHER = 4
_REISSUED_MS = 60_000
_MINUTE_MS, _HOUR_MS = 60_000, 3_600_000
_TIMEOUT_S = 0.5
_HELD_MS = 650  # an answer that comes when nobody waits for it any more
_MOST_RULES = 14
_LATER = 0.04
_MENDS_HOURS = 5
_STRIDES = (0, 1_000, 5_000, 15_000, 25_000)
_DAY_MS = 24 * _HOUR_MS

_TROUBLES: tuple[tuple[str, dict[str, Any], int], ...] = (
    *((f"{operation} error_before", {}, 3) for operation in ("link.create", "link.list", "link.fetch", "link.cancel", "refund.create")),
    *((f"{operation} error_after", {}, 4) for operation in ("link.create", "link.cancel", "refund.create", "refund.create")),
    *((f"{operation} html", {}, 1) for operation in ("link.create", "link.list", "link.fetch", "refund.create", "refund.list")),
    *((f"{operation} error_before", {"status": 429, "retry_after": 7}, 2) for operation in ("link.create", "link.fetch", "refund.create")),
    *((f"{operation} reset", {}, 1) for operation in ("link.create", "link.fetch", "refund.create", "refund.list")),
    *((f"{operation} latency", {"ms": 40}, 2) for operation in ("link.create", "refund.create", "refund.list", "hook.payment")),
    ("refund.list error_before", {}, 3),
    ("payment.list error_before", {}, 1),
    ("refund.create rejected", {}, 1),
    ("link.create rejected", {}, 1),
    ("link.create webhook_first", {}, 4),
    ("link.create error_after", {"code": "html", "status": 502}, 2),
    ("hook.payment lost", {}, 10),
    ("hook.payment duplicate", {}, 20),
    ("hook.payment reorder", {}, 20),
    ("hook.payment webhook_first", {}, 6),
)
_HELD = (("link.create", "hang_after"), ("link.create", "latency"), ("refund.create", "hang_after"), ("refund.create", "latency"))


def _as_it_is(part: Any) -> Any:
    return part


@dataclass(frozen=True, slots=True)
class Rig:
    """What is put in the place of real parts, to see that the verdict notices: nothing, unless a rule is to be broken.

    `guards` False: the gateway refunds a payment as often as it is asked to.
    """

    gateway: Callable[[Any], Any] = _as_it_is
    bookings: Callable[[Bookings], Bookings] = _as_it_is
    guards: bool = True


@dataclass
class Front:
    """Our web side, behind a machine that now and then answers in its place: before it was asked, or when it had done all."""

    dice: Random
    app: WSGIApplication | None = None

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        assert self.app is not None
        luck = self.dice.random()
        if luck < 0.02:
            if luck < 0.01:
                list(self.app(environ, lambda *_: lambda _: None))
            start_response("502 Bad Gateway", [])
            return [b""]
        return self.app(environ, start_response)


@dataclass
class Simulation:
    """One run. `settings` lack the addresses, and name a database that is migrated and empty. `consults`: how many people come.

    `twice`: how many jobs in a hundred are run twice at once. `days`: when a run that never comes to rest is given up.
    After `run`, `faults` has what went wrong on the way, `seen` what happened how often, and everything is there to be looked at.
    """

    settings: Settings
    folder: Path
    seed: int
    consults: int
    rig: Rig = field(default_factory=Rig)
    twice: int = 6
    days: int = 25
    clock: HandClock = field(default_factory=HandClock)
    seen: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    app: wiring.App = field(init=False)
    worker: MortalApp = field(init=False)

    def __post_init__(self) -> None:
        self.dice = Random(self.seed)
        self.fate = Fate(Random(self.seed + 1))
        self._people: list[tuple[int, int, Script]] = []
        self._calendar: list[tuple[int, int, Callable[[], None]]] = []
        self._echoes: list[Callable[[], None]] = []
        self._order = count()
        self._lock = Lock()
        self._begun = self.clock.now()
        self._held = max(2, self.consults // 250)
        secret = self.settings.razorpay_webhook_secret[0].get_secret_value()
        key = self.settings.razorpay_key_id, self.settings.razorpay_key_secret.get_secret_value()
        self._front = Front(Random(self.seed + 2))
        self._door = Listener(self._front).start()
        self.sandbox = Sandbox(self.clock, self._door.url, Accounts("MA", "-", "AC", "-", *key, secret), timeout_s=5)
        self._theirs = listen(self.sandbox)
        self._pool = ThreadPoolExecutor(_THREADS)
        self._set_up_the_gateway()
        addresses = {f"{vendor}_api_url": self._theirs.url for vendor in ("plivo", "twilio", "razorpay")}
        self._deploy(public_url=self._door.url, callflows_dir=_open_day_and_night(self.folder), **addresses, **_PATIENT)
        resting(self.app, 30 + self.consults // 8)

    def now(self) -> int:
        return self.clock.now()

    def run(self) -> "Simulation":
        """Until nothing is due any more, and nothing is left in a person's hands."""
        self._plan()
        while (due := self._next_due()) is not None and due < self._begun + self.days * _DAY_MS:
            self.clock.forward(ms=max(0, due - self.now()) + self.dice.choice(_STRIDES))
            self._moment()
        self.sandbox.faults.clear()
        self.seen.update({f"died {where}": times for where, times in self.fate.kills.items()})
        return self

    def close(self) -> None:
        self._pool.shutdown()
        self.sandbox.hooks.stopping.set()
        self._door.stop()
        self._theirs.stop()
        self.app.database.close()
        self.worker.database.close()

    # What is going to happen

    def _plan(self) -> None:
        """Each caller wants a consult, many want another one later; half of them come in two rushes."""
        callers = max(1, int(self.consults / 1.6))
        for number in range(self.consults):
            caller, nth = number % callers, number // callers
            dice = Random(f"{self.seed}/{number}")
            rush = (caller % 2) * 20 * _HOUR_MS
            at = self._begun + rush + int(dice.triangular(0, 3, 0.5) * _HOUR_MS) + nth * int(dice.choice((0.7, 1.5, 6, 30)) * _HOUR_MS)
            payer = Payer(self, f"+9198{caller:08d}", dice)
            self._people.append((at, next(self._order), payer.comes()))
        heapify(self._people)
        self._on(0.8, lambda: self.sandbox.gateway.set_balance(0))
        self._on(1.5, lambda: self.sandbox.gateway.set_balance(None))
        self._on(1.0, self._deploy)
        self._on(1.2, self._rotate_the_secret)
        self._on(20.4, lambda: self.sandbox.gateway.set_balance(0))
        self._on(21.0, lambda: self.sandbox.gateway.set_balance(None))
        self._on(20.6, self._deploy)
        self._on(_MENDS_HOURS, self._a_person_mends)

    def _on(self, hours: float, action: Callable[[], None]) -> None:
        heappush(self._calendar, (self._begun + int(hours * _HOUR_MS), next(self._order), action))

    def _next_due(self) -> int | None:
        with self.app.database.read() as tx:
            job = outbox.next_due(tx, _ONCE)
        heads = [self._people[0][0]] if self._people else []
        dues = [*heads, *(each for each in (job, self.sandbox.next_due()) if each is not None), *([self.now()] if self._echoes else [])]
        if not dues and self._left_to_a_person():
            return max(self.now(), self._calendar[0][0])
        return min(dues, default=None)

    def _moment(self) -> None:
        """All that is due, at once."""
        now = self.now()
        while self._calendar and self._calendar[0][0] <= now:
            heappop(self._calendar)[2]()
        self._trouble()
        tasks = [*self._who_goes_on(now), *self._jobs(now), self.sandbox.step, self.sandbox.step]
        self.dice.shuffle(tasks)
        self.seen["moments"] += 1
        for task in [self._pool.submit(self._guarded, task) for task in tasks]:
            task.result()

    def _guarded(self, task: Callable[[], object]) -> None:
        try:
            task()
        except Exception as error:  # told with its seed
            self.faults.append("".join(format_exception(error, limit=-6)).strip())

    def _who_goes_on(self, now: int) -> list[Callable[[], None]]:
        scripts = []
        while self._people and self._people[0][0] <= now:
            scripts.append(heappop(self._people)[2])
        return [lambda script=script: self._goes_on(script) for script in scripts]  # type: ignore[misc]

    def _goes_on(self, script: Script) -> None:
        seconds = next(script, None)
        if seconds is not None:
            with self._lock:
                heappush(self._people, (self.now() + int(seconds * 1000), next(self._order), script))

    # Jobs

    def _jobs(self, now: int) -> list[Callable[[], None]]:
        """What the outbox issues, in jobs of a few ids; some twice at once, some a second time later."""
        rows = self.app.database.write(lambda tx: outbox.issue(tx, MONEY, now=now, again_at=now + _REISSUED_MS, most=400))
        jobs, self._echoes = self._echoes, []
        for kind in dict.fromkeys(row.kind for row in rows):
            ids = [row.id for row in rows if row.kind == kind]
            self.dice.shuffle(ids)
            while ids:
                few = [ids.pop() for _ in range(min(len(ids), self.dice.randint(1, _MOST_TOGETHER)))]
                job = self._job(kind, few)
                jobs += [job, job] if self.dice.random() * 100 < self.twice else [job]
                self._echoes += [job] if self.dice.random() < _LATER else []
        return jobs

    def _job(self, kind: str, ids: list[str]) -> Callable[[], None]:
        function = resolve_name(KINDS[kind].function)

        def run() -> None:
            self.seen["jobs"] += 1
            deaths = self.fate.kills.total()
            try:
                function(*ids)
            except Killed:
                pass  # issued again
            except DatabaseAway:  # issued again as well
                if self.fate.kills.total() == deaths:  # else it died in the same breath with another one
                    self.seen["database away"] += 1

        return run

    # The world around

    def _deploy(self, **changes: object) -> None:
        """Web and workers start anew: processes of their own, each with a database of its own."""
        self.settings = self.settings.model_copy(update=changes)
        old = (self.app, self.worker) if self._front.app is not None else ()
        self.app = self._built()
        real = self._built()
        mortal = MortalDatabase(real.database, self.fate)
        parts = {each.name: getattr(real, each.name) for each in fields(real)}
        parts |= {name: swapped(parts[name], real.database, mortal) for name in ("consults", "connections")}
        self.worker = MortalApp(**parts, fate=self.fate, rig=self.rig.gateway)
        current.install(self.worker)
        self._front.app = create_app(self.app)
        for app in old:
            app.database.close()

    def _built(self) -> wiring.App:
        app = wiring.build(self.settings, self.clock)
        bookings = app.consults.bookings
        rigged = self.rig.bookings(bookings)
        return replace(app, consults=swapped(app.consults, bookings, rigged), connections=swapped(app.connections, bookings, rigged))

    def _rotate_the_secret(self) -> None:
        """Ours first: both verify until the last event that was signed with the old one has come."""
        old = self.settings.razorpay_webhook_secret
        self._deploy(razorpay_webhook_secret=(SecretStr("a new secret"), *old))
        self.sandbox.gateway.rotate_secret("a new secret")

    def _set_up_the_gateway(self) -> None:
        """What the vendor does not document differs from seed to seed."""
        gateway = self.sandbox.gateway
        gateway.refunding.guards = self.rig.guards and self.dice.random() < 0.5
        gateway.tell_of_closed, gateway.copies_notes, gateway.observed = (self.dice.random() < 0.5 for _ in range(3))

    def _trouble(self) -> None:
        self.sandbox.gateway.refunding.pending_ms = self.dice.choices((5_000, 90_000, 3 * _HOUR_MS, 60 * _HOUR_MS), (60, 30, 9, 1))[0]
        if self.dice.random() < 0.4 and len(self.sandbox.faults.rules()) < _MOST_RULES + self.consults // 5:
            name, how, _ = self.dice.choices(_TROUBLES, [weight for *_, weight in _TROUBLES])[0]
            operation, effect = name.split()
            self.sandbox.faults.add(Fault(operation, effect, **how))
            self.seen["troubles"] += 1
        if self._held and self.dice.random() < 0.02:
            self._held -= 1
            operation, effect = self.dice.choice(_HELD)
            self.sandbox.faults.add(Fault(operation, effect, ms=_HELD_MS))

    def _left_to_a_person(self) -> list[Row]:
        with self.app.database.read() as tx:
            return [row for row in open_payments(tx) if row.state == "manual"]

    def _a_person_mends(self) -> None:
        """Refunds that are left to a person: each has its alarm, and is asked for again. A person comes several times a day."""
        app, refunding = self.app, self.app.money.refunding
        with app.database.read() as tx:
            told = {row.key for row in tx.rows(select(alarm)) if row.kind == "refund_stuck"}
        for row in self._left_to_a_person():
            self.seen["left to a person"] += 1
            if row.id not in told:
                self.faults.append(f"payment {row.id} is left to a person, and no alarm says so")
            app.database.write(lambda tx, row=row: refunding.ask_again(tx, row.id, self.now()))  # type: ignore[misc]
        self._on((self.now() - self._begun) / _HOUR_MS + _MENDS_HOURS, self._a_person_mends)


_PATIENT: dict[str, object] = {
    "provider_read_seconds": _TIMEOUT_S,
    "open_consults_max": 10_000,
    "plivo_channels": 10_000,
    "reissue_seconds": _REISSUED_MS / 1000,
}


def _open_day_and_night(folder: Path) -> Path:
    """The shipped clinic, without opening hours to speak of."""
    flows = folder / "callflows"
    if not flows.exists():
        shutil.copytree(ROOT / "callflows", flows)
        lines = (flows / "lines.yaml").read_text(encoding="utf-8")
        lines = lines.replace('mon-sat: "09:00-20:00"', 'mon-sun: "00:00-24:00"').replace('  sun: "10:00-14:00"\n', "")
        (flows / "lines.yaml").write_text(lines, encoding="utf-8")
    return flows
