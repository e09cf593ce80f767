"""What the calls of patients and doctors ask, and wish for, while the two are brought together; in the transaction of a turn."""

from dataclasses import dataclass

from ivr.settings import Settings


@dataclass(frozen=True, slots=True)
class Connecting:
    settings: Settings
