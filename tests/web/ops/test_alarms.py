"""What an operator sees of alarms that somebody on call is to hear of."""

import pytest

from ivr.alarms.taking import BY_COMMAND, take
from ivr.store import alarms, pages
from ivr.wiring import App, build
from tests.clock import HandClock
from tests.web.ops.conftest import Browser
from tests.web.ops.reading import told, words


@pytest.fixture
def clinic(app: App, clock: HandClock) -> App:
    """The same database, seen by a relay that knows who is on call."""
    return build(app.settings.model_copy(update={"oncall_number": ("+919900112233",)}), clock)


def sound(app: App, clock: HandClock) -> str:
    """The page's reference."""
    app.database.write(lambda tx: alarms.sound(tx, "account", "plivo", "no credit", clock.now()))
    app.paging.sweep()
    with app.database.read() as tx:
        return str(pages.shown(tx)[0].reference)


def test_an_alarm_says_whether_somebody_has_taken_it(operator: Browser, clinic: App, clock: HandClock) -> None:
    reference = sound(clinic, clock)
    assert f"{reference}: texted to who is on call; nobody has taken it yet" in words(operator.open("/ops/").text)

    clock.forward(minutes=1.1)
    clinic.paging.sweep()
    assert f"{reference}: those on call are being called" in words(operator.open("/ops/").text)

    with clinic.database.read() as tx:
        page = pages.shown(tx)[0]
    clinic.database.write(lambda tx: take(tx, page.id, BY_COMMAND, clock.now()))
    assert f"{reference}: taken by command" in words(operator.open("/ops/").text)


def test_an_alarm_is_taken_from_the_board_and_nobody_else_is_called(operator: Browser, clinic: App, clock: HandClock) -> None:
    reference = sound(clinic, clock)
    with clinic.database.read() as tx:
        path = f"/ops/do/take_alarm/{pages.shown(tx)[0].id}"
    assert path in operator.open("/ops/").text
    operator.submit(path, on=path, reason="I top it up")

    clock.forward(minutes=20)
    clinic.paging.sweep()
    board = operator.open("/ops/").text
    assert f"{reference}: taken by " in words(board)
    assert path not in board
    assert operator.open(path).status_code == 409
    with clinic.database.read() as tx:
        assert not pages.calls(tx, path.rpartition("/")[2])


def test_that_nobody_took_it_is_an_alarm_which_tells_when_somebody_does(operator: Browser, clinic: App, clock: HandClock) -> None:
    reference = sound(clinic, clock)
    clock.forward(minutes=10.5)
    clinic.paging.sweep()
    assert "Nobody took an alarm" in words(operator.open("/ops/").text)

    with clinic.database.read() as tx:
        page = next(page for page in pages.shown(tx) if page.reference == reference)
    clinic.database.write(lambda tx: take(tx, page.id, "2", clock.now()))

    assert words(operator.open("/ops/").text).count(f"{reference}: taken by number 2 of ONCALL_NUMBER") == 2


def test_the_sms_is_told_like_any_other_and_leads_to_no_call(operator: Browser, clinic: App, clock: HandClock) -> None:
    reference = sound(clinic, clock)

    html = operator.open("/ops/calls").text
    assert f"Reference {reference}" in words(html)
    assert "/ops/calls/None" not in html
    assert 'href="/ops/calls/"' not in html
    assert "call backs planned" in words(operator.open("/ops/").text)
    assert "1 call backs planned" not in words(html)
    assert told(html) is not None
