"""Plivo: the calls of Indian landline and mobile numbers, and Indian texts.

From top to bottom: samples, tables, verify, read, render. Sending is in `plivo_texts`, because only workers can afford the SDK.
Sources: Plivo's pages on callbacks, hang-up causes, message errors and signature validation; its Python SDK 4.63.0.

A call arrives (`POST /voice/plivo`; numbers have no plus sign, and parameters we do not know come and go):
    CallUUID=4d04c52e-cea3-4458-bbdb-0bfc314ee7cd&From=919845012345&To=918061914343&Direction=inbound
    &CallStatus=ringing&Event=StartApp&ParentAuthID=MA000000000000000000&SessionStart=2026-11-22+06%3A50%3A00.219903
It ends (`POST /voice/plivo/status`):
    CallUUID=…&From=…&To=…&Direction=inbound&CallStatus=completed&Event=Hangup&HangupCauseCode=3010
    &HangupCauseName=Busy+Line&HangupSource=Answer+XML&Duration=0&ParentAuthID=MA000000000000000000
A text is reported, and a text comes in:
    MessageUUID=83876bdb-2033-4876-bfaf-0ff8693705af&From=MFINEX&To=919845012345&Type=sms&Status=delivered&ErrorCode=000
    MessageUUID=…&From=919845012345&To=918061914343&Type=sms&Text=STOP
"""

from collections.abc import Mapping
from re import compile as regex
from typing import assert_never
from xml.sax.saxutils import quoteattr

from ivr.model.events import CallArrived, CallEnded, CallOutcome, Ignored, ReportState, TextReceived, TextReported
from ivr.model.ports import Capabilities, Country, Hook
from ivr.model.replies import Document, Reject, Reply
from ivr.providers.codes import CodeTable
from ivr.providers.reading import field, prose, required, seconds, signed, utf8

_ID = regex(r"[A-Za-z0-9-]{8,64}")
_FULL_NUMBER = regex(r"[1-9][0-9]{7,14}")  # country code always included, no plus: Plivo's convention

_ARRIVING = {"", "ringing", "in-progress"}
_CALL_STATUSES = {
    "completed": CallOutcome.ANSWERED,
    "busy": CallOutcome.BUSY,
    "failed": CallOutcome.FAILED,
    "timeout": CallOutcome.NO_ANSWER,
    "no-answer": CallOutcome.NO_ANSWER,
    "cancel": CallOutcome.CANCELLED,
}
# By HangupCauseCode, which wins: CallStatus says "completed" of a call that was never answered. Every other code is a failure.
_HANGUP_CAUSES = {
    "1000": CallOutcome.CANCELLED,
    "3000": CallOutcome.NO_ANSWER,
    "3010": CallOutcome.BUSY,
    "3020": CallOutcome.REJECTED,
    "3040": CallOutcome.REJECTED,
    "3100": CallOutcome.BUSY,
    "3110": CallOutcome.REJECTED,
    "4000": CallOutcome.ANSWERED,  # normal hang-up
    "4010": CallOutcome.ANSWERED,  # end of the document
    "4020": CallOutcome.ANSWERED,  # the conference ended
    "4030": CallOutcome.ANSWERED,  # removed from the conference
    "6000": CallOutcome.ANSWERED,  # talked until the time limit
    "6010": CallOutcome.NO_ANSWER,  # rang until the time limit
}
TEXT_STATES = {
    "queued": ReportState.QUEUED,
    "sent": ReportState.SENT,
    "delivered": ReportState.DELIVERED,
    "read": ReportState.DELIVERED,
    "undelivered": ReportState.UNDELIVERED,
    "failed": ReportState.FAILED,
    "rejected": ReportState.FAILED,
}
TEXT_CODES = CodeTable(
    later={"20": "network error", "80": "phone away for now", "300": "dispatch failed", "1000": "unknown error"},
    never={
        "10": "the message is invalid",
        "30": "taken for spam",
        "50": "no such destination",
        "70": "the destination is permanently away",
        "100": "the carrier does not take it",
        "110": "the message is too long",
        "200": "the recipient has said STOP",
        "420": "expired before it could be delivered",
    },
    account={
        "40": "the sender is not ours to use",
        "60": "loop between carriers",
        "90": "no route to this destination",
        "201": "the sender is not allowed to send",
        "900": "out of credit",
        "910": "the account or the sender is disabled",
    },
    dlt=frozenset(str(code) for code in range(600, 633)),  # India's DLT scrubbing
)

