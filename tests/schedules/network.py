"""The network between the product and the vendors, without sockets. What goes wrong on it is drawn; time passes only by the clock."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from logging import ERROR, Handler, LogRecord, getLogger
from random import Random
from traceback import format_exception
from typing import Any
from urllib.parse import unquote, urlsplit
from wsgiref.types import WSGIApplication

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict

from ivr.model import ids
from ivr.model.errors import DatabaseAway
from ivr.model.ports import Clock
from ivr.sandbox.agenda import Agenda
from ivr.sandbox.courier import Courier, Rules, Sign
from ivr.sandbox.records import Exchange
from tests.consults.dying import Killed

OURS, THEIRS = "http://127.0.0.1:1", "http://127.0.0.1:2"
_TOLD = ("hook.status", "hook.room", "hook.payment")
"""Webhooks whose answer nobody waits for: they may come late, twice, and in another order."""


@dataclass(frozen=True, slots=True)
class Odds:
    """How often what goes wrong, of one request. Times in milliseconds."""

    lost: float = 0.0
    doubled: float = 0.0
    late: float = 0.0  # by up to five seconds: others overtake it
    very_late: float = 0.0  # after every lease
    unanswered: float = 0.0  # it came, and its answer did not
    refused: float = 0.0  # of our own requests: 503 or 429, nothing happened
    unknown: float = 0.0  # it happened, and we never heard


CALM = Odds()


def ask(app: WSGIApplication, method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
    """One request to a WSGI application: status, headers, body."""
    parts = urlsplit(url)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": unquote(parts.path),
        "SCRIPT_NAME": "",
        "QUERY_STRING": parts.query,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": str(parts.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.errors": BytesIO(),
        "wsgi.version": (1, 0),
    }
    environ |= {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    environ["HTTP_HOST"] = parts.netloc
    environ["CONTENT_TYPE"] = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    told: list[Any] = []

    def start(status: str, given: list[tuple[str, str]], _: object = None) -> Callable[[bytes], object]:
        told.extend((int(status.split()[0]), dict(given)))
        return lambda _: None

    answer = b"".join(app(environ, start))
    return told[0], told[1], answer


@dataclass
class Post(Courier):
    """The vendors' side of it: webhooks to our web application, which may be late, doubled, lost, or answered in vain.

    `doubled` is called between the two deliveries of a webhook that comes twice at once, and after them.
    """

    clock: Clock
    dice: Random
    product: WSGIApplication | None = None
    agenda: Agenda | None = None
    odds: Odds = CALM
    seen: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    witness: Callable[[str], None] = lambda _: None

    def __post_init__(self) -> None:
        super().__init__(self.clock, timeout_s=5)

    def deliver(self, operation: str, method: str, url: str, params: Mapping[str, str], sign: Sign, rules: Rules) -> list[Exchange]:
        def now() -> list[Exchange]:
            return Courier.deliver(self, operation, method, url, params, sign, rules)

        odds = self.odds
        if self._happens(odds.lost, f"{operation} lost"):
            return []
        if operation in _TOLD:
            return self._told(operation, now)
        first = now()
        if self._happens(odds.doubled, f"{operation} doubled"):
            self.witness("")
            first += now()
            self.witness(f"{operation} {urlsplit(url).path}")
        return first

    def post_json(self, *given: Any, **more: Any) -> Exchange:
        return super().post_json(*given, **more)

    def _told(self, operation: str, now: Callable[[], list[Exchange]]) -> list[Exchange]:
        assert self.agenda is not None
        times = 2 if self._happens(self.odds.doubled, f"{operation} doubled") else 1
        made: list[Exchange] = []
        for _ in range(times):
            if self._happens(self.odds.very_late, f"{operation} very late"):
                self.agenda.after(self.dice.randint(30_000, 300_000), now)  # type: ignore[arg-type]
            elif self._happens(self.odds.late, f"{operation} late"):
                self.agenda.after(self.dice.randint(1, 5_000), now)  # type: ignore[arg-type]
            elif made:
                self.witness("")
                made += now()
                self.witness(operation)
            else:
                made += now()
        return made

    def _asked(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], plan: Exchange, patience: urllib3.Timeout
    ) -> Exchange:
        assert self.product is not None
        status, answered, data = ask(self.product, method, url, headers, body or b"")
        text = data.decode("utf-8", "replace")
        self.seen["webhooks"] += 1
        away = status == 503 and plan.operation == "hook.payment"  # the gateway keeps it, and comes again
        if (status not in (200, 204) and not away) or (status == 200 and plan.operation != "hook.payment" and "<Response" not in text):
            self.faults.append(f"S11 {plan.operation} {urlsplit(url).path} was answered {status}: {text[:200]}")
        if self._happens(self.odds.unanswered, f"{plan.operation} unanswered"):
            return replace(plan, error="timeout")
        return replace(plan, status=status, content_type=answered.get("Content-Type", ""), body=text)

    def _happens(self, odds: float, what: str) -> bool:
        if odds <= 0 or self.dice.random() >= odds:
            return False
        self.seen[what] += 1
        return True


@dataclass
class Rest:
    """Our side of it: what the vendors' SDKs ask goes to the sandbox's application."""

    dice: Random
    sandbox: WSGIApplication
    odds: Odds = CALM
    seen: Counter[str] = field(default_factory=Counter)

    def send(self, request: requests.PreparedRequest) -> requests.Response:
        luck, odds = self.dice.random(), self.odds
        self.seen["requests"] += 1
        if luck < odds.refused:
            self.seen["requests refused"] += 1
            status = self.dice.choice((429, 503))
            return _response(request, status, {"Content-Type": "application/json", "Retry-After": "3"}, b"{}")
        body = request.body.encode() if isinstance(request.body, str) else bytes(request.body or b"")
        status, headers, data = ask(self.sandbox, str(request.method), str(request.url), dict(request.headers), body)
        if luck > 1 - odds.unknown:
            self.seen["requests unknown"] += 1
            raise requests.exceptions.ReadTimeout("the answer was lost")
        return _response(request, status, headers, data)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """While it lasts, `requests` has no other network."""
        real = HTTPAdapter.send
        HTTPAdapter.send = lambda _, request, *__, **___: self.send(request)  # type: ignore[method-assign]
        try:
            yield
        finally:
            HTTPAdapter.send = real  # type: ignore[method-assign]


def _response(request: requests.PreparedRequest, status: int, headers: Mapping[str, str], body: bytes) -> requests.Response:
    response = requests.Response()
    response.status_code, response.headers, response.request = status, CaseInsensitiveDict(headers), request
    response.url, response.raw, response.encoding = str(request.url), BytesIO(body), "utf-8"
    response._content = body
    return response


class _Ear(Handler):
    def __init__(self, heard: list[str]) -> None:
        super().__init__(ERROR)
        self._heard = heard

    def emit(self, record: LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and not isinstance(error, DatabaseAway | Killed):
            self._heard.append(f"{record.getMessage()}: " + "".join(format_exception(error, limit=-12)).strip())


@contextmanager
def listening(heard: list[str]) -> Iterator[None]:
    """Of what the product caught and logged, what nobody expects: errors with a trace."""
    ours, ear = getLogger("ivr"), _Ear(heard)
    before = ours.level, ours.propagate
    ours.addHandler(ear)
    ours.setLevel(ERROR)
    ours.propagate = False
    try:
        yield
    finally:
        ours.removeHandler(ear)
        ours.setLevel(before[0])
        ours.propagate = before[1]


@contextmanager
def chance(dice: Random) -> Iterator[None]:
    """While it lasts, ids are drawn with these dice: what happens at one moment goes by the order of ids, and a seed is to replay."""
    real = ids.randbits  # type: ignore[attr-defined]
    ids.randbits = dice.getrandbits  # type: ignore[attr-defined, assignment]
    try:
        yield
    finally:
        ids.randbits = real  # type: ignore[attr-defined]
