"""Charts: their numbers are those of the day that was played, on both databases; as pages, tables and CSV."""

import csv
import json
import random
import re
from collections.abc import Callable
from io import StringIO
from typing import Any, NamedTuple

import pytest
from sqlalchemy import insert

from ivr.connecting.connecting import BY_KEY
from ivr.links import AppLink
from ivr.model.events import ReportState
from ivr.model.ids import new_id
from ivr.model.india import DAY_MS, IST_MS
from ivr.model.outcomes import Accepted, Never
from ivr.operators import Role, add_operator
from ivr.settings import Settings
from ivr.store import audit, consults
from ivr.store.schema import attempt, consult_event, quote
from ivr.store.schema import call as call_table
from ivr.store.schema import text as text_table
from ivr.store.tx import Tx
from ivr.web.ops.charts.chosen import OBEYED
from ivr.web.ops.charts.definitions import DEFINITIONS, Figure, figures, in_time
from ivr.web.ops.charts.sheet import as_csv
from ivr.web.ops.charts.tables import Grid, day_name, share, stages
from ivr.wiring import App
from tests.clock import HandClock
from tests.store.ward import add_consult, add_doctor
from tests.web.ops.conftest import PASSWORD, PUBLIC_URL, Browser
from tests.web.ops.day import Day
from tests.web.ops.reading import charts
from tests.web.ops.voice.talks import MENU_LINE, Phones

TODAY = "2026-11-22"
MINUTE = 60_000


@pytest.fixture
def settings(make_settings: Callable[..., Settings], database_url: str, redis_url: str) -> Settings:
    return make_settings(database_url=database_url, redis_url=redis_url, public_url=PUBLIC_URL)


@pytest.fixture
def phones(app: App, clock: HandClock) -> Phones:
    return Phones(app, clock)


def table(operator: Browser, name: str, query: str = "") -> dict[str, list[str]]:
    """The rows of one chart's CSV, by their first cell."""
    answer = operator.open(f"/ops/charts/{name}.csv{query}")
    assert answer.status_code == 200, answer.text
    return {row[0]: row[1:] for row in list(csv.reader(StringIO(answer.text)))[1:]}


def test_missed_calls_lead_to_texts_that_arrive_and_are_opened(operator: Browser, day: Day) -> None:
    day.call("+919845000001")
    opened = day.send(Accepted("m1"))
    day.report(opened, ReportState.DELIVERED)
    day.app.links.opened(AppLink(opened.text.body.split("/SANDHI/")[1].split()[0], ""))
    day.call("+919845000001")  # within the window: no text, by rule
    day.call("+919845000002")
    day.report(day.send(Accepted("m2")), ReportState.UNDELIVERED)
    day.call("+919845000003")
    day.send(Never("4", "no such number"))
    day.call("+919845000004")

    assert table(operator, "texts")[TODAY] == ["5", "4", "4", "1", "1", "2", "1"]
    assert "Missed calls 5 100 100 Texts 4 80 80 Delivered 1 20 25 Opened 1 20 100" in charts(operator)
    assert "Texts A missed call that a text was to answer; it counts once" in charts(operator)
    assert "Opened A missed call of which the link was opened" in charts(operator)
    assert "Provider, median (s) Provider, 95 of 100 within (s)" in charts(operator)


def test_each_day_is_a_day_in_india(operator: Browser, day: Day) -> None:
    day.clock.forward(minutes=11 * 60 + 59)  # 23:59 IST, 18:29 UTC
    day.call("+919845000001")
    day.clock.forward(minutes=2)
    day.call("+919845000002")
    operator.log_in()
    rows = table(operator, "texts")

    assert (rows[TODAY][0], rows["2026-11-23"][0]) == ("1", "1")
    assert len(rows) == 7


def test_a_line_a_campaign_and_a_provider_can_be_chosen(operator: Browser, day: Day) -> None:
    day.call()
    for query, calls in {
        "": "1",
        "?line=08061914343": "1",
        "?campaign=poster-2026": "1",
        "?provider=plivo&days=30": "1",
        "?line=08061914344": "0",
        "?line=08061914347&campaign=poster-2026": "0",
        "?provider=twilio": "0",
    }.items():
        assert table(operator, "texts", query)[TODAY][0] == calls, query


