"""How a consult ends: what the doctor says came of it, what that means for the money, and what the patient is told."""

from dataclasses import dataclass
from typing import Final

from ivr.connecting.ground import hold, note
from ivr.connecting.legs import Legs
from ivr.consults.booking import Bookings
from ivr.consults.lifecycle import ConsultEvent, ConsultState
from ivr.consults.telling import Telling, rupees
from ivr.model.values import Paise
from ivr.store import consults as store
from ivr.store import doctors
from ivr.store.tx import Row, Tx

CONSULT_DONE, EMERGENCY = "consult_done", "emergency"
DONE: Final = "done"
NEEDS_VISIT: Final = "needs_visit"
NOT_PHONE: Final = "emergency"
NOT_SUITABLE: Final = "not_suitable"
DISPOSITIONS = (DONE, NEEDS_VISIT, NOT_PHONE, NOT_SUITABLE)

S = ConsultState
_TALKED = (S.TALKING, S.RECOVERING, S.WRAP_UP)
JOINED = (S.CONNECTING, S.TALKING, S.RECOVERING)
"""The two are on the line, or being brought together."""


@dataclass(frozen=True, slots=True)
class Ending:
    bookings: Bookings
    legs: Legs
    telling: Telling

    def dispose(self, tx: Tx, consult_id: str, which: str, at: int) -> bool:
        """The doctor says what came of it: the first word holds. False when there is nothing to say it of any more.

        An emergency, and what is not for a phone, goes back in full however long they talked; a visit that is needed is advice, and
        earned; done is earned after DELIVERED_SECONDS together, before that only if the patient agrees.
        """
        consult = hold(tx, consult_id)
        if which not in DISPOSITIONS or consult.state not in _TALKED or consult.disposition is not None:
            return False
        store.change(tx, consult_id, disposition=which, disposed_at=at)
        note(tx, consult_id, "disposed", at, which=which)
        match which:
            case "emergency":
                self.telling.tell(tx, self.telling.trigger(consult, at), EMERGENCY, {})
                self.bookings.ends(tx, consult_id, ConsultEvent.RED, "an emergency, says the doctor", at)
                self.legs.call_out(tx, consult, at)
            case "not_suitable":
                self.bookings.ends(tx, consult_id, ConsultEvent.GIVEN_BACK, "not for a phone, says the doctor", at)
                self.legs.call_out(tx, consult, at)
            case "needs_visit":
                self.legs.end_talk(tx, consult, at)
                self.served(tx, consult_id, at)
            case _:
                self._done(tx, consult, at)
        return True

    def agreed(self, tx: Tx, consult_id: str, at: int) -> None:
        """The patient says by key that a short talk was what they needed."""
        consult = hold(tx, consult_id)
        if consult.state == S.RECOVERING and consult.disposition == DONE:
            note(tx, consult_id, "agreed", at)
            self.legs.end_talk(tx, consult, at)
            self.served(tx, consult_id, at)

    def served_by_word(self, tx: Tx, consult_id: str, at: int) -> bool:
        """Somebody of the clinic says that the patient had their doctor. False when it changes nothing: also for two who are joined.

        Not before their talk is over is it known how long it was, for the doctor's statement and the patient's text.
        """
        consult = hold(tx, consult_id)
        if consult.state in JOINED:
            return False
        return self.served(tx, consult_id, at) if consult.together_ms else self.bookings.served(tx, consult_id, at)

    def served(self, tx: Tx, consult_id: str, at: int) -> bool:
        """Earned. The patient is told whom they talked to (Telemedicine Practice Guidelines 2020, 3.2: name and registration)."""
        if not self.bookings.served(tx, consult_id, at):
            return False
        consult, quote = store.get(tx, consult_id), store.quote_of(tx, consult_id)
        doctor = doctors.get(tx, consult.doctor_id) if consult is not None and consult.doctor_id else None
        if consult is None or doctor is None or quote is None:
            return True
        minutes = str(max(1, round(consult.together_ms / 60_000)))
        who = {"doctor": doctor.name, "registration": f"{doctor.council} {doctor.registration}"}
        values = {**who, "minutes": minutes, "amount": rupees(Paise(quote.paise)), "reference": consult.reference}
        self.telling.tell(tx, self.telling.trigger(consult, at), CONSULT_DONE, values)
        return True

    def _done(self, tx: Tx, consult: Row, at: int) -> None:
        if consult.state == S.WRAP_UP:
            self.served(tx, consult.id, at)
        elif consult.state == S.RECOVERING:
            self.legs.call_out(tx, consult, at)  # the patient is asked
