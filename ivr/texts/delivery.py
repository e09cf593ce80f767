"""One text on its way out: claim it, call the provider, book what came of it.

At most one SMS per wish, even after a crash: the attempt is committed before the provider is called (docs/adr/0002), and an
unknown outcome is looked up at the provider before any further try (`ivr.texts.reconcile`).
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.model.errors import DatabaseAway
from ivr.model.ids import new_id
from ivr.model.outcomes import Unknown
from ivr.model.ports import Clock, Dlt, OutgoingText, TextSender
from ivr.settings import Settings
from ivr.store import alarms, blocks, callers, outbox, pauses
from ivr.store import texts as store
from ivr.store.database import Database
from ivr.store.tx import Row, Tx
from ivr.store.vault import Vault
from ivr.texts.addresses import report_url
from ivr.texts.booking import Booking, move, past
from ivr.texts.carriers import Carriers
from ivr.texts.lifecycle import TextEvent, TextState
from ivr.texts.limits import OWED, DropReason
from ivr.texts.routing import choose

log = logging.getLogger(__name__)

_LATER_MS = 5 * 60 * 1000
_PAUSED_MS = 15 * 60 * 1000  # who lets texts go on has what waits looked at then


@dataclass(frozen=True, slots=True)
class Claim:
    """An attempt that is ours to make."""

    provider: str
    text: OutgoingText
    call_id: str | None  # after which it was asked for
    call_before: int  # later, the lease might run out in mid-call, and somebody else conclude that nothing was sent


@dataclass(frozen=True, slots=True)
class Delivery:
    """The use-cases of a text's way out. No connection is held while a provider is called."""

    database: Database
    vault: Vault
    senders: Mapping[str, TextSender]
    carriers: Carriers
    booking: Booking
    settings: Settings
    clock: Clock

    def claim(self, outbox_ids: Sequence[str]) -> list[Claim]:
        """Commit an attempt for each wish that still stands; the wish itself is done with that. DatabaseAway.

        One that cannot be claimed (a key that no longer opens the number, say) waits, with an alarm, and holds up no other.
        """
        now = self.clock.now()
        try:
            claims = self.database.write(lambda tx: self._claims(tx, sorted(outbox_ids), now))
        except DatabaseAway:
            raise
        except Exception:
            log.exception("a text of this job cannot be claimed; claiming one by one")
            claims = [self._claim_alone(outbox_id, now) for outbox_id in sorted(outbox_ids)]
        return [claim for claim in claims if claim is not None]

    def send(self, claim: Claim) -> None:
        """Call the provider once, then book the outcome. A claim gone stale is left to the sweep."""
        if self.clock.now() > claim.call_before:
            log.warning("claim gone stale before its call", extra={"attempt": claim.text.attempt_id})
            return
        try:
            outcome = self.senders[claim.provider].send_text(claim.text)
        except Exception as error:  # whatever an SDK throws, the request may have gone out
            log.exception("provider raised", extra={"attempt": claim.text.attempt_id})
            outcome = Unknown(type(error).__name__)
        now = self.clock.now()
        self.database.write(lambda tx: self.booking.outcome(tx, claim.text.attempt_id, outcome, now))
        about = {"call_id": claim.call_id, "attempt": claim.text.attempt_id, "provider": claim.provider}
        log.info("a text was handed over", extra={**about, "outcome": type(outcome).__name__.lower()})

    def _claim_alone(self, outbox_id: str, now: int) -> Claim | None:
        try:
            return self.database.write(lambda tx: self._claims(tx, [outbox_id], now))[0]
        except DatabaseAway:
            raise
        except Exception as error:
            advice = f"a text cannot be sent as things are: {type(error).__name__}: {error}; it is tried again every five minutes"
            self.database.write(lambda tx: self._postpone(tx, outbox_id, advice, now))
            return None

    def _postpone(self, tx: Tx, outbox_id: str, advice: str, now: int) -> None:
        outbox.put_back(tx, [outbox_id], now + _LATER_MS)
        alarms.sound(tx, "text", "claim", advice, now)

    def _claims(self, tx: Tx, outbox_ids: Sequence[str], now: int) -> list[Claim | None]:
        paused = pauses.get(tx, pauses.TEXTS) is not None  # asked here: what is switched off by now leaves no more
        return [self._claim(tx, outbox_id, paused, now) for outbox_id in outbox_ids]

    def _claim(self, tx: Tx, outbox_id: str, paused: bool, now: int) -> Claim | None:
        text_id = outbox.take(tx, outbox_id)
        if text_id is None:
            return None
        text = store.get(tx, text_id, lock=True)
        if text is None or text.state != TextState.ASKED:
            outbox.done(tx, outbox_id)
            return None
        reason = self._second_thoughts(tx, text, paused, now)
        if paused and reason is None:
            outbox.put_back(tx, [outbox_id], min(now + _PAUSED_MS, text.not_after))
            return None
        outbox.done(tx, outbox_id)
        provider = choose(self.carriers.of(text), past(tx, text_id)) if reason is None else None
        if provider is None:
            move(tx, text, TextEvent.DROPPED, now, reason or DropReason.NO_PROVIDER)
            return None
        attempt_id = new_id(now)
        lease_until = now + int(self.settings.attempt_lease_seconds * 1000)
        store.add_attempt(tx, attempt_id=attempt_id, text_id=text_id, provider=provider, now=now, lease_until=lease_until)
        move(tx, text, TextEvent.CLAIMED, now)
        longest_call_ms = int((self.settings.provider_connect_seconds + self.settings.provider_read_seconds) * 1000)
        return Claim(provider, self._outgoing(tx, text, attempt_id, provider, now), text.call_id, lease_until - longest_call_ms)

    def _second_thoughts(self, tx: Tx, text: Row, paused: bool, now: int) -> DropReason | None:
        """What may have changed between the wish and the try."""
        if now >= text.not_after:
            return DropReason.PAUSED if paused else DropReason.TOO_LATE
        if text.page_id is not None or text.template in OWED:  # who is on call; who has paid
            return None
        if callers.opted_out(tx, text.caller_id):
            return DropReason.OPTED_OUT
        return DropReason.BLOCKED if blocks.holds(tx, text.caller_id) else None

    def _outgoing(self, tx: Tx, text: Row, attempt_id: str, provider: str, now: int) -> OutgoingText:
        dlt = self.carriers.registration(text, provider)
        return OutgoingText(
            attempt_id=attempt_id,
            to=callers.phone_of(tx, self.vault, text.caller_id),
            sender=self.carriers.sender(text),
            body=text.body,
            report_url=report_url(self.settings, provider, attempt_id),
            dlt=Dlt(dlt.entity_id or self.settings.dlt_entity_id, dlt.template_id, dlt.category) if dlt else None,
            expires_s=max(5, (text.not_after - now) // 1000),
        )