def test_the_page_says_where_a_filter_does_not_apply(operator: Browser, day: Day) -> None:
    day.call()
    page = charts(operator, "?language=hi&provider=plivo")
    assert "From the missed call to the app CSV Not filtered by language" in page
    assert "Where callers give up CSV Not filtered by language and provider" in page
    assert "Time to SMS CSV Nothing" in page


@pytest.mark.parametrize("query", ["?days=8", "?days=x", "?line=0800", "?campaign=x", "?language=fr", "?provider=aws", "?line=%00"])
def test_what_is_not_on_the_list_is_refused_kindly(operator: Browser, query: str) -> None:
    for path in ("/ops/charts", "/ops/charts/texts.csv"):
        answer = operator.open(path + query)
        assert answer.status_code == 400
        assert "Choose " in answer.text


def oracle(times: list[int], percent: int) -> str:
    """The smallest time that so many percent do not exceed, found by counting; in seconds as they are shown."""
    found = min((time for time in times if 100 * sum(each <= time for each in times) >= percent * len(times)), default=None)
    return "" if found is None else str(round(found / 1000, 1))


class _Sent(NamedTuple):
    day: int
    to_provider: int
    to_phone: int | None
    provider: str
    language: str


def sent_texts(app: App, now: int, count: int) -> list[_Sent]:
    """Texts of the last five days, at random."""
    dice, made = random.Random(7), []

    def write(tx: Tx) -> None:
        for number in range(count):
            came = now - dice.randrange(5 * DAY_MS)
            one = _Sent(
                (came + IST_MS) // DAY_MS,
                dice.randrange(20_000),
                dice.choice([None, dice.randrange(90_000)]),
                dice.choice(["plivo", "twilio"]),
                dice.choice(["en", "hi"]),
            )
            made.append(one)
            call_id, text_id = new_id(came), new_id(came)
            who = {"provider": "plivo", "provider_call_id": f"r{number}", "caller_kind": "mobile", "line": "+918061914343"}
            tx.run(insert(call_table), id=call_id, **who, action="text", arrived_at=came)
            sent, state = came + one.to_provider, "sent" if one.to_phone is None else "delivered"
            basics = {"line": "+918061914343", "template": "app_link", "version": 1, "language": one.language, "body": "", "state": state}
            times = {
                "asked_at": came,
                "not_after": came,
                "sent_at": sent,
                "ended_at": None if one.to_phone is None else sent + one.to_phone,
            }
            tx.run(insert(text_table), id=text_id, call_id=call_id, **basics, **times)
            tx.run(insert(attempt), id=new_id(came), text_id=text_id, provider=one.provider, state="accepted", started_at=came, looks=0)

    app.database.write(write)
    return made


@pytest.mark.parametrize("query", ["", "?language=hi", "?provider=twilio&language=en"])
def test_times_to_sms_are_those_that_counting_finds(operator: Browser, app: App, clock: HandClock, query: str) -> None:
    made = sent_texts(app, clock.now(), 300)
    wanted = dict(re.findall(r"(\w+)=(\w+)", query))
    made = [each for each in made if each.provider == wanted.get("provider", each.provider)]
    made = [each for each in made if each.language == wanted.get("language", each.language)]
    rows = table(operator, "sms-times", query)
    for day in {each.day for each in made}:
        taken = [each.to_provider for each in made if each.day == day]
        arrived = [each.to_phone for each in made if each.day == day and each.to_phone is not None]
        expected = [str(len(taken)), oracle(taken, 50), oracle(taken, 95), oracle(arrived, 50), oracle(arrived, 95)]
        assert rows[day_name(day)] == expected


