"""Plivo's webhooks: V3 signatures made by Plivo's own SDK, and what is told of texts. Of calls: plivo_voice.py."""

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from hmac import digest
from secrets import randbelow
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from plivo.utils.signature_v3 import construct_get_url, construct_post_url, get_signature_v3

from ivr.sandbox.plivo_voice import PlivoVoice, utc
from ivr.sandbox.records import Accounts, Message


class PlivoWire(PlivoVoice):
    """`text_signatures`: which schemes SMS webhooks carry, of "v2" and "v3"; Plivo's pages and its practice disagree."""

    def __init__(self, accounts: Accounts) -> None:
        super().__init__(accounts)
        self._token = accounts.plivo_auth_token
        self.text_signatures: tuple[str, ...] = ("v3",)

    def new_message_id(self) -> str:
        return str(uuid4())

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


def _nonce() -> str:
    return f"{randbelow(10**20):020d}"
