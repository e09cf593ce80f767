"""`python -m ivr run`, in a folder of its own, for as long as a browser looks at it."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import requests

from ivr.operators import Role, add_operator
from ivr.run.development import RUN_FILE
from ivr.settings import Settings
from ivr.wiring import App, build
from tests.deployed.clock import WoundClock

PASSWORD = "three green elephants"
_PATIENCE_S = 150
_READY = re.compile(r"  console   (?P<web>http://\S+)/ops/ .*  softphone (?P<sandbox>http://\S+)/sandbox/ .*  stop ", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Product:
    """`web` and `sandbox` are addresses without a final slash; `app` is the product's own wiring, on the same database."""

    web: str
    sandbox: str
    app: App

    def operator(self, role: Role | str) -> str:
        """The name of an operator with this role, whose password is PASSWORD."""
        name = f"a.{Role(role)}"
        add_operator(self.app.database, name, PASSWORD, role, self.app.clock.now())
        return name

    def get(self, path: str) -> Any:
        """From the sandbox's API: `inboxes`, `calls`."""
        answer = requests.get(f"{self.sandbox}/sandbox/api/{path}", timeout=30)
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = requests.post(f"{self.sandbox}/sandbox/api/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def all_well(self) -> None:
        """Nothing goes wrong on purpose any more, and nobody is on a phone."""
        requests.delete(f"{self.sandbox}/sandbox/api/faults", timeout=30).raise_for_status()
        for call in self.get("calls")["calls"]:
            if call["state"] != "over":  # or is over by now, which is refused, and as good
                requests.post(f"{self.sandbox}/sandbox/api/calls/{call['id']}/hang-up", json={}, timeout=30)


@contextmanager
def running(**environment: str) -> Iterator[Product]:
    """Everything that `make run` starts, its first missed call given, at noon in India: at night much is different. All gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="b-", ignore_cleanup_errors=True) as folder:
        var = Path(folder) / "var"
        foreign = {name.upper() for name in Settings.model_fields} | {"SANDBOX_PORT"}
        inherited = {name: value for name, value in os.environ.items() if name not in foreign}
        port = 20_000 + 2 * (os.getpid() % 5_000)  # none that the system lends to clients, or other tests take
        clock = WoundClock(Path(folder) / "clock")
        own = {"VAR_DIR": str(var), "PORT": str(port), "SANDBOX_PORT": str(port + 1), "PYTHONUNBUFFERED": "1", **clock.environment()}
        process = subprocess.Popen(
            [sys.executable, "-m", "ivr", "run"],
            env={**inherited, **own, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            found = _Output(process).until(_READY)
            app = build(_settings(var), clock)
            try:
                yield Product(found["web"], found["sandbox"], app)
            finally:
                app.database.close()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def _settings(var: Path) -> Settings:
    """What the processes were given."""
    kept = dict(line.split("=", 1) for line in (var / RUN_FILE).read_text().splitlines() if "=" in line)
    return Settings(**{name.lower(): value for name, value in kept.items() if name.lower() in Settings.model_fields})


class _Output:
    """What a process prints; read to the end, for a full pipe would stop it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._lines: deque[str] = deque(maxlen=500)
        self._news = Event()
        self._process = process
        Thread(target=self._read, daemon=True).start()

    def until(self, wanted: re.Pattern[str]) -> re.Match[str]:
        waited = 0.0
        while waited < _PATIENCE_S:
            if not self._news.wait(0.5):
                waited += 0.5
            self._news.clear()
            if found := wanted.search("".join(self._lines)):
                return found
            if self._process.poll() is not None:
                break
        raise AssertionError(f"`python -m ivr run` did not come up; it said:\n{''.join(self._lines)}")

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._lines.append(line)
            self._news.set()
