"""What Plivo tells of calls: parameters, numbers without a plus, hang-up causes."""

from collections.abc import Mapping
from uuid import uuid4

from ivr.model.india import in_india
from ivr.sandbox.courier import Rules
from ivr.sandbox.documents import HangUp, Page, Step, Unreadable
from ivr.sandbox.numbers import is_indian, is_mobile, phone
from ivr.sandbox.records import Accounts, Call, Ending, Exchange
from ivr.sandbox.room_records import RoomEvent
from ivr.sandbox.verbs_plivo import read_plivo
from ivr.sandbox.wires import moment

_RATE = "0.00475"
# HangupCauseCode → CallStatus of a call that Plivo placed, HangupCause, HangupCauseName, usual HangupSource. Codes, names and
# sources: Plivo's table of hang-up causes; the HangupCause strings other than NORMAL_CLEARING are our guess.
CAUSES = {
    "1000": ("cancel", "ORIGINATOR_CANCEL", "Cancelled", "Caller"),
    "3000": ("no-answer", "NO_ANSWER", "No Answer", "Carrier"),
    "3010": ("busy", "USER_BUSY", "Busy Line", "Carrier"),
    "3020": ("failed", "CALL_REJECTED", "Rejected", "Carrier"),
    "3030": ("failed", "INVALID_CALLER_ID", "Unknown Caller ID", "Plivo"),
    "3090": ("failed", "NETWORK_CONGESTION", "Network Congestion", "Carrier"),
    "4000": ("completed", "NORMAL_CLEARING", "Normal Hangup", "Answer XML"),
    "4010": ("completed", "NORMAL_CLEARING", "End Of XML Instructions", "Plivo"),
    "5030": ("failed", "CONCURRENCY_LIMIT", "Concurrency Limit Reached", "Plivo"),
    "6000": ("completed", "ALLOTTED_TIMEOUT", "Scheduled Hangup", "Plivo"),
    "7011": ("completed", "NORMAL_CLEARING", "Error Reaching Answer URL", "Error"),
    "7012": ("completed", "NORMAL_CLEARING", "Error Reaching Action URL", "Error"),
    "7013": ("completed", "NORMAL_CLEARING", "Error Reaching Transfer URL", "Error"),
    "7014": ("completed", "NORMAL_CLEARING", "Error Reaching Redirect URL", "Error"),
    "8011": ("completed", "NORMAL_CLEARING", "Invalid Answer XML", "Error"),
    "8012": ("completed", "NORMAL_CLEARING", "Invalid Action XML", "Error"),
    "8013": ("completed", "NORMAL_CLEARING", "Invalid Transfer XML", "Error"),
    "8014": ("completed", "NORMAL_CLEARING", "Invalid Redirect XML", "Error"),
}
_UNREACHABLE = {"answer": "7011", "action": "7012", "transfer": "7013", "redirect": "7014"}


