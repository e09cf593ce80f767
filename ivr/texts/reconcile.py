"""Attempts whose outcome nobody knows: found by the sweep, looked up at the provider, and only then tried again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.model.outcomes import Accepted, Unknown
from ivr.model.ports import Clock, Sighting, TextSender
from ivr.settings import Settings
from ivr.store import callers, outbox
from ivr.store import texts as store
from ivr.store.database import Database
from ivr.store.tx import Row, Tx
from ivr.store.vault import Vault
from ivr.texts.booking import LOOK, Booking, move, text_of
from ivr.texts.carriers import Carriers
from ivr.texts.lifecycle import REPORTED, TextEvent

_SKEW_MS = 5_000  # between the clocks of two machines


@dataclass(frozen=True, slots=True)
class Reconciliation:
    database: Database
    vault: Vault
    senders: Mapping[str, TextSender]
    carriers: Carriers
    booking: Booking
    settings: Settings
    clock: Clock

    def expire_leases(self) -> int:
        """Sweep: an attempt whose worker vanished has an unknown outcome. How many there were."""
        now = self.clock.now()

        def sweep(tx: Tx) -> int:
            overdue = store.overdue_attempts(tx, now - _SKEW_MS)
            for attempt_id in overdue:
                self.booking.outcome(tx, attempt_id, Unknown("the worker never reported back"), now)
            return len(overdue)

        return self.database.write(sweep)

    def look(self, outbox_id: str) -> None:
        """Ask the provider whether an attempt went out after all; done when a report was faster."""
        with self.database.read() as tx:
            attempt_id = outbox.peek(tx, outbox_id)
            attempt = store.get_attempt(tx, attempt_id) if attempt_id else None
            text = store.get(tx, attempt.text_id) if attempt else None
            to = callers.phone_of(tx, self.vault, text.caller_id) if text else None
        if attempt is None or to is None or attempt.state != "unknown":
            self.database.write(lambda tx: outbox.done(tx, outbox_id))
            return
        until = self.clock.now() + _SKEW_MS
        sender = self.senders.get(attempt.provider)
        sightings: Sequence[Sighting] | Unknown = Unknown(f"there are no credentials for {attempt.provider} any more")
        if sender is not None:
            sightings = sender.find_texts(to, self.carriers.sender(text), attempt.started_at - _SKEW_MS, until)
        now = self.clock.now()
        self.database.write(lambda tx: self._conclude(tx, outbox_id, attempt.id, sightings, now))

    def _conclude(self, tx: Tx, outbox_id: str, attempt_id: str, sightings: Sequence[Sighting] | Unknown, now: int) -> None:
        outbox.done(tx, outbox_id)
        attempt = store.get_attempt(tx, attempt_id, lock=True)
        if attempt is None or attempt.state != "unknown":
            return  # a report came in while we looked
        if isinstance(sightings, Unknown):
            return self._look_again(tx, attempt, attempt.looks, self.settings.looks_after_ms[-1], now)
        text = text_of(tx, attempt)
        known = store.known_messages(tx, attempt.provider, [seen.provider_message_id for seen in sightings])
        fresh = [seen for seen in sightings if seen.provider_message_id not in known and seen.body in (None, text.body)]
        if fresh and self._could_be_anothers(tx, attempt, text, fresh):
            return self._look_again(tx, attempt, attempt.looks, self.settings.looks_after_ms[-1], now)
        if fresh:
            self.booking.outcome(tx, attempt_id, Accepted(fresh[0].provider_message_id), now)
            move(tx, text_of(tx, attempt), REPORTED[fresh[0].state], now)
            return None
        looks, after_ms = attempt.looks + 1, self.settings.looks_after_ms
        if looks < len(after_ms):
            return self._look_again(tx, attempt, looks, after_ms[looks] - after_ms[looks - 1], now)
        return self.booking.again(tx, attempt, "absent", now)

    def _could_be_anothers(self, tx: Tx, attempt: Row, text: Row, fresh: Sequence[Sighting]) -> bool:
        """A provider that shows no bodies, and fewer messages than attempts at this caller with an unknown outcome."""
        rivals = store.undecided(tx, text.caller_id, attempt.provider)
        return fresh[0].body is None and len(fresh) < rivals

    def _look_again(self, tx: Tx, attempt: Row, looks: int, in_ms: int, now: int) -> None:
        text = text_of(tx, attempt)
        if now >= text.not_after:
            store.set_attempt(tx, attempt.id, "lost", looks=looks, ended_at=now)
            move(tx, text, TextEvent.GIVEN_UP, now, "the provider never said whether it was sent")
            return
        store.set_attempt(tx, attempt.id, "unknown", looks=looks)
        outbox.add(tx, LOOK, attempt.id, now + in_ms, now)
