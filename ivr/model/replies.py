"""Provider-neutral call documents; a provider renders them into its own XML."""

from dataclasses import dataclass
from enum import StrEnum


class RejectReason(StrEnum):
    BUSY = "busy"  # the tone callers in India know as a given missed call
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Reject:
    """Never answer: the caller pays nothing. Must be the first thing a provider reads."""

    reason: RejectReason = RejectReason.BUSY


Reply = Reject


@dataclass(frozen=True, slots=True)
class Document:
    """A rendered reply: what goes on the wire."""

    body: bytes
    content_type: str
