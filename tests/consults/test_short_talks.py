"""Who hangs up on a doctor short of the talk that is paid for has the money back, once or so; not again and again."""

from functools import partial
from typing import Any

import pytest

from ivr.connecting.ground import note
from ivr.consults.follow_ups import FollowUps
from ivr.consults.lifecycle import ConsultEvent
from ivr.store import doctors
from tests.consults.scene import ASHA, RAVI, Scene

pytestmark = pytest.mark.halved

MINUTE_MS = 60_000


@pytest.fixture
def changes() -> dict[str, object]:
    return {"always_open": True}


def talks(scene: Scene, *, ms: int = 100_000, lost: tuple[str, ...] = ("patient",), event: str = "given_back", **columns: Any) -> None:
    """Asha pays, talks so long, the line breaks at these sides, and then the consult ends so."""
    scene.has_paid()
    consult_id, now = scene.consult().id, scene.clock.now()
    scene.change(consult_id, state="recovering", together_ms=ms, **columns)
    for each in lost:
        scene.app.database.write(partial(note, consult_id=consult_id, name="dropped", at=now, lost=each, together_ms=ms))
    scene.app.database.write(lambda tx: scene.app.consults.bookings.ends(tx, consult_id, ConsultEvent(event), "a reason", now))
    scene.wait(minutes=20)


@pytest.mark.parametrize("event", ["unserved", "given_back"])
def test_from_the_second_time_on_nothing_is_sold_and_an_operator_is_told(scene: Scene, event: str) -> None:
    talks(scene, event=event)
    assert (scene.can_be_sold(), "short_talks" in scene.alarms()) == (True, False)

    talks(scene, event=event)

    assert (scene.can_be_sold(), scene.can_be_sold(RAVI)) == (False, True)
    assert "short_talks" in scene.alarms()
    assert scene.faults() == []


@pytest.mark.parametrize(
    "why",
    [
        {"ms": 29_999},
        {"lost": ("doctor",)},
        {"lost": ("patient", "doctor")},
        {"lost": ()},
        {"disposition": "emergency"},
        {"disposition": "not_suitable"},
        {"ms": 120_000},
    ],
    ids=str,
)
def test_what_was_not_the_patients_doing_counts_for_nobody(scene: Scene, why: dict[str, Any]) -> None:
    for _ in range(2):
        talks(scene, **why)

    assert (scene.can_be_sold(), "short_talks" in scene.alarms()) == (True, False)


def test_after_a_week_it_is_forgotten(scene: Scene) -> None:
    talks(scene)
    talks(scene)
    assert not scene.can_be_sold()

    scene.wait(days=7)

    assert scene.can_be_sold()


def test_a_follow_up_is_not_granted_either(scene: Scene) -> None:
    def offered() -> bool:
        trigger = scene.again(ASHA)
        with scene.app.database.read() as tx:
            return FollowUps(scene.desk).of(tx, trigger.caller_id or "", "self", scene.clock.now()) is not None

    with scene.app.database.read() as tx:
        doctor_id = doctors.every(tx)[0].id
    scene.has_paid()
    scene.change(scene.consult().id, doctor_id=doctor_id)
    served = scene.consult().id
    scene.app.database.write(lambda tx: scene.app.consults.bookings.served(tx, served, scene.clock.now()))
    talks(scene)
    assert offered()

    talks(scene)

    assert not offered()
