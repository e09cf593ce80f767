"""What the calls of patients and doctors ask, and wish for, while the two are brought together; in the transaction of a turn."""

from dataclasses import dataclass

from ivr.connecting.ending import Ending
from ivr.connecting.forecast import wait
from ivr.connecting.ground import consult_of, hold, note, offer_of_dial
from ivr.connecting.legs import PATIENT_FLOW, Legs
from ivr.connecting.lifecycle import OfferEvent, OfferState
from ivr.connecting.offers import FLOW, Offers
from ivr.connecting.rooms import ConsultRoom
from ivr.connecting.whereabouts import counts, partner_ready
from ivr.consults.booking import CONSULT_SEARCH
from ivr.consults.lifecycle import ConsultEvent, ConsultState
from ivr.model.events import CallOutcome, RoomNews
from ivr.settings import Settings
from ivr.store import consults, legs, outbox
from ivr.store import offers as offer_store
from ivr.store.legs import DOCTOR, PATIENT
from ivr.store.tx import Row, Tx

__all__ = ["BY_KEY", "FLOW", "PATIENT_FLOW", "Connecting"]

BY_KEY = "by key"
"""Why money goes back that its caller asked for, while no doctor was found (`consult.why`)."""
S = ConsultState
_SOUGHT = (S.PAID, S.OFFERING, S.CALLBACK_BOOKED)
_PAIRED = (S.CONNECTING, S.TALKING, S.RECOVERING)
_MISSED = {CallOutcome.BUSY: OfferEvent.BUSY, CallOutcome.REJECTED: OfferEvent.BUSY, CallOutcome.FAILED: OfferEvent.FAILED}


