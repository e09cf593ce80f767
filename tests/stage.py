"""The stage on which journeys are played: our web, relay and worker, the sandbox's phones, one clock to wind by hand.

Web and sandbox are threaded servers on loopback; the relay and the RQ worker are stepped on the main thread, on a real Valkey.
"""

import re
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from json import loads
from threading import Thread
from typing import Any
from urllib.parse import urljoin

import psycopg
import requests
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from sqlalchemy import select
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from ivr import wiring
from ivr.model.errors import DatabaseAway
from ivr.model.values import Phone
from ivr.sandbox.faults import Fault
from ivr.sandbox.records import CallRecord, Exchange, InboxText
from ivr.sandbox.server import listen
from ivr.sandbox.world import Accounts, Sandbox
from ivr.settings import Settings
from ivr.store import alarms, console, outbox, turns
from ivr.store.database import sqlite_path
from ivr.store.schema import call_back, caller, consult, grievance, payment, stand_by, voice_note
from ivr.store.tx import Row
from ivr.web.app import create_app
from tests import duty
from tests.clock import HandClock
from workers import current
from workers.jobs import QUEUES
from workers.relay import Relay
from workers.sweeps import SWEEPS

HOTLINE = "08061914343"
MENU_LINE = "08061914344"
STOP_LINE = "08061914347"
CALL_BACK_LINE = "08061914348"
CANCEL_LINE = "08061914349"
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"


_SHORTLY_MS = 5_000  # texts on their way, a busy tone
_A_TURN_MS = 150  # while somebody is on the phone, time passes only as they listen


