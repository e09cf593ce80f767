"""Plivo's worker side: place a call, find calls, move one, end one, look at one.

A module of its own because it imports the SDK, which a web process must not pay for.
Sources: Plivo's pages on making, transferring, hanging up and retrieving a call, on the list of calls and of live calls, on India's
limits; SDK 4.63.0. Of the SDK, `client.calls` is used throughout: several methods of a Call object lose their arguments.

    POST /v1/Account/MA…/Call/  →  201 {"api_id": …, "message": "call fired", "request_uuid": "9834029e-…"}; callbacks bear it as CallUUID
                                   400, 403 {"api_id": …, "error": "a sentence"}
    GET  /v1/Account/MA…/Call/?status=live&to_number=…  →  200 {"api_id": …, "calls": ["eac94337-…"]}
    GET  /v1/Account/MA…/Call/?to_number=…  →  200 {"objects": [{"call_uuid": …, "initiation_time": "2026-11-22 12:20:00+05:30",
         "hangup_cause_code": 3000, "call_duration": 0, "answer_time": null, "parent_call_uuid": null, …}]}; calls that are over only
    POST   /v1/Account/MA…/Call/<uuid>/ {"legs": "aleg", "aleg_url": …}  →  202 {"message": "call transferred"}, 404
    DELETE /v1/Account/MA…/Call/<uuid>/  →  204, 404;  DELETE /v1/Account/MA…/Request/<uuid>/, what is not rung yet  →  204, 404
    GET    /v1/Account/MA…/Call/<uuid>/?status=live  →  200 {"call_uuid": …, "call_status": …}, 404; without `status`, one of the list above
"""

from collections.abc import Callable, Mapping, Sequence
from re import IGNORECASE
from re import compile as regex
from typing import Any

from plivo.exceptions import AuthenticationError, ValidationError

from ivr.model.events import CallOutcome
from ivr.model.outcomes import Accepted, Fault, Misconfigured, Never, SendOutcome, TryLater, Unknown
from ivr.model.ports import OutgoingCall, SeenCall, SeenInbound
from ivr.model.values import Phone
from ivr.network import Refused
from ivr.providers.plivo_client import PlivoClients, moment, moment_of
from ivr.providers.plivo_codes import CALL_CODES, call_outcome, error_code
from ivr.providers.plivo_inbound import inbound_calls
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
    """Places, finds, moves and ends calls. `timeout`: (connect, read) in seconds. `api_url` replaces Plivo's own address (sandbox)."""

    name: str = "plivo"

    def __init__(self, auth_id: str, auth_token: str, api_url: str | None = None, timeout: tuple[float, float] = (3.05, 8.0)) -> None:
        self._clients = PlivoClients(auth_id, auth_token, api_url, timeout)

    def place_call(self, call: OutgoingCall) -> SendOutcome:
        """India's limit on calls at once is a 403 at once, never a queue: TryLater("5030")."""
        return attempt(lambda: _checked_by_the_sdk(lambda: self._place(call), "place"), _refusal)

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

    def move_call(self, provider_call_id: str, url: str) -> SendOutcome:
        """Only a live call can be moved. Plivo hangs up on the 71st move of one call ("Loop detected")."""
        return attempt(lambda: _checked_by_the_sdk(lambda: self._move(provider_call_id, url), "move"), _refused_move)

    def end_call(self, provider_call_id: str) -> SendOutcome:
        """Two requests at most: a call that is not rung yet is no Call at Plivo, but a Request by the same id."""
        return attempt(
            lambda: _checked_by_the_sdk(lambda: self._end(provider_call_id), "end"),
            lambda refusal: _refused_end(provider_call_id, refusal),
        )

    def look_at_call(self, provider_call_id: str) -> SeenCall | Unknown | None:
        """Asked for live first, so that a call which ends meanwhile is found. None also of one that Plivo has not begun to ring."""
        try:
            client = self._clients.mine()
            if _found(client.live_calls.get, provider_call_id) is not None:
                return SeenCall(provider_call_id, None)
            over = _found(client.calls.get, provider_call_id)
            return _seen(over) if over is not None else None
        except Refused as refusal:
            return Unknown(f"HTTP {refusal.status}")
        except Exception as error:  # whatever went wrong, we have learned nothing
            return Unknown(type(error).__name__)

    def inbound_calls(self, since: int, until: int) -> Sequence[SeenInbound] | Unknown:
        """See `ivr.providers.plivo_inbound`."""
        try:
            return inbound_calls(self._clients.mine(), since, until)
        except Refused as refusal:
            return Unknown(f"HTTP {refusal.status}")
        except Exception as error:  # whatever went wrong, we have learned nothing
            return Unknown(type(error).__name__)

    def _move(self, provider_call_id: str, url: str) -> SendOutcome:
        self._clients.mine().calls.transfer(provider_call_id, legs="aleg", aleg_url=url, aleg_method="POST")
        return Accepted(provider_call_id)

    def _end(self, provider_call_id: str) -> SendOutcome:
        calls = self._clients.mine().calls
        try:
            calls.hangup(provider_call_id)
        except Refused as refusal:
            if refusal.status != 404:
                raise
            calls.cancel(provider_call_id)
        return Accepted(provider_call_id)

    def _place(self, call: OutgoingCall) -> SendOutcome:
        answer = self._clients.mine().calls.create(
            from_=_bare(call.shown),
            to_=_bare(call.to),
            answer_url=call.answer_url,
            answer_method="POST",
            hangup_url=call.ended_url,
            hangup_method="POST",
            ring_timeout=max(1, call.ring_s),
            time_limit=max(1, call.longest_s),
            fallback_url=call.fallback_url or None,
            fallback_method="GET" if call.fallback_url else None,
            **_UNUSED,
        )
        placed = getattr(answer, "request_uuid", None)
        return Accepted(placed) if isinstance(placed, str) and placed else Unknown("an acceptance without an id")


