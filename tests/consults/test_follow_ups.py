"""Follow-ups: the same doctor once more for nothing, within the days; and a first price for each patient of a caller."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, update

from ivr.consults.desk import Screened
from ivr.consults.follow_ups import FollowUps
from ivr.consults.lifecycle import TAKING_A_PLACE, ConsultEvent
from ivr.model.ids import new_id
from ivr.store import connecting, presence, shifts
from ivr.store import consults as store
from ivr.store.schema import consult, doctor, payment
from ivr.store.tx import Row, Tx
from ivr.texts.asking import Trigger
from tests.consults.scene import ASHA, FIRST, LATER, RAVI, Scene
from tests.store.ward import add_doctor

pytestmark = pytest.mark.halved

DAY_MS, HOUR_MS, MINUTE_MS = 86_400_000, 3_600_000, 60_000
AGE = {"age": "42"}
SHIFT_FROM, SHIFT_UNTIL = 10 * 60, 13 * 60  # in India; the clock of these tests begins on a Sunday


@pytest.fixture
def changes() -> dict[str, object]:
    return {"always_open": True}


class Clinic:
    """A scene with one doctor, who sees their own patients again."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.desk = scene.app.consults.desk
        self.follow_ups = FollowUps(self.desk)
        self.doctor_id: str = self.writes(lambda tx: add_doctor(tx, 7, self.now))
        self.doctor(follow_ups=1, name="Anil Rao")

    @property
    def now(self) -> int:
        return self.scene.clock.now()

    def writes(self, work: Any) -> Any:
        return self.scene.app.database.write(work)

    def doctor(self, **columns: object) -> None:
        if columns:
            self.writes(lambda tx: tx.run(update(doctor).where(doctor.c.id == self.doctor_id).values(**columns)))

    def duty(self, **columns: object) -> None:
        self.writes(lambda tx: presence.change(tx, self.doctor_id, **columns))

    def works(self, *weekdays: int) -> None:
        self.writes(lambda tx: shifts.replace_rules(tx, self.doctor_id, [(day, SHIFT_FROM, SHIFT_UNTIL) for day in weekdays], self.now))

    def has_talked(self, number: str = ASHA, days_ago: float = 3) -> str:
        """With that doctor, paid for, so many days before now; the consult's id."""
        self.duty(intent="on", on_until=self.now + HOUR_MS, proven_at=self.now)
        self.scene.has_paid(number)
        consult_id = str(self.scene.consult().id)
        self.scene.change(consult_id, doctor_id=self.doctor_id)
        assert self.writes(lambda tx: self.scene.app.consults.bookings.served(tx, consult_id, self.now))
        self.scene.wait(days=days_ago)
        return consult_id

    def is_screened(self, number: str = ASHA, patient: str = "self") -> Trigger:
        trigger = self.scene.again(number)

        def screened(tx: Tx) -> None:
            self.desk.screened(tx, trigger, Screened("clear", patient, "triage.v1", {}))
            self.desk.open(tx, trigger)

        self.writes(screened)
        return trigger

    def asks(self, number: str = ASHA, patient: str = "self") -> bool:
        """For a doctor now."""
        trigger = self.is_screened(number, patient)
        return bool(self.writes(lambda tx: self.follow_ups.quote(tx, trigger, AGE)))

    def books(self, slot_at: int) -> bool:
        trigger = self.is_screened()
        return bool(self.writes(lambda tx: self.follow_ups.book(tx, trigger, AGE, slot_at)))

    def begins(self, result: str = "clear") -> bool:
        """Called at the time that was booked, and screened again."""
        trigger = self.scene.rings(result=result)
        return bool(self.writes(lambda tx: self.follow_ups.begin(tx, trigger)))

    def sought(self) -> int:
        """How many consults a doctor is looked for now."""
        with self.scene.app.database.read() as tx:
            return len(connecting.seeking(tx, self.now))

    def gives_up(self) -> bool:
        trigger = self.scene.again()
        return bool(self.writes(lambda tx: self.follow_ups.cancel(tx, trigger)))

    def served(self) -> bool:
        return bool(self.writes(lambda tx: self.scene.app.consults.bookings.served(tx, self.scene.consult().id, self.now)))

    def ends(self, event: ConsultEvent) -> bool:
        return bool(self.writes(lambda tx: self.scene.app.consults.bookings.ends(tx, self.scene.consult().id, event, "a reason", self.now)))

    def offered(self, number: str = ASHA, patient: str = "self") -> Row | None:
        caller_id = self.scene.again(number).caller_id or ""
        with self.scene.app.database.read() as tx:
            return self.follow_ups.of(tx, caller_id, patient, self.now)

    def there(self) -> tuple[bool, int | None]:
        """Whether the doctor is on duty, and when they can be had next."""
        earlier = self.offered()
        assert earlier is not None
        with self.scene.app.database.read() as tx:
            return self.follow_ups.on_duty(tx, earlier, self.now), self.follow_ups.slot(tx, earlier, self.now)


