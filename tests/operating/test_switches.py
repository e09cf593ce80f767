"""A line that is paused, and all texts."""

import pytest

from ivr.callbacks.dials import CALL_PLACE
from ivr.callbacks.thoughts import SecondThoughts, Wait
from ivr.model.replies import Gather, HangUp, Reject
from ivr.operating.deed import CannotBeDone
from ivr.store import callbacks, outbox, pauses
from ivr.store.tx import Tx
from tests.duty import on_duty
from tests.operating.desk import CALL_BACK_LINE, DAY_LINE, MENU_LINE, RAVI, STOP_LINE, TEXT_LINE, Desk
from tests.web.paid import ASHA, Patient


def test_a_paused_missed_call_line_writes_calls_down_and_sends_nothing(desk: Desk) -> None:
    desk.can.switches.pause_line(desk.deed("a flood of calls"), desk.line(TEXT_LINE))
    for _ in range(2):  # a newcomer, and who is known
        assert desk.rings(TEXT_LINE) == Reject()
        assert desk.call().action == "paused"
    assert desk.texts() == []

    desk.can.switches.resume_line(desk.deed("it is over"), desk.line(TEXT_LINE))
    desk.rings(TEXT_LINE)
    assert desk.texts() == [("app_link", "asked", None)]
    assert desk.audit() == [("asha", "pause_line", "a flood of calls"), ("asha", "resume_line", "it is over")]


def test_a_paused_menu_line_says_one_sentence_and_ends(desk: Desk) -> None:
    desk.can.switches.pause_line(desk.deed(), desk.line(MENU_LINE))
    for _ in range(2):
        reply = desk.rings(MENU_LINE)
        assert isinstance(reply, HangUp)
        assert [each.text for each in reply.spoken] == [  # type: ignore[union-attr]
            desk.app.voicing.words.text("line_paused", desk.line(MENU_LINE).language, {}, desk.clock.now())
        ]
        assert (desk.call().action, desk.call().flow) == ("paused", None)
    assert desk.rings(MENU_LINE, name=f"c{desk.rung}") == reply  # told again
    desk.hangs_up(by_document=True)
    assert desk.call_backs() == []


def test_a_paused_call_back_line_calls_nobody_and_holds_what_was_planned(desk: Desk) -> None:
    desk.rings(CALL_BACK_LINE)
    desk.can.switches.pause_line(desk.deed(), desk.line(CALL_BACK_LINE))
    desk.clock.forward(minutes=1)
    caller_id = desk.caller_id()
    with desk.app.database.read() as tx:
        [planned] = callbacks.of_caller(tx, caller_id, ("missed_call",), ("planned",))
        assert isinstance(_thoughts(desk).on(tx, planned, desk.clock.now()), Wait)
    assert desk.rings(CALL_BACK_LINE) == Reject()
    assert desk.call_backs() == [("planned", None)]

    desk.can.switches.resume_line(desk.deed(), desk.line(CALL_BACK_LINE))
    with desk.app.database.read() as tx:
        assert not isinstance(_thoughts(desk).on(tx, planned, desk.clock.now()), Wait)
    assert desk.wishes(CALL_PLACE) == 1


def test_a_paused_line_touches_no_paid_consult(desk: Desk) -> None:
    Patient(desk.app, desk.clock).asks().presses_pay().pays()
    for line in (MENU_LINE, TEXT_LINE):
        desk.can.switches.pause_line(desk.deed(), desk.line(line))

    assert isinstance(desk.rings(MENU_LINE, ASHA), Gather)
    desk.rings(TEXT_LINE, ASHA)
    assert desk.call().action == "consult_status"
    assert ("planned", None) in desk.call_backs()  # who has paid and rings is called


def test_a_patient_who_has_not_paid_is_sent_nothing_by_a_paused_line(desk: Desk) -> None:
    Patient(desk.app, desk.clock).asks()
    before = desk.texts()
    desk.can.switches.pause_line(desk.deed(), desk.line(TEXT_LINE))
    desk.rings(TEXT_LINE, ASHA)
    assert (desk.call().action, desk.texts()) == ("paused", before)


