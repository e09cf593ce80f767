"""Razorpay's SDK, made safe for workers: timeouts, one request for each call, statuses kept, nothing printed.

The SDK (2.0.1) knows no timeout, keeps of an error only its sentence, and prints each network error to stdout, addresses included.
It does all that with exceptions of `requests`; ours leave the session instead, and pass it by.
"""

from threading import local
from typing import Any

from razorpay import Client  # type: ignore[import-untyped]
from requests import Response, Session
from requests.exceptions import RequestException

from ivr.network import Refused, never_left, seconds_of


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
            raise NoAnswer(type(error).__name__, not never_left(error)) from None  # its text has the address in it
        if answer.status_code >= 300:
            raise Refused(answer.status_code, answer.content.decode(errors="replace"), seconds_of(answer.headers.get("Retry-After", "")))
        try:
            answer.json()
        except ValueError:
            raise Unreadable("a success without JSON") from None
        return answer
