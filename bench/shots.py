"""Aims the load generator, and reads what it reports."""

import json
import pickle
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from bench.load import Spec
from bench.machine import cpu_seconds

CONNECTIONS = 16
BUSY = b'<Hangup reason="busy"/>'


@dataclass(frozen=True, slots=True)
class Shot:
    """One run of the generator. `generator_share` is the part of one core that it took; `server_us` the server's own per request."""

    asked: int
    right: int
    seconds: float
    p50_ms: float
    p99_ms: float
    generator_share: float
    server_us: float | None

    @property
    def per_second(self) -> float:
        """Right answers only."""
        return self.right / self.seconds


def shoot(url: str, requests: Sequence[bytes], expect: bytes, server: int | None = None, patience_s: float = 90.0) -> Shot:
    """Fire at a server on this machine, which answers `expect`; `server` is the process whose session's CPU is counted."""
    port = urlsplit(url).port
    if port is None:
        raise ValueError("the address must name its port")
    before = cpu_seconds(server)
    with TemporaryDirectory(prefix="shot-") as folder:
        file = Path(folder) / "spec"
        file.write_bytes(pickle.dumps(Spec(port, requests, expect, CONNECTIONS, patience_s)))
        command = [sys.executable, "-m", "bench.load", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=patience_s + 30, check=True)
    after = cpu_seconds(server)
    result = json.loads(done.stdout)
    ms = sorted(result["ms"])
    return Shot(
        asked=len(requests),
        right=len(ms),
        seconds=result["seconds"],
        p50_ms=percentile(ms, 50),
        p99_ms=percentile(ms, 99),
        generator_share=result["cpu_s"] / result["seconds"],
        server_us=None if before is None or after is None else (after - before) / len(requests) * 1e6,
    )


def percentile(rising: Sequence[float], percent: float) -> float:
    """Nearest rank; NaN of nothing."""
    if not rising:
        return float("nan")
    return rising[min(len(rising) - 1, int(len(rising) * percent / 100))]
