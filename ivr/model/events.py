"""What happened, in our words: providers read their payloads into these."""

from dataclasses import dataclass
from enum import StrEnum

from ivr.model.outcomes import SendOutcome


class CallOutcome(StrEnum):
    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    CANCELLED = "cancelled"  # the caller hung up first
    REJECTED = "rejected"
    FAILED = "failed"


class ReportState(StrEnum):
    """What a delivery report says of a text."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"  # reached the network, not the phone
    FAILED = "failed"  # never left the provider


@dataclass(frozen=True, slots=True)
class CallArrived:
    """A call rings on one of our lines.

    `caller` and `line` are numbers as `ivr.numbering` reads them: `+919845012345`, a national form, or the
    provider's word for a withheld number, untouched.
    """

    provider: str
    provider_call_id: str
    caller: str
    line: str


@dataclass(frozen=True, slots=True)
class CallEnded:
    """A call is over. `seconds` is talk time, 0 when it was never answered; `cause` is the provider's code, for the log.

    `by_document`: a document ended it, ours or the one kept for when we are away, or the want of any; not a person. Few providers can tell.
    """

    provider: str
    provider_call_id: str
    caller: str
    line: str
    inbound: bool
    outcome: CallOutcome
    seconds: int
    cause: str
    by_document: bool = False


@dataclass(frozen=True, slots=True)
class CallCutOff:
    """We had to end a live call, in the middle of what was said, and promised to call back."""

    provider: str
    provider_call_id: str


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """A call that we placed was picked up, by a person or a machine."""

    provider: str
    provider_call_id: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """Keys, without the closing `#`: digits and `*`."""

    keys: str


@dataclass(frozen=True, slots=True)
class Silence:
    """No key was pressed in time."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A voice note; `ref` is the provider's address of it."""

    ref: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Rang:
    """How the phone that we rang for the caller took it."""

    outcome: CallOutcome
    seconds: int


@dataclass(frozen=True, slots=True)
class Left:
    """This leg was in a room, and is there no more."""


Heard = Pressed | Silence | Recorded | Rang | Left


@dataclass(frozen=True, slots=True)
class TurnCame:
    """A live call asks for its next document, and says what came of the last one."""

    provider: str
    provider_call_id: str
    heard: Heard


@dataclass(frozen=True, slots=True)
class RoomNews:
    """A leg entered a room, or left it."""

    provider: str
    provider_call_id: str
    entered: bool


@dataclass(frozen=True, slots=True)
class TextReported:
    """A delivery report for one attempt; the attempt comes from our URL, not from the body."""

    provider: str
    provider_message_id: str
    state: ReportState
    code: str  # the provider's error code, "" when there is none
    outcome: SendOutcome | None = None  # the class of a failure code, when the provider's table knows it


@dataclass(frozen=True, slots=True)
class TextReceived:
    """Somebody texted one of our numbers."""

    provider: str
    provider_message_id: str
    sender: str
    line: str
    body: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """A genuine request that asks nothing of us (an unknown status, say): answered 200, logged with the reason."""

    reason: str
