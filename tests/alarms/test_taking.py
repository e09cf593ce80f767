"""An alarm is taken by command; a call about one is kept so that it can be told again."""

import os
import subprocess
import sys
from pathlib import Path

from ivr.menus.keeping import keep_reply, read_reply
from ivr.model.clock import SystemClock
from ivr.model.replies import Redirect, Ring
from ivr.model.values import Phone
from ivr.run.development import fresh_keys
from ivr.settings import ROOT, Settings, load_settings
from ivr.store import alarms, pages
from ivr.store.migrate import migrate
from ivr.wiring import build

LINE, OPERATOR, CALLER = Phone("+918061914344"), Phone("+919900112233"), Phone("+919845012345")


def test_the_command_takes_an_alarm_once(tmp_path: Path) -> None:
    keys = {**fresh_keys(), "VAR_DIR": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path / 'ivr.db'}", "ONCALL_NUMBER": OPERATOR.e164}
    migrate(keys["DATABASE_URL"])
    app = build(load_settings(**{name.lower(): value for name, value in keys.items()}))
    app.database.write(lambda tx: alarms.sound(tx, "account", "plivo", "no credit", SystemClock().now()))
    app.paging.sweep()
    with app.database.read() as tx:
        [page] = pages.shown(tx)
    app.database.close()

    def say(reference: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
        command = [sys.executable, "-m", "ivr", "ops", "take", reference]
        return subprocess.run(command, env={**inherited, **keys}, cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert say(page.reference.lower()).stdout == f"{page.reference} is yours\n"
    assert say(page.reference).stdout == f"{page.reference} was taken before\n"
    unknown = say("AAAA-AAAA")
    assert unknown.returncode == 2
    assert "no alarm is called so" in unknown.stderr


def test_whom_a_call_about_an_alarm_rings_is_looked_up_and_not_kept() -> None:
    ring = Ring("https://clinic.example/next", CALLER, LINE, who="caller")
    kept = keep_reply(ring)

    assert CALLER.e164 not in kept
    assert read_reply(kept, OPERATOR, lambda who: CALLER if who == "caller" else None) == ring
    assert read_reply(kept, OPERATOR, lambda who: None) == Redirect("https://clinic.example/next")


def test_a_reply_that_was_kept_before_there_were_pages_rings_the_operator() -> None:
    kept = '["Ring",[],"https://clinic.example/next","+918061914344",25,3600]'

    assert read_reply(kept, OPERATOR, lambda who: CALLER if who == "caller" else None) == Ring(
        "https://clinic.example/next", OPERATOR, LINE
    )
