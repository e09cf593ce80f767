"""Calls that are answered, ours and theirs: what callers do in the menu, and how phones take our calls."""

from dataclasses import dataclass

from sqlalchemy import select

from ivr.callbacks.dials import CALL_PLACE
from ivr.callbacks.placing import Claim
from ivr.model.events import CallAnswered, CallArrived, CallEnded, CallOutcome, Heard, Pressed, Recorded, Silence, TurnCame
from ivr.model.outcomes import Accepted, SendOutcome
from ivr.store import outbox
from ivr.store.schema import call
from ivr.wiring import App
from tests.clock import HandClock
from tests.web.ops.day import NUMBER

MENU_LINE, CALL_BACK_LINE, CANCEL_LINE = "08061914344", "08061914348", "08061914349"


@dataclass
class Talk:
    """Somebody on the phone, in the menu."""

    app: App
    clock: HandClock
    name: str  # at the provider
    call_id: str
    dial_id: str | None = None
    turn: int = 0

    def presses(self, keys: str, after_s: float = 4) -> "Talk":
        return self._does(Pressed(keys), after_s)

    def says_nothing(self) -> "Talk":
        return self._does(Silence(), 12)

    def speaks(self, seconds: int) -> "Talk":
        return self._does(Recorded("https://media.example/secret-note.mp3", seconds), seconds)

    def hangs_up(self, after_s: float = 3, talked_s: int = 20) -> str:
        """The call's id."""
        self.clock.forward(seconds=after_s)
        ended = CallEnded("plivo", self.name, NUMBER, MENU_LINE, self.dial_id is None, CallOutcome.ANSWERED, talked_s, "16")
        self.app.calls.end(ended, self.clock.now(), self.dial_id)
        return self.call_id

    def _does(self, heard: Heard, after_s: float) -> "Talk":
        self.clock.forward(seconds=after_s)
        self.turn += 1
        self.app.menus.turn(TurnCame("plivo", self.name, heard), self.call_id, self.turn, self.clock.now())
        return self


@dataclass
class Phones:
    """The phones of the clinic's callers."""

    app: App
    clock: HandClock
    calls: int = 0

    def dials(self, caller: str = NUMBER, line: str = MENU_LINE) -> Talk:
        name = self._name()
        self.app.calls.arrive(CallArrived("plivo", name, caller, line), self.clock.now())
        return Talk(self.app, self.clock, name, self._found(name))

    def gives_missed_call(self, caller: str = NUMBER, line: str = CALL_BACK_LINE) -> str:
        talk = self.dials(caller, line)
        self.clock.forward(seconds=2)
        self.app.calls.end(CallEnded("plivo", talk.name, caller, line, True, CallOutcome.BUSY, 0, "17"), self.clock.now())
        return talk.call_id

    def we_call(self, outcome: SendOutcome | None = None, minutes: float = 0.2) -> Claim:
        """What is due after so many minutes is asked of the provider, which takes it unless told otherwise."""
        self.clock.forward(minutes=minutes)
        now = self.clock.now()
        due = self.app.database.write(lambda tx: outbox.issue(tx, [CALL_PLACE], now=now, again_at=now + 60_000, most=10))
        claim = self.app.placing.claim(due[0].id)
        assert claim is not None
        self.clock.forward(seconds=1)
        booked = outcome or Accepted(self._name())
        self.app.database.write(lambda tx: self.app.call_backs.dials.outcome(tx, claim.call.dial_id, booked, now + 1_000))
        return claim

    def picks_up(self, claim: Claim) -> Talk:
        self.clock.forward(seconds=6)
        name = f"c{self.calls}"  # the provider's name for the call that it has just taken
        self.app.calls.answered(CallAnswered("plivo", name), claim.call.dial_id, self.clock.now())
        return Talk(self.app, self.clock, name, self._found(name), claim.call.dial_id)

    def is_busy(self, claim: Claim) -> None:
        self.clock.forward(seconds=2)
        ended = CallEnded("plivo", f"c{self.calls}", NUMBER, CALL_BACK_LINE, False, CallOutcome.BUSY, 0, "3010")
        self.app.calls.end(ended, self.clock.now(), claim.call.dial_id)

    def _name(self) -> str:
        self.calls += 1
        return f"c{self.calls}"

    def _found(self, name: str) -> str:
        with self.app.database.read() as tx:
            return str(tx.rows(select(call.c.id).where(call.c.provider_call_id == name))[0].id)