def had(app: App, at: int, state: str, *, paid_s: int | None = None, met_s: int | None = None, quoted: bool = True, **columns: Any) -> None:
    """A consult opened at `at`, paid and with its doctor so many seconds later."""

    def write(tx: Tx) -> None:
        consult_id = add_consult(tx, at, state)
        paid_at = None if paid_s is None else at + paid_s * 1000
        consults.change(tx, consult_id, paid_at=paid_at, **columns)
        if quoted:
            basics = {"caller_id": consults.get(tx, consult_id).caller_id, "patient": consult_id, "state": "void", "first": 1}  # type: ignore[union-attr]
            more = {"paise": 24900, "components": "[]", "rule": "1", "code": consult_id[-6:], "created_at": at, "expires_at": at}
            tx.run(insert(quote), id=new_id(at), consult_id=consult_id, **basics, **more)
        if met_s is not None:
            met = at + met_s * 1000
            for again in (0, 90_000):  # after a break they meet once more
                tx.run(insert(consult_event), id=new_id(met), consult_id=consult_id, at=met + again, name="together", detail="{}")

    app.database.write(write)


def test_consults_are_followed_from_the_screen_to_their_end(operator: Browser, app: App, clock: HandClock) -> None:
    now = clock.now()
    had(app, now - 50 * MINUTE, "lapsed", quoted=False)
    had(app, now - 49 * MINUTE, "lapsed")
    had(app, now - 48 * MINUTE, "completed", paid_s=60, met_s=100)
    had(app, now - 47 * MINUTE, "completed", paid_s=60, met_s=180, language="hi")
    had(app, now - 46 * MINUTE, "refunded", paid_s=60, why=BY_KEY)
    had(app, now - 45 * MINUTE, "refunding", paid_s=60, why="no doctor in time")
    had(app, now - 44 * MINUTE, "completed", paid_s=60, met_s=61, follow_up_of="x")
    had(app, now - 10_000, "paid", paid_s=1)

    assert table(operator, "consults")[TODAY] == ["7", "7", "6", "5", "2", "2", "2"]
    assert table(operator, "consults", "?language=hi")[TODAY] == ["1", "1", "1", "1", "1", "1", "0"]
    assert "Triaged 7 100 100 Quoted 6 86 86 Paid 5 71 83 Connected 2 29 40 Completed 2 29 100 Refunded 2 29 –" in charts(operator)
    # met after 40 s and 120 s; of four that were paid more than a minute ago one in time
    assert table(operator, "doctor-times")[TODAY] == ["5", "2", "40.0", "120.0", "25"]
    assert table(operator, "abandoned")[TODAY][3:] == ["", "5", "1", "20", "0", "0", ""]


def test_who_hangs_up_in_the_menu_has_given_up_unless_a_link_was_on_its_way(operator: Browser, app: App, phones: Phones) -> None:
    phones.dials("+919845000001").presses("1").hangs_up()
    phones.dials("+919845000002").presses("1").presses("2").hangs_up()  # the link, and goodbye
    phones.dials("+919845000003").presses("1")  # still there
    app.database.write(lambda tx: add_doctor(tx, 45_000_004, phones.clock.now(), vault=app.vault))
    phones.dials("+919845000004").hangs_up()
    phones.dials("+919845000001").hangs_up()

    assert table(operator, "abandoned")[TODAY][:4] == ["4", "3", "2", "50"]
    assert table(operator, "abandoned", f"?line={MENU_LINE}")[TODAY][:1] == ["4"]
    assert table(operator, "abandoned", "?line=08061914348")[TODAY][:1] == ["0"]


class _Consult(NamedTuple):
    state: str
    paid_at: int | None = None
    together_at: int | None = None
    accepted: int = 0
    quoted: int = 1
    why: str | None = None


@pytest.mark.parametrize(
    ("consult", "counts"),
    [
        (_Consult("triaged", quoted=0), set()),
        (_Consult("cancelled"), {"quoted"}),
        (_Consult("paid", 1), {"quoted", "paid"}),
        (_Consult("completed", 1, 2, 1), {"quoted", "paid", "accepted", "connected", "completed"}),
        (_Consult("refunded", 1, why=BY_KEY), {"quoted", "paid", "refunded", "abandoned in the queue"}),
        (_Consult("refunded", 1, why="no doctor in time"), {"quoted", "paid", "refunded"}),
        (_Consult("refunding", 1, None, 1, why=BY_KEY), {"quoted", "paid", "accepted", "refunded", "abandoned after accept"}),
        (_Consult("refunded", 1, 2, 1), {"quoted", "paid", "accepted", "connected", "refunded"}),
        (_Consult("callback_booked", 1, None, 1), {"quoted", "paid", "accepted"}),
    ],
)
def test_what_a_consult_counts_as(consult: _Consult, counts: set[str]) -> None:
    assert {str(each) for each in figures(consult)} == {"triaged"} | counts


