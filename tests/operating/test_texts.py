"""A link, sent once more."""

import pytest

from ivr.operating.deed import CannotBeDone
from ivr.operating.texts import resendable
from ivr.store import links
from tests.operating.desk import STOP_LINE, TEXT_LINE, Desk
from tests.web.paid import Patient


def test_the_app_link_is_texted_again_by_the_same_template_with_a_fresh_link(desk: Desk) -> None:
    desk.rings(TEXT_LINE)
    first = desk.newest_text()
    desk.can.texts.resend(desk.deed("lost it"), first.id)

    again = desk.newest_text()
    assert (again.template, again.language, again.call_id) == (first.template, first.language, first.call_id)
    assert again.token != first.token
    assert first.body.replace(first.token, again.token) == again.body
    assert len(desk.sends()) == 2
    assert desk.audit() == [("asha", "resend_link", "lost it")]


def test_the_pay_link_is_texted_again_while_the_consult_waits_for_its_payment(desk: Desk) -> None:
    patient = Patient(desk.app, desk.clock).asks()
    first = desk.newest_text("pay_link")
    desk.can.texts.resend(desk.deed(), first.id)
    again = desk.newest_text("pay_link")
    assert again.id != first.id
    with desk.app.database.read() as tx:
        assert links.get(tx, again.token).ref == patient.id  # type: ignore[union-attr]

    patient.presses_pay().pays()
    desk.clock.forward(minutes=2)
    with pytest.raises(CannotBeDone, match="waits for no payment"):
        desk.can.texts.resend(desk.deed(), first.id)
    with desk.app.database.read() as tx, pytest.raises(CannotBeDone, match="waits for no payment"):
        resendable(tx, first.id, desk.clock.now())  # nor is it offered


def test_a_receipt_is_texted_again_with_what_it_said(desk: Desk) -> None:
    Patient(desk.app, desk.clock).asks().presses_pay().pays()
    first = desk.newest_text("receipt")
    desk.can.texts.resend(desk.deed(), first.id)
    again = desk.newest_text("receipt")
    assert first.body.replace(first.token, again.token) == again.body != first.body
    with desk.app.database.read() as tx:
        one, other = links.get(tx, first.token), links.get(tx, again.token)
    assert one is not None
    assert other is not None
    assert (one.purpose, one.ref, one.expires_at) == (other.purpose, other.ref, other.expires_at)


def test_a_button_pressed_twice_sends_one(desk: Desk) -> None:
    desk.rings(TEXT_LINE)
    first = desk.newest_text()
    desk.can.texts.resend(desk.deed(), first.id)
    with pytest.raises(CannotBeDone, match="a moment ago"):
        desk.can.texts.resend(desk.deed(), first.id)
    assert (len(desk.texts()), desk.done()) == (2, ["resend_link"])


def test_an_opt_out_holds_for_operators_too(desk: Desk) -> None:
    desk.rings(TEXT_LINE)
    desk.rings(STOP_LINE)
    with pytest.raises(CannotBeDone, match="opted out"):
        desk.can.texts.resend(desk.deed(), desk.newest_text().id)
    assert (len(desk.texts()), desk.audit()) == (1, [])


def test_nobody_is_flooded(desk: Desk) -> None:
    desk.rings(TEXT_LINE)
    first = desk.newest_text()
    for _ in range(5):
        desk.can.texts.resend(desk.deed(), first.id)
        desk.clock.forward(minutes=2)
    with pytest.raises(CannotBeDone, match="as often as a day allows"):
        desk.can.texts.resend(desk.deed(), first.id)


def test_a_link_that_is_void_is_not_sent_again(desk: Desk) -> None:
    desk.rings(TEXT_LINE)
    first = desk.newest_text()
    desk.clock.forward(minutes=25 * 60)
    with pytest.raises(CannotBeDone, match="too long ago"):
        desk.can.texts.resend(desk.deed(), first.id)
    desk.clock.forward(minutes=400 * 24 * 60)
    with pytest.raises(CannotBeDone, match="void"):
        desk.can.texts.resend(desk.deed(), first.id)


def test_a_blocked_caller_is_texted_by_nobody(desk: Desk) -> None:
    desk.rings(TEXT_LINE)
    desk.can.callers.block(desk.deed(), desk.caller_id())
    with pytest.raises(CannotBeDone, match="blocked"):
        desk.can.texts.resend(desk.deed(), desk.newest_text().id)


def test_a_text_that_is_none_is_said_to_be_none(desk: Desk) -> None:
    with pytest.raises(CannotBeDone, match="no such text"):
        desk.can.texts.resend(desk.deed(), "0" * 26)
