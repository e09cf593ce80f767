"""How a try at a provider ended; each class states its consequence, so callers never compare strings."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it. Consequence: the text is `sent`."""

    provider_message_id: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """Certainly not sent, and may work later (429, busy). Consequence: wait, then try again, perhaps elsewhere."""

    code: str
    after_s: float | None = None  # the provider's Retry-After


@dataclass(frozen=True, slots=True)
class Never:
    """Certainly not sent, and will not be to this person or with this content. Consequence: `failed`."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """May or may not have been sent (timeout, 5xx). Consequence: reconcile before any further try."""

    why: str


class Fault(StrEnum):
    """Whose configuration is wrong."""

    ACCOUNT = "account"  # credentials, credit, permission, sender: another provider may do
    DLT = "dlt"  # entity, header or template: the same everywhere, and retrying burns reputation


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """Certainly not sent; our set-up is at fault. Consequence: an alarm, and no retry at this provider."""

    code: str
    fault: Fault
    reason: str


SendOutcome = Accepted | TryLater | Never | Unknown | Misconfigured
