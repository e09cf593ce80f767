"""The two legs of a consult: they wait, enter the room, leave it, end, in whatever order word of it comes.

A room is for two. Whoever is left alone in it is moved out, back into the flow: there they are told what is going on.
"""

from dataclasses import dataclass

from ivr.callbacks.lifecycle import STANDING
from ivr.callbacks.plan import CONNECT
from ivr.callbacks.wishes import connect_call
from ivr.connecting.ground import note
from ivr.connecting.lifecycle import OfferEvent
from ivr.connecting.offers import TALK_LEASE_MS, Offers
from ivr.connecting.rooms import LONGEST_S, WARNED_BEFORE_S
from ivr.connecting.whereabouts import PAIRED, both_in, counting, doctors, in_room, on_the_line, partner_ready, partners
from ivr.consults.lifecycle import ConsultEvent, ConsultState
from ivr.consults.moves import Moves
from ivr.model.values import Phone
from ivr.settings import Settings
from ivr.store import callbacks, outbox, presence
from ivr.store import consults as consult_store
from ivr.store import legs as store
from ivr.store import offers as offer_store
from ivr.store.legs import DOCTOR, PATIENT
from ivr.store.tx import Row, Tx

CALL_IN, CALL_OUT = "call_in", "call_out"
"""A leg on hold is to go into the room; one that was in it is to come out. Ref: our call id."""
CONSULT_WARN = "consult_warn"
CONSULT_LOOK = "consult_look"

LOOK_MS = 60_000
PATIENT_FLOW = "connect"
TRY_AGAIN_MS = (5 * 60_000, 20 * 60_000)
"""A patient who was not to be had is tried again after so long."""
_MOST_REDIALS = 3
_STOOD_BY_MS = 30_000
S = ConsultState


