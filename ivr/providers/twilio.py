"""Twilio: toll-free and foreign numbers, and a second road for texts. It carries no Indian landline.

From top to bottom: samples, tables, verify, read, render. Sending is in `twilio_texts`, because only workers can afford the SDK.
Sources: Twilio's pages on webhook security, TwiML `<Reject>`, call and message status values and error codes; its Python SDK 9.13.0.

A call arrives (`POST /voice/twilio`; parameters we do not know come and go):
    AccountSid=AC00000000000000000000000000000000&CallSid=CA11111111111111111111111111111111&CallStatus=ringing
    &Direction=inbound&From=%2B919845012345&To=%2B918061914343&FromCity=&FromCountry=IN
It ends (`POST /voice/twilio/status`):
    AccountSid=AC…&CallSid=CA…&CallStatus=no-answer&Direction=inbound&From=…&To=…&CallDuration=0&SequenceNumber=0
A text is reported, and a text comes in:
    AccountSid=AC…&MessageSid=SM33333333333333333333333333333333&MessageStatus=undelivered&ErrorCode=30005&From=MFINEX&To=…
    AccountSid=AC…&MessageSid=SM…&From=%2B919845012345&To=%2B18005551212&Body=STOP
"""

from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest
from re import DOTALL
from re import compile as regex
from typing import assert_never
from xml.sax.saxutils import quoteattr

from ivr.model.events import CallArrived, CallEnded, CallOutcome, Ignored, ReportState, TextReceived, TextReported
from ivr.model.ports import Capabilities, Country, Hook
from ivr.model.replies import Document, Reject, Reply
from ivr.providers.codes import CodeTable
from ivr.providers.reading import field, prose, required, seconds, signed, utf8

_CALL_ID = regex(r"CA[0-9a-fA-F]{32}")
_MESSAGE_ID = regex(r"(SM|MM)[0-9a-fA-F]{32}")

_ARRIVING = {"", "queued", "ringing", "in-progress"}
_CALL_STATUSES = {
    "completed": CallOutcome.ANSWERED,
    "busy": CallOutcome.BUSY,
    "no-answer": CallOutcome.NO_ANSWER,
    "canceled": CallOutcome.CANCELLED,
    "failed": CallOutcome.FAILED,
}
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

_SIGNATURE = "x-twilio-signature"
_SETTINGS = "x-twilio-webhooks-signature-settings"
_CONTENT_TYPE = "text/xml; charset=utf-8"
FALLBACK = Document(b'<Response><Reject reason="busy"/></Response>', _CONTENT_TYPE)


