"""Twilio's worker side: send a text, find texts.

A module of its own because it imports the SDK, which costs 26 MiB and 0.25 s that a web process, which never sends, must not pay.
Sources: Twilio's Messages resource and error codes; SDK 9.13.0.

    POST /2010-04-01/Accounts/AC…/Messages.json  →  201 {"sid": "SM…", "status": "queued", …}
        400 {"code": 21211, "message": …, "status": 400}, or by RFC 9457 {"type": …, "title": …, "status": 400, "code": 21211}
    GET  /2010-04-01/Accounts/AC…/Messages.json?To=…  →  200 {"messages": [{"sid": …, "status": …, "date_created": …}]}
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ivr.model.events import ReportState
from ivr.model.outcomes import Accepted, SendOutcome, Unknown
from ivr.model.ports import OutgoingText, Sighting
from ivr.model.values import Phone
from ivr.network import Refused
from ivr.providers.sending import answered_json, attempt, sort_refusal
from ivr.providers.twilio_client import TwilioClients
from ivr.providers.twilio_codes import TEXT_CODES, TEXT_STATES

_VALIDITY_S = (1, 36000)
_CLOCK_SLACK_MS = 5000
_LIST_LIMIT = 50


class TwilioTexts:
    """Sends and finds texts. `timeout`: (connect, read) in seconds. `api_url` replaces Twilio's own address (sandbox)."""

    name: str = "twilio"

    def __init__(self, account_sid: str, auth_token: str, api_url: str | None = None, timeout: tuple[float, float] = (3.05, 8.0)) -> None:
        self._clients = TwilioClients(account_sid, auth_token, api_url, timeout)

    def send_text(self, text: OutgoingText) -> SendOutcome:
        """DLT fields have no place in Twilio's API: its sender team ties each template to the header beforehand."""
        return attempt(lambda: self._send(text), _refusal)

    def find_texts(self, to: Phone, sender: str, since: int, until: int) -> Sequence[Sighting] | Unknown:
        """Of the newest 50 texts to `to`, those made in time.

        Not filtered by `sender`, which an international route replaces; nor by DateSent, which a text in the queue does not have yet.
        """
        try:
            found = self._clients.mine().messages.list(to=to.e164, limit=_LIST_LIMIT, page_size=_LIST_LIMIT)
            mine = [one for one in found if str(one.direction).startswith("outbound") and _made_between(one.date_created, since, until)]
            return [_sighting(one) for one in mine]
        except Exception as error:  # whatever went wrong, we have learned nothing
            return Unknown(type(error).__name__)

    def _send(self, text: OutgoingText) -> SendOutcome:
        answer = self._clients.mine().messages.create(
            to=text.to.e164,
            from_=text.sender,
            body=text.body,
            status_callback=text.report_url,
            validity_period=max(_VALIDITY_S[0], min(text.expires_s, _VALIDITY_S[1])),
        )
        return Accepted(answer.sid) if isinstance(answer.sid, str) and answer.sid else Unknown("an acceptance without an id")


def _refusal(refusal: Refused) -> SendOutcome:
    code = str(answered_json(refusal).get("code") or refusal.status)
    return sort_refusal(refusal, code, TEXT_CODES.outcome(code, refusal.after_s))


def _made_between(made: datetime | None, since: int, until: int) -> bool:
    """A message without a date counts: missing it would mean a second text."""
    return made is None or since - _CLOCK_SLACK_MS <= made.timestamp() * 1000 <= until + _CLOCK_SLACK_MS


def _sighting(found: Any) -> Sighting:
    """A state we do not know still is a message that exists: the least it can be is queued."""
    code = "" if found.error_code is None else str(found.error_code)
    return Sighting(found.sid, TEXT_STATES.get(found.status, ReportState.QUEUED), code, found.body)
