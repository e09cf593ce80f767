"""Channels and pace: a provider's budget is never exceeded, whoever asks at once; who is over it waits and loses nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from ivr.pace import Pace
from ivr.settings import load_settings
from ivr.store import channels
from ivr.store.database import Database
from tests.callbacks.scene import Scene
from tests.clock import HandClock


def test_a_budget_is_not_exceeded_by_sixteen_who_ask_at_once(database: Database) -> None:
    def ask(n: int) -> bool:
        return database.write(lambda tx: channels.claim(tx, f"dial {n}", "plivo", "call_back", most=7, now=n))

    with ThreadPoolExecutor(16) as pool:
        granted = list(pool.map(ask, range(64)))

    assert granted.count(True) == 7
    with database.read() as tx:
        assert [(row.provider, row.purpose, row.n) for row in channels.live(tx)] == [("plivo", "call_back", 7)]


def test_a_budget_stays_whole_while_calls_come_and_go(database: Database) -> None:
    def come_and_go(n: int) -> int:
        if not database.write(lambda tx: channels.claim(tx, str(n), "plivo", "call_back", most=3, now=1)):
            return 0
        with database.read() as tx:
            live = sum(row.n for row in channels.live(tx))
        database.write(lambda tx: channels.free(tx, str(n)))
        return int(live)

    with ThreadPoolExecutor(8) as pool:
        assert max(pool.map(come_and_go, range(80))) <= 3
    with database.read() as tx:
        assert channels.live(tx) == []


def test_calls_that_nobody_may_refuse_count_too_once(database: Database) -> None:
    for _ in range(2):
        database.write(lambda tx: channels.note(tx, "inbound", "plivo", "inbound", 5))

    assert not database.write(lambda tx: channels.claim(tx, "dial", "plivo", "call_back", most=1, now=6))
    assert database.write(lambda tx: channels.claim(tx, "dial", "twilio", "call_back", most=1, now=6))


def test_a_channel_that_nobody_freed_is_free_when_no_call_of_ours_lasts_so_long(scene: Scene) -> None:
    scene.database.write(lambda tx: channels.note(tx, "dial", "plivo", "call_back", scene.clock.now()))
    scene.wait(minutes=69)
    assert scene.channels() == 1

    scene.wait(minutes=2)

    assert scene.channels() == 0


def test_a_call_of_somebody_who_rang_us_is_over_when_no_turn_came_for_ten_minutes(scene: Scene) -> None:
    scene.database.write(lambda tx: channels.note(tx, "inbound", "plivo", "inbound", scene.clock.now()))
    scene.wait(minutes=9)
    assert scene.channels() == 1

    scene.wait(minutes=2)
    assert scene.channels() == 0


class TestABudgetOfTwo:
    @pytest.fixture
    def changes(self) -> dict[str, object]:
        return {"plivo_channels": 5, "channels_reserved": 3}

    def test_who_finds_no_channel_is_called_when_one_is_free(self, scene: Scene) -> None:
        for n in range(3):
            scene.gives_missed_call(f"+91984501234{n}")
        scene.wait(seconds=40)
        assert len(scene.far_end.asked) == 2
        assert sorted(row.state for row in scene.all()) == ["planned", "ringing", "ringing"]

        scene.ends()
        scene.wait(seconds=5)

        assert len(scene.far_end.asked) == 3
        assert [row.tries for row in scene.all()].count(1) == 1

    def test_people_who_ring_us_come_first(self, scene: Scene) -> None:
        scene.database.write(lambda tx: [channels.note(tx, str(n), "plivo", "inbound", scene.clock.now()) for n in range(2)])
        scene.gives_missed_call()

        scene.wait(seconds=30)

        assert scene.far_end.asked == []

    def test_eight_workers_at_once_keep_to_it_and_ring_nobody_twice(self, scene: Scene) -> None:
        for n in range(9):
            scene.gives_missed_call(f"+91984501234{n}")
        scene.clock.forward(seconds=10)
        wishes = [wish.id for wish in scene.wishes()] * 3

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(scene.placing.place, wishes))

        assert len(scene.far_end.asked) == 2
        assert len({call.to for call in scene.far_end.asked}) == 2
        assert scene.channels() == 2


def test_eight_workers_and_one_wish_make_one_ring(scene: Scene) -> None:
    for number in ("+919845012340", "+919845012341", "+919845012342"):
        scene.gives_missed_call(number)
        scene.clock.forward(seconds=10)
        [wish] = scene.wishes()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(scene.placing.place, [wish.id] * 16))

    assert len(scene.far_end.asked) == 3


def test_a_caller_who_rings_again_while_the_call_is_claimed_gets_one_call(scene: Scene) -> None:
    for n in range(12):
        number = f"+9198450123{n:02}"
        before = len(scene.far_end.asked)
        scene.gives_missed_call(number)
        scene.clock.forward(seconds=10)
        [wish] = scene.wishes()
        with ThreadPoolExecutor(2) as pool:
            claimed = pool.submit(scene.placing.place, wish.id)
            again = pool.submit(scene.gives_missed_call, number)
            claimed.result()
            again.result()
        scene.wait(seconds=10)
        assert len(scene.far_end.asked) == before + 1
        assert sorted(state for state, _ in scene.story()[-2:]) in (["cancelled", "ringing"], ["dropped", "ringing"])
        scene.talks()


def test_a_reserve_that_leaves_no_channel_is_refused() -> None:
    with pytest.raises(Exception, match="CHANNELS_RESERVED"):
        load_settings(plivo_channels=10, channels_reserved=10)


@pytest.fixture
def pace(redis_url: str) -> Pace:
    return Pace(redis.Redis.from_url(redis_url))


def test_calls_start_no_faster_than_the_provider_allows(pace: Pace, clock: HandClock) -> None:
    now = clock.now()

    assert pace.wait_ms("plivo", 2, now) == 0
    assert [pace.wait_ms("plivo", 2, now + 100) for _ in range(3)] == [400, 900, 1400]
    assert pace.wait_ms("twilio", 1, now + 100) == 0
    assert pace.wait_ms("plivo", 2, now + 500) == 0
    assert pace.wait_ms("plivo", 2, now + 999) > 0
    assert pace.wait_ms("plivo", 2, now + 1_000) == 0


def test_a_crowd_comes_back_one_by_one_and_within_a_minute(pace: Pace, clock: HandClock) -> None:
    waits = [pace.wait_ms("plivo", 2, clock.now()) for _ in range(200)]

    assert waits[:5] == [0, 500, 1000, 1500, 2000]
    assert max(waits) == 60_000


def test_thirty_two_threads_share_one_pace(pace: Pace, clock: HandClock) -> None:
    with ThreadPoolExecutor(32) as pool:
        waits = list(pool.map(lambda _: pace.wait_ms("plivo", 10, clock.now()), range(100)))

    assert waits.count(0) == 1


def test_a_clock_that_was_set_back_does_not_stop_all_calls(pace: Pace, clock: HandClock) -> None:
    pace.wait_ms("plivo", 2, clock.now())

    assert pace.wait_ms("plivo", 2, clock.now() - 3_600_000) == 0


def test_without_redis_a_call_waits(tmp_path: object, clock: HandClock) -> None:
    assert Pace(redis.Redis.from_url(f"unix://{tmp_path}/nobody.sock")).wait_ms("plivo", 2, clock.now()) == 5_000


def test_a_call_out_of_its_pace_is_put_back_and_loses_nothing(scene: Scene, pace: Pace) -> None:
    scene.use(scene.settings, pace)
    for n in range(3):
        scene.gives_missed_call(f"+91984501234{n}")

    scene.wait(seconds=10)
    assert len(scene.far_end.asked) == 1
    scene.wait(seconds=1)

    assert scene.far_end.times == ["12:00:10", "12:00:10", "12:00:11"]
    assert [row.state for row in scene.all()] == ["ringing"] * 3
