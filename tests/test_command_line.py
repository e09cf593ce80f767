"""The command line: sentences and exit codes, never tracebacks."""

import csv
import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from ivr.model.clock import SystemClock
from ivr.model.events import CallArrived
from ivr.run.development import RUN_FILE, fresh_keys, keep_run
from ivr.settings import ROOT, Settings, load_settings
from ivr.store.database import open_database
from ivr.wiring import build
from tests.store.ward import add_consult

CLINIC = ROOT / "tests" / "clinic" / "callflows"


@pytest.fixture
def ivr(tmp_path: Path):  # type: ignore[no-untyped-def]
    keys = {**fresh_keys(), "VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'ivr.db'}"}

    def run(*arguments: str, stdin: str = "", module: str = "ivr", **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
        own = {**inherited, **keys, **environment}
        command = [sys.executable, "-m", module, *arguments]
        return subprocess.run(command, env=own, input=stdin, capture_output=True, text=True, timeout=60)

    run.settings = lambda: load_settings(**{name.lower(): value for name, value in keys.items()})  # type: ignore[attr-defined]
    return run


@pytest.fixture
def callflows(tmp_path: Path) -> Path:
    """A copy of the shipped folder, to be spoilt."""
    return Path(shutil.copytree(ROOT / "callflows", tmp_path / "callflows"))


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
        (["phone", "--help"], "opt-in"),
        (["flows", "list"], "hotline: "),
        (["flows", "list", "--folder", str(CLINIC)], "no line begins with it"),
        (["flows", "draw", "hotline"], "flowchart TD"),
        (["flows", "draw", "reception", "--folder", str(CLINIC), "--language", "hi"], "flowchart TD"),
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
        ("ivr", ["flows", "check", "--folder", "/nowhere"], {}, "CALLFLOWS_DIR"),
        ("ivr", ["flows", "draw", "hotlin"], {}, "known are: connect, consult, consult_status, doctor_day, doctor_word, duty_hello"),
        ("ivr", ["flows", "replay", "nothing"], {}, "python -m ivr migrate"),
        ("ivr", ["flows", "check"], {"VOICES": "plivo"}, "VOICES"),
        ("ivr", ["words", "sheet", "xx"], {}, "Invalid value"),
        ("ivr", ["words", "import", "/nowhere", "kn"], {}, "no folder"),
        ("ivr", ["phone"], {}, "--line 08061914344"),
        ("ivr", ["phone", "--wait", "--line", "08061914344"], {}, "--line 08061914344"),
        ("ivr", ["phone", "--wait"], {}, "--from"),
        ("ivr", ["phone", "--line", "08061914344", "--keys", "1 x"], {}, "keys are 0 to 9"),
        ("ivr", ["phone", "--line", "08061914344"], {"SANDBOX_URL": "http://127.0.0.1:1"}, "make run"),
        ("ivr", ["phone", "--line", "08061914344"], {"SANDBOX_URL": "https://clinic.in"}, "SANDBOX_URL"),
        ("ivr", ["phone", "--line", "08061914344"], {"SANDBOX_PORT": "9"}, "no sandbox answers at http://127.0.0.1:9"),
        ("ivr", ["phone", "opt-in", "nobody"], {}, "no phone number"),
        ("ivr", ["curl", "plivo", "--target", "x"], {}, "--target: write the product's PUBLIC_URL"),
        ("ivr", ["curl", "plivo", "--line", "x"], {}, "--line: x is no number of lines.yaml: 08061914343, "),
        ("ivr", ["curl", "twilio", "--line", "08061914300"], {}, "is no number of lines.yaml"),
        ("ivr", ["curl", "plivo", "--caller", "hello"], {}, "--caller: is no phone number"),
    ],
)
def test_what_is_refused_and_why(ivr, module: str, arguments: list[str], environment: dict[str, str], said: str) -> None:  # type: ignore[no-untyped-def]
    ran = ivr(*arguments, module=module, **environment)
    assert ran.returncode != 0
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(("state", "said"), [("talking", "in its talk"), ("connecting", "being connected"), ("recovering", "broken off")])
def test_who_talks_is_not_yet_served(ivr, tmp_path: Path, state: str, said: str) -> None:  # type: ignore[no-untyped-def]
    ivr("migrate")
    database = open_database(f"sqlite:///{tmp_path / 'ivr.db'}")
    consult_id = database.write(lambda tx: add_consult(tx, SystemClock().now(), state))
    database.close()

    refused = ivr("consults", "served", consult_id[-8:])
    assert refused.returncode == 2
    assert f"this consult is {said}" in refused.stderr
    assert "say it once the two have hung up" in refused.stderr


