"""However many alarms there are, who is on call is paged within reason, and a caller in need still reaches them."""

import re

import pytest
from sqlalchemy import select

from ivr.alarms.plan import KEPT_FOR_FIRST, MOST_AT_ONCE, MOST_CALLS
from ivr.alarms.rules import CALLERS_WAIT, QUEUE_AGE
from ivr.alarms.taking import BY_COMMAND, take
from ivr.callbacks.wishes import page_call
from ivr.model.ids import new_id
from ivr.model.values import Phone
from ivr.store import alarms, callers, calls, dials, pages
from ivr.store.schema import alarm, call_back, dial, page
from ivr.store.schema import text as text_table
from ivr.store.tx import Row, Tx
from ivr.wiring import App, build
from tests.alarms.conftest import ANITA
from tests.clock import HandClock

pytestmark = pytest.mark.unmeasured

LINE, OTHER_LINE = "+918061914344", "+918061914348"
RAVI, SITA = "+919845012345", "+919845067890"


class Clinic:
    """Callers who are screened, and the pages that come of it."""

    def __init__(self, app: App, clock: HandClock) -> None:
        self.app, self.clock = app, clock

    def screens(self, number: str | None, kind: str = "red_flag", line: str = LINE) -> str:
        """A call that ends in an alarm, and the sweep that follows; the call's id. `number`: None for one that is withheld."""
        now = self.clock.now()
        call_id = new_id(now)

        def write(tx: Tx) -> None:
            caller_id = None if number is None else callers.ensure(tx, self.app.vault, Phone(number), now)
            who = {"caller_id": caller_id, "caller_kind": "withheld" if number is None else "mobile"}
            tx.add(
                [calls.addition(id=call_id, provider="plivo", provider_call_id=call_id, line=line, action="menu", arrived_at=now, **who)]
            )
            alarms.sound(tx, kind, call_id, "what to do", now)

        self.app.database.write(write)
        self.waits(seconds=1)
        return call_id

    def waits(self, minutes: float = 0, seconds: float = 0) -> None:
        for _ in range(max(1, int((minutes * 60 + seconds) / 10))):
            self.clock.forward(seconds=min(10, minutes * 60 + seconds))
            self.app.paging.sweep()

    def pages(self, *kinds: str) -> list[Row]:
        """Oldest first; without those that say that no worker runs."""
        with self.app.database.read() as tx:
            return [row for row in tx.rows(select(page).order_by(page.c.id)) if row.kind in kinds or (not kinds and row.kind != QUEUE_AGE)]

    def takes(self, found: Row) -> None:
        self.app.database.write(lambda tx: take(tx, found.id, BY_COMMAND, self.clock.now()))
        self.waits(seconds=1)

    def shown(self, key: str) -> tuple[str, str]:
        """The reference and state that the console shows for the alarm about this call."""
        with self.app.database.read() as tx:
            found = next(row for row in pages.shown(tx) if row.key == key)
        return found.reference, found.state

    def texted(self) -> list[str]:
        with self.app.database.read() as tx:
            bodies = [row.body for row in tx.rows(select(text_table).where(text_table.c.page_id.isnot(None)).order_by(text_table.c.id))]
        return [re.sub(r"On call: (.*?)\. Reference.*", r"\1", body) for body in bodies]

    def planned(self) -> int:
        with self.app.database.read() as tx:
            return len(tx.rows(select(call_back.c.id).where(call_back.c.state == "planned")))

    def was_called(self, times: int) -> None:
        """Calls to Anita about some page, which have rung."""
        now = self.clock.now()

        def write(tx: Tx) -> None:
            caller_id = callers.ensure(tx, self.app.vault, Phone(ANITA), now)
            about = tx.rows(select(page.c.id))[0].id
            for _ in range(times):
                rows = page_call(page_id=about, caller_id=caller_id, line=Phone(LINE), flow="oncall", at=now)
                tx.add(rows)
                [planned] = [row for row in rows if row.statement.table is call_back]
                dials.add(tx, dial_id=new_id(now), call_back_id=planned.values["id"], provider="plivo", now=now, lease_until=now)
            tx.run(call_back.update().where(call_back.c.page_id == about).values(state="done", wish_id=None))
            tx.run(dial.update().values(state="completed", lease_until=None))

        self.app.database.write(write)


@pytest.fixture
def clinic(app: App, clock: HandClock) -> Clinic:
    return Clinic(app, clock)


def test_one_who_rings_again_and_again_is_one_page(clinic: Clinic) -> None:
    rung = [clinic.screens(RAVI) for _ in range(30)]

    [only] = clinic.pages()
    assert only.call_id == rung[0]
    assert clinic.texted() == ["A caller told of emergency signs"]
    assert {clinic.shown(each) for each in rung} == {(only.reference, "texted")}


def test_who_takes_it_takes_all_that_joined(clinic: Clinic) -> None:
    rung = [clinic.screens(RAVI) for _ in range(3)]
    [only] = clinic.pages()

    clinic.takes(only)
    rung.append(clinic.screens(RAVI))  # a person has just seen to this caller

    assert {clinic.shown(each) for each in rung} == {(only.reference, "taken")}
    clinic.waits(minutes=20)
    assert len(clinic.pages()) == 1


