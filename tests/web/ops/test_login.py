"""The console's door."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from ivr.operators import OperatorRefused, Role, add_operator, check_password, find_operator
from ivr.settings import Settings
from ivr.store.database import sqlite_path
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


@pytest.fixture(params=["redis", "redis away", "no redis"])
def throttled(request: pytest.FixtureRequest, app: App, browse: Browse, clock: HandClock) -> Callable[..., Browser]:
    """Browsers by address, on one application that counts failures in Redis or, without it, by itself."""
    url = {"redis": app.settings.redis_url, "redis away": "redis://127.0.0.1:1", "no redis": ""}[request.param]
    counting = build(app.settings.model_copy(update={"redis_url": url}), clock)
    first = browse(counting)

    def at(address: str) -> Browser:
        client = first.client.application.test_client()
        client.environ_base |= {"REMOTE_ADDR": address, "wsgi.url_scheme": "https"}
        return Browser(client)

    return at


def test_the_sixth_try_for_a_name_from_one_address_waits_a_quarter_of_an_hour(throttled: Callable[..., Browser], clock: HandClock) -> None:
    browser = throttled("198.51.100.1")
    assert [browser.log_in(password="wrong wrong").status_code for _ in range(5)] == [401] * 5
    refused = browser.log_in()
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "900")
    assert throttled("198.51.100.2").log_in().status_code == 303  # the operator herself is elsewhere
    clock.forward(minutes=14)
    assert browser.log_in().status_code == 429
    clock.forward(minutes=1)
    assert browser.log_in().status_code == 303


def test_twenty_failures_from_one_address_are_enough_whatever_the_names(throttled: Callable[..., Browser]) -> None:
    browser = throttled("198.51.100.3")
    assert {browser.log_in(f"name{number}").status_code for number in range(20)} == {401}
    assert browser.log_in().status_code == 429
    assert throttled("198.51.100.4").log_in().status_code == 303


def test_a_right_password_wipes_the_slate_of_its_name(throttled: Callable[..., Browser]) -> None:
    browser = throttled("198.51.100.5")
    for _ in range(3):
        for _ in range(4):
            assert browser.log_in(password="wrong wrong").status_code == 401
        assert browser.log_in().status_code == 303
        browser.submit("/ops/logout", on="/ops/")


def test_a_forwarded_address_is_not_believed(throttled: Callable[..., Browser]) -> None:
    browser = throttled("198.51.100.6")
    headers = [{"X-Forwarded-For": f"203.0.113.{number}", "Sec-Fetch-Site": "same-origin"} for number in range(6)]
    codes = [browser.submit("/ops/login", name="asha", password="wrong", headers=each).status_code for each in headers]
    assert codes == [401] * 5 + [429]


def test_redis_holds_neither_names_nor_addresses(app: App, browser: Browser) -> None:
    browser.log_in(password="wrong wrong")
    keys = [str(key) for key in app.redis.keys("*")]
    assert len(keys) == 2
    assert not any("asha" in key or "198.51" in key for key in keys)


def test_a_hostile_name_is_shown_as_text(browser: Browser) -> None:
    answer = browser.log_in('"><script>alert(1)</script>', "wrong wrong")
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


@pytest.mark.parametrize("name", ["", "a", "Asha", "9lives", "asha rao", "ashä", "a" * 33, "asha\n"])
def test_an_operators_name_has_a_simple_shape(app: App, name: str) -> None:
    with pytest.raises(OperatorRefused, match="small letters"):
        add_operator(app.database, name, PASSWORD, Role.VIEWER, 1)


@pytest.mark.parametrize("password", ["", "123456789", "x" * 201])
def test_a_password_has_ten_characters_at_least(app: App, password: str) -> None:
    with pytest.raises(OperatorRefused, match="10 to 200 characters"):
        add_operator(app.database, "asha", password, Role.VIEWER, 1)


def test_a_role_is_one_of_three(app: App) -> None:
    with pytest.raises(OperatorRefused, match="viewer, operator, admin"):
        add_operator(app.database, "asha", PASSWORD, "king", 1)


def test_adding_an_operator_twice_changes_password_and_role(app: App) -> None:
    assert add_operator(app.database, "ravi", PASSWORD, "viewer", 1) is True
    assert add_operator(app.database, "ravi", "another fine password", Role.ADMIN, 2) is False
    assert check_password(app.database, "ravi", PASSWORD) is None
    found = check_password(app.database, "ravi", "another fine password")
    assert found is not None
    assert found == find_operator(app.database, "ravi")
    assert (found.name, found.role) == ("ravi", Role.ADMIN)


def test_passwords_are_kept_as_argon2_hashes_only(app: App, sqlite_url: str) -> None:
    add_operator(app.database, "ravi", PASSWORD, "viewer", 1)
    app.database.close()
    kept = b"".join(file.read_bytes() for file in _files(sqlite_url))
    assert b"$argon2id$" in kept
    assert PASSWORD.encode() not in kept


def _files(url: str) -> list[Path]:
    path = sqlite_path(url)
    return list(path.parent.glob(path.name + "*"))
