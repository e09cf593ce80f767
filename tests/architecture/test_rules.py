"""Rules of the code that no linter has: one clock, one id, no vendor words outside, no names that say nothing."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ivr.run import everything
from workers import jobs

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [*sorted((ROOT / "ivr").rglob("*.py")), *sorted((ROOT / "workers").rglob("*.py"))]


def offenders(pattern: str, *allowed: str) -> list[str]:
    found = []
    for path in SOURCES:
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(allowed) and (hit := re.search(pattern, path.read_text())):
            found.append(f"{name}: {hit[0]}")
    return found


def test_the_time_comes_from_the_clock() -> None:
    asks = r"datetime\.(now|utcnow|today)\(|\btime\.(time|time_ns)\(|func\.now\(|CURRENT_TIMESTAMP"
    assert offenders(asks, "ivr/model/clock.py") == []


def test_ids_come_from_one_function() -> None:
    assert offenders(r"\buuid4?\b\(|\buuid\.", "ivr/sandbox/") == []


def test_vendors_words_stay_with_their_provider() -> None:
    assert offenders(r"\bCallSid\b|\bMessageSid\b|\bCallUUID\b|\bTwiML\b", "ivr/providers/", "ivr/sandbox/") == []


def test_no_module_is_named_after_nothing() -> None:
    assert [path.name for path in SOURCES if path.stem in {"utils", "helpers", "common", "manager", "base", "misc"}] == []


def test_every_queue_has_its_worker_in_production_and_beside_run() -> None:
    started = re.findall(r"^(\w+): python -m workers (\w+)$", (ROOT / "Procfile").read_text(), re.MULTILINE)

    assert {queue for _, queue in started} == {"relay", *jobs.QUEUES}
    assert set(everything.QUEUES) == set(jobs.QUEUES)


def test_modules_stay_short() -> None:
    assert {path.name: lines for path in SOURCES if (lines := len(path.read_text().splitlines())) > 260} == {}


@pytest.mark.parametrize("module", ["wsgi", "ivr.web.app"])
def test_a_web_process_carries_no_sdk_no_orm_and_no_migrations(module: str) -> None:
    code = f"import sys\ntry:\n    import {module}\nexcept Exception: pass\nprint(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True).stdout.split()

    assert "ivr.web.voice" in loaded
    assert not {"plivo", "twilio", "alembic", "sqlalchemy.orm"} & set(loaded)
