"""Pages in trouble: two relays at once, keys that are gone, numbers that cannot be reached, calls that our own providers refuse."""

from pathlib import Path

import pytest
from sqlalchemy import select, text

from ivr.alarms.lifecycle import PageState
from ivr.alarms.plan import MINUTE_MS
from ivr.alarms.sources import queue_age
from ivr.alarms.taking import take
from ivr.model.errors import DatabaseAway
from ivr.model.ids import new_id
from ivr.store import alarms, outbox, pages
from ivr.store.migrate import MIGRATIONS, engine_for
from ivr.store.schema import alarm, call_back
from ivr.store.schema import text as text_table
from ivr.store.tx import Row
from ivr.texts.booking import SEND
from ivr.wiring import App, build
from tests.alarms.conftest import ANITA
from tests.clock import HandClock

LANDLINE, FOREIGN = "+918026543210", "+14155550123"


def sound(app: App, kind: str, key: str = "somewhere") -> None:
    app.database.write(lambda tx: alarms.sound(tx, kind, key, "what to do", app.clock.now()))


def told(app: App) -> list[Row]:
    with app.database.read() as tx:
        return sorted(pages.shown(tx))


def planned(app: App) -> list[tuple[str, str | None]]:
    with app.database.read() as tx:
        return [(row.state, row.why) for row in tx.rows(select(call_back).order_by(call_back.c.id))]


def texted(app: App) -> list[str]:
    with app.database.read() as tx:
        return [row.body for row in tx.rows(select(text_table).order_by(text_table.c.id))]


def sounded(app: App) -> set[str]:
    with app.database.read() as tx:
        return {row.kind for row in tx.rows(select(alarm))}


def sweep(app: App, clock: HandClock, minutes: float = 0) -> None:
    for _ in range(max(1, int(minutes * 6))):
        clock.forward(minutes=minutes and 1 / 6)
        app.paging.sweep()


def test_relays_that_sweep_at_once_raise_one_page(app: App, clock: HandClock) -> None:
    sound(app, "account")
    beside = build(app.settings, clock)

    for each in (app, beside, app, beside):
        each.paging.sweep()
    beside.database.close()

    [page] = told(app)
    assert (page.state, page.steps) == ("texted", 1)
    assert len(texted(app)) == 1


def test_the_sms_has_the_reference_and_says_what_it_is_about(app: App) -> None:
    sound(app, "dlt", "plivo/app_link/en")
    app.paging.sweep()

    [page], [body] = told(app), texted(app)
    assert page.reference in body
    assert "Texts are refused by the DLT check" in body
    assert "plivo" not in body


def test_nothing_is_written_while_nothing_is_due(app: App, clock: HandClock) -> None:
    sound(app, "account")
    app.paging.sweep()
    before = told(app)

    sweep(app, clock, minutes=0.5)

    assert told(app) == before


def test_taking_a_page_calls_off_the_call_that_was_planned(app: App, clock: HandClock) -> None:
    sound(app, "account")
    sweep(app, clock, minutes=1.2)
    assert planned(app) == [("planned", None)]

    [page] = told(app)
    assert app.database.write(lambda tx: take(tx, page.id, "1", clock.now()))

    assert planned(app) == [("cancelled", "taken")]
    with app.database.read() as tx:
        assert [row.kind for row in outbox.waiting(tx)] == [SEND]


def test_a_call_that_nobody_makes_does_not_hold_up_the_rounds(app: App, clock: HandClock) -> None:
    """The worker `calls` is gone: each call is called off in its turn, and in the end the console says it."""
    sound(app, "account")
    sweep(app, clock, minutes=40)

    page, about_the_queue = told(app)
    assert (page.state, about_the_queue.kind) == (PageState.UNTAKEN, "queue_age")
    with app.database.read() as tx:
        made = pages.calls(tx, page.id)
    assert [(row.state, row.why) for row in made] == [("cancelled", "too_slow")] * 6
    assert "untaken" in sounded(app)


class TestALandline:
    @pytest.fixture
    def oncall(self) -> tuple[str, ...]:
        return (LANDLINE,)

    def test_gets_no_sms_and_is_called_at_once(self, app: App, clock: HandClock) -> None:
        sound(app, "account")
        sweep(app, clock, minutes=0.5)

        assert texted(app) == []
        assert planned(app) == [("planned", None)]


