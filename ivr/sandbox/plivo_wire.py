"""Plivo's webhooks: parameters, numbers without a plus, V3 signatures made by Plivo's own SDK."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from hmac import digest
from secrets import randbelow
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from plivo.utils.signature_v3 import construct_get_url, construct_post_url, get_signature_v3

from ivr.sandbox.courier import Rules
from ivr.sandbox.documents import Unreadable, play_plivo
from ivr.sandbox.records import Accounts, Call, Ending, Exchange, Message
from ivr.sandbox.wires import moment

_IST = timedelta(hours=5, minutes=30)
# HangupCauseCode → CallStatus, HangupCause, HangupCauseName, HangupSource. Codes, names and sources: Plivo's table of
# hang-up causes; the HangupCause strings other than NORMAL_CLEARING are our guess.
CAUSES = {
    "1000": ("cancel", "ORIGINATOR_CANCEL", "Cancelled", "Caller"),
    "3010": ("completed", "USER_BUSY", "Busy Line", "Answer XML"),
    "3020": ("completed", "CALL_REJECTED", "Rejected", "Answer XML"),
    "4000": ("completed", "NORMAL_CLEARING", "Normal Hangup", "Answer XML"),
    "4010": ("completed", "NORMAL_CLEARING", "End Of XML Instructions", "Plivo"),
    "7011": ("completed", "NORMAL_CLEARING", "Error Reaching Answer URL", "Error"),
    "8011": ("completed", "NORMAL_CLEARING", "Invalid Answer XML", "Error"),
}
_RATE = "0.00475"


class PlivoWire:
    """`text_signatures`: which schemes SMS webhooks carry, of "v2" and "v3"; Plivo's pages and its practice disagree."""

    name = "plivo"
    rules = Rules(connect_s=2.0, retries=1, retry_on=frozenset({"ct", "rt"}))
    cancelled = "1000"

    def __init__(self, accounts: Accounts) -> None:
        self._account = accounts.plivo_auth_id
        self._token = accounts.plivo_auth_token
        self.text_signatures: tuple[str, ...] = ("v3",)

    def new_call_id(self) -> str:
        return str(uuid4())

    def new_message_id(self) -> str:
        return str(uuid4())

    def present(self, number: str) -> str:
        return number.removeprefix("+")

    def sign(self, method: str, url: str, params: Mapping[str, str]) -> dict[str, str]:
        nonce = _nonce()
        base = construct_get_url(url, {}) if method == "GET" else construct_post_url(url, dict(params))
        signature = get_signature_v3(self._token.encode(), base.decode(), nonce).decode()
        prefix = "X-Plivo-Signature"
        return {f"{prefix}-V3": signature, f"{prefix}-Ma-V3": signature, f"{prefix}-V3-Nonce": nonce, "User-Agent": "Plivo"}

    def sign_text(self, method: str, url: str, params: Mapping[str, str]) -> dict[str, str]:
        headers = {"User-Agent": "Plivo"}
        if "v3" in self.text_signatures:
            headers |= self.sign(method, url, params)
        if "v2" in self.text_signatures:
            headers |= self._sign_v2(url)
        return headers

    def _sign_v2(self, url: str) -> dict[str, str]:
        """V2 covers scheme, host and path only; the SDK can check it but not make it."""
        nonce = _nonce()
        parts = urlsplit(url)
        bare = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
        signature = b64encode(digest(self._token.encode(), (bare + nonce).encode(), sha256)).decode()
        prefix = "X-Plivo-Signature"
        return {f"{prefix}-V2": signature, f"{prefix}-Ma-V2": signature, f"{prefix}-V2-Nonce": nonce}

    def call_params(self, call: Call) -> dict[str, str]:
        return {
            "CallUUID": call.id,
            "From": self.present(call.caller),
            "To": self.present(call.line),
            "Direction": "inbound",
            "CallStatus": "ringing",
            "Event": "StartApp",
            "BillRate": _RATE,
            "CountryCode": "IN",
            "ParentAuthID": self._account,
            "RouteType": "Domestic_Anchored",
            "ComplianceStatus": "accepted",
            "STIRAttestation": "Not Applicable",
            "STIRVerification": "Not Applicable",
            "SessionStart": utc(call.started_at),
        }

    def ended_params(self, call: Call, ending: Ending, now: int) -> dict[str, str]:
        status, cause, name, source = CAUSES[ending.code]
        minutes = -(-ending.seconds // 60)
        params = {
            **self.call_params(call),
            "CallStatus": status,
            "Event": "Hangup",
            "HangupCause": cause,
            "HangupCauseCode": ending.code,
            "HangupCauseName": name,
            "HangupSource": source,
            "Duration": str(ending.seconds),
            "BillDuration": str(60 * minutes),
            "TotalCost": f"{minutes * float(_RATE):.5f}",
            "StartTime": _local(call.started_at),
            "EndTime": _local(now),
        }
        if ending.answered:
            params["AnswerTime"] = _local(now - 1000 * ending.seconds)
        return params

    def report_params(self, message: Message, state: str, code: str, now: int) -> dict[str, str]:
        over = state in ("delivered", "undelivered", "failed")
        times = {"QueuedTime": message.created_at, "SentTime": message.sent_at, "DeliveryReportTime": now if over else None}
        return {
            "MessageUUID": message.id,
            "ParentMessageUUID": message.id,
            "From": self.present(message.sender),
            "To": self.present(message.to),
            "Type": "sms",
            "Status": state,
            "ErrorCode": code or ("000" if over else ""),
            "Units": "1",
            "TotalRate": "0.0025",
            "TotalAmount": "0.0025",
            "MCC": "404",
            "MNC": "45",
            "PartInfo": "1 of 1",
            "Sequence": {"queued": "0", "sent": "1"}.get(state, "2"),
            "MessageTime": utc(message.created_at),
            **{name: utc(at) for name, at in times.items() if at is not None},
        }

    def text_params(self, message_id: str, sender: str, line: str, body: str) -> dict[str, str]:
        return {
            "MessageUUID": message_id,
            "From": self.present(sender),
            "To": self.present(line),
            "Text": body,
            "Type": "sms",
            "Units": "1",
            "TotalRate": "0.0000",
            "TotalAmount": "0.0000",
        }

    def read(self, exchange: Exchange) -> Ending:
        if not exchange.ok:
            return Ending("7011", error="7011")
        try:
            scene = play_plivo(exchange.content_type, exchange.body)
        except Unreadable as unreadable:
            return Ending(str(unreadable), error=str(unreadable))
        return Ending(scene.code, answered=scene.answered, seconds=1 if scene.answered else 0)

    def falls_back(self, ending: Ending) -> bool:
        return ending.error == "7011"

    def fallback_params(self, failed: Exchange, ending: Ending) -> dict[str, str]:
        return {}


def utc(ms: int) -> str:
    return f"{moment(ms):%Y-%m-%d %H:%M:%S.%f}"


def _local(ms: int) -> str:
    """Plivo writes start, answer and end in the account's own time, without saying so."""
    return f"{moment(ms) + _IST:%Y-%m-%d %H:%M:%S}"


def _nonce() -> str:
    return f"{randbelow(10**20):020d}"
