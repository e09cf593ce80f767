"""Plivo: the calls of Indian landline and mobile numbers, and Indian texts.

From top to bottom: samples, verify, read. Tables are in `plivo_codes`, documents in `plivo_documents`, voices in `plivo_voices`.
Sending and calling are in `plivo_texts` and `plivo_calls`, because only workers can afford the SDK.
Sources: Plivo's pages on callbacks, XML elements and signature validation; its Python SDK 4.63.0.

A call arrives (`POST /voice/plivo`; numbers have no plus sign, and parameters we do not know come and go):
    CallUUID=4d04c52e-cea3-4458-bbdb-0bfc314ee7cd&From=919845012345&To=918061914343&Direction=inbound
    &CallStatus=ringing&Event=StartApp&ParentAuthID=MA000000000000000000&SessionStart=2026-11-22+06%3A50%3A00.219903
It ends (`POST /voice/plivo/status`):
    CallUUID=…&From=…&To=…&Direction=inbound&CallStatus=completed&Event=Hangup&HangupCauseCode=3010
    &HangupCauseName=Busy+Line&HangupSource=Answer+XML&Duration=0&ParentAuthID=MA000000000000000000
A call that we placed is answered; a live call asks for its next document (`POST <next_url>`) after keys, a recording, a dialled phone, or
with none of these after silence:
    CallUUID=…&From=918061914343&To=919845012345&Direction=outbound&CallStatus=in-progress&Event=StartApp&RequestUUID=…
    CallUUID=…&CallStatus=in-progress&InputType=dtmf&Digits=1
    CallUUID=…&CallStatus=in-progress&RecordUrl=https%3A%2F%2F…mp3&RecordingID=…&RecordingDuration=7&RecordingDurationMs=7240
    CallUUID=…&CallStatus=in-progress&DialStatus=no-answer&DialRingStatus=true&DialHangupCause=NO_ANSWER&DialBLegUUID=
A leg has left its room (`POST <next_url>`), and somebody enters or leaves (`POST <news_url>`; the order of these says nothing):
    CallUUID=…&CallStatus=in-progress&ConferenceName=c-01JD…-1&ConferenceUUID=…&ConferenceMemberID=7
    CallUUID=…&Event=ConferenceEnter&ConferenceAction=enter&ConferenceName=…&ConferenceMemberID=7&ConferenceFirstMember=true&CallStatus=in-progress
    CallUUID=…&Event=ConferenceExit&ConferenceAction=exit&ConferenceName=…&ConferenceMemberID=7&ConferenceLastMember=false
A text is reported, and a text comes in:
    MessageUUID=83876bdb-2033-4876-bfaf-0ff8693705af&From=MFINEX&To=919845012345&Type=sms&Status=delivered&ErrorCode=000
    MessageUUID=…&From=919845012345&To=918061914343&Type=sms&Text=STOP
"""

from collections.abc import Mapping
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
from ivr.providers import plivo_documents
from ivr.providers.plivo_codes import (
    CALL_STATUSES,
    DIAL_STATUSES,
    TEXT_CODES,
    TEXT_STATES,
    by_document,
    call_outcome,
    error_code,
    full_number,
)
from ivr.providers.reading import field, keys, prose, recording, required, seconds, signed, utf8

_ID = regex(r"[A-Za-z0-9-]{8,64}")

