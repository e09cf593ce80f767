"""Twilio's webhooks: parameters, E.164 numbers, signatures made by Twilio's own SDK."""

from collections.abc import Mapping
from email.utils import format_datetime
from uuid import NAMESPACE_URL, uuid4, uuid5

from twilio.request_validator import RequestValidator

from ivr.sandbox.courier import Rules
from ivr.sandbox.documents import Unreadable, play_twilio
from ivr.sandbox.numbers import phone
from ivr.sandbox.records import Accounts, Call, Ending, Exchange, Message
from ivr.sandbox.wires import moment

API_VERSION = "2010-04-01"
_APOLOGY_SECONDS = 4  # how long the recorded "application error" plays


class TwilioWire:
    name = "twilio"
    rules = Rules(connect_s=5.0, retries=1, retry_on=frozenset({"ct"}))
    cancelled = "canceled"

    def __init__(self, accounts: Accounts) -> None:
        self._account = accounts.twilio_account_sid
        self._validator = RequestValidator(accounts.twilio_auth_token)

    def new_call_id(self) -> str:
        return f"CA{uuid4().hex}"

    def new_message_id(self) -> str:
        return f"SM{uuid4().hex}"

    def present(self, number: str) -> str:
        return number

    def sign(self, method: str, url: str, params: Mapping[str, str]) -> dict[str, str]:
        """The idempotency token is the same for every try of one webhook, as Twilio's is."""
        signature = self._validator.compute_signature(url, params)
        return {
            "X-Twilio-Signature": signature,
            "I-Twilio-Idempotency-Token": str(uuid5(NAMESPACE_URL, url + signature)),
            "User-Agent": "TwilioProxy/1.1",
        }

    sign_text = sign

    def call_params(self, call: Call) -> dict[str, str]:
        return {
            "AccountSid": self._account,
            "ApiVersion": API_VERSION,
            "CallSid": call.id,
            "CallStatus": "ringing",
            "Direction": "inbound",
            "From": call.caller,
            "To": call.line,
            "Caller": call.caller,
            "Called": call.line,
            **_place("From", call.caller),
            **_place("To", call.line),
            **_place("Caller", call.caller),
            **_place("Called", call.line),
        }

    def ended_params(self, call: Call, ending: Ending, now: int) -> dict[str, str]:
        return {
            **self.call_params(call),
            "CallStatus": ending.code,
            "CallDuration": str(ending.seconds),
            "Duration": str(-(-ending.seconds // 60)),
            "Timestamp": format_datetime(moment(now)),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": "0",
        }

    def report_params(self, message: Message, state: str, code: str, now: int) -> dict[str, str]:
        params = {
            "AccountSid": self._account,
            "ApiVersion": API_VERSION,
            "MessageSid": message.id,
            "SmsSid": message.id,
            "MessageStatus": state,
            "SmsStatus": state,
            "From": message.sender,
            "To": message.to,
        }
        if code:
            params["ErrorCode"] = code
        if state in ("delivered", "undelivered"):
            params["RawDlrDoneDate"] = f"{moment(now):%y%m%d%H%M}"
        return params

    def text_params(self, message_id: str, sender: str, line: str, body: str) -> dict[str, str]:
        return {
            "AccountSid": self._account,
            "ApiVersion": API_VERSION,
            "MessageSid": message_id,
            "SmsSid": message_id,
            "SmsMessageSid": message_id,
            "SmsStatus": "received",
            "From": sender,
            "To": line,
            "Body": body,
            "NumMedia": "0",
            "NumSegments": "1",
            **_place("From", sender),
            **_place("To", line),
        }

    def read(self, exchange: Exchange) -> Ending:
        """An answer of no use is answered by an apology, at the caller's cost (errors 11200, 11205, 12100, 12300)."""
        if not exchange.ok:
            return _apology("11205" if exchange.error == "connect" else "11200")
        try:
            scene = play_twilio(exchange.content_type, exchange.body)
        except Unreadable as unreadable:
            return _apology(str(unreadable))
        return Ending(scene.code, answered=scene.answered, seconds=1 if scene.answered else 0)

    def falls_back(self, ending: Ending) -> bool:
        return bool(ending.error)

    def fallback_params(self, failed: Exchange, ending: Ending) -> dict[str, str]:
        return {"ErrorCode": ending.error, "ErrorUrl": failed.url}


def _apology(error: str) -> Ending:
    return Ending("completed", answered=True, seconds=_APOLOGY_SECONDS, error=error)


def _place(whose: str, number: str) -> dict[str, str]:
    """City, state, zip and country: for Indian numbers Twilio knows only the country."""
    found = phone(number)
    country = "IN" if found and found.e164.startswith("+91") else ""
    return {f"{whose}City": "", f"{whose}State": "", f"{whose}Zip": "", f"{whose}Country": country}
