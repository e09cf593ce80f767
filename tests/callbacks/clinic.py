"""The shipped clinic, wired as in production but for the provider: calls as webhooks tell of them, and what follows."""

from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import select

from ivr.callbacks.placing import Placing
from ivr.callbacks.thoughts import SecondThoughts
from ivr.model.events import CallAnswered, CallArrived, CallEnded, CallOutcome, Pressed, Silence, TextReceived, TurnCame
from ivr.model.ports import OutgoingCall
from ivr.model.replies import Reply
from ivr.store import outbox
from ivr.store.schema import call_back, text
from ivr.store.tx import Row
from ivr.wiring import App
from tests.callbacks.scene import ASHA, FarEnd, NoPace
from tests.clock import HandClock

SMS_LINE, MENU_LINE, STOP_LINE = "+918061914343", "+918061914344", "+918061914347"
CALL_BACK_LINE, CANCEL_LINE = "+918061914348", "+918061914349"
_ids = count(1)


@dataclass
class Call:
    """One of Asha's calls to us, or of ours to her."""

    clinic: "Clinic"
    line: str
    reply: Reply
    id: str

    def does(self, heard: Pressed | Silence) -> "Call":
        self.clinic.clock.forward(seconds=3)
        call_id, number = self.reply.next_url.split("/")[-2:]  # type: ignore[union-attr]
        event = TurnCame("plivo", self.id, heard)
        self.reply = self.clinic.app.menus.turn(event, call_id, int(number), self.clinic.clock.now())
        return self

    def presses(self, *keys: str) -> "Call":
        for key in keys:
            self.does(Pressed(key))
        return self

    def over(self, outcome: CallOutcome = CallOutcome.ANSWERED, dial_id: str | None = None, *, inbound: bool = True) -> None:
        self.clinic.clock.forward(seconds=1)
        event = CallEnded("plivo", self.id, ASHA, self.line, inbound, outcome, 0, "")
        self.clinic.app.calls.end(event, self.clinic.clock.now(), dial_id)


@dataclass
class Clinic:
    app: App
    clock: HandClock
    far_end: FarEnd = field(init=False)

    def __post_init__(self) -> None:
        self.far_end = FarEnd(self.clock)

    def rung(self, line: str, caller: str = ASHA) -> Call:
        event = CallArrived("plivo", f"inbound-{next(_ids)}", caller, line)
        return Call(self, line, self.app.calls.arrive(event, self.clock.now()), event.provider_call_id)

    def told_from_the_spool(self, call: Call) -> None:
        event = CallArrived("plivo", call.id, ASHA, call.line)
        self.app.calls.arrive(event, self.clock.now(), live=False)

    def missed(self, line: str, caller: str = ASHA) -> None:
        self.rung(line, caller).over(CallOutcome.REJECTED)

    def books(self) -> None:
        """A call in half an hour, by key."""
        self.rung(MENU_LINE).presses("1", "3", "1").over()

    def texts_stop(self) -> None:
        self.app.opt_outs.received(TextReceived("plivo", "message-1", ASHA, SMS_LINE, "STOP"), self.clock.now())

    def wait(self, *, minutes: float = 0, seconds: float = 0) -> list[OutgoingCall]:
        """Let time pass; the calls that we placed at its end."""
        self.clock.forward(minutes=minutes, seconds=seconds)
        before, now = len(self.far_end.asked), self.clock.now()
        for row in self.app.database.write(lambda tx: outbox.issue(tx, ["call_place"], now=now, again_at=now + 60_000, most=100)):
            self._placing.place(row.id)
        return self.far_end.asked[before:]

    def picked_up(self, call: OutgoingCall) -> Call:
        """Of a call that we placed, the first document."""
        event = CallAnswered("plivo", f"outbound-{call.dial_id}")
        return Call(self, call.shown.e164, self.app.calls.answered(event, call.dial_id, self.clock.now()), event.provider_call_id)

    def not_picked_up(self, call: OutgoingCall, outcome: CallOutcome = CallOutcome.BUSY) -> None:
        event = CallEnded("plivo", f"outbound-{call.dial_id}", ASHA, call.shown.e164, False, outcome, 0, "")
        self.app.calls.end(event, self.clock.now(), call.dial_id)

    def call_backs(self) -> list[tuple[str, str | None]]:
        return [(row.state, row.why) for row in self._all()]

    def texts(self) -> list[str]:
        """Templates that are on their way."""
        with self.app.database.read() as tx:
            return [row.template for row in tx.rows(select(text).order_by(text.c.id)) if row.state != "dropped"]

    def bodies(self) -> list[str]:
        """Of texts that are on their way."""
        with self.app.database.read() as tx:
            return [row.body for row in tx.rows(select(text).order_by(text.c.id)) if row.state != "dropped"]

    def _all(self) -> list[Row]:
        with self.app.database.read() as tx:
            return tx.rows(select(call_back).order_by(call_back.c.id))

    @property
    def _placing(self) -> Placing:
        app = self.app
        thoughts = SecondThoughts(app.vault, app.lines, app.call_backs.capabilities, app.settings, app.book.flows)
        return Placing(app.database, {"plivo": self.far_end}, thoughts, app.call_backs.dials, NoPace(), app.settings, self.clock)
