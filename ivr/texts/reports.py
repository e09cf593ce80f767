"""Delivery reports: late, doubled, out of order or before the provider has answered our request, each counts once."""

import logging

from ivr.model.events import ReportState, TextReported
from ivr.model.outcomes import Fault, Misconfigured
from ivr.store import alarms
from ivr.store import texts as store
from ivr.store.database import Database
from ivr.store.tx import Tx
from ivr.texts.booking import move, text_of
from ivr.texts.lifecycle import REPORTED

log = logging.getLogger(__name__)

_BAD_NEWS = (ReportState.UNDELIVERED, ReportState.FAILED)


def record_report(database: Database, attempt_id: str, event: TextReported, at: int) -> None:
    """Book one report. One for an attempt we do not know is logged and ignored."""
    database.write(lambda tx: _record(tx, attempt_id, event, at), wait_s=2.0)


def _record(tx: Tx, attempt_id: str, event: TextReported, at: int) -> None:
    attempt = store.get_attempt(tx, attempt_id, lock=True)
    if attempt is None:
        log.warning("report for an unknown attempt", extra={"attempt": attempt_id})
        return
    if not store.add_report(tx, attempt_id=attempt_id, state=event.state.value, code=event.code, at=at):
        return
    if attempt.state in ("sending", "unknown"):  # the provider has it: no more looking
        store.set_attempt(tx, attempt_id, "accepted", ended_at=at, provider_message_id=event.provider_message_id)
    text = text_of(tx, attempt)
    reason = None
    if event.state in _BAD_NEWS:
        reason = f"{attempt.provider} reports {event.state.value}" + (f" ({event.code})" if event.code else "")
    if event.state not in _BAD_NEWS or store.attempts(tx, text.id)[-1].id == attempt_id:
        move(tx, text, REPORTED[event.state], at, reason)  # bad news of a superseded attempt says nothing of the one under way
    if isinstance(event.outcome, Misconfigured):
        kind = "dlt" if event.outcome.fault is Fault.DLT else "account"
        advice = f"{attempt.provider} reports {event.code}: {event.outcome.reason}; see docs/runbook.md"
        alarms.sound(tx, kind, f"{attempt.provider}/{event.code}", advice, at)
