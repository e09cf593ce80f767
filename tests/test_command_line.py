"""The command line: sentences and exit codes, never tracebacks."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.run.development import fresh_keys
from ivr.settings import Settings


@pytest.fixture
def ivr(tmp_path: Path):  # type: ignore[no-untyped-def]
    keys = fresh_keys()

    def run(*arguments: str, stdin: str = "", module: str = "ivr", **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
        own = {**inherited, **keys, "VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'ivr.db'}", **environment}
        command = [sys.executable, "-m", module, *arguments]
        return subprocess.run(command, env=own, input=stdin, capture_output=True, text=True, timeout=60)

    return run


def test_migrate_and_add_user(ivr) -> None:  # type: ignore[no-untyped-def]
    assert ivr("migrate").returncode == 0
    added = ivr("ops", "add-user", "asha", "--password", "three green elephants")
    assert added.returncode == 0, added.stderr
    assert "asha can log in at" in added.stdout
    again = ivr("ops", "add-user", "asha", "--password", "four green elephants", "--role", "admin")
    assert "new password and the role admin" in again.stdout


def test_a_password_too_short_is_refused_with_a_sentence(ivr) -> None:  # type: ignore[no-untyped-def]
    ivr("migrate")
    refused = ivr("ops", "add-user", "asha", "--password", "short")
    assert refused.returncode == 2
    assert "10" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_adding_a_user_before_migrating_says_what_to_do(ivr) -> None:  # type: ignore[no-untyped-def]
    refused = ivr("ops", "add-user", "asha", "--password", "three green elephants")
    assert refused.returncode == 2
    assert "python -m ivr migrate" in refused.stderr


def test_check_lists_what_is_missing_and_fails(ivr) -> None:  # type: ignore[no-untyped-def]
    checked = ivr("check")
    assert checked.returncode == 1
    for name in ("PUBLIC_URL", "REDIS_URL", "DLT_ENTITY_ID", "08061914343", "app_link"):
        assert name in checked.stdout


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["fallback", "plivo"], '<Response><Hangup reason="busy"/></Response>'),
        (["fallback", "twilio"], '<Reject reason="busy"/>'),
        (["settings"], "| `PUBLIC_URL` |"),
        (["keys"], "DATA_KEY="),
        (["texts"], "{#urlott#}"),
        (["curl", "plivo"], "X-Plivo-Signature-V3"),
        (["curl", "twilio"], "X-Twilio-Signature"),
        (["--help"], "Missed calls"),
    ],
)
def test_what_commands_print(ivr, arguments: list[str], shown: str) -> None:  # type: ignore[no-untyped-def]
    ran = ivr(*arguments)
    assert ran.returncode == 0, ran.stderr
    assert shown in ran.stdout


@pytest.mark.parametrize(
    ("module", "arguments", "environment", "said"),
    [
        ("ivr", ["fallback", "exotel"], {}, "plivo, twilio"),
        ("ivr", ["sandbox", "--host", "0.0.0.0"], {}, "this machine only"),
        ("ivr", ["sandbox", "--target", "https://clinic.in"], {}, "this machine"),
        ("ivr", ["web"], {"ENVIRONMENT": "production"}, "production refuses to start"),
        ("ivr", ["web"], {"PUBLIC_URL": "nonsense"}, "PUBLIC_URL"),
        ("ivr", ["migrate"], {"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ("workers", ["texts"], {"ENVIRONMENT": "production"}, "production refuses to start"),
        ("workers", ["texts"], {}, "REDIS_URL"),
        ("workers", ["relay"], {"DATA_KEY": "short", "REDIS_URL": "unix:///nowhere"}, "DATA_KEY"),
        ("workers", ["texts"], {"REDIS_URL": "unix:///nowhere"}, "Redis is away"),
        ("workers", ["nothing"], {}, "Invalid value"),
    ],
)
def test_what_is_refused_and_why(ivr, module: str, arguments: list[str], environment: dict[str, str], said: str) -> None:  # type: ignore[no-untyped-def]
    ran = ivr(*arguments, module=module, **environment)
    assert ran.returncode != 0
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_second_web_process_on_one_sqlite_file_is_refused(ivr, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with (tmp_path / "ivr.db.web").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ran = ivr("web")
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    assert "another web process already serves" in ran.stderr
