"""Provider-neutral call documents; a provider renders them into its own XML."""

from dataclasses import dataclass
from enum import StrEnum

from ivr.model.values import Phone

MOST_DIGITS = 6  # no card number fits, so none can be keyed in by mistake (PCI DSS scope follows capture)


class RejectReason(StrEnum):
    BUSY = "busy"  # the tone callers in India know as a given missed call
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Voice:
    """A provider's own names for one text-to-speech voice: `Polly.Aditi`, `hi-IN`."""

    name: str
    tag: str


@dataclass(frozen=True, slots=True)
class Say:
    """Text to speech."""

    text: str
    voice: Voice


@dataclass(frozen=True, slots=True)
class Play:
    """A recording at `url`; `text` is what is heard in it, for the record."""

    url: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: int = 1


Spoken = Say | Play | Pause


@dataclass(frozen=True, slots=True)
class Reject:
    """Never answer: the caller pays nothing. Must be the first thing a provider reads."""

    reason: RejectReason = RejectReason.BUSY


@dataclass(frozen=True, slots=True)
class HangUp:
    """Answer, speak, end the call."""

    spoken: tuple[Spoken, ...] = ()


@dataclass(frozen=True, slots=True)
class Gather:
    """Speak, and take keys meanwhile and for `silence_s` seconds after the last word; then ask `next_url` with what came.

    Ends at `digits` keys; with more than one also at `#` or a pause. No key at all asks `next_url` too: silence is an event.
    """

    next_url: str
    spoken: tuple[Spoken, ...] = ()
    digits: int = 1
    silence_s: int = 5

    def __post_init__(self) -> None:
        if not 1 <= self.digits <= MOST_DIGITS:
            raise ValueError(f"1 to {MOST_DIGITS} digits may be gathered, not {self.digits}")


@dataclass(frozen=True, slots=True)
class Record:
    """Speak, beep, record until `#`, a pause of `silence_s`, `longest_s` or hang-up; then ask `next_url` with the recording."""

    next_url: str
    spoken: tuple[Spoken, ...] = ()
    longest_s: int = 60
    silence_s: int = 5


@dataclass(frozen=True, slots=True)
class Ring:
    """Speak, ring `to` showing `shown`, join both until one hangs up; then ask `next_url` how it went.

    `who`: whose phone that is, in a flow's word; the number itself is not kept with a call.
    """

    next_url: str
    to: Phone
    shown: Phone
    spoken: tuple[Spoken, ...] = ()
    ring_s: int = 25
    longest_s: int = 3600
    who: str = "operator"


@dataclass(frozen=True, slots=True)
class Redirect:
    """Speak, then ask `next_url` for another document."""

    next_url: str
    spoken: tuple[Spoken, ...] = ()


@dataclass(frozen=True, slots=True)
class Join:
    """Speak, then put this leg into `room` with whoever is there; alone in it, the leg hears music or silence, never the line's end.

    Who enters and who leaves is told to `news_url`. When the leg leaves the room and is still live (its time is over, or we moved it),
    `next_url` is asked. The room outlasts everybody who leaves it: we alone decide who stays.
    """

    next_url: str
    news_url: str
    room: str
    spoken: tuple[Spoken, ...] = ()
    longest_s: int = 3600


Reply = Reject | HangUp | Gather | Record | Ring | Redirect | Join


@dataclass(frozen=True, slots=True)
class Document:
    """A rendered reply: what goes on the wire."""

    body: bytes
    content_type: str
