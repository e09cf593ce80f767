"""Dial: other phones are rung, and the first that answers is joined with the call."""

from dataclasses import dataclass, field

from ivr.sandbox.board import Board, Course, Flow, Told
from ivr.sandbox.dialling import Dialling
from ivr.sandbox.documents import Join, Page
from ivr.sandbox.numbers import normal, phone
from ivr.sandbox.records import Call, Ending


@dataclass(slots=True, eq=False)
class _Party:
    """The phones that ring for one call, until one of them is joined."""

    join: Join
    ringing: list[Course] = field(default_factory=list)
    joined: Course | None = None
    last: Course | None = None
    dropped: bool = False  # the call was led elsewhere


class Joining:
    def __init__(self, board: Board, flow: Flow, dialling: Dialling) -> None:
        self._board = board
        self._flow = flow
        self._dialling = dialling

    def join(self, course: Course, join: Join) -> None:
        """Ring them all; go on at once when none of them can be rung."""
        party = _Party(join)
        problem = ""
        for number in join.numbers:
            shown = normal(join.shown or course.call.dialling)
            problem = self._problem(course, number, shown)
            if not problem:
                party.ringing.append(self._leg(course, party, normal(_international(number)), shown))
        if not party.ringing:
            self._unjoined(course, party, Ending(course.wire.codes[problem]))
            return
        course.wait = party
        course.on_over = lambda _, ending: self._left(course, party, ending)
        course.on_moved = lambda _: self._moved(course, party)
        course.call.waits_for = "the other phone"
        for leg in party.ringing:
            self._dialling.ring(leg, join.ring_ms)

    def _problem(self, course: Course, number: str, shown: str) -> str:
        if phone(_international(number)) is None:
            return "unreachable"
        if not course.wire.lends(shown) and not (course.wire.name == "twilio" and shown == course.call.dialling):
            return "caller id"
        return "" if self._dialling.has_room(course.wire.name) else "channels"

    def _leg(self, course: Course, party: _Party, number: str, shown: str) -> Course:
        wire = course.wire
        call = Call(
            wire.new_call_id(),
            wire.name,
            number,
            shown,
            self._board.clock.now(),
            None,
            direction="outbound",
            parent=course.call.id,
        )
        leg = Course(call, wire, Told(), Page(""), limit_ms=party.join.longest_ms)
        leg.on_answer = lambda answered: self._joined(course, party, answered)
        leg.on_over = lambda over, ending: self._gone(course, party, over, ending)
        leg.on_moved = lambda led: self._gone(
            course, party, led, Ending(wire.codes["hung up"], True, call.seconds(self._board.clock.now()))
        )
        return leg

    def _joined(self, course: Course, party: _Party, leg: Course) -> None:
        party.joined = leg
        party.ringing.remove(leg)
        for other in list(party.ringing):
            self._dialling.end(other, "cancelled")
        if course.call.answered_at is None:
            self._flow.answer(course)
        course.call.waits_for = ""
        self._board.hear(course.call, "joined", leg.call.caller)
        self._board.hear(leg.call, "joined", course.call.caller)

    def _gone(self, course: Course, party: _Party, leg: Course, ending: Ending) -> None:
        """A rung phone did not answer, or the joined one hung up."""
        party.last = leg
        if leg in party.ringing:
            party.ringing.remove(leg)
        if not (course.over or party.dropped) and (party.joined is leg or (party.joined is None and not party.ringing)):
            self._unjoined(course, party, ending)

    def _unjoined(self, course: Course, party: _Party, ending: Ending) -> None:
        """The call goes on without the other."""
        course.at_ease()
        self._tell(course, party, ending)

    def _left(self, course: Course, party: _Party, ending: Ending) -> None:
        """The call itself is over: the other phones stop, and the action is told, though its answer changes nothing."""
        over = self._stopped(party)
        if party.join.then is not None:
            self._tell(course, party, over or Ending(course.wire.cancelled))

    def _moved(self, course: Course, party: _Party) -> None:
        """The call was led elsewhere: the other phones stop too."""
        party.dropped = True
        over = self._stopped(party) or Ending(course.wire.cancelled)
        leg = party.joined or party.last
        if party.join.then is not None and course.wire.tells_of_moves:
            self._flow.tell(course, party.join.then, course.wire.join_params(course.call, leg.call if leg else None, over))

    def _stopped(self, party: _Party) -> Ending | None:
        """Nobody rings, nobody is joined any more; how the last one ended."""
        for leg in (*party.ringing, *([party.joined] if party.joined else [])):
            self._dialling.end(leg, "hung up" if leg is party.joined else "cancelled")
        last = party.joined or party.last
        return last.call.ending if last is not None else None

    def _tell(self, course: Course, party: _Party, ending: Ending) -> None:
        leg = party.joined or party.last
        if party.join.then is None:
            self._flow.proceed(course)
        else:
            said = course.wire.join_params(course.call, leg.call if leg else None, ending)
            self._flow.ask(course, party.join.then, said)


def _international(number: str) -> str:
    """Plivo writes the country code without a plus."""
    return f"+{number}" if number.isdigit() and not number.startswith("0") and len(number) > 10 else number