def test_an_hour_later_the_same_caller_is_a_new_page(clinic: Clinic) -> None:
    clinic.screens(RAVI)
    clinic.takes(clinic.pages()[0])
    clinic.waits(minutes=61)

    clinic.screens(RAVI)

    assert [each.state for each in clinic.pages()] == ["taken", "texted"]


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        ("red_flag", "red_flag", 1),
        ("red_flag", "unclear_triage", 1),
        ("unclear_triage", "unclear_triage", 1),
        ("unclear_triage", "red_flag", 2),  # who goes to the phone for it is to know how grave it is
        ("red_flag", "unserved", 2),
        ("unserved", "red_flag", 2),
    ],
)
def test_what_joins_is_no_graver(clinic: Clinic, first: str, second: str, count: int) -> None:
    clinic.screens(RAVI, first)
    clinic.screens(RAVI, second)

    assert len(clinic.pages()) == count


@pytest.mark.parametrize(
    ("second", "line", "count"),
    [(None, LINE, 1), (None, OTHER_LINE, 2), (RAVI, LINE, 2)],
)
def test_all_who_withhold_their_number_on_a_line_are_one_caller(clinic: Clinic, second: str | None, line: str, count: int) -> None:
    clinic.screens(None)
    clinic.screens(second, line=line)

    assert len(clinic.pages()) == count


def test_two_relays_raise_one_page_about_one_caller(clinic: Clinic, app: App, clock: HandClock) -> None:
    beside = Clinic(build(app.settings, clock), clock)
    for each in (clinic, beside, clinic, beside):
        each.screens(RAVI)
    beside.app.database.close()

    assert len(clinic.pages()) == 1


def test_a_second_caller_is_texted_about_at_once_however_often_the_first_rang(clinic: Clinic) -> None:
    for _ in range(10):
        clinic.screens(RAVI)
    before = len(clinic.texted())

    rung = clinic.screens(SITA)

    assert clinic.texted()[before:] == ["A caller told of emergency signs"]
    assert clinic.pages()[-1].call_id == rung


def test_many_callers_are_a_few_pages_and_one_that_says_how_many_wait(clinic: Clinic) -> None:
    for number in range(10):
        clinic.screens(f"+9198450000{number:02}")
    clinic.screens("+919845000009")  # waits already, and is counted once
    clinic.waits(minutes=1)

    assert [each.kind for each in clinic.pages()] == ["red_flag"] * MOST_AT_ONCE + [CALLERS_WAIT]
    assert clinic.texted()[-1] == "2 more callers wait: see the console"  # as many as did when it was sent
    with clinic.app.database.read() as tx:
        assert len([row for row in alarms.latest(tx) if row.kind == "red_flag"]) == 11
    clinic.waits(minutes=10)
    with clinic.app.database.read() as tx:
        [wait] = tx.rows(select(alarm).where(alarm.c.kind == CALLERS_WAIT))
    assert "before them: 7;" in wait.detail


def test_when_one_is_taken_the_newest_who_waits_comes_next(clinic: Clinic) -> None:
    rung = [clinic.screens(f"+9198450000{number:02}") for number in range(6)]

    clinic.takes(clinic.pages()[0])
    assert [each.call_id for each in clinic.pages("red_flag")] == [*rung[:3], rung[5]]
    for each in clinic.pages("red_flag"):
        clinic.takes(each)

    assert {each.call_id for each in clinic.pages("red_flag")} == {*rung}


def test_an_emergency_waits_for_no_lesser_need(clinic: Clinic) -> None:
    for number in range(5):
        clinic.screens(f"+9198450000{number:02}", "unclear_triage")

    rung = clinic.screens(SITA)

    assert [each.call_id for each in clinic.pages("red_flag")] == [rung]


def test_how_many_wait_is_told_to_the_next_number_too(clinic: Clinic, app: App, clock: HandClock) -> None:
    both = Clinic(build(app.settings.model_copy(update={"oncall_number": (ANITA, "+919900445566")}), clock), clock)
    for number in range(8):
        both.screens(f"+9198450000{number:02}")
    both.waits(minutes=3)
    texted = both.texted()
    both.app.database.close()

    assert "5 more callers wait: see the console" in texted


def test_a_flood_that_nobody_hears_comes_to_an_end(clinic: Clinic) -> None:
    for number in range(30):
        clinic.screens(f"+9198450000{number:02}")
    clinic.waits(minutes=60)
    raised = len(clinic.pages("red_flag"))
    clinic.waits(minutes=120)

    assert len(clinic.pages("red_flag")) <= raised + 2 * MOST_AT_ONCE
    assert not [each for each in clinic.pages() if each.state in ("raised", "texted", "calling")]
    clinic.screens(SITA)
    assert clinic.pages("red_flag")[-1].state == "texted"


@pytest.mark.parametrize(
    ("had", "called"),
    [(MOST_CALLS - KEPT_FOR_FIRST, True), (MOST_CALLS - 1, True), (MOST_CALLS, False)],
)
def test_a_new_page_calls_who_has_not_been_called_too_often(clinic: Clinic, had: int, called: bool) -> None:
    clinic.screens(RAVI)
    clinic.takes(clinic.pages()[0])
    clinic.was_called(had)

    clinic.screens(SITA)
    clinic.waits(minutes=1.5)

    assert clinic.planned() == called
    assert len(clinic.texted()) == 2  # the SMS goes out in any case


def test_an_hour_later_there_are_calls_again(clinic: Clinic) -> None:
    clinic.screens(RAVI)
    clinic.takes(clinic.pages()[0])
    clinic.was_called(MOST_CALLS)
    clinic.waits(minutes=61)

    clinic.screens(SITA)
    clinic.waits(minutes=1.5)

    assert clinic.planned() == 1
