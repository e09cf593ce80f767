"""A turn of a live call: a key at the main menu, one commit, the menu heard again. Ours beside a bare Flask, as the first webhook is."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial

from bench.missed_calls import STARTED_AT, caller, missed_calls, signed_post
from bench.rounds import BARE, Measured, Row, measure
from bench.shots import BUSY
from bench.stage import BenchError, Ours, Quiet, databases, installation, quiet_children, start_gunicorn, start_web
from ivr.lines import Answer
from ivr.model.events import CallArrived, Pressed, TurnCame
from ivr.model.replies import Gather
from ivr.run.development import sandbox_accounts
from ivr.sandbox.plivo_wire import PlivoWire
from ivr.sandbox.records import Call
from ivr.store import turns
from tests import servers

MENU = b"For a doctor, press 1."
_ENGLISH = Pressed("1")  # as Plivo offers languages: it has no voice for Kannada
_KEYS = "*7"  # the menu again; a key that does nothing, forgiven, and the menu again
_AT_ONCE = 16


def turn_rows(rounds: int, requests: int, say: Callable[[str], None]) -> list[Measured]:
    """BenchError when a database does not hold each turn that was answered."""
    with ExitStack() as stack:
        children = stack.enter_context(quiet_children())
        measured = measure("turn", list(_rows(stack, children, requests, say)), rounds, requests, say)
        children.must_be_whole()
        return measured


def _rows(stack: ExitStack, children: Quiet, requests: int, say: Callable[[str], None]) -> Iterator[Row]:
    redis_url = stack.enter_context(servers.valkey())
    installed = [stack.enter_context(installation(name, redis_url)) for name in databases()]
    process, url = start_gunicorn(children, "bench.bare", {})
    yield Row(BARE, url, process, partial(missed_calls, url, installed[0].line, sandbox_accounts()), BUSY)
    for ours in installed:
        say(f"turn: {requests} calls find the main menu, on {ours.name}")
        calls = LiveCalls(ours, requests)
        yield Row(f"turn, {ours.name}", ours.url, start_web(children, ours), calls.presses, MENU, check=calls.must_have_moved)


class LiveCalls:
    """`count` calls that stand at the main menu. They press a key in turn, and no call twice among `count` requests."""

    def __init__(self, ours: Ours, count: int) -> None:
        self._ours = ours
        self._wire = PlivoWire(sandbox_accounts())
        self._line = next(line.number.e164 for line in ours.app.lines if isinstance(line.action, Answer))
        with ThreadPoolExecutor(_AT_ONCE) as callers:  # side by side: they share commits
            self._calls = list(callers.map(self._at_the_main_menu, range(count)))

    def presses(self, first: int, count: int) -> list[bytes]:
        """The `count` next keys, `first` having been pressed so far: each a new turn."""
        return [self._press(serial) for serial in range(first, first + count)]

    def must_have_moved(self, pressed: int) -> None:
        """No row, no number: each call has exactly the turns that it was answered."""
        every, ahead = divmod(pressed, len(self._calls))
        with self._ours.app.database.read() as tx:
            for index, (call, _) in enumerate(self._calls):
                numbers = [row.number for row in turns.of_call(tx, call)]
                if numbers != list(range(2 + every + (index < ahead))):
                    raise BenchError(f"{self._ours.name}: call {index} was answered other turns than the database holds: {numbers}")

    def _press(self, serial: int) -> bytes:
        turn, index = divmod(serial, len(self._calls))
        call, at_plivo = self._calls[index]
        params = {**self._wire.turn_params(at_plivo), **self._wire.digits_params(_KEYS[(turn + index) % 2], "")}
        return signed_post(self._wire, f"{self._ours.url}/voice/plivo/turn/{call}/{2 + turn}", params)

    def _at_the_main_menu(self, serial: int) -> tuple[str, Call]:
        """Our id of a call, and the call as Plivo knows it."""
        app, at_plivo = self._ours.app, Call(self._wire.new_call_id(), "plivo", caller(serial), self._line, STARTED_AT, None, state="live")
        at = app.clock.now()
        greeted = app.calls.arrive(CallArrived("plivo", at_plivo.id, at_plivo.caller, self._line), at)
        if not isinstance(greeted, Gather):
            raise BenchError(f"{self._ours.name}: the voice menu does not begin with a choice")
        call = greeted.next_url.split("/")[-2]
        app.menus.turn(TurnCame("plivo", at_plivo.id, _ENGLISH), call, 1, at)
        return call, at_plivo
