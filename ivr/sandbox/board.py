"""What all parts of a call's course share: the calls under way, their waits, their webhooks, their end."""

from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from threading import RLock
from typing import Protocol

from ivr.model.ports import Clock
from ivr.sandbox.agenda import Agenda, Appointment
from ivr.sandbox.documents import Ask, Page, Step
from ivr.sandbox.hooks import Hooks
from ivr.sandbox.numbers import refuse_elsewhere
from ivr.sandbox.phones import RINGS, Manner
from ivr.sandbox.records import Call, CallRecord, Ending, Exchange, Heard
from ivr.sandbox.wires import Wire

OnOver = Callable[["Course", Ending], None]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a webhook goes."""

    url: str
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Kept:
    """A document that the vendor, or another machine, keeps for us: it is there when we are not (a TwiML Bin, a static page)."""

    body: str


@dataclass(frozen=True, slots=True)
class Told:
    """Whom the vendor tells about one call, besides asking for documents. `events`: Twilio's, besides busy, failed and so on."""

    ended: Address | None = None
    ringing: Address | None = None
    fallback: Address | Kept | None = None
    events: frozenset[str] = frozenset({"completed"})


@dataclass(slots=True, eq=False)
class Course:
    """A call under way: where in which document it is, and what it waits for."""

    call: Call
    wire: Wire
    told: Told
    page: Page
    steps: deque[Step] = field(default_factory=deque)
    wait: object = None  # what `keys` or `speech` are for: see listening.py
    on_over: OnOver | None = None  # what the call's end means to whatever it is doing
    on_moved: Callable[["Course"], None] | None = None  # what being led elsewhere means to it
    on_key: Callable[[str], None] | None = None  # where keys go that no menu asks for
    on_answer: Callable[["Course"], None] | None = None
    manner: Manner = RINGS  # of the phone that was rung
    reacted: bool = False  # it has pressed what it presses by itself
    leaves: bool = False  # it will hang up by itself
    limit_ms: int = 14_400_000
    ends_later: bool = False
    unbridged: bool = False
    reported: int = 0
    beat: int = 0  # a wait of an earlier beat is over
    timer: Appointment | None = None
    alarms: list[Appointment] = field(default_factory=list)

    @property
    def over(self) -> bool:
        return self.call.ended_at is not None

    def at_ease(self) -> None:
        """It waits for nobody any more, and whatever it was doing is done."""
        self.wait = self.on_over = self.on_moved = self.on_key = None
        self.call.waits_for, self.call.keys_wanted, self.call.room = "", 0, ""


class Flow(Protocol):
    """What a part that has heard enough does: go on in the document, or ask for another."""

    def proceed(self, course: Course) -> None: ...

    def ask(self, course: Course, ask: Ask, said: Mapping[str, str]) -> None: ...

    def tell(self, course: Course, ask: Ask, said: Mapping[str, str]) -> None: ...

    def answer(self, course: Course) -> None: ...


