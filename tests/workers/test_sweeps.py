"""Sweeps: spooled events are served when the database is back; one that cannot be is set aside, with an alarm."""

from collections.abc import Callable, Iterator

import pytest

from ivr.model.events import CallArrived, CallEnded, CallOutcome, ReportState, TextReceived, TextReported
from ivr.settings import Settings
from ivr.store import alarms, console
from ivr.wiring import App, build
from tests.clock import HandClock
from workers.sweeps import replay_spool

HOTLINE = "+918061914343"
CALLER = "+919845012345"


@pytest.fixture
def app(make_settings: Callable[..., Settings], sqlite_url: str, redis_url: str, clock: HandClock) -> Iterator[App]:
    app = build(make_settings(database_url=sqlite_url, redis_url=redis_url), clock)
    yield app
    app.database.close()


def test_every_kind_of_event_finds_its_use_case(app: App, clock: HandClock) -> None:
    arrived_at = clock.now()
    app.spool.keep(CallArrived("plivo", "call-0001", CALLER, HOTLINE), arrived_at)
    app.spool.keep(CallEnded("plivo", "call-0001", CALLER, HOTLINE, True, CallOutcome.BUSY, 0, "3010"), arrived_at + 1)
    app.spool.keep(TextReceived("plivo", "m-1", CALLER, HOTLINE, "STOP"), arrived_at + 2)
    app.spool.keep(TextReported("plivo", "m-2", ReportState.DELIVERED, ""), arrived_at + 3, "an attempt we do not know")
    app.spool.keep(CallArrived("plivo", "call-0002", CALLER, HOTLINE), arrived_at + 4)
    clock.forward(minutes=3)

    replay_spool(app)

    assert app.spool.waiting() == []
    with app.database.read() as tx:
        after, before = console.latest_calls(tx)
    assert (before.call.arrived_at, before.call.outcome) == (arrived_at, "busy")
    assert [text.text.state for text in before.texts] == ["asked"]
    assert [text.text.reason for text in after.texts] == ["opted_out"]


def test_replaying_what_was_committed_after_all_changes_nothing(app: App, clock: HandClock) -> None:
    event = CallArrived("plivo", "call-0001", CALLER, HOTLINE)
    app.calls.arrive(event, clock.now())
    app.spool.keep(event, clock.now())

    replay_spool(app)

    with app.database.read() as tx:
        [story] = console.latest_calls(tx)
    assert len(story.texts) == 1


def test_a_broken_record_is_set_aside_and_the_rest_is_served(app: App, clock: HandClock) -> None:
    app.spool.keep(CallArrived("plivo", "call-0001", CALLER, HOTLINE), clock.now())
    app.spool.waiting()[0].write_bytes(b"not a record")
    app.spool.keep(CallArrived("plivo", "call-0002", CALLER, HOTLINE), clock.now() + 1)

    replay_spool(app)

    assert app.spool.waiting() == []
    with app.database.read() as tx:
        assert len(console.latest_calls(tx)) == 1
        assert [row.kind for row in alarms.latest(tx)] == ["spool"]
