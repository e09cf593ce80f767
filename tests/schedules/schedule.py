"""One seed: a small clinic for half an hour of trouble, then quiet, until nothing is left to happen."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from pkgutil import resolve_name
from random import Random
from traceback import format_exception

from flask import Flask
from sqlalchemy import func, select

from ivr.consults.lifecycle import OVER
from ivr.model.errors import DatabaseAway
from ivr.model.ids import new_id
from ivr.model.values import Language
from ivr.sandbox.gateway_api import gateway_api
from ivr.sandbox.plivo_calls import plivo_calls_api
from ivr.sandbox.twilio_calls import twilio_calls_api
from ivr.sandbox.world import Sandbox
from ivr.store import calls, doctors, presence
from ivr.store.schema import outbox
from ivr.wiring import App
from tests import duty
from tests.consults.dying import Killed
from tests.schedules.house import KINDS_LEFT_OUT, House
from tests.schedules.network import CALM, OURS, Odds, Post, Rest, chance, listening
from tests.schedules.people import Caller, Doctor, Script
from tests.schedules.sight import Who
from tests.schedules.verdict import Verdict
from workers import current
from workers.jobs import kinds_of

_LEFT_OUT = [name for queue in KINDS_LEFT_OUT for name in kinds_of(queue)]
_NEXT_DUE = select(func.min(outbox.c.due_at).label("at")).where(*(outbox.c.kind != name for name in _LEFT_OUT))
_S, _MINUTE_MS = 1_000, 60_000
TROUBLED_MS = 10 * _MINUTE_MS
_LONGEST_MS = 75 * _MINUTE_MS
_LANGUAGES = ("en:3 hi:2 kn:2", "en:3", "en:2 hi:3", "hi:3 kn:3")


@dataclass
class Schedule:
    """`calm`: nothing goes wrong, and everybody answers. `only`: the one rule that is asked about; nothing else ends the run.

    After `run`, `faults` says what was found, `seen` what happened how often.
    """

    house: House
    seed: int
    calm: bool = False
    only: str = ""
    doctors: list[Doctor] = field(default_factory=list)
    callers: list[Caller] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    quiet: bool = False

    def __post_init__(self) -> None:
        self.dice = Random(f"schedule {self.seed}")
        self.calm = self.calm or self.house.rig.crowd
        trouble = 0.0 if self.calm else 2.0 if self.only else self.dice.choice((0, 0.3, 1, 1, 2))
        self.house.open(self.seed, trouble)
        self.app: App = self.house.app
        self.provider = self.house.provider
        self.odds = Odds(*(each * trouble for each in (0.02, 0.05, 0.08, 0.01, 0.004, 0.02, 0.01)))
        self.who: dict[str, Who] = {}
        self._agenda: list[tuple[int, int, Callable[[], object]]] = []
        self._order = count()
        self._set_up()
        self._trouble = trouble
        self._pace = self.dice.choice((1, 2, 4)) * _S  # of a relay that has more to do than this
        self._relay = self.house.relay(self._take)
        self._resumes = self._sweeps_at = self._stride = self._over_since = 0
        self._commits, self._swept, self._due = -1, -1, None

    def now(self) -> int:
        return self.house.clock.now()

    @property
    def until(self) -> int:
        return self.house.begins + TROUBLED_MS

    def run(self) -> "Schedule":
        """Until everybody has gone; faults are those of the verdict, and whatever was raised."""
        with self.rest.in_place(), listening(self.faults), chance(Random(f"ids {self.seed}")):
            self._invite()
            self._verdict = Verdict(self, self.house.database)
            self.post.witness = self._verdict.witness
            current.install(self.house.worker)
            while not self._found() and (due := self._next()) is not None:
                self.house.clock.forward(ms=max(0, due - self.now()))
                self._moment()
                self._verdict.after_moment()
            self._rests()
        self.seen.update(self.post.seen + self.rest.seen + self.house.fate.kills)
        self.faults = self._found()
        return self

    def _rests(self) -> None:
        """Half an hour more, in one go."""
        if not self._found():
            self.house.clock.forward(minutes=30)
            for _ in range(3):
                self._moment()
            self._verdict.at_rest()

    def outcomes(self) -> Counter[str]:
        """What there was, and what became of it, all kinds of trouble counted together."""
        sight = self._verdict.before
        ends = Counter(each.state for each in sight.consults.values() if each.paid_at is not None)
        talks = sum(each.together_ms > 0 for each in sight.consults.values())
        kinds = {each: sum(times for name, times in self.seen.items() if name.endswith(each)) for each in ("doubled", "late", "lost")}
        died = sum(self.house.fate.kills.values())
        return ends + Counter({"talks": talks, "paid": sum(ends.values()), "died": died, **kinds})

    def _found(self) -> list[str]:
        found = [*self.faults, *self.post.faults, *self._verdict.faults]
        return [each for each in found if each.startswith(self.only)]

    # The world

    def _set_up(self) -> None:
        self.post = Post(self.house.clock, Random(self.dice.random()), self.house.web, odds=self.odds)
        self.sandbox = Sandbox(self.house.clock, OURS, self.house.accounts, courier=self.post)
        self.post.agenda = self.sandbox.agenda
        api = Flask(__name__)
        api.register_blueprint((plivo_calls_api if self.provider == "plivo" else twilio_calls_api)(self.sandbox))
        api.register_blueprint(gateway_api(self.sandbox))
        self.rest = Rest(Random(self.dice.random()), api, self.odds)
        skews = (0, 0) if self.calm else (self.dice.choice((0, -2, -1, 1, 2)), self.dice.choice((0, -2, -1, 1, 2)))
        self.house.web_clock.skew_ms, self.house.worker_clock.skew_ms = (each * _S for each in skews)

    def _invite(self) -> None:
        for number in range(5 if self.house.rig.crowd else self.dice.randint(2, 5)):
            self.house.clock.forward(ms=1)
            doctor = Doctor(self, f"+9199{self.seed % 1000:03d}{number:05d}", Random(f"{self.seed} doctor {number}"))
            speaks = self.dice.choice(_LANGUAGES) if number and not self.house.rig.crowd else _LANGUAGES[0]  # somebody speaks everything
            tier = 0 if self.house.rig.crowd else self.dice.choice((0, 0, 1, 2))
            [doctor.doctor_id] = duty.on_duty(self.app, doctor.number, speaks=speaks, tier=tier)
            self.who[doctor.doctor_id] = Who(tier, frozenset(each[:2] for each in speaks.split()))
            self._shift(doctor.doctor_id)
            self.doctors.append(doctor)
            self._goes_on(doctor.lives())
        for number in range(10 if self.house.rig.crowd else self.dice.choice((2, 2, 3, 3, 3, 4, 5))):
            language = self.dice.choice((Language.ENGLISH, Language.ENGLISH, Language.HINDI))
            caller = Caller(self, f"+9198{self.seed % 1000:03d}{number:05d}", Random(f"{self.seed} caller {number}"), language)
            self.callers.append(caller)
            self._goes_on(caller.comes())
        self.after(2 * _S, self._beat)
        self.after(TROUBLED_MS, self._calms_down)
        for _ in range(int(self._trouble * 3)):
            self.after(self.dice.randint(0, TROUBLED_MS), self._something_happens)

    def _shift(self, doctor_id: str) -> None:
        """Some shifts end in between."""
        ends = self.now() + self.dice.choice((12, 70, 240, 240)) * _MINUTE_MS + self.dice.randint(0, 20) * _MINUTE_MS
        changes = self.app.connections.duty.changes

        def write(tx) -> None:  # type: ignore[no-untyped-def]
            call_id, now = new_id(self.now()), self.now()
            caller_id = doctors.get(tx, doctor_id).caller_id  # type: ignore[union-attr]
            who = {"provider": self.provider, "provider_call_id": f"on-{doctor_id}", "caller_id": caller_id, "caller_kind": "mobile"}
            tx.add([calls.addition(id=call_id, **who, line="+918061914345", action="on_duty", flow=None, arrived_at=now)])
            clock_id = changes.clock(tx, presence.get(tx, doctor_id, lock=True), ends, now)
            presence.change(tx, doctor_id, on_until=ends, duty_id=clock_id, duty_call_id=call_id)

        self.app.database.write(write)

    def _something_happens(self) -> None:
        match self.dice.choice(("away", "pause", "away shortly")):
            case "away":
                self.house.database.away_until = self.now() + self.dice.randint(2, 20) * _S
            case "away shortly":
                self.house.database.away_until = self.now() + self.dice.randint(100, 2_000)
            case _:
                self._resumes = self.now() + self.dice.randint(1, 10) * _S

    def _calms_down(self) -> None:
        """Nothing goes wrong from now on, and nobody does anything odd."""
        self.quiet = self.calm = True
        self._pace = 5 * _S
        self.post.odds, self.rest.odds, self.house.fate.scale = CALM, CALM, 0.0

    # Time

    def after(self, ms: int, action: Callable[[], object]) -> None:
        heappush(self._agenda, (self.now() + ms, next(self._order), action))

    def _next(self) -> int | None:
        dues = [each for each in (self.sandbox.next_due(), self._outbox_due()) if each is not None]
        if self.now() > self.house.begins + _LONGEST_MS or (self.quiet and self._is_over()):
            return None
        return min([*dues, self._agenda[0][0], max(self._sweeps_at, self._resumes)])

    def _is_over(self) -> bool:
        """Nobody is on the phone, nobody waits, and that has been so for a while: half an hour more is waited in one go."""
        sight = self._verdict.before
        if self.sandbox.switchboard.board.under_way() or any(each.state not in OVER for each in sight.consults.values()):
            self._over_since = 0
            return False
        self._over_since = self._over_since or self.now()
        return self.now() - self._over_since > 5 * _MINUTE_MS

    def _moment(self) -> None:
        """All that is due, in any order."""
        self.seen["moments"] += 1
        parts = [self.sandbox.step, self._own, self._issue, self._sweep]
        if not self.calm:
            self.dice.shuffle(parts)
        for part in parts:
            self._guarded(part)

    def _own(self) -> None:
        while self._agenda and self._agenda[0][0] <= self.now():
            self._guarded(heappop(self._agenda)[2])

    def _issue(self) -> None:
        due = self._outbox_due()
        if due is not None and due <= self.now() and self._resumes <= self.now():
            self._relay.move()
            self._commits = -1

    def _sweep(self) -> None:
        """At its pace while things happen; less often while nothing does, for then it would find nothing."""
        if self.now() < max(self._sweeps_at, self._resumes):
            return
        busy = self.house.database.commits != self._swept
        self._stride = self._pace if busy else min(self._stride * 2, (60 if self.quiet else 10) * _S)
        self._sweeps_at = self.now() + self._stride
        self.seen["sweeps"] += 1
        self._relay._next_sweep = 0
        try:
            self._relay.sweep_if_due()
            self._verdict.after_sweep(self.house.worker_clock.now())
        finally:
            self._swept = self.house.database.commits

    def _outbox_due(self) -> int | None:
        """When the relay has something to issue, by its own clock."""
        if self._commits != self.house.database.commits:
            with suppress(DatabaseAway), self.house.database.read() as tx:
                [first] = tx.rows(_NEXT_DUE)
                self._due = None if first.at is None else first.at - self.house.worker_clock.skew_ms
                self._commits = self.house.database.commits
        if self.now() < max(self.house.database.away_until, self._resumes):
            return max(self.house.database.away_until, self._resumes)
        return self._due

    def _take(self, function: str, ids: list[str]) -> None:
        """A job is in its queue: it runs in a moment, late, twice, or never; what is lost is issued again after a minute."""
        luck = 1.0 if self.quiet else self.dice.random() / max(self._trouble, 0.01)
        if luck < 0.01:
            self.seen["jobs lost"] += 1
            return
        times = 2 if luck < 0.03 else 1
        for each in ids:
            for _ in range(times):
                wait = 20 if self.calm else self.dice.choice((5, 20, 50, 200, 1_500 if luck < 0.2 else 20))
                self.after(wait, lambda each=each: self._works(function, each))  # type: ignore[misc]

    def _works(self, function: str, outbox_id: str) -> None:
        self.seen["jobs"] += 1
        with suppress(Killed, DatabaseAway):
            resolve_name(function)(outbox_id)

    def _goes_on(self, script: Script) -> None:
        seconds = next(script, None)
        if seconds is not None:
            self.after(int(seconds * 1000), lambda: self._goes_on(script))

    def _beat(self) -> None:
        talking = self.sandbox.switchboard.board.under_way()
        if talking:
            for caller in self.callers:
                caller.beat()
            for doctor in self.doctors:
                doctor.beat()
        self.after(self.dice.randint(2_000, 5_000) if talking else 15_000, self._beat)

    def _guarded(self, part: Callable[[], object]) -> None:
        try:
            part()
        except (Killed, DatabaseAway):
            pass  # a relay that died or waits comes again
        except Exception as error:  # told with its seed
            self.faults.append("".join(format_exception(error, limit=-12)).strip())
