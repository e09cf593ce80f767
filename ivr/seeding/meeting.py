"""How a paid patient came to a doctor, invented: offers one after the other, the calls that rang, the legs, the room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from json import dumps
from typing import Any

from ivr.callbacks.limits import Stop
from ivr.callbacks.plan import CONNECT, OFFER
from ivr.connecting.offers import FLOW, LEASE_MS
from ivr.lines import Line
from ivr.model.values import CallerKind, Language
from ivr.seeding.calls import Calls, Ended
from ivr.seeding.people import Person
from ivr.seeding.pile import Pile
from ivr.seeding.walks import Walks

_REFUSALS = ("passed", "missed", "missed", "busy", "went_off", "rescinded")
_RANG_MS: Mapping[str, tuple[int, int]] = {"missed": (20_000, 21_000), "busy": (2_000, 5_000), "rescinded": (8_000, 16_000)}
_WHISPER_MS = (9_000, 22_000)
PATIENTS_FLOW = "connect"


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor of the directory, and how we ring them."""

    id: str
    caller_id: str

    @property
    def person(self) -> Person:
        return Person(self.caller_id, CallerKind.MOBILE, Language.ENGLISH)


@dataclass(frozen=True, slots=True)
class Met:
    """Both were in the room from `since` to `until`, UTC ms."""

    since: int
    until: int


