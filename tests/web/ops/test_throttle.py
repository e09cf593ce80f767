"""Guessing passwords is slow, with Redis and without."""

from collections.abc import Callable

import pytest

from ivr.wiring import App, build
from tests.clock import HandClock
from tests.web.ops.conftest import PASSWORD, Browser

Browse = Callable[..., Browser]


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


def test_behind_a_proxy_that_is_not_known_a_stranger_locks_no_operator_out(throttled: Callable[..., Browser]) -> None:
    browser = throttled("10.0.0.4")
    assert {browser.log_in(f"name{number}").status_code for number in range(25)} == {401}
    assert browser.log_in().status_code == 303


def test_behind_it_names_are_still_counted(throttled: Callable[..., Browser]) -> None:
    browser = throttled("10.0.0.4")
    assert [browser.log_in(password="wrong wrong").status_code for _ in range(6)] == [401] * 5 + [429]


def test_a_trusted_proxy_says_who_guesses(app: App, browse: Browse, clock: HandClock) -> None:
    proxied = browse(build(app.settings.model_copy(update={"trusted_proxies": 1}), clock), address="10.0.0.4")

    def log_in(came_from: str, password: str) -> int:
        headers = {"X-Forwarded-For": f"192.0.2.1, {came_from}", "Sec-Fetch-Site": "same-origin"}
        return proxied.submit("/ops/login", name="asha", password=password, headers=headers).status_code

    assert [log_in("203.0.113.5", "wrong") for _ in range(6)] == [401] * 5 + [429]
    assert log_in("203.0.113.6", PASSWORD) == 303


def test_redis_holds_neither_names_nor_addresses(app: App, browser: Browser) -> None:
    browser.log_in(password="wrong wrong")
    keys = [str(key) for key in app.redis.keys("*")]
    assert len(keys) == 2
    assert not any("asha" in key or "198.51" in key for key in keys)
