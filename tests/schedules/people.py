"""Callers and doctors. What their phones do by themselves is the sandbox's `habits`; what they do at any moment is drawn here."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from random import Random
from re import findall
from typing import Protocol

from ivr.consults.desk import Screened
from ivr.consults.paying import ProgressState, Sent
from ivr.model.errors import DatabaseAway
from ivr.model.events import CallArrived, CallEnded, CallOutcome
from ivr.model.values import Language, Phone
from ivr.sandbox.board import Course
from ivr.sandbox.world import Sandbox
from ivr.store import calls, consults
from ivr.texts.asking import Trigger
from ivr.wiring import App

Script = Iterator[float]
"""Seconds to wait, again and again."""

LINES = {"plivo": "08061914344", "twilio": "+12025550144"}
BOUGHT_BY = {"plivo": "+918061914344", "twilio": "+12025550144"}
ON_DUTY, DAY = "08061914345", "08061914346"
_SCREENED = Screened("clear", "self", "triage.v1", {"numb": "no"})
_PICK_UP = (
    *(("accepts", 25), ("accepts 200", 25), ("accepts 60", 10), ("rings", 5)),
    *(("no answer", 10), ("busy", 6), ("declines", 6), ("machine", 13)),
)
_DOCTORS = (
    *(("rings", 25), ("accepts", 10), ("accepts 150", 25), ("accepts 40", 8), ("drops", 6), ("passes", 7), ("goes off", 3), ("silent", 6)),
    ("late", 6),
    *(("voicemail", 6), ("busy", 5), ("no answer", 10), ("declines", 5), ("unreachable", 3)),
)
_ids = count(1)


class World(Protocol):
    """What people have before them. `until`: from then on nobody begins anything."""

    app: App
    sandbox: Sandbox
    provider: str
    calm: bool

    @property
    def until(self) -> int: ...

    def now(self) -> int: ...


def manner(dice: Random, manners: tuple[tuple[str, int], ...]) -> str:
    return dice.choices([name for name, _ in manners], [weight for _, weight in manners])[0]


@dataclass
class Caller:
    """Somebody who buys one consult, pays, and waits on the line or goes away."""

    world: World
    number: str
    dice: Random
    language: Language = Language.ENGLISH
    consult_id: str = ""
    paid: list[str] = field(default_factory=list)
    talks_s: float = 0
    call_id: str = ""

    def comes(self) -> Script:
        yield self.dice.triangular(0, 300, 30)
        self.talks_s = self.dice.choice((20, 70, 130, 200, 400))
        self.talks_s = 1_000 if self.world.calm else self.talks_s
        while not self._buys():
            yield 20
            if self.world.now() > self.world.until:
                return
        yield from self._pays()
        self._phone()
        if self.dice.random() < 0.65:
            yield self.dice.uniform(1, 30)
            yield from self._waits()
        while self.world.now() < self.world.until:
            yield self.dice.uniform(40, 300)
            self._phone()
            if self.dice.random() < (0.4 if self._courses() else 0.2):  # some ring us while our call is on
                yield from self._waits()

    def _phone(self) -> None:
        self.world.sandbox.behave(self.number, "accepts 130" if self.world.calm else manner(self.dice, _PICK_UP))

    def _buys(self) -> bool:
        """Screened, quoted, asked to pay, by the use-cases themselves: the call with its menus is played elsewhere."""
        app, now = self.world.app, self.world.now()
        line, name = app.lines.find(Phone(BOUGHT_BY[self.world.provider])), f"sold-{next(_ids)}"
        assert line is not None
        with suppress(DatabaseAway):
            app.calls.arrive(CallArrived(self.world.provider, name, self.number, line.number.e164), now)
            with app.database.read() as tx:
                call = calls.find(tx, self.world.provider, name)
            assert call is not None
            trigger = Trigger(call.id, call.caller_id, line, self.language, now)
            self.consult_id = app.database.write(lambda tx: _sold(app, tx, trigger))
            app.calls.end(CallEnded(self.world.provider, name, self.number, line.number.e164, True, CallOutcome.ANSWERED, 60, ""), now)
            return True
        return False

    def _pays(self) -> Script:
        paying = self.world.app.consults.paying
        for _ in range(20):
            with suppress(DatabaseAway):
                sent = paying.press_pay(self.consult_id, "")
                for _ in range(10):
                    progress = paying.progress(sent.link_id) if isinstance(sent, Sent) else None
                    if progress is not None and progress.state is ProgressState.READY:
                        self.paid = self.world.sandbox.gateway.pay(str(progress.url))
                        return
                    yield 2
            yield 5

    def _waits(self) -> Script:
        """On the line, until they are tired of it; then perhaps again."""
        for _ in range(self.dice.choice((1, 1, 2, 3))):
            sandbox, dice = self.world.sandbox, self.dice
            call_id = sandbox.dial(self.number, LINES[self.world.provider], self.world.provider)
            gives_up = dice.choice((3_600.0, 3_600.0, dice.uniform(0, 40), dice.uniform(20, 300)))
            spent = 0.0
            while (course := _course(sandbox, call_id)) is not None:
                pause = dice.uniform(2, 7)
                spent += pause
                if spent > gives_up and not self.world.calm:
                    sandbox.hang_up(call_id)
                    break
                self._does(course)
                yield pause
            yield dice.uniform(3, 60)
            if self.world.now() > self.world.until:
                return

    def beat(self) -> None:
        """Of calls that we placed: the phone answers by itself, and its owner may hang up at any tick."""
        for course in self._courses():
            if course.call.outbound and not self.world.calm and self.dice.random() < 0.02:
                self.world.sandbox.hang_up(course.call.id)
            else:
                self._does(course)

    def _does(self, course: Course) -> None:
        """Keys where keys are asked for; out of the room when there is no more to say."""
        call = course.call
        if call.room and course.manner.stays_ms is None and self.dice.random() < 4 / self.talks_s:
            self.world.sandbox.hang_up(call.id)
        elif call.state == "live" and call.waits_for == "keys" and (not call.outbound or call.pressed):
            _presses(self.world, course, self.dice, holding=0.01)

    def _courses(self) -> list[Course]:
        return [course for course in self.world.sandbox.switchboard.board.under_way() if course.call.caller == self.number]


@dataclass
class Doctor:
    """On duty, with a phone that takes calls in its manner; sometimes they ring us to go off or on."""

    world: World
    number: str
    dice: Random
    doctor_id: str = ""
    kind: str = ""

    def lives(self) -> Script:
        self.kind = "" if self.dice.random() < 0.4 else manner(self.dice, _DOCTORS)
        while True:
            self._phone()
            yield self.dice.uniform(30, 300)
            if self.world.now() < self.world.until and not self.world.calm and self.dice.random() < 0.1:
                yield from self._rings_us()

    def _phone(self) -> None:
        self.world.sandbox.behave(self.number, "accepts 150" if self.world.calm else self.kind or manner(self.dice, _DOCTORS))

    def _rings_us(self) -> Script:
        """A missed call, on duty; or the doctor's day, and any of its keys."""
        sandbox = self.world.sandbox
        if sandbox.ringing(self.number) is not None:
            return
        if self.dice.random() < 0.5 or self.world.provider == "twilio":
            sandbox.dial(self.number, ON_DUTY, self.world.provider)
            return
        call_id = sandbox.dial(self.number, DAY, self.world.provider)
        while (course := _course(sandbox, call_id)) is not None:
            yield 4
            _presses(self.world, course, self.dice, holding=0.5)
            if self.dice.random() < 0.05:
                with suppress(ValueError):
                    sandbox.hang_up(call_id)

    def beat(self) -> None:
        sandbox = self.world.sandbox
        for course in sandbox.switchboard.board.under_way():
            call, by_hand = course.call, course.manner.name == "rings"
            if call.caller != self.number or not call.outbound:
                continue
            if call.state == "ringing":
                if by_hand and call.rang and self.dice.random() < 0.3:
                    sandbox.answer(call.id)
            elif not self.world.calm and self.dice.random() < 0.01:
                sandbox.hang_up(call.id)
            elif by_hand or any(heard.kind == "joined" for heard in call.heard):
                _presses(self.world, course, self.dice, holding=0.02)


