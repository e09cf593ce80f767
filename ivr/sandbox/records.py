"""What the sandbox knows: the frozen records it shows, and the live ones it keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Accounts:
    """The credentials of the product's accounts at both providers."""

    plivo_auth_id: str
    plivo_auth_token: str = field(repr=False)
    twilio_account_sid: str
    twilio_auth_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One try at a webhook. `status` is 0 when there was no answer; then `error` is connect, timeout or reset."""

    operation: str
    url: str
    params: Mapping[str, str]
    at: int
    attempt: int
    status: int = 0
    content_type: str = ""
    body: str = ""
    error: str = ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended: `code` is Plivo's HangupCauseCode or Twilio's CallStatus; `error` the provider's error number, if any."""

    code: str
    answered: bool = False
    seconds: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call as the provider's log shows it. `answered` is what costs the caller money, so `charged` says the same."""

    id: str
    provider: str
    caller: str
    line: str
    started_at: int
    answered: bool
    charged: bool
    ended: bool
    ended_at: int | None
    hangup_code: str
    error: str
    exchanges: tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class InboxText:
    """A text on a phone. `state` is what the provider says of it: sent, delivered …"""

    provider: str
    message_id: str
    sender: str
    to: str
    body: str
    received_at: int
    state: str


@dataclass(frozen=True, slots=True)
class RestRequest:
    """A REST request received. `status` is the one answered: None while it is held, 0 when the connection was closed on it."""

    provider: str
    operation: str
    number: str
    at: int
    status: int | None


@dataclass(slots=True)
class Call:
    """A call under way; `caller` and `line` are E.164 where they are numbers at all."""

    id: str
    provider: str
    caller: str
    line: str
    started_at: int
    hang_up_after_ms: int | None
    ending: Ending | None = None
    ended_at: int | None = None
    exchanges: list[Exchange] = field(default_factory=list)

    def record(self) -> CallRecord:
        ending = self.ending
        answered = ending is not None and ending.answered
        return CallRecord(
            self.id,
            self.provider,
            self.caller,
            self.line,
            self.started_at,
            answered,
            charged=answered,
            ended=self.ended_at is not None,
            ended_at=self.ended_at,
            hangup_code=ending.code if ending else "",
            error=ending.error if ending else "",
            exchanges=tuple(self.exchanges),
        )


@dataclass(slots=True)
class Message:
    """A text that the provider accepted; `shown` is the sender that the phone displays."""

    id: str
    provider: str
    sender: str
    shown: str
    to: str
    body: str
    report_url: str
    report_method: str
    created_at: int
    reordered: bool = False
    state: str = "queued"
    code: str = ""
    sent_at: int | None = None
    received_at: int | None = None
    concluded_at: int | None = None

    def in_inbox(self) -> InboxText:
        return InboxText(self.provider, self.id, self.shown, self.to, self.body, self.received_at or 0, self.state)
