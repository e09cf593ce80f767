"""Twilio's webhooks: parameters, E.164 numbers, signatures made by Twilio's own SDK."""

from collections.abc import Mapping
from email.utils import format_datetime
from uuid import NAMESPACE_URL, uuid4, uuid5

from twilio.request_validator import RequestValidator

from ivr.sandbox.courier import Rules
from ivr.sandbox.documents import HangUp, Page, Prompt, Step, Unreadable
from ivr.sandbox.numbers import phone
from ivr.sandbox.records import Accounts, Call, Ending, Exchange, Message
from ivr.sandbox.room_records import RoomEvent
from ivr.sandbox.verbs_twilio import read_twilio
from ivr.sandbox.wires import moment

API_VERSION = "2010-04-01"
_APOLOGY_MS = 4_000  # how long the recorded "application error" plays
_APOLOGY = "We are sorry, an application error has occurred. Goodbye."
_ROOM_EVENTS = {"start": "conference-start", "end": "conference-end", "join": "participant-join", "leave": "participant-leave"}
# Documented: hung up, moved, ended by the moderator. Twilio has no word for a Dial whose time was over: taken for a hang-up.
_LEFT = {"moved": "participant_updated_via_api", "room ended": "moderator_ended_conference"}
_SIP = {"completed": "200", "busy": "486", "no-answer": "487", "failed": "503"}


