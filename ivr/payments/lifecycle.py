"""A payment's life as one table: where the money is. Every captured payment ends in earned or refunded, never in both.

held → earned
held → refund_due → requested → pending → refunded
       refund_due | requested | pending → manual: a person has to look, and an alarm says so
"""

from collections.abc import Mapping
from enum import StrEnum


class PaymentState(StrEnum):
    HELD = "held"  # captured, for a consult that is still owed
    EARNED = "earned"
    REFUND_DUE = "refund_due"  # it goes back; the gateway is to be asked
    REQUESTED = "requested"  # a worker is asking, or nobody knows what came of it
    PENDING = "pending"  # the gateway is at it
    REFUNDED = "refunded"
    MANUAL = "manual"


class PaymentEvent(StrEnum):
    EARNED = "earned"
    GIVEN_BACK = "given_back"
    ASKED = "asked"
    PUT_OFF = "put_off"  # certainly not done, and worth asking again
    ACCEPTED = "accepted"
    REFUNDED = "refunded"
    FAILED = "failed"  # the gateway could not, and asking again will not help


S, E = PaymentState, PaymentEvent

TRANSITIONS: Mapping[tuple[PaymentState, PaymentEvent], PaymentState] = {
    (S.HELD, E.EARNED): S.EARNED,
    (S.HELD, E.GIVEN_BACK): S.REFUND_DUE,
    (S.REFUND_DUE, E.ASKED): S.REQUESTED,
    (S.REQUESTED, E.PUT_OFF): S.REFUND_DUE,
    (S.REQUESTED, E.ACCEPTED): S.PENDING,
    (S.REQUESTED, E.REFUNDED): S.REFUNDED,
    (S.REQUESTED, E.FAILED): S.MANUAL,
    (S.PENDING, E.PUT_OFF): S.REFUND_DUE,  # it failed at the gateway, once: asked for with a second key
    (S.PENDING, E.REFUNDED): S.REFUNDED,
    (S.PENDING, E.FAILED): S.MANUAL,
    # the gateway's word overtakes our own, or a person has done it at the gateway
    (S.REFUND_DUE, E.ACCEPTED): S.PENDING,
    (S.REFUND_DUE, E.REFUNDED): S.REFUNDED,
    (S.MANUAL, E.PUT_OFF): S.REFUND_DUE,
    (S.MANUAL, E.ACCEPTED): S.PENDING,
    (S.MANUAL, E.REFUNDED): S.REFUNDED,
}

GOING_BACK = (S.REFUND_DUE, S.REQUESTED, S.PENDING, S.MANUAL)
SETTLED = (S.EARNED, S.REFUNDED)


def after(state: PaymentState, event: PaymentEvent) -> PaymentState | None:
    """The next state, or None when the event changes nothing here."""
    return TRANSITIONS.get((state, event))
