"""The tables of states, the clocks, and the books: what cannot be changed, and what is noticed when somebody changes it all the same."""

import sqlite3
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from ivr.consults.lifecycle import CLOCKS, OPEN, OVER, ConsultEvent, ConsultState, Since, after
from ivr.consults.moves import CONSULT_CLOCK
from ivr.model.errors import DatabaseAway
from ivr.model.gateway import LinkWish
from ivr.model.ids import new_id
from ivr.model.values import Paise
from ivr.payments.audit import audit
from ivr.payments.lifecycle import SETTLED, PaymentEvent, PaymentState
from ivr.payments.lifecycle import after as payment_after
from ivr.payments.reconcile import Comparison
from ivr.store import outbox
from ivr.store.schema import consult, entry, payment, receipt
from ivr.store.tx import Row, Tx
from tests.consults.scene import ASHA, FIRST, RAVI, Scene

pytestmark = pytest.mark.halved

DAY = date(2026, 11, 22)


# The tables.


def test_every_pair_of_state_and_event_that_is_not_in_the_table_changes_nothing(scene: Scene) -> None:
    scene.has_paid()
    moves, known = scene.app.consults.bookings.moves, scene.consult()

    def play(tx: Tx, state: ConsultState, event: ConsultEvent) -> None:
        tx.run(update(consult).where(consult.c.id == known.id).values(state=state.value, clock_id=known.clock_id, ended_at=None))
        before = _only(tx, consult)
        came = moves.move(tx, before, event, scene.clock.now(), why="a reason")
        now = _only(tx, consult)
        assert came == after(state, event)
        if came is None:
            assert now == before, (state, event)
        else:
            assert (now.state, now.clock_id is None, now.ended_at is None) == (came, came in OVER, came not in OVER), (state, event)

    for state in ConsultState:
        for event in ConsultEvent:
            scene.app.database.write(lambda tx, state=state, event=event: play(tx, state, event))  # type: ignore[misc]


def test_every_pair_of_a_payments_state_and_event_that_is_not_in_the_table_changes_nothing(scene: Scene) -> None:
    scene.has_paid()

    def play(tx: Tx, state: PaymentState, event: PaymentEvent) -> None:
        tx.run(update(payment).values(state=state.value))
        before = _only(tx, payment)
        came = payment_after(state, event)
        assert scene.app.consults.bookings.move_payment(tx, before, event, scene.clock.now()) == (came is not None)
        assert _only(tx, payment) == (before if came is None else before._replace(state=came.value, moved_at=scene.clock.now()))

    for state in PaymentState:
        for event in PaymentEvent:
            scene.app.database.write(lambda tx, state=state, event=event: play(tx, state, event))  # type: ignore[misc]


def test_what_is_over_stays_over_and_what_is_settled_stays_settled() -> None:
    assert [(state, event) for state in OVER for event in ConsultEvent if after(state, event)] == [
        (ConsultState.LAPSED, ConsultEvent.PAID)  # within the grace
    ]
    assert [(state, event) for state in SETTLED for event in PaymentEvent if payment_after(state, event)] == []


def test_every_state_that_is_not_over_has_a_clock_and_the_clocks_alone_bring_it_to_an_end() -> None:
    assert set(CLOCKS) == set(OPEN)
    for begun in OPEN:
        state, passed = begun, [begun]
        while state not in OVER and state is not ConsultState.REFUNDING:
            event = CLOCKS[state].event
            assert event is not None
            following = after(state, event)
            assert following is not None, state
            assert following not in passed, f"{begun} goes round in circles: {passed}"
            state = following
            passed.append(state)


@pytest.mark.parametrize("state", [each for each in OPEN if each is not ConsultState.REFUNDING])
def test_a_consult_left_alone_in_any_state_ends_and_its_money_is_in_one_place(scene: Scene, state: ConsultState) -> None:
    match state:
        case ConsultState.TRIAGED | ConsultState.QUOTED:
            consult_id = scene.is_quoted()
        case ConsultState.AWAITING_PAYMENT:
            consult_id = scene.is_asked_to_pay()
        case _:
            scene.has_paid()
            consult_id = scene.consult().id
    scene.app.database.write(lambda tx: _begin(tx, scene, consult_id, state))
    scene.wait(hours=2)
    ended = scene.consult()
    paid = [pair[0] for pair in scene.payments()]
    assert (ended.state, paid) in [("lapsed", []), ("refunded", ["refunded"]), ("completed", ["earned"])]
    assert (ended.clock_id, scene.faults()) == (None, [])