class Meetings:
    def __init__(self, pile: Pile, calls: Calls, walks: Walks, doctors: Sequence[Doctor], fences: dict[str, int]) -> None:
        """`fences`: of each doctor, counted on here."""
        self._pile, self._calls, self._walks, self._doctors, self.fences = pile, calls, walks, doctors, fences

    def search(self, consult: dict[str, Any], line: Line, at: int, *, refusals: int) -> int:
        """Doctors who were rung for nothing; when the last of them was done."""
        for doctor in self._pile.random.sample(self._doctors, refusals):
            end = self._pile.random.choice(_REFUSALS)
            over_at = at + self._pile.random.randint(*_RANG_MS.get(end, _WHISPER_MS))
            offer, call_back, _ = self._rung(consult, doctor, line, at, over_at, answered=end in ("passed", "went_off"))
            offer.update(state=end, ended_at=over_at, cancelled_at=over_at)
            call_back.update(state="cancelled" if end == "rescinded" else "given_up", ended_at=over_at, why=Stop.NOT_REACHED.value)
            self.note(consult, end, over_at, offer=offer["id"], doctor=doctor.id)
            at = over_at + 300
        return at

    def meet(self, consult: dict[str, Any], patient: Person, line: Line, at: int, talk_ms: int, patients_call: str | None) -> Met:
        """A doctor accepts, and both are brought into one room. `patients_call`: where the patient holds; None: they are rung."""
        doctor = self._pile.random.choice(self._doctors)
        accepted = at + self._pile.random.randint(*_WHISPER_MS)
        since = accepted + self._pile.random.randint(4_000, 9_000) + (0 if patients_call else 14_000)
        until = since + talk_ms
        offer, call_back, doctors_call = self._rung(consult, doctor, line, at, until + 8_000, answered=True)
        offer.update(state="completed", answered_at=at + 6_000, accepted_at=accepted, ended_at=until, cancelled_at=until)
        call_back.update(state="done", ended_at=until + 8_000)
        self.note(consult, "accepted", accepted, offer=offer["id"], doctor=doctor.id)
        if patients_call is None:
            patients_call = self._ring_patient(consult, patient, line, accepted + 400, until)
        legs = ((patients_call, "patient", None), (doctors_call, "doctor", offer["id"]))
        for call_id, role, offer_id in legs:
            moments = {"joins_at": accepted + 900, "entered_at": since, "left_at": until, "ended_at": until}
            self._pile.add("leg", call_id=call_id, consult_id=consult["id"], role=role, offer_id=offer_id, room=1, **moments)
        self.note(consult, "together", since)
        self.note(consult, "ended", until)
        self.note(consult, "completed", until, offer=offer["id"], doctor=doctor.id)
        consult.update(doctor_id=doctor.id, offer_id=offer["id"], room=1, together_ms=talk_ms)
        return Met(since, until)

    def note(self, consult: dict[str, Any], name: str, at: int, **detail: object) -> None:
        kept = dumps(detail, sort_keys=True)
        self._pile.add("consult_event", id=self._pile.id(at), consult_id=consult["id"], at=at, name=name, detail=kept)

    def offer(self, consult: dict[str, Any], doctor: Doctor, line: Line, at: int, call_back_id: object, offer_id: str) -> dict[str, Any]:
        """As it is when the phone begins to ring."""
        why = self._why(at - (consult["seeks_since"] or at))
        self.fences[doctor.id] = fence = self.fences.get(doctor.id, 0) + 1
        self.note(consult, "offered", at, offer=offer_id, doctor=doctor.id, **why)
        kept = {"why": dumps(why, sort_keys=True), "call_back_id": call_back_id, "created_at": at, "lease_until": at + LEASE_MS}
        of = {"consult_id": consult["id"], "doctor_id": doctor.id, "fence": fence, "state": "ringing"}
        return self._pile.add("offer", id=offer_id, **of, **kept)

    def _rung(
        self, consult: dict[str, Any], doctor: Doctor, line: Line, at: int, over_at: int, *, answered: bool
    ) -> tuple[dict[str, Any], dict[str, Any], str]:
        offer_id, columns = self._pile.id(at), {"state": "done", "tries": 1}
        call_back = self._calls.call_back(doctor.person, line, FLOW, OFFER, consult["call_id"], at, at, offer_id=offer_id, **columns)
        offer = self.offer(consult, doctor, line, at, call_back["id"], offer_id)
        provider = self._calls.provider()
        dial_id = self._calls.dial(call_back["id"], provider, at + 200, over_at, "reached" if answered else "not_reached")
        if not answered:
            return offer, call_back, ""
        picked_up = at + 6_000
        offer["answered_at"] = picked_up
        ended = Ended(over_at, "answered", max(1, (over_at - picked_up) // 1000), "4000")
        call_id = self._calls.row(doctor.person, line, picked_up, "call_back", provider, ended, flow=FLOW, dial_id=dial_id)
        walk = self._walks.of(FLOW, line, Language.ENGLISH, provider, ("1",))
        self._walks.add(self._pile, walk, call_id, picked_up, over_at)
        return offer, call_back, call_id

    def _ring_patient(self, consult: dict[str, Any], patient: Person, line: Line, at: int, until: int) -> str:
        rung = self._calls.call_back(
            patient, line, PATIENTS_FLOW, CONNECT, consult["call_id"], at, at, state="done", tries=1, ended_at=until
        )
        provider = self._calls.provider()
        dial_id = self._calls.dial(rung["id"], provider, at, until, "reached")
        self.note(consult, "patient_rung", at)
        ended = Ended(until, "answered", max(1, (until - at) // 1000 - 9), "4000")
        call_id = self._calls.row(patient, line, at + 9_000, "call_back", provider, ended, flow=PATIENTS_FLOW, dial_id=dial_id)
        self._walks.add(self._pile, self._walks.of(PATIENTS_FLOW, line, patient.language, provider, ("1",)), call_id, at + 9_000, until)
        return call_id

    def _why(self, waited_ms: int) -> dict[str, object]:
        random = self._pile.random
        parts = {"idle": round(random.uniform(20, 1500), 3), "language": random.choice((30.0, 60.0, 90.0)), "penalty": 0.0}
        rung = "language" if waited_ms < 20_000 else "tier"
        return {"score": round(sum(parts.values()), 3), "parts": parts, "rung": rung, "waited_ms": max(0, waited_ms)}