class TestANumberThatNobodyCanCall:
    @pytest.fixture
    def oncall(self) -> tuple[str, ...]:
        return (FOREIGN, ANITA)

    def test_is_passed_over(self, app: App, clock: HandClock) -> None:
        sound(app, "account")
        sweep(app, clock, minutes=0.5)

        assert planned(app) == [("planned", None)]
        [page] = told(app)
        assert page.steps == 3


@pytest.mark.parametrize(
    ("due_ago_s", "issues", "says"), [(30, 0, None), (150, 0, "could not be queued"), (0, 2, None), (0, 3, "no worker reported back")]
)
def test_workers_that_stand_still_are_an_alarm(app: App, clock: HandClock, due_ago_s: int, issues: int, says: str | None) -> None:
    now = clock.now()

    def wish(tx: object) -> None:
        outbox.add(tx, SEND, "a text", now - due_ago_s * 1000, now)  # type: ignore[arg-type]
        for _ in range(issues):
            outbox.issue(tx, [SEND], now=now, again_at=now, most=1)  # type: ignore[arg-type]

    app.database.write(wish)
    app.paging.sweep()

    with app.database.read() as tx:
        [*found] = [row for row in alarms.latest(tx) if row.kind == "queue_age"]
    assert [says in row.detail for row in found if says] == ([True] if says else [])
    assert len(found) == bool(says)


def test_it_is_said_every_ten_minutes_and_not_every_second(app: App, clock: HandClock) -> None:
    now = clock.now()
    app.database.write(lambda tx: outbox.add(tx, SEND, "a text", now - 10 * MINUTE_MS, now))

    for _ in range(30):
        app.paging.sweep()
        clock.forward(seconds=1)

    with app.database.read() as tx:
        [row] = [row for row in alarms.latest(tx) if row.kind == "queue_age"]
        assert row.times == 1
        assert queue_age(tx, clock.now() + 10 * MINUTE_MS) is not None


def test_what_was_there_before_the_migration_is_there_after_it(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config

    engine = engine_for(f"sqlite:///{tmp_path / 'old.db'}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        call_id, text_id, wish_id = (new_id(n) for n in (1, 2, 3))
        connection.execute(
            text("INSERT INTO call VALUES (:id, 'plivo', 'c', NULL, 'mobile', '', 'text', 1, NULL, NULL, NULL, NULL, NULL, NULL)"),
            {"id": call_id},
        )
        connection.execute(
            text("INSERT INTO text VALUES (:id, :call, NULL, '', 'app_link', 1, 'en', 'b', NULL, 'sent', NULL, 1, 2, NULL, NULL)"),
            {"id": text_id, "call": call_id},
        )
        connection.execute(
            text(
                "INSERT INTO call_back (id, line, flow, reason, trigger_call_id, state, tries, due_at, created_at) "
                "VALUES (:id, '', 'hotline', 'missed_call', :call, 'done', 1, 1, 1)"
            ),
            {"id": wish_id, "call": call_id},
        )
        connection.execute(
            text("INSERT INTO attempt (id, text_id, provider, state, started_at, looks) VALUES ('a', :text, 'plivo', 'accepted', 1, 0)"),
            {"text": text_id},
        )
        connection.commit()
        command.upgrade(config, "head")
        connection.commit()

        assert connection.execute(text("SELECT id, call_id, page_id, body FROM text")).fetchall() == [(text_id, call_id, None, "b")]
        assert connection.execute(text("SELECT id, trigger_call_id, page_id FROM call_back")).fetchall() == [(wish_id, call_id, None)]
        assert connection.execute(text("PRAGMA foreign_key_check")).fetchall() == []
    engine.dispose()


def test_a_text_is_about_a_call_or_about_a_page(app: App) -> None:
    columns = {"id": new_id(1), "state": "asked", "version": 1, "asked_at": 1, "not_after": 2}
    columns |= dict.fromkeys(("line", "template", "language", "body"), "")
    with pytest.raises(Exception, match="ck_text_trigger") as raised:
        app.database.write(lambda tx: tx.run(text_table.insert(), **columns))
    assert not isinstance(raised.value, DatabaseAway)