def test_doctors_are_answered_on_a_paused_line(desk: Desk) -> None:
    on_duty(desk.app, RAVI)
    desk.can.switches.pause_line(desk.deed(), desk.line(DAY_LINE))
    assert not isinstance(desk.rings(DAY_LINE), HangUp | Reject)
    assert isinstance(desk.rings(DAY_LINE, ASHA), HangUp)


def test_a_line_by_which_people_say_no_is_never_paused(desk: Desk) -> None:
    with pytest.raises(CannotBeDone, match="say no"):
        desk.can.switches.pause_line(desk.deed(), desk.line(STOP_LINE))


def test_no_text_leaves_while_texts_are_paused_and_those_still_timely_go_out_after(desk: Desk) -> None:
    desk.rings(TEXT_LINE)
    desk.can.switches.pause_texts(desk.deed("a wrong wording"))
    desk.rings(TEXT_LINE, ASHA)
    for _ in range(5):
        assert desk.sends() == []
        desk.clock.forward(minutes=20)
    assert desk.texts() == [("app_link", "asked", None)] * 2

    desk.can.switches.resume_texts(desk.deed("mended"))
    assert len(desk.sends()) == 2
    assert desk.texts() == [("app_link", "sending", None)] * 2
    assert desk.sends() == []


def test_a_text_whose_time_passes_while_texts_are_paused_is_dropped_and_says_why(desk: Desk) -> None:
    desk.rings(TEXT_LINE)
    desk.can.switches.pause_texts(desk.deed())
    for _ in range(26 * 4):
        assert desk.sends() == []
        desk.clock.forward(minutes=15)

    assert desk.texts() == [("app_link", "dropped", "paused")]
    desk.can.switches.resume_texts(desk.deed())
    assert desk.sends() == []


@pytest.mark.parametrize("what", ["texts", "line"])
def test_nothing_is_switched_twice(desk: Desk, what: str) -> None:
    switches, line = desk.can.switches, desk.line(TEXT_LINE)
    off, on = (
        (switches.pause_texts, switches.resume_texts)
        if what == "texts"
        else (lambda deed: switches.pause_line(deed, line), lambda deed: switches.resume_line(deed, line))
    )
    with pytest.raises(CannotBeDone, match="not paused"):
        on(desk.deed())
    off(desk.deed())
    with pytest.raises(CannotBeDone, match="paused already"):
        off(desk.deed())
    on(desk.deed())
    assert desk.done() == [f"pause_{what}", f"resume_{what}"]


def test_another_process_knows_within_a_second(desk: Desk) -> None:
    assert desk.app.pauses.now(desk.clock.now()) == {}
    desk.app.database.write(lambda tx: _put(tx, desk.clock.now()))
    assert desk.app.pauses.now(desk.clock.now()) == {}
    desk.clock.forward(ms=1_000)
    assert set(desk.app.pauses.now(desk.clock.now())) == {"texts"}


def test_hurrying_touches_one_kind_alone(desk: Desk) -> None:
    now = desk.clock.now()

    def both(tx: Tx) -> int:
        outbox.add(tx, "text_send", "a", now + 60_000, now)
        outbox.add(tx, "call_place", "b", now + 60_000, now)
        return outbox.hurry(tx, "text_send", now)

    assert desk.app.database.write(both) == 1
    with desk.app.database.read() as tx:
        assert [(row.kind, row.due_at - now) for row in outbox.waiting(tx) if row.ref in "ab"] == [("text_send", 0), ("call_place", 60_000)]


def _put(tx: Tx, now: int) -> None:
    pauses.add(tx, scope="texts", at=now, operator="ravi", reason="from another machine")


def _thoughts(desk: Desk) -> SecondThoughts:
    app = desk.app
    return SecondThoughts(app.vault, app.lines, app.call_backs.capabilities, app.settings, app.book.flows)
