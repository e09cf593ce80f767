"""`python -m ivr run` on a fresh folder, with real processes."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from ivr.model.errors import ConfigurationError
from ivr.run.development import alone_in, kept_keys
from ivr.settings import Settings


def _environment(tmp_path: Path, **more: str) -> dict[str, str]:
    """With ports that the system lends to no client: it does so from 32768 on (Linux)."""
    inherited = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    return {**inherited, "VAR_DIR": str(tmp_path / "var"), "PORT": str(30_000 + os.getpid() % 2_700), **more}


@pytest.mark.parametrize("provider", ["plivo", pytest.param("twilio", marks=pytest.mark.unmeasured)])
def test_one_command_shows_a_missed_call_become_a_delivered_text(tmp_path: Path, provider: str) -> None:
    environment = _environment(tmp_path, VOICE_PROVIDER=provider, TEXT_PROVIDER=provider)

    ran = subprocess.run([sys.executable, "-m", "ivr", "run", "--once"], env=environment, capture_output=True, text=True, timeout=110)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.search(r"SMS to \+91\*+\d{4}: .*08061914343.*http://127\.0\.0\.1:\d+/SANDHI/\w{10}", ran.stdout)
    assert "the link opens https://play.google.com/store/apps/details?id=" in ran.stdout
    assert re.search(r"console +http://127\.0\.0\.1:\d+/ops/", ran.stdout)
    assert "Traceback" not in ran.stdout + ran.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.unmeasured)])
def test_nothing_outlives_an_interrupt(tmp_path: Path, number: signal.Signals) -> None:
    process = subprocess.Popen([sys.executable, "-m", "ivr", "run"], env=_environment(tmp_path), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if "Ctrl-C" in line:
            break
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 6

    process.send_signal(number)
    process.stdout.read()

    assert process.wait(30) == 0
    time.sleep(0.5)
    assert not [child for child in family if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]


def test_an_interrupt_while_everything_starts_is_heeded_at_once(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-m", "ivr", "run"], env=_environment(tmp_path), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while not (tmp_path / "var" / "run.env").exists():
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    shown = process.communicate(timeout=60)[0]

    assert process.returncode == 0
    assert "  stopping\n" in shown
    assert "console" not in shown
    assert "a missed call" not in shown
    assert time.monotonic() - began < 10


def test_production_is_refused_with_a_sentence(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "ivr", "run"],
        env=_environment(tmp_path, ENVIRONMENT="production"),
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert ran.returncode == 2
    assert "Procfile" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PORT": "abc"}, "PORT"),
        ({"SANDBOX_PORT": "99999"}, "SANDBOX_PORT"),
        ({"TEXT_PROVIDER": "vonage"}, "TEXT_PROVIDER"),
        ({"VOICE_PROVIDER": "vonage"}, "VOICE_PROVIDER"),
        ({"REDIS_URL": "foo"}, "REDIS_URL"),
        ({"PLIVO_AUTH_ID": "MA000000000000000000"}, "PLIVO_AUTH_TOKEN"),
        ({"PUBLIC_URL": "https://calls.example"}, "PLIVO_AUTH_ID"),
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "DATABASE_URL"),
    ],
)
def test_what_cannot_run_is_refused_at_once_with_a_sentence(tmp_path: Path, environment: dict[str, str], said: str) -> None:
    given = {**_environment(tmp_path), **environment}

    ran = subprocess.run([sys.executable, "-m", "ivr", "run", "--once"], env=given, capture_output=True, text=True, timeout=60)

    assert ran.returncode == 2
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr + ran.stdout


def test_a_second_run_in_the_same_folder_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    first = kept_keys(tmp_path / "var")
    with alone_in(tmp_path / "var"):
        ran = subprocess.run([sys.executable, "-m", "ivr", "run"], env=_environment(tmp_path), capture_output=True, text=True, timeout=60)

    assert ran.returncode == 2
    assert "another `run` uses" in ran.stderr
    assert kept_keys(tmp_path / "var") == first


def test_keys_that_were_damaged_are_not_made_anew_in_silence(tmp_path: Path) -> None:
    kept_keys(tmp_path / "var")
    (tmp_path / "var" / "keys.env").write_bytes(b"\xff\x00")

    with pytest.raises(ConfigurationError, match=r"keys\.env: lacks DATA_KEY, PHONE_HASH_KEY, SECRET_KEY"):
        kept_keys(tmp_path / "var")
