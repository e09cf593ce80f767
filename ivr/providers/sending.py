"""How the vendors' SDKs reach the network: one request per call, every answer with its status. Imports requests: workers only."""

from collections.abc import Callable, Mapping
from json import loads
from logging import INFO, getLogger
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import RequestException

from ivr.model.outcomes import Fault, Misconfigured, Never, SendOutcome, TryLater, Unknown
from ivr.network import Refused, never_left, seconds_of

# At DEBUG urllib3 logs each URL, and a search by recipient has the phone number in it.
getLogger("urllib3.connectionpool").setLevel(INFO)


class OneRequest(HTTPAdapter):
    """Sends a request once, to `api_url` when given (the sandbox), and raises Refused from status 300 up.

    `timeout` is (connect, read) in seconds and wins over the SDK's: Twilio's waits for ever by default.
    Plivo's re-sends on 5xx; redirects would re-send too.
    """

    def __init__(self, api_url: str | None, timeout: tuple[float, float]) -> None:
        super().__init__(max_retries=0)
        self._api_url = api_url.rstrip("/") if api_url else None
        self._timeout = timeout

    def send(  # type: ignore[override] # the SDK's own timeout is dropped on purpose
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: object = None,
        verify: bool | str = True,
        cert: str | tuple[str, str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        if self._api_url and request.url:
            parts = urlsplit(request.url)
            request.url = self._api_url + request.url.removeprefix(f"{parts.scheme}://{parts.netloc}")
        answer = super().send(request, stream, self._timeout, verify, cert, proxies)
        if answer.status_code >= 300:
            raise Refused(answer.status_code, answer.text, seconds_of(answer.headers.get("Retry-After", "")))
        return answer


def attempt(send: Callable[[], SendOutcome], refused: Callable[[Refused], SendOutcome]) -> SendOutcome:
    """Runs `send` and turns every way it can end into an outcome; never raises."""
    try:
        return send()
    except Refused as refusal:
        return refused(refusal)
    except RequestException as error:
        return TryLater("unreachable") if never_left(error) else Unknown(type(error).__name__)
    except Exception as error:  # whatever an SDK made of the answer, the text or the call may be on its way
        return Unknown(type(error).__name__)


def sort_refusal(refusal: Refused, code: str, known: SendOutcome | None, thing: str = "text") -> SendOutcome:
    """The consequence of a refusal; `known` is what the provider's own table says of `code`, `thing` what was refused.

    Neither vendor promises that a 5xx was not sent, so it is Unknown. No vendor sentence is passed on: they quote phone numbers.
    """
    match refusal.status:
        case 429:
            return TryLater(code, refusal.after_s)
        case status if status >= 500 or status == 408:
            return Unknown(f"HTTP {status}")
        case _ if known is not None:
            return known
        case 401 | 402 | 403 | 404:
            return Misconfigured(code, Fault.ACCOUNT, "the provider refused our credentials, credit or permission")
        case status if status < 400:
            return Misconfigured(code, Fault.ACCOUNT, "the API address answers with a redirect")
        case _:
            return Never(code, f"the provider refused this {thing}")


def answered_json(refusal: Refused) -> dict[str, Any]:
    """What a refusal says in JSON; empty when it says it otherwise."""
    try:
        body = loads(refusal.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