@pytest.fixture
def clinic(scene: Scene) -> Clinic:
    return Clinic(scene)


# Who has one.


def test_who_talked_with_a_doctor_may_do_so_again_for_nothing(clinic: Clinic) -> None:
    earlier_id = clinic.has_talked()
    offered = clinic.offered()
    assert offered is not None
    assert (offered.id, offered.doctor_id, offered.doctor_name) == (earlier_id, clinic.doctor_id, "Anil Rao")
    before = clinic.scene.texts()
    assert clinic.asks()
    here = clinic.scene.consult()
    assert (here.state, here.follow_up_of, here.prefers, here.slot_at) == ("paid", earlier_id, clinic.doctor_id, None)
    assert (here.age, here.pain_place, here.speciality) == (42, "back", "orthopedics")
    assert clinic.scene.quotes() == [(FIRST, "used"), (0, "used")]
    assert (len(clinic.scene.payments()), clinic.scene.texts(), clinic.scene.faults()) == (1, before, [])


def test_a_follow_up_that_was_had_is_used_up_and_cannot_be_followed_itself(clinic: Clinic) -> None:
    clinic.has_talked()
    clinic.asks()
    clinic.scene.change(clinic.scene.consult().id, doctor_id=clinic.doctor_id)
    assert clinic.served()
    assert not clinic.served()
    here = clinic.scene.consult()
    assert (here.state, here.clock_id, clinic.scene.payments(), clinic.scene.faults()) == ("completed", None, [("earned", None)], [])
    assert clinic.offered() is None
    assert not clinic.asks()
    assert clinic.scene.consult().state == "triaged"  # it may be paid for


@pytest.mark.parametrize(
    ("changed", "days_ago"),
    [
        ({"follow_ups": 0}, 3),
        ({"routable": 0}, 3),
        ({"valid_until": 1}, 3),
        ({}, 7.1),
    ],
    ids=["the doctor does not agree to it", "is not rung any more", "is no longer registered", "it is too long ago"],
)
def test_there_is_none(clinic: Clinic, changed: dict[str, object], days_ago: float) -> None:
    clinic.has_talked(days_ago=days_ago)
    clinic.doctor(**changed)
    assert clinic.offered() is None
    assert not clinic.asks()
    assert clinic.scene.quotes() == [(FIRST, "used")]


def test_it_is_that_patients_and_nobody_elses(clinic: Clinic) -> None:
    clinic.has_talked()
    assert clinic.offered(patient="other") is None
    assert clinic.offered(RAVI) is None
    assert not clinic.asks(patient="other")
    assert clinic.offered() is not None


def test_a_consult_whose_money_went_back_is_followed_by_none(clinic: Clinic) -> None:
    clinic.scene.has_paid()
    clinic.scene.change(clinic.scene.consult().id, doctor_id=clinic.doctor_id)
    clinic.ends(ConsultEvent.GIVEN_BACK)
    clinic.scene.wait(hours=1)
    assert (clinic.scene.consult().state, clinic.offered()) == ("refunded", None)


def test_a_clinic_that_names_no_days_has_none(clinic: Clinic) -> None:
    clinic.has_talked()
    clinic.follow_ups = FollowUps(replace(clinic.desk, prices=replace(clinic.desk.prices, follow_up_days={})))
    assert clinic.offered() is None


