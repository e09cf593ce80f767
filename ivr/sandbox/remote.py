"""The sandbox's control API from outside: what a phone in another process can see and do."""

from typing import Any
from urllib.parse import quote

import requests

from ivr.model.errors import ConfigurationError
from ivr.sandbox.numbers import refuse_elsewhere
from ivr.sandbox.records import CallRecord, Exchange, Heard, InboxText

_PATIENCE_S = 10
_PAYING_S = 60  # the clinic's page loads itself again while the gateway is asked


class Remote:
    """A sandbox by its address. ConfigurationError, with what to do, when nobody answers there or what is asked cannot be."""

    def __init__(self, url: str) -> None:
        try:
            self.url = refuse_elsewhere(url)
        except ValueError as why:
            raise ConfigurationError(f"SANDBOX_URL: {why}") from None
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy is not on the way to this machine

    def dial(self, caller: str, line: str, provider: str) -> str:
        """Ring a line; the call's id."""
        return str(self._asked("POST", "/calls", {"from": caller, "to": line, "provider": provider})["id"])

    def call(self, call_id: str) -> CallRecord:
        return _record(self._asked("GET", f"/calls/{call_id}"))

    def on_phone(self, number: str) -> CallRecord | None:
        """The newest call that rings this phone, or that it is on."""
        found = self._asked("GET", f"/phones/{quote(number)}")["call"]
        return None if found is None else _record(found)

    def rung_for(self, call_id: str) -> list[str]:
        """Phones that ring for the person on this call."""
        newest = self._asked("GET", "/calls?limit=50")["calls"]
        return [call["caller"] for call in newest if call["parent"] == call_id and call["state"] == "ringing"]

    def inbox(self, number: str) -> list[InboxText]:
        """The texts on a phone, oldest first."""
        return [InboxText(**text) for text in self._asked("GET", f"/phones/{quote(number)}/inbox")["texts"]]

    def do(self, call_id: str, deed: str, **given: str | int) -> str:
        """`keys`, `voice`, `answer` or `hang-up`. Why it could not be done; "" when it was."""
        answer = self._send("POST", f"/calls/{call_id}/{deed}", given)
        return "" if answer.ok else _complaint(answer)

    def pay(self, url: str) -> str:
        """By the link of an SMS, as a browser would. Why it could not be done; "" when it was."""
        answer = self._send("POST", "/pay", {"url": url}, _PAYING_S)
        return "" if answer.ok else _complaint(answer)

    def _asked(self, method: str, path: str, given: dict[str, str] | None = None) -> Any:
        answer = self._send(method, path, given)
        if not answer.ok:
            raise ConfigurationError(_complaint(answer))
        return answer.json()

    def _send(self, method: str, path: str, given: Any, patience_s: int = _PATIENCE_S) -> requests.Response:
        try:
            return self._session.request(method, f"{self.url}/sandbox/api{path}", json=given, timeout=patience_s)
        except requests.RequestException:
            raise ConfigurationError(
                f"SANDBOX_URL: no sandbox answers at {self.url}; start one with `make run`, or name another with --sandbox"
            ) from None


def _record(told: dict[str, Any]) -> CallRecord:
    heard = tuple(Heard(**each) for each in told["heard"])
    return CallRecord(**{**told, "heard": heard, "exchanges": tuple(Exchange(**each) for each in told["exchanges"])})


def _complaint(answer: requests.Response) -> str:
    try:
        return str(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        return f"SANDBOX_URL: what answers at {answer.url} is no sandbox (status {answer.status_code})"
