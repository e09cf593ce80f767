"""A consult in an operator's hands: refunded once, or a doctor looked for again; only where its life-cycle allows it."""

import pytest

from ivr.consults.booking import CONSULT_SEARCH, REFUND_ASK
from ivr.consults.lifecycle import ConsultEvent, ConsultState
from ivr.operating.consults import SAID
from ivr.operating.deed import CannotBeDone
from ivr.payments.audit import audit as look_at_the_books
from ivr.store import consults
from ivr.store.tx import Tx
from tests.operating.desk import Desk
from tests.web.paid import Patient


@pytest.fixture
def patient(desk: Desk) -> Patient:
    """Asha, who has paid."""
    return Patient(desk.app, desk.clock).asks().presses_pay().pays()


def test_a_refund_gives_all_of_it_back_once_and_the_books_stay_right(desk: Desk, patient: Patient) -> None:
    desk.can.consults.refund(desk.deed("nobody can take her today"), patient.id)
    with pytest.raises(CannotBeDone, match="being refunded: no money is held"):
        desk.can.consults.refund(desk.deed(), patient.id)

    assert (patient.row.state, desk.payments(), desk.refunds()) == ("refunding", ["refund_due"], 1)
    assert desk.wishes(REFUND_ASK) == 1
    assert [template for template, _, _ in desk.texts()].count("refund") == 1
    assert desk.audit() == [("asha", "refund_consult", "nobody can take her today")]
    with desk.app.database.read() as tx:
        assert list(look_at_the_books(tx).faults) == []


def test_what_was_earned_or_never_paid_is_not_given_back(desk: Desk) -> None:
    unpaid = Patient(desk.app, desk.clock).asks()
    with pytest.raises(CannotBeDone, match="waiting for its payment: no money is held"):
        desk.can.consults.refund(desk.deed(), unpaid.id)
    unpaid.presses_pay().pays().is_served()
    with pytest.raises(CannotBeDone, match="completed: no money is held"):
        desk.can.consults.refund(desk.deed(), unpaid.id)
    assert (desk.payments(), desk.refunds(), desk.audit()) == (["earned"], 0, [])


def test_a_follow_up_that_cost_nothing_has_nothing_to_give_back(desk: Desk, patient: Patient) -> None:
    desk.app.database.write(lambda tx: consults.change(tx, patient.id, follow_up_of=patient.id))
    with pytest.raises(CannotBeDone, match="cost nothing"):
        desk.can.consults.refund(desk.deed(), patient.id)


def test_a_doctor_is_looked_for_now_for_who_had_booked_a_call(desk: Desk, patient: Patient) -> None:
    _moves(desk, patient, ConsultEvent.BOOKED, slot_at=desk.clock.now() + 3_600_000)
    before = desk.wishes(CONSULT_SEARCH)
    desk.can.consults.requeue(desk.deed("she rang and can talk now"), patient.id)
    with pytest.raises(CannotBeDone, match="a moment ago"):
        desk.can.consults.requeue(desk.deed(), patient.id)

    assert patient.row.slot_at <= desk.clock.now()
    assert desk.wishes(CONSULT_SEARCH) == before + 1
    assert desk.done() == ["requeue_consult"]


@pytest.mark.parametrize("event", [ConsultEvent.OFFERED, None])
def test_who_waits_is_looked_after_now(desk: Desk, patient: Patient, event: ConsultEvent | None) -> None:
    if event is not None:
        _moves(desk, patient, event)
    before = desk.wishes(CONSULT_SEARCH)
    desk.can.consults.requeue(desk.deed(), patient.id)
    assert desk.wishes(CONSULT_SEARCH) == before + 1


def test_a_doctor_who_does_not_come_is_let_go_and_another_one_looked_for(desk: Desk, patient: Patient) -> None:
    _moves(desk, patient, ConsultEvent.OFFERED)
    _moves(desk, patient, ConsultEvent.ACCEPTED)
    desk.can.consults.requeue(desk.deed(), patient.id)
    assert patient.row.state == "paid"


def test_where_no_doctor_is_to_be_looked_for_it_says_so(desk: Desk) -> None:
    unpaid = Patient(desk.app, desk.clock).asks()
    with pytest.raises(CannotBeDone, match="waiting for its payment: no doctor"):
        desk.can.consults.requeue(desk.deed(), unpaid.id)
    unpaid.presses_pay().pays().ends(ConsultEvent.GIVEN_BACK)
    with pytest.raises(CannotBeDone, match="being refunded: no doctor"):
        desk.can.consults.requeue(desk.deed(), unpaid.id)
    assert desk.audit() == []


@pytest.mark.parametrize("deed", ["refund", "requeue"])
def test_a_consult_that_is_none_is_said_to_be_none(desk: Desk, deed: str) -> None:
    with pytest.raises(CannotBeDone, match="no such consult"):
        getattr(desk.can.consults, deed)(desk.deed(), "0" * 26)


def test_every_state_has_its_words() -> None:
    assert set(SAID) == set(ConsultState)


def _moves(desk: Desk, patient: Patient, event: ConsultEvent, **columns: object) -> None:
    moves = desk.app.consults.bookings.moves

    def work(tx: Tx) -> ConsultState | None:
        return moves.move(tx, consults.get(tx, patient.id, lock=True), event, desk.clock.now(), **columns)

    assert desk.app.database.write(work) is not None
