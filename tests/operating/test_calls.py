"""A live call that an operator ends."""

import pytest

from ivr.connecting.moving import CALL_STOP
from ivr.operating.deed import CannotBeDone
from tests.operating.desk import MENU_LINE, TEXT_LINE, Desk


def test_the_provider_is_asked_once_to_hang_up_and_nobody_is_called_back_for_it(desk: Desk) -> None:
    desk.rings(MENU_LINE)
    call_id = desk.call().id
    desk.can.calls.end(desk.deed("a child plays with the phone"), call_id)
    with pytest.raises(CannotBeDone, match="a moment ago"):
        desk.can.calls.end(desk.deed(), call_id)
    assert desk.wishes(CALL_STOP) == 1
    assert desk.audit() == [("asha", "end_call", "a child plays with the phone")]

    desk.hangs_up(by_document=True)
    assert desk.call_backs() == []
    with pytest.raises(CannotBeDone, match="over already"):
        desk.can.calls.end(desk.deed(), call_id)


def test_a_call_that_breaks_off_by_itself_is_still_made_up_for(desk: Desk) -> None:
    desk.rings(MENU_LINE)
    desk.hangs_up(by_document=True)
    assert [state for state, _ in desk.call_backs()] == ["planned"]


def test_a_missed_call_has_nothing_to_end(desk: Desk) -> None:
    desk.rings(TEXT_LINE)
    with pytest.raises(CannotBeDone, match="never answered"):
        desk.can.calls.end(desk.deed(), desk.call().id)
    with pytest.raises(CannotBeDone, match="no such call"):
        desk.can.calls.end(desk.deed(), "0" * 26)
    assert (desk.wishes(CALL_STOP), desk.audit()) == (0, [])
