"""kill -9 of any process at any moment: whatever we took on comes to its end, once; and nobody hears, pays or is rung for it."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import func, select

from ivr.reviewing import CALLS_REVIEW
from ivr.store import outbox
from ivr.store.schema import attempt, channel, dial
from ivr.store.tx import Tx
from tests.deployed.deployment import Deployment, deployed
from tests.deployed.killer import VICTIMS, Killer
from tests.deployed.people import Attendance, crowd
from tests.deployed.verdict import Verdict

FAST = {
    "ATTEMPT_LEASE_SECONDS": "5",
    "PROVIDER_CONNECT_SECONDS": "1",
    "PROVIDER_READ_SECONDS": "3",
    "RECONCILE_SECONDS": "2,5",
    "REISSUE_SECONDS": "6",
    "PLIVO_CALLS_PER_SECOND": "20",
}
"""The clocks of recovery, wound up so that a test sees them strike."""

_PATIENCE = 0.9  # of those who would ring while the web is dead; the others are refused free, and prove little else
_STEP_MS = 3_000  # less than a lease and its slack
_SOON_MS = 10_000
_TOGETHER_MS = 20 * 60_000  # so that what is due soon after is done in one go
_HORIZON_MS = 3 * 60 * 60_000  # longer than the retry plan and than any call; what is due later was booked for later
_MOST_SWEEPS = 3
_HOPELESS_MS = 80 * 60_000  # CALL_LIMIT_MINUTES and slack: what nobody has told us of by now, the sweeps have to find


@dataclass
class Carnage:
    """What was seen. `faults` are sentences with the last digits of a number; `done` says how much there was to break."""

    kills: dict[str, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.faults


def carnage(texts: int, call_backs: int, walks: int, seconds: float, seed: int, database_url: str = "", ruthless: bool = False) -> Carnage:
    """So many people ring within `seconds` while processes die at random moments; then all that is due comes to pass.

    `ruthless`: processes go on dying for as long again, while the retry plan is gone through.
    """
    dice = random.Random(seed)
    environment = {**FAST, **({"DATABASE_URL": database_url} if database_url else {})}
    with deployed(**environment) as here:
        for operation in ("text.send", "call.create"):  # slow, so that many a kill strikes in mid-request
            here.post("faults", {"operation": operation, "effect": "latency", "ms": 700, "times": None})
        people = crowd(dice, texts, call_backs, walks)
        for person in people:
            here.put(f"phones/{person.number}", {"manner": person.manner})
        killer = Killer(here, dice)
        with Attendance(here, people):
            for person in people:
                here.post("calls", {"from": person.number, "to": person.line, "provider": "plivo"})
                time.sleep(seconds / len(people))
                killer.perhaps()
                while killer.web_is_dead and dice.random() < _PATIENCE:
                    time.sleep(0.1)
                    killer.perhaps()
            while len(killer.kills) < len(VICTIMS):
                time.sleep(0.1)
                killer.perhaps()
            rest = Rest(here, killer.perhaps, seconds if ruthless else 0)
            rest.come()
        verdict = Verdict(here, people, killer)
        faults = verdict.faults() + ([] if rest.quiet else ["it never came to rest"])
        return Carnage(killer.kills, {**verdict.done(), "left to the sweeps": rest.left_to_the_sweeps}, faults)


class Rest:
    """Winds the clock on until nothing more is due; `quiet` is False when patience ended first.

    By small steps while anybody is on the phone, and not at all while a provider is being asked: that would outrun its lease.
    """

    def __init__(self, here: Deployment, strike: Callable[[], None], striking_s: float, patience_s: float = 180.0) -> None:
        self.quiet = False
        self.left_to_the_sweeps = 0  # live calls and channels of which nobody ever told us the end
        self._here = here
        self._strike = strike
        self._until = time.monotonic() + striking_s
        self._deadline = self._until + patience_s
        self._calm = False
        self._sweeps = 0

    def come(self) -> None:
        while not self.quiet and time.monotonic() < self._deadline:
            time.sleep(0.1)
            if time.monotonic() < self._until:
                self._strike()
            elif not self._calm:
                self._here.delete("faults")
                self._calm = True
            self._wind()

    def _wind(self) -> None:
        here = self._here
        with here.app.database.read() as tx:
            asking, loose_ends, dues = _asking(tx), _loose_ends(tx), _dues(tx)
        ahead = min(dues, default=_HORIZON_MS + here.clock.now()) - here.clock.now()
        if asking:
            return
        if here.get("healthz")["waiting"] or here.app.spool.waiting():
            here.clock.forward(ms=_STEP_MS)
        elif ahead < _HORIZON_MS:
            here.clock.forward(ms=ahead if ahead < _SOON_MS else ahead + _TOGETHER_MS)
        elif self._calm and loose_ends and self._sweeps < _MOST_SWEEPS:
            self.left_to_the_sweeps = max(self.left_to_the_sweeps, loose_ends)
            self._sweeps += 1
            here.clock.forward(ms=_HOPELESS_MS)
            time.sleep(1.5)  # the relay sweeps once a second
        else:
            self.quiet = self._calm


def _asking(tx: Tx) -> int:
    """How many requests to a provider may be under way."""
    calls = tx.row(select(func.count().label("n")).where(dial.c.state == "dialling"))
    texts = tx.row(select(func.count().label("n")).where(attempt.c.state == "sending"))
    return int(calls.n + texts.n)  # type: ignore[union-attr]


def _dues(tx: Tx) -> list[int]:
    """When what is wished for is due. The next review is no end of anything, only one that is being made."""
    return [row.due_at for row in outbox.waiting(tx) if row.kind != CALLS_REVIEW or row.issues > row.reported]


def _loose_ends(tx: Tx) -> int:
    """What only a sweep will end."""
    channels = tx.row(select(func.count().label("n")).select_from(channel))
    leases = tx.row(select(func.count().label("n")).where(dial.c.lease_until.isnot(None)))
    return int(channels.n + leases.n)  # type: ignore[union-attr]
