"""Cards from outside: links that go out, promises that are kept in mind, papers that are forgotten in time."""

import pytest

from ivr.cards.medicines import allowed
from ivr.cards.opening import Prescribed
from ivr.cards.pins import PinRefused, choose_pin, fits
from ivr.cards.uploads import JPEG, Clean
from ivr.model.values import Phone
from ivr.store import callers, links
from ivr.store import cards as store
from ivr.wiring import App
from tests.cards.ward import DAY, IYER, OTHER_PIN, PIN, RAO, Ward
from tests.web.paid import ASHA

pytestmark = pytest.mark.halved

PAGE = Clean(JPEG, b"a prescription")
DAY_MS = DAY * 60_000


def caller(ward: Ward, phone: str) -> str | None:
    with ward.app.database.read() as tx:
        return callers.find(tx, ward.app.vault, Phone(phone))


def prescribes(ward: Ward) -> bool:
    door = ward.app.card_opening.door(ward.asha.id, caller(ward, RAO))
    assert door is not None
    return ward.app.card_opening.prescribe(door, [PAGE], ward.clock.now()) is Prescribed.SENT


def promises(ward: Ward) -> None:
    door = ward.app.card_opening.door(ward.asha.id, caller(ward, RAO))
    assert door is not None
    ward.app.card_opening.promise(door, ward.clock.now())


def test_a_doctor_who_accepts_gets_the_cards_link_for_a_day(ward: Ward) -> None:
    ward.accepts()

    [text] = ward.texts("card_link")
    assert text.caller_id == caller(ward, RAO)
    assert (text.state, text.language) == ("asked", "en")
    assert ward.asha.row.reference in text.body
    assert "knee" not in text.body
    with ward.app.database.read() as tx:
        link = links.get(tx, text.token)
    assert link is not None
    assert (link.purpose, link.ref, link.expires_at) == ("card", ward.asha.id, ward.clock.now() + DAY_MS)


def test_accepting_twice_is_accepting_once(ward: Ward) -> None:
    ward.accepts().accepts()
    assert len(ward.texts("card_link")) == 1


def test_a_card_has_one_doctor_the_last_who_took_the_consult(ward: Ward) -> None:
    iyer = ward.hires("Dr. Iyer", IYER, "KMC-1002", OTHER_PIN)
    ward.accepts()
    ward.clock.forward(ms=1)
    ward.accepts(iyer)

    assert ward.card.doctor_id == iyer
    assert [text.caller_id for text in ward.texts("card_link")] == [caller(ward, RAO), caller(ward, IYER)]
    assert ward.app.card_opening.door(ward.asha.id, caller(ward, RAO)) is None
    assert ward.app.card_opening.door(ward.asha.id, caller(ward, IYER)) is not None


@pytest.mark.parametrize("now_theirs", [None, "somebody else"])
def test_a_card_is_shut_to_a_doctor_who_accepted_and_lost_the_patient(ward: Ward, now_theirs: str | None) -> None:
    ward.accepts(talked_s=0).consult_is(doctor_id=now_theirs)

    assert ward.app.card_opening.door(ward.asha.id, caller(ward, RAO)) is None

    ward.accepts()
    assert ward.app.card_opening.door(ward.asha.id, caller(ward, RAO)) is not None


def test_nobody_prescribes_for_a_patient_whom_they_have_not_heard(ward: Ward) -> None:
    ward.accepts(talked_s=0)
    assert not prescribes(ward)
    assert (ward.stored, ward.texts("prescription_link")) == ([], [])

    ward.consult_is(together_since=ward.clock.now())  # they talk
    assert prescribes(ward)


def test_a_card_that_was_open_when_the_consult_was_lost_prescribes_nothing(ward: Ward) -> None:
    door = ward.accepts().app.card_opening.door(ward.asha.id, caller(ward, RAO))
    assert door is not None
    ward.consult_is(doctor_id=None)

    assert ward.app.card_opening.prescribe(door, [PAGE], ward.clock.now()) is Prescribed.NOT_TALKED


def test_a_card_is_made_for_nobody_unknown(ward: Ward) -> None:
    ward.accepts("no doctor")
    assert ward.texts("card_link") == []


def test_a_patient_who_has_paid_is_asked_for_films(ward: Ward) -> None:
    ward.asks_for_films()

    [text] = ward.texts("upload_link")
    assert (text.caller_id, text.state) == (caller(ward, ASHA), "asked")
    assert ward.asha.row.reference in text.body


def test_a_prescription_is_texted_to_the_patient_for_a_week(ward: Ward) -> None:
    ward.accepts()
    assert prescribes(ward)

    [text] = ward.texts("prescription_link")
    assert text.caller_id == caller(ward, ASHA)
    with ward.app.database.read() as tx:
        link = links.get(tx, text.token)
    assert link is not None
    assert link.expires_at == ward.clock.now() + 7 * DAY_MS
    assert ward.card.attested_at == ward.card.sent_at == ward.clock.now()


def test_who_wants_no_texts_still_gets_their_prescription(ward: Ward) -> None:
    ward.accepts()
    ward.app.database.write(lambda tx: callers.opt_out(tx, ward.asha.row.caller_id, "line", ward.clock.now()))
    prescribes(ward)

    assert [text.state for text in ward.texts("prescription_link")] == ["asked"]


