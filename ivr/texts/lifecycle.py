"""A text's life as one table. A pair that is not in it is recorded and ignored.

    asked → sending → sent → delivered | undelivered | failed, or dropped(reason)

A provider that says nothing more after `sent` leaves the text there: some routes never report a delivery.
"""

from enum import StrEnum

from ivr.model.events import ReportState


class TextState(StrEnum):
    ASKED = "asked"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    DROPPED = "dropped"


class TextEvent(StrEnum):
    CLAIMED = "claimed"  # an attempt is committed, the provider is about to be called
    ACCEPTED = "accepted"  # the provider took it
    NOT_SENT = "not_sent"  # certainly not sent, worth another try
    GIVEN_UP = "given_up"  # certainly not sent, and never will be
    DROPPED = "dropped"  # we decided against it before any try
    REPORTED_SENT = "reported_sent"
    REPORTED_DELIVERED = "reported_delivered"
    REPORTED_UNDELIVERED = "reported_undelivered"
    REPORTED_FAILED = "reported_failed"


S, E = TextState, TextEvent

TRANSITIONS: dict[tuple[TextState, TextEvent], TextState] = {
    (S.ASKED, E.CLAIMED): S.SENDING,
    (S.ASKED, E.DROPPED): S.DROPPED,
    (S.ASKED, E.GIVEN_UP): S.FAILED,
    (S.SENDING, E.ACCEPTED): S.SENT,
    (S.SENDING, E.NOT_SENT): S.ASKED,
    (S.SENDING, E.GIVEN_UP): S.FAILED,
    # a report may overtake the provider's answer to our request
    (S.SENDING, E.REPORTED_SENT): S.SENT,
    (S.SENDING, E.REPORTED_DELIVERED): S.DELIVERED,
    (S.SENDING, E.REPORTED_UNDELIVERED): S.UNDELIVERED,
    (S.SENDING, E.REPORTED_FAILED): S.FAILED,
    (S.SENT, E.REPORTED_DELIVERED): S.DELIVERED,
    (S.SENT, E.REPORTED_UNDELIVERED): S.UNDELIVERED,
    (S.SENT, E.REPORTED_FAILED): S.FAILED,
    # a late report for an attempt we had given up on: the phone's word wins, and no further try is made
    (S.ASKED, E.REPORTED_SENT): S.SENT,
    (S.ASKED, E.REPORTED_DELIVERED): S.DELIVERED,
    (S.UNDELIVERED, E.REPORTED_DELIVERED): S.DELIVERED,
    (S.FAILED, E.REPORTED_DELIVERED): S.DELIVERED,
}


REPORTED: dict[ReportState, TextEvent] = {
    ReportState.QUEUED: E.REPORTED_SENT,  # the provider has it, which is what `sent` means
    ReportState.SENT: E.REPORTED_SENT,
    ReportState.DELIVERED: E.REPORTED_DELIVERED,
    ReportState.UNDELIVERED: E.REPORTED_UNDELIVERED,
    ReportState.FAILED: E.REPORTED_FAILED,
}


def after(state: TextState, event: TextEvent) -> TextState | None:
    """The next state, or None when the event changes nothing here."""
    return TRANSITIONS.get((state, event))
