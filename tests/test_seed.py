"""Invented history: it adds up, it is the same each time, and it keeps away from what is real."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from ivr.__main__ import main
from ivr.callbacks.lifecycle import CallBackState, DialState
from ivr.connecting.lifecycle import OfferState
from ivr.consults.lifecycle import OPEN, ConsultState
from ivr.menus.keeping import read_heard, read_place, read_reply
from ivr.model.errors import ConfigurationError
from ivr.model.events import CallArrived
from ivr.payments.audit import audit
from ivr.run.development import fresh_keys
from ivr.run.everything import plan
from ivr.seeding.amounts import DAY_MS, Amounts, Days
from ivr.seeding.seed import Seeded, seed
from ivr.settings import Settings
from ivr.store import seeding as store
from ivr.store.database import sqlite_path
from ivr.store.tx import Tx
from ivr.texts.lifecycle import TextState
from ivr.web.ops.words_consults import WHYS
from ivr.wiring import App, build
from tests.clock import HandClock

SANDBOX = {"plivo_api_url": "http://127.0.0.1:1", "twilio_api_url": "http://127.0.0.1:1"}
STATES = {"text": TextState, "consult": ConsultState, "offer": OfferState, "call_back": CallBackState, "dial": DialState}


@pytest.fixture
def app(make_settings: Callable[..., Settings], database_url: str, clock: HandClock) -> App:
    return build(make_settings(database_url=database_url, **SANDBOX), clock)


def _seed(app: App, clock: HandClock, number: int = 1, *, force: bool = False) -> Seeded:
    return seed(app, Amounts(300, 360, 50, 10, number, clock.now()), lambda line: None, force=force)


def _ask(tx: Tx, sql: str) -> list[tuple[object, ...]]:
    tx._cursor.execute(sql)
    return [tuple(row) for row in tx._cursor.fetchall()]


def test_the_books_of_an_invented_month_are_right_and_no_consult_stands_still(app: App, clock: HandClock) -> None:
    counts = _seed(app, clock).counts
    assert (counts["call"] - 300) in range(4)
    assert (counts["text"], counts["consult"]) == (360, 50)
    with app.database.read() as tx:
        found = audit(tx)
    assert found.faults == []
    assert found.payments == counts["payment"] > 10


def test_every_state_that_was_invented_is_one_of_its_life_cycle(app: App, clock: HandClock) -> None:
    _seed(app, clock)
    with app.database.read() as tx:
        for table, states in STATES.items():
            found = {row[0] for row in _ask(tx, f"SELECT DISTINCT state FROM {table}")}
            assert found <= set(states), table
        assert {row[0] for row in _ask(tx, "SELECT state FROM consult")} >= set(OPEN)


def test_why_an_invented_consult_ended_has_its_words(app: App, clock: HandClock) -> None:
    _seed(app, clock)
    with app.database.read() as tx:
        whys = {row[0] for table in ("consult", "payment") for row in _ask(tx, f"SELECT DISTINCT why FROM {table} WHERE why IS NOT NULL")}
    assert whys <= set(WHYS)
    assert "no doctor in time" in whys


def test_invented_conversations_can_be_read_as_real_ones(app: App, clock: HandClock) -> None:
    _seed(app, clock)
    with app.database.read() as tx:
        turns = _ask(tx, "SELECT call_id, heard, place, reply FROM turn")
        assert len(turns) > 200
        for call_id, heard, place, reply in turns:
            read_heard(str(heard))
            read_place(str(place))
            read_reply(str(reply), None)
            assert not re.search(r"/turn/0{26}/", str(reply))
            assert "/turn/" not in str(reply) or str(call_id) in str(reply)
        calls = _ask(tx, "SELECT id FROM call WHERE ended_at IS NULL")
        assert len(calls) >= 12


def test_a_doctor_is_taken_by_the_offer_that_says_so(app: App, clock: HandClock) -> None:
    _seed(app, clock)
    with app.database.read() as tx:
        taken = _ask(tx, "SELECT presence.doctor_id, offer.doctor_id, offer.fence - presence.fence, offer.state FROM presence "
                         "JOIN offer ON offer.id = presence.offer_id")  # fmt: skip
        live = _ask(tx, "SELECT id FROM offer WHERE state IN ('ringing', 'answered', 'accepted')")
    assert len(taken) == len(live) > 1
    assert all(one == other and fence == 0 for one, other, fence, _ in taken)


def test_the_same_seed_invents_the_same_and_another_something_else(
    make_settings: Callable[..., Settings], sqlite_url: str, tmp_path: Path, clock: HandClock
) -> None:
    empty, stories = sqlite_path(sqlite_url), []
    for name, number in (("a", 1), ("b", 1), ("c", 2)):
        shutil.copy(empty, tmp_path / name)
        app = build(make_settings(database_url=f"sqlite:///{tmp_path / name}", **SANDBOX), clock)
        _seed(app, clock, number)
        with app.database.read() as tx:
            stories.append([_ask(tx, f"SELECT * FROM {table} ORDER BY 1") for table in ("text", "attempt", "payment", "link", "quote")])
    assert stories[0] == stories[1] != stories[2]


@pytest.mark.halved
def test_it_is_not_mixed_with_real_calls_unless_told_so_and_never_done_twice(app: App, clock: HandClock) -> None:
    app.calls.arrive(CallArrived("plivo", "real", "+919845012345", "08061914343"), clock.now())
    with pytest.raises(ConfigurationError, match="this database holds calls"):
        _seed(app, clock)
    first = _seed(app, clock, force=True)
    with pytest.raises(ConfigurationError, match="is in this database already; name another"):
        _seed(app, clock, force=True)
    clock.forward(minutes=5)
    second = _seed(app, clock, 2, force=True)
    assert second.counts["call"] > first.counts["call"] + 290
    with app.database.read() as tx:
        assert audit(tx).faults == []
        assert store.holds_calls(tx)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"environment": "production", "public_url": "https://calls.example"}, "no place in production"),
        (dict.fromkeys(SANDBOX, ""), "sample doctors are loaded beside the sandbox only"),
    ],
)
def test_where_people_could_be_called_nothing_is_invented(
    make_settings: Callable[..., Settings], sqlite_url: str, clock: HandClock, changes: dict[str, str], words: str
) -> None:
    given = {**({} if "environment" in changes else SANDBOX), **changes}
    app = build(make_settings(database_url=sqlite_url, **given), clock)
    with pytest.raises(ConfigurationError, match=words):
        _seed(app, clock)
    with app.database.read() as tx:
        assert not store.holds_calls(tx)


def test_callers_come_by_day_and_not_on_the_days_to_come(clock: HandClock) -> None:
    amounts = Amounts(5000, 0, 0, 7, 1, clock.now())
    moments = Days(amounts, Random(1)).moments(5000)
    assert moments == sorted(moments)
    assert amounts.begin - DAY_MS < moments[0] < moments[-1] < amounts.now
    hours = [(at + 19_800_000) // 3_600_000 % 24 for at in moments]
    assert sum(9 <= hour < 20 for hour in hours) > 10 * sum(hour < 6 for hour in hours)


def test_the_command_says_what_there_is_now(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {**{name.lower(): value for name, value in fresh_keys().items()}, **SANDBOX, "database_url": sqlite_url}
    for name, value in {**wanted, "plivo_auth_id": "MA0", "plivo_auth_token": "t", "dlt_entity_id": "1101000000000000001"}.items():
        monkeypatch.setenv(name.upper(), value)
    done = CliRunner().invoke(main, ["seed", "--calls", "150", "--texts", "160", "--consults", "30", "--days", "5"])
    assert done.exit_code == 0, done.output
    assert re.search(r"^text\s+160$", done.output, re.MULTILINE)
    assert "rows in" in done.output


def test_where_run_has_never_been_it_begins_a_folder_that_run_takes_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "busy"))
    done = CliRunner().invoke(main, ["seed", "--calls", "120", "--texts", "130", "--consults", "12", "--days", "5"])
    assert done.exit_code == 0, done.output
    taken_over = plan({"VAR_DIR": str(tmp_path / "busy")}, tmp_path).settings()
    assert build(taken_over).settings.database_url == f"sqlite:///{tmp_path / 'busy' / 'ivr.db'}"
    with build(taken_over).database.read() as tx:
        assert store.counts(tx)["call"] >= 120
