"""The sandbox itself: what people with phones can do, and what can be seen of it."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from threading import Event, Lock

from ivr.model.ports import Clock
from ivr.sandbox.agenda import Agenda
from ivr.sandbox.board import Address
from ivr.sandbox.calls import Switchboard
from ivr.sandbox.courier import Courier
from ivr.sandbox.faults import Faults
from ivr.sandbox.gateway import Gateway
from ivr.sandbox.hooks import Hooks
from ivr.sandbox.messages import MessageCentre
from ivr.sandbox.plivo_wire import PlivoWire
from ivr.sandbox.records import Accounts, CallRecord, InboxText, RestRequest
from ivr.sandbox.room_records import RoomRecord
from ivr.sandbox.twilio_wire import TwilioWire
from ivr.sandbox.wires import Wire

__all__ = ["Accounts", "Sandbox"]


class Sandbox:
    """Plivo and Twilio, the phones behind them, and Razorpay (`gateway`).

    `target` is the PUBLIC_URL of the product (loopback only; may be set later). `timeout_s` is how long a webhook may take.
    `keep` bounds the calls, texts, requests and gateway's events remembered; money is never forgotten. `courier`: another way for
    webhooks than by sockets. Nothing happens but in `step` or `run_forever`.
    """

    def __init__(
        self,
        clock: Clock,
        target: str,
        accounts: Accounts,
        timeout_s: float = 15.0,
        keep: int = 50_000,
        courier: Courier | None = None,
    ) -> None:
        self.clock = clock
        self.accounts = accounts
        self.faults = Faults()
        self.agenda = Agenda(clock)
        self.hooks = Hooks(courier or Courier(clock, timeout_s), self.faults, target)
        self.plivo = PlivoWire(accounts)
        self.twilio = TwilioWire(accounts)
        self.wires: dict[str, Wire] = {"plivo": self.plivo, "twilio": self.twilio}
        self.switchboard = Switchboard(clock, self.agenda, self.hooks, keep)
        self.messages = MessageCentre(clock, self.agenda, self.hooks, self.faults, keep)
        self.gateway = Gateway(clock, self.agenda, self.hooks, self.faults, accounts, keep)
        self.pages: dict[str, str] = {}
        self._keep = keep
        self._tickets = count()
        self._requests: OrderedDict[int, RestRequest] = OrderedDict()
        self._lock = Lock()

    @property
    def target(self) -> str:
        return self.hooks.target

    @target.setter
    def target(self, url: str) -> None:
        self.hooks.target = url

    def dial(self, caller: str, line: str, provider: str = "plivo", *, hang_up_after_ms: int | None = None, deliveries: int = 1) -> str:
        """Ring a line; returns the call id (the provider's own). It only schedules.

        `hang_up_after_ms`: the caller gives up while it rings. The webhook is still sent, its answer is moot, and the hang-up
        callback says cancelled, that long after the dialling. `deliveries`: how often the first webhook comes.
        ValueError for an unknown provider or a line that nobody can ring.
        """
        if deliveries < 1 or (hang_up_after_ms is not None and hang_up_after_ms < 0):
            raise ValueError("deliveries is 1 or more, hang_up_after_ms 0 or more")
        return self.switchboard.dial(caller, line, self._wire(provider), hang_up_after_ms, deliveries)

    def press(self, call_id: str, keys: str) -> None:
        """Keys of 0-9 * #, one after another, now; lost while nothing gathers. ValueError for other keys or a call that is not live."""
        self.switchboard.press(call_id, keys)

    def speak(self, call_id: str, seconds: float) -> None:
        """The person talks from now on; it counts while a recording runs. ValueError for a call that is not live."""
        self.switchboard.speak(call_id, seconds)

    def hang_up(self, call_id: str) -> None:
        """The person hangs up, gives up, or declines a phone that rings. ValueError when the call is over."""
        self.switchboard.hang_up(call_id)

    def answer(self, call_id: str) -> None:
        """The person picks up. ValueError for a call that does not ring a phone here."""
        self.switchboard.answer(call_id)

    def behave(self, number: str, manner: str, times: int | None = None) -> None:
        """How a phone takes the calls to come, `times` of them: see `phones.manner_of`. ValueError for any other manner."""
        self.switchboard.phones.behave(number, manner, times)

    def manner(self, number: str) -> str:
        return self.switchboard.phones.manner(number)

    def ringing(self, number: str) -> CallRecord | None:
        """The newest call that rings this phone or that it is on, whoever dialled."""
        return self.switchboard.ringing(number)

    def move(self, call_id: str, url: str, method: str = "POST") -> None:
        """Lead a live call to another document, as the product does by REST. ValueError for a call that is not live."""
        if not self.switchboard.move(call_id, Address(url, method)):
            raise ValueError(f"the call {call_id} is not live")

    def rooms(self) -> list[RoomRecord]:
        """Every conference remembered, the oldest first; those that are over have an `ended_at`."""
        return self.switchboard.live.rooms.rooms()

    @property
    def fallbacks(self) -> dict[str, str]:
        """What a vendor turns to when the product does not answer, by line: `"08061914344"`, or `"twilio 08061914344"` at one vendor.

        An address on this machine, or the document itself (it begins with `<`), which somebody else keeps: it is there when nobody
        else is. For calls that people make to that line, from the first webhook to the last turn.
        """
        return self.switchboard.fallbacks

    @property
    def channels(self) -> dict[str, int]:
        """How many calls at once a provider carries before it refuses to place one; none named, no limit."""
        return self.switchboard.dialling.channels

    def text(self, sender: str, line: str, body: str, provider: str) -> str:
        """Text one of the product's numbers (STOP, say); returns the message id. It only schedules."""
        return self.messages.receive(self._wire(provider), sender, line, body)

    def step(self) -> int:
        """Perform all actions now due, here; how many those were."""
        return self.agenda.step()

    def pending(self) -> int:
        return self.agenda.pending()

    def waiting(self) -> int:
        return self.agenda.waiting()

    def next_due(self) -> int | None:
        return self.agenda.next_due()

    def run_forever(self, stop_event: Event, threads: int = 16) -> None:
        """Perform due actions on threads of their own until `stop_event` is set."""
        self.agenda.run_forever(stop_event, threads)

    def inbox(self, phone: str) -> list[InboxText]:
        """The texts on one phone, oldest first; the number in any form."""
        return self.messages.inbox(phone)

    def inboxes(self) -> dict[str, int]:
        """Every phone that has a text, and how many."""
        return self.messages.inboxes()

    def latest_inboxes(self, most: int) -> list[str]:
        """The phones that got a text last, the latest first."""
        return self.messages.latest_inboxes(most)

    def calls(self, newest: int | None = None) -> list[CallRecord]:
        """Every call kept, or the `newest` of them; oldest first."""
        return self.switchboard.board.calls(newest)

    def call(self, call_id: str) -> CallRecord | None:
        return self.switchboard.board.call(call_id)

    def requests(self) -> list[RestRequest]:
        """Every REST request received, oldest first, refused and held ones too."""
        with self._lock:
            return list(self._requests.values())

    def note_request(self, provider: str, operation: str, number: str) -> Callable[[int], None]:
        """Write a request down the moment it comes; call the result with the status once it is answered."""
        with self._lock:
            ticket = next(self._tickets)
            self._requests[ticket] = RestRequest(provider, operation, number, self.clock.now(), None)
            while len(self._requests) > self._keep:
                self._requests.popitem(last=False)

        def answered(status: int) -> None:
            with self._lock:
                if ticket in self._requests:
                    self._requests[ticket] = replace(self._requests[ticket], status=status)

        return answered

    def _wire(self, provider: str) -> Wire:
        wire = self.wires.get(provider)
        if wire is None:
            raise ValueError(f"there is no provider {provider!r} here: use plivo or twilio")
        return wire
