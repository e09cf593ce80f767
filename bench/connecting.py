"""From a payment to the doctor's ring, and from the doctor's key 1 to one room: our part of a caller's wait, relay and workers included.

Real processes, and the sandbox for provider, gateway and phones. Consults are sold here, without the seconds that their menus are spoken.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

import requests

from bench.machine import load
from bench.missed_calls import caller
from bench.pipeline import control, everything
from bench.shots import percentile
from bench.stage import BenchError, Ours, Quiet
from ivr.consults.paying import Sent
from ivr.model.events import CallArrived, CallEnded, CallOutcome, Heard, Pressed, Silence, TurnCame
from ivr.model.replies import Gather, Redirect
from ivr.model.values import Phone
from ivr.sandbox.remote import Remote
from ivr.store import callers, dials, legs, offers
from ivr.store import consults as consult_store
from tests import duty

CHANGES = {"OPEN_CONSULTS_MAX": "1000", "PLIVO_CALLS_PER_SECOND": "100", "SERVE_BY_MINUTES": "20"}
"""Pace and places are other people's limits: they are out of the way here."""
_KEYS = ("1", "1", "1", "2", "2", "2", "2", "42", "1", "2", "1")  # English, a doctor, for oneself, four times no, age, back, no, the link
_PATIENCE_S = 40.0
_GLANCE_S = 0.1  # moments are taken from records, not from when we look
_FIRST_CALLER = 500_000
_WARM_UP = 1


@dataclass(frozen=True, slots=True)
class Connected:
    """One consult, ms, hop after hop, by the records of the sandbox and of the database.

    From the gateway's event to a consult that is `paid`; from there until the search has begun to ring (`sought`), until a worker has the
    call in hand (`claimed`), until the provider is asked (`dialled`). From key 1 until it is `accepted`, until the provider is asked to
    move the patient (`moved`), until both are in the room, with what is said to them on the way (`joined`).
    `baseline`: a missed call's way to its SMS request, right after.
    """

    paid: int
    sought: int
    claimed: int
    dialled: int
    accepted: int
    moved: int
    joined: int
    baseline: int

    @property
    def to_dial(self) -> int:
        """Event to dial request."""
        return self.paid + self.sought + self.claimed + self.dialled

    @property
    def to_move(self) -> int:
        """Key 1 to room request."""
        return self.accepted + self.moved

    @property
    def to_room(self) -> int:
        """Key 1 to both in the room."""
        return self.to_move + self.joined


@dataclass(frozen=True, slots=True)
class Connecting:
    """Consults that came `together` at a time. `load`: the machine's, before and after."""

    database: str
    together: int
    load: tuple[float, float]
    rows: tuple[Connected, ...]

    def at(self, percent: float, which: Callable[[Connected], int]) -> float:
        """That percentile of a way or a hop, ms."""
        return percentile(sorted(float(which(row)) for row in self.rows), percent)

    def ratio(self, which: Callable[[Connected], int]) -> float:
        """Of the medians, to that of the baseline."""
        return self.at(50, which) / self.at(50, lambda row: row.baseline)


def connecting_rows(database: str, count: int, say: Callable[[str], None], at_a_time: Sequence[int] = (1, 4)) -> list[Connecting]:
    """`count` consults one after the other, then as many again, four at a time. BenchError when somebody does not come together."""
    with ExitStack() as stack:
        ours, children = everything(stack, database, CHANGES)
        clinic = _Clinic(ours, children, doctors=_WARM_UP + count * len(at_a_time))
        for _ in range(_WARM_UP):
            clinic.connect()
        rows = []
        for together in at_a_time:
            say(f"connecting: {count} consults, {together} at a time, on {database}")
            before = load()
            with ThreadPoolExecutor(together) as people:
                found = [each.result() for each in [people.submit(clinic.connect) for _ in range(count)]]
            rows.append(Connecting(database, together, (before, load()), tuple(found)))
        children.must_be_whole()
    return rows


