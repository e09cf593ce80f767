"""One clinic, one seed: the events of its days, around the rules that the product runs."""

from collections.abc import Callable
from heapq import heappop, heappush
from random import Random
from typing import Any

from ivr.connecting import lifecycle as offers
from ivr.connecting.lifecycle import OfferEvent
from ivr.consults import lifecycle as consults
from ivr.consults.lifecycle import ConsultEvent
from ivr.routing.fanout import fan_out, hedge_at
from ivr.routing.ranking import rank
from ivr.routing.rating import RESTS, Rest, rated, rest_after
from ivr.routing.turns import order
from ivr.routing.waiting import APART_MS
from ivr.simulation.forecast import Forecast
from ivr.simulation.measures import Measures
from ivr.simulation.model import COOL_OFF_MS, Callers, Model, Outcome, Strategy, staff
from ivr.simulation.people import RUNG_LATELY_MS, Doctor, Offer, Patient

_ENDS = {Outcome.NO_ANSWER: OfferEvent.MISSED, Outcome.MACHINE: OfferEvent.MISSED, Outcome.REJECTS: OfferEvent.BUSY}


class Clinic:
    """Doctors who are on duty all the time, and a stream of patients who have paid. Times are milliseconds from its opening."""

    def __init__(self, model: Model, strategy: Strategy, seed: str, *, mirrored: bool = False) -> None:
        self.model, self.strategy = model, strategy
        self.now = 0
        self.doctors = [Doctor(number, phone) for number, phone in enumerate(staff(model, f"{seed}/{mirrored}"))]
        self.idle = {doctor.id: doctor for doctor in self.doctors}
        self.callers = Callers(model, Random(f"{seed}/callers"), mirrored)  # noqa: S311 - a simulation
        self.waiting: dict[str, Patient] = {}
        self.measures = Measures()
        self.warm = round(model.warm_up * 1000)
        self._events: list[tuple[int, int, Callable[[Any], None], Any]] = []
        self._number = self._arrived = self._resolved = self._wanted = 0
        self._closes: int | None = None
        self.forecast = Forecast()
        self._engaged = self._engaged_since = 0

    def run(self, wanted: int) -> Measures:
        """Until so many consults that came after the warm-up have their doctor or have left."""
        self._wanted = wanted
        self._next_arrival()
        while self._resolved < wanted:
            self.now, _, happens, whom = heappop(self._events)
            happens(whom)
        self._engages(0)
        self.measures.served = [doctor.served for doctor in self.doctors]
        return self.measures

    def _at(self, when: int, happens: Callable[[Any], None], whom: Any) -> None:
        self._number += 1
        heappush(self._events, (when, self._number, happens, whom))

    # Patients

    def _next_arrival(self) -> None:
        caller = self.callers.next()
        self._at(self.now + caller.after, self._arrives, caller)

    def _arrives(self, caller: Any) -> None:
        counted = self.now >= self.warm and self._arrived < self._wanted
        self._arrived += counted
        if self._arrived == self._wanted and self._closes is None:
            self._closes = self.now
            self.measures.span_ms = (self.now - self.warm) * len(self.doctors)
        patient = Patient(self._number, self.now, caller.talk, counted)
        self._hears(patient)
        self.waiting[patient.place.consult_id] = patient
        self._at(self.now + caller.patience, self._gives_up, patient)
        self._next_arrival()
        self._dispatch()

    def _hears(self, patient: Patient) -> None:
        """The news of the wait, at the start and every thirty seconds: only what is new."""
        if patient.state not in (consults.S.PAID, consults.S.OFFERING):
            return
        ahead = sum(not each.offers and each.place.since < patient.place.since for each in self.waiting.values())
        free = len(self.idle) if not patient.offers else ahead + 1  # somebody rings for them already
        self.forecast.tell(patient, idle=free, ahead=ahead, online=len(self.doctors), now=self.now)
        self._at(self.now + APART_MS, self._hears, patient)

    def _gives_up(self, patient: Patient) -> None:
        if patient.place.consult_id in self.waiting:
            self._moves(patient, ConsultEvent.GIVEN_BACK)
            self._moves(patient, ConsultEvent.REFUNDED)
            self._is_resolved(patient)
            self._rescind(patient)

    def _is_resolved(self, patient: Patient, wait: int | None = None) -> None:
        del self.waiting[patient.place.consult_id]
        if not patient.counted:
            return
        self._resolved += 1
        found = self.measures
        found.rings += patient.rings
        kept = 0 if wait is None else sum(self.now <= until for until in patient.promises)
        found.bands_kept += kept
        found.bands_broken += sum(self.now > until for until in patient.promises)
        if wait is None:
            found.abandoned += 1
        else:
            found.waits.append(wait)

    @staticmethod
    def _moves(patient: Patient, event: ConsultEvent) -> bool:
        state = consults.after(patient.state, event)
        patient.state = state or patient.state
        return state is not None

    # Offers

    def _dispatch(self) -> None:
        """Whoever has nobody ringing comes first, then those who may have a second ring; in each, in their turn."""
        if not self.waiting or not self.idle:
            return
        turns = [self.waiting[place.consult_id] for place in order((each.place for each in self.waiting.values()), self.now)]
        bare = [patient for patient in turns if not patient.offers]
        left = len(bare)
        for patient in (*bare, *(each for each in turns if each.offers)):
            others = left - (not patient.offers)
            wanted = fan_out(
                patient.ringing(),
                idle=len(self.idle),
                online=len(self.doctors),
                waiting=len(turns),
                bare=others,
                now=self.now,
                policy=self.strategy.fan_out,
            )
            if wanted and self._ring(patient, wanted):
                left = others

    def _ring(self, patient: Patient, wanted: int) -> bool:
        ranked = rank(patient.need(self.now), [doctor.candidate for doctor in self.idle.values()], self.now)[:wanted]
        for each in ranked:
            offer = Offer(patient, self.idle.pop(each.doctor_id))
            patient.offers.append(offer)
            patient.rung[each.doctor_id] = self.now
            patient.rings += 1
            self._moves(patient, ConsultEvent.OFFERED)
            self._phone_rings(offer)
        if ranked and patient.first_ring is None:
            patient.first_ring = self.now
        self._at(self.now + RUNG_LATELY_MS, self._asks_again, patient)  # these may be rung again
        self._arms(patient)
        return bool(ranked)

    def _arms(self, patient: Patient) -> None:
        at = hedge_at(patient.ringing(), self.now, self.strategy.fan_out)
        if at is not None:
            self._at(at, self._asks_again, patient)

    def _asks_again(self, patient: Patient) -> None:
        if patient.place.consult_id in self.waiting:
            self._dispatch()
            self._arms(patient)

    def _phone_rings(self, offer: Offer) -> None:
        ring = offer.doctor.phone.ring(self.strategy.ring_ms)
        if ring.picked_up is not None:
            self._at(self.now + ring.picked_up, self._picked_up, offer)
        if ring.outcome is Outcome.WILLING:
            self._at(self.now + ring.over, self._accepts, offer)
        else:
            self._at(self.now + ring.over, self._comes_to_nothing, (offer, _ENDS[ring.outcome]))

    def _picked_up(self, offer: Offer) -> None:
        if self._steps(offer, OfferEvent.ANSWERED):
            offer.picked_up = self.now
            self._arms(offer.patient)

    def _accepts(self, offer: Offer) -> None:
        if not self._steps(offer, OfferEvent.ACCEPTED):
            return
        patient, doctor = offer.patient, offer.doctor
        for event in (ConsultEvent.ACCEPTED, ConsultEvent.JOINED):
            self._moves(patient, event)
        self._is_resolved(patient, self.now - patient.place.since)
        self._rescind(patient)
        self.forecast.connected(self.now - (patient.place.since if patient.first_ring is None else patient.first_ring))
        doctor.served += patient.counted
        self._engages(1)
        self._answers(doctor, True)
        self._at(self.now + patient.talk, self._hangs_up, offer)

    def _engages(self, more: int) -> None:
        """Doctors who talk or wrap up: so many more of them from now on."""
        closes = self.now if self._closes is None else min(self.now, self._closes)
        self.measures.busy_ms += self._engaged * max(0, closes - max(self._engaged_since, self.warm))
        self._engaged, self._engaged_since = self._engaged + more, self.now

    def _hangs_up(self, offer: Offer) -> None:
        self._steps(offer, OfferEvent.COMPLETED)
        self._moves(offer.patient, ConsultEvent.SERVED)
        self.forecast.handled(offer.patient.talk + RESTS[Rest.WRAP_UP])
        self._at(self.now + RESTS[Rest.WRAP_UP], self._rested, offer.doctor)

    def _comes_to_nothing(self, what: tuple[Offer, OfferEvent]) -> None:
        offer, event = what
        if not self._steps(offer, event):
            return
        patient, doctor = offer.patient, offer.doctor
        patient.offers.remove(offer)
        if not patient.offers:
            self._moves(patient, ConsultEvent.NOBODY)
        doctor.misses = 0 if event is OfferEvent.BUSY else doctor.misses + 1  # whoever rejects a call is there
        self._answers(doctor, False)
        self._at(self.now + self._rest_ms(doctor, event), self._is_back, doctor)
        self._arms(patient)
        self._dispatch()

    def _rest_ms(self, doctor: Doctor, event: OfferEvent) -> int:
        if not self.strategy.learns:
            return COOL_OFF_MS
        return RESTS[Rest.BUSY if event is OfferEvent.BUSY else rest_after(doctor.misses)]

    def _answers(self, doctor: Doctor, answered: bool) -> None:
        if answered:
            doctor.misses = 0
        if self.strategy.learns:
            doctor.rate, doctor.rated_at = rated(doctor.rate, doctor.rated_at, self.now, answered), self.now
        doctor.is_known()

    def _rescind(self, patient: Patient) -> None:
        """Nobody else is wanted: the others keep their idle time, and count no miss."""
        for offer in patient.offers:
            if self._steps(offer, OfferEvent.RESCINDED):
                self.measures.lost_races += patient.counted
                self.idle[offer.doctor.id] = offer.doctor
        patient.offers = []
        self._dispatch()

    @staticmethod
    def _steps(offer: Offer, event: OfferEvent) -> bool:
        state = offers.after(offer.state, event)
        offer.state = state or offer.state
        return state is not None

    # Doctors

    def _rested(self, doctor: Doctor) -> None:
        self._engages(-1)
        doctor.idle_since = self.now
        doctor.is_known()
        self._is_back(doctor)

    def _is_back(self, doctor: Doctor) -> None:
        self.idle[doctor.id] = doctor
        self._dispatch()
