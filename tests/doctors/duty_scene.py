"""The shipped clinic, one doctor with a shift from ten to eight on Sundays, and a clock wound by hand. It is noon on a Sunday."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import insert, select, update

from ivr.doctors.duty_changes import DUTY_CLOCK, DUTY_RESCIND
from ivr.model.events import CallArrived
from ivr.model.ids import new_id
from ivr.model.replies import Reply
from ivr.model.values import Language, Phone
from ivr.store import callers, calls, candidates, outbox, presence
from ivr.store.schema import call_back, doctor, shift_rule, text
from ivr.store.tx import Addition, Row, Tx
from ivr.texts.asking import Trigger
from ivr.wiring import App
from tests.clock import HandClock
from tests.store.ward import add_doctor

DOCTOR, STRANGER = "+919800000007", "+919845012345"
ON_LINE, DAY_LINE = Phone("+918061914345"), Phone("+918061914346")
HOUR_MS = 60 * 60_000


@dataclass
class Day:
    app: App
    clock: HandClock
    doctor_id: str = field(init=False)

    def __post_init__(self) -> None:
        self.noon = self.clock.now()
        self.doctor_id = self.app.database.write(self._add)

    def _add(self, tx: Tx) -> str:
        return add_doctor(tx, 7, self.noon, vault=self.app.vault, intent="off", on_until=None, proven_at=None)

    def has_shift(self, starts_h: int = 10, ends_h: int = 20) -> "Day":
        """On Sundays."""
        row = {"id": new_id(self.noon), "doctor_id": self.doctor_id, "weekday": 6, "starts": starts_h * 60, "ends": ends_h * 60}
        self.app.database.write(lambda tx: tx.add([Addition(insert(shift_rule), row)]))
        return self

    def at(self, hours: float) -> int:
        """UTC ms, so many hours after noon."""
        return self.noon + int(hours * HOUR_MS)

    # What people do

    def missed_call(self, number: str = DOCTOR, *, told_late_ms: int = 0, line: Phone = ON_LINE) -> Reply:
        self.clock.forward(ms=1)
        event = CallArrived("plivo", new_id(self.clock.now()), number, line.e164)
        return self.app.calls.arrive(event, self.clock.now() - told_late_ms, live=not told_late_ms)

    def trigger(self, number: str = DOCTOR) -> Trigger:
        """Of a turn in a call of theirs on the line of their day."""
        self.clock.forward(ms=1)
        now, line = self.clock.now(), self.app.lines.find(DAY_LINE)
        assert line is not None

        def call(tx: Tx) -> Trigger:
            caller_id, call_id = callers.ensure(tx, self.app.vault, Phone(number), now), new_id(now)
            basics = {"provider": "plivo", "caller_kind": "mobile", "line": line.number.e164, "action": "menu", "arrived_at": now}
            tx.add([calls.addition(id=call_id, provider_call_id=call_id, caller_id=caller_id, **basics)])
            return Trigger(call_id, caller_id, line, Language.ENGLISH, now)

        return self.app.database.write(call)

    def by_key(self, change: Callable[[Tx, Trigger], object], number: str = DOCTOR) -> "Day":
        trigger = self.trigger(number)
        self.app.database.write(lambda tx: change(tx, trigger))
        return self

    def goes_on(self) -> "Day":
        return self.by_key(self.duty.go_on)

    def goes_off(self) -> "Day":
        return self.by_key(self.duty.go_off)

    def takes_one_more(self) -> "Day":
        return self.by_key(self.duty.one_more)

    def pauses(self) -> "Day":
        return self.by_key(self.duty.pause)

    def confirms(self) -> "Day":
        return self.by_key(lambda tx, trigger: self.duty.prove(tx, trigger, "a dial of ours"))

    def is_on_duty(self) -> "Day":
        """From the missed call to key 1."""
        self.missed_call()
        return self.confirms()

    # What the system does

    def is_claimed(self) -> presence.Claim:
        now = self.clock.now()
        claim = self.app.database.write(lambda tx: presence.claim(tx, [self.doctor_id], "an offer", now + 45_000, now, 0))
        assert claim is not None
        return claim

    def settle(self) -> None:
        now, clock = self.clock.now(), self.app.connections.duty_clock
        for kind, job in ((DUTY_CLOCK, clock.ring), (DUTY_RESCIND, clock.take_back)):
            rows = self.app.database.write(
                lambda tx, kind=kind: outbox.issue(tx, [kind], now=now, again_at=now + 60_000, most=100)  # type: ignore[misc]
            )
            for row in rows:
                job(row.id)

    def wait(self, *, minutes: float) -> "Day":
        """Half a minute at a time, so that every timer fires in its turn."""
        for _ in range(int(minutes * 2)):
            self.clock.forward(seconds=30)
            self.settle()
        return self

    # What there is

    @property
    def duty(self):  # type: ignore[no-untyped-def]
        return self.app.connections.duty

    @property
    def here(self) -> Row:
        with self.app.database.read() as tx:
            return presence.get(tx, self.doctor_id)

    def can_be_claimed(self) -> bool:
        with self.app.database.read() as tx:
            return bool(candidates.candidates(tx, "orthopedics", self.clock.now(), 0))

    def texts(self) -> list[str]:
        """Names of their templates, oldest first; what was dropped is told with the reason."""
        with self.app.database.read() as tx:
            rows = tx.rows(select(text).order_by(text.c.asked_at, text.c.id))
        return [row.template if row.reason is None else f"{row.template}: {row.reason}" for row in rows]

    def bodies(self) -> list[str]:
        with self.app.database.read() as tx:
            return [row.body for row in tx.rows(select(text).order_by(text.c.asked_at, text.c.id))]

    def calls_to_confirm(self) -> int:
        with self.app.database.read() as tx:
            return len(tx.rows(select(call_back.c.id).where(call_back.c.reason == "duty")))

    def calls_for_word(self) -> list[Row]:
        with self.app.database.read() as tx:
            return tx.rows(select(call_back).where(call_back.c.reason == "word"))

    def no_more_calls(self) -> None:
        """Those that were asked for are over."""
        self.app.database.write(lambda tx: tx.run(update(call_back).values(state="given_up")))

    def loses_verification(self) -> None:
        self.app.database.write(lambda tx: tx.run(update(doctor).values(routable=0)))
