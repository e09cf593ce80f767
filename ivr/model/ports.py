"""The small protocols between the core and the world. An adapter implements those it can."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ivr.model.events import (
    CallAnswered,
    CallArrived,
    CallEnded,
    CallOutcome,
    Ignored,
    ReportState,
    RoomNews,
    TextReceived,
    TextReported,
    TurnCame,
)
from ivr.model.outcomes import SendOutcome, Unknown
from ivr.model.replies import Document, Reply
from ivr.model.values import Phone


class Clock(Protocol):
    def now(self) -> int:
        """UTC milliseconds since 1970."""
        ...


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook request as it came, before anybody believes it.

    `url` is `PUBLIC_URL` + quoted path + raw query: what the provider signed. Never built from `Host`.
    `headers` has lower-case names. `query` and `form` keep order, repeats and blanks.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    query: Sequence[tuple[str, str]] = ()
    form: Sequence[tuple[str, str]] = ()
    body: bytes = b""

    def params(self) -> dict[str, str]:
        """Query and form as one dict; of a repeated name the last, the form winning over the query."""
        return {**dict(self.query), **dict(self.form)}


@dataclass(frozen=True, slots=True)
class Country:
    """What a provider can do in one country (ISO code; `*` for all others)."""

    mobile_texts: bool = False
    landline_voice: bool = False
    mobile_voice: bool = False
    voice_from_abroad: bool = False  # its phones can be called, as long as the number shown is of another country


@dataclass(frozen=True, slots=True)
class Capabilities:
    countries: Mapping[str, Country] = field(default_factory=dict)

    def in_country(self, iso: str) -> Country:
        return self.countries.get(iso) or self.countries.get("*") or Country()


class VoiceHooks(Protocol):
    """The web side of a voice provider. No SDK import, no I/O."""

    name: str
    capabilities: Capabilities

    def verify_voice(self, hook: Hook) -> bool: ...

    def read_call(self, params: Mapping[str, str]) -> CallArrived | CallEnded | Ignored:
        """BadRequest when a parameter we cannot do without is missing."""
        ...

    def read_answered(self, params: Mapping[str, str]) -> CallAnswered | CallEnded | Ignored:
        """The first request of a call that we placed."""
        ...

    def read_turn(self, params: Mapping[str, str]) -> TurnCame | CallEnded | Ignored:
        """A request to the `next_url` of an earlier reply."""
        ...

    def read_status(self, params: Mapping[str, str]) -> CallEnded | Ignored: ...

    def read_room(self, params: Mapping[str, str]) -> RoomNews | Ignored:
        """A request to the `news_url` of a Join. BadRequest without the call that it is about."""
        ...

    def render(self, reply: Reply) -> Document: ...


class TextHooks(Protocol):
    """The web side of a text provider."""

    name: str
    capabilities: Capabilities

    def verify_text(self, hook: Hook) -> bool: ...

    def read_report(self, params: Mapping[str, str]) -> TextReported | Ignored: ...

    def read_text(self, params: Mapping[str, str]) -> TextReceived | Ignored: ...

    def own_account(self, params: Mapping[str, str]) -> bool:
        """Whether an unverified request names our account: a broken signature of ours, not a stranger's noise."""
        ...


@dataclass(frozen=True, slots=True)
class Dlt:
    """India's registration of one message: every commercial SMS is scrubbed against it (TCCCPR 2018)."""

    entity_id: str
    template_id: str
    category: str  # "service" | "promotional" | "transactional"


@dataclass(frozen=True, slots=True)
class OutgoingText:
    attempt_id: str
    to: Phone
    sender: str  # the DLT header, or a number where no header is registered
    body: str
    report_url: str
    dlt: Dlt | None
    expires_s: int  # how long the provider may keep trying


@dataclass(frozen=True, slots=True)
class Sighting:
    """A message the provider remembers."""

    provider_message_id: str
    state: ReportState
    code: str
    body: str | None  # where the provider shows it


class TextSender(Protocol):
    """The worker side of a text provider: network, timeouts, one request per attempt."""

    name: str

    def send_text(self, text: OutgoingText) -> SendOutcome: ...

    def find_texts(self, to: Phone, sender: str, since: int, until: int) -> Sequence[Sighting] | Unknown:
        """Messages to `to` from `sender` made between `since` and `until` (UTC ms), newest first."""
        ...


@dataclass(frozen=True, slots=True)
class OutgoingCall:
    """One ring of one phone. The addresses carry our own id and MAC, so a callback names it even when our request timed out."""

    dial_id: str
    to: Phone
    shown: Phone  # the line that the phone displays
    answer_url: str
    ended_url: str
    ring_s: int
    longest_s: int
    fallback_url: str = ""  # of a static document, asked by GET when one of ours cannot be had; "": none is kept


@dataclass(frozen=True, slots=True)
class SeenCall:
    """A call that the provider remembers. `outcome` is None while it is under way; `ended_at` in UTC milliseconds, None when untold."""

    provider_call_id: str
    outcome: CallOutcome | None
    ended_at: int | None = None

    def over_since(self, now: int) -> int:
        """When it ended; `now` where the provider does not say, or by its clock is ahead of ours."""
        return now if self.ended_at is None else min(now, self.ended_at)


@dataclass(frozen=True, slots=True)
class SeenInbound:
    """A call to a number of the account that the provider remembers, as CallEnded tells it; times are UTC milliseconds.

    `outcome` and `ended_at` are None while it is under way. `by_document`: see CallEnded.
    """

    provider_call_id: str
    caller: str = field(repr=False)
    line: str
    began_at: int
    ended_at: int | None
    outcome: CallOutcome | None
    seconds: int = 0
    cause: str = ""
    by_document: bool = False


class CallPlacer(Protocol):
    """The worker side of a voice provider: network, timeouts, one request per ring."""

    name: str

    def place_call(self, call: OutgoingCall) -> SendOutcome:
        """TryLater when we are over a limit of the provider's: such a call waits, it has not failed."""
        ...

    def find_calls(self, to: Phone, shown: Phone, since: int, until: int) -> Sequence[SeenCall] | Unknown:
        """Calls placed to `to` from `shown` between `since` and `until` (UTC ms), newest first."""
        ...

    def move_call(self, provider_call_id: str, url: str) -> SendOutcome:
        """Have a live call leave what it hears and ask `url` for its next document. Never: it is over, or unknown there."""
        ...

    def end_call(self, provider_call_id: str) -> SendOutcome:
        """Hang up, or stop ringing, whatever the call is at. Accepted too when it is over already."""
        ...

    def look_at_call(self, provider_call_id: str) -> SeenCall | Unknown | None:
        """How one call stands; None: the provider knows no such call."""
        ...

    def inbound_calls(self, since: int, until: int) -> Sequence[SeenInbound] | Unknown:
        """Calls to numbers of the account between `since` and `until` (UTC ms), oldest first; a provider may leave out those under way."""
        ...
