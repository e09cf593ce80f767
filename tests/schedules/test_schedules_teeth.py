"""The verdict notices: one rule is broken each, and it says so, on one seed of a few."""

from collections.abc import Callable

import pytest

from tests.schedules.house import House
from tests.schedules.rigs import RIGS
from tests.schedules.schedule import Schedule

pytestmark = pytest.mark.unmeasured

_SEEDS = range(1, 30)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("rule", RIGS)
def test_a_broken_rule_is_seen(rule: str, house_of: Callable[..., House]) -> None:
    house = house_of("plivo", RIGS[rule])

    assert any(Schedule(house, seed, only=f"{rule} ").run().faults for seed in _SEEDS)
