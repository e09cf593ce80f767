"""One text on its way: claim it, call the provider, record what came of it, and find out when nobody knows.

At most one SMS per wish, even after a crash: the attempt is committed before the provider is called, and an unknown
outcome is looked up at the provider before any further try (DESIGN §3.5).
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.model.ids import new_id
from ivr.model.outcomes import Accepted, Fault, Misconfigured, Never, SendOutcome, TryLater, Unknown
from ivr.model.ports import Clock, Dlt, OutgoingText, TextSender
from ivr.model.values import Language
from ivr.settings import Settings
from ivr.store import alarms, callers, outbox
from ivr.store import texts as store
from ivr.store.database import Database
from ivr.store.tx import Row, Tx
from ivr.store.vault import Vault
from ivr.texts.addresses import report_url
from ivr.texts.lifecycle import TextEvent, TextState, after
from ivr.texts.limits import DropReason
from ivr.texts.routing import Past, choose, wait_s
from ivr.texts.templates import Registration, Templates

log = logging.getLogger(__name__)

SEND = "text_send"
LOOK = "text_look"


@dataclass(frozen=True, slots=True)
class Claim:
    """An attempt that is ours to make."""

    provider: str
    text: OutgoingText
    call_before: int  # later, the lease might run out in mid-call, and somebody else conclude that nothing was sent


class Delivery:
    """The use-cases of a text's way out. Holds no connection while a provider is called."""

    def __init__(
        self, database: Database, vault: Vault, templates: Templates, senders: Mapping[str, TextSender], settings: Settings, clock: Clock
    ) -> None:
        self._database = database
        self._vault = vault
        self._templates = templates
        self._senders = senders
        self._settings = settings
        self._clock = clock

    def claim(self, outbox_ids: Sequence[str]) -> list[Claim]:
        """Commit an attempt for each wish that still stands; the wish itself is done with that."""
        now = self._clock.now()
        claims = self._database.write(lambda tx: [self._claim(tx, outbox_id, now) for outbox_id in sorted(outbox_ids)])
        return [claim for claim in claims if claim is not None]

    def send(self, claim: Claim) -> None:
        """Call the provider once, then record the outcome. A claim gone stale is left to the sweep."""
        if self._clock.now() > claim.call_before:
            log.warning("claim gone stale before its call", extra={"attempt": claim.text.attempt_id})
            return
        try:
            outcome = self._senders[claim.provider].send_text(claim.text)
        except Exception as error:  # whatever an SDK throws, the request may have gone out
            log.exception("provider raised", extra={"attempt": claim.text.attempt_id})
            outcome = Unknown(type(error).__name__)
        self.record(claim.text.attempt_id, outcome)

    def record(self, attempt_id: str, outcome: SendOutcome) -> None:
        now = self._clock.now()
        self._database.write(lambda tx: self._record(tx, attempt_id, outcome, now))

    def expire_leases(self) -> int:
        """Sweep: an attempt whose worker vanished has an unknown outcome. How many there were."""
        now = self._clock.now()

        def sweep(tx: Tx) -> int:
            overdue = store.overdue_attempts(tx, now)
            for attempt_id in overdue:
                self._record(tx, attempt_id, Unknown("the worker never reported back"), now)
            return len(overdue)

        return self._database.write(sweep)

    def look(self, outbox_id: str) -> None:
        """Ask the provider whether an attempt with an unknown outcome went out after all."""
        with self._database.read() as tx:
            attempt_id = outbox.peek(tx, outbox_id)
            attempt = attempt_id and store.get_attempt(tx, attempt_id)
            text = attempt and store.get(tx, attempt.text_id)
            to = text and callers.phone_of(tx, self._vault, text.caller_id)
        if not attempt or not text or not to or attempt.state != "unknown":
            self._database.write(lambda tx: outbox.done(tx, outbox_id))  # a report was faster
            return
        sightings = self._senders[attempt.provider].find_texts(to, self._sender_of(text), attempt.started_at - 5_000, self._clock.now())
        now = self._clock.now()

        def conclude(tx: Tx) -> None:
            outbox.done(tx, outbox_id)
            if isinstance(sightings, Unknown):
                return self._look_again(tx, attempt.id, text, attempt.looks, self._settings.looks_after_ms[-1], now)
            known = store.known_messages(tx, attempt.provider, [seen.provider_message_id for seen in sightings])
            for seen in sightings:
                if seen.provider_message_id not in known and seen.body in (None, text.body):
                    return self._record(tx, attempt.id, Accepted(seen.provider_message_id), now)
            looks, after_ms = attempt.looks + 1, self._settings.looks_after_ms
            if looks < len(after_ms):
                return self._look_again(tx, attempt.id, text, looks, after_ms[looks] - after_ms[looks - 1], now)
            self._absent(tx, attempt.id, now)

        self._database.write(conclude)

    def _claim(self, tx: Tx, outbox_id: str, now: int) -> Claim | None:
        text_id = outbox.take(tx, outbox_id)
        if text_id is None:
            return None
        outbox.done(tx, outbox_id)
        text = store.get(tx, text_id, lock=True)
        if text is None or text.state != TextState.ASKED:
            return None
        reason = self._second_thoughts(tx, text, now)
        if reason is not None:
            move(tx, text, TextEvent.DROPPED, now, reason)
            return None
        past = _past(store.attempts(tx, text_id))
        provider = choose(self._carriers(text), past)
        if provider is None:
            move(tx, text, TextEvent.DROPPED, now, DropReason.NO_PROVIDER)
            return None
        attempt_id = new_id(now)
        lease_until = now + int(self._settings.attempt_lease_seconds * 1000)
        store.add_attempt(tx, attempt_id=attempt_id, text_id=text_id, provider=provider, now=now, lease_until=lease_until)
        move(tx, text, TextEvent.CLAIMED, now)
        longest_call_ms = int((self._settings.provider_connect_seconds + self._settings.provider_read_seconds) * 1000)
        return Claim(provider, self._outgoing(tx, text, attempt_id, provider, now), lease_until - longest_call_ms)

    def _second_thoughts(self, tx: Tx, text: Row, now: int) -> DropReason | None:
        """What may have changed between the wish and the try."""
        if now >= text.not_after:
            return DropReason.TOO_LATE
        return DropReason.OPTED_OUT if callers.opted_out(tx, text.caller_id) else None

    def _outgoing(self, tx: Tx, text: Row, attempt_id: str, provider: str, now: int) -> OutgoingText:
        dlt = self._registration(text, provider)
        return OutgoingText(
            attempt_id=attempt_id,
            to=callers.phone_of(tx, self._vault, text.caller_id),
            sender=self._sender_of(text),
            body=text.body,
            report_url=report_url(self._settings, provider, attempt_id),
            dlt=Dlt(dlt.entity_id or self._settings.dlt_entity_id, dlt.template_id, dlt.category) if dlt else None,
            expires_s=max(5, (text.not_after - now) // 1000),
        )

    def _sender_of(self, text: Row) -> str:
        return self._templates.header(text.template) or self._settings.dlt_header

    def _registration(self, text: Row, provider: str) -> Registration | None:
        return self._templates.registration(text.template, Language(text.language), provider, version=text.version)

    def _carriers(self, text: Row) -> list[str]:
        return [name for name in self._settings.texting if name in self._senders and self._registration(text, name)]

    def _record(self, tx: Tx, attempt_id: str, outcome: SendOutcome, now: int) -> None:
        attempt = store.get_attempt(tx, attempt_id, lock=True)
        if attempt is None or attempt.state not in ("sending", "unknown"):
            if attempt is not None and isinstance(outcome, Accepted):
                store.name_message(tx, attempt_id, outcome.provider_message_id)  # a report overtook the answer
            return
        text = store.get(tx, attempt.text_id, lock=True)
        if text is None:
            raise LookupError(f"attempt {attempt_id} has no text")
        self._apply(tx, attempt, text, outcome, now)

    def _apply(self, tx: Tx, attempt: Row, text: Row, outcome: SendOutcome, now: int) -> None:
        attempt_id: str = attempt.id
        match outcome:
            case Accepted(message_id):
                store.set_attempt(tx, attempt_id, "accepted", ended_at=now, provider_message_id=message_id)
                move(tx, text, TextEvent.ACCEPTED, now)
            case TryLater(code, after_s):
                self._again(tx, text, attempt_id, "try_later", code, after_s, now)
            case Never(code, reason):
                store.set_attempt(tx, attempt_id, "never", code=code, ended_at=now)
                move(tx, text, TextEvent.GIVEN_UP, now, reason)
            case Unknown(why):
                if attempt.state == "sending":
                    store.set_attempt(tx, attempt_id, "unknown", code=why)
                    outbox.add(tx, LOOK, attempt_id, now + self._settings.looks_after_ms[0], now)
            case Misconfigured(code, Fault.DLT, reason):
                store.set_attempt(tx, attempt_id, "dlt", code=code, ended_at=now)
                move(tx, text, TextEvent.GIVEN_UP, now, f"DLT rejected it: {reason}")
                alarms.sound(
                    tx, "dlt", f"{attempt.provider}/{text.template}/{text.language}", _dlt_advice(attempt.provider, text, code, reason), now
                )
            case Misconfigured(code, Fault.ACCOUNT, reason):
                alarms.sound(tx, "account", attempt.provider, f"{attempt.provider} refuses our account ({code}): {reason}", now)
                self._again(tx, text, attempt_id, "account", code, None, now)

    def _again(self, tx: Tx, text: Row, attempt_id: str, state: str, code: str, after_s: float | None, now: int) -> None:
        """Certainly not sent: back to `asked`, with a new wish for later."""
        store.set_attempt(tx, attempt_id, state, code=code, ended_at=now)
        move(tx, text, TextEvent.NOT_SENT, now)
        seconds = wait_s(self._carriers(text), _past(store.attempts(tx, text.id)), after_s)
        outbox.add(tx, SEND, text.id, now + int(seconds * 1000), now)

    def _look_again(self, tx: Tx, attempt_id: str, text: Row, looks: int, in_ms: int, now: int) -> None:
        if now >= text.not_after:
            store.set_attempt(tx, attempt_id, "lost", looks=looks, ended_at=now)
            move(tx, text, TextEvent.GIVEN_UP, now, "the provider never said whether it was sent")
            return
        store.set_attempt(tx, attempt_id, "unknown", looks=looks)
        outbox.add(tx, LOOK, attempt_id, now + in_ms, now)

    def _absent(self, tx: Tx, attempt_id: str, now: int) -> None:
        attempt = store.get_attempt(tx, attempt_id, lock=True)
        if attempt is None or attempt.state != "unknown":
            return  # a report came in while we looked
        text = store.get(tx, attempt.text_id, lock=True)
        store.set_attempt(tx, attempt_id, "absent", looks=attempt.looks + 1, ended_at=now)
        move(tx, text, TextEvent.NOT_SENT, now)
        outbox.add(tx, SEND, attempt.text_id, now, now)


def move(tx: Tx, text: Row | None, event: TextEvent, now: int, reason: str | None = None) -> bool:
    """Apply an event by the life-cycle table; False when it changes nothing."""
    if text is None:
        return False
    following = after(TextState(text.state), event)
    if following is None:
        return False
    store.move(tx, text.id, text.state, following, now, reason)
    return True


def _past(attempts: Sequence[Row]) -> list[Past]:
    return [Past(attempt.provider, attempt.state) for attempt in attempts]


def _dlt_advice(provider: str, text: Row, code: str, reason: str) -> str:
    return (
        f"{provider} answered {code} ({reason}) for template {text.template} {text.language}: compare its body, header and ids in "
        "callflows/texts.yaml with the DLT portal; these texts fail until that is mended"
    )
