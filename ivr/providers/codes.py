"""A provider's error codes for texts, sorted by consequence."""

from collections.abc import Mapping
from dataclasses import dataclass

from ivr.model.outcomes import Fault, Misconfigured, Never, SendOutcome, TryLater


@dataclass(frozen=True, slots=True)
class CodeTable:
    """Each code stands in one place, with the sentence an operator reads. A code that stands nowhere is not guessed at."""

    later: Mapping[str, str]
    never: Mapping[str, str]
    account: Mapping[str, str]
    dlt: frozenset[str] = frozenset()

    def outcome(self, code: str, after_s: float | None = None) -> SendOutcome | None:
        """None for a code the table does not know. `after_s`: how long the provider asked us to wait."""
        if code in self.later:
            return TryLater(code, after_s)
        if code in self.never:
            return Never(code, self.never[code])
        if code in self.account:
            return Misconfigured(code, Fault.ACCOUNT, self.account[code])
        if code in self.dlt:
            return Misconfigured(code, Fault.DLT, "the entity, header or template does not match its DLT registration")
        return None
