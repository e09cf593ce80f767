"""What an operator sees of grievances; and what is counted, looked up and kept off every page."""

import sqlite3
from contextlib import closing
from functools import partial

from sqlalchemy import Select, insert

from ivr.model.ids import new_id
from ivr.store import console_voice
from ivr.store.database import sqlite_path
from ivr.store.schema import grievance
from ivr.store.tx import SQLITE, Tx
from ivr.wiring import App
from tests.clock import HandClock
from tests.web.ops.conftest import Browser
from tests.web.ops.day import HOTLINE, NUMBER
from tests.web.ops.reading import home, page, told, turns
from tests.web.ops.voice.talks import Phones, Talk


def complains(talk: Talk) -> Talk:
    """Outside opening hours or without an operator: a voice note, agreed to."""
    return talk.presses("1").presses("0").presses("1").presses("1").speaks(7)


def _add_grievance(row: dict[str, object], tx: Tx) -> None:
    tx.run(insert(grievance), **row)


class TestGrievances:
    def test_an_open_grievance_waits_on_the_first_page_with_its_due_date(self, operator: Browser, phones: Phones, app: App) -> None:
        call_id = complains(phones.dials()).hangs_up()
        with app.database.read() as tx:
            [owed] = console_voice.open_grievances(tx, 10)

        shown = home(operator)
        assert "1 grievances open" in shown
        assert f"{owed.reference} 7 Dec 12:00:23 in 14 d yes" in shown
        steps = told(page(operator, call_id))
        assert "Voice note kept" in " ".join(steps)
        assert any(step.startswith(f"Grievance {owed.reference} an answer is due by 7 Dec") for step in steps)
        assert f"voice note, 7 s grievance {owed.reference}" in turns(page(operator, call_id))[-1]

    def test_without_a_note_and_late_it_says_so(self, operator: Browser, phones: Phones, clock: HandClock) -> None:
        phones.dials().presses("1").presses("0").presses("2").hangs_up()
        clock.forward(minutes=16 * 24 * 60)
        operator.log_in()

        assert "1 grievances open, 1 overdue" in home(operator)
        assert "1 d late none" in home(operator)

    def test_ten_are_listed_and_the_rest_counted(self, operator: Browser, phones: Phones, app: App, clock: HandClock) -> None:
        call_id = phones.dials().hangs_up()
        for number in range(12):
            row = {"id": new_id(clock.now()), "reference": f"R{number}", "call_id": call_id, "state": "open", "created_at": clock.now()}
            app.database.write(partial(_add_grievance, {**row, "due_at": number}))

        shown = home(operator)
        assert "R9 " in shown
        assert "R10 " not in shown
        assert "and 2 more, due later" in shown

    def test_neither_the_number_nor_the_address_of_the_note_is_on_any_page(self, operator: Browser, phones: Phones, app: App) -> None:
        call_id = complains(phones.dials()).hangs_up()
        asked = phones.gives_missed_call()
        placed = phones.picks_up(phones.we_call()).hangs_up()

        for path in ("/ops/", "/ops/calls", *(f"/ops/calls/{each}" for each in (call_id, asked, placed))):
            html = operator.open(path).text
            assert "98450" not in html
            assert "media.example" not in html
            assert "secret-note" not in html
        assert "98450" not in operator.open("/metrics").text


def test_the_metrics_count_call_backs_channels_and_grievances(operator: Browser, phones: Phones, clock: HandClock) -> None:
    complains(phones.dials("+919845012301"))
    phones.gives_missed_call("+919845012302")
    phones.we_call()
    phones.gives_missed_call("+919845012303")
    phones.gives_missed_call(NUMBER, HOTLINE)

    figures = operator.open("/metrics").text

    for line in (
        'ivr_calls_total{action="menu",provider="plivo"} 1.0',
        'ivr_call_backs{state="planned"} 1.0',
        'ivr_call_backs{state="ringing"} 1.0',
        'ivr_call_backs{state="done"} 0.0',
        'ivr_live_channels{provider="plivo",purpose="inbound"} 1.0',
        'ivr_live_channels{provider="plivo",purpose="call_back"} 1.0',
        "ivr_open_grievances 1.0",
        "ivr_overdue_grievances 0.0",
    ):
        assert line in figures.splitlines(), line
    clock.forward(minutes=16 * 24 * 60)
    assert "ivr_overdue_grievances 1.0" in operator.open("/metrics").text


def test_the_console_finds_everything_by_a_key(sqlite_url: str) -> None:
    """But for what is waiting in the outbox and the open grievances, which are few."""
    with closing(sqlite3.connect(sqlite_path(sqlite_url))) as connection:
        for name, statement in vars(console_voice).items():
            if isinstance(statement, Select) and name != "_PLANNED":
                listed = statement.params(ids=["a", "b"]) if "ids" in statement.compile().params else statement
                sql = str(listed.compile(dialect=SQLITE, compile_kwargs={"render_postcompile": True}))
                plan = [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", ["a"] * sql.count("?"))]
                assert [step for step in plan if step.startswith("SCAN") and "ix_grievance_due_at" not in step] == [], name
