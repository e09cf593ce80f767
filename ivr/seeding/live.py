"""What is under way now, invented: people in menus and on hold, doctors who ring and talk, consults in every open state."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.callbacks.dials import CALL_PLACE, CHANNEL_PURPOSE
from ivr.callbacks.plan import CALL_LATER, OFFER
from ivr.connecting.offers import FLOW, LEASE_MS, TALK_LEASE_MS
from ivr.lines import Line, word_for
from ivr.model.values import Language
from ivr.seeding.calls import Calls, Ended
from ivr.seeding.consults import Consults, Opened
from ivr.seeding.meeting import Doctor, Meetings
from ivr.seeding.people import Person
from ivr.seeding.pile import Pile
from ivr.seeding.walks import Walks
from ivr.settings import Settings
from ivr.store.channels import INBOUND

_MINUTE_MS = 60_000
_CONSULTS: Mapping[str, int] = {
    "triaged": 2,
    "quoted": 2,
    "awaiting_payment": 7,
    "paid": 3,
    "offering": 6,
    "connecting": 1,
    "talking": 8,
    "recovering": 1,
    "callback_booked": 3,
    "wrap_up": 2,
}
"""Of sixty live calls; fewer of each where there are fewer, and one at least."""
REFUNDS = ("refund_due", "requested", "pending", "pending", "manual")


def consults_of(calls: int) -> dict[str, int]:
    """How many consults of each state go with so many live calls."""
    return {state: max(1, of_sixty * calls // 60) for state, of_sixty in _CONSULTS.items()}


@dataclass(slots=True)
class Claims:
    """Which doctors are taken, and by which offer: what `presence` is to say."""

    free: Iterator[Doctor]
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)

    def next(self) -> Doctor:
        return next(self.free)

    def take(self, doctor: Doctor, offer: Mapping[str, Any], state: str) -> None:
        columns = {"offer_id": offer["id"], "fence": offer["fence"], "lease_until": offer["lease_until"]}
        self.taken[doctor.id] = {"state": state, **columns}


@dataclass(frozen=True, slots=True)
class Live:
    pile: Pile
    calls: Calls
    walks: Walks
    consults: Consults
    meetings: Meetings
    settings: Settings
    now: int

    def add(self, fresh: Callable[[], Person], line: Line, claims: Claims, calls: int) -> None:
        """About so many calls that go on."""
        before = self.calls.count
        for state, how_many in consults_of(calls).items():
            for _ in range(how_many):
                self._consult(state, fresh(), line, claims)
        for state in REFUNDS:
            opened = self.consults.opened(fresh(), line, self.now - 40 * _MINUTE_MS, first=True)
            self.consults.refunding(opened, state, self.now - 4 * _MINUTE_MS)
        for _ in range(max(3, calls // 12)):
            self._booked(fresh(), line)
        for _ in range(max(1, calls - (self.calls.count - before) * 2 // 3)):
            self._in_menu(fresh(), line)

    def _consult(self, state: str, person: Person, line: Line, claims: Claims) -> None:
        random = self.pile.random
        early = {"triaged": 20_000, "quoted": 50_000, "awaiting_payment": random.randint(2, 12) * _MINUTE_MS}
        at = self.now - early.get(state, random.randint(5, 9) * _MINUTE_MS)
        opened = self.consults.opened(person, line, at, first=True, live=state not in ("callback_booked", "wrap_up"))
        if opened.row["state"] == "triaged" and state not in ("callback_booked", "wrap_up"):
            self._channel(opened.call["id"], opened.call["provider"], INBOUND, at)
        match state:
            case "triaged":
                pass
            case "quoted":
                self.consults.quoted(opened)
            case "awaiting_payment":
                self.consults.asked(opened, "live")
            case _:
                self._paid(state, opened, person, line, claims)
        opened.row["state"] = state
        self.consults.clock(opened, self._clock(state, opened))

    def _clock(self, state: str, opened: Opened) -> int:
        if state == "awaiting_payment":
            return opened.at + 30 * _MINUTE_MS
        if opened.row["paid_at"] is None:
            return opened.at + 10 * _MINUTE_MS
        return max(self.now + 90_000, int(opened.row["paid_at"]) + self.settings.serve_by_minutes * _MINUTE_MS)

    def _paid(self, state: str, opened: Opened, person: Person, line: Line, claims: Claims) -> None:
        paid_at = self.now - self.pile.random.randint(60_000, 150_000)
        self.consults.paid(opened, paid_at)
        match state:
            case "offering":
                self.meetings.search(opened.row, line, paid_at + 500, refusals=self.pile.random.randint(0, 1))
                self._holds(opened)
                for _ in range(self.pile.random.choice((1, 1, 2))):
                    self._rings(opened, line, claims)
            case "connecting" | "talking" | "recovering":
                self._talks(state, opened, line, claims, paid_at)
            case "callback_booked":
                opened.row.update(slot_at=self.now + 40 * _MINUTE_MS, slots=1)
            case "wrap_up":
                self.meetings.meet(opened.row, person, line, paid_at - 6 * _MINUTE_MS, 4 * _MINUTE_MS, None)
                opened.row["paid_at"] = paid_at
            case _:
                self._holds(opened)

    def _holds(self, opened: Opened) -> None:
        columns = {"consult_id": opened.row["id"], "role": "patient", "waits_at": opened.at + 60_000}
        self.pile.add("leg", call_id=opened.call["id"], **columns)
        opened.row.update(told_wait_s=180, told_wait_at=self.now - 20_000)

    def _rings(self, opened: Opened, line: Line, claims: Claims) -> None:
        doctor, at, offer_id = claims.next(), self.now - self.pile.random.randint(1_000, 14_000), self.pile.id(self.now)
        rung = {"state": "ringing", "tries": 0}
        call_back = self.calls.call_back(doctor.person, line, FLOW, OFFER, opened.row["call_id"], at, at, offer_id=offer_id, **rung)
        offer = self.meetings.offer(opened.row, doctor, line, at, call_back["id"], offer_id)
        offer["lease_until"] = self.now + LEASE_MS
        provider = self.calls.provider()
        dial_id = self.calls.dial(call_back["id"], provider, at, None, "ringing", lease_until=self.now + 60_000)
        self._channel(dial_id, provider, CHANNEL_PURPOSE, at)
        claims.take(doctor, offer, "reserved")

    def _talks(self, state: str, opened: Opened, line: Line, claims: Claims, at: int) -> None:
        doctor, offer_id, accepted = claims.next(), self.pile.id(at), at + 15_000
        rung = {"state": "talking", "tries": 0}
        call_back = self.calls.call_back(doctor.person, line, FLOW, OFFER, opened.row["call_id"], at, at, offer_id=offer_id, **rung)
        offer = self.meetings.offer(opened.row, doctor, line, at, call_back["id"], offer_id)
        offer.update(state="accepted", answered_at=at + 6_000, accepted_at=accepted, lease_until=self.now + TALK_LEASE_MS)
        provider = self.calls.provider()
        dial_id = self.calls.dial(call_back["id"], provider, at, None, "talking", lease_until=self.now + 40 * _MINUTE_MS)
        call_id = self.calls.row(doctor.person, line, at + 6_000, "call_back", provider, Ended(), flow=FLOW, dial_id=dial_id)
        walk = self.walks.of(FLOW, line, Language.ENGLISH, provider, ("1",))
        self.walks.add(self.pile, walk, call_id, at + 6_000, self.now)
        self._channel(dial_id, provider, CHANNEL_PURPOSE, at)
        together = accepted + 8_000 if state == "talking" else None
        for leg_id, role, of in ((opened.call["id"], "patient", None), (call_id, "doctor", offer_id)):
            moments = {"joins_at": accepted + 900, "entered_at": together, "room": 1}
            self.pile.add("leg", call_id=leg_id, consult_id=opened.row["id"], role=role, offer_id=of, **moments)
        self.meetings.note(opened.row, "accepted", accepted, offer=offer_id, doctor=doctor.id)
        lost = "patient" if state == "recovering" else None
        opened.row.update(doctor_id=doctor.id, offer_id=offer_id, room=1, together_since=together, lost=lost)
        claims.take(doctor, offer, "talking")

    def _booked(self, person: Person, line: Line) -> None:
        """A call later, asked for by key this morning."""
        at = self.now - self.pile.random.randint(20, 200) * _MINUTE_MS
        call_id = self.calls.talk(person, line, at, line.flow or "")
        due_at = self.now + self.pile.random.randint(10, 300) * _MINUTE_MS
        kept = self.calls.call_back(person, line, line.flow or "", CALL_LATER, call_id, at, due_at, state="planned")
        kept["wish_id"] = self.pile.id(at)
        self.pile.add("outbox", id=kept["wish_id"], kind=CALL_PLACE, ref=kept["id"], due_at=due_at)

    def _in_menu(self, person: Person, line: Line) -> None:
        provider = self.calls.provider()
        walk = self.walks.of(line.flow or "", line, person.language, provider)
        at = self.now - self.pile.random.randint(3_000, max(4_000, min(240_000, walk.lasts_ms)))
        call_id = self.calls.row(person, line, at, word_for(line.action, live=True), provider, Ended(), flow=line.flow)
        self.walks.add(self.pile, walk, call_id, at, self.now)
        self._channel(call_id, provider, INBOUND, at)

    def _channel(self, channel_id: str, provider: str, purpose: str, at: int) -> None:
        self.pile.add("channel", id=channel_id, provider=provider, purpose=purpose, since=at)
