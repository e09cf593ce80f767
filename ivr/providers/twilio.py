"""Twilio: toll-free and foreign numbers, and a second road for texts. It carries no Indian landline.

From top to bottom: samples, verify, read. Tables are in `twilio_codes`, documents in `twilio_documents`, voices in `twilio_voices`.
Sending and calling are in `twilio_texts` and `twilio_calls`, because only workers can afford the SDK.
Sources: Twilio's pages on webhook security, on its voice verbs and on status values; its Python SDK 9.13.0.

A call arrives (`POST /voice/twilio`; parameters we do not know come and go):
    AccountSid=AC00000000000000000000000000000000&CallSid=CA11111111111111111111111111111111&CallStatus=ringing
    &Direction=inbound&From=%2B919845012345&To=%2B918061914343&FromCity=&FromCountry=IN
It ends (`POST /voice/twilio/status`):
    AccountSid=AC…&CallSid=CA…&CallStatus=no-answer&Direction=inbound&From=…&To=…&CallDuration=0&SequenceNumber=0
A call that we placed is answered; a live call asks for its next document (`POST <next_url>`) after keys, a recording, a dialled phone, or
with none of these after silence:
    AccountSid=AC…&CallSid=CA…&CallStatus=in-progress&Direction=outbound-api&From=%2B18005551212&To=%2B919845012345
    AccountSid=AC…&CallSid=CA…&CallStatus=in-progress&Digits=1&FinishedOnKey=
    AccountSid=AC…&CallSid=CA…&CallStatus=completed&RecordingUrl=https%3A%2F%2F…&RecordingSid=RE…&RecordingDuration=7&Digits=hangup
    AccountSid=AC…&CallSid=CA…&CallStatus=in-progress&DialCallStatus=completed&DialCallSid=CA…&DialCallDuration=61&DialBridged=true
A leg has left its room (`POST <next_url>`: a Dial that names no leg of its own), and somebody enters or leaves (`POST <news_url>`):
    AccountSid=AC…&CallSid=CA…&CallStatus=in-progress&DialCallStatus=answered
    AccountSid=AC…&ConferenceSid=CF…&FriendlyName=c-01JD…-1&CallSid=CA…&StatusCallbackEvent=participant-join&SequenceNumber=1&Muted=false
    AccountSid=AC…&ConferenceSid=CF…&CallSid=CA…&StatusCallbackEvent=participant-leave&ReasonParticipantLeft=participant_hung_up
Moving a leg out of a Dial asks the Dial's `action` as well, whose answer nobody hears (Twilio's changelog, 2021-05-13).
A text is reported, and a text comes in:
    AccountSid=AC…&MessageSid=SM33333333333333333333333333333333&MessageStatus=undelivered&ErrorCode=30005&From=MFINEX&To=…
    AccountSid=AC…&MessageSid=SM…&From=%2B919845012345&To=%2B18005551212&Body=STOP
"""

from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest
from re import DOTALL
from re import compile as regex

from ivr.model.events import (
    CallAnswered,
    CallArrived,
    CallEnded,
    CallOutcome,
    Heard,
    Ignored,
    Left,
    Rang,
    ReportState,
    RoomNews,
    TextReceived,
    TextReported,
    TurnCame,
)
from ivr.model.ports import Capabilities, Country, Hook
from ivr.model.replies import Document, Reply
from ivr.providers import twilio_documents
from ivr.providers.reading import field, keys, prose, recording, required, seconds, signed, utf8
from ivr.providers.twilio_codes import CALL_STATUSES, DIAL_STATUSES, TEXT_CODES, TEXT_STATES, call_outcome

_CALL_ID = regex(r"CA[0-9a-fA-F]{32}")
_MESSAGE_ID = regex(r"(SM|MM)[0-9a-fA-F]{32}")

_ARRIVING = {"", "queued", "ringing", "in-progress"}
_SIGNATURE = "x-twilio-signature"
_SETTINGS = "x-twilio-webhooks-signature-settings"
_ROOM_NEWS = {"participant-join": True, "participant-leave": False}