@dataclass(frozen=True, slots=True)
class Legs:
    """Whoever calls holds the consult, and reads it again after a change."""

    moves: Moves
    offers: Offers
    settings: Settings

    # What a leg does

    def comes(self, tx: Tx, consult: Row, call_id: str, role: str, offer_id: str | None, at: int) -> None:
        """It is there for the other one, and will look for itself in a moment."""
        store.add_once(tx, call_id=call_id, consult_id=consult.id, role=role, offer_id=offer_id)
        store.change(tx, call_id, waits_at=at, joins_at=None)

    def waits(self, tx: Tx, consult: Row, call_id: str, role: str, offer_id: str | None, at: int) -> None:
        """It is in the hold loop now, and may be called in from there."""
        self.comes(tx, consult, call_id, role, offer_id, at)
        if partner_ready(tx, consult, role):  # since the flow looked
            outbox.add(tx, CALL_IN, call_id, at, at)

    def joins(self, tx: Tx, consult: Row, call_id: str, at: int) -> None:
        """It is sent into the room; who waits for it is called in."""
        mine = store.get(tx, call_id)
        if mine is None:
            return
        if consult.state not in PAIRED:  # the other one hung up while this turn was taken: nobody is sent into a room for nobody
            call_out(tx, call_id, at)
            return
        store.change(tx, call_id, waits_at=None, joins_at=at, room=consult.room, entered_at=None, left_at=None)
        counts = counting(tx, consult, mine.role)
        for each in store.live(tx, consult.id, mine.role):  # two phones, or a call that we placed and one of theirs: one of them counts
            if each.call_id != (counts or mine).call_id and (each.waits_at is not None or each.joins_at is not None):
                call_out(tx, each.call_id, at)
        for other in partners(tx, consult, mine.role):
            if other.waits_at is not None:
                outbox.add(tx, CALL_IN, other.call_id, at, at)

    def entered(self, tx: Tx, consult: Row, call_id: str, room: int, at: int) -> None:
        """The provider says that it is in this room."""
        mine = store.get(tx, call_id)
        if mine is None or room != consult.room or mine.ended_at is not None:
            return
        store.change(tx, call_id, entered_at=at, left_at=None)
        if both_in(tx, consult):
            self.together(tx, consult, at)

    def left(self, tx: Tx, consult: Row, call_id: str, at: int, room: int | None = None) -> None:
        """It is in the room no more. `room`: which one; word of an earlier one changes nothing."""
        mine = store.get(tx, call_id)
        if mine is None or mine.left_at is not None or mine.joins_at is None or (room is not None and room != consult.room):
            return
        store.change(tx, call_id, left_at=at, joins_at=None)
        stays = in_room(tx, consult, mine.role) is not None  # by another call of theirs, the one that counts
        if consult.together_since is not None and consult.state == S.TALKING and not stays:
            self.part(tx, consult, mine.role, at)

    def ended(self, tx: Tx, consult: Row, call_id: str, at: int) -> None:
        """Its call is over."""
        mine = store.get(tx, call_id)
        if mine is None or mine.ended_at is not None:
            return
        self.left(tx, consult, call_id, at)
        store.change(tx, call_id, ended_at=at, waits_at=None, joins_at=None)
        consult = consult_store.get(tx, consult.id) or consult
        if mine.role == DOCTOR and mine.offer_id == consult.offer_id:
            self._doctor_gone(tx, consult, mine, at)
        elif mine.role == PATIENT and not store.live(tx, consult.id, PATIENT):
            self._patient_gone(tx, consult, at)

    # What both come to

    def together(self, tx: Tx, consult: Row, at: int) -> None:
        """They hear each other from now on."""
        if consult.state == S.TALKING and consult.together_since is None:
            consult_store.change(tx, consult.id, together_since=at)
            return
        if self.moves.move(tx, consult, ConsultEvent.JOINED, at, together_since=at, lost=None) is None:
            return
        note(tx, consult.id, "together", at)
        self.keep_doctor(tx, consult, at)
        if consult.warned_at is None:
            warn_at = at + (LONGEST_S - WARNED_BEFORE_S) * 1000 - consult.together_ms
            outbox.add(tx, CONSULT_WARN, consult.id, max(at, warn_at), at)
        outbox.add(tx, CONSULT_LOOK, consult.id, at + LOOK_MS, at)

    def keep_doctor(self, tx: Tx, consult: Row, at: int) -> None:
        """Theirs for as long again as it may take until somebody looks."""
        offer = offer_store.get(tx, consult.offer_id) if consult.offer_id else None
        if offer is not None:
            presence.renew(tx, offer.doctor_id, offer.fence, at + TALK_LEASE_MS)

    def end_talk(self, tx: Tx, consult: Row, at: int) -> None:
        """The patient had their doctor: the doctor wraps up, and may say what came of it."""
        if self.moves.move(tx, consult, ConsultEvent.ENDED, at, together_since=None, lost=None) is None:
            return
        note(tx, consult.id, "ended", at)
        self.call_out(tx, consult, at)
        if not doctors(tx, consult):
            self._complete(tx, consult, at)

    def call_out(self, tx: Tx, consult: Row, at: int) -> None:
        """Both leave the room for what their flows say next."""
        for role in (PATIENT, DOCTOR):
            for each in store.live(tx, consult.id, role):
                if each.joins_at is not None or each.waits_at is not None:
                    call_out(tx, each.call_id, at)

    def ring_patient(self, tx: Tx, consult: Row, at: int) -> None:
        """Their doctor is on the line. One call at a time."""
        if callbacks.of_caller(tx, consult.caller_id, (CONNECT,), STANDING):
            return
        consult_store.change(tx, consult.id, redials=consult.redials + 1)
        line = Phone(consult.line)
        tx.add(connect_call(call_id=consult.call_id, caller_id=consult.caller_id, line=line, flow=PATIENT_FLOW, at=at))
        note(tx, consult.id, "patient_rung", at)

    def want_patient(self, tx: Tx, consult: Row, at: int) -> None:
        """The doctor is there: a patient on hold is called in; one who is nowhere on the line is rung, once if nobody hung up since."""
        patient = store.live(tx, consult.id, PATIENT)[:1]
        if patient and patient[0].waits_at is not None:
            outbox.add(tx, CALL_IN, patient[0].call_id, at, at)
        elif not patient and not consult.redials and not on_the_line(tx, consult, at):
            self.ring_patient(tx, consult, at)

    def lose_doctor(self, tx: Tx, consult: Row, at: int) -> None:
        """The doctor is not to be had any more: another one is looked for, before everybody who came later."""
        offer = offer_store.get(tx, consult.offer_id) if consult.offer_id else None
        if offer is not None:
            self.offers.end(tx, offer, OfferEvent.LOST, at)
        self.moves.move(tx, consult, ConsultEvent.DOCTOR_LOST, at, doctor_id=None, offer_id=None, lost=None)

    def lose_patient(self, tx: Tx, consult: Row, slot_at: int, at: int) -> None:
        """The patient is not to be had: the doctor is free, with a stand-by fee; the patient is tried again at `slot_at`."""
        offer = offer_store.get(tx, consult.offer_id) if consult.offer_id else None
        if offer is not None:
            self.offers.credit(tx, offer, at)
            self.offers.end(tx, offer, OfferEvent.LOST, at, keep_call=True)
        columns = {"doctor_id": None, "offer_id": None, "lost": None, "slot_at": slot_at, "slots": consult.slots + 1}
        self.moves.move(tx, consult, ConsultEvent.PATIENT_LOST, at, **columns)
        self.call_out(tx, consult, at)

    def part(self, tx: Tx, consult: Row, lost: str, at: int) -> None:
        """They were together, and one has left: which role is `lost`."""
        total = consult.together_ms + (max(0, at - consult.together_since) if consult.together_since is not None else 0)
        consult_store.change(tx, consult.id, together_ms=total, together_since=None)
        consult = consult._replace(together_ms=total, together_since=None)
        if total >= self.settings.delivered_seconds * 1000:
            self.end_talk(tx, consult, at)
            return
        self.moves.move(tx, consult, ConsultEvent.DROPPED, at, lost=lost, room=consult.room + 1)
        note(tx, consult.id, "dropped", at, lost=lost, together_ms=total)
        for other in partners(tx, consult, lost):
            call_out(tx, other.call_id, at)

    # How

    def _doctor_gone(self, tx: Tx, consult: Row, mine: Row, at: int) -> None:
        match consult.state:
            case S.CONNECTING if self._stood_by(tx, consult, at):
                self.lose_patient(tx, consult, at + TRY_AGAIN_MS[0], at)
            case S.CONNECTING:
                self.lose_doctor(tx, consult, at)
                self.call_out(tx, consult, at)
            case S.RECOVERING if not consult.doctor_redials:
                self._ring_doctor_again(tx, consult, at)
            case S.TALKING if consult.together_since is None:  # both were out of the room, to be told that the time is nearly over
                self.end_talk(tx, consult, at)
            case S.WRAP_UP | S.COMPLETED | S.REFUNDING | S.REFUNDED:
                self._complete(tx, consult, at)

    def _patient_gone(self, tx: Tx, consult: Row, at: int) -> None:
        if consult.state in (S.CONNECTING, S.RECOVERING) and consult.redials < _MOST_REDIALS:
            self.ring_patient(tx, consult, at)
        elif consult.state == S.TALKING and consult.together_since is None:
            self.end_talk(tx, consult, at)

    def _stood_by(self, tx: Tx, consult: Row, at: int) -> bool:
        """A doctor who has waited long enough, and for nobody: it was the patient who did not come, nor picked up."""
        offer = offer_store.get(tx, consult.offer_id) if consult.offer_id else None
        waited = offer is not None and at - (offer.accepted_at or at) > _STOOD_BY_MS
        return waited and not store.live(tx, consult.id, PATIENT) and not on_the_line(tx, consult, at)

    def _ring_doctor_again(self, tx: Tx, consult: Row, at: int) -> None:
        """Once: by a call for the same offer, which holds the doctor as before."""
        offer = offer_store.get(tx, consult.offer_id)
        if offer is None:
            return
        consult_store.change(tx, consult.id, doctor_redials=1)
        self.offers.ring_again(tx, consult, offer, at)

    def _complete(self, tx: Tx, consult: Row, at: int) -> None:
        """The doctor's part is done, whatever the money comes to."""
        offer = offer_store.get(tx, consult.offer_id) if consult.offer_id else None
        if offer is not None:
            self.offers.end(tx, offer, OfferEvent.COMPLETED, at, keep_call=True)


def call_out(tx: Tx, call_id: str, at: int) -> None:
    """Out of the room, or off hold: it hears what comes next."""
    store.change(tx, call_id, waits_at=None, joins_at=None, left_at=at)
    outbox.add(tx, CALL_OUT, call_id, at, at)
