"""The room in which a patient and a doctor talk."""

from dataclasses import dataclass

LONGEST_S = 30 * 60
"""A consult's talk, warned of two minutes before its end."""
WARNED_BEFORE_S = 2 * 60
_SLACK_S = 60


@dataclass(frozen=True, slots=True)
class ConsultRoom:
    """The `number`th room of a consult: after a leg was cut off, or both were warned, they meet in the next one.

    Who comes late to an earlier room meets nobody, and what is told of it changes nothing.
    """

    consult_id: str
    number: int

    @property
    def name(self) -> str:
        return f"c-{self.consult_id}-{self.number}"

    @property
    def longest_s(self) -> int:
        """The provider's own limit, should we not be there to end it."""
        return LONGEST_S + _SLACK_S
