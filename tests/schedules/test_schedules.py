"""Patients and doctors by the hundred small clinics: loss, doubling, delay, death, hang-ups at any tick; routing.md 9 holds in each.

A seed that fails is named: `SEED=n pytest tests/schedules -k replays` plays it alone; `make soak ONLY=schedules SEED=n` goes on from it.
"""

import os
from collections import Counter
from collections.abc import Callable

import pytest

from tests.schedules.house import House
from tests.schedules.many import PROVIDERS
from tests.schedules.schedule import Schedule

pytestmark = pytest.mark.unmeasured

_SEEDS, _TOGETHER = 200, 20


@pytest.mark.timeout(300)
@pytest.mark.parametrize("first", range(1, _SEEDS, _TOGETHER))
def test_whatever_happens_on_the_way_the_rules_hold(house_of: Callable[..., House], first: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(first, first + _TOGETHER):
        played = Schedule(house_of(PROVIDERS[seed % 2]), seed).run()
        assert played.faults == [], f"SEED={seed}\n" + "\n".join(played.faults[:10])
        seen += played.seen + played.outcomes()

    least = {"webhooks": 1_000, "talks": 10, "completed": 5, "refunded": 5, "doubled": 10, "late": 5, "lost": 5, "died": 5}
    assert {what: seen[what] for what, times in least.items() if seen[what] < times} == {}, str(dict(seen))


def test_one_seed_replays(house_of: Callable[..., House]) -> None:
    """The seed that `SEED` names; without one, some seed twice: what happens follows from it."""
    seed = int(os.environ.get("SEED") or 77)
    first, second = (Schedule(house_of(PROVIDERS[seed % 2]), seed).run() for _ in range(2))

    assert first.faults == [], f"SEED={seed}\n" + "\n".join(first.faults)
    assert (first.seen, first.outcomes()) == (second.seen, second.outcomes())


@pytest.mark.parametrize("provider", PROVIDERS)
def test_where_nothing_goes_wrong_everybody_has_a_doctor(house_of: Callable[..., House], provider: str) -> None:
    seen: Counter[str] = Counter()
    for seed in (1, 2, 3):
        played = Schedule(house_of(provider), seed, calm=True).run()
        assert played.faults == [], f"SEED={seed}\n" + "\n".join(played.faults)
        seen += played.outcomes()

    assert seen["completed"] == seen["paid"] > 5
