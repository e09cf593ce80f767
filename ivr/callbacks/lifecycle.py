"""A call back's life as one table. A pair that is not in it is ignored.

    planned → dialling → ringing → talking → done | given_up | cancelled, or dropped(reason)
              dialling | ringing | talking → stopping → done | cancelled

A dial, one ring of one phone, has states of its own: see `DialState`.
"""

from enum import StrEnum


class CallBackState(StrEnum):
    PLANNED = "planned"  # due later, or waiting for a channel
    DIALLING = "dialling"  # a dial is committed, the provider is being asked
    RINGING = "ringing"  # the provider took it
    TALKING = "talking"  # picked up
    STOPPING = "stopping"  # any of these three, and nobody wants another call after it
    DONE = "done"
    GIVEN_UP = "given_up"  # all calls of the plan made, or the provider refuses this number
    CANCELLED = "cancelled"  # nobody needs it any more
    DROPPED = "dropped"  # never to be made


class CallBackEvent(StrEnum):
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    NOT_PLACED = "not_placed"  # certainly no ring, worth another request
    ANSWERED = "answered"
    REACHED = "reached"  # over, and its flow had begun for a person
    NOT_REACHED = "not_reached"  # over, nobody was there, and the plan has another call
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"
    DROPPED = "dropped"


S, E = CallBackState, CallBackEvent

TRANSITIONS: dict[tuple[CallBackState, CallBackEvent], CallBackState] = {
    (S.PLANNED, E.CLAIMED): S.DIALLING,
    (S.PLANNED, E.CANCELLED): S.CANCELLED,
    (S.PLANNED, E.DROPPED): S.DROPPED,
    (S.PLANNED, E.GIVEN_UP): S.GIVEN_UP,
    (S.DIALLING, E.ACCEPTED): S.RINGING,
    (S.DIALLING, E.NOT_PLACED): S.PLANNED,
    (S.DIALLING, E.GIVEN_UP): S.GIVEN_UP,
    # a callback may overtake the provider's answer to our request
    (S.DIALLING, E.ANSWERED): S.TALKING,
    (S.DIALLING, E.NOT_REACHED): S.PLANNED,
    (S.RINGING, E.ANSWERED): S.TALKING,
    (S.RINGING, E.NOT_REACHED): S.PLANNED,
    (S.RINGING, E.GIVEN_UP): S.GIVEN_UP,
    (S.TALKING, E.REACHED): S.DONE,
    (S.TALKING, E.NOT_REACHED): S.PLANNED,  # a machine had picked up
    (S.TALKING, E.GIVEN_UP): S.GIVEN_UP,
    # late word of a dial that we had taken for absent: the phone's word wins, and no other call is made meanwhile
    (S.PLANNED, E.ACCEPTED): S.RINGING,
    (S.PLANNED, E.ANSWERED): S.TALKING,
    (S.PLANNED, E.NOT_REACHED): S.PLANNED,
    # taken back while the phone may ring: it rings on, and however that ends, it is not rung again
    (S.DIALLING, E.CANCELLED): S.STOPPING,
    (S.RINGING, E.CANCELLED): S.STOPPING,
    (S.TALKING, E.CANCELLED): S.STOPPING,
    (S.STOPPING, E.REACHED): S.DONE,
    (S.STOPPING, E.NOT_PLACED): S.CANCELLED,
    (S.STOPPING, E.NOT_REACHED): S.CANCELLED,
    (S.STOPPING, E.GIVEN_UP): S.CANCELLED,
}

UNDER_WAY = (S.DIALLING, S.RINGING, S.TALKING, S.STOPPING)
STANDING = (S.PLANNED, S.DIALLING, S.RINGING, S.TALKING)
"""What a caller may still take back."""


class DialState(StrEnum):
    """Up to `MACHINE` the dial may hold a live call; the next four certainly rang nobody as far as we know."""

    DIALLING = "dialling"  # leased: a worker is asking the provider
    UNKNOWN = "unknown"  # nobody knows; the provider's list is searched
    RINGING = "ringing"
    TALKING = "talking"
    MACHINE = "machine"  # picked up, and nobody there
    TRY_LATER = "try_later"
    ACCOUNT = "account"  # our set-up at the provider is at fault
    ABSENT = "absent"  # looked for and not there
    NEVER = "never"
    REACHED = "reached"
    NOT_REACHED = "not_reached"


LIVE = (DialState.DIALLING, DialState.UNKNOWN, DialState.RINGING, DialState.TALKING, DialState.MACHINE)
NOT_PLACED = (DialState.TRY_LATER, DialState.ACCOUNT, DialState.ABSENT)


def after(state: CallBackState, event: CallBackEvent) -> CallBackState | None:
    """The next state, or None when the event changes nothing here."""
    return TRANSITIONS.get((state, event))
