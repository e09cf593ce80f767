"""The relay: what is due reaches the queue, no faster than the queue is worked off, and nothing is lost on the way."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from ivr.callbacks.dials import CALL_LOOK, CALL_PLACE
from ivr.settings import Settings
from ivr.store import outbox
from ivr.store.migrate import migrate
from ivr.texts.booking import LOOK, SEND
from ivr.wiring import App, build
from tests.clock import HandClock
from workers.relay import Relay

NOW = HandClock().now()


@pytest.fixture
def app(make_settings: Callable[..., Settings], database_url: str, redis_url: str, clock: HandClock) -> Iterator[App]:
    app = build(make_settings(database_url=database_url, redis_url=redis_url, texts_per_job=20), clock)
    yield app
    app.database.close()


@pytest.fixture
def relay(app: App) -> Relay:
    return Relay(app, ())


def wish(app: App, count: int = 1, kind: str = SEND, due_at: int = NOW) -> None:
    app.database.write(lambda tx: [outbox.add(tx, kind, f"ref {n}", due_at, NOW) for n in range(count)])


def jobs(app: App, queue: str = "texts") -> list[Job]:
    return list(Queue(queue, connection=app.redis, serializer=JSONSerializer).jobs)


def test_texts_go_twenty_to_a_job_and_so_do_looks(app: App, relay: Relay) -> None:
    wish(app, 45)
    wish(app, 2, LOOK)

    assert relay.move() == 47

    assert sorted(len(job.args) for job in jobs(app)) == [2, 5, 20, 20]


def test_a_job_holds_ids_and_nothing_else(app: App, relay: Relay) -> None:
    wish(app)
    relay.move()

    [job] = jobs(app)
    with app.database.read() as tx:
        [row] = outbox.waiting(tx)
    assert list(job.args) == [row.id]
    assert job.id == f"text_send-{row.id}-1"
    assert job.description == "text_send × 1"
    assert job.retries_left == 3
    assert job.result_ttl == 0


def test_calls_have_a_queue_of_their_own(app: App, relay: Relay) -> None:
    wish(app, 3, CALL_PLACE)
    wish(app, 1, CALL_LOOK)

    assert relay.move() == 4

    assert jobs(app) == []
    assert sorted((job.func_name, len(job.args)) for job in jobs(app, "calls")) == [("workers.calls.look", 1), ("workers.calls.place", 3)]


def test_what_is_not_due_waits(app: App, relay: Relay, clock: HandClock) -> None:
    wish(app, due_at=NOW + 5_000)
    assert relay.move() == 0

    clock.forward(seconds=5)
    assert relay.move() == 1


def test_a_backlog_waits_in_the_outbox_not_in_redis(app: App, relay: Relay) -> None:
    wish(app, 1_000)
    for _ in range(10):
        relay.move()

    assert len(jobs(app)) == 20
    with app.database.read() as tx:
        assert sum(1 for row in outbox.waiting(tx) if row.issues == 0) == 600


def test_what_never_reported_back_is_issued_again(app: App, relay: Relay, clock: HandClock) -> None:
    wish(app)
    relay.move()
    clock.forward(seconds=59)
    assert relay.move() == 0

    clock.forward(seconds=1)
    assert relay.move() == 1
    assert [job.id[-1] for job in jobs(app)] == ["1", "2"]


class TestWithoutRedis:
    @pytest.fixture
    def redis_url(self, tmp_path: object) -> str:
        return f"unix://{tmp_path}/nobody.sock"

    def test_wishes_wait_as_they_are(self, app: App, relay: Relay) -> None:
        wish(app)

        assert relay.move() == 0

        with app.database.read() as tx:
            assert [(row.issues, row.due_at) for row in outbox.waiting(tx)] == [(0, NOW)]


def test_a_wish_that_could_not_be_queued_is_put_back(app: App, relay: Relay, valkey_url: str) -> None:
    wish(app)
    app.redis.config_set("maxmemory", "1")
    try:
        relay.move()
    finally:
        app.redis.config_set("maxmemory", "0")

    assert jobs(app) == []
    with app.database.read() as tx:
        [row] = outbox.waiting(tx)
    assert row.due_at == NOW + 1_000


def test_a_running_relay_wakes_for_a_commit_and_stops_when_told(app: App, relay: Relay) -> None:
    stop = Event()
    thread = Thread(target=relay.run, args=(stop,))
    thread.start()
    wish(app)
    queue = Queue("texts", connection=app.redis, serializer=JSONSerializer)
    while not queue.count:
        stop.wait(0.01)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_a_relay_waits_for_a_database_that_is_away(make_settings: Callable[..., Settings], redis_url: str, tmp_path: Path) -> None:
    app = build(make_settings(database_url=f"sqlite:///{tmp_path / 'late.db'}", redis_url=redis_url))
    stop = Event()
    thread = Thread(target=Relay(app, ()).run, args=(stop,))
    thread.start()
    stop.wait(0.2)
    migrate(app.settings.database_url)
    app.database.write(lambda tx: outbox.add(tx, SEND, "a text", 1, 1))

    while not jobs(app):
        stop.wait(0.02)
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    app.database.close()
