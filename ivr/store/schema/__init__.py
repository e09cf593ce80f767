"""The tables. Times are UTC milliseconds (BIGINT), ids are ULIDs, phone numbers live in `caller` alone.

An id sorts by time, so the newest rows are found by primary key: what the webhook writes has no index that it does not need.
"""

from ivr.store.schema.connecting import card, consult_event, film, leg, offer
from ivr.store.schema.console import audit, block, pause
from ivr.store.schema.doctors import doctor, doctor_skill, presence, shift_change, shift_rule, stand_by
from ivr.store.schema.money import (
    consult,
    entry,
    gateway_event,
    notice,
    pay_link,
    payment,
    quote,
    receipt,
    receipt_series,
    refund,
    triage,
)
from ivr.store.schema.pages import page
from ivr.store.schema.tables import metadata
from ivr.store.schema.texts import alarm, attempt, call, caller, link, operator, opt_out, outbox, report, text
from ivr.store.schema.voice import call_back, channel, dial, grievance, turn, voice_note

__all__ = [
    "alarm",
    "attempt",
    "audit",
    "block",
    "call",
    "call_back",
    "caller",
    "card",
    "channel",
    "consult",
    "consult_event",
    "dial",
    "doctor",
    "doctor_skill",
    "entry",
    "film",
    "gateway_event",
    "grievance",
    "leg",
    "link",
    "metadata",
    "notice",
    "offer",
    "operator",
    "opt_out",
    "outbox",
    "page",
    "pause",
    "pay_link",
    "payment",
    "presence",
    "quote",
    "receipt",
    "receipt_series",
    "refund",
    "report",
    "shift_change",
    "shift_rule",
    "stand_by",
    "text",
    "triage",
    "turn",
    "voice_note",
]
