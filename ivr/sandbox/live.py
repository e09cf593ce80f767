"""The course of a live call: documents performed step by step, and the requests between them."""

from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from ivr.sandbox.board import Address, Board, Course, Kept
from ivr.sandbox.dialling import Dialling
from ivr.sandbox.documents import Ask, Enter, Gather, HangUp, HangUpLater, Join, Page, Prompt, Step, Trouble, Unreadable, VoiceNote, answers
from ivr.sandbox.habits import Habits
from ivr.sandbox.joining import Joining
from ivr.sandbox.listening import Listening
from ivr.sandbox.records import Exchange
from ivr.sandbox.rooms import Rooms

TONE_MS = 1_000  # an unanswered caller hears the busy tone, then the call is over
TURN_MS = 100  # a request for the next document is on its way
KEPT_AT = "kept:fallback"  # the address of a document that the product need not serve


class Live:
    """Performs documents. `listening` takes what persons do to a call, `rooms` are where several meet."""

    def __init__(self, board: Board, dialling: Dialling, habits: Habits, keep: int) -> None:
        self._board = board
        self.listening = Listening(board, self, habits)
        self.rooms = Rooms(board, self, habits, keep)
        self._joining = Joining(board, self, dialling)

    def first(self, course: Course, ms: int = 0) -> None:
        """Ask for the first document of a call that we placed and that was answered."""
        page = course.page
        self._board.fetch(
            course, ms, "hook.voice", page, course.wire.call_params(course.call), lambda tries: self.read(course, tries, page)
        )

    def read(self, course: Course, tries: list[Exchange], page: Page) -> None:
        """What an answer makes of the call. A doubled delivery's second answer decides nothing."""
        try:
            steps = course.wire.read(decisive(tries), page)
        except Unreadable as unreadable:
            self._fail(course, str(unreadable), page)
            return
        course.page, course.steps = page, deque(steps)
        self.proceed(course)

    def proceed(self, course: Course) -> None:
        """Perform steps until one of them takes time."""
        while course.steps and not course.over:
            step = course.steps.popleft()
            if answers(step) and course.call.answered_at is None:
                self.answer(course)
            if isinstance(step, HangUpLater):
                self._schedule(course, step)
            elif not (isinstance(step, Prompt) and step.ms == 0):
                self._perform(course, step)
                return
        if not course.over and not course.ends_later:
            self._finish(course)

    def ask(self, course: Course, ask: Ask, said: Mapping[str, str]) -> None:
        """Request the next document; of a call that is over, only tell."""
        page = Page(ask.url, ask.method, ask.kind)
        if course.over or not ask.goes:
            self.tell(course, ask, said)
            if not course.over:
                self.proceed(course)
            return
        params = {**course.wire.turn_params(course.call), **said}
        self._board.fetch(course, TURN_MS, "hook.turn", page, params, lambda tries: self.read(course, tries, page))

    def tell(self, course: Course, ask: Ask, said: Mapping[str, str]) -> None:
        """The same request, its answer of no consequence."""
        self._board.tell(course, "hook.turn", Address(ask.url, ask.method), {**course.wire.turn_params(course.call), **said})

    def move(self, course: Course, address: Address) -> None:
        """Lead a live call elsewhere, whatever it is doing; no action is asked for that, unless the vendor has its own way (`on_moved`)."""
        dropped = course.on_moved
        course.at_ease()
        course.steps.clear()
        if dropped is not None:
            dropped(course)
        self.ask(course, Ask(address.url, address.method, "transfer"), {})

    def answer(self, course: Course) -> None:
        course.call.answered_at, course.call.state = self._board.clock.now(), "live"
        self._board.alarm(course, course.limit_ms, lambda: self._board.end(course, course.wire.codes["time over"]))

    def _perform(self, course: Course, step: Step) -> None:
        match step:
            case Prompt():
                self._say(course, step)
            case Gather():
                self.listening.gather(course, step)
            case VoiceNote():
                self.listening.take_note(course, step)
            case Join():
                course.unbridged = not step.answers
                self._joining.join(course, step)
            case Enter():
                self.rooms.enter(course, step)
            case Ask():
                self.ask(course, step, {})
            case HangUp():
                self._hang_up(course, step)
            case Trouble():
                self._fail(course, step.code, course.page)

    def _schedule(self, course: Course, step: HangUpLater) -> None:
        course.ends_later = True
        self._board.alarm(course, step.ms, lambda: self._board.end(course, step.code))

    def _say(self, course: Course, prompt: Prompt) -> None:
        if prompt.kind != "pause":
            self._board.hear(course.call, prompt.kind, prompt.text, prompt.language, prompt.voice)
        self._board.wait(course, prompt.ms, lambda: self.proceed(course))

    def _hang_up(self, course: Course, step: HangUp) -> None:
        """Whoever has been answered cannot be rejected any more."""
        course.call.error = course.call.error or step.error
        if course.call.answered_at is None:
            self._board.wait(course, TONE_MS, lambda: self._board.end(course, step.code))
        else:
            rejected = step.free and not step.error
            self._board.end(course, course.wire.codes["hung up"] if rejected else step.code)

    def _finish(self, course: Course) -> None:
        """A document that ends ends the call. It has answered by then, unless it only rang others, in vain (answerOnBridge)."""
        if course.call.answered_at is None and not course.unbridged:
            self.answer(course)
        outcome = "no answer" if course.call.answered_at is None else "end of document"
        self._board.end(course, course.wire.codes[outcome])

    def _fail(self, course: Course, error: str, page: Page) -> None:
        """The fallback, if there is one and it has not failed itself; else the vendor's way to give up."""
        course.call.error = course.call.error or error
        fallback = course.told.fallback
        if fallback is None or page.fallback or not course.wire.falls_back(error):
            course.steps = deque(course.wire.gives_up(error))
            self.proceed(course)
            return
        call = course.call
        params = course.wire.call_params(call) if page.kind == "answer" else course.wire.turn_params(call)
        params = {**params, **course.wire.fallback_params(page, error)}
        operation = "hook.voice" if page.kind == "answer" else "hook.turn"
        if isinstance(fallback, Kept):
            self._read_kept(course, Exchange(operation, KEPT_AT, params, self._board.clock.now(), 0, 200, "text/xml", fallback.body), page)
            return
        second = Page(fallback.url, fallback.method, page.kind, fallback=True)
        self._board.fetch(course, 0, operation, second, params, lambda tries: self.read(course, tries, second))

    def _read_kept(self, course: Course, exchange: Exchange, page: Page) -> None:
        course.call.exchanges.append(exchange)
        self.read(course, [exchange], replace(page, url=KEPT_AT, fallback=True))


def decisive(tries: list[Exchange]) -> Exchange | None:
    """The answer that counts: the last try of the first delivery. A doubled delivery starts again at attempt 0."""
    chosen = tries[0] if tries else None
    for each in tries[1:]:
        if each.attempt == 0:
            break
        chosen = each
    return chosen
