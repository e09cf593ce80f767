"""Books what came of an attempt, and what follows from it: the text's next state, another wish, a look, an alarm."""

from dataclasses import dataclass

from ivr.model.outcomes import Accepted, Fault, Misconfigured, Never, SendOutcome, TryLater, Unknown
from ivr.settings import Settings
from ivr.store import alarms, outbox
from ivr.store import texts as store
from ivr.store.tx import Row, Tx
from ivr.texts.carriers import Carriers
from ivr.texts.lifecycle import TextEvent, TextState, after
from ivr.texts.routing import Past, wait_s

SEND = "text_send"
LOOK = "text_look"


@dataclass(frozen=True, slots=True)
class Booking:
    carriers: Carriers
    settings: Settings

    def outcome(self, tx: Tx, attempt_id: str, outcome: SendOutcome, now: int) -> None:
        """Book an outcome once: a report that overtook it has settled the attempt already."""
        attempt = store.get_attempt(tx, attempt_id, lock=True)
        if attempt is None:
            raise LookupError(f"no attempt {attempt_id}")
        if attempt.state in ("sending", "unknown"):
            self._apply(tx, attempt, text_of(tx, attempt), outcome, now)
        elif isinstance(outcome, Accepted):
            store.name_message(tx, attempt_id, outcome.provider_message_id)
            move(tx, text_of(tx, attempt), TextEvent.REPORTED_SENT, now)  # late, after it was taken for absent: no further try

    def again(self, tx: Tx, attempt: Row, state: str, now: int, code: str | None = None, after_s: float | None = None) -> None:
        """Certainly not sent: the text is back at `asked`, with a wish for a later try."""
        text = text_of(tx, attempt)
        store.set_attempt(tx, attempt.id, state, code=code, looks=attempt.looks, ended_at=now)
        move(tx, text, TextEvent.NOT_SENT, now)
        seconds = 0 if state == "absent" else wait_s(self.carriers.of(text), past(tx, text.id), after_s)
        outbox.add(tx, SEND, text.id, now + int(seconds * 1000), now)

    def _apply(self, tx: Tx, attempt: Row, text: Row, outcome: SendOutcome, now: int) -> None:
        match outcome:
            case Accepted(message_id):
                store.set_attempt(tx, attempt.id, "accepted", looks=attempt.looks, ended_at=now, provider_message_id=message_id)
                move(tx, text, TextEvent.ACCEPTED, now)
            case TryLater(code, after_s):
                self.again(tx, attempt, "try_later", now, code, after_s)
            case Never(code, reason):
                store.set_attempt(tx, attempt.id, "never", code=code, ended_at=now)
                move(tx, text, TextEvent.GIVEN_UP, now, reason)
            case Unknown(why):
                if attempt.state == "sending":
                    store.set_attempt(tx, attempt.id, "unknown", code=why)
                    outbox.add(tx, LOOK, attempt.id, now + self.settings.looks_after_ms[0], now)
            case Misconfigured(code, Fault.DLT, reason):
                store.set_attempt(tx, attempt.id, "dlt", code=code, ended_at=now)
                move(tx, text, TextEvent.GIVEN_UP, now, f"DLT rejected it: {reason}")
                alarms.sound(
                    tx, "dlt", f"{attempt.provider}/{text.template}/{text.language}", _dlt_advice(attempt.provider, text, outcome), now
                )
            case Misconfigured(code, Fault.ACCOUNT, reason):
                alarms.sound(tx, "account", attempt.provider, f"{attempt.provider} refuses our account ({code}): {reason}", now)
                self.again(tx, attempt, "account", now, code)


def move(tx: Tx, text: Row, event: TextEvent, now: int, reason: str | None = None) -> bool:
    """Apply an event by the life-cycle table; False when it changes nothing."""
    following = after(TextState(text.state), event)
    if following is None:
        return False
    store.move(tx, text.id, text.state, following, now, reason)
    return True


def text_of(tx: Tx, attempt: Row) -> Row:
    """The attempt's text, locked. Lock order: attempt, then text."""
    text = store.get(tx, attempt.text_id, lock=True)
    if text is None:
        raise LookupError(f"attempt {attempt.id} has no text")
    return text


def past(tx: Tx, text_id: str) -> list[Past]:
    return [Past(attempt.provider, attempt.state) for attempt in store.attempts(tx, text_id)]


def _dlt_advice(provider: str, text: Row, outcome: Misconfigured) -> str:
    return (
        f"{provider} answered {outcome.code} ({outcome.reason}) for template {text.template} {text.language}: compare its body, header and "
        "ids in callflows/texts.yaml with the DLT portal; these texts fail until that is mended"
    )
