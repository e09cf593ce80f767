"""What some phones do by themselves once they were picked up: doctors who accept, pass, come late, or drop out."""

from collections.abc import Callable

from ivr.sandbox.board import Board, Course


class Habits:
    """`press` is a person's key on a live call, `hang_up` their hanging up."""

    def __init__(self, board: Board, press: Callable[[Course, str], None], hang_up: Callable[[Course], None]) -> None:
        self._board = board
        self._press = press
        self._hang_up = hang_up

    def answered(self, course: Course) -> None:
        """Who comes late presses whatever is asked, or nothing."""
        if course.manner.late:
            self._press_later(course)

    def asked(self, course: Course) -> None:
        """A menu began to speak. Only the first one is answered: who has accepted waits for the other."""
        if course.manner.keys and not course.manner.late and not course.reacted:
            self._press_later(course)

    def met(self, course: Course) -> None:
        """Joined with somebody in a room, perhaps not for the first time."""
        stays = course.manner.stays_ms
        if stays is not None and not course.leaves:
            course.leaves = True
            self._board.alarm(course, stays, lambda: self._hang_up(course))

    def _press_later(self, course: Course) -> None:
        course.reacted = True
        self._board.alarm(course, course.manner.presses_after_ms, lambda: self._press(course, course.manner.keys))
