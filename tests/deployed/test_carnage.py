import pytest

from tests.deployed.carnage import carnage


@pytest.mark.timeout(300)
def test_hundreds_of_calls_survive_kill_9_of_everything() -> None:
    seen = carnage(calls=300, seconds=40, seed=2026)

    assert seen.clean, seen
    assert seen.taken >= 200, seen
    assert set(seen.kills) >= {"web", "relay", "texts", "valkey"}
