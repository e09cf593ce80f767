"""Callers whom the clinic keeps out, and those whom it never does."""

import pytest

from ivr.callbacks.dials import CALL_PLACE
from ivr.consults.lifecycle import ConsultEvent
from ivr.model.replies import Gather, Reject
from ivr.operating.deed import CannotBeDone
from ivr.store import callers
from tests.duty import on_duty
from tests.operating.desk import CALL_BACK_LINE, MENU_LINE, RAVI, STOP_LINE, TEXT_LINE, Desk
from tests.web.paid import ASHA, Patient


def test_a_blocked_callers_calls_are_rejected_and_bring_nothing_until_they_are_let_in_again(desk: Desk) -> None:
    desk.rings(TEXT_LINE)
    desk.can.callers.block(desk.deed("rings all night"), desk.caller_id())

    for line in (TEXT_LINE, MENU_LINE, CALL_BACK_LINE):
        assert desk.rings(line) == Reject()
        assert (desk.call().action, desk.call().flow) == ("blocked", None)
    assert (len(desk.texts()), desk.call_backs()) == (1, [])

    desk.can.callers.unblock(desk.deed("has said sorry"), desk.caller_id())
    assert isinstance(desk.rings(MENU_LINE), Gather)
    desk.rings(TEXT_LINE)
    assert len(desk.texts()) == 2
    assert desk.audit() == [("asha", "block_caller", "rings all night"), ("asha", "unblock_caller", "has said sorry")]


def test_a_block_takes_back_the_call_that_was_planned_and_the_text_that_waits(desk: Desk) -> None:
    desk.rings(TEXT_LINE)
    desk.rings(CALL_BACK_LINE)
    desk.can.callers.block(desk.deed(), desk.caller_id())

    assert desk.call_backs() == [("cancelled", "blocked")]
    assert desk.wishes(CALL_PLACE) == 0
    assert desk.sends() == []
    assert desk.texts() == [("app_link", "dropped", "blocked")]


def test_a_blocked_caller_may_still_opt_out(desk: Desk) -> None:
    desk.rings(TEXT_LINE)
    desk.can.callers.block(desk.deed(), desk.caller_id())
    desk.rings(STOP_LINE)

    assert desk.call().action == "opt_out"
    caller_id = desk.caller_id()
    with desk.app.database.read() as tx:
        assert callers.opted_out(tx, caller_id)


def test_a_doctor_is_never_locked_out(desk: Desk) -> None:
    on_duty(desk.app, RAVI)
    with pytest.raises(CannotBeDone, match="a doctor of ours"):
        desk.can.callers.block(desk.deed(), desk.caller_id())
    assert desk.audit() == []


def test_who_was_blocked_and_became_a_doctor_is_let_in(desk: Desk) -> None:
    desk.rings(TEXT_LINE)
    desk.can.callers.block(desk.deed(), desk.caller_id())
    on_duty(desk.app, RAVI)

    assert isinstance(desk.rings(MENU_LINE), Gather)


def test_who_has_paid_is_kept_out_only_when_their_consult_is_over(desk: Desk) -> None:
    patient = Patient(desk.app, desk.clock).asks().presses_pay().pays()
    desk.can.callers.block(desk.deed(), desk.caller_id(ASHA))

    assert isinstance(desk.rings(MENU_LINE, ASHA), Gather)
    assert ASHA in {claim.text.to.e164 for claim in desk.sends()}  # the receipt, and all that is theirs

    patient.ends(ConsultEvent.GIVEN_BACK).has_the_money_back()
    assert desk.rings(MENU_LINE, ASHA) == Reject()


def test_nobody_is_blocked_or_let_in_twice(desk: Desk) -> None:
    desk.rings(TEXT_LINE)
    with pytest.raises(CannotBeDone, match="not blocked"):
        desk.can.callers.unblock(desk.deed(), desk.caller_id())
    desk.can.callers.block(desk.deed(), desk.caller_id())
    with pytest.raises(CannotBeDone, match="blocked already"):
        desk.can.callers.block(desk.deed(), desk.caller_id())
    assert desk.done() == ["block_caller"]


def test_a_number_is_shown_to_who_says_why_and_each_look_is_written_down(desk: Desk) -> None:
    desk.rings(TEXT_LINE)
    for _ in range(2):
        assert desk.can.callers.reveal(desk.deed("to ring them about a grievance"), desk.caller_id()).e164 == RAVI
    assert desk.audit() == [("asha", "reveal_number", "to ring them about a grievance")] * 2


@pytest.mark.parametrize("deed", ["block", "unblock", "reveal"])
def test_nobody_knows_a_stranger(desk: Desk, deed: str) -> None:
    with pytest.raises(CannotBeDone):
        getattr(desk.can.callers, deed)(desk.deed(), "0" * 26)
    assert desk.audit() == []