def test_the_newest_consult_that_can_be_is_followed(clinic: Clinic) -> None:
    clinic.has_talked(days_ago=1)
    newest = clinic.has_talked(days_ago=1)
    offered = clinic.offered()
    assert offered is not None
    assert offered.id == newest


# How it ends otherwise.


def test_where_no_doctor_comes_in_time_a_text_says_so_no_money_moves_and_it_can_be_asked_for_again(clinic: Clinic) -> None:
    clinic.has_talked()
    clinic.asks()
    clinic.scene.wait(minutes=29)
    assert clinic.scene.consult().state == "paid"
    clinic.scene.wait(minutes=2)
    here, texts = clinic.scene.consult(), clinic.scene.texts()
    assert (here.state, here.why, here.clock_id) == ("cancelled", "no doctor in time", None)
    assert (texts["follow_up_missed"], texts["refund"]) == (1, 0)
    assert (clinic.scene.payments(), clinic.scene.quotes()[-1], clinic.scene.faults()) == ([("earned", None)], (0, "void"), [])
    assert clinic.scene.asked("refund.create") == 0
    assert clinic.asks()


def test_an_emergency_after_all_ends_it_and_leaves_it_unused(clinic: Clinic) -> None:
    clinic.has_talked()
    clinic.asks()
    clinic.scene.rings(result="red")
    texts = clinic.scene.texts()
    assert (clinic.scene.consult().state, texts["emergency"], texts["follow_up_missed"], texts["refund"]) == ("emergency", 1, 0, 0)
    assert clinic.offered() is not None


def test_who_gives_it_up_is_told_nothing_by_text_and_may_have_it_later(clinic: Clinic) -> None:
    clinic.has_talked()
    clinic.asks()
    assert clinic.gives_up()
    assert not clinic.gives_up()
    assert (clinic.scene.consult().state, clinic.scene.texts()["follow_up_missed"]) == ("cancelled", 0)
    assert clinic.asks()


@pytest.mark.parametrize("event", [ConsultEvent.FREE_UNSERVED, ConsultEvent.FREE_RED])
def test_what_was_paid_for_never_ends_as_what_was_not(clinic: Clinic, event: ConsultEvent) -> None:
    clinic.scene.has_paid()
    assert not clinic.ends(event)
    assert not clinic.gives_up()
    assert (clinic.scene.consult().state, clinic.scene.payments()) == ("paid", [("held", None)])


@pytest.mark.parametrize("state", ["offering", "connecting", "talking", "recovering", "callback_booked"])
def test_given_back_in_whatever_state_it_comes_to_nothing_and_no_money_goes_anywhere(clinic: Clinic, state: str) -> None:
    clinic.has_talked()
    clinic.asks()
    clinic.scene.change(clinic.scene.consult().id, state=state)
    assert clinic.ends(ConsultEvent.GIVEN_BACK)
    assert (clinic.scene.consult().state, clinic.scene.payments(), clinic.scene.faults()) == ("cancelled", [("earned", None)], [])


def test_one_that_talks_is_not_unserved(clinic: Clinic) -> None:
    clinic.has_talked()
    clinic.asks()
    clinic.scene.change(clinic.scene.consult().id, state="talking")
    assert not clinic.ends(ConsultEvent.UNSERVED)
    assert clinic.scene.consult().state == "talking"


def test_of_two_calls_of_one_caller_one_has_it(clinic: Clinic) -> None:
    clinic.has_talked()
    one, other = clinic.is_screened(), clinic.scene.again()
    assert [clinic.writes(lambda tx, each=each: clinic.follow_ups.quote(tx, each, AGE)) for each in (one, other)] == [True, False]
    assert clinic.scene.quotes()[1:] == [(0, "used")]


def test_nobody_has_it_on_a_screen_that_counts_no_more(clinic: Clinic) -> None:
    clinic.has_talked()
    trigger = clinic.is_screened()
    late = replace(trigger, at=trigger.at + 31 * MINUTE_MS)
    assert not clinic.writes(lambda tx: clinic.follow_ups.quote(tx, late, AGE))
    assert clinic.scene.consult().state == "triaged"


