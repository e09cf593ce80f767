"""SIGTERM finishes what is in hand."""

import os
import signal
import time

import pytest

from ivr.store import figures
from tests.deployed.deployment import Deployment, deployed


def _states(here: Deployment) -> dict[str, int]:
    with here.app.database.read() as tx:
        return {row.state: row.n for row in figures.texts(tx)}


@pytest.mark.unmeasured
@pytest.mark.timeout(120)
def test_a_worker_told_to_stop_finishes_its_texts_first() -> None:
    with deployed() as here:
        here.post("faults", {"operation": "text.send", "effect": "latency", "ms": 1500, "times": None})
        for index in range(5):
            here.post("calls", {"from": f"+91984500000{index}", "to": "08061914343", "provider": "plivo"})
        while not _states(here).get("sending"):
            time.sleep(0.02)
        os.kill(here.children.pids()["texts"], signal.SIGTERM)

        while _states(here).get("delivered", 0) < 5:
            time.sleep(0.1)

        asked = [request["operation"] for request in here.get("requests?limit=100")["requests"]]
        assert asked.count("text.send") == 5
        assert "text.list" not in asked