def _begin(tx: Tx, scene: Scene, consult_id: str, state: ConsultState) -> None:
    """As if it had just come to this state, with the clock of it."""
    now, here = scene.clock.now(), scene.consult()
    moments = {Since.PAID: here.paid_at, Since.SCREENED: here.screened_at}
    due = scene.app.consults.bookings.moves.ends_at(state, now, moments)
    clock = outbox.addition(CONSULT_CLOCK, consult_id, due, now)
    tx.add([clock])
    tx.run(update(consult).where(consult.c.id == consult_id).values(state=state.value, clock_id=clock.values["id"]))


# The ledger.


@pytest.mark.parametrize("deed", [update(entry).values(paise=1), update(entry).values(debit="gst"), delete(entry)])
def test_entries_of_the_ledger_can_be_neither_changed_nor_removed(scene: Scene, deed: Any) -> None:
    scene.has_paid()
    with pytest.raises((sqlite3.IntegrityError, DatabaseAway)):
        scene.app.database.write(lambda tx: tx.run(deed))
    assert scene.entries() == [f"captured gateway {FIRST}"]


@pytest.mark.parametrize("twice", ["captured", "refund_due"])
def test_a_movement_cannot_be_entered_twice(scene: Scene, twice: str) -> None:
    scene.has_paid()
    scene.wait(minutes=31)
    [found] = [row for row in scene.all(entry) if row.cause == twice]
    with pytest.raises(Exception, match=r"(?i)unique"):
        scene.app.database.write(lambda tx: tx.run(insert(entry), **{**found._asdict(), "id": new_id(scene.clock.now())}))


def test_a_consult_cannot_keep_two_payments(scene: Scene) -> None:
    scene.has_paid()
    [held] = scene.all(payment)
    other = {**held._asdict(), "id": new_id(scene.clock.now()), "gateway_payment_id": "pay_another"}
    with pytest.raises(Exception, match=r"(?i)unique"):
        scene.app.database.write(lambda tx: tx.run(insert(payment), **other))


def _plant(scene: Scene, fault: str) -> None:
    """Somebody with the database's password, or a defect."""
    held, captured = scene.all(payment)[0]._asdict(), scene.all(entry)[0]._asdict()
    nobodys = {"id": "E2", "cause": "earned", "debit": "held", "credit": "gst", "paise": 7}
    statement, values = {
        "a payment without entries": (insert(payment), {**held, "id": "P2", "gateway_payment_id": "pay_2", "state": "manual"}),
        "another amount": (update(payment).values(paise=100), {}),
        "an entry of nobody's": (insert(entry), {**captured, **nobodys}),
        "earned without an entry": (update(payment).values(state="earned"), {}),
        "served without earning": (update(consult).values(state="completed"), {}),
        "paid without a payment": (update(payment).values(state="refund_due"), {}),
        "refunding and kept": (update(consult).values(state="refunding"), {}),
        "no clock": (update(consult).values(clock_id=None), {}),
    }[fault]
    scene.app.database.write(lambda tx: tx.run(statement, **values))


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("a payment without entries", "is manual and has nothing in the ledger, where captured, refund_due is to be"),
        ("another amount", f"of 100 paise has {FIRST} entered as captured"),
        ("an entry of nobody's", "is held and has captured, earned in the ledger, where captured is to be"),
        ("an entry of nobody's", "income stands at 7 paise, and payments earned make 0"),
        ("earned without an entry", "is earned and has captured in the ledger, where captured, earned is to be"),
        ("earned without an entry", f"account held stands at -{FIRST} paise, and the payments make 0"),
        ("served without earning", "is completed and has 0 payments earned, 1 held"),
        ("paid without a payment", "is paid and has 0 payments held for it"),
        ("refunding and kept", "is refunding and keeps a payment"),
        ("no clock", "is paid, and no clock will ever end that"),
    ],
)
def test_the_audit_finds_what_was_planted_in_the_books(scene: Scene, fault: str, sentence: str) -> None:
    scene.has_paid()
    assert scene.faults() == []
    _plant(scene, fault)
    assert [found for found in scene.faults() if sentence in found], scene.faults()