@pytest.mark.parametrize(
    ("paid_at", "together_at", "now", "kept"),
    [(None, None, 0, None), (0, 60_000, 70_000, True), (0, 60_001, 70_000, False), (0, None, 60_000, None), (0, None, 60_001, False)],
)
def test_the_service_level_is_a_doctor_within_a_minute(paid_at: int | None, together_at: int | None, now: int, kept: bool | None) -> None:
    assert in_time(_Consult("paid", paid_at, together_at), now) is kept


def test_every_figure_is_defined_in_one_sentence() -> None:
    assert set(DEFINITIONS) == set(Figure)
    assert all(re.fullmatch(r"[A-Z][^.]*\.", said) for said in DEFINITIONS.values())


def test_shares_of_nothing_are_none() -> None:
    assert share(0, 0) is None
    assert stages(("a", "b"), (0, 0)).rows == [("a", 0, None, None), ("b", 0, None, None)]


def test_a_table_never_runs_in_a_spreadsheet() -> None:
    hostile = ["=1+1", "+91", "-2", "@SUM(A1)", "\tx", "\rx", 'a"b,c', -5, None, 0.5]
    rows = list(csv.reader(StringIO(as_csv(Grid(("=a", "b"), [[each, 1] for each in hostile])), newline="")))
    assert [row[0] for row in rows] == ["'=a", "'=1+1", "'+91", "'-2", "'@SUM(A1)", "'\tx", "'\rx", 'a"b,c', "-5", "", "0.5"]


@pytest.mark.parametrize("name", OBEYED)
def test_every_chart_is_a_file_whose_taking_is_noted(operator: Browser, app: App, day: Day, name: str) -> None:
    day.call()
    answer = operator.open(f"/ops/charts/{name}.csv?days=30&line=08061914343")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}-30-days.csv"'
    assert "98450" not in answer.text
    with app.database.read() as tx:
        (row,) = audit.latest(tx)
    assert (row.operator, row.action, row.subject, row.subject_id) == ("asha", "export_table", "chart", name)
    assert json.loads(row.detail)["of"] == {"days": 30, "line": "Hotline", "campaign": "", "language": "", "provider": ""}
    assert operator.open("/ops/charts/nothing.csv").status_code == 404


def test_the_page_draws_from_data_beside_its_tables_and_keeps_the_policy(operator: Browser, day: Day) -> None:
    day.call()
    html = operator.open("/ops/charts").text
    data = {name: json.loads(text) for name, text in re.findall(r'<script type="application/json" id="(.*?)-data">(.*?)</script>', html)}
    assert data["texts"]["series"][0]["values"] == [1, 1, 0, 0]
    assert not re.search(r"<style|\sstyle=|\son\w+=|(src|href|action)=\"(https?:)?//", html)
    assert not re.search(r"<script(?![^>]*src=\"/static/)(?! type=\"application/json\")", html)
    assert html.count("<h1>") == 1
    assert html.count("<table>") == html.count("<caption")
    assert operator.open("/static/charts.js").status_code == 200


def test_a_viewer_may_read_them_and_a_stranger_may_not(app: App, browse: Callable[..., Browser]) -> None:
    add_operator(app.database, "vimal", PASSWORD, Role.VIEWER, app.clock.now())
    viewer = browse()
    assert viewer.open("/ops/charts/texts.csv").status_code == 303
    viewer.log_in("vimal")
    assert "Charts" in charts(viewer)
    assert table(viewer, "menu") == {}


def test_earlier_days_are_counted_once_an_hour_and_todays_once_a_minute(operator: Browser, day: Day) -> None:
    day.call("+919845000001")
    assert table(operator, "texts")[TODAY][0] == "1"
    day.call("+919845000002")
    assert table(operator, "texts")[TODAY][0] == "1"
    day.clock.forward(minutes=1)
    assert table(operator, "texts")[TODAY][0] == "2"
