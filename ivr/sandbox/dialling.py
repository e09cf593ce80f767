"""Ringing a phone from the vendor's side, until it is picked up or not."""

from ivr.sandbox.board import Board, Course
from ivr.sandbox.habits import Habits
from ivr.sandbox.phones import Phones

CONNECT_MS = 300  # until the phone makes a sound


class Dialling:
    """Outbound calls, up to the moment they are answered. `channels`: how many calls at once a vendor carries for the account."""

    def __init__(self, board: Board, phones: Phones, habits: Habits) -> None:
        self._board = board
        self._phones = phones
        self._habits = habits
        self.channels: dict[str, int] = {"plivo": 50}  # India, in and out together. Source: Plivo on concurrency

    def has_room(self, provider: str, more: int = 1) -> bool:
        most = self.channels.get(provider)
        return most is None or len(self._board.under_way(provider)) + more <= most

    def ring(self, course: Course, ring_ms: int) -> None:
        """`course.on_answer` follows when somebody picks up, `course.on_over` when nobody does."""
        self._board.enlist(course)
        self.progress(course, "initiated")
        self._board.wait(course, CONNECT_MS, lambda: self._reach(course, ring_ms))

    def pick_up(self, course: Course) -> None:
        call = course.call
        self._board.move_on(course)
        call.answered_at, call.state, call.rang = self._board.clock.now(), "live", True
        self.progress(course, "answered")
        self._board.alarm(course, course.limit_ms, lambda: self.end(course, "time over"))
        self._habits.answered(course)
        if course.on_answer is not None:
            course.on_answer(course)

    def end(self, course: Course, outcome: str, source: str = "") -> None:
        self._board.end(course, course.wire.codes[outcome], source)

    def progress(self, course: Course, event: str) -> None:
        """Twilio tells what it was asked to tell; Plivo, only that it rings."""
        wire, told, now = course.wire, course.told, self._board.clock.now()
        if event == "ringing" and told.ringing is not None:
            self._board.tell(course, "hook.status", told.ringing, wire.progress_params(course.call, "ringing", 0, now))
        if event in told.events and told.ended is not None:
            status = "in-progress" if event == "answered" else event
            self._board.tell(course, "hook.status", told.ended, wire.progress_params(course.call, status, course.reported, now))
            course.reported += 1

    def _reach(self, course: Course, ring_ms: int) -> None:
        manner = course.manner = self._phones.take(course.call.caller)
        if manner.after_ms == 0:
            self.end(course, manner.outcome)
            return
        course.call.rang = True
        self.progress(course, "ringing")
        if manner.after_ms is None or manner.after_ms >= ring_ms:
            self._board.wait(course, ring_ms, lambda: self.end(course, "no answer"))
        elif manner.outcome != "answers":
            self._board.wait(course, manner.after_ms, lambda: self.end(course, manner.outcome))
        else:
            self._board.wait(course, manner.after_ms, lambda: self.pick_up(course))
            if manner.hangs_up_after_ms is not None:
                self._board.alarm(course, manner.after_ms + manner.hangs_up_after_ms, lambda: self.end(course, "hung up", "Callee"))
