"""Twilio's statuses and codes, sorted by what they mean to us. Calls and texts share no table: what ends a text may only delay a call.

Sources: Twilio's pages on the Call resource, the Dial verb, the Message resource, and its list of error codes.
"""

from ivr.model.events import CallOutcome, ReportState
from ivr.providers.codes import CodeTable

CALL_STATUSES = {
    "completed": CallOutcome.ANSWERED,
    "busy": CallOutcome.BUSY,
    "no-answer": CallOutcome.NO_ANSWER,
    "canceled": CallOutcome.CANCELLED,
    "failed": CallOutcome.FAILED,
}
# How the phone took it that a Dial rang, by DialCallStatus.
DIAL_STATUSES = {**CALL_STATUSES, "answered": CallOutcome.ANSWERED}
DECLINED = "603"  # the SIP answer of a person who declines (RFC 3261, 21.6.2); CallStatus says only that the line was busy
_NO_CALLER_ID = "the line that is shown is not ours to show"
_NOT_SWITCHED_ON = "this country is not switched on for calls"
CALL_CODES = CodeTable(
    later={"10004": "as many calls at once as the account may have", "20429": "too many at once"},
    never={
        "13223": "no such number",
        "13224": "no such number, or one that Twilio cannot reach",
        "13225": "this number may not be called",
        "13226": "no such country code",
        "21201": "no number was given",
        "21211": "no such number",
        "21214": "no such number",
        "21216": "this number may not be called",
        "21217": "no such number",
    },
    account={
        "10001": "the account is not active",
        "13227": _NOT_SWITCHED_ON,
        "20003": "wrong credentials, or no permission",
        "21203": _NOT_SWITCHED_ON,
        "21205": "our answer address is not one Twilio can call",
        "21210": _NO_CALLER_ID,
        "21212": _NO_CALLER_ID,
        "21213": "no line was given to show",
        "21215": _NOT_SWITCHED_ON,
        "21219": "a trial account calls verified numbers only",
        "21609": "our report address is not one Twilio can call",
    },
)
TEXT_STATES = {
    "accepted": ReportState.QUEUED,
    "scheduled": ReportState.QUEUED,
    "queued": ReportState.QUEUED,
    "sending": ReportState.QUEUED,
    "sent": ReportState.SENT,
    "delivered": ReportState.DELIVERED,
    "read": ReportState.DELIVERED,
    "undelivered": ReportState.UNDELIVERED,
    "failed": ReportState.FAILED,
    "canceled": ReportState.FAILED,
}
_MESSAGING_SERVICE = "the messaging service is not set up for this"
TEXT_CODES = CodeTable(
    later={
        "14107": "too many at once",
        "20429": "too many at once",
        "21611": "the sender's queue is full",
        "30001": "the sender's queue is full",
        "30003": "phone away for now",
        "30008": "unknown error",
        "30017": "the carrier is congested",
        "30410": "the carrier did not answer in time",
    },
    never={
        "21211": "no such number",
        "21214": "no such number",
        "21217": "no such number",
        "21602": "the message is empty",
        "21610": "the recipient has said STOP",
        "21612": "this number cannot be texted from ours",
        "21614": "not a mobile number",
        "21617": "the message is too long",
        "21620": "media that Twilio does not take",
        "30004": "the recipient or the carrier blocks it",
        "30005": "no such phone",
        "30006": "a landline, or a carrier out of reach",
        "30007": "taken for spam",
        "30019": "the message is too large",
    },
    account={
        "20003": "wrong credentials, or no permission",
        "21212": "the sender is not ours to use",
        "21215": "this country is not switched on",
        "21219": "a trial account texts verified numbers only",
        "21408": "this country is not switched on",
        "21603": "no sender was given",
        "21606": "the sender is not ours to use",
        "21608": "a trial account texts verified numbers only",
        "21609": "our report address is not one Twilio can call",
        "21701": _MESSAGING_SERVICE,
        "21702": _MESSAGING_SERVICE,
        "21703": _MESSAGING_SERVICE,
        "21704": _MESSAGING_SERVICE,
        "21705": _MESSAGING_SERVICE,
        "30002": "the account is suspended",
        "30018": "the sender is not registered for this country",
        "30024": "the sender is not registered for this country",
    },
)


def call_outcome(status: str, talked: int, sip: str = "") -> CallOutcome | None:
    """How a call ended; None when the status does not say that it did. `sip`: the last SIP answer, where Twilio gives it."""
    outcome = CALL_STATUSES.get(status)
    if outcome is CallOutcome.ANSWERED and not talked:
        return CallOutcome.NO_ANSWER  # "completed" is also said of a caller who hung up before any answer
    if sip == DECLINED and outcome in (CallOutcome.BUSY, CallOutcome.NO_ANSWER, CallOutcome.FAILED):
        return CallOutcome.REJECTED
    return outcome
