"""The live board: what it says, what it costs, and that it is found once for all who look."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Select

from ivr.connecting import forecast
from ivr.connecting.outlook import Outlook, on_duty
from ivr.consults.capacity import MIN_LEFT_MS
from ivr.model.events import ReportState
from ivr.model.ids import new_id
from ivr.model.outcomes import Accepted
from ivr.operators import Role, add_operator
from ivr.settings import Settings
from ivr.store import board, charts, connecting, consults, offers, presence
from ivr.store.database import sqlite_path
from ivr.store.tx import SQLITE, Tx
from ivr.web.ops.door import QUIET
from ivr.web.ops.now.money import midnight, rupees
from ivr.web.ops.now.watch import Watch
from ivr.web.ops.percentiles import percentile
from ivr.wiring import App
from tests.clock import HandClock
from tests.store.ward import add_consult, add_doctor, add_offer, add_ring
from tests.web.ops.conftest import PASSWORD, PUBLIC_URL, Browser
from tests.web.ops.day import Day
from tests.web.ops.reading import words
from tests.web.ops.voice.talks import Phones

NOW = "/ops/board/now"


@pytest.fixture
def settings(make_settings: Callable[..., Settings], database_url: str, redis_url: str) -> Settings:
    return make_settings(database_url=database_url, redis_url=redis_url, public_url=PUBLIC_URL)


@pytest.fixture
def phones(app: App, clock: HandClock) -> Phones:
    return Phones(app, clock)


def part(operator: Browser, section: str) -> str:
    """What one part of the board says now."""
    html = operator.open("/ops/").text
    return words(html.split(f'id="{section}"')[1].split("</section>")[0].partition(">")[2]).strip()


def test_calls_are_seen_with_what_goes_on_and_for_how_long(operator: Browser, phones: Phones, clock: HandClock) -> None:
    talk = phones.dials().presses("1", after_s=5)
    phones.gives_missed_call("+919845054321")
    phones.we_call()
    clock.forward(seconds=60)

    shown = part(operator, "calls-now")

    assert "2 Calls that are live" in shown
    assert re.search(r"\+91\*{6}2345 Voice menu in the menu hotline.main_menu 1 min \d+ s", shown)
    assert re.search(r"\+91\*{6}4321 Call me back phone rings 1 min \d s", shown)
    talk.presses("2")
    assert "Voice menu hears the last words" in part(operator, "calls-now")
    talk.hangs_up()
    assert "2345" not in part(operator, "calls-now")


def test_texts_are_counted_by_the_minute_and_timed_by_provider(operator: Browser, day: Day) -> None:
    day.call()
    claim = day.send(Accepted("m1"))
    day.report(claim, ReportState.DELIVERED)
    day.clock.forward(minutes=2)
    day.call("+919845054321")
    shown = part(operator, "texts-now")

    assert "0.2 a minute 1 waiting to go out" in shown
    assert "the latest last: 0 0 0 0 0 0 0 1 0 1 plivo" in re.sub(r" Texts by provider .*?95 of 100 within", "", shown)
    assert "plivo 1 100 % 3.0 s 3.0 s" in shown
    day.clock.forward(minutes=11)
    assert part(operator, "texts-now").endswith("No provider took a text.")


def test_doctors_are_told_apart_with_why_they_are_not_rung_and_until_when(operator: Browser, app: App, clock: HandClock) -> None:
    now = clock.now()
    standings: list[dict[str, Any]] = [
        {},
        {"free_at": now + 30_000, "rest": "wrap_up"},
        {"free_at": now + 90_000, "rest": "missed"},
        {"free_at": now + 200_000, "rest": "paused"},
        {"intent": "pause"},
        {"proven_at": None},
        {"on_until": now + 60_000},
        {"intent": "one_more"},
        {"intent": "off", "on_until": None},
    ]
    for number, standing in enumerate(standings):
        app.database.write(lambda tx, number=number, standing=standing: add_doctor(tx, number, now, vault=app.vault, **standing))
    shown = part(operator, "doctors-now")

    assert "4 on duty 2 free 0 ringing 0 accepted 0 talking 2 wrap-up 2 paused, besides" in shown
    assert "Dr 0 free idle for 0 s" in shown
    assert "Dr 1 wrap-up writes up the last consult 12:00, in 30 s" in shown
    assert "Dr 2 not rung for a while did not pick up 12:01, in 1 min" in shown
    assert "Dr 3 paused missed too many rings in a row: any sign of life ends it 12:03, in 3 min" in shown
    assert "Dr 4 paused by their own key" in shown
    assert "Dr 5 to press 1" in shown
    assert "Dr 6 duty ends not rung any more" in shown
    assert "Dr 7 free idle for 0 s; one more, then off duty" in shown
    assert "Dr 8" not in shown


@pytest.mark.parametrize(
    ("state", "said", "counted"),
    [
        ("offering", "ringing the phone rings, 3 min 15 s", "1 ringing 0 accepted 0 talking"),
        ("connecting", "accepted 3 min 15 s ago, the patient is being connected", "0 ringing 1 accepted 0 talking"),
        ("recovering", "accepted 3 min 15 s ago, cut off, both are being connected again", "0 ringing 1 accepted 0 talking"),
        ("talking", "talking accepted 3 min 15 s ago", "0 ringing 0 accepted 1 talking"),
    ],
)
def test_a_doctor_talks_when_the_patient_does_and_names_and_references_lead_to_their_pages(
    operator: Browser, app: App, clock: HandClock, state: str, said: str, counted: str
) -> None:
    consult_id, doctor_id = app.database.write(lambda tx: _with_a_doctor(tx, app, clock.now(), state))
    clock.forward(minutes=3, seconds=15)
    shown, html = part(operator, "doctors-now"), operator.open("/ops/").text

    assert f"Dr 7 {said} consult {consult_id[-8:]}" in shown
    assert f"1 on duty 0 free {counted}" in shown
    consult = f'<a href="/ops/consults/{consult_id}">{consult_id[-8:]}</a>'
    assert html.count(consult) == 2  # among the doctors, and the consults
    named = 1 if state in ("offering", "recovering") else 2
    assert html.count(f'<a href="/ops/doctors/{doctor_id}">Dr 7</a>') == named
    assert ("Nobody waits for a doctor" in part(operator, "queue-now")) is (state != "offering")


def _with_a_doctor(tx: Tx, app: App, now: int, state: str) -> tuple[str, str]:
    """The consult's id, and the doctor's whose phone was rung for it."""
    doctor_id, consult_id = add_doctor(tx, 7, now, vault=app.vault), add_consult(tx, now, state)
    offer_id, lease_until = new_id(now), now + 60_000
    claim = presence.claim(tx, [doctor_id], offer_id, lease_until, now, MIN_LEFT_MS)
    assert claim is not None
    add_offer(tx, offer_id, consult_id, claim, add_ring(tx, consult_id, now), now, lease_until)
    if state != "offering":
        offers.accept(tx, offer_id, lease_until, now)
        consults.change(tx, consult_id, doctor_id=doctor_id)
    return consult_id, doctor_id


@pytest.mark.parametrize(("hours", "said"), [(5, "17:00, in 5 h"), (18, "23 Nov 06:00"), (24 * 60, "21 Jan 2027 12:00")])
def test_until_another_day_says_the_hour_too(operator: Browser, app: App, clock: HandClock, hours: int, said: str) -> None:
    app.database.write(lambda tx: add_doctor(tx, 7, clock.now(), vault=app.vault, on_until=clock.now() + hours * 3_600_000))
    assert f"Dr 7 free idle for 0 s {said}" in part(operator, "doctors-now")


def crowd(app: App, now: int, *, waiting: int, doctors: int) -> None:
    """Consults in every state and doctors of several languages."""

    def write(tx: Tx) -> None:
        for number in range(doctors):
            spoken = [{"en": 2}, {"hi": 2}, {"kn": 3, "en": 1}][number % 3]
            resting = {"free_at": now + 60_000, "rest": "wrap_up"} if number % 2 else {}
            add_doctor(tx, number, now, vault=app.vault, languages=spoken, **resting)
        for number in range(waiting):
            consult_id = add_consult(tx, now + number, ("paid", "offering", "talking", "callback_booked", "connecting")[number % 5])
            language = ("en", "kn", "ta")[number % 3]
            waits = {"paid_at": now - number, "seeks_since": now - 7_000 * number, "slot_at": now - 1}
            consults.change(tx, consult_id, language=language, any_language=number % 2, **waits)

    app.database.write(write)


@pytest.mark.parametrize(("waiting", "doctors"), [(1, 0), (1, 1), (12, 5), (30, 2)])
def test_the_estimate_is_the_one_that_callers_are_told(app: App, clock: HandClock, waiting: int, doctors: int) -> None:
    now = clock.now()
    crowd(app, now, waiting=waiting, doctors=doctors)
    with app.database.read() as tx:
        working, rows = board.doctors(tx, now, MIN_LEFT_MS), board.consults(tx)
        skills = board.skills(tx, [row.doctor_id for row in working])
        outlook = Outlook(on_duty(working, skills), connecting.seeking(tx, now), {"orthopedics": forecast.handle_ms(tx, "orthopedics")})

        assert len(rows) == waiting
        assert [outlook.wait(row, now) for row in rows] == [forecast.wait(tx, row, now) for row in rows]


def test_who_waits_is_seen_with_the_longest_and_what_is_expected(operator: Browser, app: App, clock: HandClock) -> None:
    crowd(app, clock.now(), waiting=5, doctors=1)
    clock.forward(minutes=6)
    shown = part(operator, "queue-now")

    assert shown.startswith("Paid consults under way 5 3 wait for a doctor · longest 6 min 21 s · a doctor is expected in over 5 min")
    assert "looking for a doctor" in shown
    assert "0 doctors rung" in shown
    assert "a doctor accepted, being connected" in shown
    assert "call booked for 22 Nov 11:59 IST" in shown


class _Counting:
    """A cursor that counts what it is asked."""

    def __init__(self, cursor: Any) -> None:
        self.cursor, self.asked = cursor, 0

    def execute(self, *given: Any) -> Any:
        self.asked += 1
        return self.cursor.execute(*given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.cursor, name)


class _Counted:
    """The database, and how many statements its readers ran."""

    def __init__(self, real: Any) -> None:
        self.real, self.asked = real, 0

    @contextmanager
    def read(self) -> Iterator[Tx]:
        with self.real.read() as tx:
            counting = _Counting(tx._cursor)
            yield Tx(counting, tx._dialect)
            self.asked += counting.asked


def statements(app: App, now: int) -> int:
    counted = _Counted(app.database)
    Watch(replace(app, database=counted)).look(now)
    return counted.asked


def test_many_calls_cost_no_more_statements_than_one(app: App, phones: Phones, clock: HandClock) -> None:
    phones.dials()
    crowd(app, clock.now(), waiting=1, doctors=1)
    few = statements(app, clock.now())

    for number in range(30):
        phones.dials(f"+9198450{number:05}").presses("1", after_s=0)
    crowd(app, clock.now() + 1, waiting=30, doctors=0)

    assert statements(app, clock.now()) == few <= 20


def test_more_rows_than_fit_a_screen_are_folded_away(operator: Browser, phones: Phones) -> None:
    for number in range(15):
        phones.dials(f"+9198450{number:05}")
    html = operator.open(NOW).text
    assert '<details id="calls-rest"><summary>3 more</summary>' in html
    assert html.count("Voice menu") == 15


def test_nothing_is_searched_through_but_what_is_few(sqlite_url: str) -> None:
    """Live calls, doctors on record, and payments of open states: these are few, or few of each."""
    with closing(sqlite3.connect(sqlite_path(sqlite_url))) as connection:
        for module in (board, charts, connecting):
            for name, statement in vars(module).items():
                if isinstance(statement, Select) and not name.islower() and (module is not connecting or name == "_SEEKING"):
                    listed = {"ids": ["a", "b"], "lines": ["a", "b"]}
                    given = {each: listed.get(each, 1 if value is None else value) for each, value in statement.compile().params.items()}
                    sql = str(statement.params(**given).compile(dialect=SQLITE, compile_kwargs={"render_postcompile": True}))
                    plan = [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}", ["a"] * sql.count("?"))]
                    found = [step for step in plan if step.startswith("SCAN") and step not in ("SCAN channel", "SCAN presence")]
                    assert found == [], name


def test_all_who_look_within_a_second_see_one_answer_and_whoever_opens_the_page_this_moment(
    operator: Browser, phones: Phones, clock: HandClock
) -> None:
    assert "Nobody is on the phone" in operator.open(NOW).text
    phones.dials()
    assert "Nobody is on the phone" in operator.open(NOW).text
    assert "Nobody is on the phone" not in operator.open("/ops/").text
    assert "Nobody is on the phone" not in operator.open(NOW).text


def test_the_part_that_renews_itself_is_the_part_on_the_page_and_counts_as_nobodys_presence(operator: Browser) -> None:
    page, renewed = operator.open("/ops/").text, operator.open(NOW)
    assert renewed.text.strip() in page
    assert renewed.text.count('id="live"') == 1
    assert f'hx-get="{NOW}"' in renewed.text
    assert QUIET in renewed.text
    assert "no-store" in renewed.headers["Cache-Control"]
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=", renewed.text)


def test_a_viewer_may_look_and_a_stranger_may_not(app: App, browse: Callable[..., Browser]) -> None:
    add_operator(app.database, "vimal", PASSWORD, Role.VIEWER, app.clock.now())
    viewer = browse()
    assert viewer.open(NOW).status_code == 303
    viewer.log_in("vimal")
    assert viewer.open(NOW).status_code == 200


@pytest.mark.parametrize(
    ("paise", "said"), [(0, "₹0"), (24_900, "₹249"), (100_050, "₹1,000.50"), (12_345_600, "₹1,23,456"), (1_234_567_800, "₹1,23,45,678")]
)
def test_money_is_grouped_as_in_india(paise: int, said: str) -> None:
    assert rupees(paise) == said


def test_the_day_begins_at_midnight_in_india() -> None:
    assert midnight(1_795_329_000_000) == 1_795_285_800_000  # 22 Nov 2026, noon


@pytest.mark.parametrize(
    ("times", "share", "found"), [([], 50, None), ([7], 95, 7), ([1, 2, 3, 4], 50, 2), (list(range(1, 101)), 95, 95), ([1, 2], 100, 2)]
)
def test_a_percentile_is_one_of_the_times(times: list[int], share: int, found: int | None) -> None:
    assert percentile(times, share) == found
