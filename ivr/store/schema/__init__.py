"""The tables. Times are UTC milliseconds (BIGINT), ids are ULIDs, phone numbers live in `caller` alone.

An id sorts by time, so the newest rows are found by primary key: what the webhook writes has no index that it does not need.
"""

from ivr.store.schema.tables import metadata
from ivr.store.schema.texts import alarm, attempt, call, caller, link, operator, opt_out, outbox, report, text
from ivr.store.schema.voice import call_back, channel, dial, grievance, turn, voice_note

__all__ = [
    "alarm",
    "attempt",
    "call",
    "call_back",
    "caller",
    "channel",
    "dial",
    "grievance",
    "link",
    "metadata",
    "operator",
    "opt_out",
    "outbox",
    "report",
    "text",
    "turn",
    "voice_note",
]