_V3 = "x-plivo-signature-v3"
_V3_MAIN = "x-plivo-signature-ma-v3"
_V2 = "x-plivo-signature-v2"
_V2_MAIN = "x-plivo-signature-ma-v2"
_CONTENT_TYPE = "text/xml; charset=utf-8"
FALLBACK = Document(b'<Response><Hangup reason="busy"/></Response>', _CONTENT_TYPE)


class Plivo:
    """Verifies, reads and answers Plivo's requests. `auth_tokens`: all that may sign, for rotation."""

    name: str = "plivo"
    capabilities: Capabilities = Capabilities({"IN": Country(mobile_texts=True, landline_voice=True, mobile_voice=True)})

    def __init__(self, auth_id: str, auth_tokens: tuple[str, ...]) -> None:
        self._auth_id = auth_id
        self._tokens = auth_tokens

    def verify_voice(self, hook: Hook) -> bool:
        """V3: covers the address, the query and every parameter."""
        return self._ours(hook) and self._signed_v3(hook)

    def verify_text(self, hook: Hook) -> bool:
        """V3 when the request claims it, and then never less; else V2, which covers the path alone (hence our MAC in it)."""
        claims_v3 = _V3 in hook.headers or _V3_MAIN in hook.headers
        return self._ours(hook) and (self._signed_v3(hook) if claims_v3 else self._signed_v2(hook))

    def own_account(self, params: Mapping[str, str]) -> bool:
        return params.get("ParentAuthID") == self._auth_id

    def _ours(self, hook: Hook) -> bool:
        """No other account is named. Reports may name none; a subaccount's requests name its parent, which we cannot know."""
        if self._auth_id.startswith("SA"):
            return True
        return all(value == self._auth_id for name, value in (*hook.query, *hook.form) if name == "ParentAuthID")

    def _signed_v3(self, hook: Hook) -> bool:
        return self._signed(hook, _v3_message(hook), _V3, _V3_MAIN)

    def _signed_v2(self, hook: Hook) -> bool:
        return self._signed(hook, _address(hook), _V2, _V2_MAIN)

    def _signed(self, hook: Hook, message: str | None, header: str, main_header: str) -> bool:
        """Each header may list several signatures. "Main" ones are by the main account's token: both are ours to hold."""
        nonce = hook.headers.get(f"{header}-nonce", "")
        listed = f"{hook.headers.get(header, '')},{hook.headers.get(main_header, '')}".split(",")
        presented = [utf8(one.strip()) for one in listed if one.strip()]
        if message is None or not nonce or not presented:
            return False
        separator = "." if header == _V3 else ""
        return signed(self._tokens, utf8(f"{message}{separator}{nonce}"), "sha256", presented)

    def read_call(self, params: Mapping[str, str]) -> CallArrived | CallEnded | Ignored:
        """A first request, or (a hang-up URL left unset) the end. Outbound legs are answered elsewhere."""
        call_id, event, status = required(params, "CallUUID", _ID), field(params, "Event"), field(params, "CallStatus")
        if event == "Hangup" or (event in ("", "StartApp") and status in _CALL_STATUSES):
            return _ended(call_id, params)
        if event not in ("", "StartApp"):
            return Ignored(f"Plivo's event {event} asks for no document.")
        if status not in _ARRIVING:
            return Ignored(f"Plivo's call status {status} is not in our table.")
        if field(params, "Direction") == "outbound":
            return Ignored("A call that we placed did not arrive on a line.")
        return CallArrived(self.name, call_id, _number(field(params, "From")), _number(required(params, "To")))

    def read_status(self, params: Mapping[str, str]) -> CallEnded | Ignored:
        call_id, event, status = required(params, "CallUUID", _ID), field(params, "Event"), field(params, "CallStatus")
        if event == "Hangup" or (not event and status in _CALL_STATUSES):
            return _ended(call_id, params)
        return Ignored(f"Plivo's event {event or 'without a name'} with status {status or 'unsaid'} ends no call.")

    def read_report(self, params: Mapping[str, str]) -> TextReported | Ignored:
        message_id, status = required(params, "MessageUUID", _ID), required(params, "Status")
        state = TEXT_STATES.get(status.lower())
        if state is None:
            return Ignored(f"Plivo's message status {status} is not in our table.")
        code = error_code(field(params, "ErrorCode"))
        failed = state in (ReportState.UNDELIVERED, ReportState.FAILED)
        return TextReported(self.name, message_id, state, code, TEXT_CODES.outcome(code) if failed else None)

    def read_text(self, params: Mapping[str, str]) -> TextReceived | Ignored:
        message_id, kind = required(params, "MessageUUID", _ID), field(params, "Type")
        if kind not in ("", "sms"):
            return Ignored(f"We read SMS, and this is {kind}.")
        sender, line = _number(required(params, "From")), _number(required(params, "To"))
        return TextReceived(self.name, message_id, sender, line, prose(params, "Text"))

    def render(self, reply: Reply) -> Document:
        match reply:
            case Reject(reason=reason):
                # Plivo hangs up unanswered only when this stands first; without `reason` its own records disagree on the tone.
                return Document(f"<Response><Hangup reason={quoteattr(reason)}/></Response>".encode(), _CONTENT_TYPE)
            case _:
                assert_never(reply)


