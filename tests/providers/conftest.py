"""The network's far end: a small HTTP server that plays a vendor's canned answers and keeps what it was asked."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest


@dataclass
class Answer:
    """One canned answer. `hangs_up`: read the request, then close without a word. `waits_s`: think first."""

    status: int = 200
    body: Any = ""
    headers: dict[str, str] = field(default_factory=dict)
    hangs_up: bool = False
    waits_s: float = 0


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body, keep_blank_values=True))


class FarEnd:
    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked: list[Asked] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign] # a client that gave up is part of the tests
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def will_answer(self, status: int = 200, body: Any = "", **more: Any) -> None:
        self.answers.append(Answer(status, body, **more))

    @property
    def posts(self) -> int:
        return sum(asked.method == "POST" for asked in self.asked)

    def _handler(far_end) -> type[BaseHTTPRequestHandler]:  # noqa: N805 # two selfs
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                parts = urlsplit(self.path)
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                far_end.asked.append(Asked(self.command, parts.path, dict(parse_qsl(parts.query)), dict(self.headers), body))
                answer = far_end.answers.pop(0) if far_end.answers else Answer(418, "the test gave no further answer")
                time.sleep(answer.waits_s)
                if answer.hangs_up:
                    self.close_connection = True
                    return
                payload = answer.body if isinstance(answer.body, bytes) else _text(answer.body).encode()
                self.send_response(answer.status)
                for name, value in {"Content-Length": str(len(payload)), "Content-Type": "application/json", **answer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(payload)

            def do_GET(self) -> None:
                self.do_POST()

            def do_DELETE(self) -> None:
                self.do_POST()

            def log_message(self, *args: Any) -> None:
                pass

        return Handler


def _text(body: Any) -> str:
    return body if isinstance(body, str) else json.dumps(body)


@pytest.fixture
def far_end() -> Iterator[FarEnd]:
    end = FarEnd()
    thread = Thread(target=end.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield end
    end.server.shutdown()
    end.server.server_close()
    thread.join()