class Caller:
    """A person with a phone."""

    def __init__(self, stage: "Stage", number: str) -> None:
        self._stage = stage
        self.number = number
        self._read = 0
        self._call = ""
        self._listened = 0

    def dials(self, line: str = HOTLINE, *, hangs_up_after_ms: int | None = None, told_times: int = 1) -> "Caller":
        """Ring `line`; everything that follows at once has happened when this returns."""
        self._call = self._stage.ring(self.number, line, hang_up_after_ms=hangs_up_after_ms, deliveries=told_times)
        self._listened = 0
        return self

    def hears(self, words: str) -> "Caller":
        """Listen until these words begin; whatever is said before them goes by."""
        for _ in range(400):
            heard = self.call.heard
            for index in range(self._listened, len(heard)):
                if words.lower() in heard[index].text.lower():
                    self._listened = index + 1
                    return self
            assert self.call.state != "over", f"the call ended without {words!r}: {self.said()}"
            self._stage.pass_moment()
        raise AssertionError(f"never heard {words!r}: {self.said()}")

    def said(self) -> list[str]:
        """Everything heard in this call, oldest first."""
        return [heard.text for heard in self.call.heard]

    def presses(self, keys: str) -> "Caller":
        """At once, in the middle of a prompt too."""
        self._stage.until(lambda: self.call.waits_for == "keys" or self.call.state == "over")
        assert self.call.state != "over", f"the call ended before {keys!r} could be pressed: {self.said()}"
        self._stage.sandbox.press(self._call, keys)
        self._stage.settle()
        return self

    def speaks(self, seconds: float) -> "Caller":
        """Into a recording, then `#`."""
        self._stage.until(lambda: self.call.waits_for == "voice note")
        self._stage.sandbox.speak(self._call, seconds)
        self._stage.wait(seconds=seconds + 1)
        self._stage.sandbox.press(self._call, "#")
        self._stage.settle()
        return self

    def says_nothing(self, seconds: float) -> "Caller":
        self._stage.wait(seconds=seconds)
        return self

    def hangs_up(self) -> "Caller":
        self._stage.sandbox.hang_up(self._call)
        self._stage.settle()
        return self

    def call_is_over(self) -> "Caller":
        """Listens to the end, which must come by itself."""
        self._stage.until(lambda: self.call.state == "over")
        return self

    def is_rung(self, by: str, within_minutes: float = 0) -> "Caller":
        """The phone rings, and shows `by`."""
        for _ in range(int(within_minutes * 60)):
            if self.rings:
                break
            self._stage.wait(seconds=1)
        ringing = self._stage.sandbox.ringing(self.number)
        assert self.rings, f"the phone does not ring; call backs: {self._stage.call_backs()}"
        assert ringing is not None
        assert ringing.line.endswith(by.lstrip("0")), ringing.line
        self._call, self._listened = ringing.id, 0
        return self

    @property
    def rings(self) -> bool:
        found = self._stage.sandbox.ringing(self.number)
        return found is not None and (found.direction, found.state) == ("outbound", "ringing")

    def is_not_rung(self, for_minutes: float = 0) -> None:
        for _ in range(int(for_minutes * 12)):  # a phone rings for half a minute
            self._stage.clock.forward(seconds=5)
            self._stage.settle()
            assert not self.rings, self._stage.call_backs()
        assert not self.rings, self._stage.call_backs()

    def takes_calls(self, manner: str, times: int | None = None) -> "Caller":
        """busy, declines, no answer, machine …: see the sandbox's `behave`."""
        self._stage.sandbox.behave(self.number, manner, times)
        return self

    def answers(self) -> "Caller":
        self._stage.sandbox.answer(self._call)
        self._stage.settle()
        return self

    @property
    def call(self) -> CallRecord:
        found = self._stage.sandbox.call(self._call)
        assert found is not None
        return found

    def gets_text(self, containing: str = "") -> InboxText:
        """The next text on this phone, which must have come by now."""
        inbox = self._stage.sandbox.inbox(self.number)
        assert len(inbox) > self._read, f"no text came; our records say: {self._stage.story()}"
        text = inbox[self._read]
        self._read += 1
        assert containing in text.body, text.body
        return text

    def gets_no_text(self) -> None:
        extra = self._stage.sandbox.inbox(self.number)[self._read :]
        assert not extra, f"an unexpected text: {extra}"

    def texts(self, body: str, line: str = HOTLINE) -> None:
        self._stage.sandbox.text(self.number, line, body, self._stage.provider)
        self._stage.settle()

    def presses_pay(self, text: InboxText, name: str = "") -> str:
        """Open the pay page of a text, press its button, and wait for the gateway's page; the address of that, or of where it ended."""
        found = re.search(r"https?://\S+", text.body)
        assert found, text.body
        browser = requests.Session()
        browser.headers["User-Agent"] = ANDROID
        assert browser.get(found[0], timeout=5).status_code == 200
        answer = browser.post(found[0], data={"name": name}, allow_redirects=False, timeout=5)
        for _ in range(20):
            self._stage.settle()
            address = answer.headers.get("Location")
            if address is None:
                return answer.url
            if not address.startswith(self._stage.app.settings.public_url) and address.startswith("http"):
                return address
            address = urljoin(answer.url, address)
            answer = browser.get(address, allow_redirects=False, timeout=5)
            if answer.status_code == 200:  # one moment: the page loads itself again two seconds later
                self._stage.wait(seconds=2)
                answer = browser.get(address, allow_redirects=False, timeout=5)
        raise AssertionError("the page never led to the gateway")

    def pays(self, text: InboxText, times: int = 1) -> "Caller":
        """By the link in a text, at the gateway."""
        address = self.presses_pay(text)
        assert "/p/" in address, f"{address} says: {requests.get(address, timeout=5).text}; waiting: {self._stage.waiting()}"
        self._stage.sandbox.gateway.pay(address, times=times)
        self._stage.settle()
        return self

    def taps(self, text: InboxText, user_agent: str = ANDROID) -> str:
        """Open the link in a text; where it leads."""
        found = re.search(r"https?://\S+", text.body)
        assert found, text.body
        answer = requests.get(found[0], headers={"User-Agent": user_agent}, allow_redirects=False, timeout=5)
        return answer.headers.get("Location", "")


