"""What the sandbox knows: the frozen records it shows, and the live ones it keeps."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Accounts:
    """The credentials of the product's accounts at both providers and the gateway."""

    plivo_auth_id: str
    plivo_auth_token: str = field(repr=False)
    twilio_account_sid: str
    twilio_auth_token: str = field(repr=False)
    razorpay_key_id: str = "rzp_test_sandbox000000"
    razorpay_key_secret: str = field(default="sandbox-key-secret", repr=False)
    razorpay_webhook_secret: str = field(default="sandbox-webhook-secret", repr=False)


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
    """How a call ended: `code` is Plivo's HangupCauseCode or Twilio's CallStatus; `error` the provider's error number, if any.

    `source` is who ended it in Plivo's words, where that is not the usual one of the code.
    """

    code: str
    answered: bool = False
    seconds: int = 0
    error: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """Something that began to sound in a person's ear.

    `kind`: say, play (`text` is the address), beep, tone; joined and left (the number of whoever came or went); and of a person alone
    in a room, music or silence.
    """

    at: int
    kind: str
    text: str = ""
    language: str = ""
    voice: str = ""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """A call as the provider's log shows it. `answered` is what costs the caller money, so `charged` says the same.

    `caller` is the person's phone and `line` the product's number, whoever rang whom; `direction` is seen from the product.
    `state`: ringing, live, over. `waits_for`: keys, voice note, the other phone, or nothing (""); `keys_wanted` counts the keys
    still to come. `parent` is the call that had this phone rung (Dial), `room` the name of the conference that it is in.
    """

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
    direction: str
    state: str
    heard: tuple[Heard, ...]
    waits_for: str
    keys_wanted: int
    pressed: str
    parent: str
    room: str = ""


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
    """A call as it goes on; `caller` (the person) and `line` (the product) are E.164 where they are numbers at all."""

    id: str
    provider: str
    caller: str
    line: str
    started_at: int
    hang_up_after_ms: int | None
    ending: Ending | None = None
    ended_at: int | None = None
    exchanges: list[Exchange] = field(default_factory=list)
    direction: str = "inbound"
    parent: str = ""
    state: str = "ringing"
    rang: bool = False  # outbound: the phone made a sound
    answered_at: int | None = None
    heard: list[Heard] = field(default_factory=list)
    waits_for: str = ""
    keys_wanted: int = 0
    pressed: str = ""
    error: str = ""
    room: str = ""

    @property
    def outbound(self) -> bool:
        return self.direction == "outbound"

    @property
    def dialling(self) -> str:
        """The number that rang the other one."""
        return self.line if self.outbound else self.caller

    @property
    def dialled(self) -> str:
        return self.caller if self.outbound else self.line

    def seconds(self, now: int) -> int:
        """How long it has been answered, begun seconds counted whole, as both vendors bill."""
        return 0 if self.answered_at is None else max(1, -((self.answered_at - now) // 1000))

    def record(self) -> CallRecord:
        ending = self.ending
        answered = self.answered_at is not None
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
            error=self.error,
            exchanges=tuple(self.exchanges),
            direction=self.direction,
            state=self.state,
            heard=tuple(self.heard),
            waits_for=self.waits_for,
            keys_wanted=self.keys_wanted,
            pressed=self.pressed,
            parent=self.parent,
            room=self.room,
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
