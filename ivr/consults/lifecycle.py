"""A consult's life as one table, and the clock of every state in it. A pair that is not in the table changes nothing.

    triaged → quoted → awaiting_payment → paid → offering → connecting → talking → wrap_up → completed
    paid and everything after it → refunding → refunded; before it → lapsed | cancelled | emergency

Sources: the promise of the product (connected, or refunded, automatically); Telemedicine Practice Guidelines, 25 March 2020.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ConsultState(StrEnum):
    TRIAGED = "triaged"  # the patient passed the emergency screen
    QUOTED = "quoted"  # the full price was said
    AWAITING_PAYMENT = "awaiting_payment"  # the link was texted
    PAID = "paid"  # the money is held; a doctor is to be found
    OFFERING = "offering"  # a doctor is being rung
    CONNECTING = "connecting"  # a doctor has accepted
    TALKING = "talking"
    RECOVERING = "recovering"  # one of the two was cut off
    CALLBACK_BOOKED = "callback_booked"  # paid, and to be called at a time
    WRAP_UP = "wrap_up"  # they have talked; the doctor may still say that the money must go back
    REFUNDING = "refunding"
    COMPLETED = "completed"
    REFUNDED = "refunded"
    LAPSED = "lapsed"  # never paid
    CANCELLED = "cancelled"  # by the caller, before paying; or a follow-up that came to nothing, and cost nothing
    EMERGENCY = "emergency"  # not for a phone, and nothing was paid


class ConsultEvent(StrEnum):
    QUOTED = "quoted"
    ASKED = "asked"  # to pay
    PAID = "paid"  # captured, as quoted
    OFFERED = "offered"
    NOBODY = "nobody"  # no doctor took the offer
    ACCEPTED = "accepted"
    DOCTOR_LOST = "doctor_lost"
    PATIENT_LOST = "patient_lost"
    JOINED = "joined"  # both in the room
    DROPPED = "dropped"
    ENDED = "ended"  # the patient had their doctor
    BOOKED = "booked"
    BEGUN = "begun"  # a booked follow-up, its patient screened again
    SERVED = "served"
    GIVEN_BACK = "given_back"  # somebody decides that the money goes back
    UNSERVED = "unserved"  # no doctor by the time that was promised
    FREE_UNSERVED = "free_unserved"  # a follow-up that cost nothing will not be had: there is nothing to give back
    FREE_RED = "free_red"
    RED = "red"  # an emergency after all
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    REFUNDED = "refunded"


S, E = ConsultState, ConsultEvent

_UNPAID = (S.TRIAGED, S.QUOTED, S.AWAITING_PAYMENT)
_OWED = (S.PAID, S.OFFERING, S.CONNECTING, S.RECOVERING, S.CALLBACK_BOOKED)

TRANSITIONS: Mapping[tuple[ConsultState, ConsultEvent], ConsultState] = {
    (S.TRIAGED, E.QUOTED): S.QUOTED,
    (S.QUOTED, E.ASKED): S.AWAITING_PAYMENT,
    (S.AWAITING_PAYMENT, E.PAID): S.PAID,
    (S.QUOTED, E.PAID): S.PAID,  # a follow-up that costs nothing
    **{(state, E.LAPSED): S.LAPSED for state in _UNPAID},
    **{(state, E.CANCELLED): S.CANCELLED for state in _UNPAID},
    **{(state, E.RED): S.EMERGENCY for state in _UNPAID},
    (S.LAPSED, E.PAID): S.PAID,  # within the grace, and with a place free: see `booking`
    (S.PAID, E.OFFERED): S.OFFERING,
    (S.CALLBACK_BOOKED, E.OFFERED): S.OFFERING,
    (S.OFFERING, E.NOBODY): S.PAID,
    (S.OFFERING, E.ACCEPTED): S.CONNECTING,
    (S.CONNECTING, E.DOCTOR_LOST): S.PAID,
    (S.CONNECTING, E.PATIENT_LOST): S.CALLBACK_BOOKED,
    (S.CONNECTING, E.JOINED): S.TALKING,
    (S.TALKING, E.DROPPED): S.RECOVERING,
    (S.RECOVERING, E.JOINED): S.TALKING,
    (S.PAID, E.BOOKED): S.CALLBACK_BOOKED,
    (S.OFFERING, E.BOOKED): S.CALLBACK_BOOKED,
    (S.CALLBACK_BOOKED, E.BEGUN): S.PAID,
    (S.RECOVERING, E.DOCTOR_LOST): S.PAID,
    (S.RECOVERING, E.PATIENT_LOST): S.CALLBACK_BOOKED,
    **{(state, E.ENDED): S.WRAP_UP for state in (S.TALKING, S.RECOVERING)},
    **{(state, E.SERVED): S.COMPLETED for state in (S.PAID, S.OFFERING, S.TALKING, S.RECOVERING, S.CALLBACK_BOOKED, S.WRAP_UP)},
    **{(state, event): S.REFUNDING for state in (*_OWED, S.TALKING, S.WRAP_UP) for event in (E.GIVEN_BACK, E.RED)},
    **{(state, E.UNSERVED): S.REFUNDING for state in _OWED},
    **{(state, E.FREE_UNSERVED): S.CANCELLED for state in (*_OWED, S.TALKING, S.WRAP_UP)},
    **{(state, E.FREE_RED): S.EMERGENCY for state in (*_OWED, S.TALKING, S.WRAP_UP)},
    (S.REFUNDING, E.REFUNDED): S.REFUNDED,
}

WITHOUT_MONEY: Mapping[ConsultEvent, ConsultEvent] = {
    E.GIVEN_BACK: E.FREE_UNSERVED,
    E.UNSERVED: E.FREE_UNSERVED,
    E.RED: E.FREE_RED,
}
"""What becomes of a follow-up that cost nothing, where a paid consult's money would go back."""