class Stage:
    """Everything, in one process. `settle()` lets all that is due happen."""

    def __init__(self, app: wiring.App, sandbox: Sandbox, clock: HandClock, provider: str, web: BaseWSGIServer) -> None:
        self.app = app
        self._web = web
        self.sandbox = sandbox
        self.clock = clock
        self.provider = provider
        self.redis_away = False
        self.relay = Relay(app, SWEEPS)
        self.menu_line = MENU_LINE if provider == "plivo" else "+12025550144"
        self.call_back_line = CALL_BACK_LINE if provider == "plivo" else "+12025550148"

    def caller(self, number: str = "+919845012345") -> Caller:
        return Caller(self, number)

    def doctor(self, number: str = "+919900000001", **how: Any) -> Caller:
        """On duty, free, and with a phone."""
        duty.on_duty(self.app, number, **how)
        return Caller(self, number)

    def breaks(self, operation: str, effect: str, **how: Any) -> None:
        self.sandbox.faults.add(Fault(operation, effect, **how))

    def ring(self, number: str, line: str, **how: Any) -> str:
        call_id = self.sandbox.dial(number, line, self.provider, **how)
        self.settle()
        return call_id

    def deploys(self, **changes: object) -> None:
        """Web and workers start anew, on files and settings as they are now; calls under way go on."""
        self.app = wiring.build(self.app.settings.model_copy(update=changes), self.clock)
        self._web.app = create_app(self.app)
        current.install(self.app)
        self.relay = Relay(self.app, SWEEPS)

    def pass_moment(self) -> None:
        """Until the next thing happens, or for a second."""
        soon = self.sandbox.next_due()
        ahead = 1_000 if soon is None else min(1_000, max(1, soon - self.clock.now()))
        self.clock.forward(ms=ahead)
        self.settle()

    def until(self, happened: Callable[[], bool]) -> None:
        for _ in range(400):
            if happened():
                return
            self.pass_moment()
        raise AssertionError("it never happened")

    def waiting(self) -> list[tuple[str, int]]:
        """What is in the outbox, and in how many milliseconds it is due."""
        with self.app.database.read() as tx:
            return [(row.kind, row.due_at - self.clock.now()) for row in outbox.waiting(tx)]

    def call_backs(self) -> list[tuple[str, str | None]]:
        """State and reason of each, oldest first."""
        with self.app.database.read() as tx:
            return [(row.state, row.why) for row in tx.rows(select(call_back).order_by(call_back.c.id))]

    def last_call(self) -> CallRecord:
        return self.sandbox.calls()[-1]

    def requests_to(self, operation: str) -> int:
        return sum(1 for request in self.sandbox.requests() if request.operation == operation)

    def settle(self) -> None:
        """Until nothing is due: webhooks, outbox, jobs, and the sandbox's own short delays (network, phone)."""
        for _ in range(200):
            moved = self.sandbox.step() + self._work()
            soon = self.sandbox.next_due()
            if moved:
                continue
            listening = any(call.state == "live" for call in self.sandbox.calls(100))  # booked calls may ring beside it
            if soon is None or soon - self.clock.now() > (_A_TURN_MS if listening else _SHORTLY_MS):
                return
            self.clock.forward(ms=max(1, soon - self.clock.now()))
        raise AssertionError("things keep happening")

    def wait(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass second by second, so that every timer fires in its turn; in a long wait a few seconds late."""
        left = int(minutes * 60 + seconds)
        stride = 1 if left <= 120 else 5
        while left > 0:
            self.clock.forward(seconds=min(stride, left))
            self.settle()
            left -= stride

    def nothing_else_happens(self, minutes: float = 2) -> None:
        before = (self.sandbox.inboxes(), len(self.sandbox.calls()))
        self.wait(minutes=minutes)
        assert (self.sandbox.inboxes(), len(self.sandbox.calls())) == before

    def story(self) -> list[tuple[str, str | None]]:
        """State and reason of every text of ours, oldest first."""
        with self.app.database.read() as tx:
            return [(row.text.state, row.text.reason) for row in reversed(console.latest_texts(tx, most=100))]

    def consents(self) -> list[dict[str, Any]]:
        """Of booked calls."""
        with self.app.database.read() as tx:
            return [loads(row.consent) for row in tx.rows(select(call_back)) if row.consent]

    def consults(self) -> list[Row]:
        """Oldest first."""
        with self.app.database.read() as tx:
            return tx.rows(select(consult).order_by(consult.c.id))

    def payments(self) -> list[str]:
        """States, oldest first."""
        with self.app.database.read() as tx:
            return [row.state for row in tx.rows(select(payment).order_by(payment.c.id))]

    def stand_by(self) -> list[int]:
        """Paise credited to doctors whose patient was not to be had."""
        with self.app.database.read() as tx:
            return [row.paise for row in tx.rows(select(stand_by))]

    def grievances(self) -> list[Row]:
        """Those that are owed an answer."""
        with self.app.database.read() as tx:
            return tx.rows(select(grievance).where(grievance.c.state == "open"))

    def notes(self, call_id: str) -> list[Row]:
        with self.app.database.read() as tx:
            return tx.rows(select(voice_note).where(voice_note.c.call_id == call_id))

    def turns(self) -> list[Row]:
        """Of the latest call, in order."""
        with self.app.database.read() as tx:
            return turns.of_call(tx, console.latest_calls(tx, most=1)[0].call.id)

    def replays(self, exchange: Exchange) -> str:
        """The provider sends this request again, signed anew; what it is answered."""
        wire = self.sandbox.wires[self.provider]
        headers = wire.sign("POST", exchange.url, exchange.params)
        return requests.post(exchange.url, data=dict(exchange.params), headers=headers, timeout=10).text

    def phone(self, caller: Caller) -> Phone:
        return Phone(caller.number)

    def spoil_the_number_of(self, number: str) -> None:
        """As if the key it was encrypted with had been lost."""
        spoil = (
            caller.update().where(caller.c.phone_hash == self.app.vault.hash(Phone(number))).values(phone=b"sealed with a key that is gone")
        )
        self.app.database.write(lambda tx: tx.run(spoil))

    def attempts(self) -> list[Row]:
        """Of the latest text, oldest first."""
        with self.app.database.read() as tx:
            return list(console.latest_texts(tx, most=1)[0].attempts)

    def alarms(self) -> list[str]:
        with self.app.database.read() as tx:
            return [row.kind for row in alarms.latest(tx)]

    def readiness(self) -> int:
        return requests.get(f"{self.app.settings.public_url}/readyz", timeout=10).status_code

    def worker_dies_after_claiming(self) -> None:
        """What `kill -9` leaves behind between the claim and the provider's call."""
        with self.app.database.read() as tx:
            waiting = [row.id for row in outbox.waiting(tx)]
        assert self.app.delivery.claim(waiting)

    @contextmanager
    def database_away(self) -> Iterator[None]:
        """PostgreSQL refuses connections; SQLite is locked by somebody who does not let go. Relay and worker stand still."""
        self.redis_away = True
        with _away(self.app.settings.database_url):
            yield
        self.redis_away = False

    @contextmanager
    def web_away(self) -> Iterator[None]:
        """No web process answers: what stands before it says so. Relay and workers go on."""
        self._web.app = _nobody
        yield
        self._web.app = create_app(self.app)

    def _work(self) -> int:
        if self.redis_away:
            return 0
        try:
            moved = self.relay.move()
            self.relay.sweep_if_due()
        except DatabaseAway:  # a connection that died while nobody looked: the relay waits and comes again
            return 1
        queues = [Queue(name, connection=self.app.redis, serializer=JSONSerializer) for name in QUEUES]
        if not self.app.redis.exists(*(queue.key for queue in queues)):
            return moved
        for queue in queues:
            if queue.count:
                worker = _HandWorker([queue], connection=self.app.redis, serializer=JSONSerializer, log_job_description=False)
                worker.work(burst=True, logging_level="ERROR")
                failed = queue.failed_job_registry.get_job_ids()
                assert not failed, [queue.fetch_job(job).exc_info for job in failed]
                moved += 1
        return moved


class _HandWorker(SimpleWorker):
    """Without the thread that listens for RQ's commands to workers: to end it takes a fifth of a second, and nobody commands here."""

    def subscribe(self) -> None:
        return None

    def unsubscribe(self) -> None:
        return None


@contextmanager
def _away(url: str) -> Iterator[None]:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(sqlite_path(url), isolation_level=None)) as connection:
            connection.execute("BEGIN EXCLUSIVE")
            yield
            connection.execute("ROLLBACK")
        return
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    with psycopg.connect(url, dbname="template1", autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')  # type: ignore[call-overload]
        try:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            yield
        finally:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')  # type: ignore[call-overload]


def _nobody(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("503 Service Unavailable", [("Content-Type", "text/html")])
    return [b"<h1>no server is available to handle this request</h1>"]


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        return None


@contextmanager
def stage_on(settings: Settings, clock: HandClock, provider: str) -> Iterator[Stage]:
    """A stage for one test; `settings` lack only the addresses, which are made here."""
    accounts = Accounts(
        settings.plivo_auth_id,
        settings.plivo_auth_token[0].get_secret_value(),
        settings.twilio_account_sid,
        settings.twilio_auth_token[0].get_secret_value(),
        settings.razorpay_key_id,
        settings.razorpay_key_secret.get_secret_value(),
        settings.razorpay_webhook_secret[0].get_secret_value(),
    )
    listening = socket.create_server(("127.0.0.1", 0), backlog=128)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    sandbox = Sandbox(clock, address, accounts, timeout_s=5.0)
    sandbox_server = listen(sandbox)
    addresses = {"public_url": address, **{f"{vendor}_api_url": sandbox_server.url for vendor in ("plivo", "twilio", "razorpay")}}
    app = wiring.build(settings.model_copy(update=addresses), clock)
    web = make_server("127.0.0.1", 0, create_app(app), threaded=True, fd=listening.fileno(), request_handler=_Quiet)
    thread = Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    current.install(app)
    duty.resting(app)  # so that consults are sold, and nobody is rung
    try:
        yield Stage(app, sandbox, clock, provider, web)
    finally:
        web.shutdown()
        sandbox.hooks.stopping.set()
        sandbox_server.stop()
        listening.close()
        app.database.close()