def _presses(world: World, course: Course, dice: Random, holding: float) -> None:
    """One of the keys that were named last; the first, by who does nothing odd. `holding`: how often one that only keeps a place."""
    call = course.call
    if call.state != "live" or call.waits_for != "keys":
        return
    keys = findall(r"[Pp]ress (\d)", " ".join(heard.text for heard in call.heard[-3:]))
    likely = 0.5 if len(set(keys)) > 1 else 0.0 if world.calm else holding
    if keys and dice.random() < likely:
        world.sandbox.press(call.id, keys[0] if world.calm else dice.choice(keys))


def _course(sandbox: Sandbox, call_id: str) -> Course | None:
    return next((course for course in sandbox.switchboard.board.under_way() if course.call.id == call_id), None)


def _sold(app: App, tx: object, trigger: Trigger) -> str:
    desk = app.consults.desk
    desk.screened(tx, trigger, _SCREENED)  # type: ignore[arg-type]
    desk.open(tx, trigger)  # type: ignore[arg-type]
    told = desk.price(tx, trigger.caller_id).total.amount  # type: ignore[arg-type]
    desk.quote(tx, trigger, {"age": "42", "pain_place": "back", "amber": "no"}, told)  # type: ignore[arg-type]
    desk.ask_to_pay(tx, trigger)  # type: ignore[arg-type]
    found = consults.open_of(tx, trigger.caller_id or "", ("awaiting_payment",))  # type: ignore[arg-type]
    return str(found.id) if found is not None else ""
