"""Twilio's SDK, made safe for workers: one client per thread, one request per call, no numbers in the log."""

from logging import WARNING, getLogger
from threading import local
from typing import Any

from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from ivr.providers.sending import OneRequest

# At INFO the SDK logs each query, and a search by recipient has the phone number in it.
getLogger("twilio.http_client").setLevel(WARNING)


class TwilioClients:
    """`timeout`: (connect, read) in seconds. `api_url` replaces Twilio's own address (sandbox)."""

    def __init__(self, account_sid: str, auth_token: str, api_url: str | None, timeout: tuple[float, float]) -> None:
        self._credentials = (account_sid, auth_token)
        self._network = (api_url, timeout)
        self._thread = local()

    def mine(self) -> Any:
        """This thread's client: the SDK makes no promise of thread safety."""
        if not hasattr(self._thread, "client"):
            network = TwilioHttpClient()
            network.session.mount("https://", OneRequest(*self._network))
            self._thread.client = Client(*self._credentials, http_client=network)
        return self._thread.client
