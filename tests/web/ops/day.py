"""A day at the clinic: calls come, texts go out, providers report."""

import sqlite3
from contextlib import closing

from ivr.model.events import CallArrived, CallEnded, CallOutcome, ReportState, TextReported
from ivr.model.outcomes import SendOutcome
from ivr.store import console, outbox
from ivr.store.database import sqlite_path
from ivr.texts.booking import SEND
from ivr.texts.delivery import Claim
from ivr.texts.reports import record_report
from ivr.wiring import App
from tests.clock import HandClock

HOTLINE, STOP_LINE = "08061914343", "08061914347"
NUMBER = "+919845012345"


class Day:
    """Things that happen to the clinic."""

    def __init__(self, app: App, clock: HandClock) -> None:
        self.app = app
        self.clock = clock
        self._calls = 0

    def call(self, caller: str = NUMBER, line: str = HOTLINE) -> str:
        """A missed call, and its id in our records."""
        self._calls += 1
        name = f"c{self._calls}"
        self.app.calls.arrive(CallArrived("plivo", name, caller, line), self.clock.now())
        self.clock.forward(seconds=2)
        self.app.calls.end(CallEnded("plivo", name, caller, line, True, CallOutcome.BUSY, 0, "17"), self.clock.now())
        with self.app.database.read() as tx:
            return str(console.latest_calls(tx, most=1)[0].call.id)

    def send(self, outcome: SendOutcome) -> Claim:
        """What is due goes to the provider, which answers."""
        self.clock.forward(seconds=1)
        now = self.clock.now()
        due = self.app.database.write(lambda tx: outbox.issue(tx, [SEND], now=now, again_at=now + 60_000, most=10))
        (claim,) = self.app.delivery.claim([row.id for row in due])
        self.clock.forward(seconds=1)
        booked_at = self.clock.now()
        self.app.database.write(lambda tx: self.app.delivery.booking.outcome(tx, claim.text.attempt_id, outcome, booked_at))
        return claim

    def report(self, claim: Claim, state: ReportState, code: str = "") -> None:
        self.clock.forward(seconds=3)
        record_report(self.app.database, claim.text.attempt_id, TextReported("plivo", "m1", state, code), self.clock.now())

    def sql(self, statement: str, *values: object) -> None:
        with closing(sqlite3.connect(sqlite_path(self.app.settings.database_url))) as connection:
            connection.execute(statement, values)
            connection.commit()
