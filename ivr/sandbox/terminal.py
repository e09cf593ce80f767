"""A phone in a terminal: what its person hears, line by line, and what they press."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from re import findall

from ivr.model.ports import Clock
from ivr.sandbox.documents import played, spoken, tones
from ivr.sandbox.hands import LOOK_S, Deed, Hands, HangUp, Pay, Press, Speak
from ivr.sandbox.records import CallRecord, Heard
from ivr.sandbox.remote import Remote

_BREATH_MS = 300  # between two prompts there is no silence; after the last one there is
_TEXTS_MS = 5_000
_KEEPS_COMING_MS = 1_500  # texts that belong together arrive together


@dataclass(slots=True)
class Handset:
    """The phone `number`, held by `hands`. `show` gets the rows, `texts_ms` is how long texts are waited for after a call;
    None: a few seconds, until some have come.

    Its clock is the sandbox's: both are on one machine. What cannot be done is told as a ConfigurationError, see `Remote`.
    """

    remote: Remote
    hands: Hands
    clock: Clock
    show: Callable[[str], None]
    rest: Callable[[float], None]
    number: str
    texts_ms: int | None = None
    _hung_up: bool = field(default=False, init=False)
    _put_away: bool = field(default=False, init=False)
    _speaks_until: int = field(default=0, init=False)
    _read: int = field(default=0, init=False)  # texts on this phone that were shown, or there before
    _pays: bool = field(default=False, init=False)  # as soon as there is a link that leads to a page to pay on
    _links: list[str] = field(default_factory=list, init=False)  # in texts of this call, not tried yet
    _known: frozenset[str] = field(default=frozenset(), init=False)  # what had been heard when it was paid

    def dial(self, line: str, provider: str) -> bool:
        """Ring a line, stay until the call is over, show texts as they come. Whether the call was answered."""
        self._read = len(self.remote.inbox(self.number))
        call_id = self.remote.dial(self.number, line, provider)
        self.show(f"  {self.number} rings {line} ({provider}) …")
        return self._finish(self._hold(call_id))

    def keep_waiting(self, hands: Callable[[], Hands]) -> int:
        """Take call after call, each with new `hands`, until the phone is put away (h, Ctrl-C, Ctrl-D); how many were answered."""
        answered = 0
        while not self._put_away:
            self.hands = hands()
            try:
                answered += self.wait()
            except KeyboardInterrupt:
                self._put_away = True
        self.show(f"  {self.number} is put away; calls answered: {answered}")
        return answered

    def wait(self) -> bool:
        """Wait until this phone rings, then as `dial`. Whether it was answered; False also when nobody waits any longer."""
        self._read = len(self.remote.inbox(self.number))
        self._hung_up, self._speaks_until, self._pays, self._known = False, 0, False, frozenset()
        self._links.clear()
        self.show(f"  {self.number} waits for a call; h puts it away")
        while (call := self._incoming()) is None:
            if self.hands.picks_up(rings=False) is False:
                self._put_away = True
                return False
        if call.state == "ringing":
            self.show(f"  ringing, from {national(call.line)}; press Enter to answer, h to decline")
        while call.state == "ringing":
            if (picks_up := self.hands.picks_up(rings=True)) is not None:
                _ = self.remote.do(call.id, "answer") if picks_up else self._hang_up(call.id)
            call = self.remote.call(call.id)
        return self._finish(self._hold(call.id))

    def _incoming(self) -> CallRecord | None:
        call = self.remote.on_phone(self.number)
        return call if call is not None and call.direction == "outbound" else None

    def _hold(self, call_id: str) -> CallRecord:
        """Until the call is over. Ctrl-C hangs up."""
        news = News(self.remote.rung_for)
        while True:
            try:
                call = self.remote.call(call_id)
                for row in news.of(call, self.clock.now()):
                    self.show(row)
                self._show_texts()
                self._pay(call)
                if call.state == "over":
                    return call
                for deed in self.hands.deeds(self._may_act(call), talks=bool(call.room)):
                    self._do(call, deed)
            except KeyboardInterrupt:
                self._hang_up(call_id)

    def _may_act(self, call: CallRecord) -> bool:
        """Whether a polite person would. One who has paid waits for words that were not said before: those they waited for."""
        now = self.clock.now()
        waits = self._pays or (self._known and all(heard.text in self._known for heard in call.heard))
        return not waits and now >= self._speaks_until and is_ready(call, now)

    def _do(self, call: CallRecord, deed: Deed) -> None:
        match deed:
            case Press(keys):
                self._tell(f"pressed {keys}", self.remote.do(call.id, "keys", keys=keys), lost=call.waits_for == "")
            case Speak(seconds):
                lost = call.waits_for != "voice note"
                self._speaks_until = self.clock.now() + 1000 * seconds
                self._tell(f"spoke for {seconds} s", self.remote.do(call.id, "voice", seconds=seconds), lost=lost)
            case Pay():
                self._pays = True
            case HangUp():
                self._tell("hung up", self._hang_up(call.id), lost=False)

    def _pay(self, call: CallRecord) -> None:
        """If that is wished for. A link that leads elsewhere is told, and the next one waited for."""
        while self._pays and self._links:
            complaint = self.remote.pay(self._links.pop())
            self._pays = bool(complaint)
            self._known = frozenset(heard.text for heard in call.heard)
            self.show(f"  ({complaint or 'paid'})")

    def _hang_up(self, call_id: str) -> str:
        self._hung_up = True
        return self.remote.do(call_id, "hang-up")

    def _tell(self, done: str, complaint: str, *, lost: bool) -> None:
        if complaint:
            self.show(f"  ({complaint})")
        elif lost:
            self.show(f"  ({done}, but nobody listens now)")
        elif self.hands.scripted:
            self.show(f"  ({done})")

    def _finish(self, call: CallRecord) -> bool:
        self.show(f"  {ending(call, self._hung_up)}")
        try:
            self._wait_for_texts(call)
        except KeyboardInterrupt:
            self._put_away = True
        return call.answered

    def _wait_for_texts(self, call: CallRecord) -> None:
        """As long as was told. Ctrl-C ends it."""
        if self.texts_ms:
            self.show(f"  waits {self.texts_ms / 1000:g} s for texts; Ctrl-C ends it")
        until = self.clock.now() + (_TEXTS_MS if self.texts_ms is None else self.texts_ms)
        while self.clock.now() < until:
            if self._show_texts() and self.texts_ms is None:
                until = self.clock.now() + _KEEPS_COMING_MS
            self._pay(call)
            self.rest(LOOK_S)

    def _show_texts(self) -> bool:
        """Those that have come since the last look; whether there were any."""
        texts = self.remote.inbox(self.number)[self._read :]
        for text in texts:
            self.show(f"  SMS from {text.sender}: {text.body}")
            self._links += findall(r"https?://\S+", text.body)
        self._read += len(texts)
        return bool(texts)


@dataclass(slots=True)
class News:
    """What there is to tell of a call since it was last told of. `rung_for`: phones that ring for this person."""

    rung_for: Callable[[str], list[str]]
    _answered: bool = False
    _heard: int = 0
    _language: str = ""
    _wait: tuple[object, ...] = field(default=())

    def of(self, call: CallRecord, now: int) -> Iterator[str]:
        if call.answered and not self._answered:
            self._answered = True
            yield "  answered" + (": from now on the caller pays" if call.direction == "inbound" else "")
        for heard in call.heard[self._heard :]:
            yield f"  {self._sound(heard)}"
        self._heard = len(call.heard)
        wait = (call.waits_for, call.keys_wanted, len(call.exchanges))
        if wait != self._wait and (is_ready(call, now) or call.waits_for == "the other phone"):
            self._wait = wait
            yield f"  … {self._waiting(call)}"

    def _sound(self, heard: Heard) -> str:
        match heard.kind:
            case "say":
                spoken_in = f"[{heard.language}] " if heard.language and heard.language != self._language else ""
                self._language = heard.language or self._language
                return f"♪ {spoken_in}{heard.text}"
            case "play":
                return f"♪ recording {'/'.join(heard.text.split('/')[-2:])}"
            case "joined":
                return f"☎ joined with {heard.text}"
            case "left":
                return f"☎ {heard.text} has left"
            case "music" | "silence":
                return f"☎ alone in the room: {heard.kind}"
            case "tone":
                return f"♪ tones {heard.text}"
            case other:
                return f"♪ {other}"

    def _waiting(self, call: CallRecord) -> str:
        match call.waits_for:
            case "keys" if call.keys_wanted == 1:
                return "a key?"
            case "keys":
                return f"keys? {call.keys_wanted} at most"
            case "voice note":
                return "speak: v 5 for five seconds"
            case _:
                return f"{' and '.join(self.rung_for(call.id)) or 'another phone'} rings for you"


def is_ready(call: CallRecord, now: int) -> bool:
    """Whether it waits for its person and has fallen silent, as a polite person would wait for."""
    if call.waits_for not in ("keys", "voice note"):
        return False
    return not call.heard or now >= call.heard[-1].at + _lasts(call.heard[-1]) + _BREATH_MS


def _lasts(heard: Heard) -> int:
    match heard.kind:
        case "say":
            return spoken(heard.text, heard.language, heard.voice).ms
        case "play":
            return played(heard.text).ms
        case "tone":
            return tones(heard.text).ms
        case _:
            return 0


def ending(call: CallRecord, hung_up: bool = False) -> str:
    """How it ended and what it cost, in one row. `hung_up`: it was this person who ended it."""
    trouble = f" (error {call.error})" if call.error else ""
    seconds = round(((call.ended_at or call.started_at) - call.started_at) / 1000)
    match call.direction, call.answered:
        case "inbound", False:
            how = "you gave up" if hung_up else "busy tone"
            return f"{how}: nobody answered, nothing was charged{trouble}"
        case "inbound", True:
            return f"over after {seconds} s{trouble}; it was answered, so the caller pays"
        case _, False:
            return f"{'declined' if hung_up else 'it stopped ringing'}{trouble}"
        case _:
            return f"over after {seconds} s{trouble}; it cost the person who was rung nothing"


def national(number: str) -> str:
    """A line as people in India dial it: 08061914344."""
    return f"0{number.removeprefix('+91')}" if number.startswith("+91") else number
