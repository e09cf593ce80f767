"""A whole deployment of real processes on this machine, in a fresh folder."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from ivr.run.children import Children
from ivr.run.development import base_environment
from ivr.run.everything import plan, start
from ivr.run.firstcall import wait_until_ready
from ivr.settings import Settings
from ivr.store.migrate import migrate
from ivr.wiring import App, build
from tests.deployed.clock import WoundClock


@dataclass
class Deployment:
    app: App
    children: Children
    sandbox: str
    clock: WoundClock

    def get(self, path: str) -> Any:
        answer = requests.get(f"{self.sandbox}/sandbox/api/{path}", timeout=30)
        answer.raise_for_status()
        return answer.json()

    def put(self, path: str, body: dict[str, Any]) -> Any:
        answer = requests.put(f"{self.sandbox}/sandbox/api/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def delete(self, path: str) -> None:
        requests.delete(f"{self.sandbox}/sandbox/api/{path}", timeout=30).raise_for_status()

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = requests.post(f"{self.sandbox}/sandbox/api/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()


@contextmanager
def deployed(**environment: str) -> Iterator[Deployment]:
    """Web, relay, workers, Valkey and sandbox, ready, at noon in India; all gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="d-", ignore_cleanup_errors=True) as folder:
        mine = {name: value for name, value in base_environment().items() if name.lower() not in Settings.model_fields}
        clock = WoundClock(Path(folder) / "clock")
        port = 10_000 + 2 * (os.getpid() % 10_000)  # of its own, and none that the system lends to clients: runs may go side by side
        own = {"VAR_DIR": f"{folder}/var", "PORT": str(port), "SANDBOX_PORT": str(port + 1), **clock.environment()}
        planned = plan({**mine, **own, **environment}, Path(folder))
        del planned.environment["FALLBACK_URL"]  # nobody keeps documents here: whoever is cut off hears the provider's silence
        settings = planned.settings()
        migrate(settings.database_url)
        app = build(settings, clock)
        children = Children()
        try:
            start(children, planned, settings)
            assert wait_until_ready(f"{settings.public_url}/readyz", f"{settings.sandbox_url}/sandbox/api/healthz")
            yield Deployment(app, children, settings.sandbox_url, clock)
        finally:
            children.stop()
            app.database.close()
