"""A patient, a doctor and an offer, while they last. Plain mutable objects: a row of the table makes half a million events."""

from typing import Final

from ivr.connecting.lifecycle import OfferState
from ivr.consults.lifecycle import ConsultState
from ivr.routing.fanout import Ringing
from ivr.routing.ranking import Candidate, Need
from ivr.routing.rating import PRIOR
from ivr.routing.turns import Waiting
from ivr.routing.waiting import Band
from ivr.simulation.model import Phone

LANGUAGE: Final = "hi"
_SPEAKS: Final = {LANGUAGE: 3}
RUNG_LATELY_MS: Final = 60_000


class Offer:
    __slots__ = ("doctor", "patient", "picked_up", "state")

    def __init__(self, patient: "Patient", doctor: "Doctor") -> None:
        self.patient, self.doctor, self.state = patient, doctor, OfferState.RINGING
        self.picked_up: int | None = None


class Patient:
    __slots__ = ("band", "counted", "first_ring", "offers", "place", "promises", "rings", "rung", "said_at", "state", "talk")

    def __init__(self, number: int, now: int, talk: int, counted: bool) -> None:
        self.place = Waiting(f"{number:08d}", 0, now)
        self.talk, self.counted, self.state = talk, counted, ConsultState.PAID
        self.offers: list[Offer] = []
        self.rung: dict[str, int] = {}
        self.rings = 0
        self.first_ring: int | None = None
        self.band: Band | None = None  # as last said
        self.said_at = now
        self.promises: list[int] = []  # when each of them ends

    def ringing(self) -> Ringing:
        picked_up = max((each.picked_up for each in self.offers if each.picked_up is not None), default=None)
        return Ringing(len(self.offers), self.first_ring, picked_up)

    def need(self, now: int) -> Need:
        lately = frozenset(doctor for doctor, at in self.rung.items() if now - at < RUNG_LATELY_MS)
        return Need(LANGUAGE, waited_ms=now - self.place.since, rung_lately=lately)


class Doctor:
    __slots__ = ("candidate", "id", "idle_since", "misses", "phone", "rate", "rated_at", "served")

    def __init__(self, number: int, phone: Phone) -> None:
        self.id, self.phone = f"{number:04d}", phone
        self.idle_since = self.rated_at = self.misses = self.served = 0
        self.rate = PRIOR
        self.is_known()

    def is_known(self) -> None:
        """What the policy may know of this doctor, as of now."""
        self.candidate = Candidate(self.id, 0, _SPEAKS, self.idle_since, self.rate, self.rated_at)
