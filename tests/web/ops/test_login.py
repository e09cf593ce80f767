"""The console's door."""

from collections.abc import Callable
from urllib.parse import quote

import pytest

from ivr.operators import Role, add_operator
from ivr.settings import Settings
from ivr.wiring import App, build
from tests.clock import HandClock
from tests.web.ops.conftest import PASSWORD, PUBLIC_URL, Browser

Browse = Callable[..., Browser]
HOUR = 60


def test_the_right_name_and_password_open_the_console(operator: Browser) -> None:
    page = operator.open("/ops/")
    assert page.status_code == 200
    assert "asha" in page.text
    assert "operator" in page.text


def test_names_are_read_in_any_case(browser: Browser) -> None:
    assert browser.log_in("  ASHA ").status_code == 303


@pytest.mark.parametrize(
    ("name", "password"), [("asha", "wrong wrong wrong"), ("nobody", PASSWORD), ("", ""), ("a\0b", "x"), ("asha", "x" * 50_000)]
)
def test_anything_else_does_not(browser: Browser, name: str, password: str) -> None:
    answer = browser.log_in(name, password)
    assert (answer.status_code, "do not belong together" in answer.text) == (401, True)
    assert not browser.inside


def test_a_stranger_is_asked_to_log_in_first_and_comes_back_to_where_he_was_going(browser: Browser) -> None:
    answer = browser.open("/ops/calls/01K?a=b&c=d")
    assert (answer.status_code, answer.location) == (303, "/ops/login?next=/ops/calls/01K%3Fa%3Db%26c%3Dd")
    assert 'value="/ops/calls/01K?a=b&amp;c=d"' in browser.open(answer.location).text
    assert browser.log_in(next="/ops/calls/01K?a=b&c=d").location == "/ops/calls/01K?a=b&c=d"


@pytest.mark.parametrize(
    "path", ["/ops/", "/ops/nowhere", "/ops/calls/x", "/ops/jobs/", "/ops/jobs/0/data/queues.json", "/ops/jobs/9/view/jobs"]
)
def test_strangers_see_nothing_inside(browser: Browser, path: str) -> None:
    answer = browser.open(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/ops/login")


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/ops//evil.example",
        "/ops/../../evil",
        "/ops/\nSet-Cookie: a=b",
        "javascript:alert(1)",
        "/opsevil",
        "/SANDHI/abc",
        "/ops/" + "a" * 300,
    ],
)
def test_login_never_sends_anybody_elsewhere(browser: Browser, evil: str) -> None:
    assert 'name="next" value="/ops/"' in browser.open(f"/ops/login?next={quote(evil)}").text
    assert browser.log_in(next=evil).location == "/ops/"
    assert browser.open(f"/ops/login?next={quote(evil)}").location == "/ops/"  # who is inside already is sent on


def test_the_cookie_is_for_the_console_only_and_out_of_reach_of_scripts(browser: Browser) -> None:
    cookie = browser.log_in().headers["Set-Cookie"]
    for property in ("HttpOnly", "Secure", "SameSite=Strict", "Path=/ops"):
        assert property in cookie
    assert "Expires" not in cookie


def test_on_plain_http_the_cookie_is_not_secure_for_it_would_not_come_back(
    make_settings: Callable[..., Settings], sqlite_url: str, clock: HandClock, browse: Browse
) -> None:
    plain = build(make_settings(database_url=sqlite_url, public_url="http://127.0.0.1:8000"), clock)
    assert "Secure" not in browse(plain, https=False).log_in().headers["Set-Cookie"]


@pytest.mark.parametrize("form", ["", "guessed", "ಕನ್ನಡ"])
def test_a_form_that_is_not_ours_is_refused(browser: Browser, form: str) -> None:
    assert browser.log_in(form=form).status_code == 403
    assert not browser.inside


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": PUBLIC_URL}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": PUBLIC_URL}, 403),
        ({"X-Nothing": "an old browser says nothing; the token decides"}, 303),
    ],
)
def test_a_form_from_another_site_is_refused_even_with_the_token(browser: Browser, headers: dict[str, str], status: int) -> None:
    assert browser.submit("/ops/login", name="asha", password=PASSWORD, headers=headers).status_code == status


def test_logging_out_needs_our_form_and_ends_it(operator: Browser) -> None:
    assert operator.client.post("/ops/logout", data={"form": "guessed"}).status_code == 403
    assert operator.open("/ops/logout").status_code in (303, 404, 405)
    assert operator.inside
    assert operator.submit("/ops/logout", on="/ops/").location == "/ops/login"
    assert not operator.inside


def test_eight_idle_hours_end_a_session(operator: Browser, clock: HandClock) -> None:
    clock.forward(minutes=8 * HOUR - 1)
    assert operator.inside
    clock.forward(minutes=8 * HOUR)
    assert not operator.inside


def test_twelve_hours_end_it_however_busy(operator: Browser, clock: HandClock) -> None:
    for _ in range(11):
        clock.forward(minutes=HOUR)
        assert operator.inside
    clock.forward(minutes=HOUR)
    assert not operator.inside


@pytest.mark.parametrize(("path", "headers"), [("/ops/", {"X-Quiet": "1"}), ("/ops/jobs/0/data/queues.json", {})])
def test_a_page_that_refreshes_itself_keeps_nobody_inside(operator: Browser, clock: HandClock, path: str, headers: dict[str, str]) -> None:
    for _ in range(7):
        clock.forward(minutes=HOUR)
        assert operator.open(path, headers=headers).status_code == 200
    clock.forward(minutes=HOUR)
    assert not operator.inside


def test_a_new_password_ends_sessions_that_began_with_the_old_one(app: App, operator: Browser) -> None:
    add_operator(app.database, "asha", "another fine password", Role.OPERATOR, app.clock.now())
    assert not operator.inside


def test_a_former_secret_key_still_verifies(
    app: App, operator: Browser, browse: Browse, make_settings: Callable[..., Settings], clock: HandClock
) -> None:
    former, fresh = app.settings.secret_key.get_secret_value(), "a-fresh-secret-key-of-many-characters"
    for fallbacks, inside in (((former,), True), ((), False)):
        changed = app.settings.model_copy(update={"secret_key": type(app.settings.secret_key)(fresh)})
        changed = changed.model_copy(update={"secret_key_fallbacks": tuple(type(app.settings.secret_key)(key) for key in fallbacks)})
        other = browse(build(changed, clock))
        _give_cookie(operator, other)
        assert other.inside is inside


def test_while_the_database_is_away_the_session_holds_and_the_page_says_so(
    app: App, operator: Browser, browse: Browse, clock: HandClock
) -> None:
    away = browse(build(app.settings.model_copy(update={"database_url": "sqlite:////nowhere/at/all.db"}), clock))
    assert away.log_in().status_code == 503
    _give_cookie(operator, away)
    page = away.open("/ops/")
    assert (page.status_code, page.headers["Retry-After"]) == (503, "60")
    assert "The database is away" in page.text
    assert away.open("/ops/jobs/").status_code == 200  # Redis is there


def _give_cookie(giver: Browser, taker: Browser) -> None:
    cookie = giver.client.get_cookie("ivr_ops", path="/ops")
    assert cookie
    taker.client.set_cookie("ivr_ops", cookie.value, path="/ops")


def test_a_hostile_name_is_shown_as_text(browser: Browser) -> None:
    answer = browser.log_in('"><script>alert(1)</script>', "wrong wrong")
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text