def test_the_audit_finds_money_in_a_consult_that_costs_nothing(clinic: Clinic) -> None:
    earlier_id = clinic.has_talked()
    clinic.asks()
    [earned] = clinic.scene.all(payment)
    planted = {**earned._asdict(), "id": new_id(clinic.now), "gateway_payment_id": "pay_2", "consult_id": clinic.scene.consult().id}
    clinic.writes(lambda tx: tx.run(insert(payment), **planted))
    assert any("costs nothing, and keeps a payment" in fault for fault in clinic.scene.faults())
    assert earlier_id


# When.


@pytest.mark.parametrize(
    ("columns", "there"),
    [
        ({}, True),
        ({"intent": "one_more"}, True),
        ({"intent": "pause"}, False),
        ({"intent": "off", "on_until": None, "proven_at": None}, False),
        ({"proven_at": None}, False),
        ({"on_until": 1}, False),
    ],
    ids=["on", "one more", "pause", "off", "a missed call that may be forged", "their time is over"],
)
def test_a_doctor_is_there_who_is_on_duty_and_has_proven_it(clinic: Clinic, columns: dict[str, object], there: bool) -> None:
    clinic.has_talked()
    clinic.duty(**{"intent": "on", "on_until": clinic.now + HOUR_MS, "proven_at": clinic.now, **columns})
    assert clinic.there()[0] is there