def test_what_is_promised_is_an_open_task_until_it_is_sent(ward: Ward) -> None:
    ward.accepts()
    promises(ward)
    with ward.app.database.read() as tx:
        [task] = ward.app.cards.open_tasks(tx)
    assert (task.reference, task.doctor, task.promised_at) == (ward.asha.row.reference, "Dr. Meera Rao", ward.clock.now())

    prescribes(ward)
    with ward.app.database.read() as tx:
        assert ward.app.cards.open_tasks(tx) == []


def test_a_promise_that_is_a_day_old_is_an_alarm_once_a_day_and_the_doctor_gets_a_new_link(ward: Ward) -> None:
    ward.accepts()
    promises(ward)
    ward.clock.forward(minutes=DAY - 1)
    ward.app.cards.sweep()
    assert ward.alarms == []

    ward.clock.forward(minutes=1)
    ward.app.cards.sweep()
    ward.app.cards.sweep()
    [alarm] = ward.alarms
    assert (alarm.kind, alarm.key, alarm.times) == ("prescription_owed", ward.asha.row.reference, 1)
    assert len(ward.texts("card_link")) == 2

    ward.gets_old(days=1)
    ward.app.cards.sweep()
    assert [each.times for each in ward.alarms] == [2]
    assert len(ward.texts("card_link")) == 3


def test_after_a_week_the_doctor_is_left_alone_and_the_alarm_goes_on(ward: Ward) -> None:
    ward.accepts()
    promises(ward)
    ward.gets_old(days=8)
    ward.app.cards.sweep()

    [alarm] = ward.alarms
    assert "ring them" in alarm.detail
    assert len(ward.texts("card_link")) == 1


def test_what_was_sent_is_no_alarm(ward: Ward) -> None:
    ward.accepts()
    promises(ward)
    prescribes(ward)
    ward.gets_old(days=2)
    ward.app.cards.sweep()

    assert ward.alarms == []


def test_films_and_notes_are_forgotten_after_three_years_and_not_before(ward: Ward) -> None:
    ward.accepts()
    prescribes(ward)
    ward.app.films.add(ward.asha.id, PAGE, ward.clock.now())
    door = ward.app.card_opening.door(ward.asha.id, caller(ward, RAO))
    assert door is not None
    ward.app.card_opening.write_note(door, "rest, ice", ward.clock.now())

    ward.gets_old(days=1094)
    assert ward.app.cards.forget(ward.clock.now()) == 0
    assert (len(ward.stored), ward.card.note is None) == (2, False)

    ward.gets_old(days=2)
    assert ward.app.cards.forget(ward.clock.now()) == 3
    assert (len(ward.stored), ward.card.note is None) == (0, True)
    assert ward.card.sent_at is not None  # that there was one stays known
    assert ward.app.cards.forget(ward.clock.now()) == 0


def test_the_sweep_forgets_once_an_hour(ward: Ward) -> None:
    ward.accepts()
    prescribes(ward)
    ward.gets_old(days=1096)
    ward.app.cards.sweep()  # at half past
    assert len(ward.stored) == 1
    ward.clock.forward(minutes=30)
    ward.app.cards.sweep()
    assert ward.stored == []


def test_what_lies_in_the_database_is_sealed(ward: Ward) -> None:
    ward.accepts()
    prescribes(ward)
    door = ward.app.card_opening.door(ward.asha.id, caller(ward, RAO))
    assert door is not None
    ward.app.card_opening.write_note(door, "rest, ice", ward.clock.now())

    assert b"prescription" not in ward.stored[0].content
    assert b"rest" not in ward.card.note


@pytest.mark.parametrize(("follow_up", "lists"), [(False, ("O",)), (True, ("O", "A", "B"))])
def test_a_first_consultation_by_telephone_allows_list_o_alone(follow_up: bool, lists: tuple[str, ...]) -> None:
    assert allowed(follow_up=follow_up).lists == lists


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "abcdef", "१२३४५६", "000000", "121212", "123456", "987654", "654321"])
def test_a_pin_that_anybody_tries_first_is_refused(ward: Ward, pin: str) -> None:
    with pytest.raises(PinRefused):
        choose_pin(ward.app.database, "KMC-1001", pin, ward.clock.now())


def test_a_new_pin_opens_and_the_old_one_does_not(ward: Ward) -> None:
    assert choose_pin(ward.app.database, " kmc-1001 ", OTHER_PIN, ward.clock.now()) == "Dr. Meera Rao"

    with ward.app.database.read() as tx:
        doctor = store.doctor_of(tx, ward.rao)
    assert doctor is not None
    assert fits(doctor.card_pin, OTHER_PIN)
    assert not fits(doctor.card_pin, PIN)
    assert PIN not in doctor.card_pin


def test_a_pin_is_set_for_exactly_one_doctor(ward: Ward) -> None:
    ward.hires("Dr. Iyer", IYER, "KMC-1001", council="Goa Medical Council")

    with pytest.raises(PinRefused, match="--council: Goa Medical Council, Karnataka Medical Council"):
        choose_pin(ward.app.database, "KMC-1001", OTHER_PIN, ward.clock.now())
    with pytest.raises(PinRefused, match="no doctor"):
        choose_pin(ward.app.database, "KMC-9", OTHER_PIN, ward.clock.now())
    assert choose_pin(ward.app.database, "KMC-1001", OTHER_PIN, ward.clock.now(), "goa medical council") == "Dr. Iyer"


def test_more_pages_than_may_be_are_not_kept(app: App, ward: Ward) -> None:
    ward.accepts()
    assert all(prescribes(ward) for _ in range(4))
    assert not prescribes(ward)
    assert len(ward.stored) == 4