def test_the_audit_lists_what_is_open_and_what_the_accounts_stand_at(scene: Scene) -> None:
    scene.has_paid()
    scene.has_paid(RAVI)
    scene.app.database.write(lambda tx: scene.app.consults.bookings.served(tx, scene.consult().id, scene.clock.now()))
    with scene.app.database.read() as tx:
        found = audit(tx)
    assert found.balances == {"gateway": 2 * FIRST, "held": -FIRST, "consultation": -FIRST}
    assert ([row.state for row in found.open], found.payments, found.faults) == (["held"], 2, [])


# The gateway's books.


def compared(scene: Scene, day: date = DAY) -> Comparison:
    return scene.app.money.reconciling.compare(day)


def differences(scene: Scene) -> list[str]:
    return [each.what for each in compared(scene).differences]


def test_books_that_agree_show_no_difference_whatever_went_back(scene: Scene) -> None:
    scene.has_paid()
    scene.wait(minutes=31)
    scene.has_paid(RAVI)
    assert compared(scene) == Comparison(DAY, Paise(2 * FIRST), Paise(2 * FIRST), [])


def test_a_payment_of_another_system_on_the_same_account_is_named(scene: Scene) -> None:
    wish = LinkWish("shop-1", Paise(5000), "A knee brace", scene.clock.now() + 3600_000, "https://shop.example/")
    scene.app.money.collecting.gateway.create_link(wish)
    [payment_id] = scene.gateway.pay(scene.gateway.links()[0].id)
    scene.settle()
    [found] = compared(scene).differences
    assert (found.payment_id, found.ours, found.theirs) == (payment_id, None, Paise(5000))
    assert found.what.startswith("not in our books")
    assert (scene.payments(), {came_to for _, came_to in scene.events()}) == ([], {"no link of ours", "nothing for us"})


def test_a_payment_that_the_gateway_knows_nothing_of_is_named(scene: Scene) -> None:
    scene.has_paid()
    [held] = scene.all(payment)
    other = {**held._asdict(), "id": "P2", "gateway_payment_id": "pay_2", "state": "manual"}
    scene.app.database.write(lambda tx: tx.run(insert(payment), **other))
    assert differences(scene) == ["in our books, and the gateway knows nothing of it"]


def test_another_amount_is_named(scene: Scene) -> None:
    scene.has_paid()
    scene.app.database.write(lambda tx: tx.run(update(payment).values(paise=100)))
    assert differences(scene) == ["another amount"]


@pytest.mark.parametrize(
    ("paise", "what"), [(100, "100 paise of it were refunded"), (None, "refunded at the gateway, and held in our books")]
)
def test_a_refund_that_we_were_not_told_of_is_named(scene: Scene, paise: int | None, what: str) -> None:
    payment_id = scene.has_paid()
    scene.loses_events()
    scene.refunds_by_hand(payment_id, paise)
    [named] = differences(scene)
    assert named.startswith(what)


def test_a_refund_that_the_gateway_does_not_know_is_named(scene: Scene) -> None:
    scene.has_paid()
    scene.app.database.write(lambda tx: tx.run(update(payment).values(state="refunded")))
    assert differences(scene) == ["refunded in our books, and not at the gateway"]


def test_a_payment_captured_late_belongs_to_the_day_on_which_it_was_made(scene: Scene) -> None:
    link = scene.at_the_gateway()
    scene.gateway.authorise_late(link, minutes=26 * 60)
    scene.wait(days=2)
    assert compared(scene) == Comparison(DAY, Paise(FIRST), Paise(FIRST), [])
    assert compared(scene, date(2026, 11, 23)) == Comparison(date(2026, 11, 23), Paise(0), Paise(0), [])


def test_a_gateway_that_cannot_be_asked_is_no_difference(scene: Scene) -> None:
    scene.has_paid(ASHA)
    scene.goes_wrong("payment.list", "error_before")
    found = compared(scene)
    assert found.unknown
    assert found.differences == ()


def test_receipts_are_numbered_without_a_gap(scene: Scene) -> None:
    for n in range(3):
        scene.has_paid(f"+91984500000{n}")
    assert sorted(row.number for row in scene.all(receipt)) == [1, 2, 3]


def _only(tx: Tx, table: Any) -> Row:
    [row] = tx.rows(table.select())
    return row