def test_a_doctor_who_is_not_there_can_be_had_shortly_after_their_next_shift_begins_within_two_days(clinic: Clinic) -> None:
    clinic.has_talked(days_ago=1)  # it is Monday
    assert clinic.there() == (False, None)
    clinic.works(3)
    assert clinic.there() == (False, None)
    clinic.works(1)
    found = clinic.there()[1]
    assert found is not None
    assert 0 < found - clinic.now <= 2 * DAY_MS
    assert (found // MINUTE_MS + 330) % (24 * 60) == SHIFT_FROM + 5


def test_a_day_off_is_no_day_to_be_called(clinic: Clinic) -> None:
    clinic.has_talked(days_ago=1)
    clinic.works(1)
    tuesday = {"day": "2026-11-24", "kind": "off", "starts": 0, "ends": 1440}
    clinic.writes(lambda tx: shifts.add_change(tx, clinic.doctor_id, **tuesday, now=clinic.now))
    assert clinic.there() == (False, None)


def test_a_booked_follow_up_keeps_its_time_and_is_promised_from_then_on(clinic: Clinic) -> None:
    earlier_id = clinic.has_talked()
    slot_at = clinic.now + 26 * HOUR_MS
    assert clinic.books(slot_at)
    here = clinic.scene.consult()
    assert (here.state, here.slot_at, here.follow_up_of, here.prefers) == ("callback_booked", slot_at, earlier_id, clinic.doctor_id)
    assert clinic.scene.texts()["follow_up_booked"] == 1
    clinic.scene.wait(hours=25, minutes=59)
    assert (clinic.scene.consult().state, clinic.scene.calls_of_the_paid(), clinic.scene.faults()) == ("callback_booked", 0, [])
    clinic.scene.wait(minutes=1)
    assert (clinic.scene.calls_of_the_paid(), clinic.sought()) == (1, 0)  # the patient is called; no doctor's phone rings before the screen
    clinic.scene.wait(minutes=29)
    assert clinic.scene.consult().state == "callback_booked"
    clinic.scene.wait(minutes=2)
    assert (clinic.scene.consult().state, clinic.scene.texts()["follow_up_missed"]) == ("cancelled", 1)


def test_a_booked_follow_up_begins_when_its_patient_was_screened_again(clinic: Clinic) -> None:
    clinic.has_talked()
    clinic.books(clinic.now + 26 * HOUR_MS)
    assert not clinic.begins()  # it is not time yet
    clinic.scene.wait(hours=26, minutes=2)
    before = clinic.scene.consult().triage_id
    assert clinic.begins()
    here = clinic.scene.consult()
    assert (here.state, here.screened_at, here.slot_at, clinic.sought()) == ("paid", clinic.now, None, 1)
    assert here.triage_id != before
    assert not clinic.begins()


def test_a_booked_follow_up_begins_on_no_screen_but_one_that_is_clear(clinic: Clinic) -> None:
    clinic.has_talked()
    clinic.books(clinic.now + 26 * HOUR_MS)
    clinic.scene.wait(hours=26, minutes=2)
    assert not clinic.begins("unclear")
    assert clinic.scene.consult().state == "callback_booked"
    assert not clinic.begins("red")
    assert clinic.scene.consult().state == "emergency"
    assert clinic.offered() is not None


def test_what_was_paid_for_does_not_begin_as_a_follow_up(clinic: Clinic) -> None:
    clinic.scene.has_paid()
    clinic.scene.change(clinic.scene.consult().id, state="callback_booked", slot_at=clinic.now)
    assert not clinic.begins()
    assert clinic.sought() == 1


def test_a_follow_up_that_has_begun_keeps_looking_until_its_minutes_are_over(clinic: Clinic) -> None:
    clinic.has_talked()
    clinic.books(clinic.now + 26 * HOUR_MS)
    clinic.scene.wait(hours=26, minutes=10)
    clinic.begins()
    moves = clinic.scene.app.consults.bookings.moves
    for event in (ConsultEvent.OFFERED, ConsultEvent.NOBODY):
        clinic.writes(lambda tx, event=event: moves.move(tx, store.get(tx, clinic.scene.consult().id), event, clinic.now))
    clinic.scene.wait(minutes=19)
    assert clinic.scene.consult().state == "paid"
    clinic.scene.wait(minutes=2)
    assert clinic.scene.consult().state == "cancelled"


def test_a_patient_who_was_lost_is_looked_for_again_without_another_screen_and_not_for_ever(clinic: Clinic) -> None:
    clinic.has_talked()
    clinic.asks()
    moves = clinic.scene.app.consults.bookings.moves
    slot_at = clinic.now + 5 * MINUTE_MS
    lost = {"slot_at": slot_at, "slots": 1}
    for event, columns in ((ConsultEvent.OFFERED, {}), (ConsultEvent.ACCEPTED, {}), (ConsultEvent.PATIENT_LOST, lost)):
        clinic.writes(lambda tx, e=event, c=columns: moves.move(tx, store.get(tx, clinic.scene.consult().id), e, clinic.now, **c))
    clinic.scene.wait(minutes=6)
    assert (clinic.scene.consult().state, clinic.sought()) == ("callback_booked", 1)
    clinic.scene.wait(minutes=25)
    assert clinic.scene.consult().state == "cancelled"


def test_a_call_that_is_booked_for_tomorrow_keeps_nobodys_place_today(clinic: Clinic) -> None:
    clinic.has_talked()
    clinic.books(clinic.now + 26 * HOUR_MS)

    def taken() -> int:
        return int(clinic.writes(lambda tx: store.places_taken(tx, TAKING_A_PLACE, clinic.now)))

    assert taken() == 0
    clinic.scene.wait(hours=26)
    assert taken() == 1


# Prices are per patient.


def test_each_patient_of_a_caller_has_a_first_price_of_their_own(clinic: Clinic) -> None:
    caller_id = clinic.scene.again().caller_id
    clinic.has_talked()
    with clinic.scene.app.database.read() as tx:
        assert clinic.desk.price(tx, caller_id, "self").total.amount == LATER
        assert clinic.desk.price(tx, caller_id, "other").total.amount == FIRST


def test_a_first_price_is_quoted_to_the_patient_of_the_consult(clinic: Clinic) -> None:
    clinic.has_talked()
    trigger = clinic.is_screened(patient="other")
    clinic.writes(lambda tx: clinic.desk.quote(tx, trigger, {"age": "70", "pain_place": "knee", "amber": "no"}, FIRST))
    [_, quote] = clinic.scene.quotes()
    assert quote == (FIRST, "live")
    [row] = [row for row in clinic.scene.all(consult) if row.patient == "other"]
    assert (row.state, row.flags) == ("quoted", "age 70")