def test_phone_and_curl_find_the_installation_that_runs_here(ivr, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    keep_run(tmp_path, {"PUBLIC_URL": "http://127.0.0.1:8600", "SANDBOX_URL": "http://127.0.0.1:9"})

    assert "http://127.0.0.1:8600/voice/plivo" in ivr("curl", "plivo", PORT="8700").stdout
    assert "no sandbox answers at http://127.0.0.1:9;" in ivr("phone", "--line", "08061914344").stderr
    (tmp_path / RUN_FILE).unlink()
    assert "http://127.0.0.1:8700/voice/plivo" in ivr("curl", "plivo", PORT="8700").stdout
    assert "http://127.0.0.1:8000/voice/plivo" in ivr("curl", "plivo").stdout


@pytest.mark.parametrize("line", ["08061914344", "+918061914344", "8061914344"])
def test_curl_takes_a_line_as_one_writes_it(ivr, line: str) -> None:  # type: ignore[no-untyped-def]
    assert "To=918061914344" in ivr("curl", "plivo", "--line", line, "--caller", "098450 12345").stdout


def test_whoever_reads_only_the_first_lines_sees_no_complaint(ivr, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    complaints = tmp_path / "complaints"
    with complaints.open("w") as stderr:
        told = subprocess.Popen([sys.executable, "-m", "ivr", "texts"], stdout=subprocess.PIPE, stderr=stderr)
        assert told.stdout is not None
        told.stdout.close()
        told.wait(60)

    assert complaints.read_text() == ""


def test_a_second_web_process_on_one_sqlite_file_is_refused(ivr, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with (tmp_path / "ivr.db.web").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ran = ivr("web")
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    assert "another web process already serves" in ran.stderr


@pytest.mark.parametrize("folder", [[], ["--folder", str(CLINIC)]])
def test_flows_that_are_sound_pass_the_check(ivr, folder: list[str]) -> None:  # type: ignore[no-untyped-def]
    checked = ivr("flows", "check", *folder)

    assert (checked.returncode, checked.stderr) == (0, "")
    assert "nothing to mend in " in checked.stdout


def test_a_language_that_cannot_be_heard_is_told_by_line_and_provider(ivr) -> None:  # type: ignore[no-untyped-def]
    voices = "plivo/en=Polly.Aditi en-IN,twilio/en=Polly.Aditi en-IN,twilio/hi=Polly.Aditi hi-IN,plivo/hi=Polly.Aditi hi-IN"
    checked = ivr("flows", "check", VOICES=voices)

    assert checked.returncode == 0
    told = [row.partition(":")[0] for row in checked.stdout.splitlines() if "does not offer" in row]
    assert told == [
        f"{line} does not offer kn on {provider}"
        for line in ("08061914344", "08061914346", "08061914348")
        for provider in ("plivo", "twilio")
    ]
    assert "python -m ivr words sheet kn" in checked.stdout


def test_every_fault_of_every_file_is_told_by_its_line(ivr, callflows: Path) -> None:  # type: ignore[no-untyped-def]
    (callflows / "flows" / "more.yaml").write_text("flow: other\nabout: Wrong\nstart: nowhere\nsteps:\n  bye: {hang_up: no_such_word}\n")
    lines = callflows / "lines.yaml"
    lines.write_text(lines.read_text().replace("then: opt out", "then: dance"))

    checked = ivr("flows", "check", "--folder", str(callflows))

    assert checked.returncode == 1
    assert "lines.yaml:" in checked.stdout
    assert "flows/more.yaml:1: " in checked.stdout
    assert "flows/more.yaml:5: " in checked.stdout
    assert checked.stdout.endswith(" to mend\n")
    (callflows / "texts.yaml").write_text("nonsense")
    assert "texts.yaml" in ivr("flows", "check", CALLFLOWS_DIR=str(callflows)).stdout


def test_a_word_that_nobody_says_is_only_a_warning(ivr, callflows: Path) -> None:  # type: ignore[no-untyped-def]
    words = callflows / "words" / "en.yaml"
    words.write_text(words.read_text().replace("\nwords:\n", "\nwords:\n  idle: Nobody says this.\n"))

    checked = ivr("flows", "check", "--folder", str(callflows))

    assert checked.returncode == 0, checked.stdout
    assert "(only a warning)" in checked.stdout


def test_the_schema_is_json(ivr) -> None:  # type: ignore[no-untyped-def]
    assert json.loads(ivr("flows", "schema").stdout)["type"] == "object"


def test_the_sheet_of_recordings_is_csv(ivr) -> None:  # type: ignore[no-untyped-def]
    rows = list(csv.DictReader(ivr("words", "sheet", "kn").stdout.splitlines()))

    assert {row["file"] for row in rows} >= {"welcome.wav"}
    assert {row["recorded"] for row in rows} == {"no"}


def test_recordings_are_taken_over_or_refused(ivr, callflows: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    studio = tmp_path / "studio"
    studio.mkdir()
    with wave.open(str(studio / "welcome.wav"), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"".join(int(9000 * (-1) ** (n // 10)).to_bytes(2, "little", signed=True) for n in range(16_000)))
    (studio / "notes.txt").write_text("ask again")

    refused = ivr("words", "import", str(studio), "kn", CALLFLOWS_DIR=str(callflows))
    assert (refused.returncode, refused.stderr.partition(":")[0]) == (1, "notes.txt")
    assert "nothing taken over" in refused.stdout
    assert ivr("words", "import", str(studio), "kn", "--only-good", CALLFLOWS_DIR=str(callflows)).stdout == "1 taken over\n"
    assert "welcome.wav" in [path.name for path in (callflows / "audio" / "kn").iterdir()]
    (studio / "notes.txt").unlink()
    assert ivr("words", "import", str(studio), "kn", CALLFLOWS_DIR=str(callflows)).returncode == 0
    rows = csv.DictReader(ivr("words", "sheet", "kn", CALLFLOWS_DIR=str(callflows)).stdout.splitlines())
    assert {row["file"]: row["recorded"] for row in rows}["welcome.wav"] == "yes"


def test_a_recorded_call_is_taken_through_the_flow_of_today(ivr, callflows: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    ivr("migrate")
    app = build(ivr.settings())
    app.calls.arrive(CallArrived("plivo", "a-call", "919845012345", "918061914344"), app.clock.now())
    app.database.close()
    [(call_id,)] = sqlite3.connect(tmp_path / "ivr.db").execute("select id from call").fetchall()

    same = ivr("flows", "replay", call_id)
    assert (same.returncode, same.stderr) == (0, "")
    assert "would hear the same" in same.stdout
    words = callflows / "words" / "en.yaml"
    words.write_text(words.read_text().replace("Sandhi Clinic. For", "Another Clinic. For"))
    other = ivr("flows", "replay", call_id, CALLFLOWS_DIR=str(callflows))
    assert other.returncode == 1
    assert "+  Another Clinic. For English" in other.stdout
    assert "no voice menu call" in ivr("flows", "replay", "nothing").stderr


def test_a_caller_is_opted_in_again_only_after_opting_out(ivr) -> None:  # type: ignore[no-untyped-def]
    ivr("migrate")

    assert "had not opted out" in ivr("phone", "opt-in", "9845012345").stdout
