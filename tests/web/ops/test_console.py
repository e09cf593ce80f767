"""What an operator sees."""

import re
from collections.abc import Callable

import pytest

from ivr.links import AppLink
from ivr.model.events import ReportState
from ivr.model.outcomes import Accepted, Fault, Misconfigured, TryLater, Unknown
from ivr.settings import Settings
from ivr.store import alarms, console
from ivr.wiring import App, build
from tests.clock import HandClock
from tests.web.ops.conftest import Browser
from tests.web.ops.day import HOTLINE, NUMBER, STOP_LINE, Day
from tests.web.ops.reading import told, words


def test_an_empty_console_says_how_to_begin(operator: Browser) -> None:
    page = words(operator.open("/ops/calls").text)
    assert f"No calls yet. Give a missed call to {HOTLINE} (Hotline)." in page
    assert "No texts yet." in page
    assert "softphone" not in page
    assert "Needs you" not in words(operator.open("/ops/").text)


def test_the_sandbox_is_offered_where_there_is_one(app: App, browse: Callable[..., Browser], clock: HandClock) -> None:
    browser = browse(build(app.settings.model_copy(update={"sandbox_url": "http://127.0.0.1:8100"}), clock))
    browser.log_in()
    assert 'href="http://127.0.0.1:8100/sandbox/"' in browser.open("/ops/").text


def test_the_story_of_a_call_is_told_to_its_end(operator: Browser, day: Day) -> None:
    call_id = day.call()
    claim = day.send(Accepted("m1"))
    day.report(claim, ReportState.SENT)
    day.report(claim, ReportState.DELIVERED)
    day.clock.forward(minutes=2)
    token = claim.text.body.split("/SANDHI/")[1].split()[0]
    day.app.links.opened(AppLink(token, ""))
    day.app.links.opened(AppLink(token, ""))
    page = operator.open(f"/ops/calls/{call_id}")
    assert told(page.text) == [
        f"Call from a mobile to Hotline {HOTLINE}",
        "Text asked for app_link v1 in English, 1 segment (GSM-7)",
        "Call ended not answered: the caller heard the busy tone and paid nothing (provider’s code 17)",
        "Attempt 1: plivo handed over",
        "Outcome at plivo the provider took it",
        "plivo reports sent to the network",
        "plivo reports delivered to the phone",
        "Link opened first time; 2 times so far",
    ]
    shown = words(operator.open("/ops/calls").text)
    assert "+91******2345" in shown
    assert "Delivered" in shown
    assert "1 segment" in shown
    assert "22 Nov 12:00:00" in shown
    assert "2 min ago" in shown


def test_trouble_with_a_text_is_told_with_codes_and_raises_an_alarm(operator: Browser, day: Day) -> None:
    call_id = day.call()
    day.send(TryLater("429"))
    day.clock.forward(minutes=5)
    day.send(Misconfigured("80", Fault.DLT, "template not registered"))
    steps = told(operator.open(f"/ops/calls/{call_id}").text)
    assert "Outcome at plivo the provider was busy; we try again (provider’s code 429)" in steps
    assert "Outcome at plivo refused by the DLT check: the alarm says what to compare (provider’s code 80)" in steps
    assert "Given up DLT rejected it: template not registered" in steps
    home = words(operator.open("/ops/").text)
    assert "Needs you Texts are refused by the DLT check" in home
    assert "callflows/texts.yaml with the DLT portal" in home
    assert "1 failed or not delivered" in home


def test_an_unknown_outcome_and_a_bad_report_are_told(operator: Browser, day: Day) -> None:
    call_id = day.call()
    claim = day.send(Unknown("ReadTimeout"))
    assert "no clear answer; we are asking the provider whether it went out (ReadTimeout)" in words(
        operator.open(f"/ops/calls/{call_id}").text
    )
    day.report(claim, ReportState.UNDELIVERED, "450")
    page = words(operator.open(f"/ops/calls/{call_id}").text)
    assert "not delivered: it reached the network, but not the phone (provider’s code 450)" in page
    assert "plivo reports undelivered (450)" in page


@pytest.mark.parametrize(
    ("caller", "line", "badge"),
    [
        ("08026601234", HOTLINE, "No text: a landline cannot get an SMS"),
        ("+14155550123", HOTLINE, "No text: we text Indian mobiles only"),
        ("anonymous", HOTLINE, "No text: the caller withheld the number"),
        (NUMBER, STOP_LINE, "Opted out"),
        ("anonymous", STOP_LINE, "Nobody to opt out"),
        (NUMBER, "08069999999", "Unknown line"),
    ],
)
def test_a_call_that_brings_no_text_says_why(operator: Browser, day: Day, caller: str, line: str, badge: str) -> None:
    call_id = day.call(caller, line)
    assert badge in words(operator.open("/ops/calls").text)
    assert badge in words(operator.open(f"/ops/calls/{call_id}").text)


