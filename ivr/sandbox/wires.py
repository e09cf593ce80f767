"""What both vendors' webhooks have in common, seen from the network: a wire per provider."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

from ivr.sandbox.courier import Rules
from ivr.sandbox.records import Call, Ending, Exchange, Message


class Wire(Protocol):
    """One vendor's conventions. Times in parameters come from the sandbox's clock, in UTC milliseconds."""

    name: str
    rules: Rules
    cancelled: str  # the code of a call whose caller gave up

    def new_call_id(self) -> str: ...

    def new_message_id(self) -> str: ...

    def present(self, number: str) -> str:
        """A number as this vendor writes it."""
        ...

    def sign(self, method: str, url: str, params: Mapping[str, str]) -> dict[str, str]:
        """Signature headers of a voice webhook: fresh ones for every try."""
        ...

    def sign_text(self, method: str, url: str, params: Mapping[str, str]) -> dict[str, str]:
        """Signature headers of an SMS webhook."""
        ...

    def call_params(self, call: Call) -> dict[str, str]: ...

    def ended_params(self, call: Call, ending: Ending, now: int) -> dict[str, str]: ...

    def report_params(self, message: Message, state: str, code: str, now: int) -> dict[str, str]: ...

    def text_params(self, message_id: str, sender: str, line: str, body: str) -> dict[str, str]: ...

    def read(self, exchange: Exchange) -> Ending:
        """What the answer makes of the call; an `Ending` with `error` when it is of no use."""
        ...

    def falls_back(self, ending: Ending) -> bool:
        """Whether this error is one for which the fallback URL is asked."""
        ...

    def fallback_params(self, failed: Exchange, ending: Ending) -> dict[str, str]: ...


def moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