@dataclass(frozen=True, slots=True)
class Connecting:
    legs: Legs
    offers: Offers
    ending: Ending
    settings: Settings

    # Facts of a doctor's call

    def offer(self, tx: Tx, dial_id: str | None) -> Row | None:
        """The offer that this call rings its doctor for."""
        return offer_of_dial(tx, dial_id)

    def open(self, tx: Tx, dial_id: str | None, at: int) -> bool:
        """Whether the offer may still be accepted."""
        offer = offer_of_dial(tx, dial_id)
        consult = consults.get(tx, offer.consult_id) if offer is not None else None
        asked = offer is not None and offer.state in (OfferState.RINGING, OfferState.ANSWERED) and offer.lease_until > at
        return asked and consult is not None and consult.state == S.OFFERING

    def won(self, tx: Tx, dial_id: str | None) -> bool:
        """Whether the patient is this doctor's."""
        offer = offer_of_dial(tx, dial_id)
        consult = consults.get(tx, offer.consult_id) if offer is not None else None
        if offer is None or consult is None:
            return False
        return offer.state == OfferState.ACCEPTED and consult.offer_id == offer.id and consult.state in _PAIRED

    def of_call(self, tx: Tx, caller_id: str | None, dial_id: str | None) -> Row | None:
        """The consult that a call is about: by its doctor's offer; else the caller's own."""
        offer = offer_of_dial(tx, dial_id)
        if offer is not None:
            return consults.get(tx, offer.consult_id)
        return consults.open_of(tx, caller_id, list(S)) if caller_id is not None else None

    def ready(self, tx: Tx, call_id: str, caller_id: str | None, dial_id: str | None) -> bool:
        """Whether the other one is there for this leg: the patient's newest call, the doctor who accepted."""
        consult = self.of_call(tx, caller_id, dial_id)
        if consult is None:
            return False
        role = DOCTOR if offer_of_dial(tx, dial_id) is not None else PATIENT
        if role == PATIENT and not counts(tx, consult, call_id):
            return False  # another call of theirs is in the room, or came later
        return partner_ready(tx, consult, role)

    def talked(self, tx: Tx, caller_id: str | None, dial_id: str | None) -> bool:
        """Whether both had been together, and the talk is over."""
        consult = self.of_call(tx, caller_id, dial_id)
        return consult is not None and consult.together_ms > 0 and consult.state not in _PAIRED

    def room(self, tx: Tx, caller_id: str | None, dial_id: str | None) -> ConsultRoom | None:
        consult = self.of_call(tx, caller_id, dial_id)
        return ConsultRoom(consult.id, consult.room) if consult is not None and consult.state in _PAIRED else None

    # Effects of a doctor's call

    def answered(self, tx: Tx, dial_id: str | None, at: int) -> None:
        """Their phone was picked up."""
        if (offer := offer_of_dial(tx, dial_id)) is not None:
            hold(tx, offer.consult_id)
            self.offers.answered(tx, offer_store.get(tx, offer.id), at)

    def accept(self, tx: Tx, call_id: str, dial_id: str | None, at: int) -> None:
        """Key 1. The patient who waits is called in; one who is not on the line is rung."""
        offer = offer_of_dial(tx, dial_id)
        if offer is None or self.offers.accept(tx, hold(tx, offer.consult_id), offer.id, at) is None:
            return
        consult = hold(tx, offer.consult_id)
        self.legs.comes(tx, consult, call_id, DOCTOR, offer.id, at)
        self.legs.want_patient(tx, consult, at)

    def rejoin(self, tx: Tx, call_id: str, dial_id: str | None, at: int) -> None:
        """A doctor who was cut off presses 1 again."""
        offer = offer_of_dial(tx, dial_id)
        if offer is not None:
            consult = hold(tx, offer.consult_id)
            self.legs.comes(tx, consult, call_id, DOCTOR, offer.id, at)
            self.legs.want_patient(tx, consult, at)

    def passes(self, tx: Tx, dial_id: str | None, at: int, event: OfferEvent) -> None:
        """Another key, or none: somebody else is rung at once."""
        if (offer := offer_of_dial(tx, dial_id)) is not None:
            self._end(tx, offer, event, at, keep_call=True)

    def rescind(self, tx: Tx, offer_id: str, at: int) -> None:
        """The doctor went off duty while it rang, or was talking to us."""
        if (offer := offer_store.get(tx, offer_id)) is not None:
            self._end(tx, offer, OfferEvent.WENT_OFF, at)

    def disposed(self, tx: Tx, consult_id: str, doctor_id: str, which: str, at: int) -> None:
        """What became of this consult, said by its doctor in a call of its own. Of another doctor's it changes nothing."""
        if hold(tx, consult_id).doctor_id == doctor_id:
            self.ending.dispose(tx, consult_id, which, at)

    def _end(self, tx: Tx, offer: Row, event: OfferEvent, at: int, *, keep_call: bool = False) -> None:
        consult = hold(tx, offer.consult_id)
        now = offer_store.get(tx, offer.id)
        if now is not None and self.offers.end(tx, now, event, at, keep_call=keep_call):
            outbox.add(tx, CONSULT_SEARCH, consult.id, at, at)

    def dispose(self, tx: Tx, dial_id: str | None, which: str, at: int) -> None:
        if (offer := offer_of_dial(tx, dial_id)) is not None:
            self.ending.dispose(tx, offer.consult_id, which, at)

    # Effects of either

    def waits(self, tx: Tx, call_id: str, caller_id: str | None, dial_id: str | None, at: int) -> None:
        """On hold for the other one."""
        consult, offer = self.of_call(tx, caller_id, dial_id), offer_of_dial(tx, dial_id)
        if consult is not None:
            role, consult = DOCTOR if offer is not None else PATIENT, hold(tx, consult.id)
            if role == PATIENT and consult.state == S.CALLBACK_BOOKED and consult.follow_up_of is None:
                consults.change(tx, consult.id, slot_at=at)  # they are here now: nobody waits for the time that was booked
                outbox.add(tx, CONSULT_SEARCH, consult.id, at, at)
            self.legs.waits(tx, consult, call_id, role, offer.id if offer is not None else None, at)

    def waits_no_more(self, tx: Tx, call_id: str) -> None:
        """Off hold, for something else: not to be called in from there."""
        if (leg := legs.get(tx, call_id)) is not None:
            hold(tx, leg.consult_id)
            legs.change(tx, call_id, waits_at=None)

    def joins(self, tx: Tx, call_id: str, at: int) -> None:
        if (leg := legs.get(tx, call_id)) is not None:
            self.legs.joins(tx, hold(tx, leg.consult_id), call_id, at)

    def leaves(self, tx: Tx, call_id: str, at: int) -> None:
        """Out of the room, says the call itself. Word of the room that both were called out of is known."""
        if (leg := legs.get(tx, call_id)) is not None:
            self.legs.left(tx, hold(tx, leg.consult_id), call_id, at)

    # Effects of a patient's call

    def told_wait(self, tx: Tx, caller_id: str | None, at: int) -> None:
        """Which wait was spoken of: kept beside what came of it."""
        consult = self.of_call(tx, caller_id, None)
        if consult is not None and consult.told_wait_at is None:
            band = wait(tx, consult, at).band
            consults.change(tx, hold(tx, consult.id).id, told_wait_s=band.until_s, told_wait_at=at)
            note(tx, consult.id, "told_wait", at, at_most_s=band.until_s)

    def screened_again(self, tx: Tx, call_id: str, caller_id: str | None) -> None:
        """The emergency screen was passed anew in this call."""
        consult, triage = self.of_call(tx, caller_id, None), consults.last_triage(tx, call_id)
        if consult is not None and triage is not None and triage.result == "clear":
            consults.change(tx, hold(tx, consult.id).id, triage_id=triage.id, screened_at=triage.at)

    def any_language(self, tx: Tx, caller_id: str | None) -> None:
        """The caller agrees to a doctor of a common language."""
        if (consult := self.of_call(tx, caller_id, None)) is not None:
            consults.change(tx, hold(tx, consult.id).id, any_language=1)

    def keep_place(self, tx: Tx, caller_id: str | None, slot_at: int, at: int) -> None:
        """Key 3: a call at the time that was said; the place in the queue is kept."""
        consult = self.of_call(tx, caller_id, None)
        if consult is None:
            return
        consult = hold(tx, consult.id)
        moved = self.legs.moves.move(tx, consult, ConsultEvent.BOOKED, at, slot_at=max(slot_at, at), slots=consult.slots + 1)
        if moved is not None:
            note(tx, consult.id, "place_kept", at, slot_at=slot_at)

    def give_back(self, tx: Tx, caller_id: str | None, at: int) -> None:
        """The patient wants the money back, and no doctor has talked to them."""
        consult = self.of_call(tx, caller_id, None)
        if consult is not None and consult.state in _SOUGHT:
            self.ending.bookings.ends(tx, consult.id, ConsultEvent.GIVEN_BACK, BY_KEY, at)

    def agreed(self, tx: Tx, caller_id: str | None, at: int) -> None:
        if (consult := self.of_call(tx, caller_id, None)) is not None:
            self.ending.agreed(tx, consult.id, at)

    # What providers tell

    def hold_call(self, tx: Tx, call_id: str | None, dial_id: str | None, caller_id: str | None = None) -> str | None:
        """Lock the consult that a call belongs to, before anything of the call is; its id.

        One whose doctor waits for this caller (`caller_id`) is theirs too, though the call has not come so far.
        """
        consult_id = consult_of(tx, call_id, dial_id)
        if consult_id is None and caller_id is not None:
            found = consults.open_of(tx, caller_id, (S.CONNECTING, S.RECOVERING))
            consult_id = None if found is None else str(found.id)
        if consult_id is not None:
            hold(tx, consult_id)
        return consult_id

    def in_room(self, tx: Tx, event: RoomNews, consult_id: str, room: int, at: int) -> None:
        """A leg entered this room, or left it. One that is no leg of this consult changes nothing."""
        leg = legs.by_provider(tx, consult_id, event.provider, event.provider_call_id)
        if leg is None:
            return
        consult = hold(tx, consult_id)
        if event.entered:
            self.legs.entered(tx, consult, leg.call_id, room, at)
        else:
            self.legs.left(tx, consult, leg.call_id, at, room)

    def over(self, tx: Tx, consult_id: str, call_id: str | None, dial_id: str | None, outcome: CallOutcome, at: int) -> None:
        """A call is over; the consult is held. A doctor who never accepted by it has missed the offer, or was busy."""
        offer = offer_of_dial(tx, dial_id)
        if offer is not None and self.offers.end(tx, offer, _MISSED.get(outcome, OfferEvent.MISSED), at):
            outbox.add(tx, CONSULT_SEARCH, offer.consult_id, at, at)
        leg = legs.get(tx, call_id) if call_id is not None else None
        if leg is not None:
            self.legs.ended(tx, hold(tx, leg.consult_id), leg.call_id, at)
        consult = hold(tx, consult_id)
        if consult.state in (S.CONNECTING, S.RECOVERING):
            self.legs.want_patient(tx, consult, at)
