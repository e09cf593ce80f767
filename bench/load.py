"""The load generator, a process of its own: `python -m bench.load SPEC` fires prebuilt requests and prints what came of it.

Sockets and one poll loop, next to no parsing: it must not take the processor that it measures. Loopback only.
"""

import json
import pickle
import select
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

_HOST = "127.0.0.1"
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"


@dataclass(frozen=True, slots=True)
class Spec:
    """Requests as bytes, each to be answered 200 with `expect` in the body; all is over after `patience_s`."""

    port: int
    requests: Sequence[bytes]
    expect: bytes
    connections: int
    patience_s: float


@dataclass(slots=True)
class Result:
    """`ms`: from the first byte sent to the last received, of each right answer. `cpu_s` is the generator's own."""

    seconds: float = 0.0
    cpu_s: float = 0.0
    wrong: int = 0
    reconnects: int = 0
    ms: list[float] = field(default_factory=list)


class _Line:
    """One kept-alive connection with at most one request under way."""

    __slots__ = ("answer", "port", "request", "sent_at", "socket")

    def __init__(self, port: int) -> None:
        self.port = port
        self.answer = b""
        self.request = b""
        self.sent_at = 0.0
        self.connect()

    def connect(self) -> None:
        self.socket = socket.create_connection((_HOST, self.port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: bytes) -> None:
        self.request, self.answer = request, b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)


def fire(spec: Spec) -> Result:
    """Every request once, `connections` at a time."""
    result = Result()
    waiting = iter(spec.requests)
    poller = select.poll()
    lines: dict[int, _Line] = {}
    for _ in range(min(spec.connections, len(spec.requests))):
        line = _Line(spec.port)
        lines[line.socket.fileno()] = line
        poller.register(line.socket, select.POLLIN)
    began, cpu_began = time.perf_counter(), time.process_time()
    deadline = began + spec.patience_s
    for line in lines.values():
        line.send(next(waiting))
    while lines and time.perf_counter() < deadline:
        for descriptor, _ in poller.poll(200):
            line = lines[descriptor]
            received = _receive(line)
            if not received:
                poller.unregister(descriptor)
                _again(line, lines, descriptor, result)
                poller.register(line.socket, select.POLLIN)
                continue
            line.answer += received
            if not _whole(line.answer):
                continue
            _judge(line, spec.expect, result)
            following = next(waiting, None)
            if following is None:
                poller.unregister(descriptor)
                lines.pop(descriptor).socket.close()
            else:
                line.send(following)
    result.seconds = time.perf_counter() - began
    result.cpu_s = time.process_time() - cpu_began
    result.wrong = len(spec.requests) - len(result.ms)
    return result


def _receive(line: _Line) -> bytes:
    try:
        return line.socket.recv(65536)
    except ConnectionError:
        return b""


def _again(line: _Line, lines: dict[int, _Line], descriptor: int, result: Result) -> None:
    """The server closed a kept-alive connection: as HTTP clients do, ask again on a new one."""
    del lines[descriptor]
    line.socket.close()
    line.connect()
    lines[line.socket.fileno()] = line
    result.reconnects += 1
    line.socket.sendall(line.request)
    line.answer = b""


def _whole(answer: bytes) -> bool:
    end = answer.find(_END_OF_HEAD)
    if end < 0:
        return False
    head = answer[:end].lower()
    at = head.find(_LENGTH)
    if at < 0:
        return True  # our servers always say; a chunked answer is judged by what has come
    stop = head.find(b"\r", at)
    length = int(head[at + len(_LENGTH) : stop if stop > 0 else end])
    return len(answer) >= end + len(_END_OF_HEAD) + length


def _judge(line: _Line, expect: bytes, result: Result) -> None:
    if line.answer.startswith(b"HTTP/1.1 200") and expect in line.answer:
        result.ms.append((time.perf_counter() - line.sent_at) * 1000)


def main() -> None:
    spec: Spec = pickle.loads(Path(sys.argv[1]).read_bytes())
    print(json.dumps(asdict(fire(spec))))


if __name__ == "__main__":
    main()
