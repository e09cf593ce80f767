"""What each figure counts: one sentence each, and for consults the rule itself. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from ivr.connecting.connecting import BY_KEY
from ivr.consults.lifecycle import OVER, ConsultState
from ivr.store.tx import Row

SERVICE_MS = 60_000
"""Our promise, and the target of others who answer paid or urgent calls: a doctor within a minute."""


class Figure(StrEnum):
    OFFERED = "offered"
    MISSED = "missed"
    TEXTS = "texts"
    DELIVERED = "delivered"
    OPENED = "opened"
    LOST = "lost"
    TRIAGED = "triaged"
    QUOTED = "quoted"
    PAID = "paid"
    ACCEPTED = "accepted"
    CONNECTED = "connected"
    COMPLETED = "completed"
    REFUNDED = "refunded"
    ABANDONED_IN_MENU = "abandoned in the menu"
    ABANDONED_IN_QUEUE = "abandoned in the queue"
    ABANDONED_AFTER_ACCEPT = "abandoned after accept"
    SERVICE_LEVEL = "service level"
    TIME_TO_SMS = "time to SMS"
    TIME_TO_DOCTOR = "time to doctor"
    CALLERS = "callers"


F, S = Figure, ConsultState

DEFINITIONS: Mapping[Figure, str] = {
    F.OFFERED: "An answered call, rung in or placed by us, in which the menu spoke to a caller; calls to and from doctors are not counted.",
    F.MISSED: "A call to a line that is never answered, and is answered by a text; it counts once, however often its text is sent.",
    F.TEXTS: "A missed call that a text was to answer; it counts once, however often that is sent, and not at all where none is by rule.",
    F.DELIVERED: "A missed call of which a text reached the phone, as a provider told us; once, however many did.",
    F.OPENED: "A missed call of which the link was opened, by a person as far as we can tell; once, however often.",
    F.LOST: "A missed call of which no text reached the phone: it failed, or was not delivered; one that gets none by rule is not lost.",
    F.TRIAGED: "A consult that was opened: its patient passed the emergency screen; a follow-up is not counted.",
    F.QUOTED: "A consult whose full price was said.",
    F.PAID: "A consult whose money came in time; a doctor is owed from then on.",
    F.ACCEPTED: "A paid consult for which at least one doctor pressed 1.",
    F.CONNECTED: "A paid consult whose patient and doctor were in a room together, however shortly.",
    F.COMPLETED: "A consult whose money was earned.",
    F.REFUNDED: "A consult whose money went back, or is on its way back.",
    F.ABANDONED_IN_MENU: "An offered call that ended while the menu waited for its caller, who had no link by text, and no doctor coming.",
    F.ABANDONED_IN_QUEUE: "A paid consult whose caller asked for the money back before any doctor had pressed 1.",
    F.ABANDONED_AFTER_ACCEPT: "A paid consult for which a doctor pressed 1, and which ended without the two ever having met.",
    F.SERVICE_LEVEL: "Of consults paid more than a minute ago, the share whose patient was with a doctor within 60 s of paying.",
    F.TIME_TO_SMS: "From the missed call to the provider that took the text; then from there to the phone, where the provider told us.",
    F.TIME_TO_DOCTOR: "From the payment to the first moment with a doctor, of consults that were connected.",
    F.CALLERS: "Different numbers that rang on one day; a number that rang on two days counts twice over the days.",
}


def figures(consult: Row) -> frozenset[Figure]:
    """What a consult (a row of `store.charts.consults`) counts as."""
    paid, back = consult.paid_at is not None, consult.state in (S.REFUNDING, S.REFUNDED)
    met, accepted = consult.together_at is not None, bool(consult.accepted)
    counts = {
        F.TRIAGED: True,
        F.QUOTED: bool(consult.quoted),
        F.PAID: paid,
        F.ACCEPTED: paid and accepted,
        F.CONNECTED: paid and met,
        F.COMPLETED: consult.state == S.COMPLETED,
        F.REFUNDED: back,
        F.ABANDONED_IN_QUEUE: paid and back and not accepted and consult.why == BY_KEY,
        F.ABANDONED_AFTER_ACCEPT: paid and accepted and not met and (back or consult.state in OVER),
    }
    return frozenset(figure for figure, yes in counts.items() if yes)


def in_time(consult: Row, now: int) -> bool | None:
    """Whether a paid consult met the service level; None while that is open, or nothing was paid."""
    if consult.paid_at is None:
        return None
    if consult.together_at is not None:
        return bool(consult.together_at - consult.paid_at <= SERVICE_MS)
    return False if now - consult.paid_at > SERVICE_MS else None
