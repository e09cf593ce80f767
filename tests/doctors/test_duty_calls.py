"""The call to a doctor who went on duty: made at once and at night too, and not made any more once nobody waits for its key."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select, update

from ivr.callbacks.plan import DUTY, PLANS, WORD, next_due
from ivr.callbacks.thoughts import Go, SecondThoughts, Stopped, Wait
from ivr.model.values import Phone
from ivr.settings import ROOT, Settings
from ivr.store import consults
from ivr.store.schema import call, call_back
from ivr.wiring import App, build
from tests.clock import HandClock
from tests.doctors.duty_scene import DOCTOR, Day
from tests.store.ward import add_consult

pytestmark = pytest.mark.halved


@pytest.fixture
def changes() -> dict[str, object]:
    """Override for other settings."""
    return {}


@pytest.fixture
def day(make_settings: Callable[..., Settings], database_url: str, clock: HandClock, changes: dict[str, object]) -> Iterator[Day]:
    app = build(make_settings(database_url=database_url, callflows_dir=ROOT / "callflows", **changes), clock)
    yield Day(app, clock)
    app.database.close()


def thought(day: Day, reason: str = DUTY) -> Stopped | Wait | Go:
    """What becomes of the call just now."""
    app: App = day.app
    thoughts = SecondThoughts(app.vault, app.lines, app.call_backs.capabilities, app.settings, app.book.flows)
    with app.database.read() as tx:
        rows = tx.rows(select(call_back).where(call_back.c.reason == reason))
        return thoughts.on(tx, rows[-1], day.clock.now())


def test_it_is_made_at_once(day: Day) -> None:
    day.has_shift().missed_call()

    assert thought(day) == Go("plivo", Phone(DOCTOR))


def test_it_is_made_at_night_for_they_asked_for_it_just_now(day: Day) -> None:
    day.clock.forward(minutes=11 * 60)
    day.has_shift(10, 24).missed_call()

    assert isinstance(thought(day), Go)


def test_two_calls_are_made_a_minute_apart_and_no_third(day: Day) -> None:
    now = day.clock.now()

    assert next_due(DUTY, 1, now, now) == now + 60_000
    assert next_due(DUTY, 2, now, now) is None
    assert PLANS[DUTY].at_night


@pytest.mark.parametrize("meanwhile", ["confirms", "goes_off"])
def test_it_is_not_made_any_more_when_nobody_waits_for_its_key(day: Day, meanwhile: str) -> None:
    day.has_shift().missed_call()
    getattr(day, meanwhile)()

    assert isinstance(found := thought(day), Stopped)
    assert found.why == "not_wanted"


def test_it_is_not_made_late(day: Day) -> None:
    day.has_shift().missed_call()
    day.clock.forward(minutes=11)

    assert isinstance(found := thought(day), Stopped)
    assert found.why == "too_late"


def test_the_call_for_a_word_is_made_while_it_is_awaited_and_no_longer(day: Day) -> None:
    consult_id = day.app.database.write(lambda tx: add_consult(tx, day.clock.now(), "wrap_up"))
    day.app.database.write(lambda tx: consults.change(tx, consult_id, doctor_id=day.doctor_id))
    day.by_key(day.duty.call_for_word)
    assert PLANS[WORD].at_night
    assert thought(day, WORD) == Go("plivo", Phone(DOCTOR))

    day.app.database.write(lambda tx: consults.change(tx, consult_id, state="completed"))
    assert isinstance(found := thought(day, WORD), Stopped)
    assert found.why == "not_wanted"


def test_who_rings_us_is_called_after_that(day: Day) -> None:
    day.has_shift().missed_call(line=Phone("+918061914346"))
    day.goes_on()
    assert isinstance(thought(day), Wait)

    day.clock.forward(seconds=20)
    ended = update(call).where(call.c.flow == "doctor_day").values(ended_at=day.clock.now())
    day.app.database.write(lambda tx: tx.run(ended))
    assert isinstance(thought(day), Go)


class TestWithCallingSwitchedOff:
    @pytest.fixture
    def changes(self) -> dict[str, object]:
        return {"environment": "production"}

    def test_nobody_is_called_and_the_doctor_is_told_how_it_stands(self, day: Day) -> None:
        day.has_shift().missed_call()

        assert isinstance(found := thought(day), Stopped)
        assert found.why == "switched_off"
        day.clock.forward(minutes=5)
        day.settle()
        assert day.texts() == ["duty_unproven"]
