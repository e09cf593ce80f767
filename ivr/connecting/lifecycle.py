"""An offer's life as one table: one doctor rung for one consult. A pair that is not in it changes nothing.

ringing → answered → accepted → completed
each of them → how it came to nothing
"""

from collections.abc import Mapping
from enum import StrEnum


class OfferState(StrEnum):
    RINGING = "ringing"  # claimed; the doctor's phone rings, or is about to
    ANSWERED = "answered"  # picked up, by whomever
    ACCEPTED = "accepted"  # key 1 came first
    COMPLETED = "completed"  # the doctor and the patient were in the room
    LOST = "lost"  # accepted, and then one of the two was not to be had
    PASSED = "passed"  # key 2
    WENT_OFF = "went_off"  # key 3
    MISSED = "missed"  # nobody picked up, or nobody pressed a key: a mailbox, a pocket
    BUSY = "busy"
    FAILED = "failed"  # the provider could not ring this phone
    RESCINDED = "rescinded"  # another doctor took it, or nobody is wanted any more
    EXPIRED = "expired"  # nobody ever said what became of it


class OfferEvent(StrEnum):
    ANSWERED = "answered"
    ACCEPTED = "accepted"
    COMPLETED = "completed"
    LOST = "lost"
    PASSED = "passed"
    WENT_OFF = "went_off"
    MISSED = "missed"
    BUSY = "busy"
    FAILED = "failed"
    RESCINDED = "rescinded"
    EXPIRED = "expired"


S, E = OfferState, OfferEvent
_ASKED = (S.RINGING, S.ANSWERED)
_NOTHING = (E.PASSED, E.WENT_OFF, E.MISSED, E.BUSY, E.FAILED, E.RESCINDED, E.EXPIRED)

TRANSITIONS: Mapping[tuple[OfferState, OfferEvent], OfferState] = {
    (S.RINGING, E.ANSWERED): S.ANSWERED,
    **{(state, E.ACCEPTED): S.ACCEPTED for state in _ASKED},  # the key may overtake the word that somebody picked up
    **{(state, event): OfferState(event.value) for state in _ASKED for event in _NOTHING},
    (S.ACCEPTED, E.COMPLETED): S.COMPLETED,
    (S.ACCEPTED, E.LOST): S.LOST,
}

LIVE = (S.RINGING, S.ANSWERED, S.ACCEPTED)
"""These keep their doctor."""


def after(state: OfferState, event: OfferEvent) -> OfferState | None:
    """The next state, or None when the event changes nothing here."""
    return TRANSITIONS.get((state, event))