class Board:
    """All calls, the newest `keep` of them. Everything but webhooks is done under one lock."""

    def __init__(self, clock: Clock, agenda: Agenda, hooks: Hooks, keep: int) -> None:
        self.clock = clock
        self.agenda = agenda
        self.hooks = hooks
        self.lock = RLock()
        self._keep = keep
        self._calls: OrderedDict[str, Call] = OrderedDict()
        self._courses: dict[str, Course] = {}

    def enlist(self, course: Course) -> None:
        with self.lock:
            self._calls[course.call.id] = course.call
            self._courses[course.call.id] = course
            while len(self._calls) > self._keep:
                self._calls.popitem(last=False)

    def course(self, call_id: str) -> Course:
        """A call that is not over; ValueError."""
        found = self._courses.get(call_id)
        if found is None:
            raise ValueError(f"the call {call_id} is over, or never was")
        return found

    def under_way(self, provider: str | None = None) -> list[Course]:
        """Calls ringing or live, oldest first."""
        with self.lock:
            return [course for course in self._courses.values() if provider in (None, course.wire.name)]

    def call(self, call_id: str) -> CallRecord | None:
        with self.lock:
            found = self._calls.get(call_id)
            return found.record() if found else None

    def calls(self, newest: int | None = None) -> list[CallRecord]:
        """Every call kept, or the `newest` of them; oldest first."""
        with self.lock:
            records = [call.record() for call in islice(reversed(self._calls.values()), newest)]
        return records[::-1]

    def kept(self, provider: str) -> list[Call]:
        """The provider's own list, newest first."""
        with self.lock:
            return [call for call in reversed(self._calls.values()) if call.provider == provider]

    def hear(self, call: Call, kind: str, text: str = "", language: str = "", voice: str = "") -> None:
        call.heard.append(Heard(self.clock.now(), kind, text, language, voice))

    def wait(self, course: Course, ms: int, then: Callable[[], None]) -> None:
        """`then` in `ms`, unless the call does something else first."""
        beat = self.move_on(course)

        def due() -> None:
            with self.lock:
                if course.beat == beat and not course.over:
                    then()

        course.timer = self.agenda.after(ms, due)

    def alarm(self, course: Course, ms: int, then: Callable[[], None]) -> None:
        """`then` in `ms`, unless the call is over."""

        def due() -> None:
            with self.lock:
                if not course.over:
                    then()

        course.alarms.append(self.agenda.after(ms, due))

    def move_on(self, course: Course) -> int:
        """Whatever the call waited for, it waits no more."""
        if course.timer is not None:
            self.agenda.call_off(course.timer)
            course.timer = None
        course.beat += 1
        return course.beat

    def fetch(
        self, course: Course, ms: int, operation: str, page: Page, params: Mapping[str, str], then: Callable[[list[Exchange]], None]
    ) -> None:
        """Ask the product for a document in `ms`; `then` gets every try, unless the call has gone elsewhere by then."""
        beat = self.move_on(course)

        def due() -> None:
            if course.beat != beat or course.over:
                return
            tries = self.send(course, operation, Address(page.url, page.method), params)
            with self.lock:
                if course.beat == beat and not course.over:
                    then(tries)

        course.timer = self.agenda.after(ms, due)

    def tell(self, course: Course, operation: str, address: Address, params: Mapping[str, str], ms: int = 0) -> None:
        """A webhook whose answer nobody reads, in `ms`."""

        def due() -> None:
            self.send(course, operation, address, params)

        self.agenda.after(ms, due)

    def send(self, course: Course, operation: str, address: Address, params: Mapping[str, str]) -> list[Exchange]:
        """Never call it under the lock: the product may ring us in turn."""
        try:
            refuse_elsewhere(address.url.partition("#")[0])
        except ValueError:
            tries = [Exchange(operation, address.url, params, self.clock.now(), 0, error="connect")]
        else:
            tries = self.hooks.send(operation, course.wire, address.url, params, course.call.caller, address.method)
        with self.lock:
            course.call.exchanges.extend(tries)
        return tries

    def end(self, course: Course, code: str, source: str = "", error: str = "") -> None:
        """The call is over; whoever is to be told is told, unless it got lost before anybody knew of it."""
        call, now = course.call, self.clock.now()
        with self.lock:
            if course.over:
                return
            call.error = call.error or error
            ending = Ending(code, call.answered_at is not None, call.seconds(now), call.error, source)
            was_over = course.on_over
            self.move_on(course)
            call.ending, call.ended_at, call.state = ending, now, "over"
            course.at_ease()
            for alarm in course.alarms:
                self.agenda.call_off(alarm)
            self._courses.pop(call.id, None)
            if was_over is not None:
                was_over(course, ending)
            if course.told.ended is not None and "completed" in course.told.events:
                self.tell(course, "hook.status", course.told.ended, course.wire.ended_params(call, ending, now, course.reported))