class Twilio:
    """Verifies, reads and answers Twilio's requests.

    `auth_tokens`: all that may sign, for rotation. `shared_keys`: id → secret of keys that sign with SHA-256 instead.
    """

    name: str = "twilio"
    # India: no domestic voice (only toll-free numbers take calls), and texts once Twilio's sender team has set our DLT header
    # up; before that they leave under a random number. `python -m ivr check` asks for TWILIO_IN_DLT_REGISTERED.
    capabilities: Capabilities = Capabilities(
        {"IN": Country(mobile_texts=True), "*": Country(mobile_texts=True, landline_voice=True, mobile_voice=True)}
    )

    def __init__(self, account_sid: str, auth_tokens: tuple[str, ...], shared_keys: Mapping[str, str] | None = None) -> None:
        self._account_sid = account_sid
        self._tokens = auth_tokens
        self._shared_keys = dict(shared_keys or {})

    def verify_voice(self, hook: Hook) -> bool:
        return self._ours(hook) and self._signed(hook)

    def verify_text(self, hook: Hook) -> bool:
        return self._ours(hook) and self._signed(hook)

    def own_account(self, params: Mapping[str, str]) -> bool:
        return params.get("AccountSid") == self._account_sid

    def _ours(self, hook: Hook) -> bool:
        return all(value == self._account_sid for name, value in (*hook.query, *hook.form) if name == "AccountSid")

    def _signed(self, hook: Hook) -> bool:
        """The HMAC covers the URL, then each name with its distinct values, sorted. Twilio signs with or without the port."""
        presented = utf8(hook.headers.get(_SIGNATURE, "").strip())
        secrets, algorithm = self._secrets(hook.headers.get(_SETTINGS, ""))
        if not presented or not secrets or not _body_is_covered(hook):
            return False
        params = "".join(name + value for name, value in sorted(set(hook.form)))
        return any(signed(secrets, utf8(url + params), algorithm, [presented]) for url in _port_forms(hook.url))

    def _secrets(self, settings: str) -> tuple[tuple[str, ...], str]:
        """`key=…,algorithm=HMAC_SHA256` names a shared key; without it our tokens sign with SHA-1. None for anything else."""
        named: dict[str, str] = {}
        for part in settings.split(","):
            name, _, value = part.partition("=")
            if value.strip():
                named.setdefault(name.strip(), value.strip())
        match named.get("algorithm", "").upper():
            case "" | "HMAC_SHA1":
                return self._tokens, "sha1"
            case "HMAC_SHA256":
                return (self._shared_keys.get(named.get("key", ""), ""),), "sha256"
            case _:
                return (), ""

    def read_call(self, params: Mapping[str, str]) -> CallArrived | CallEnded | Ignored:
        """A first request (also one repeated at the fallback URL), or the end. Outbound legs are answered elsewhere."""
        call_id, status = required(params, "CallSid", _CALL_ID), field(params, "CallStatus")
        if status in _CALL_STATUSES:
            return _ended(call_id, status, params)
        if status not in _ARRIVING:
            return Ignored(f"Twilio's call status {status} is not in our table.")
        if field(params, "Direction").startswith("outbound"):
            return Ignored("A call that we placed did not arrive on a line.")
        return CallArrived(self.name, call_id, field(params, "From"), required(params, "To"))

    def read_status(self, params: Mapping[str, str]) -> CallEnded | Ignored:
        call_id, status = required(params, "CallSid", _CALL_ID), required(params, "CallStatus")
        if status in _CALL_STATUSES:
            return _ended(call_id, status, params)
        return Ignored(f"Twilio's call status {status} ends no call.")

    def read_report(self, params: Mapping[str, str]) -> TextReported | Ignored:
        """The SmsSid and SmsStatus of older accounts carry the same values, so nothing is lost without them."""
        message_id, status = required(params, "MessageSid", _MESSAGE_ID), required(params, "MessageStatus")
        state = TEXT_STATES.get(status)
        if state is None:
            return Ignored(f"Twilio's message status {status} is not in our table.")
        code = field(params, "ErrorCode")
        failed = state in (ReportState.UNDELIVERED, ReportState.FAILED)
        return TextReported(self.name, message_id, state, code, TEXT_CODES.outcome(code) if failed else None)

    def read_text(self, params: Mapping[str, str]) -> TextReceived | Ignored:
        message_id = required(params, "MessageSid", _MESSAGE_ID)
        return TextReceived(self.name, message_id, required(params, "From"), required(params, "To"), prose(params, "Body"))

    def render(self, reply: Reply) -> Document:
        match reply:
            case Reject(reason=reason):
                # Twilio refuses a call only when this is the first verb; anything before it answers, and the caller pays.
                return Document(f"<Response><Reject reason={quoteattr(reason)}/></Response>".encode(), _CONTENT_TYPE)
            case _:
                assert_never(reply)


_URL = regex(r"([^:/]*)://([^/?#]*)(.*)", DOTALL)
_PORT = regex(r"(.*):[0-9]+")


def _port_forms(url: str) -> list[str]:
    """The URL as it stands, then with its port taken away or with the scheme's own port. Right for `[::1]` and `user:pass@` too."""
    parts = _URL.fullmatch(url)
    if parts is None:
        return [url]
    scheme, authority, rest = parts.groups()
    if explicit := _PORT.fullmatch(authority):
        return [url, f"{scheme}://{explicit[1]}{rest}"]
    return [url, f"{scheme}://{authority}:{443 if scheme == 'https' else 80}{rest}"]


def _body_is_covered(hook: Hook) -> bool:
    """A body that is no form is vouched for by its SHA-256 in the signed query; one that nobody vouches for is nobody's word."""
    if hook.form:
        return True
    promised = next((value for name, value in hook.query if name == "bodySHA256"), None)
    if promised is None:
        return not hook.body
    return compare_digest(sha256(hook.body).hexdigest().encode(), utf8(promised))


def _ended(call_id: str, status: str, params: Mapping[str, str]) -> CallEnded:
    outcome, talked = _CALL_STATUSES[status], seconds(params, "CallDuration")
    if outcome is CallOutcome.ANSWERED and not talked:
        outcome = CallOutcome.NO_ANSWER  # "completed" is also said of a caller who hung up before any answer
    if outcome is not CallOutcome.ANSWERED:
        talked = 0
    inbound = not field(params, "Direction").startswith("outbound")
    person, ours = ("From", "To") if inbound else ("To", "From")
    cause = field(params, "SipResponseCode") or status
    return CallEnded("twilio", call_id, field(params, person), field(params, ours), inbound, outcome, talked, cause)
