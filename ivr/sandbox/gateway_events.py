"""The gateway's webhook: events signed once, sent until somebody takes them, for a day at most.

Sources: Razorpay's pages on webhook best practices (any 2xx within 5 s; exponential back-off for 24 hours, then the webhook is
disabled until somebody enables it), on validation (hex HMAC-SHA256 over the raw body; events made before a change of the secret
keep their signature) and its questions and answers (replay by hand, one at a time).
"""

import json
from collections import deque
from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import sha256
from hmac import new as hmac
from typing import Any

from ivr.model.ports import Clock
from ivr.sandbox.agenda import Agenda
from ivr.sandbox.faults import Faults
from ivr.sandbox.gateway_books import new_gateway_id
from ivr.sandbox.gateway_records import Event
from ivr.sandbox.hooks import Hooks, Parcel

PATH = "/payments/razorpay"
PROVIDER = "razorpay"
WAIT_S = 5.0
DAY_MS = 24 * 3_600_000
REORDERED_MS = 1_000  # how late an event is that others overtake
_OPERATION = "hook.payment"


class Events:
    """`secret` signs from now on. `first_retry_ms` is the wait after the first failure (clock time), twice as long after each further one.

    `enabled` turns false by itself after a day in which no delivery succeeded; events of that time are lost.
    """

    def __init__(self, clock: Clock, agenda: Agenda, hooks: Hooks, faults: Faults, secret: str, keep: int) -> None:
        self._clock = clock
        self._agenda = agenda
        self._hooks = hooks
        self._faults = faults
        self._taken_at = 0  # when the product last answered 2xx
        self._kept: deque[Event] = deque(maxlen=keep)
        self.secret = secret
        self.enabled = True
        self.first_retry_ms = 60_000

    def make(self, name: str, body: Mapping[str, Any], about: str = "", *, secret: str = "", event_id: str = "") -> Event:
        """Sign `body`, with slashes escaped as the vendor's encoder does: whoever encodes it again gets other bytes."""
        raw = json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode()
        signature = hmac((secret or self.secret).encode(), raw, sha256).hexdigest()
        return Event(event_id or new_gateway_id(""), name, raw, signature, about, self._clock.now())

    def tell(self, events: Sequence[Event], *, at_once: bool = False) -> None:
        """Send events in this order, at the next step; before this returns when `at_once` or a fault (webhook_first) says so."""
        if not self.enabled:
            return
        self._kept.extend(events)
        prompt: list[Event] = []
        first: list[Event] = []
        for event in events:
            if self._struck(event, "reorder"):
                self._agenda.after(REORDERED_MS, partial(self._send, event))
            else:
                (first if at_once or self._struck(event, "webhook_first") else prompt).append(event)
        self._send(*first)
        if prompt:
            self._agenda.after(0, partial(self._send, *prompt))

    def resend(self, event_id: str) -> None:
        """Replay one event by hand, as it was; ValueError when it is not known."""
        for event in self._kept:
            if event.id == event_id:
                self._agenda.after(0, partial(self._send, event))
                return
        raise ValueError(f"there is no event {event_id}")

    def kept(self) -> list[Event]:
        """The newest events, oldest first."""
        return list(self._kept)

    def _struck(self, event: Event, effect: str) -> bool:
        return self._faults.take(_OPERATION, PROVIDER, event.about, (effect,)) is not None

    def _send(self, *events: Event) -> None:
        for event in events:
            self._try(event, 0)

    def _try(self, event: Event, earlier: int) -> None:
        if not self.enabled:
            return
        headers = {"X-Razorpay-Signature": event.signature, "x-razorpay-event-id": event.id, "User-Agent": "Razorpay-Webhook/v1"}
        parcel = Parcel(PATH, event.body, headers, {"event": event.name, "id": event.id}, WAIT_S)
        tries = self._hooks.post(_OPERATION, PROVIDER, parcel, event.about)
        event.tries.extend(tries)
        now = self._clock.now()
        if any(each.ok for each in tries):
            self._taken_at = max(self._taken_at, now)
        elif tries and now >= event.created_at + DAY_MS:
            self.enabled = self._taken_at >= event.created_at
        elif tries:
            wait = min(self.first_retry_ms << earlier, event.created_at + DAY_MS - now)
            self._agenda.after(wait, partial(self._try, event, earlier + 1))
