"""Plivo's SDK, made safe for workers: one client per thread, one request per call, nothing printed."""

from datetime import UTC, datetime
from threading import local
from typing import Any

from plivo import RestClient

from ivr.providers.sending import OneRequest


class PlivoClients:
    """`timeout`: (connect, read) in seconds. `api_url` replaces Plivo's own addresses (sandbox)."""

    def __init__(self, auth_id: str, auth_token: str, api_url: str | None, timeout: tuple[float, float]) -> None:
        self._credentials = (auth_id, auth_token)
        self._network = (api_url, timeout)
        self._thread = local()

    def mine(self) -> Any:
        """This thread's client: the SDK keeps its address and a retry counter on it. AuthenticationError for an id of no account."""
        if not hasattr(self._thread, "client"):
            client = RestClient(*self._credentials)
            client.session.mount("https://", OneRequest(*self._network))
            self._thread.client = client
        return self._thread.client


def moment(at: int) -> str:
    """UTC milliseconds as the filters of Plivo's lists take them: `YYYY-MM-DD HH:MM:ss.uuuuuu`, UTC."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def moment_of(told: object) -> int | None:
    """UTC milliseconds of a time in Plivo's lists, which names its offset (`2026-11-22 12:20:00+05:30`); None of any other."""
    try:
        at = datetime.fromisoformat(str(told))
    except ValueError:
        return None
    return None if at.tzinfo is None else int(at.timestamp() * 1000)
