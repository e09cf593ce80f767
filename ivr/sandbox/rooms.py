"""Conferences of both vendors: who is in which room, what they hear there, and who is told of it."""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from itertools import count

from ivr.sandbox.agenda import Appointment
from ivr.sandbox.board import Address, Board, Course, Flow
from ivr.sandbox.documents import Ask, Enter
from ivr.sandbox.habits import Habits
from ivr.sandbox.records import Ending
from ivr.sandbox.room_records import RoomEvent, RoomRecord, Visit
from ivr.sandbox.wires import Wire

REORDERED_MS = 3_000  # so much later comes what a fault puts out of order


@dataclass(slots=True, eq=False)
class _Member:
    course: Course
    enter: Enter
    number: str
    visit: int  # its place in the room's list of visits


@dataclass(slots=True, eq=False)
class _Room:
    record: RoomRecord
    first: Enter
    members: list[_Member] = field(default_factory=list)
    events: int = 0
    closing: bool = False
    ender: _Member | None = None  # who took everybody along
    timer: Appointment | None = None


class Rooms:
    """Rooms by name, each vendor's apart. A room is there from the first who enters until the last has left.

    Documented by both: names belong to the account; a conference begins when two are there, one of whom may begin it; who enters alone
    hears music; when one with endConferenceOnExit leaves, the rest drop out and go on in their own calls.
    Assumed: who finds a room full has its action asked at once, and who is left alone is not asked anything: it stays.
    """

    def __init__(self, board: Board, flow: Flow, habits: Habits, keep: int) -> None:
        self._board = board
        self._flow = flow
        self._habits = habits
        self._keep = keep
        self._numbers = count(101)
        self._open: dict[tuple[str, str], _Room] = {}
        self._known: OrderedDict[str, _Room] = OrderedDict()

    def rooms(self) -> list[RoomRecord]:
        """Those remembered, oldest first; the ones that are over too."""
        with self._board.lock:
            return [room.record for room in self._known.values()]

    def enter(self, course: Course, enter: Enter) -> None:
        room = self._room(course.wire, enter)
        if any(enter.label and enter.label == other.enter.label for other in room.members):
            self._flow.proceed(course)  # Twilio's 16025: not added, the next verb has its turn
            return
        if len(room.members) >= enter.most:
            self._ask(course, enter.then, course.wire.left_params(enter.room, room.record.id, ""))
            return
        member = _Member(course, enter, str(next(self._numbers)), len(room.record.visits))
        visit = Visit(course.call.id, course.call.caller, self._board.clock.now())
        room.record = replace(room.record, visits=(*room.record.visits, visit))
        others = list(room.members)
        room.members.append(member)
        self._stay(room, member)
        self._news(room, member, "join", first=not others)
        self._meet(room, member, others)

    def _room(self, wire: Wire, enter: Enter) -> _Room:
        found = self._open.get((wire.name, enter.room))
        if found is None:
            record = RoomRecord(wire.new_room_id(), wire.name, enter.room, self._board.clock.now(), None, None, ())
            found = self._open[wire.name, enter.room] = self._known[record.id] = _Room(record, enter)
            while len(self._known) > self._keep:
                self._known.popitem(last=False)
        return found

    def _stay(self, room: _Room, member: _Member) -> None:
        """Until something ends it. A limit of the room's begins anew."""
        course, enter = member.course, member.enter
        course.wait, course.call.room = member, enter.room
        course.on_over = lambda _, ending: self._hung_up(room, member, ending)
        course.on_moved = lambda _: self._moved(room, member)
        course.on_key = lambda key: self._key(room, member, key)
        if not enter.limits_room:
            self._board.wait(course, enter.longest_ms, lambda: self._out(room, member, "time over"))
            return
        self._board.move_on(course)
        self._stop_timer(room)
        room.timer = self._board.agenda.after(enter.longest_ms, lambda: self._time_over(room))

    def _meet(self, room: _Room, member: _Member, others: list[_Member]) -> None:
        """What is heard of it, and the conference's beginning."""
        hear = self._board.hear
        for other in others:
            if member.enter.beeps[0]:
                hear(other.course.call, "beep")
        begun = room.record.started_at is not None
        if not begun and len(room.members) > 1 and any(each.enter.starts for each in room.members):
            room.record = replace(room.record, started_at=self._board.clock.now())
            self._news(room, member, "start")
        if not others or room.record.started_at is None:
            hear(member.course.call, member.enter.waits_with)
            return
        for one in room.members:
            for other in room.members:
                if one is not other and (not begun or member in (one, other)):
                    hear(one.course.call, "joined", other.course.call.caller)
        for each in room.members:
            self._habits.met(each.course)

    def _out(self, room: _Room, member: _Member, how: str) -> None:
        """A live call leaves, and goes on in its own document."""
        self._board.move_on(member.course)
        member.course.at_ease()
        self._gone(room, member, how)
        self._ask(member.course, member.enter.then, self._said(room, member))

    def _moved(self, room: _Room, member: _Member) -> None:
        """The call was led elsewhere by REST."""
        self._gone(room, member, "moved")
        if member.enter.then is not None and member.course.wire.tells_of_moves:
            self._flow.tell(member.course, member.enter.then, self._said(room, member))

    def _hung_up(self, room: _Room, member: _Member, ending: Ending) -> None:
        """The call is over. The action is told, and its answer changes nothing, as after a Dial."""
        self._gone(room, member, "hung up")
        if member.enter.then is not None:
            self._flow.tell(member.course, member.enter.then, self._said(room, member))

    def _key(self, room: _Room, member: _Member, key: str) -> None:
        if key == "*" and member.enter.star:
            self._out(room, member, "star")

    def _time_over(self, room: _Room) -> None:
        with self._board.lock:
            room.closing = True
            for member in list(room.members):
                self._out(room, member, "time over")

    def _gone(self, room: _Room, member: _Member, how: str) -> None:
        """The room without this one."""
        room.members.remove(member)
        visits, now = list(room.record.visits), self._board.clock.now()
        visits[member.visit] = replace(visits[member.visit], left_at=now, how=how)
        room.record = replace(room.record, visits=tuple(visits))
        self._news(room, member, "leave", why=how)
        for other in room.members:
            self._notice(room, other, member)
        if not room.closing and (member.enter.ends or (len(room.members) == 1 and not room.members[0].enter.alone)):
            room.closing, room.ender = True, member
            for other in list(room.members):
                self._out(room, other, "room ended")
        if not room.members and room.record.ended_at is None:
            self._close(room, room.ender or member)

    def _notice(self, room: _Room, other: _Member, gone: _Member) -> None:
        """What who stays hears of who goes."""
        call = other.course.call
        if gone.enter.beeps[1]:
            self._board.hear(call, "beep")
        if room.record.started_at is not None:
            self._board.hear(call, "left", gone.course.call.caller)
            if len(room.members) == 1:
                self._board.hear(call, other.enter.rests_with)

    def _close(self, room: _Room, last: _Member) -> None:
        self._stop_timer(room)
        room.record = replace(room.record, ended_at=self._board.clock.now())
        self._open.pop((room.record.provider, room.record.name), None)
        self._news(room, last, "end", why="room ended" if room.closing else "hung up")

    def _stop_timer(self, room: _Room) -> None:
        if room.timer is not None:
            self._board.agenda.call_off(room.timer)
            room.timer = None

    def _news(self, room: _Room, member: _Member, kind: str, *, first: bool = False, why: str = "") -> None:
        """To whoever asked for it. The vendor counts what it tells, and what nobody asked for too."""
        room.events += 1
        course = member.course
        source = room.first if course.wire.shares_room_news else member.enter
        if source.news is None or kind not in source.events:
            return
        enter, record = member.enter, room.record
        event = RoomEvent(
            kind,
            record.name,
            record.id,
            course.call,
            member.number,
            enter.label,
            room.events,
            enter.starts,
            enter.ends,
            first,
            not room.members,
            why,
        )
        params = course.wire.room_params(event, self._board.clock.now())
        if params is not None:
            late = self._board.hooks.reordered("hook.room", course.wire.name, course.call.caller)
            self._board.tell(course, "hook.room", Address(source.news.url, source.news.method), params, REORDERED_MS if late else 0)

    def _said(self, room: _Room, member: _Member) -> dict[str, str]:
        return member.course.wire.left_params(room.record.name, room.record.id, member.number)

    def _ask(self, course: Course, then: Ask | None, said: dict[str, str]) -> None:
        if then is None:
            self._flow.proceed(course)
        else:
            self._flow.ask(course, then, said)