class Twilio:
    """Verifies, reads and answers Twilio's requests.

    `auth_tokens`: all that may sign, for rotation. `shared_keys`: id → secret of keys that sign with SHA-256 instead.
    """

    name: str = "twilio"
    # India: no domestic voice (only toll-free numbers take calls), and texts once Twilio's sender team has set our DLT header
    # up; before that they leave under a random number. `python -m ivr check` asks for TWILIO_IN_DLT_REGISTERED.
    capabilities: Capabilities = Capabilities(
        {"IN": Country(mobile_texts=True, voice_from_abroad=True), "*": Country(mobile_texts=True, landline_voice=True, mobile_voice=True)}
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
        if status in CALL_STATUSES:
            return _ended(call_id, status, params)
        if status not in _ARRIVING:
            return Ignored(f"Twilio's call status {status} is not in our table.")
        if field(params, "Direction").startswith("outbound"):
            return Ignored("A call that we placed did not arrive on a line.")
        return CallArrived(self.name, call_id, field(params, "From"), required(params, "To"))

    def read_answered(self, params: Mapping[str, str]) -> CallAnswered | CallEnded | Ignored:
        call_id, status = required(params, "CallSid", _CALL_ID), field(params, "CallStatus")
        if status in CALL_STATUSES:
            return _ended(call_id, status, params)
        if status not in ("", "in-progress"):
            return Ignored(f"Twilio's call status {status} answers no call.")
        if field(params, "Direction") == "inbound":
            return Ignored("A call that rang on a line is none that we placed.")
        return CallAnswered(self.name, call_id)

    def read_turn(self, params: Mapping[str, str]) -> TurnCame | CallEnded | Ignored:
        """A recording or a dialled phone's answer counts even when the caller has hung up; keys count only in a live call."""
        call_id, status = required(params, "CallSid", _CALL_ID), field(params, "CallStatus")
        heard: Heard | None = recording(params, "RecordingUrl", "RecordingDuration") or _rang(params)
        if heard is None and status in CALL_STATUSES:
            return _ended(call_id, status, params, talking=True)
        return TurnCame(self.name, call_id, heard or _left(params) or keys(params, "Digits"))

    def read_status(self, params: Mapping[str, str]) -> CallEnded | Ignored:
        call_id, status = required(params, "CallSid", _CALL_ID), required(params, "CallStatus")
        if status in CALL_STATUSES:
            return _ended(call_id, status, params)
        return Ignored(f"Twilio's call status {status} ends no call.")

    def read_room(self, params: Mapping[str, str]) -> RoomNews | Ignored:
        event = field(params, "StatusCallbackEvent")
        if event not in _ROOM_NEWS:
            return Ignored(f"Twilio's event {event or 'without a name'} is of nobody who enters or leaves a room.")
        return RoomNews(self.name, required(params, "CallSid", _CALL_ID), _ROOM_NEWS[event])

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
        return twilio_documents.render(reply)


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


def _ended(call_id: str, status: str, params: Mapping[str, str], talking: bool = False) -> CallEnded:
    """`talking`: the call was live a moment ago, so it was answered, whatever this request leaves out."""
    talked, sip = seconds(params, "CallDuration"), field(params, "SipResponseCode")
    outcome = CALL_STATUSES[status] if talking else call_outcome(status, talked, sip) or CallOutcome.FAILED
    if outcome is not CallOutcome.ANSWERED:
        talked = 0
    inbound = not field(params, "Direction").startswith("outbound")
    person, ours = ("From", "To") if inbound else ("To", "From")
    return CallEnded("twilio", call_id, field(params, person), field(params, ours), inbound, outcome, talked, sip or status)


def _rang(params: Mapping[str, str]) -> Rang | None:
    """None when no phone was rung, a room neither. "completed" without a bridge: somebody picked up and was never joined to the caller."""
    status = field(params, "DialCallStatus")
    if not status or _left(params):
        return None
    outcome = DIAL_STATUSES.get(status, CallOutcome.FAILED)
    if outcome is CallOutcome.ANSWERED and field(params, "DialBridged") == "false":
        outcome = CallOutcome.NO_ANSWER
    talked = seconds(params, "DialCallDuration")
    return Rang(outcome, talked if outcome is CallOutcome.ANSWERED else 0)


def _left(params: Mapping[str, str]) -> Left | None:
    """Twilio's page on Dial: DialCallSid and DialCallDuration are not sent after a conference. After a phone that answered, they are."""
    if field(params, "ConferenceSid"):
        return Left()
    a_leg = field(params, "DialCallSid") or field(params, "DialCallDuration")
    return Left() if field(params, "DialCallStatus") in ("answered", "completed") and not a_leg else None
