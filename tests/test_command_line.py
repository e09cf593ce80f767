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
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.__main__ import main
from ivr.model.clock import SystemClock
from ivr.model.events import CallArrived
from ivr.run.development import RUN_FILE, fresh_keys, keep_run
from ivr.settings import ROOT, Settings, load_settings
from ivr.store.database import open_database
from ivr.wiring import build
from tests.store.ward import add_consult

CLINIC = ROOT / "tests" / "clinic" / "callflows"


PROCESSES = ("web", "sandbox", "phone")
"""Commands that stay, or look at the terminal: each has a process of its own."""


@dataclass(frozen=True, slots=True)
class Ran:
    returncode: int
    stdout: str
    stderr: str


class Terminal:
    """`python -m ivr` with settings and a folder of its own. Most of it runs in this process: to start another costs seconds."""

    def __init__(self, folder: Path) -> None:
        self._keys = {**fresh_keys(), "VAR_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'ivr.db'}"}

    def __call__(self, *arguments: str, module: str = "ivr", **environment: str) -> Ran:
        if module != "ivr" or arguments[0] in PROCESSES:
            return self._as_process(module, *arguments, **environment)
        ran = CliRunner().invoke(main, arguments, env={**self._keys, **environment}, prog_name="python -m ivr")
        if ran.exception is not None and not isinstance(ran.exception, SystemExit):
            raise ran.exception
        return Ran(ran.exit_code, ran.stdout, ran.stderr)

    def _as_process(self, module: str, *arguments: str, **environment: str) -> Ran:
        inherited = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
        command = [sys.executable, "-m", module, *arguments]
        ran = subprocess.run(command, env={**inherited, **self._keys, **environment}, capture_output=True, text=True, timeout=60)
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    def settings(self) -> Settings:
        return load_settings(**{name.lower(): value for name, value in self._keys.items()})