# What the SDK would send unasked, of features that we do not use.
_UNUSED: dict[str, None] = dict.fromkeys(["ring_method", "machine_detection_time", "machine_detection_method", "error_if_parent_not_found"])


def _bare(phone: Phone) -> str:
    return phone.e164.removeprefix("+")


def _checked_by_the_sdk(send: Callable[[], SendOutcome], verb: str) -> SendOutcome:
    """What the SDK refuses by itself, before anything is sent; an answer of Plivo's that refuses is Refused."""
    try:
        return send()
    except AuthenticationError:
        return Misconfigured("auth_id", Fault.ACCOUNT, "PLIVO_AUTH_ID is not the id of a Plivo account")
    except ValidationError:
        return Never("local", f"Plivo's SDK would not {verb} this call")


def _refused_move(refusal: Refused) -> SendOutcome:
    over = Never("404", "the call is not live") if refusal.status == 404 else None
    return sort_refusal(refusal, str(refusal.status), over, "move")


def _refused_end(provider_call_id: str, refusal: Refused) -> SendOutcome:
    """Neither a call nor a request for one: nothing rings."""
    over = Accepted(provider_call_id) if refusal.status == 404 else None
    return sort_refusal(refusal, str(refusal.status), over, "hang-up")


def _found(get: Callable[[str], Any], provider_call_id: str) -> Mapping[str, Any] | None:
    """One call as Plivo tells it; None when it knows none by this id. ValueError when it tells of another."""
    try:
        found: Mapping[str, Any] = vars(get(provider_call_id))
    except Refused as refusal:
        if refusal.status == 404:
            return None
        raise
    if found["call_uuid"] != provider_call_id:
        raise ValueError("an answer about another call")
    return found


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
    began = moment_of(found.get("initiation_time"))
    return began is None or since - _CLOCK_SLACK_MS <= began <= until + _CLOCK_SLACK_MS


def _seen(found: Mapping[str, Any]) -> SeenCall:
    """A call of this list is over; one that does not say how has failed."""
    code, talked = error_code(found.get("hangup_cause_code")), int(found.get("call_duration") or 0)
    by_us = found.get("hangup_source") == "Caller"
    outcome = call_outcome(code, "completed", talked, bool(found.get("answer_time")), by_us)
    return SeenCall(str(found["call_uuid"]), outcome or CallOutcome.FAILED, moment_of(found.get("end_time")))
