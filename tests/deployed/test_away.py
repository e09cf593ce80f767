"""The web process is killed in the middle of a call, with everything else running: what its caller hears."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from tests.deployed.test_run import _environment

LINE, CALLER = "08061914344", "+919845012345"


@pytest.mark.unmeasured
def test_a_web_process_that_dies_in_mid_call_is_heard_as_a_kind_sentence(tmp_path: Path) -> None:
    environment = _environment(tmp_path, SANDBOX_PORT=str(20_000 + os.getpid() % 10_000))
    process = subprocess.Popen(
        [sys.executable, "-m", "ivr", "run"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    try:
        told: list[str] = []
        while not told or "softphone http" not in told[-1]:
            told.append(process.stdout.readline())
            assert told[-1], f"it ended before it said where the sandbox is: {told}"
        said = told[-1]
        api = f"{said.split()[1]}api"
        call_id = requests.post(f"{api}/calls", json={"from": CALLER, "to": LINE, "provider": "plivo"}, timeout=10).json()["id"]

        def call() -> dict[str, Any]:
            found: dict[str, Any] = requests.get(f"{api}/calls/{call_id}", timeout=10).json()
            return found

        _until(lambda: call()["waits_for"] == "keys")
        for child in psutil.Process(process.pid).children():
            if child.cmdline()[-2:] == ["ivr", "web"]:
                os.killpg(child.pid, signal.SIGKILL)
        requests.post(f"{api}/calls/{call_id}/keys", json={"keys": "1"}, timeout=10)
        _until(lambda: call()["state"] == "over")

        assert any("we will call you back" in heard["text"] for heard in call()["heard"]), call()["heard"]
        assert (tmp_path / "var" / "fallbacks" / f"plivo-{LINE}.xml").exists()
        assert requests.get(f"{said.split()[1]}pages/twilio-outbound.xml", timeout=10).ok
    finally:
        process.send_signal(signal.SIGTERM)
        process.stdout.read()
        process.wait(30)


def _until(happened: Callable[[], bool], patience_s: float = 60) -> None:
    deadline = time.monotonic() + patience_s
    while not happened():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.1)