OVER = (S.COMPLETED, S.REFUNDED, S.LAPSED, S.CANCELLED, S.EMERGENCY)
OPEN = tuple(state for state in S if state not in OVER)
AS_GOOD_AS_OVER = (S.WRAP_UP, S.REFUNDING)
"""Another consult may be begun beside these, and no emergency screen of the caller ends them: of a talk that was had, its doctor speaks."""
ENDED_BY_RED = tuple(state for state in OPEN if state not in AS_GOOD_AS_OVER)
TOLD_FIRST = (S.AWAITING_PAYMENT, *_OWED, S.TALKING, S.REFUNDING)
"""Who rings with one of these hears how it stands; what was only begun is begun anew."""
TAKING_A_PLACE = (*_OWED, S.TALKING)
"""These keep a doctor's place, whatever comes."""


class Since(StrEnum):
    """What a clock counts from."""

    HERE = "here"  # the state was entered
    SCREENED = "screened"
    PAID = "paid"


@dataclass(frozen=True, slots=True)
class Clock:
    """How long a state may last, and what happens then. `seconds` None: SERVE_BY_MINUTES."""

    seconds: int | None
    event: ConsultEvent | None  # None: an alarm, for the money must not wait in silence
    since: Since = Since.HERE


SCREEN_LASTS_S = 30 * 60
"""An emergency screen that was passed longer ago counts no more: nobody pays or is connected on it."""

CLOCKS: Mapping[ConsultState, Clock] = {
    S.TRIAGED: Clock(15 * 60, E.LAPSED),
    S.QUOTED: Clock(10 * 60, E.LAPSED),
    S.AWAITING_PAYMENT: Clock(SCREEN_LASTS_S, E.LAPSED, Since.SCREENED),  # or when a place is no longer kept for who pays
    S.PAID: Clock(None, E.UNSERVED, Since.PAID),
    S.OFFERING: Clock(None, E.UNSERVED, Since.PAID),
    S.CONNECTING: Clock(100, E.PATIENT_LOST),  # both are there, or one of them is lost: see `ivr.connecting.timers`
    S.TALKING: Clock(35 * 60, E.ENDED),  # longer than any room is kept
    S.RECOVERING: Clock(90, E.UNSERVED),
    S.WRAP_UP: Clock(10 * 60, E.SERVED),
    S.CALLBACK_BOOKED: Clock(None, E.UNSERVED, Since.PAID),
    S.REFUNDING: Clock(15 * 60, None),
}


def after(state: ConsultState, event: ConsultEvent) -> ConsultState | None:
    """The next state, or None when the event changes nothing here."""
    return TRANSITIONS.get((state, event))
