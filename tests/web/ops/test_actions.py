"""What operators do in the console: who may, what it asks first, what came of it; and the log of it all."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from pydantic import SecretStr
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from werkzeug.test import TestResponse

from ivr.model.values import Phone
from ivr.operating.deed import NEEDS, CannotBeDone, Deed
from ivr.operators import Role, add_operator
from ivr.oversight import Action, note
from ivr.run.development import fresh_keys
from ivr.store import alarms, audit, calls, consults, pages
from ivr.store.deeds import texts_with_link
from ivr.store.tx import Tx
from ivr.wiring import App, build
from tests.clock import HandClock
from tests.duty import resting
from tests.web.ops import errands
from tests.web.ops.conftest import PASSWORD, Browser
from tests.web.ops.day import HOTLINE, NUMBER, STOP_LINE, Day
from tests.web.ops.reading import words
from tests.web.ops.voice.talks import Phones
from tests.web.paid import ASHA, Patient

ASK = re.compile(r'href="(/ops/do/[^"]+)"')


@pytest.fixture
def as_role(app: App, browse: Callable[..., Browser]) -> Callable[[Role], Browser]:
    def log_in(role: Role) -> Browser:
        add_operator(app.database, f"one-{role}", PASSWORD, role, app.clock.now())
        browser = browse()
        assert browser.log_in(f"one-{role}").status_code == 303
        return browser

    return log_in


@pytest.fixture
def admin(as_role: Callable[[Role], Browser]) -> Browser:
    return as_role(Role.ADMIN)


def does(browser: Browser, path: str, reason: str = "they asked for it", **fields: str) -> TestResponse:
    """Fill in the page that asks why, and press its button."""
    return browser.submit(path.partition("?")[0], on=path, reason=reason, **fields)


def done(app: App) -> list[tuple[str, str]]:
    """The newest last."""
    with app.database.read() as tx:
        return [(row.operator, row.action) for row in reversed(audit.latest(tx))]


def caller_of(app: App, call_id: str) -> str:
    with app.database.read() as tx:
        found = calls.get(tx, call_id)
    assert found is not None
    return str(found.caller_id)


def _page_of_an_alarm(app: App, clock: HandClock) -> str:
    """In the same database, by a relay that knows who is on call."""
    clinic = build(app.settings.model_copy(update={"oncall_number": ("+919900112233",)}), clock)
    clinic.database.write(lambda tx: alarms.sound(tx, "account", "plivo", "no credit", clock.now()))
    clinic.paging.sweep()
    with clinic.database.read() as tx:
        return str(pages.shown(tx)[0].id)


class Ward:
    """A clinic where there is something of every kind to be done; `paths` by action."""

    def __init__(self, app: App, clock: HandClock, day: Day) -> None:
        resting(app)
        patient = Patient(app, clock).asks().presses_pay().pays()
        clock.forward(seconds=1)  # what comes at the same moment has no order
        call_id = day.call("+919811112345")
        blocked = day.call("+919822222222")
        talk = Phones(app, clock, calls=100).dials("+919833333333")
        operating, deed = app.operating, Deed("asha", "a reason", clock.now())
        operating.callers.block(deed, caller_of(app, blocked))
        clock.forward(seconds=1)
        operating.switches.pause_line(replace(deed, at=clock.now()), next(line for line in app.lines if line.published == "08061914348"))
        with app.database.read() as tx:
            text_id = texts_with_link(tx, call_id)[0].id
        self.paths = {
            Action.REVEAL_NUMBER: caller_of(app, call_id),
            Action.RESEND_LINK: text_id,
            Action.BLOCK_CALLER: caller_of(app, call_id),
            Action.UNBLOCK_CALLER: caller_of(app, blocked),
            Action.END_CALL: talk.call_id,
            Action.REFUND_CONSULT: patient.id,
            Action.REQUEUE_CONSULT: patient.id,
            Action.PAUSE_LINE: HOTLINE,
            Action.RESUME_LINE: "08061914348",
            Action.PAUSE_TEXTS: "texts",
            Action.RESUME_TEXTS: "texts",
            Action.REQUEUE_JOBS: "all",
            Action.TAKE_ALARM: _page_of_an_alarm(app, clock),
        }
        queue = Queue("texts", connection=app.redis, serializer=JSONSerializer)
        queue.enqueue(errands.fails, "errand", description="text_send 01K")
        SimpleWorker([queue], connection=app.redis, serializer=JSONSerializer, log_job_description=False).work(
            burst=True, logging_level="ERROR"
        )
        self.app, self.clock = app, clock
        clock.forward(seconds=1)

    def path(self, action: Action) -> str:
        if action is Action.RESUME_TEXTS:
            with suppress(CannotBeDone):
                self.app.operating.switches.pause_texts(Deed("asha", "a reason", self.clock.now()))
            self.clock.forward(seconds=1)
        return f"/ops/do/{action}/{self.paths[action]}"


@pytest.fixture
def ward(app: App, clock: HandClock, day: Day) -> Ward:
    return Ward(app, clock, day)


def tries(app: App, browser: Browser, role: Role, action: Action, path: str) -> None:
    """Asked and done once, if this role may; otherwise refused. Either way the trace says what came of it."""
    before = done(app)
    if not role.includes(NEEDS[action]):
        assert browser.open(path).status_code == 403
        assert browser.submit(path, on="/ops/", reason="I want to").status_code == 403
        assert done(app) == before
        return
    asked = browser.open(f"{path}?back=/ops/calls")
    assert (asked.status_code, '<label for="reason">' in asked.text) == (200, True)
    for reason in ("", "x" * 301):
        assert does(browser, path, reason).status_code == 400
    assert done(app) == before
    answer = does(browser, path, back="/ops/calls")
    assert (answer.status_code, 'href="/ops/calls"' in answer.text) == (200, True)
    assert done(app) == [*before, (f"one-{role}", action)]
    if action is not Action.REVEAL_NUMBER:
        again = browser.submit(path, on="/ops/", reason="they asked for it")
        assert (again.status_code, "That cannot be done" in again.text) == (409, True)
        assert done(app) == [*before, (f"one-{role}", action)]


@pytest.mark.parametrize("role", Role)
def test_each_role_does_what_it_may_once_and_leaves_a_trace(
    app: App, ward: Ward, as_role: Callable[[Role], Browser], role: Role, clock: HandClock
) -> None:
    browser = as_role(role)
    for action in sorted(NEEDS, key=lambda each: each is Action.REFUND_CONSULT):  # after that nobody looks for a doctor
        clock.forward(seconds=1)
        tries(app, browser, role, action, ward.path(action))


def test_who_needs_to_be_what() -> None:
    assert {action for action, role in NEEDS.items() if role is not Role.OPERATOR} == {Action.PAUSE_TEXTS, Action.RESUME_TEXTS}
    assert NEEDS[Action.PAUSE_TEXTS] is NEEDS[Action.RESUME_TEXTS] is Role.ADMIN


def test_a_viewer_sees_no_button_at_all(ward: Ward, as_role: Callable[[Role], Browser], day: Day) -> None:
    viewer = as_role(Role.VIEWER)
    for path in ("/ops/", "/ops/calls", f"/ops/calls/{day.call()}", "/ops/switches"):
        page = viewer.open(path)
        assert page.status_code == 200
        assert ASK.findall(page.text) == []
        assert "What you can do" not in page.text
        assert "/ops/switches/find" not in page.text
    assert "Access log" not in viewer.open("/ops/").text


def test_the_page_of_a_call_offers_what_can_be_done_about_it(operator: Browser, ward: Ward, app: App, day: Day) -> None:
    call_id = day.call("+919844444444")
    offered = {path.split("/")[3] for path in ASK.findall(operator.open(f"/ops/calls/{call_id}").text)}
    assert offered == {"resend_link", "reveal_number", "block_caller"}

    live = ward.paths[Action.END_CALL]
    assert f"/ops/do/end_call/{live}" in operator.open(f"/ops/calls/{live}").text
    with app.database.read() as tx:
        consult = consults.get(tx, ward.paths[Action.REFUND_CONSULT])
    assert consult is not None
    of_paid = operator.open(f"/ops/calls/{consult.call_id}").text
    assert f"/ops/do/refund_consult/{consult.id}" in of_paid
    assert f"/ops/do/requeue_consult/{consult.id}" in of_paid


def test_what_can_be_done_stands_on_top_and_is_renewed_with_the_page(operator: Browser, ward: Ward, app: App) -> None:
    """A page that is kept open while a consult is paid offers what goes with that."""
    with app.database.read() as tx:
        consult = consults.get(tx, ward.paths[Action.REFUND_CONSULT])
    assert consult is not None
    for path in (f"/ops/consults/{consult.id}", f"/ops/calls/{consult.call_id}"):
        page = operator.open(path).text
        assert page.index('id="live"') < page.index("What you can do") < page.index("What happened")


def test_what_will_happen_is_said_first(operator: Browser, ward: Ward) -> None:
    assert "Rs 249 go back to who paid, all of it. This cannot be taken back." in words(
        operator.open(ward.path(Action.REFUND_CONSULT)).text
    )
    assert "no menu, no text, no call back" in words(operator.open(ward.path(Action.BLOCK_CALLER)).text)
    page = words(operator.open(ward.path(Action.PAUSE_LINE)).text)
    assert f"Pause: Hotline {HOTLINE}" in page
    assert "is written down, and brings no text" in page
    paid = ward.app.operating.callers.find(Phone(ASHA))
    assert "the block counts when it is over" in words(operator.open(f"/ops/do/block_caller/{paid}").text)


@pytest.mark.parametrize("path", ["fly/away", "answer_grievance/" + "0" * 26, "block_caller/x", "block_caller/" + "é" * 26, "end_call/'--"])
def test_what_is_nothing_to_be_done_is_said_kindly(operator: Browser, path: str) -> None:
    assert operator.open(f"/ops/do/{path}").status_code == 404
    assert operator.submit(f"/ops/do/{path}", on="/ops/", reason="why not").status_code == 404


@pytest.mark.parametrize("action", ["block_caller", "reveal_number", "end_call", "resend_link", "refund_consult", "requeue_consult"])
def test_what_is_gone_is_said_kindly(operator: Browser, action: str) -> None:
    page = operator.open(f"/ops/do/{action}/{'0' * 26}")
    assert (page.status_code, "There is no such" in page.text) == (409, True)


def test_a_line_that_is_none_and_one_that_is_never_paused(operator: Browser) -> None:
    assert "no line of ours" in operator.open("/ops/do/pause_line/08000000000").text.lower()
    page = operator.open(f"/ops/do/pause_line/{STOP_LINE}")
    assert (page.status_code, "never paused" in page.text) == (409, True)


def test_without_our_form_nothing_is_done(app: App, operator: Browser, ward: Ward) -> None:
    before, path = done(app), ward.path(Action.PAUSE_LINE)
    assert operator.client.post(path, data={"reason": "because"}).status_code == 403
    assert does(operator, path, form="another").status_code == 403
    assert operator.submit(path, on=path, headers={"Origin": "https://evil.example"}, reason="because").status_code == 403
    assert done(app) == before


def test_afterwards_one_is_led_nowhere_else(operator: Browser, ward: Ward) -> None:
    path = ward.path(Action.PAUSE_LINE)
    assert 'href="/ops/"' in operator.open(f"{path}?back=https://evil.example/").text
    assert "evil" not in operator.open(f"{path}?back=//evil.example/").text


class TestNumbers:
    def test_a_number_is_shown_once_on_the_answer_alone(self, app: App, operator: Browser, day: Day) -> None:
        call_id = day.call()
        path = f"/ops/do/reveal_number/{caller_of(app, call_id)}"
        answer = does(operator, path, "to ring them about their complaint")
        assert NUMBER in answer.text
        assert "no-store" in answer.headers["Cache-Control"]
        for page in (path, f"/ops/calls/{call_id}", "/ops/calls", "/ops/switches"):
            assert "9845012345" not in operator.open(page).text

    def test_a_number_that_cannot_be_opened_is_shown_to_nobody_and_can_be_kept_out(
        self, app: App, day: Day, browse: Callable[..., Browser], clock: HandClock
    ) -> None:
        caller_id = caller_of(app, day.call())
        fresh = app.settings.model_copy(update={"data_key": (SecretStr(fresh_keys()["DATA_KEY"]),)})
        browser = browse(build(fresh, clock))
        browser.log_in()
        answer = does(browser, f"/ops/do/reveal_number/{caller_id}")
        assert (answer.status_code, "DATA_KEY lacks" in answer.text) == (409, True)
        assert does(browser, f"/ops/do/block_caller/{caller_id}").status_code == 200
        assert done(app) == [("asha", "block_caller")]

    def test_nobody_else_is_shown_it(self, app: App, day: Day, as_role: Callable[[Role], Browser]) -> None:
        path = f"/ops/do/reveal_number/{caller_of(app, day.call())}"
        answer = as_role(Role.VIEWER).submit(path, on="/ops/", reason="curious")
        assert (answer.status_code, "98450" in answer.text) == (403, False)
        assert done(app) == []

    def test_a_number_that_is_typed_is_found_and_never_in_an_address(self, app: App, operator: Browser, day: Day) -> None:
        day.call()
        found = operator.submit("/ops/switches/find", on="/ops/switches", number="98450 12345")
        assert found.status_code == 303
        assert "98450" not in found.location
        assert "Block the caller: +91******2345" in words(operator.open(found.location).text)

    @pytest.mark.parametrize(("number", "status", "said"), [("hello", 400, "no phone number"), ("+919899999999", 404, "ever rung us")])
    def test_a_number_that_is_none_or_unknown(self, operator: Browser, number: str, status: int, said: str) -> None:
        answer = operator.submit("/ops/switches/find", on="/ops/switches", number=number)
        assert (answer.status_code, said in answer.text) == (status, True)

    def test_a_viewer_finds_nobody(self, as_role: Callable[[Role], Browser]) -> None:
        assert as_role(Role.VIEWER).submit("/ops/switches/find", on="/ops/", number=NUMBER).status_code == 403


class TestSwitches:
    def test_the_page_shows_what_is_off_since_when_by_whom_and_why(self, admin: Browser, ward: Ward) -> None:
        does(admin, ward.path(Action.PAUSE_TEXTS), "a wrong wording went out")
        page = words(admin.open("/ops/switches").text)
        assert "one-admin: a wrong wording went out" in page
        assert "+91******2222" in page
        assert "texts: 1" in page  # a failed job
        assert "Call me back 08061914348 missed call: calls back with a menu Paused" in page

    def test_every_page_says_that_something_is_off(self, admin: Browser, ward: Ward, day: Day) -> None:
        assert "All texts are paused" not in admin.open("/ops/").text
        does(admin, ward.path(Action.PAUSE_TEXTS))
        for path in ("/ops/", "/ops/calls", f"/ops/calls/{day.call()}", "/ops/nowhere"):
            assert "All texts are paused · Call me back 08061914348 is paused" in words(admin.open(path).text)

    @pytest.mark.parametrize("url", ["", "redis://127.0.0.1:1"])
    def test_without_redis_the_other_switches_are_there(self, app: App, browse: Callable[..., Browser], clock: HandClock, url: str) -> None:
        browser = browse(build(app.settings.model_copy(update={"redis_url": url}), clock))
        browser.log_in()
        assert browser.open("/ops/switches").status_code == 200
        assert browser.open("/ops/do/requeue_jobs/all").status_code == (503 if url else 409)

    def test_failed_jobs_go_back_into_their_queue(self, app: App, operator: Browser, ward: Ward) -> None:
        assert "1 job run again" in words(operator.open("/ops/do/requeue_jobs/all").text)
        assert "1 job put back" in does(operator, "/ops/do/requeue_jobs/all").text
        queue = Queue("texts", connection=app.redis, serializer=JSONSerializer)
        assert (queue.count, queue.failed_job_registry.count) == (1, 0)


class TestAccessLog:
    @pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
    def test_only_admins_read_it(self, as_role: Callable[[Role], Browser], role: Role) -> None:
        assert as_role(role).open("/ops/audit").status_code == 403

    def test_it_says_who_did_what_to_what_and_why(self, app: App, admin: Browser, ward: Ward) -> None:
        does(admin, ward.path(Action.REVEAL_NUMBER), "to ring them")
        does(admin, ward.path(Action.REFUND_CONSULT), "no doctor today")
        does(admin, ward.path(Action.RESEND_LINK), "lost it")
        html = admin.open("/ops/audit").text
        page = words(html)
        assert "one-admin looked at a number caller +91******2345 to ring them" in page
        assert "one-admin refunded a consult Rs 249, was paid consult +91******2345 no doctor today" in page
        assert "asha paused a line Call me back 08061914348 a reason" in page
        assert f'href="/ops/consults/{ward.paths[Action.REFUND_CONSULT]}"' in html
        assert re.search(r'href="/ops/calls/[0-9A-Z]{26}">text', html)
        assert "98450" not in html

    @pytest.mark.parametrize(
        ("action", "about", "detail", "said"),
        [
            (
                Action.EXPORT_TABLE,
                ("chart", "texts"),
                {"of": {"days": 7, "line": "", "campaign": "", "language": "", "provider": ""}},
                "exported a table the last 7 days, everything chart From the missed call to the app",
            ),
            (
                Action.EXPORT_TABLE,
                ("chart", "sms-times"),
                {"of": {"days": 30, "line": "Call me back", "campaign": "bus", "language": "kn", "provider": "plivo"}},
                "the last 30 days, line Call me back, campaign bus, Kannada, provider plivo chart Time to SMS",
            ),
            (
                Action.EXPORT_TABLE,
                ("doctors", "directory"),
                {"written": 1, "samples_left_out": 391},
                "1 doctor, 391 samples left out the directory",
            ),
            (
                Action.IMPORT_DOCTORS,
                ("doctors", "directory"),
                {"added": 2, "changed": 1, "same": 3, "sha256": "ab" * 32},
                "imported doctors 2 new, 1 changed, 3 as they were the directory",
            ),
            (
                Action.VERIFY_DOCTOR,
                ("doctor", "x"),
                {"valid_until": "2031-03-31", "routable": False},
                "until 2031-03-31, not to be rung doctor",
            ),
            (Action.CHANGE_SHIFTS, ("doctor", "x"), {"taken_out": "mon 09:00-13:00"}, "changed shifts taken out mon 09:00-13:00 doctor"),
            (
                Action.CHANGE_SHIFTS,
                ("doctor", "x"),
                {"day": "2026-11-29", "kind": "off", "times": "00:00-24:00"},
                "off on 2026-11-29, 00:00-24:00",
            ),
            (Action.CHANGE_SHIFTS, ("doctor", "x"), {"day": "2026-11-29", "taken_back": 2}, "changed shifts 2026-11-29 as usual doctor"),
            (Action.SET_DUTY, ("doctor", "x"), {"wish": "one_more"}, "wish one more doctor"),
        ],
    )
    def test_it_says_in_words_what_was_taken_or_changed(
        self, app: App, admin: Browser, action: Action, about: tuple[str, str], detail: dict[str, object], said: str
    ) -> None:
        subject, subject_id = about
        app.database.write(lambda tx: note(tx, 1, "somebody.quite-long", action, subject=subject, subject_id=subject_id, **detail))
        html = admin.open("/ops/audit").text
        assert said in words(html)
        assert "sha256" not in html
        assert '<th scope="row" class="steady">somebody.quite-long</th>' in html

    def test_it_is_filtered_and_paged(self, app: App, admin: Browser) -> None:
        now = app.clock.now()

        def fill(tx: Tx) -> None:
            for number in range(120):
                action = Action.EXPORT_TABLE if number % 2 else Action.REVEAL_NUMBER
                operator = "ravi" if number % 3 else "asha"
                note(tx, now + number, operator, action, subject="chart", subject_id=f"n{number}", reason=f"number {number}.")

        app.database.write(fill)
        first = admin.open("/ops/audit").text
        assert [number for number in (119, 70, 69) if f"number {number}." in first] == [119, 70]
        older = re.search(r'href="([^"]+before=[^"]+)"', first)
        assert older
        second = admin.open(older[1].replace("&amp;", "&")).text
        assert [number for number in (70, 69, 20, 19) if f"number {number}." in second] == [69, 20]
        chosen = admin.open("/ops/audit?operator=asha&action=export_table").text
        assert sorted(int(each) for each in re.findall(r"number (\d+)\.", chosen)) == [n for n in range(120) if n % 2 and not n % 3]
        assert "number" not in words(admin.open("/ops/audit?operator=nobody").text).split("Show all")[1].replace("a number", "")
        assert admin.open("/ops/audit?before=%00&action=nonsense&operator=%00").status_code == 200

    def test_hostile_words_are_shown_as_text(self, app: App, admin: Browser) -> None:
        bad = "<script>alert(1)</script>"
        app.database.write(
            lambda tx: audit.add(
                tx, id="0" * 26, at=1, operator=bad, action=bad, subject=bad, subject_id=bad, caller_id=None, reason=bad, detail=bad
            )
        )
        page = admin.open("/ops/audit")
        assert (page.status_code, "<script>alert" in page.text) == (200, False)
