"""Plivo's worker side: send a text, find texts.

A module of its own because it imports the SDK, which costs 26 MiB and 0.25 s that a web process, which never sends, must not pay.
Sources: Plivo's Message API, list-messages, redaction and message-error pages; SDK 4.63.0.

    POST /v1/Account/MA…/Message/  →  202 {"api_id": …, "message": "message(s) queued", "message_uuid": ["db3ce55a-…"]}
                                      400 {"api_id": …, "error": "a sentence"}
    GET  /v1/Account/MA…/Message/?to_number=…  →  200 {"api_id": …, "meta": {…}, "objects": [{"message_uuid": …, "message_state": …}]}
"""

from collections.abc import Mapping, Sequence
from re import IGNORECASE
from re import compile as regex
from typing import Any

from plivo.exceptions import AuthenticationError, ValidationError

from ivr.model.events import ReportState
from ivr.model.outcomes import Accepted, Fault, Misconfigured, Never, SendOutcome, Unknown
from ivr.model.ports import OutgoingText, Sighting
from ivr.model.values import Phone
from ivr.network import Refused
from ivr.providers.plivo_client import PlivoClients, moment
from ivr.providers.plivo_codes import TEXT_CODES, TEXT_STATES, error_code
from ivr.providers.sending import answered_json, attempt, sort_refusal

# A refused request carries a sentence and no code: these are the words that say whose fault it is; the first match wins.
_DLT_WORDS = regex(r"\bdlt|entity.?id|template", IGNORECASE)
_RECIPIENT_WORDS = regex(r"\bdst\b|destination", IGNORECASE)
_ACCOUNT_WORDS = regex(r"\bsrc\b|sender|source|not associated|compliance|suspended|credit|balance", IGNORECASE)
_DLT_CATEGORIES = {"service": "service_implicit", "promotional": "promotional", "transactional": "transactional"}
_EXPIRY_S = (5, 10799)
_CLOCK_SLACK_MS = 5000
_LIST_LIMIT = 20  # the most that one page of the message list may hold


class PlivoTexts:
    """Sends and finds texts. `timeout`: (connect, read) in seconds. `api_url` replaces Plivo's own address (sandbox)."""

    name: str = "plivo"

    def __init__(self, auth_id: str, auth_token: str, api_url: str | None = None, timeout: tuple[float, float] = (3.05, 8.0)) -> None:
        self._clients = PlivoClients(auth_id, auth_token, api_url, timeout)

    def send_text(self, text: OutgoingText) -> SendOutcome:
        return attempt(lambda: self._send(text), _refusal)

    def find_texts(self, to: Phone, sender: str, since: int, until: int) -> Sequence[Sighting] | Unknown:
        """At most 20, without bodies. Plivo answers 20 such questions a minute; the rest are Unknown."""
        try:
            found = self._clients.mine().messages.list(
                message_direction="outbound",
                to_number=to.e164,
                from_number=sender,
                message_time__gte=moment(since - _CLOCK_SLACK_MS),
                message_time__lte=moment(until + _CLOCK_SLACK_MS),
                limit=_LIST_LIMIT,
            )
            return [_sighting(vars(one)) for one in found.objects]
        except Exception as error:  # whatever went wrong, we have learned nothing
            return Unknown(type(error).__name__)

    def _send(self, text: OutgoingText) -> SendOutcome:
        try:
            answer = self._clients.mine().messages.create(
                src=text.sender,
                dst=text.to.e164.removeprefix("+"),
                text=text.body,
                url=text.report_url,
                method="POST",
                # Plivo's logs are no place for health data; the number has to stay whole for `find_texts` to find it.
                log="number_only",
                message_expiry=max(_EXPIRY_S[0], min(text.expires_s, _EXPIRY_S[1])),
                **_dlt_fields(text),
            )
        except AuthenticationError:  # raised before anything is sent; a 401 is Refused
            return Misconfigured("auth_id", Fault.ACCOUNT, "PLIVO_AUTH_ID is not the id of a Plivo account")
        except ValidationError:
            return Never("local", "Plivo's SDK would not send this text")
        sent, unsendable = getattr(answer, "message_uuid", None), getattr(answer, "invalid_number", None)
        if isinstance(sent, list) and sent and isinstance(sent[0], str):
            return Accepted(sent[0])
        return Never("invalid_number", "no such destination") if unsendable else Unknown("an acceptance without an id")


def _dlt_fields(text: OutgoingText) -> dict[str, str]:
    if text.dlt is None:
        return {}
    return {
        "dlt_entity_id": text.dlt.entity_id,
        "dlt_template_id": text.dlt.template_id,
        "dlt_template_category": _DLT_CATEGORIES.get(text.dlt.category, text.dlt.category),
    }


def _refusal(refusal: Refused) -> SendOutcome:
    named = error_code(answered_json(refusal).get("error_code"))
    code = named or str(refusal.status)
    known = TEXT_CODES.outcome(named, refusal.after_s)
    if known is None and refusal.status == 400:
        known = _by_words(code, refusal.body)
    return sort_refusal(refusal, code, known)


def _by_words(code: str, sentence: str) -> SendOutcome | None:
    if _DLT_WORDS.search(sentence):
        return Misconfigured(code, Fault.DLT, "Plivo refused the DLT entity, template or category")
    if _RECIPIENT_WORDS.search(sentence):
        return Never(code, "Plivo refused the destination")
    if _ACCOUNT_WORDS.search(sentence):
        return Misconfigured(code, Fault.ACCOUNT, "Plivo refused the sender or the account")
    return None


def _sighting(found: Mapping[str, Any]) -> Sighting:
    """A state we do not know still is a message that exists: the least it can be is queued."""
    state = TEXT_STATES.get(str(found.get("message_state", "")).lower(), ReportState.QUEUED)
    return Sighting(str(found["message_uuid"]), state, error_code(found.get("error_code")), None)
