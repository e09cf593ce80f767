"""Razorpay's SDK, made safe for workers: timeouts, one request for each call, statuses kept, nothing printed.

The SDK (2.0.1) knows no timeout, keeps of an error only its sentence, and prints each network error to stdout, addresses included.
It does all that with exceptions of `requests`; ours leave the session instead, and pass it by.
"""

from re import compile as regex
from ssl import SSLCertVerificationError
from threading import local
from typing import Any

from razorpay import Client  # type: ignore[import-untyped]
from requests import Response, Session
from requests.exceptions import ConnectTimeout, ProxyError, RequestException
from urllib3.exceptions import NewConnectionError, SSLError

_WAIT = regex(r"[0-9]{1,5}")


class Refused(Exception):
    """Any answer that is not a success, as it came."""

    def __init__(self, status: int, body: str, after_s: float | None) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.body = body
        self.after_s = after_s


class NoAnswer(Exception):
    """The network failed. `sent` is False only where it is certain that no byte of the request was sent."""

    def __init__(self, why: str, sent: bool) -> None:
        super().__init__(why)
        self.sent = sent


class Unreadable(Exception):
    """A success without JSON."""


class RazorpayClients:
    """`timeout`: (connect, read) in seconds. `api_url` replaces Razorpay's own address (sandbox)."""

    def __init__(self, key_id: str, key_secret: str, api_url: str | None, timeout: tuple[float, float]) -> None:
        self._credentials = (key_id, key_secret)
        self._address = {"base_url": api_url.rstrip("/")} if api_url else {}
        self._timeout = timeout
        self._thread = local()

    def mine(self) -> Any:
        """This thread's client: a session of `requests` is not promised to bear several threads."""
        if not hasattr(self._thread, "client"):
            client = Client(session=_OneTry(self._timeout), auth=self._credentials, **self._address)
            client.cert_path = True  # the roots that `requests` trusts: the list inside the SDK is of 2015
            self._thread.client = client
        return self._thread.client


class _OneTry(Session):
    def __init__(self, timeout: tuple[float, float]) -> None:
        super().__init__()
        self._timeout = timeout

    def request(self, *args: Any, **how: Any) -> Response:
        """Once, within the timeout, following no redirect (that would send again). A Response only when it is a success in JSON."""
        try:
            answer = super().request(*args, **{**how, "timeout": self._timeout, "allow_redirects": False})
        except RequestException as error:
            raise NoAnswer(type(error).__name__, not _never_left(error)) from None  # its text has the address in it
        if answer.status_code >= 300:
            raise Refused(answer.status_code, answer.content.decode(errors="replace"), _wait(answer.headers.get("Retry-After", "")))
        try:
            answer.json()
        except ValueError:
            raise Unreadable("a success without JSON") from None
        return answer


def _never_left(error: RequestException) -> bool:
    """Whether no byte of the request was sent: no address, no connection, or a certificate we do not trust.

    Other TLS errors also happen while reading an answer, so they count as sent.
    """
    if isinstance(error, (ConnectTimeout, ProxyError)):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, SSLError):
        return isinstance(reason.args[0], SSLCertVerificationError)
    return isinstance(reason, NewConnectionError)


def _wait(header: str) -> float | None:
    """Seconds of a Retry-After header. Its date form is left out: it would need our clock to agree with theirs."""
    return float(header) if _WAIT.fullmatch(header.strip()) else None