_ARRIVING = {"", "ringing", "in-progress"}
# News of a call, sent where nobody waits for a document.
_NEWS = {"Ring", "MachineDetection", "DialAnswer", "DialConnected", "DialHangup", "DialDigitsMatch", "ConferenceEnter"}
_ROOM_NEWS = {"enter": True, "exit": False, "ConferenceEnter": True, "ConferenceExit": False}
_V3 = "x-plivo-signature-v3"
_V3_MAIN = "x-plivo-signature-ma-v3"
_V2 = "x-plivo-signature-v2"
_V2_MAIN = "x-plivo-signature-ma-v2"


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
        if event == "Hangup" or (event in ("", "StartApp") and status in CALL_STATUSES):
            return _ended(call_id, params)
        if event not in ("", "StartApp"):
            return Ignored(f"Plivo's event {event} asks for no document.")
        if status not in _ARRIVING:
            return Ignored(f"Plivo's call status {status} is not in our table.")
        if field(params, "Direction") == "outbound":
            return Ignored("A call that we placed did not arrive on a line.")
        return CallArrived(self.name, call_id, full_number(field(params, "From")), full_number(required(params, "To")))

    def read_answered(self, params: Mapping[str, str]) -> CallAnswered | CallEnded | Ignored:
        """The end comes here too: Plivo sends a hang-up to the answer URL when it has no better address."""
        call_id, event, status = required(params, "CallUUID", _ID), field(params, "Event"), field(params, "CallStatus")
        if event == "Hangup" or status in CALL_STATUSES:
            return _ended(call_id, params)
        if event not in ("", "StartApp") or status not in ("", "in-progress"):
            return Ignored(f"Plivo's event {event or 'without a name'} with status {status or 'unsaid'} answers no call.")
        if field(params, "Direction") == "inbound":
            return Ignored("A call that rang on a line is none that we placed.")
        return CallAnswered(self.name, call_id)

    def read_turn(self, params: Mapping[str, str]) -> TurnCame | CallEnded | Ignored:
        """A recording or a dialled phone's answer counts even when the caller has hung up; keys count only in a live call."""
        call_id, event, status = required(params, "CallUUID", _ID), field(params, "Event"), field(params, "CallStatus")
        if event in _NEWS:
            return Ignored(f"Plivo's event {event} asks for no document.")
        heard: Heard | None = recording(params, "RecordUrl", "RecordingDuration") or _rang(params)
        if heard is None and (event == "Hangup" or status in CALL_STATUSES):
            return _ended(call_id, params, talking=True)
        return TurnCame(self.name, call_id, heard or _left(params) or keys(params, "Digits"))

    def read_status(self, params: Mapping[str, str]) -> CallEnded | Ignored:
        call_id, event, status = required(params, "CallUUID", _ID), field(params, "Event"), field(params, "CallStatus")
        if event == "Hangup" or (not event and status in CALL_STATUSES):
            return _ended(call_id, params)
        return Ignored(f"Plivo's event {event or 'without a name'} with status {status or 'unsaid'} ends no call.")

    def read_room(self, params: Mapping[str, str]) -> RoomNews | Ignored:
        action = field(params, "ConferenceAction") or field(params, "Event")
        if action not in _ROOM_NEWS:
            return Ignored(f"Plivo's event {action or 'without a name'} is of nobody who enters or leaves a room.")
        return RoomNews(self.name, required(params, "CallUUID", _ID), _ROOM_NEWS[action])

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
        sender, line = full_number(required(params, "From")), full_number(required(params, "To"))
        return TextReceived(self.name, message_id, sender, line, prose(params, "Text"))

    def render(self, reply: Reply) -> Document:
        return plivo_documents.render(reply)


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


def _ended(call_id: str, params: Mapping[str, str], talking: bool = False) -> CallEnded | Ignored:
    """`talking`: the call was live a moment ago, so it was answered, whatever this request leaves out."""
    code, status, talked = field(params, "HangupCauseCode"), field(params, "CallStatus"), seconds(params, "Duration")
    picked_up = talking or bool(field(params, "AnswerTime"))
    outcome = call_outcome(code, status, talked, picked_up, field(params, "HangupSource") == "Caller")
    if outcome is None:
        if not talking:
            return Ignored("A hang-up that gives no cause.")
        outcome = CallOutcome.ANSWERED
    if outcome not in (CallOutcome.ANSWERED, CallOutcome.FAILED):
        talked = 0
    inbound = field(params, "Direction") != "outbound"
    person, ours = ("From", "To") if inbound else ("To", "From")
    caller, line = full_number(field(params, person)), full_number(field(params, ours))
    ended_by_document = by_document(code, field(params, "HangupSource"))
    return CallEnded("plivo", call_id, caller, line, inbound, outcome, talked, code or status, ended_by_document)


def _rang(params: Mapping[str, str]) -> Rang | None:
    """None when no phone was rung. A phone that took the call has a leg of its own; the seconds are 0 where Plivo does not tell them."""
    status = field(params, "DialStatus")
    if not status:
        return None
    outcome = DIAL_STATUSES.get(status, CallOutcome.FAILED)
    if outcome is CallOutcome.ANSWERED and params.get("DialBLegUUID") == "":
        outcome = CallOutcome.NO_ANSWER
    talked = seconds(params, "DialBLegDuration")
    return Rang(outcome, talked if outcome is CallOutcome.ANSWERED else 0)


def _left(params: Mapping[str, str]) -> Left | None:
    """Keys say more than the room's name, should a later request still bear it."""
    of_a_room = field(params, "ConferenceName") or field(params, "ConferenceUUID") or field(params, "Event") == "ConferenceExit"
    return Left() if of_a_room and not field(params, "Digits") else None