class TwilioWire:
    """`tells_of_moves`: Twilio's change log of May 2021 says that a Dial's action is told when its call is led elsewhere."""

    name = "twilio"
    rules = Rules(connect_s=5.0, retries=1, retry_on=frozenset({"ct"}))
    cancelled = "canceled"
    codes: Mapping[str, str] = {
        "hung up": "completed",
        "end of document": "completed",
        "cancelled": "canceled",
        "busy": "busy",
        "declined": "busy",
        "no answer": "no-answer",
        "unreachable": "failed",
        "caller id": "failed",
        "channels": "failed",
        "time over": "completed",
    }

    shares_room_news = True  # "set by the first participant to join", by Twilio's page on Conference

    def __init__(self, accounts: Accounts) -> None:
        self.tells_of_moves = True
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
        first, second = call.dialling, call.dialled
        return {
            "AccountSid": self._account,
            "ApiVersion": API_VERSION,
            "CallSid": call.id,
            "CallStatus": "in-progress" if call.outbound else "ringing",
            "Direction": direction(call),
            "From": first,
            "To": second,
            "Caller": first,
            "Called": second,
            **_place("From", first),
            **_place("To", second),
            **_place("Caller", first),
            **_place("Called", second),
        }

    def turn_params(self, call: Call) -> dict[str, str]:
        return {**self.call_params(call), "CallStatus": "completed" if call.state == "over" else "in-progress"}

    def digits_params(self, digits: str, finished_on: str) -> dict[str, str]:
        return {"Digits": digits, "FinishedOnKey": finished_on}

    def note_params(self, seconds: int, key: str, now: int) -> dict[str, str]:
        recording = f"RE{uuid4().hex}"
        return {
            "RecordingUrl": f"https://api.twilio.com/{API_VERSION}/Accounts/{self._account}/Recordings/{recording}",
            "RecordingSid": recording,
            "RecordingDuration": str(seconds),
            "Digits": key,
        }

    def join_params(self, call: Call, leg: Call | None, ending: Ending) -> dict[str, str]:
        answered = leg is not None and leg.answered_at is not None
        params = {"DialCallStatus": "completed" if answered else ending.code, "DialBridged": str(answered).lower()}
        if leg is not None:
            params["DialCallSid"] = leg.id
        if answered:
            params["DialCallDuration"] = str(ending.seconds)
        return params

    def new_room_id(self) -> str:
        return f"CF{uuid4().hex}"

    def room_params(self, event: RoomEvent, now: int) -> dict[str, str] | None:
        """Source: Twilio's page on Conference, the table of request parameters."""
        params = {
            "AccountSid": self._account,
            "ConferenceSid": event.room_id,
            "FriendlyName": event.room,
            "StatusCallbackEvent": _ROOM_EVENTS[event.kind],
            "SequenceNumber": str(event.number),
            "Timestamp": format_datetime(moment(now)),
        }
        match event.kind:
            case "start":
                return params
            case "end":
                left = "participant-with-end-conference-on-exit-left" if event.why == "room ended" else "last-participant-left"
                return {
                    **params,
                    "CallSidEndingConference": event.call.id,
                    "ReasonConferenceEnded": left,
                    **_labelled(event, "EndingConference"),
                }
        params |= {"CallSid": event.call.id, **dict.fromkeys(("Muted", "Hold", "Coaching"), "false"), **_labelled(event)}
        params |= {"StartConferenceOnEnter": str(event.starts).lower(), "EndConferenceOnExit": str(event.ends).lower()}
        if event.kind == "leave":
            params["ReasonParticipantLeft"] = _LEFT.get(event.why, "participant_hung_up")
            params["ParticipantCallStatus"] = "completed" if event.call.state == "over" else "in-progress"
        return params

    def left_params(self, room: str, room_id: str, member: str) -> dict[str, str]:
        """A conference has no DialCallSid and no DialCallDuration, and is always "answered". Source: Twilio's page on Dial.

        For one that was full there is no word: "failed" is our guess.
        """
        return {"DialCallStatus": "answered" if member else "failed"}

    def progress_params(self, call: Call, status: str, number: int, now: int) -> dict[str, str]:
        return {
            **self.call_params(call),
            "CallStatus": status,
            "Timestamp": format_datetime(moment(now)),
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(number),
        }

    def ended_params(self, call: Call, ending: Ending, now: int, number: int = 0) -> dict[str, str]:
        params = {
            **self.progress_params(call, ending.code, number, now),
            "CallDuration": str(ending.seconds),
            "Duration": str(-(-ending.seconds // 60)),
        }
        if call.outbound:
            params["SipResponseCode"] = _SIP.get(ending.code, "487")
        return params

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

    def read(self, exchange: Exchange | None, page: Page) -> list[Step]:
        """Unreadable: 11205 (nobody there), 11200 (no good answer), 12100, 12300, 11750."""
        if exchange is None or not exchange.ok:
            raise Unreadable("11205" if exchange is not None and exchange.error == "connect" else "11200")
        return read_twilio(exchange.content_type, exchange.body, page)

    def gives_up(self, error: str) -> list[Step]:
        """An answer of no use is answered by a recorded apology, at the caller's cost."""
        return [Prompt("say", _APOLOGY_MS, _APOLOGY, "en-US", "Twilio"), HangUp("completed", error=error)]

    def falls_back(self, error: str) -> bool:
        return bool(error)

    def fallback_params(self, failed: Page, error: str) -> dict[str, str]:
        return {"ErrorCode": error, "ErrorUrl": failed.url}

    def lends(self, number: str) -> bool:
        """A number of Twilio's or a verified one; which are verified this sandbox cannot know."""
        return phone(number) is not None


def direction(call: Call) -> str:
    """Twilio's word: who placed it, the API or a Dial."""
    if not call.outbound:
        return "inbound"
    return "outbound-dial" if call.parent else "outbound-api"


def _labelled(event: RoomEvent, of: str = "") -> dict[str, str]:
    return {f"ParticipantLabel{of}": event.label} if event.label else {}


def _place(whose: str, number: str) -> dict[str, str]:
    """City, state, zip and country: for Indian numbers Twilio knows only the country."""
    found = phone(number)
    country = "IN" if found and found.e164.startswith("+91") else ""
    return {f"{whose}City": "", f"{whose}State": "", f"{whose}Zip": "", f"{whose}Country": country}
