"""Twilio's worker side: place a call, find calls, move one, end one, look at one.

A module of its own because it imports the SDK, which a web process must not pay for.
Sources: Twilio's Call resource and error codes; SDK 9.13.0.

    POST /2010-04-01/Accounts/AC…/Calls.json  →  201 {"sid": "CA…", "status": "queued", …}
        400 {"code": 21211, "message": …, "status": 400}, or by RFC 9457 {"type": …, "title": …, "status": 400, "code": 21211}
    GET  /2010-04-01/Accounts/AC…/Calls.json?To=…&From=…  →  200 {"calls": [{"sid": …, "status": …, "direction": "outbound-api",
         "duration": "49", "date_created": …}]}
    GET  /2010-04-01/Accounts/AC…/Calls/CA….json  →  200 {"sid": …, "status": …, …}, 404 {"code": 20404, …}
    POST /2010-04-01/Accounts/AC…/Calls/CA….json, with Url or with Status=completed  →  200 the same, 404, or 400 {"code": 21220, …}
         for a call that is not in progress
"""

from collections.abc import Sequence
from datetime import datetime
from re import compile as regex
from typing import Any

from ivr.model.outcomes import Accepted, Never, SendOutcome, Unknown
from ivr.model.ports import OutgoingCall, SeenCall, SeenInbound
from ivr.model.values import Phone
from ivr.network import Refused
from ivr.providers.markup import within
from ivr.providers.sending import answered_json, attempt, sort_refusal
from ivr.providers.twilio_client import TwilioClients
from ivr.providers.twilio_codes import CALL_CODES, call_outcome
from ivr.providers.twilio_inbound import inbound_calls

_RING_S = (1, 600)
_LONGEST_S = (1, 14_400)
_CLOCK_SLACK_MS = 5000
_LIST_LIMIT = 50
_DIGITS = regex(r"[0-9]+")
_NOT_IN_PROGRESS, _NO_SUCH_CALL = "21220", "20404"


class TwilioCalls:
    """Places, finds, moves and ends calls. `timeout`: (connect, read) in seconds. `api_url` replaces Twilio's own address (sandbox)."""

    name: str = "twilio"

    def __init__(self, account_sid: str, auth_token: str, api_url: str | None = None, timeout: tuple[float, float] = (3.05, 8.0)) -> None:
        self._clients = TwilioClients(account_sid, auth_token, api_url, timeout)

    def place_call(self, call: OutgoingCall) -> SendOutcome:
        """Accepted may still wait in Twilio's queue: it starts one call a second unless the account may do more."""
        return attempt(lambda: self._place(call), _refusal)

    def find_calls(self, to: Phone, shown: Phone, since: int, until: int) -> Sequence[SeenCall] | Unknown:
        """Of the newest 50 calls from `shown` to `to`, those placed in time. Not filtered by StartTime, which a queued call has not."""
        try:
            found = self._clients.mine().calls.list(to=to.e164, from_=shown.e164, limit=_LIST_LIMIT, page_size=_LIST_LIMIT)
            return [
                _seen(one) for one in found if one.direction in (None, "outbound-api") and _placed_between(one.date_created, since, until)
            ]
        except Exception as error:  # whatever went wrong, we have learned nothing
            return Unknown(type(error).__name__)

    def move_call(self, provider_call_id: str, url: str) -> SendOutcome:
        """Only a call that was answered can be moved. The `action` of a Dial that it leaves is asked as well, before `url` is."""
        return attempt(lambda: self._update(provider_call_id, url=url, method="POST"), _refused_move)

    def end_call(self, provider_call_id: str) -> SendOutcome:
        """Twilio's `completed` also stops what is queued or rings; its `canceled` would leave a call that was answered meanwhile."""
        return attempt(lambda: self._update(provider_call_id, status="completed"), lambda refusal: _refused_end(provider_call_id, refusal))

    def look_at_call(self, provider_call_id: str) -> SeenCall | Unknown | None:
        try:
            found = self._clients.mine().calls(provider_call_id).fetch()
        except Refused as refusal:
            return None if _code(refusal) == _NO_SUCH_CALL else Unknown(f"HTTP {refusal.status}")
        except Exception as error:  # whatever went wrong, we have learned nothing
            return Unknown(type(error).__name__)
        return _seen(found) if found.sid == provider_call_id else Unknown("an answer about another call")

    def inbound_calls(self, since: int, until: int) -> Sequence[SeenInbound] | Unknown:
        """See `ivr.providers.twilio_inbound`."""
        try:
            return inbound_calls(self._clients.mine(), since, until)
        except Refused as refusal:
            return Unknown(f"HTTP {refusal.status}")
        except Exception as error:  # whatever went wrong, we have learned nothing
            return Unknown(type(error).__name__)

    def _update(self, provider_call_id: str, **changes: str) -> SendOutcome:
        self._clients.mine().calls(provider_call_id).update(**changes)
        return Accepted(provider_call_id)

    def _place(self, call: OutgoingCall) -> SendOutcome:
        answer = self._clients.mine().calls.create(
            to=call.to.e164,
            from_=call.shown.e164,
            url=call.answer_url,
            method="POST",
            status_callback=call.ended_url,
            status_callback_event=["completed"],
            status_callback_method="POST",
            timeout=within(_RING_S[0], call.ring_s, _RING_S[1]),
            time_limit=within(_LONGEST_S[0], call.longest_s, _LONGEST_S[1]),
            **({"fallback_url": call.fallback_url, "fallback_method": "GET"} if call.fallback_url else {}),
        )
        return Accepted(answer.sid) if isinstance(answer.sid, str) and answer.sid else Unknown("an acceptance without an id")


def _refusal(refusal: Refused) -> SendOutcome:
    code = _code(refusal)
    return sort_refusal(refusal, code, CALL_CODES.outcome(code, refusal.after_s), "call")


def _refused_move(refusal: Refused) -> SendOutcome:
    code = _code(refusal)
    over = Never(code, "the call is not in progress") if code in (_NOT_IN_PROGRESS, _NO_SUCH_CALL) else None
    return sort_refusal(refusal, code, over or CALL_CODES.outcome(code, refusal.after_s), "move")


def _refused_end(provider_call_id: str, refusal: Refused) -> SendOutcome:
    """What is over needs no end, and of a call that Twilio does not know, nothing rings."""
    code = _code(refusal)
    over = Accepted(provider_call_id) if code in (_NOT_IN_PROGRESS, _NO_SUCH_CALL) else None
    return sort_refusal(refusal, code, over or CALL_CODES.outcome(code, refusal.after_s), "hang-up")


def _code(refusal: Refused) -> str:
    return str(answered_json(refusal).get("code") or refusal.status)


def _placed_between(made: datetime | None, since: int, until: int) -> bool:
    """A call without a date counts: missing it would mean a second ring."""
    return made is None or since - _CLOCK_SLACK_MS <= made.timestamp() * 1000 <= until + _CLOCK_SLACK_MS


def _seen(found: Any) -> SeenCall:
    """A status that ends no call, or that we do not know, is of a call that goes on."""
    duration = str(found.duration)
    outcome = call_outcome(found.status, int(duration) if _DIGITS.fullmatch(duration) else 0)
    told = outcome is not None and found.end_time is not None
    return SeenCall(str(found.sid), outcome, int(found.end_time.timestamp() * 1000) if told else None)
