"""A clinic's line, its callers, and a provider whose answers are scripted: what call backs are told on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from threading import Lock

from sqlalchemy import func, select

from ivr.callbacks.dials import CALL_LOOK, CALL_PLACE, Answered, Dials
from ivr.callbacks.limits import CallBackHistory
from ivr.callbacks.placing import Pacer, Placing
from ivr.callbacks.reconcile import CallReconciliation
from ivr.callbacks.thoughts import SecondThoughts
from ivr.callbacks.wishes import CallBacks, is_planned
from ivr.lines import Line, Lines, OptOut
from ivr.model.events import CallEnded, CallOutcome
from ivr.model.ids import new_id
from ivr.model.outcomes import Accepted, SendOutcome, Unknown
from ivr.model.ports import OutgoingCall, SeenCall
from ivr.model.values import CallerKind, Language, Phone
from ivr.numbering import identify
from ivr.providers.plivo import Plivo
from ivr.providers.twilio import Twilio
from ivr.settings import Settings
from ivr.store import alarms, callers, calls, outbox
from ivr.store.database import Database
from ivr.store.schema import call_back, channel, dial, opt_out
from ivr.store.tx import Row, Tx
from ivr.store.vault import Vault
from tests.clock import HandClock

LINE = Phone("+918061914348")
ASHA = "+919845012345"
LANDLINE = "+918026543210"
IST_MS = (5 * 60 + 30) * 60_000


class FarEnd:
    """The provider: takes what it is asked for, unless told otherwise, and remembers."""

    name = "plivo"

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.asked: list[OutgoingCall] = []
        self.times: list[str] = []
        self.answers: list[SendOutcome | Exception] = []  # the next ones; then every request is accepted
        self.list: Sequence[SeenCall] | Unknown = ()
        self.meanwhile: Callable[[], object] = lambda: None  # what happens while we search its list
        self.searches = 0
        self._ids = count(1)
        self._lock = Lock()

    def place_call(self, call: OutgoingCall) -> SendOutcome:
        with self._lock:
            self.asked.append(call)
            self.times.append(in_india(self.clock.now()))
            answer = self.answers.pop(0) if self.answers else Accepted(f"call-{next(self._ids)}")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def find_calls(self, to: Phone, shown: Phone, since: int, until: int) -> Sequence[SeenCall] | Unknown:
        assert shown == LINE
        assert since < until
        self.searches += 1
        self.meanwhile()
        return self.list


class NoPace:
    """A provider without a limit on calls a second."""

    def wait_ms(self, provider: str, per_second: float, now: int) -> int:
        return 0


@dataclass
class Scene:
    database: Database
    settings: Settings
    clock: HandClock
    far_end: FarEnd = field(init=False)
    vault: Vault = field(init=False)
    flows: tuple[str, ...] = ("hotline",)

    def __post_init__(self) -> None:
        self.far_end = FarEnd(self.clock)
        self.vault = Vault([key.get_secret_value() for key in self.settings.data_key], "hash key")
        line = Line(LINE, "08061914348", "Call me", OptOut(), Language.ENGLISH, "", None, False)
        self.lines = Lines.of(line)
        self.use(self.settings)

    def use(self, settings: Settings, pace: Pacer | None = None, credentials: Sequence[str] = ("plivo", "twilio")) -> None:
        """From now on with other settings, as after a restart."""
        self.settings = settings
        dials = Dials(settings)
        can = {"plivo": Plivo.capabilities, "twilio": Twilio.capabilities}
        self.call_backs = CallBacks(settings, dials, can)
        thoughts = SecondThoughts(self.vault, self.lines, {name: can[name] for name in credentials}, settings, self.flows)
        placers = dict.fromkeys(credentials, self.far_end)
        self.placing = Placing(self.database, placers, thoughts, dials, pace or NoPace(), settings, self.clock)
        self.reconciliation = CallReconciliation(self.database, self.vault, placers, dials, settings, self.clock)

    # what callers do

    def gives_missed_call(self, number: str = ASHA, *, told_late_ms: int = 0) -> Row:
        """The call back that came of it. `told_late_ms`: how long it waited in the spool."""

        def arrive(tx: Tx) -> str:
            now, party = self.clock.now() - told_late_ms, identify(number, self.lines.numbers)
            caller_id = callers.ensure(tx, self.vault, party.phone, now) if party.phone else None
            call_id = self._call(tx, caller_id, party.kind)
            if caller_id is not None:
                callers.lock(tx, caller_id)
            history = self.call_backs.history(tx, caller_id, now) if caller_id else CallBackHistory()
            rows = self.call_backs.wish(
                call_id=call_id, caller_id=caller_id, kind=party.kind, line=LINE, flow="hotline", delay_s=10, history=history, at=now
            )
            if caller_id is not None and is_planned(rows):
                self.call_backs.rang_again(tx, caller_id, now)
            tx.add(rows)
            return str(rows[0].values["id"])

        call_back_id = self.database.write(arrive)
        return next(row for row in self.all() if row.id == call_back_id)

    def books(self, due_at: int, number: str = ASHA, *, told_late_ms: int = 0) -> int | None:
        """When the caller will be called; None when not."""

        def book(tx: Tx) -> int | None:
            now, kind = self.clock.now() - told_late_ms, identify(number, self.lines.numbers).kind
            caller_id = callers.ensure(tx, self.vault, Phone(number), now)
            call_id = self._call(tx, caller_id, kind)
            consent = {"wording": "offer.v1", "key": "3"}
            return self.call_backs.book(
                tx, call_id=call_id, caller_id=caller_id, kind=kind, line=LINE, flow="hotline", due_at=due_at, consent=consent, at=now
            )

        booked = self.database.write(book)
        self.clock.forward(ms=1)
        return booked

    def may_ask(self) -> bool:
        caller_id = self.caller_id()
        with self.database.read() as tx:
            return self.call_backs.may_ask(tx, caller_id, self.clock.now())

    def booked(self) -> int | None:
        caller_id = self.caller_id()
        with self.database.read() as tx:
            return self.call_backs.booked(tx, caller_id)

    def caller_id(self, number: str = ASHA) -> str:
        with self.database.read() as tx:
            found = callers.find(tx, self.vault, Phone(number))
        assert found is not None
        return found

    def picks_up(self, dial_id: str | None = None, call_id: str | None = None) -> Answered | None:
        latest = self.dials()[-1]
        dial_id, call_id = dial_id or latest.id, call_id or latest.provider_call_id or "call-x"
        return self.database.write(lambda tx: self.call_backs.dials.answered(tx, dial_id, call_id, self.clock.now()))

    def ends(self, outcome: CallOutcome = CallOutcome.NO_ANSWER, dial_id: str | None = None) -> None:
        latest = self.dials()[-1]
        event = CallEnded("plivo", latest.provider_call_id or "call-x", "", LINE.e164, False, outcome, 0, "")
        self.database.write(lambda tx: self.call_backs.dials.ended(tx, dial_id or latest.id, event, self.clock.now()))

    def cancels(self, told_late_ms: int = 0) -> bool:
        caller_id, at = self.caller_id(), self.clock.now() - told_late_ms
        return self.database.write(lambda tx: self.call_backs.cancel(tx, caller_id, "by key", at))

    def rings_another_line(self, told_late_ms: int = 0) -> None:
        """One whose call answers what the caller asked for before: the SMS line, or a menu."""
        caller_id, at = self.caller_id(), self.clock.now() - told_late_ms
        self.database.write(lambda tx: self.call_backs.rang_again(tx, caller_id, at))

    def talks(self) -> None:
        """A person picks up, and the call comes to its end."""
        assert self.picks_up() is not None
        self.ends(CallOutcome.ANSWERED)

    def ends_call(self, call_id: str) -> None:
        """A call of somebody who rang us is over."""
        event = CallEnded("plivo", call_id, "", LINE.e164, True, CallOutcome.ANSWERED, 9, "")
        self.database.write(lambda tx: calls.end(tx, event, self.clock.now()))

    # what time does

    def settle(self) -> None:
        """What the relay, the workers and the sweeps do now."""
        self.reconciliation.expire()
        now = self.clock.now()
        for kind, job in ((CALL_PLACE, self.placing.place), (CALL_LOOK, self.reconciliation.look)):
            for row in self.database.write(
                lambda tx, kind=kind: outbox.issue(tx, [kind], now=now, again_at=now + 60_000, most=100)  # type: ignore[misc]
            ):
                job(row.id)

    def wait(self, *, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass from one timer to the next."""
        target = self.clock.now() + int((hours * 60 + minutes) * 60_000 + seconds * 1000)
        while (following := self._next_timer()) is not None and following <= target:
            self.clock.forward(ms=max(0, following - self.clock.now()))
            self.settle()
        self.clock.forward(ms=max(0, target - self.clock.now()))
        self.settle()

    def goes_to(self, time: str) -> None:
        """Wind the clock to this time in India, today or tomorrow; nothing happens meanwhile."""
        hour, minute = map(int, time.split(":"))
        now_min = (self.clock.now() + IST_MS) // 60_000 % 1440
        self.clock.forward(minutes=(hour * 60 + minute - now_min) % 1440)

    def crashes_after_claiming(self) -> None:
        """What `kill -9` leaves behind between the claim and the request."""
        now = self.clock.now()
        rows = self.database.write(lambda tx: outbox.issue(tx, [CALL_PLACE], now=now, again_at=now + 60_000, most=100))
        assert [self.placing.claim(row.id) for row in rows]

    # what there is to see

    def all(self) -> list[Row]:
        with self.database.read() as tx:
            return tx.rows(select(call_back).order_by(call_back.c.id))

    def only(self) -> Row:
        [row] = self.all()
        return row

    def story(self) -> list[tuple[str, str | None]]:
        return [(row.state, row.why) for row in self.all()]

    def dials(self) -> list[Row]:
        with self.database.read() as tx:
            return tx.rows(select(dial).order_by(dial.c.id))

    def wishes(self) -> list[Row]:
        with self.database.read() as tx:
            return [row for row in outbox.waiting(tx) if row.kind in (CALL_PLACE, CALL_LOOK)]

    def channels(self) -> int:
        with self.database.read() as tx:
            found = tx.row(select(func.count().label("n")).select_from(channel))
            return int(found.n) if found else 0

    def opt_outs(self) -> list[tuple[str, int]]:
        with self.database.read() as tx:
            return [(row.source, row.at) for row in tx.rows(select(opt_out))]

    def alarms(self) -> list[tuple[str, str]]:
        with self.database.read() as tx:
            return [(row.kind, row.key) for row in alarms.latest(tx)]

    def _next_timer(self) -> int | None:
        with self.database.read() as tx:
            due = outbox.next_due(tx, [CALL_PLACE, CALL_LOOK])
            leased = tx.row(select(func.min(dial.c.lease_until).label("at")))
        times = [due, leased.at + 5_000 if leased and leased.at is not None else None]
        return min((at for at in times if at is not None), default=None)

    def _call(self, tx: Tx, caller_id: str | None, kind: CallerKind) -> str:
        call_id = new_id(self.clock.now())
        columns = {"id": call_id, "provider": "plivo", "provider_call_id": call_id, "caller_id": caller_id, "caller_kind": kind.value}
        tx.add([calls.addition(**columns, line=LINE.e164, action="call_back", arrived_at=self.clock.now())])
        return call_id


def in_india(at: int) -> str:
    """HH:MM:SS"""
    second = (at + IST_MS) // 1000 % 86_400
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
