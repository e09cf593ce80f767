"""Calls from both ends: people ring lines, vendors ring people for the product, and people do things to a call."""

from ivr.model.ports import Clock
from ivr.sandbox.agenda import Agenda
from ivr.sandbox.board import Address, Board, Course, Kept, Told
from ivr.sandbox.dialling import Dialling
from ivr.sandbox.documents import Page
from ivr.sandbox.habits import Habits
from ivr.sandbox.hooks import Hooks
from ivr.sandbox.live import Live
from ivr.sandbox.numbers import line_number, normal
from ivr.sandbox.phones import Phones
from ivr.sandbox.records import Call, CallRecord
from ivr.sandbox.wires import Wire

_KEYS = frozenset("0123456789*#")


class Switchboard:
    """`fallback` is the fallback URL of inbound calls per provider, `fallbacks` of one line: see `Sandbox.fallbacks`. Unset, none."""

    def __init__(self, clock: Clock, agenda: Agenda, hooks: Hooks, keep: int) -> None:
        self._agenda = agenda
        self._hooks = hooks
        self._clock = clock
        self.board = Board(clock, agenda, hooks, keep)
        self.phones = Phones()
        habits = Habits(
            self.board,
            lambda course, keys: self.live.listening.press(course, keys),
            lambda course: self.dialling.end(course, "hung up", "Callee"),
        )
        self.dialling = Dialling(self.board, self.phones, habits)
        self.live = Live(self.board, self.dialling, habits, keep)
        self.fallback: dict[str, str] = {}
        self.fallbacks: dict[str, str] = {}

    def dial(self, caller: str, line: str, wire: Wire, hang_up_after_ms: int | None, deliveries: int) -> str:
        """A person rings a line."""
        call = Call(wire.new_call_id(), wire.name, normal(caller), line_number(line), self._clock.now(), hang_up_after_ms)
        told = Told(Address(self._hooks.at(wire, f"/voice/{wire.name}/status")), fallback=self._fallback(wire, call.line))
        course = Course(call, wire, told, Page(self._hooks.at(wire, f"/voice/{wire.name}")))
        self.board.enlist(course)
        for delivery in range(deliveries):
            self._agenda.after(0, lambda first=delivery == 0: self._arrive(course, first))  # type: ignore[misc]
        if hang_up_after_ms is not None:
            self.board.alarm(course, hang_up_after_ms, lambda: self.board.end(course, wire.cancelled))
        return call.id

    def place(self, wire: Wire, to: str, shown: str, answer: Address, told: Told, ring_ms: int, limit_ms: int) -> Call:
        """The vendor rings a person for the product; both numbers E.164."""
        call = Call(wire.new_call_id(), wire.name, to, shown, self._clock.now(), None, direction="outbound")
        course = Course(call, wire, told, Page(answer.url, answer.method), limit_ms=limit_ms)
        course.on_answer = self.live.first
        self.dialling.ring(course, ring_ms)
        return call

    def press(self, call_id: str, keys: str) -> None:
        if not keys or not set(keys) <= _KEYS:
            raise ValueError(f"keys are 0 to 9, * and #, one or more, not {keys!r}")
        with self.board.lock:
            course = self._live(call_id)
            for key in keys:
                self.live.listening.press(course, key)

    def speak(self, call_id: str, seconds: float) -> None:
        if seconds <= 0:
            raise ValueError("seconds is more than 0")
        with self.board.lock:
            self.live.listening.speak(self._live(call_id), seconds)

    def hang_up(self, call_id: str) -> None:
        """A ringing call is given up, or declined where the vendor placed it."""
        with self.board.lock:
            course = self.board.course(call_id)
            outbound = course.call.outbound
            if course.call.answered_at is not None:
                self.dialling.end(course, "hung up", "Callee" if outbound else "Caller")
            else:
                self.dialling.end(course, "declined" if outbound else "cancelled")

    def answer(self, call_id: str) -> None:
        with self.board.lock:
            course = self.board.course(call_id)
            if not course.call.outbound or course.call.answered_at is not None:
                raise ValueError(f"the call {call_id} does not ring a phone here")
            self.dialling.pick_up(course)

    def stop(self, call_id: str) -> bool:
        """The product ends a call by REST; whether there was one to end."""
        with self.board.lock:
            try:
                course = self.board.course(call_id)
            except ValueError:
                return False
            self.dialling.end(course, "hung up" if course.call.answered_at is not None else "cancelled", "API Request")
            return True

    def move(self, call_id: str, address: Address) -> bool:
        """The product leads a live call to another document; whether there was one to lead."""
        with self.board.lock:
            try:
                course = self._live(call_id)
            except ValueError:
                return False
            self.live.move(course, address)
            return True

    def ringing(self, number: str) -> CallRecord | None:
        """The newest call that rings this phone, or that it is on."""
        wanted = normal(number)
        with self.board.lock:
            found = [course.call for course in self.board.under_way() if course.call.caller == wanted]
            return found[-1].record() if found else None

    def _fallback(self, wire: Wire, line: str) -> Address | Kept | None:
        """A document begins with `<`, all else is an address."""
        named = ((*key.rpartition(" "), what) for key, what in self.fallbacks.items())
        own = {provider: what for provider, _, number, what in named if line_number(number) == line}
        found = own.get(wire.name) or own.get("") or self.fallback.get(wire.name, "")
        return Kept(found) if found.lstrip().startswith("<") else Address(found) if found else None

    def _live(self, call_id: str) -> Course:
        course = self.board.course(call_id)
        if course.call.state != "live":
            raise ValueError(f"the call {call_id} is not live: it has not been answered")
        return course

    def _arrive(self, course: Course, first: bool) -> None:
        """The first webhook. A second delivery of it is sent and noted, but decides nothing."""
        board, wire, page = self.board, course.wire, course.page
        tries = board.send(course, "hook.voice", Address(page.url), wire.call_params(course.call))
        with board.lock:
            if not first or course.over:
                return
            if not tries:  # the webhook was lost, as when Plivo refuses a burst: busy, and nobody is told
                course.told = Told()
                board.end(course, wire.codes["busy"], error="lost")
            elif course.call.hang_up_after_ms is None:  # otherwise the answer is moot
                self.live.read(course, tries, page)
