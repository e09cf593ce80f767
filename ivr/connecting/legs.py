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
_MOST_REDIALS = 3
_PAIRED = (ConsultState.CONNECTING, ConsultState.TALKING, ConsultState.RECOVERING)
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
        if self.partner_ready(tx, consult, role):  # since the flow looked
            outbox.add(tx, CALL_IN, call_id, at, at)

    def joins(self, tx: Tx, consult: Row, call_id: str, at: int) -> None:
        """It is sent into the room; who waits for it is called in."""
        mine = store.get(tx, call_id)
        if mine is None:
            return
        store.change(tx, call_id, waits_at=None, joins_at=at, left_at=None)
        counts = self._counting(tx, consult, mine.role)
        for each in store.live(tx, consult.id, mine.role):  # two phones, or a call that we placed and one of theirs: one of them counts
            if each.call_id != (counts or mine).call_id and (each.waits_at is not None or each.joins_at is not None):
                call_out(tx, each.call_id, at)
        for other in self._partners(tx, consult, mine.role):
            if other.waits_at is not None:
                outbox.add(tx, CALL_IN, other.call_id, at, at)

    def entered(self, tx: Tx, consult: Row, call_id: str, room: int, at: int) -> None:
        """The provider says that it is in this room."""
        mine = store.get(tx, call_id)
        if mine is None or room != consult.room or mine.ended_at is not None:
            return
        store.change(tx, call_id, entered_at=at, left_at=None)
        if self.both_in(tx, consult):
            self.together(tx, consult, at)

    def left(self, tx: Tx, consult: Row, call_id: str, at: int, room: int | None = None) -> None:
        """It is in the room no more. `room`: which one; word of an earlier one changes nothing."""
        mine = store.get(tx, call_id)
        if mine is None or mine.left_at is not None or mine.joins_at is None or (room is not None and room != consult.room):
            return
        store.change(tx, call_id, left_at=at, joins_at=None)
        stays = self._in_room(tx, consult, mine.role) is not None  # by another call of theirs, the one that counts
        if consult.together_since is not None and consult.state == S.TALKING and not stays:
            self._part(tx, consult, mine, at)

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

    def partner_ready(self, tx: Tx, consult: Row, role: str) -> bool:
        """Whether the other one is on the line, waits or is in the room."""
        return consult.state in _PAIRED and bool(self._partners(tx, consult, role))

    def both_in(self, tx: Tx, consult: Row) -> bool:
        """Both were told to be in the room, and have not left it since."""
        here = [self._in_room(tx, consult, role) for role in (PATIENT, DOCTOR)]
        return all(each is not None and each.entered_at is not None and each.entered_at >= (each.joins_at or 0) for each in here)

    def both_sent(self, tx: Tx, consult: Row) -> bool:
        """Both were sent into the room, and nobody has said that they left or hung up: they are there, whoever forgot to say so."""
        return all(self._in_room(tx, consult, role) is not None for role in (PATIENT, DOCTOR))

    def together(self, tx: Tx, consult: Row, at: int) -> None:
        """They hear each other from now on."""
        if consult.state == S.TALKING and consult.together_since is None:
            consult_store.change(tx, consult.id, together_since=at)
            return
        if self.moves.move(tx, consult, ConsultEvent.JOINED, at, together_since=at, lost=None) is None:
            return
        note(tx, consult.id, "together", at)
        if consult.warned_at is None:
            warn_at = at + (LONGEST_S - WARNED_BEFORE_S) * 1000 - consult.together_ms
            outbox.add(tx, CONSULT_WARN, consult.id, max(at, warn_at), at)
        outbox.add(tx, CONSULT_LOOK, consult.id, at + LOOK_MS, at)

    def end_talk(self, tx: Tx, consult: Row, at: int) -> None:
        """The patient had their doctor: the doctor wraps up, and may say what came of it."""
        if self.moves.move(tx, consult, ConsultEvent.ENDED, at, together_since=None, lost=None) is None:
            return
        note(tx, consult.id, "ended", at)
        self.call_out(tx, consult, at)
        if not self._doctors(tx, consult):
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
        line = Phone(consult.line)
        tx.add(connect_call(call_id=consult.call_id, caller_id=consult.caller_id, line=line, flow=PATIENT_FLOW, at=at))
        note(tx, consult.id, "patient_rung", at)

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

    # How

    def _part(self, tx: Tx, consult: Row, mine: Row, at: int) -> None:
        """They were together, and one has left."""
        total = consult.together_ms + max(0, at - consult.together_since)
        consult_store.change(tx, consult.id, together_ms=total, together_since=None)
        consult = consult._replace(together_ms=total, together_since=None)
        if total >= self.settings.delivered_seconds * 1000:
            self.end_talk(tx, consult, at)
            return
        self.moves.move(tx, consult, ConsultEvent.DROPPED, at, lost=mine.role, room=consult.room + 1)
        note(tx, consult.id, "dropped", at, lost=mine.role, together_ms=total)
        for other in self._partners(tx, consult, mine.role):
            call_out(tx, other.call_id, at)

    def _doctor_gone(self, tx: Tx, consult: Row, mine: Row, at: int) -> None:
        match consult.state:
            case S.CONNECTING:
                self.lose_doctor(tx, consult, at)
                self.call_out(tx, consult, at)
            case S.RECOVERING if consult.redials < _MOST_REDIALS:
                self._ring_doctor_again(tx, consult, at)
            case S.WRAP_UP | S.COMPLETED | S.REFUNDING | S.REFUNDED:
                self._complete(tx, consult, at)

    def _patient_gone(self, tx: Tx, consult: Row, at: int) -> None:
        if consult.state in (S.CONNECTING, S.RECOVERING) and consult.redials < _MOST_REDIALS:
            consult_store.change(tx, consult.id, redials=consult.redials + 1)
            self.ring_patient(tx, consult, at)

    def _ring_doctor_again(self, tx: Tx, consult: Row, at: int) -> None:
        """Once: by a call for the same offer, which holds the doctor as before."""
        offer = offer_store.get(tx, consult.offer_id)
        if offer is None:
            return
        consult_store.change(tx, consult.id, redials=_MOST_REDIALS)
        self.offers.ring_again(tx, consult, offer, at)
        presence.renew(tx, offer.doctor_id, offer.fence, at + TALK_LEASE_MS)

    def _complete(self, tx: Tx, consult: Row, at: int) -> None:
        """The doctor's part is done, whatever the money comes to."""
        offer = offer_store.get(tx, consult.offer_id) if consult.offer_id else None
        if offer is not None:
            self.offers.end(tx, offer, OfferEvent.COMPLETED, at, keep_call=True)

    def _partners(self, tx: Tx, consult: Row, role: str) -> list[Row]:
        """The other leg, if it waits or is in the room: the newest call of the patient, or that of the doctor who accepted."""
        other = self._counting(tx, consult, DOCTOR if role == PATIENT else PATIENT)
        return [other] if other is not None and (other.waits_at is not None or other.joins_at is not None) else []

    def _counting(self, tx: Tx, consult: Row, role: str) -> Row | None:
        """Of several calls of one of the two, the newest; of doctors', that of who accepted."""
        found = self._doctors(tx, consult) if role == DOCTOR else store.live(tx, consult.id, PATIENT)[:1]
        return found[0] if found else None

    def _doctors(self, tx: Tx, consult: Row) -> list[Row]:
        return [each for each in store.live(tx, consult.id, DOCTOR) if each.offer_id == consult.offer_id][:1]

    def _in_room(self, tx: Tx, consult: Row, role: str) -> Row | None:
        found = self._counting(tx, consult, role)
        return found if found is not None and found.joins_at is not None else None


def call_out(tx: Tx, call_id: str, at: int) -> None:
    """Out of the room, or off hold: it hears what comes next."""
    store.change(tx, call_id, waits_at=None, joins_at=None, left_at=at)
    outbox.add(tx, CALL_OUT, call_id, at, at)