def test_a_second_call_within_the_window_says_that_the_first_text_is_on_its_way(operator: Browser, day: Day) -> None:
    day.call()
    day.call()
    assert "No text: rang again while the first text was on its way" in words(operator.open("/ops/calls").text)


def test_alarms_of_earlier_days_step_back(operator: Browser, day: Day, clock: HandClock) -> None:
    day.app.database.write(lambda tx: alarms.sound(tx, "signature", "plivo", "check PUBLIC_URL", clock.now()))
    clock.forward(minutes=25 * 60)
    operator.log_in()
    page = words(operator.open("/ops/").text)
    assert "Needs you" not in page
    assert "Alarms of earlier days (1)" in page


@pytest.mark.parametrize(
    ("key", "leads"), [("12345678", True), ("01JZXW8M4Q0000000000000000", True), ("plivo", False), ("2026-11-22", False)]
)
def test_an_alarm_leads_to_what_it_is_about(operator: Browser, day: Day, clock: HandClock, key: str, leads: bool) -> None:
    """A refund that is stuck names its payment's id, and two of them would look alike."""
    day.app.database.write(lambda tx: alarms.sound(tx, "refund_stuck", key, "look it up", clock.now()))
    assert (f'href="/ops/search?q={key}"' in operator.open("/ops/").text) is leads


def test_a_silent_relay_is_an_alarm(operator: Browser, day: Day, clock: HandClock) -> None:
    day.call()
    assert "Texts or calls are waiting" not in operator.open("/ops/").text
    clock.forward(minutes=1)
    assert "python -m workers relay" in operator.open("/ops/").text


def test_filters_by_line_and_state(operator: Browser, day: Day) -> None:
    day.call("+919811111111")
    day.send(Accepted("m1"))
    day.call("+919822222222", STOP_LINE)
    day.call("08026601234")
    shown = {
        "": ["1111", "2222", "1234"],
        "?state=sent": ["1111"],
        "?state=dropped": ["1234"],
        f"?line={STOP_LINE}": ["2222"],
        f"?line={HOTLINE}&state=dropped": ["1234"],
        "?state=nonsense&line=nonsense": ["1111", "2222", "1234"],
    }
    for query, wanted in shown.items():
        page = operator.open(f"/ops/calls{query}").text
        assert [end for end in ("1111", "2222", "1234") if f"{end}</a>" in page] == wanted, query
    assert "No call matches." in operator.open("/ops/calls?state=failed").text


def test_twenty_five_calls_and_texts_are_enough_for_one_page_and_the_next_one_goes_on(operator: Browser, day: Day) -> None:
    for number in range(53):
        day.call(f"+9198450{number:05}")
    page = operator.open("/ops/calls").text
    assert page.count('<details id="c-') == page.count('<details id="t-') == 25
    assert "0052</a>" in page
    assert "0027</a>" not in page
    seen = set(re.findall(r'<details id="c-(\w+)"', page))
    for _ in range(2):
        found = re.search(r'href="([^"]+)">Older calls', page)
        assert found
        page = operator.open(found[1].replace("&amp;", "&")).text
        seen |= set(re.findall(r'<details id="c-(\w+)"', page))
        assert page.count('<details id="t-') == 25  # these stay
    assert len(seen) == 53
    assert "Older calls" not in page
    assert "to the newest" in page


def test_the_console_reads_both_databases(database_url: str, make_settings: Callable[..., Settings], clock: HandClock) -> None:
    """The same words, whichever database keeps them."""
    settings = make_settings(database_url=database_url, public_url="https://calls.example")
    day = Day(build(settings, clock), clock)
    call_id = day.call()
    claim = day.send(Accepted("m1"))
    day.report(claim, ReportState.DELIVERED)
    with day.app.database.read() as tx:
        story = console.one_call(tx, call_id)
        assert story is not None
        assert console.one_call(tx, "0" * 26) is None
        assert [text.text.state for text in console.latest_texts(tx, line="+918061914343", state="delivered")] == ["delivered"]
        assert (console.latest_texts(tx, state="failed"), console.latest_calls(tx, line="+910000000000")) == ([], [])
        assert (console.calls_since(tx, 0), console.texts_since(tx, 0)) == (1, {"delivered": 1})
    (text,) = story.texts
    assert (len(text.attempts), [report.state for report in text.reports], len(text.links)) == (1, ["delivered"], 1)
    day.app.database.close()
