"""The first missed call, given by the sandbox: the whole path, seen from a caller's phone."""

import time
from dataclasses import dataclass
from random import randrange
from threading import Event

import requests

from ivr.lines import Line, TextApp
from ivr.model.values import Phone
from ivr.store import callers, texts
from ivr.wiring import App

_PATIENCE_S = 120.0  # eight processes start at once, on small machines too
_ENDS = ("delivered", "undelivered", "failed", "dropped")
_ANDROID = {"User-Agent": "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36"}


@dataclass(frozen=True, slots=True)
class FirstCall:
    """What came of it. `state` is our text's, "" when none was asked for."""

    caller: Phone
    line: str
    body: str
    state: str
    reason: str


def wait_until_ready(*urls: str, patience_s: float = _PATIENCE_S, stop: Event | None = None) -> bool:
    """Until every address answers 200; False when patience ends, or when told to stop."""
    stop = stop or Event()
    deadline = time.monotonic() + patience_s
    waiting = list(urls)
    while waiting and time.monotonic() < deadline:
        waiting = [url for url in waiting if not _answers(url)]
        if stop.wait(0.1):
            return False
    return not waiting


def give_missed_call(app: App, sandbox_url: str, stop: Event, patience_s: float = _PATIENCE_S) -> FirstCall:
    """Ring our first line from a new number, and wait for the delivered text, or until told to stop."""
    line = first_line(app)
    caller = Phone(f"+9198450{randrange(10_000, 100_000)}")  # noqa: S311  (a number, not a secret)
    call = {"from": caller.e164, "to": line.published, "provider": line.provider or app.settings.voice_provider}
    requests.post(f"{sandbox_url}/sandbox/api/calls", json=call, timeout=patience_s).raise_for_status()
    deadline = time.monotonic() + patience_s
    body, state, reason = "", "", ""
    while state not in _ENDS and time.monotonic() < deadline and not stop.wait(0.1):
        inbox = requests.get(f"{sandbox_url}/sandbox/api/phones/{caller.e164}/inbox", timeout=patience_s).json()["texts"]
        body = inbox[-1]["body"] if inbox else ""
        state, reason = _state(app, caller)
    return FirstCall(caller, line.published, body, state, reason)


def first_line(app: App) -> Line:
    """The first that texts whoever gives it a missed call; the first of all where there is none."""
    return next((line for line in app.lines if isinstance(line.action, TextApp)), next(iter(app.lines)))


def opens(url: str) -> str:
    """Where a link takes an Android phone; "" when nowhere."""
    return requests.get(url, headers=_ANDROID, allow_redirects=False, timeout=_PATIENCE_S).headers.get("Location", "")


def _state(app: App, caller: Phone) -> tuple[str, str]:
    with app.database.read() as tx:
        caller_id = callers.find(tx, app.vault, caller)
        text = texts.latest_of(tx, caller_id) if caller_id else None
    return ("", "") if text is None else (str(text.state), str(text.reason or ""))


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False