@pytest.fixture
def ivr(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def callflows(tmp_path: Path) -> Path:
    """A copy of the shipped folder, to be spoilt."""
    return Path(shutil.copytree(ROOT / "callflows", tmp_path / "callflows"))


def test_migrate_and_add_user(ivr: Terminal) -> None:
    assert ivr("migrate").returncode == 0
    added = ivr("ops", "add-user", "asha", "--password", "three green elephants")
    assert added.returncode == 0, added.stderr
    assert "asha can log in at" in added.stdout
    again = ivr("ops", "add-user", "asha", "--password", "four green elephants", "--role", "admin")
    assert "new password and the role admin" in again.stdout


def test_a_password_too_short_is_refused_with_a_sentence(ivr: Terminal) -> None:
    ivr("migrate")
    refused = ivr("ops", "add-user", "asha", "--password", "short")
    assert refused.returncode == 2
    assert "10" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_adding_a_user_before_migrating_says_what_to_do(ivr: Terminal) -> None:
    refused = ivr("ops", "add-user", "asha", "--password", "three green elephants")
    assert refused.returncode == 2
    assert "python -m ivr migrate" in refused.stderr


def test_check_lists_what_is_missing_and_fails(ivr: Terminal) -> None:
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
def test_what_commands_print(ivr: Terminal, arguments: list[str], shown: str) -> None:
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
def test_what_is_refused_and_why(ivr: Terminal, module: str, arguments: list[str], environment: dict[str, str], said: str) -> None:
    ran = ivr(*arguments, module=module, **environment)
    assert ran.returncode != 0
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(("state", "said"), [("talking", "in its talk"), ("connecting", "being connected"), ("recovering", "broken off")])
def test_who_talks_is_not_yet_served(ivr: Terminal, tmp_path: Path, state: str, said: str) -> None:
    ivr("migrate")
    database = open_database(f"sqlite:///{tmp_path / 'ivr.db'}")
    consult_id = database.write(lambda tx: add_consult(tx, SystemClock().now(), state))
    database.close()

    refused = ivr("consults", "served", consult_id[-8:])
    assert refused.returncode == 2
    assert f"this consult is {said}" in refused.stderr
    assert "say it once the two have hung up" in refused.stderr


def test_phone_and_curl_find_the_installation_that_runs_here(ivr: Terminal, tmp_path: Path) -> None:
    keep_run(tmp_path, {"PUBLIC_URL": "http://127.0.0.1:8600", "SANDBOX_URL": "http://127.0.0.1:9"})

    assert "http://127.0.0.1:8600/voice/plivo" in ivr("curl", "plivo", PORT="8700").stdout
    assert "no sandbox answers at http://127.0.0.1:9;" in ivr("phone", "--line", "08061914344").stderr
    (tmp_path / RUN_FILE).unlink()
    assert "http://127.0.0.1:8700/voice/plivo" in ivr("curl", "plivo", PORT="8700").stdout
    assert "http://127.0.0.1:8000/voice/plivo" in ivr("curl", "plivo").stdout


@pytest.mark.parametrize("line", ["08061914344", "+918061914344", "8061914344"])
def test_curl_takes_a_line_as_one_writes_it(ivr: Terminal, line: str) -> None:
    assert "To=918061914344" in ivr("curl", "plivo", "--line", line, "--caller", "098450 12345").stdout


def test_whoever_reads_only_the_first_lines_sees_no_complaint(ivr: Terminal, tmp_path: Path) -> None:
    complaints = tmp_path / "complaints"
    with complaints.open("w") as stderr:
        told = subprocess.Popen([sys.executable, "-m", "ivr", "texts"], stdout=subprocess.PIPE, stderr=stderr)
        assert told.stdout is not None
        told.stdout.close()
        told.wait(60)

    assert complaints.read_text() == ""


def test_a_second_web_process_on_one_sqlite_file_is_refused(ivr: Terminal, tmp_path: Path) -> None:
    with (tmp_path / "ivr.db.web").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ran = ivr("web")
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    assert "another web process already serves" in ran.stderr


@pytest.mark.parametrize("folder", [[], ["--folder", str(CLINIC)]])
def test_flows_that_are_sound_pass_the_check(ivr: Terminal, folder: list[str]) -> None:
    checked = ivr("flows", "check", *folder)

    assert (checked.returncode, checked.stderr) == (0, "")
    assert "nothing to mend in " in checked.stdout


def test_a_language_that_cannot_be_heard_is_told_by_line_and_provider(ivr: Terminal) -> None:
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


def test_every_fault_of_every_file_is_told_by_its_line(ivr: Terminal, callflows: Path) -> None:
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


def test_a_word_that_nobody_says_is_only_a_warning(ivr: Terminal, callflows: Path) -> None:
    words = callflows / "words" / "en.yaml"
    words.write_text(words.read_text().replace("\nwords:\n", "\nwords:\n  idle: Nobody says this.\n"))

    checked = ivr("flows", "check", "--folder", str(callflows))

    assert checked.returncode == 0, checked.stdout
    assert "(only a warning)" in checked.stdout


def test_the_schema_is_json(ivr: Terminal) -> None:
    assert json.loads(ivr("flows", "schema").stdout)["type"] == "object"


def test_the_sheet_of_recordings_is_csv(ivr: Terminal) -> None:
    rows = list(csv.DictReader(ivr("words", "sheet", "kn").stdout.splitlines()))

    assert {row["file"] for row in rows} >= {"welcome.wav"}
    assert {row["recorded"] for row in rows} == {"no"}


def test_recordings_are_taken_over_or_refused(ivr: Terminal, callflows: Path, tmp_path: Path) -> None:
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


def test_a_recorded_call_is_taken_through_the_flow_of_today(ivr: Terminal, callflows: Path, tmp_path: Path) -> None:
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


def test_a_caller_is_opted_in_again_only_after_opting_out(ivr: Terminal) -> None:
    ivr("migrate")

    assert "had not opted out" in ivr("phone", "opt-in", "9845012345").stdout
