"""The course of a text: accepted, on the phone, reported."""

from collections import OrderedDict
from secrets import randbelow
from threading import Lock

from ivr.model.ports import Clock
from ivr.sandbox.agenda import Agenda
from ivr.sandbox.faults import Fault, Faults
from ivr.sandbox.hooks import Hooks
from ivr.sandbox.numbers import is_landline, line_number, normal
from ivr.sandbox.records import InboxText, Message
from ivr.sandbox.wires import Wire

QUEUED_MS, PHONE_MS, CONCLUDED_MS, LATE_MS = 100, 200, 800, 100
# What a report says of a landline, and of an `undeliverable` fault without a code. Sources: both vendors' SMS error tables.
LANDLINE = {"plivo": "50", "twilio": "30006"}
UNDELIVERABLE = {"plivo": "80", "twilio": "30005"}


class MessageCentre:
    """All texts, the newest `keep`. `replace_sender`: Twilio's default route shows Indian phones a random number as sender."""

    def __init__(self, clock: Clock, agenda: Agenda, hooks: Hooks, faults: Faults, keep: int) -> None:
        self._clock = clock
        self._agenda = agenda
        self._hooks = hooks
        self._faults = faults
        self._keep = keep
        self._lock = Lock()
        self._messages: OrderedDict[str, Message] = OrderedDict()
        self._inboxes: dict[str, list[Message]] = {}
        self.replace_sender = False

    def accept(self, wire: Wire, sender: str, to: str, body: str, report_url: str, report_method: str = "POST") -> Message:
        """Take a text in. Its phone gets it 200 ms later, the final report goes out 800 ms later."""
        shown = str(10_000 + randbelow(900_000)) if self.replace_sender and wire.name == "twilio" else sender
        message = Message(wire.new_message_id(), wire.name, sender, shown, normal(to), body, report_url, report_method, self._clock.now())
        reordered = any(self._faults.take(where, wire.name, message.to, ("reorder",)) for where in ("hook.report", "text.delivery"))
        message.reordered = reordered
        with self._lock:
            self._messages[message.id] = message
            self._forget()
        self._report(message, wire, "queued", CONCLUDED_MS + 2 * LATE_MS if reordered else QUEUED_MS)
        self._agenda.after(PHONE_MS, lambda: self._reach(message, wire))
        return message

    def receive(self, wire: Wire, sender: str, line: str, body: str) -> str:
        """Somebody texts one of the product's numbers; the webhook goes out at the next step. Returns the message id."""
        message_id = wire.new_message_id()
        params = wire.text_params(message_id, normal(sender), line_number(line), body)
        url = self._hooks.at(wire, f"/texts/{wire.name}/incoming")

        def post() -> None:
            self._hooks.send("hook.text", wire, url, params, sender)

        self._agenda.after(0, post)
        return message_id

    def message(self, message_id: str) -> Message | None:
        with self._lock:
            return self._messages.get(message_id)

    def messages(self, provider: str) -> list[Message]:
        """What this provider accepted, newest first."""
        with self._lock:
            return [message for message in reversed(self._messages.values()) if message.provider == provider]

    def inbox(self, number: str) -> list[InboxText]:
        with self._lock:
            return [message.in_inbox() for message in self._inboxes.get(normal(number), ())]

    def inboxes(self) -> dict[str, int]:
        with self._lock:
            return {number: len(texts) for number, texts in self._inboxes.items()}

    def latest_inboxes(self, most: int) -> list[str]:
        with self._lock:
            return list(reversed(self._inboxes))[:most]

    def _reach(self, message: Message, wire: Wire) -> None:
        fault = self._faults.take("text.delivery", wire.name, message.to, ("undeliverable", "failed", "lost"))
        if fault is not None and fault.effect == "failed":
            return self._conclude(message, wire, "failed", fault.code or UNDELIVERABLE[wire.name])
        if is_landline(message.to):
            return self._conclude(message, wire, "failed", LANDLINE[wire.name])
        with self._lock:
            message.state, message.sent_at = "sent", self._clock.now()
            if fault is None:
                message.received_at = message.sent_at
                if message.id in self._messages:
                    # taken out and put back: the phone that got a text last comes last
                    self._inboxes[message.to] = [*self._inboxes.pop(message.to, ()), message]
        self._report(message, wire, "sent", CONCLUDED_MS - PHONE_MS + LATE_MS if message.reordered else 0)
        self._conclude_later(message, wire, fault)
        return None

    def _conclude_later(self, message: Message, wire: Wire, fault: Fault | None) -> None:
        later = CONCLUDED_MS - PHONE_MS
        if fault is None:
            self._agenda.after(later, lambda: self._conclude(message, wire, "delivered", ""))
        elif fault.effect == "undeliverable":
            code = fault.code or UNDELIVERABLE[wire.name]
            self._agenda.after(later, lambda: self._conclude(message, wire, "undelivered", code))

    def _conclude(self, message: Message, wire: Wire, state: str, code: str) -> None:
        with self._lock:
            message.state, message.code, message.concluded_at = state, code, self._clock.now()
        self._report(message, wire, state, 0, code)

    def _report(self, message: Message, wire: Wire, state: str, ms: int, code: str = "") -> None:
        """One delivery report, `ms` from now, to the URL that came with the message."""
        if not message.report_url:
            return

        def post() -> None:
            params = wire.report_params(message, state, code, self._clock.now())
            self._hooks.send("hook.report", wire, message.report_url, params, message.to, message.report_method)

        self._agenda.after(ms, post)

    def _forget(self) -> None:
        while len(self._messages) > self._keep:
            _, oldest = self._messages.popitem(last=False)
            texts = self._inboxes.get(oldest.to, [])
            if oldest in texts:
                texts.remove(oldest)
            if not texts:
                self._inboxes.pop(oldest.to, None)
