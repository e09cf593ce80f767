import pytest

from tests.deployed.carnage import carnage


@pytest.mark.timeout(300)
def test_two_hundred_calls_survive_kill_9_of_everything() -> None:
    seen = carnage(calls=200, seconds=25, seed=2026)

    assert seen.clean, seen
    assert seen.taken >= 100
    assert set(seen.kills) >= {"web", "relay", "texts", "valkey"}
