"""What console pages never show, never run and always send."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from pydantic import SecretStr

from ivr.lines import Lines
from ivr.model.events import ReportState
from ivr.model.outcomes import Accepted, TryLater
from ivr.run.development import fresh_keys
from ivr.store import alarms
from ivr.web.ops.door import QUIET
from ivr.wiring import build
from tests.clock import HandClock
from tests.web.ops.conftest import PUBLIC_URL, Browser
from tests.web.ops.day import Day


def test_no_page_ever_holds_the_whole_number(operator: Browser, day: Day) -> None:
    call_id = day.call()
    claim = day.send(Accepted("m1"))
    day.report(claim, ReportState.DELIVERED)
    for path in ("/ops/", "/ops/calls", f"/ops/calls/{call_id}", "/ops/calls?state=delivered", "/ops/nowhere"):
        page = operator.open(path).text
        assert "9845012345" not in page
        assert "98450" not in page


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def test_hostile_words_are_shown_as_text(operator: Browser, day: Day, browse: Callable[..., Browser], clock: HandClock) -> None:
    call_id = day.call()
    claim = day.send(TryLater(HOSTILE))
    day.sql("UPDATE text SET body = ?, reason = ?, state = 'failed', ended_at = asked_at", HOSTILE, HOSTILE)
    day.sql("UPDATE call SET provider = ?, outcome = ?, cause = ?", HOSTILE, HOSTILE, HOSTILE)
    day.sql("UPDATE link SET campaign = ?", HOSTILE)
    day.sql("INSERT INTO report VALUES (?, ?, ?, 1)", claim.text.attempt_id, HOSTILE, HOSTILE)
    day.app.database.write(lambda tx: alarms.sound(tx, HOSTILE, HOSTILE, HOSTILE, clock.now()))
    line = next(iter(day.app.lines))
    other = browse(replace(day.app, lines=Lines.of(replace(line, name=HOSTILE, campaign=HOSTILE))))
    other.log_in()
    for path in ("/ops/", "/ops/calls", f"/ops/calls/{call_id}", f"/ops/calls?line={HOSTILE}&state={HOSTILE}"):
        page = other.open(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        if "?" not in path:
            assert "&lt;script&gt;alert" in page.text


def test_a_number_sealed_with_a_lost_key_does_not_hide_the_rest(day: Day, browse: Callable[..., Browser], clock: HandClock) -> None:
    day.call()
    fresh = day.app.settings.model_copy(update={"data_key": (SecretStr(fresh_keys()["DATA_KEY"]),)})
    browser = browse(build(fresh, clock))
    browser.log_in()
    assert "DATA_KEY lacks" in browser.open("/ops/calls").text


@pytest.mark.parametrize(
    "path", ["/ops/calls/01K0000000000000000000000A", "/ops/calls/x", "/ops/calls/%00", "/ops/nowhere", "/ops/no/where"]
)
def test_what_is_not_there_is_said_kindly_inside(operator: Browser, path: str) -> None:
    page = operator.open(path)
    assert (page.status_code, "To the console" in page.text) == (404, True)


@pytest.mark.parametrize("path", ["/ops/", "/ops/login", "/ops/nowhere", "/ops", "/ops/calls", "/ops/calls/x"])
def test_every_page_keeps_the_world_out(operator: Browser, browse: Callable[..., Browser], path: str) -> None:
    for browser in (operator, browse()):
        headers = browser.open(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "no-store" in headers["Cache-Control"]


def test_pages_keep_the_policy_they_promise(operator: Browser, day: Day) -> None:
    """No inline script or style, and nothing from another host."""
    call_id = day.call()
    for path in ("/ops/", "/ops/calls", f"/ops/calls/{call_id}", "/ops/nowhere", "/ops/login"):
        page = operator.open(path).text
        assert not re.search(r"<script(?![^>]*src=\"/static/)|<style|\sstyle=|\son\w+=", page)
        assert not re.search(r"(src|href|action)=\"(https?:)?//", page)


@pytest.mark.parametrize(
    "name", ["style.css", "live.js", "flow.js", "icon.svg", "vendor/htmx-2.0.11.min.js", "vendor/chart-4.6.1.umd.min.js"]
)
def test_static_files_are_there(browser: Browser, name: str) -> None:
    answer = browser.open(f"/static/{name}")
    assert answer.status_code == 200
    assert name.startswith("vendor/") or not re.search(r"https?://(?!www\.w3\.org)", answer.text)


def test_a_part_that_renews_itself_says_so_and_after_the_session_takes_its_page_to_the_login(
    operator: Browser, browse: Callable[..., Browser]
) -> None:
    assert QUIET in operator.open("/ops/").text
    polls = {"HX-Request": "true", "HX-Current-URL": f"{PUBLIC_URL}/ops/consults?state=paid"}
    stranger = browse()
    answer = stranger.open("/ops/board/now", headers=polls)
    assert (answer.status_code, answer.text) == (401, "")
    assert answer.headers["HX-Redirect"] == "/ops/login?next=/ops/consults%3Fstate%3Dpaid&told=ended"
    assert "Your session has ended" in stranger.open(answer.headers["HX-Redirect"]).text
    for odd in ("", "http://[", "https://evil.example/elsewhere"):
        assert stranger.open("/ops/", headers={**polls, "HX-Current-URL": odd}).headers["HX-Redirect"] == "/ops/login?told=ended"


@pytest.mark.parametrize("path", ["/ops", "/ops/jobs"])
def test_a_missing_slash_is_added(operator: Browser, path: str) -> None:
    answer = operator.open(path)
    assert (answer.status_code, answer.location) == (303, f"{path}/")


def test_no_redirect_of_ours_repeats_the_host_header(browser: Browser) -> None:
    for path in ("/ops", "/ops/", "/ops/jobs", "/ops/jobs/"):
        assert browser.open(path, headers={"Host": "evil.example"}).location.startswith("/ops/")