class PlivoVoice:
    """The half of Plivo's wire that is about calls."""

    name = "plivo"
    rules = Rules(connect_s=2.0, retries=1, retry_on=frozenset({"ct", "rt"}))
    cancelled = "1000"
    codes: Mapping[str, str] = {
        "hung up": "4000",
        "end of document": "4010",
        "cancelled": "1000",
        "busy": "3010",
        "declined": "3020",
        "no answer": "3000",
        "unreachable": "3090",
        "caller id": "3030",
        "channels": "5030",
        "time over": "6000",
    }

    tells_of_moves = False  # nothing documented; Plivo's open-source ancestor breaks off what runs
    shares_room_news = False

    def __init__(self, accounts: Accounts) -> None:
        self._account = accounts.plivo_auth_id

    def new_call_id(self) -> str:
        return str(uuid4())

    def present(self, number: str) -> str:
        return number.removeprefix("+")

    def call_params(self, call: Call) -> dict[str, str]:
        params = {
            "CallUUID": call.id,
            "From": self.present(call.dialling),
            "To": self.present(call.dialled),
            "Direction": call.direction,
            "CallStatus": "in-progress" if call.outbound else "ringing",
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
        if call.outbound:
            params |= dict.fromkeys(("RequestUUID", "ALegUUID", "ALegRequestUUID"), call.id)
        return params

    def turn_params(self, call: Call) -> dict[str, str]:
        status = "completed" if call.state == "over" else "in-progress"
        return {**self.call_params(call), "CallStatus": status, "Event": "Redirect"}

    def digits_params(self, digits: str, finished_on: str) -> dict[str, str]:
        return {"Digits": digits}

    def note_params(self, seconds: int, key: str, now: int) -> dict[str, str]:
        """A hang-up presses no key."""
        recording = str(uuid4())
        return {
            "RecordUrl": f"https://media.plivo.com/v1/Account/{self._account}/Recording/{recording}.mp3",
            "RecordingID": recording,
            "RecordingDuration": str(seconds),
            "RecordingDurationMs": str(1000 * seconds),
            "RecordingStartMs": str(now - 1000 * seconds),
            "RecordingEndMs": str(now),
            "Digits": "" if key == "hangup" else key,
        }

    def join_params(self, call: Call, leg: Call | None, ending: Ending) -> dict[str, str]:
        status, cause, _, _ = CAUSES[ending.code]
        answered = leg is not None and leg.answered_at is not None
        return {
            "DialStatus": "completed" if answered else status,
            "DialRingStatus": "true" if leg is not None and leg.rang else "false",
            "DialHangupCause": cause,
            "DialALegUUID": call.id,
            "DialBLegUUID": leg.id if leg is not None and answered else "",
        }

    def new_room_id(self) -> str:
        return str(uuid4())

    def room_params(self, event: RoomEvent, now: int) -> dict[str, str] | None:
        """Enter and exit. Source: Plivo's page on Conference; that an exit carries less, and what its last member is, has been observed."""
        if event.kind not in ("join", "leave"):
            return None
        where = {"CallUUID": event.call.id, **self.left_params(event.room, event.room_id, event.member)}
        if event.kind == "leave":
            return {**where, "ConferenceAction": "exit", "Event": "ConferenceExit", "ConferenceLastMember": str(event.last).lower()}
        params = {**self.turn_params(event.call), **where, "ConferenceAction": "enter", "Event": "ConferenceEnter"}
        return {**params, "ConferenceFirstMember": str(event.first).lower()}

    def left_params(self, room: str, room_id: str, member: str) -> dict[str, str]:
        return {"ConferenceName": room, "ConferenceUUID": room_id, "ConferenceMemberID": member}

    def progress_params(self, call: Call, status: str, number: int, now: int) -> dict[str, str]:
        return {**self.call_params(call), "CallStatus": status, "Event": "Ring"}

    def ended_params(self, call: Call, ending: Ending, now: int, number: int = 0) -> dict[str, str]:
        status, cause, name, source = CAUSES[ending.code]
        if not call.outbound and ending.code != self.cancelled:
            status = "completed"
        if not call.outbound and not ending.answered and source == "Carrier":
            source = "Answer XML"
        minutes = -(-ending.seconds // 60)
        params = {
            **self.call_params(call),
            "CallStatus": status,
            "Event": "Hangup",
            "HangupCause": cause,
            "HangupCauseCode": ending.code,
            "HangupCauseName": name,
            "HangupSource": ending.source or source,
            "Duration": str(ending.seconds),
            "BillDuration": str(60 * minutes),
            "TotalCost": f"{minutes * float(_RATE):.5f}",
            "StartTime": local(call.started_at),
            "EndTime": local(now),
        }
        if ending.answered:
            params["AnswerTime"] = local(now - 1000 * ending.seconds)
        return params

    def read(self, exchange: Exchange | None, page: Page) -> list[Step]:
        if exchange is None or not exchange.ok:
            raise Unreadable(_UNREACHABLE[page.kind])
        return read_plivo(exchange.content_type, exchange.body, page)

    def gives_up(self, error: str) -> list[Step]:
        return [HangUp(error, free=True, error=error)]

    def falls_back(self, error: str) -> bool:
        return error in _UNREACHABLE.values()

    def fallback_params(self, failed: Page, error: str) -> dict[str, str]:
        return {}

    def lends(self, number: str) -> bool:
        """Only a number rented from Plivo; in India no mobile is, and none can be verified. Source: Plivo on caller ID in India."""
        return phone(number) is not None and not (is_indian(number) and is_mobile(number))


def utc(ms: int) -> str:
    return f"{moment(ms):%Y-%m-%d %H:%M:%S.%f}"


def local(ms: int) -> str:
    """Plivo writes start, answer and end in the account's own time, without saying so."""
    return f"{in_india(ms):%Y-%m-%d %H:%M:%S}"
