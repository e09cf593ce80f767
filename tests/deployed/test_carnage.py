import pytest

from tests.deployed.carnage import carnage
from tests.deployed.killer import VICTIMS

pytestmark = pytest.mark.unmeasured


@pytest.mark.timeout(300)
def test_hundreds_of_calls_survive_kill_9_of_everything() -> None:
    """Missed calls, call backs and voice menus at once, the whole retry plan included."""
    seen = carnage(texts=90, call_backs=14, walks=20, seconds=9, seed=2026)

    assert seen.clean, str(seen)
    assert set(seen.kills) == set(VICTIMS)
    much = {"taken": 60, "texts": 40, "rings": 10, "picked up": 3, "turns": 20}
    assert {what: seen.done[what] for what, least in much.items() if seen.done[what] < least} == {}, str(seen)
