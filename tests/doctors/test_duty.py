"""Duty: by missed call and by key, confirmed on the doctor's own phone, and told by text whenever it changes; on both databases."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from ivr.model.ids import new_id
from ivr.model.replies import Reject
from ivr.settings import ROOT, Settings
from ivr.store import consults, outbox, presence
from ivr.store.schema import call_back, consult, opt_out
from ivr.store.tx import Tx
from ivr.texts.asking import Trigger
from ivr.wiring import build
from tests.clock import HandClock
from tests.doctors.duty_scene import DAY_LINE, STRANGER, Day
from tests.store.ward import add_consult, add_offer, add_ring

pytestmark = pytest.mark.halved


@pytest.fixture
def day(make_settings: Callable[..., Settings], database_url: str, clock: HandClock) -> Iterator[Day]:
    app = build(make_settings(database_url=database_url, callflows_dir=Path(ROOT / "callflows")), clock)
    yield Day(app, clock)
    app.database.close()


def test_a_missed_call_means_on_duty_until_the_shift_ends_once_key_1_was_pressed(day: Day) -> None:
    assert isinstance(day.has_shift().missed_call(), Reject)

    assert (day.here.intent, day.here.on_until, day.here.proven_at) == ("on", day.at(8), None)
    assert day.calls_to_confirm() == 1
    assert not day.can_be_claimed()
    assert day.texts() == []

    day.confirms()
    assert day.can_be_claimed()
    assert day.texts() == ["duty_on"]
    assert "until 8:00 pm" in day.bodies()[0]
    assert DAY_LINE.e164[-10:] in day.bodies()[0]


def test_key_1_in_a_call_that_they_placed_proves_nothing(day: Day) -> None:
    day.has_shift().missed_call()

    day.by_key(lambda tx, trigger: day.duty.prove(tx, trigger, None))

    assert not day.can_be_claimed()


def test_without_a_shift_it_lasts_until_the_clinic_closes_and_the_text_says_so(day: Day) -> None:
    day.is_on_duty()

    assert day.here.on_until == day.at(2)
    assert day.texts() == ["duty_unplanned"]
    assert "No shift of yours is planned now" in day.bodies()[0]
    assert "until 2:00 pm" in day.bodies()[0]


def test_a_shift_that_begins_before_it_is_confirmed_moves_the_end_to_where_the_text_says(day: Day) -> None:
    day.has_shift(starts_h=13)
    day.clock.forward(minutes=59)
    day.missed_call()
    assert day.here.on_until == day.at(2)

    day.clock.forward(minutes=2)
    day.confirms()

    assert day.here.on_until == day.at(8)
    assert "until 8:00 pm" in day.bodies()[0]


def test_a_key_is_answered_with_the_end_that_it_brings_about(day: Day) -> None:
    day.has_shift(starts_h=13).is_on_duty()
    assert day.here.on_until == day.at(2)
    day.clock.forward(minutes=70)

    with day.app.database.read() as tx:
        said = day.duty.standing(tx, day.trigger().caller_id, day.clock.now())
    day.goes_on()

    assert (said.until, said.end) == (day.at(2), day.at(8))
    assert day.here.on_until == day.at(8)
    assert "until 8:00 pm" in day.bodies()[-1]


def test_a_pause_that_ends_in_a_shift_leaves_the_end_where_it_was_and_says_so(day: Day) -> None:
    day.has_shift(starts_h=13).is_on_duty()
    day.clock.forward(minutes=50)
    day.pauses().wait(minutes=31)

    assert day.here.on_until == day.at(2)
    assert "until 2:00 pm" in day.bodies()[-1]


def test_outside_of_hours_and_shifts_it_lasts_an_hour(day: Day) -> None:
    day.clock.forward(minutes=8 * 60)

    day.missed_call()

    assert day.here.on_until == day.clock.now() + 60 * 60_000


def test_a_missed_call_of_a_stranger_comes_to_nothing(day: Day) -> None:
    assert isinstance(day.missed_call(STRANGER), Reject)
    assert isinstance(day.missed_call(STRANGER), Reject)
    assert isinstance(day.missed_call("anonymous"), Reject)

    assert (day.texts(), day.calls_to_confirm(), day.here.intent) == ([], 0, "off")


def test_a_second_missed_call_changes_nothing_and_asks_for_no_second_call(day: Day) -> None:
    day.has_shift().missed_call()
    day.clock.forward(minutes=2)
    day.missed_call()
    assert day.calls_to_confirm() == 1

    day.confirms()
    before = day.here
    day.clock.forward(minutes=2)
    day.missed_call()

    after = day.here
    assert (after.intent, after.on_until, after.proven_at) == (before.intent, before.on_until, before.proven_at)
    assert day.texts() == ["duty_on"]
    assert day.calls_to_confirm() == 1


def test_within_a_minute_a_missed_call_does_not_undo_what_was_pressed_since(day: Day) -> None:
    day.has_shift().missed_call()
    day.clock.forward(seconds=30)
    day.goes_off()

    day.missed_call()
    assert day.here.intent == "off"

    day.clock.forward(seconds=31)
    day.missed_call()
    assert day.here.intent == "on"


def test_a_missed_call_that_is_told_late_is_overtaken_by_a_key(day: Day) -> None:
    day.has_shift().is_on_duty()
    day.clock.forward(minutes=10)
    day.goes_off()

    day.missed_call(told_late_ms=5 * 60_000)

    assert day.here.intent == "off"


def test_the_windows_and_limits_of_callers_do_not_hold_for_doctors(day: Day) -> None:
    day.has_shift()
    for _ in range(3):
        day.clock.forward(minutes=2)
        day.is_on_duty()
        day.clock.forward(minutes=2)
        day.goes_off()
        day.no_more_calls()

    assert day.texts() == ["duty_on", "duty_off"] * 3
    assert day.calls_to_confirm() == 3


def test_missed_calls_with_a_forged_number_ring_a_doctor_three_times_a_day_at_most(day: Day) -> None:
    day.has_shift()
    for _ in range(5):
        day.clock.forward(minutes=5)
        day.missed_call()
        day.no_more_calls()

    assert day.calls_to_confirm() == 3
    assert day.texts() == ["duty_by_key"] * 2
    assert "ring 08061914346 and press 1" in day.bodies()[0]

    day.goes_on().confirms()
    assert day.calls_to_confirm() == 4
    assert day.can_be_claimed()


def test_keys_ring_a_doctor_eight_times_a_day_at_most(day: Day) -> None:
    day.has_shift()
    for _ in range(12):
        day.clock.forward(minutes=5)
        day.goes_on().no_more_calls()

    assert day.calls_to_confirm() == 8


def test_at_night_a_missed_call_rings_nobody_who_has_no_shift_then(day: Day) -> None:
    day.has_shift(10, 20).clock.forward(minutes=10 * 60)

    assert isinstance(day.missed_call(), Reject)

    assert (day.calls_to_confirm(), day.here.intent, day.texts()) == (0, "off", ["duty_by_key"])
    day.goes_on()
    assert day.calls_to_confirm() == 1
    day.confirms()
    assert day.can_be_claimed()


def test_at_night_a_missed_call_rings_who_has_a_shift_then(day: Day) -> None:
    day.has_shift(20, 24).clock.forward(minutes=10 * 60)

    day.missed_call()

    assert (day.calls_to_confirm(), day.texts()) == (1, [])


def test_who_does_not_press_1_is_told_how_and_may_try_again(day: Day) -> None:
    day.has_shift().missed_call()

    day.wait(minutes=3.5)
    assert day.texts() == []
    day.wait(minutes=1)
    assert day.texts() == ["duty_unproven"]
    assert "missed call to 08061914345" in day.bodies()[0]
    assert not day.can_be_claimed()

    day.no_more_calls()
    day.is_on_duty()
    assert day.can_be_claimed()
    assert day.texts() == ["duty_unproven", "duty_on"]


def test_the_shift_ends_by_itself_and_the_doctor_is_told(day: Day) -> None:
    day.has_shift(ends_h=13).is_on_duty()

    day.clock.forward(minutes=59)
    day.settle()
    assert day.here.intent == "on"
    day.wait(minutes=2)

    assert (day.here.intent, day.here.on_until, day.here.proven_at, day.here.duty_id) == ("off", None, None, None)
    assert day.texts() == ["duty_on", "duty_off"]
    assert "To go on duty, give a missed call to 08061914345" in day.bodies()[1]


def test_a_clock_of_an_earlier_duty_ends_nothing(day: Day) -> None:
    day.has_shift(ends_h=13).is_on_duty()
    earlier = day.here.duty_id
    day.clock.forward(minutes=2)
    day.pauses()

    day.app.connections.duty_clock.ring(earlier)

    assert day.here.intent == "pause"


def test_a_pause_of_half_an_hour_ends_by_itself(day: Day) -> None:
    day.has_shift().is_on_duty().pauses()
    assert not day.can_be_claimed()
    assert "until 12:30 pm" in day.bodies()[-1]

    day.clock.forward(minutes=29)
    day.settle()
    assert day.here.intent == "pause"
    day.wait(minutes=2)

    assert day.can_be_claimed()
    assert day.texts() == ["duty_on", "duty_paused", "duty_on"]


def test_a_pause_ends_by_a_key_at_once_and_by_a_missed_call_once_key_1_was_pressed(day: Day) -> None:
    day.has_shift().is_on_duty().no_more_calls()
    day.pauses().clock.forward(minutes=2)
    day.missed_call()
    assert (day.here.intent, day.here.proven_at, day.calls_to_confirm()) == ("on", None, 2)
    assert not day.can_be_claimed()
    day.confirms()
    assert day.can_be_claimed()

    day.pauses().goes_on()
    assert day.can_be_claimed()
    assert day.texts() == ["duty_on", "duty_paused", "duty_on", "duty_paused", "duty_on"]


def test_a_missed_call_that_may_ring_nobody_any_more_leaves_a_pause_as_it_is(day: Day) -> None:
    day.has_shift().is_on_duty()
    for _ in range(2):
        day.no_more_calls()
        day.pauses().clock.forward(minutes=2)
        day.is_on_duty()
    day.no_more_calls()
    day.pauses().clock.forward(minutes=2)

    day.missed_call()

    assert (day.here.intent, day.here.proven_at is None, day.texts()[-1]) == ("pause", False, "duty_by_key")


def test_a_pause_does_not_outlast_the_duty(day: Day) -> None:
    day.has_shift(ends_h=13).is_on_duty()
    day.clock.forward(minutes=45)

    day.pauses().wait(minutes=16)

    assert day.here.intent == "off"
    assert day.texts() == ["duty_on", "duty_paused", "duty_off"]


def test_nobody_pauses_who_is_off_duty(day: Day) -> None:
    day.pauses()

    assert (day.here.intent, day.texts()) == ("off", [])


def test_one_more_and_then_off(day: Day) -> None:
    day.has_shift().is_on_duty().takes_one_more()
    assert day.texts() == ["duty_on", "duty_one_more"]
    claim = day.is_claimed()

    released = day.app.database.write(lambda tx: presence.release(tx, day.doctor_id, claim.fence, day.clock.now(), accepted=True))
    assert released == presence.Released(went_off=True)
    day.by_key(lambda tx, trigger: day.duty.went_off(tx, day.doctor_id, trigger.call_id, trigger.at))

    assert day.here.intent == "off"
    assert day.texts() == ["duty_on", "duty_one_more", "duty_off"]
    day.clock.forward(minutes=9 * 60)
    day.settle()
    assert day.texts() == ["duty_on", "duty_one_more", "duty_off"]


def test_one_more_from_off_duty_is_confirmed_as_any_duty_is(day: Day) -> None:
    day.has_shift().takes_one_more()
    assert day.calls_to_confirm() == 1
    assert not day.can_be_claimed()

    day.confirms()

    assert day.here.intent == "one_more"
    assert day.can_be_claimed()
    assert day.texts() == ["duty_one_more"]


def test_a_missed_call_leaves_one_more_as_it_is(day: Day) -> None:
    day.has_shift().is_on_duty().takes_one_more()
    day.clock.forward(minutes=2)

    day.missed_call()

    assert day.here.intent == "one_more"


@pytest.mark.parametrize("change", ["goes_off", "pauses"])
def test_who_goes_off_while_they_are_rung_stays_claimed_until_the_offer_is_taken_back(day: Day, change: str) -> None:
    taken_back: list[str] = []
    day.has_shift().is_on_duty().is_claimed()
    object.__setattr__(day.app.connections.duty_clock, "rescind", lambda tx, offer_id, at: taken_back.append(offer_id))

    getattr(day, change)()
    assert (day.here.state, taken_back) == ("reserved", [])
    day.settle()

    assert (day.here.state, taken_back) == ("reserved", ["an offer"])


def test_who_goes_off_while_they_talk_talks_on(day: Day) -> None:
    claim = day.has_shift().is_on_duty().is_claimed()
    now = day.clock.now()
    day.app.database.write(lambda tx: presence.take(tx, day.doctor_id, claim.fence, now + 60_000))

    day.goes_off().settle()

    assert (day.here.state, day.here.intent) == ("talking", "off")
    with day.app.database.read() as tx:
        assert not outbox.waits(tx, "duty_rescind")


def test_a_doctor_who_missed_too_many_rings_is_told_of_the_pause_and_a_key_ends_it(day: Day) -> None:
    claim = day.has_shift().is_on_duty().is_claimed()
    until = day.clock.now() + 5 * 60_000
    day.app.database.write(lambda tx: presence.release(tx, day.doctor_id, claim.fence, day.clock.now(), free_at=until, rest="paused"))
    day.by_key(lambda tx, trigger: day.duty.paused_by_system(tx, day.doctor_id, trigger.call_id, trigger.at))
    assert day.texts() == ["duty_on", "duty_paused"]
    assert not day.can_be_claimed()

    day.goes_on()

    assert day.can_be_claimed()
    assert day.texts() == ["duty_on", "duty_paused", "duty_on"]
    day.by_key(lambda tx, trigger: day.duty.paused_by_system(tx, day.doctor_id, trigger.call_id, trigger.at))
    assert len(day.texts()) == 3


def test_a_missed_call_ends_a_pause_of_the_systems_once_key_1_was_pressed(day: Day) -> None:
    claim = day.has_shift().is_on_duty().is_claimed()
    until = day.clock.now() + 5 * 60_000
    day.app.database.write(lambda tx: presence.release(tx, day.doctor_id, claim.fence, day.clock.now(), free_at=until, rest="paused"))
    day.no_more_calls()
    day.clock.forward(minutes=2)

    day.missed_call()
    assert not day.can_be_claimed()
    assert day.calls_to_confirm() == 2
    day.confirms()
    assert day.can_be_claimed()


def test_a_doctor_who_may_not_be_rung_does_not_come_on_duty(day: Day) -> None:
    day.loses_verification()

    day.has_shift().missed_call()
    day.goes_on()

    assert (day.here.intent, day.calls_to_confirm(), day.texts()) == ("off", 0, [])


def test_duty_is_told_to_who_has_opted_out_as_well_for_they_are_staff(day: Day) -> None:
    trigger = day.has_shift().trigger()
    row = {"caller_id": trigger.caller_id, "source": "call x", "at": day.noon}
    day.app.database.write(lambda tx: tx.run(opt_out.insert(), **row))

    day.is_on_duty()

    assert day.texts() == ["duty_on"]


def test_nobody_is_flooded_with_texts(day: Day) -> None:
    day.has_shift().is_on_duty()
    for _ in range(25):
        day.pauses()

    assert day.texts().count("duty_paused") == 20
    assert day.texts().count("duty_paused: daily_limit") == 5


@pytest.mark.parametrize("which", ["done", "needs_visit", "emergency", "not_suitable"])
def test_what_came_of_the_last_consult_is_handed_on_once_it_is_awaited(day: Day, which: str) -> None:
    told: list[tuple[str, str, str]] = []
    object.__setattr__(day.duty, "disposed", lambda tx, *given: told.append(given[:3]))
    say: Callable[[Tx, Trigger], object] = lambda tx, trigger: day.duty.dispose(tx, trigger, which, "a dial of ours")  # noqa: E731

    day.by_key(say).by_key(say, STRANGER)
    assert told == []

    consult_id = day.app.database.write(lambda tx: _talked(tx, day))
    day.by_key(say, STRANGER)
    assert told == []
    day.by_key(say)
    assert told == [(consult_id, day.doctor_id, which)]


@pytest.mark.parametrize(
    ("which", "kept"), [("done", "done"), ("needs_visit", None), ("emergency", None), ("not_suitable", None)], ids=lambda value: str(value)
)
def test_in_a_call_that_they_placed_only_done_counts_for_a_number_can_be_forged(day: Day, which: str, kept: str | None) -> None:
    consult_id = day.app.database.write(lambda tx: _talked(tx, day))

    day.by_key(lambda tx, trigger: day.duty.dispose(tx, trigger, which, None))

    assert _disposition(day, consult_id) == kept


def test_a_word_is_about_the_consult_that_waits_for_it_whatever_was_offered_since(day: Day) -> None:
    """They have taken the next patient before they say what became of the last one."""
    waits, begun = day.app.database.write(lambda tx: (_talked(tx, day), _talks(tx, day)))

    day.by_key(lambda tx, trigger: day.duty.dispose(tx, trigger, "needs_visit", "a dial of ours"))

    assert (_disposition(day, waits), _disposition(day, begun)) == ("needs_visit", None)


def test_nobody_says_what_came_of_another_doctors_consult(day: Day) -> None:
    consult_id = day.app.database.write(lambda tx: _talked(tx, day))

    day.app.database.write(lambda tx: day.app.connections.connecting.disposed(tx, consult_id, "another", "needs_visit", day.noon))

    assert _disposition(day, consult_id) is None


def test_who_has_something_else_to_say_of_a_consult_is_called_for_it_once(day: Day) -> None:
    day.by_key(day.duty.call_for_word)
    assert day.calls_for_word() == []

    day.app.database.write(lambda tx: _talked(tx, day))
    day.by_key(day.duty.call_for_word, STRANGER)
    day.by_key(day.duty.call_for_word).by_key(day.duty.call_for_word)

    [row] = day.calls_for_word()
    assert (row.flow, row.line, row.state) == ("doctor_word", DAY_LINE.e164, "planned")
    assert day.calls_to_confirm() == 0


def test_bookings_are_those_with_this_doctor_the_next_first(day: Day) -> None:
    def book(tx: Tx) -> None:
        for hours, prefers in ((3, day.doctor_id), (1, day.doctor_id), (2, "somebody else")):
            consult_id = add_consult(tx, day.noon, "callback_booked")
            tx.run(update(consult).where(consult.c.id == consult_id).values(prefers=prefers, slot_at=day.at(hours)))

    day.app.database.write(book)
    trigger = day.trigger()

    with day.app.database.read() as tx:
        standing = day.duty.standing(tx, trigger.caller_id, day.clock.now())
    assert standing.booked == (day.at(1), day.at(3))


def test_how_it_stands(day: Day) -> None:
    def now() -> tuple[str, bool, bool, int]:
        trigger = day.trigger()
        with day.app.database.read() as tx:
            here = day.duty.standing(tx, trigger.caller_id, trigger.at)
        return here.intent, here.confirmed, here.paused, here.until

    day.has_shift()
    assert now() == ("off", False, False, day.at(8))
    day.missed_call()
    assert now() == ("on", False, False, day.at(8))
    day.confirms()
    assert now() == ("on", True, False, day.at(8))
    day.pauses()
    assert now() == ("pause", True, True, day.at(8))
    day.goes_off()
    assert now() == ("off", False, False, day.at(8))
    stranger = day.trigger(STRANGER)
    with day.app.database.read() as tx:
        assert day.duty.standing(tx, stranger.caller_id, stranger.at) is None


def test_the_call_that_confirms_is_made_for_the_missed_call_by_the_line_that_was_rung(day: Day) -> None:
    day.has_shift().missed_call()

    with day.app.database.read() as tx:
        [row] = tx.rows(select(call_back))
    assert (row.flow, row.line, row.reason, row.state) == ("duty_hello", "+918061914345", "duty", "planned")
    assert row.trigger_call_id is not None


def _talked(tx: Tx, day: Day, state: str = "wrap_up") -> str:
    consult_id = add_consult(tx, day.clock.now(), state)
    tx.run(update(consult).where(consult.c.id == consult_id).values(doctor_id=day.doctor_id))
    return consult_id


def _talks(tx: Tx, day: Day) -> str:
    """With the next patient, by a newer offer; the consult."""
    now, consult_id, offer_id = day.clock.now(), _talked(tx, day, "talking"), new_id(day.clock.now())
    presence.change(tx, day.doctor_id, intent="on", on_until=day.at(3), proven_at=now)
    claim = presence.claim(tx, [day.doctor_id], offer_id, now + 45_000, now, 0)
    assert claim is not None
    add_offer(tx, offer_id, consult_id, claim, add_ring(tx, consult_id, now), now, now + 45_000, state="accepted")
    return consult_id


def _disposition(day: Day, consult_id: str) -> str | None:
    with day.app.database.read() as tx:
        row = consults.get(tx, consult_id)
    assert row is not None
    return row.disposition  # type: ignore[no-any-return]
