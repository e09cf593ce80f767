"""Plivo's worker side: place a call, find calls.

A module of its own because it imports the SDK, which a web process must not pay for.
Sources: Plivo's pages on making a call, on the list of calls and of live calls, on India's limits; SDK 4.63.0.

    POST /v1/Account/MA…/Call/  →  201 {"api_id": …, "message": "call fired", "request_uuid": "9834029e-…"}; callbacks bear it as CallUUID
                                   400, 403 {"api_id": …, "error": "a sentence"}
    GET  /v1/Account/MA…/Call/?status=live&to_number=…  →  200 {"api_id": …, "calls": ["eac94337-…"]}
    GET  /v1/Account/MA…/Call/?to_number=…  →  200 {"objects": [{"call_uuid": …, "initiation_time": "2026-11-22 12:20:00+05:30",
         "hangup_cause_code": 3000, "call_duration": 0, "answer_time": null, "parent_call_uuid": null, …}]}; calls that are over only
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from re import IGNORECASE
from re import compile as regex
from typing import Any

from plivo.exceptions import AuthenticationError, ValidationError

from ivr.model.events import CallOutcome
from ivr.model.outcomes import Accepted, Fault, Misconfigured, Never, SendOutcome, TryLater, Unknown
from ivr.model.ports import OutgoingCall, SeenCall
from ivr.model.values import Phone
from ivr.network import Refused
from ivr.providers.plivo_client import PlivoClients, moment
from ivr.providers.plivo_codes import CALL_CODES, call_outcome, error_code
from ivr.providers.sending import answered_json, attempt, sort_refusal

# A refused call carries a sentence and no code. These are the words that say whose fault it is; the first match wins.
_LIMIT_WORDS = regex(r"\b5030\b|concurren|\blimit|too many|\bcps\b", IGNORECASE)  # asked of a 403 only: "time_limit" may be wrong, too
_ACCOUNT_WORDS = regex(
    r"caller.?id|\bfrom\b|\bsrc\b|not associated|compliance|suspended|credit|balance|permission|not enabled|answer_?url|hangup_?url",
    IGNORECASE,
)
_NUMBER_WORDS = regex(r"\bdst\b|destination|\bto\b['\"]? (number|parameter|field)|invalid ['\"]?to\b|phone.?number", IGNORECASE)
_CLOCK_SLACK_MS = 5000
_LIST_LIMIT = 20  # the most that one page of either list may hold


class PlivoCalls:
    """Places and finds calls. `timeout`: (connect, read) in seconds. `api_url` replaces Plivo's own address (sandbox)."""

    name: str = "plivo"

    def __init__(self, auth_id: str, auth_token: str, api_url: str | None = None, timeout: tuple[float, float] = (3.05, 8.0)) -> None:
        self._clients = PlivoClients(auth_id, auth_token, api_url, timeout)

    def place_call(self, call: OutgoingCall) -> SendOutcome:
        """India's limit on calls at once is a 403 at once, never a queue: TryLater("5030")."""
        return attempt(lambda: self._place(call), _refusal)

    def find_calls(self, to: Phone, shown: Phone, since: int, until: int) -> Sequence[SeenCall] | Unknown:
        """At most 20 live calls, whenever they began (Plivo's list does not say), then at most 20 that are over.

        Live calls are asked for first, so that a call which ends meanwhile is in one of the lists.
        """
        numbers = {"call_direction": "outbound", "from_number": _bare(shown), "to_number": _bare(to), "limit": _LIST_LIMIT}
        try:
            client = self._clients.mine()
            live = [str(one) for one in client.live_calls.list_ids(**numbers).calls]
            over = client.calls.list(**numbers, end_time__gte=moment(since - _CLOCK_SLACK_MS)).objects
            ended = [_seen(one) for one in map(vars, over) if _placed_between(one, since, until)]
        except Exception as error:  # whatever went wrong, we have learned nothing
            return Unknown(type(error).__name__)
        known = {one.provider_call_id for one in ended}
        return [SeenCall(one, None) for one in live if one not in known] + ended

    def _place(self, call: OutgoingCall) -> SendOutcome:
        try:
            answer = self._clients.mine().calls.create(
                from_=_bare(call.shown),
                to_=_bare(call.to),
                answer_url=call.answer_url,
                answer_method="POST",
                hangup_url=call.ended_url,
                hangup_method="POST",
                ring_timeout=max(1, call.ring_s),
                time_limit=max(1, call.longest_s),
                **_UNUSED,
            )
        except AuthenticationError:  # raised before anything is sent; a 401 is Refused
            return Misconfigured("auth_id", Fault.ACCOUNT, "PLIVO_AUTH_ID is not the id of a Plivo account")
        except ValidationError:
            return Never("local", "Plivo's SDK would not place this call")
        placed = getattr(answer, "request_uuid", None)
        return Accepted(placed) if isinstance(placed, str) and placed else Unknown("an acceptance without an id")


# What the SDK would send unasked, of features that we do not use.
_UNUSED: dict[str, None] = dict.fromkeys(
    ["ring_method", "fallback_method", "machine_detection_time", "machine_detection_method", "error_if_parent_not_found"]
)


def _bare(phone: Phone) -> str:
    return phone.e164.removeprefix("+")


def _refusal(refusal: Refused) -> SendOutcome:
    named = error_code(answered_json(refusal).get("error_code"))
    code = named or str(refusal.status)
    known = CALL_CODES.outcome(named, refusal.after_s) or _by_words(code, refusal)
    return sort_refusal(refusal, code, known, "call")


def _by_words(code: str, refusal: Refused) -> SendOutcome | None:
    if refusal.status == 403 and _LIMIT_WORDS.search(refusal.body):
        return TryLater("5030", refusal.after_s)
    if refusal.status == 400 and _ACCOUNT_WORDS.search(refusal.body):
        return Misconfigured(code, Fault.ACCOUNT, "Plivo refused the line that is shown, our address or the account")
    if refusal.status == 400 and _NUMBER_WORDS.search(refusal.body):
        return Never(code, "Plivo refused the number")
    return None


def _placed_between(found: Mapping[str, Any], since: int, until: int) -> bool:
    """The leg of a Dial is none that we placed. A call whose beginning cannot be told counts: missing it would mean a second ring."""
    if found.get("parent_call_uuid"):
        return False
    try:
        began = datetime.fromisoformat(str(found.get("initiation_time")))
    except ValueError:
        return True
    return began.tzinfo is None or since - _CLOCK_SLACK_MS <= began.timestamp() * 1000 <= until + _CLOCK_SLACK_MS


def _seen(found: Mapping[str, Any]) -> SeenCall:
    """A call of this list is over; one that does not say how has failed."""
    code, talked = error_code(found.get("hangup_cause_code")), int(found.get("call_duration") or 0)
    by_us = found.get("hangup_source") == "Caller"
    outcome = call_outcome(code, "completed", talked, bool(found.get("answer_time")), by_us)
    return SeenCall(str(found["call_uuid"]), outcome or CallOutcome.FAILED)
