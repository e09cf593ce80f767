"""Jobs of the queue `calls`, wired as in production; only the provider's address leads nowhere."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from ivr.callbacks.dials import CALL_LOOK
from ivr.callbacks.limits import CallBackHistory
from ivr.model.ids import new_id
from ivr.model.values import CallerKind, Phone
from ivr.settings import Settings
from ivr.store import callers, calls, channels, outbox
from ivr.store.schema import call_back, dial
from ivr.store.tx import Tx
from ivr.wiring import App, build
from tests.clock import HandClock
from tests.providers.texting import nobodys_address
from workers import current
from workers.calls import look, place
from workers.sweeps import expire_calls

LINE = Phone("+918061914343")


@pytest.fixture
def app(make_settings: Callable[..., Settings], database_url: str, redis_url: str, clock: HandClock) -> Iterator[App]:
    app = build(make_settings(database_url=database_url, redis_url=redis_url, plivo_api_url=nobodys_address()), clock)
    current.install(app)
    yield app
    app.database.close()


def wishes(app: App) -> list[str]:
    with app.database.read() as tx:
        return [row.id for row in outbox.waiting(tx)]


def gives_missed_call(app: App, number: str) -> None:
    def arrive(tx: Tx) -> None:
        now = app.clock.now()
        caller_id, call_id = callers.ensure(tx, app.vault, Phone(number), now), new_id(now)
        columns = {"provider": "plivo", "provider_call_id": call_id, "caller_id": caller_id, "caller_kind": "mobile", "line": LINE.e164}
        call = calls.addition(id=call_id, **columns, action="call_back", arrived_at=now)
        kind, history = CallerKind.MOBILE, CallBackHistory()
        rows = app.call_backs.wish(
            call_id=call_id, caller_id=caller_id, kind=kind, line=LINE, flow="hotline", delay_s=0, history=history, at=now
        )
        tx.add([call, *rows])

    app.database.write(arrive)


def test_a_provider_that_cannot_be_reached_is_asked_again_later(app: App, clock: HandClock) -> None:
    gives_missed_call(app, "+919845012345")

    place(*wishes(app))

    with app.database.read() as tx:
        assert [row.state for row in tx.rows(select(dial))] == ["try_later"]
        assert [(row.state, row.tries) for row in tx.rows(select(call_back))] == [("planned", 0)]
        [wish] = outbox.waiting(tx)
        assert wish.due_at > clock.now()
        assert channels.live(tx) == []


def test_calls_of_one_job_keep_the_providers_pace(app: App) -> None:
    for n in range(4):
        gives_missed_call(app, f"+91984501234{n}")

    place(*wishes(app))

    with app.database.read() as tx:
        assert len(tx.rows(select(dial))) == 1
        assert len(outbox.waiting(tx)) == 4


def test_a_look_for_what_is_gone_is_done(app: App, clock: HandClock) -> None:
    app.database.write(lambda tx: outbox.add(tx, CALL_LOOK, "no such dial", clock.now(), clock.now()))

    look(*wishes(app))
    look("no such wish")

    assert wishes(app) == []


def test_channels_of_calls_that_cannot_last_so_long_are_swept(app: App, clock: HandClock) -> None:
    app.database.write(lambda tx: channels.note(tx, "inbound", "plivo", "inbound", clock.now()))
    expire_calls(app)
    with app.database.read() as tx:
        assert len(channels.live(tx)) == 1

    clock.forward(minutes=10)
    expire_calls(app)

    with app.database.read() as tx:
        assert channels.live(tx) == []
