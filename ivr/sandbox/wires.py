"""What both vendors' webhooks have in common, seen from the network: a wire per provider."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Protocol

from ivr.sandbox.courier import Rules
from ivr.sandbox.documents import Page, Step
from ivr.sandbox.records import Call, Ending, Exchange, Message
from ivr.sandbox.room_records import RoomEvent

# What ends a call, in our words; each wire has its code for them.
OUTCOMES = ("hung up", "end of document", "cancelled", "busy", "declined", "no answer", "unreachable", "caller id", "channels", "time over")


class Wire(Protocol):
    """One vendor's conventions. Times in parameters come from the sandbox's clock, in UTC milliseconds."""

    name: str
    rules: Rules
    cancelled: str  # the code of a call whose caller gave up
    codes: Mapping[str, str]  # of every one of OUTCOMES
    tells_of_moves: bool  # whether a Dial's action is told when the call is led elsewhere
    shares_room_news: bool  # whether the first in a room says for all who is told of it

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

    def call_params(self, call: Call) -> dict[str, str]:
        """Of the first webhook of a call: inbound it rings, outbound it has been answered."""
        ...

    def turn_params(self, call: Call) -> dict[str, str]:
        """Of every later request for a document; what came of the last one is added."""
        ...

    def digits_params(self, digits: str, finished_on: str) -> dict[str, str]: ...

    def note_params(self, seconds: int, key: str, now: int) -> dict[str, str]:
        """Of a recording; `key` ended it, or "hangup" did."""
        ...

    def join_params(self, call: Call, leg: Call | None, ending: Ending) -> dict[str, str]:
        """How another phone took it; `leg` is the one that answered, or the last that did not; None when none was rung."""
        ...

    def new_room_id(self) -> str: ...

    def room_params(self, event: RoomEvent, now: int) -> dict[str, str] | None:
        """Of the news of a room; None for what this vendor does not tell."""
        ...

    def left_params(self, room: str, room_id: str, member: str) -> dict[str, str]:
        """Of the action of a call that was in a room; `member` "" when it was never let in."""
        ...

    def progress_params(self, call: Call, status: str, number: int, now: int) -> dict[str, str]: ...

    def ended_params(self, call: Call, ending: Ending, now: int, number: int = 0) -> dict[str, str]:
        """`number` counts what this call has reported before."""
        ...

    def report_params(self, message: Message, state: str, code: str, now: int) -> dict[str, str]: ...

    def text_params(self, message_id: str, sender: str, line: str, body: str) -> dict[str, str]: ...

    def read(self, exchange: Exchange | None, page: Page) -> list[Step]:
        """What an answer makes the call do; Unreadable with the vendor's error number when it is of no use. None: it got lost."""
        ...

    def gives_up(self, error: str) -> list[Step]:
        """What is left of a call after an error that no fallback mends."""
        ...

    def falls_back(self, error: str) -> bool:
        """Whether this error is one for which the fallback URL is asked."""
        ...

    def fallback_params(self, failed: Page, error: str) -> dict[str, str]: ...

    def lends(self, number: str) -> bool:
        """Whether this vendor would show `number` on a phone it rings."""
        ...


def moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)
