"""Whether the text with the link arrived: asked at the provider once, and sent a second time if nobody says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.consults.desk import Desk
from ivr.consults.lifecycle import ConsultState
from ivr.model.outcomes import Unknown
from ivr.model.ports import Clock, Sighting, TextSender
from ivr.model.values import Phone
from ivr.store import callers, outbox
from ivr.store import consults as store
from ivr.store import payments as payment_store
from ivr.store import texts as text_store
from ivr.store.database import Database
from ivr.store.tx import Row, Tx
from ivr.store.vault import Vault
from ivr.texts.booking import move
from ivr.texts.carriers import Carriers
from ivr.texts.lifecycle import REPORTED, TextState

_SKEW_MS = 5_000


@dataclass(frozen=True, slots=True)
class Arrivals:
    database: Database
    vault: Vault
    senders: Mapping[str, TextSender]
    carriers: Carriers
    desk: Desk
    clock: Clock

    def check(self, outbox_id: str) -> None:
        """Three quarters of a minute after the link was texted: a text that the provider says was delivered is not sent again."""
        with self.database.read() as tx:
            consult_id = outbox.peek(tx, outbox_id)
            text = payment_store.last_pay_text(tx, consult_id) if consult_id else None
            to = callers.phone_of(tx, self.vault, text.caller_id) if text is not None else None
            attempts = text_store.attempts(tx, text.id) if text is not None else []
        seen = self._look(text, attempts[-1], to) if text is not None and to is not None and attempts else None
        now = self.clock.now()
        self.database.write(lambda tx: self._resend(tx, outbox_id, seen, now))

    def _look(self, text: Row, attempt: Row, to: Phone) -> Sighting | None:
        """The message as the provider has it; None when it cannot be told."""
        if text.state != TextState.SENT or attempt.provider not in self.senders:
            return None
        until = self.clock.now() + _SKEW_MS
        seen: Sequence[Sighting] | Unknown = self.senders[attempt.provider].find_texts(
            to, self.carriers.sender(text), attempt.started_at - _SKEW_MS, until
        )
        if isinstance(seen, Unknown):
            return None
        return next((each for each in seen if each.provider_message_id == attempt.provider_message_id), None)

    def _resend(self, tx: Tx, outbox_id: str, seen: Sighting | None, now: int) -> None:
        consult_id = outbox.peek(tx, outbox_id)
        outbox.done(tx, outbox_id)
        found = store.get(tx, consult_id) if consult_id else None
        if found is None:
            return
        callers.lock(tx, found.caller_id)
        consult = store.get(tx, found.id, lock=True) or found
        text = payment_store.last_pay_text(tx, consult.id)
        if text is not None and seen is not None:
            kept = text_store.get(tx, text.id, lock=True)
            move(tx, kept, REPORTED[seen.state], now)
            text = text_store.get(tx, text.id) or text
        if consult.state == ConsultState.AWAITING_PAYMENT and text is not None and text.state in _NOT_ARRIVED:
            self.desk.text_link(tx, consult, now, check=False)


_NOT_ARRIVED = (TextState.SENT, TextState.UNDELIVERED, TextState.FAILED)