def _address(hook: Hook) -> str:
    return hook.url.partition("?")[0]


def _v3_message(hook: Hook) -> str | None:
    """The text that V3 signs, before its nonce; None for what Plivo never sends. As the SDK builds it: its prose differs.

    Names are sorted, then the values of one name; values are decoded. With parameters and no query there is a `?` and no dot.
    """
    query = "&".join(f"{name}={value}" for name, value in sorted(hook.query))
    params = "".join(f"{name}{value}" for name, value in sorted(hook.form))
    match hook.method.upper(), bool(hook.form):
        case "POST", True:
            return f"{_address(hook)}?{query}{'.' if query else ''}{params}"
        case "POST" | "GET", False:
            return f"{_address(hook)}?{query}" if query else _address(hook)
        case _:
            return None


def _ended(call_id: str, params: Mapping[str, str]) -> CallEnded | Ignored:
    code, status, talked = field(params, "HangupCauseCode"), field(params, "CallStatus"), seconds(params, "Duration")
    outcome = _HANGUP_CAUSES.get(code, CallOutcome.FAILED) if code else _CALL_STATUSES.get(status)
    if outcome is None:
        return Ignored("A hang-up that gives no cause.")
    if outcome is CallOutcome.ANSWERED and not talked and not field(params, "AnswerTime"):
        by_caller = field(params, "HangupSource") == "Caller"
        outcome = CallOutcome.CANCELLED if by_caller else CallOutcome.NO_ANSWER
    if outcome not in (CallOutcome.ANSWERED, CallOutcome.FAILED):
        talked = 0
    inbound = field(params, "Direction") != "outbound"
    person, ours = ("From", "To") if inbound else ("To", "From")
    caller, line = _number(field(params, person)), _number(field(params, ours))
    return CallEnded("plivo", call_id, caller, line, inbound, outcome, talked, code or status)


def _number(value: str) -> str:
    """`919845012345` → `+919845012345`. A national form or a word is left for `ivr.numbering` to judge."""
    return f"+{value}" if _FULL_NUMBER.fullmatch(value) else value


def error_code(value: object) -> str:
    """Plivo's error code as text; its "000" means none."""
    text = "" if value is None else str(value)
    return "" if text == "000" else text