class _Clinic:
    """Doctors on duty, and callers who pay, ring us, and wait; every one of them another person."""

    def __init__(self, ours: Ours, children: Quiet, doctors: int) -> None:
        self._ours, self._app, self._children = ours, ours.app, children
        self._serials: Iterator[int] = iter(range(_FIRST_CALLER, _FIRST_CALLER + 10_000))
        self._menu = next(line.number.e164 for line in ours.app.lines if line.flow == "hotline")
        duty.resting(ours.app, doctors)  # half of them: while most are busy, one is rung for each patient
        duty.on_duty(ours.app, *(f"+91{duty.FIRST_NUMBER + number}" for number in range(doctors, 2 * doctors)))

    def connect(self) -> Connected:
        """One consult, from the payment until both are in the room; then it is served, and everybody hangs up."""
        missed, patient = (caller(serial) for serial in islice(self._serials, 2))
        phones = Remote(self._ours.sandbox_url)
        consult_id = self._sells(patient)
        event_at = self._pays(consult_id)
        [(_, rings), *_] = self._wait("a doctor's call", lambda: self._rung(consult_id))
        patients_call = phones.dial(patient, self._menu, "plivo")
        self._wait("the patient on hold", lambda: self._holds(consult_id))
        pressed_at = self._accepts(phones, rings.provider_call_id)
        moved_at = self._wait("the request to move", lambda: self._asked("call.move", patient))
        joined_at = self._wait("both in the room", lambda: self._both_in(f"c-{consult_id}-"))
        rung = self._rung(consult_id)
        offer, dial = min(rung, key=lambda each: each[1].started_at)
        accepted_at = next(each.accepted_at for each, _ in rung if each.accepted_at)
        dialled_at = phones.call(dial.provider_call_id).started_at
        paid_at = self._served(consult_id)
        for call_id in (patients_call, rings.provider_call_id):
            phones.do(call_id, "hang-up")
        to_dial = pairwise((event_at, paid_at, offer.created_at, dial.started_at, dialled_at))
        to_room = pairwise((pressed_at, accepted_at, moved_at, joined_at))
        paid, sought, claimed, dialled, accepted, moved, joined = (later - sooner for sooner, later in (*to_dial, *to_room))
        return Connected(paid, sought, claimed, dialled, accepted, moved, joined, baseline=self._missed_call(phones, missed))

    # The caller

    def _sells(self, patient: str) -> str:
        """A consult that waits for its payment, by keys of the voice menu, pressed here."""
        app, at_plivo = self._app, f"sold-{patient}"
        at = app.clock.now()
        reply = app.calls.arrive(CallArrived("plivo", at_plivo, patient, self._menu), at)
        for key in _KEYS:
            while isinstance(reply, Redirect):  # what was wished for is committed first
                reply = self._turns(reply, at_plivo, Silence())
            if not isinstance(reply, Gather):
                raise BenchError(f"the voice menu sells no consult; before key {key} it says {reply}")
            reply = self._turns(reply, at_plivo, Pressed(key))
        ended = CallEnded("plivo", at_plivo, patient, self._menu, True, CallOutcome.ANSWERED, 60, "4000")
        app.calls.end(ended, app.clock.now())
        with app.database.read() as tx:
            caller_id = callers.find(tx, app.vault, Phone(patient))
            found = consult_store.open_of(tx, caller_id, ["quoted", "awaiting_payment"]) if caller_id is not None else None
        if found is None:
            raise BenchError("the voice menu sold no consult")
        return str(found.id)

    def _turns(self, reply: Any, at_plivo: str, heard: Heard) -> Any:
        call_id, number = reply.next_url.split("/")[-2:]
        return self._app.menus.turn(TurnCame("plivo", at_plivo, heard), call_id, int(number), self._app.clock.now())

    def _pays(self, consult_id: str) -> int:
        """At the gateway; the moment its first event of this was sent."""
        paying = self._app.consults.paying
        sent = paying.press_pay(consult_id)
        if not isinstance(sent, Sent):
            raise BenchError(f"the consult cannot be paid: {sent}")
        link = self._wait("the gateway's page", lambda: getattr(paying.progress(sent.link_id), "url", None)).rpartition("/")[2]
        self._post(f"gateway/links/{link}/pay")
        reference = control(self._ours, f"gateway/links/{link}")["reference"]
        return int(self._wait("the gateway's event", lambda: self._event_of(reference)))

    def _event_of(self, reference: str) -> int | None:
        """Of those that name the link: others prove nothing of whom the money is for."""
        found = [each for each in control(self._ours, "gateway/events?limit=60")["events"] if reference in each["body"] and each["tries"]]
        return min((each["tries"][0]["at"] for each in found), default=None)

    def _holds(self, consult_id: str) -> bool:
        with self._app.database.read() as tx:
            return any(each.waits_at is not None for each in legs.live(tx, consult_id, legs.PATIENT))

    def _missed_call(self, phones: Remote, number: str) -> int:
        call = phones.call(phones.dial(number, self._ours.line, "plivo"))
        return int(self._wait("an SMS request", lambda: self._asked("text.send", number)) - call.started_at)

    # The doctor

    def _rung(self, consult_id: str) -> list[tuple[Any, Any]]:
        """Offers of this consult whose call was placed, each with its dial."""
        with self._app.database.read() as tx:
            tries = [(offer, each) for offer in offers.of_consult(tx, consult_id) for each in dials.of(tx, offer.call_back_id)]
        return [(offer, dial) for offer, dial in tries if dial.provider_call_id]

    def _accepts(self, phones: Remote, call_id: str) -> int:
        """Picks up, and presses 1 as soon as a key is asked for; the moment the key was on its way to us."""
        self._post(f"calls/{call_id}/answer")
        self._wait("the whisper", lambda: phones.call(call_id).waits_for == "keys")
        phones.do(call_id, "keys", keys="1")

        def sent() -> int | None:
            return next((each.at for each in phones.call(call_id).exchanges if each.params.get("Digits") == "1"), None)

        return int(self._wait("key 1", sent))

    # What can be seen

    def _served(self, consult_id: str) -> int:
        """The doctor has done what was paid for. When it was paid."""
        now = self._app.clock.now()
        with self._app.database.read() as tx:
            found = consult_store.get(tx, consult_id)
        self._app.database.write(lambda tx: self._app.connections.connecting.ending.served(tx, consult_id, now))
        return int(found.paid_at) if found is not None else 0

    def _asked(self, operation: str, number: str) -> int | None:
        """When the provider was asked this for that person's phone."""
        found = control(self._ours, "requests?limit=60")["requests"]
        return next((each["at"] for each in found if (each["operation"], each["number"]) == (operation, number)), None)

    def _both_in(self, name: str) -> int | None:
        found = [room for room in control(self._ours, "rooms?limit=20")["rooms"] if name in room["name"] and len(room["inside"]) == 2]
        return max((visit["entered_at"] for room in found for visit in room["visits"]), default=None)

    def _post(self, path: str) -> None:
        requests.post(f"{self._ours.sandbox_url}/sandbox/api/{path}", json={}, timeout=10).raise_for_status()

    def _wait(self, what: str, look: Callable[[], Any]) -> Any:
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            with suppress(requests.ConnectionError):
                if found := look():
                    return found
            time.sleep(_GLANCE_S)
        raise BenchError(f"{what} never came\n{self._children.story()}")
