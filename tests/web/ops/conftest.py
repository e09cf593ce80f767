"""A console with an operator in it, and a browser."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.operators import Role, add_operator
from ivr.settings import Settings
from ivr.web.app import create_app
from ivr.wiring import App, build
from tests.clock import HandClock
from tests.web.ops.day import Day

PASSWORD = "three green elephants"
PUBLIC_URL = "https://calls.example"


class Browser:
    """An operator's browser: keeps cookies, sends what browsers send with forms."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def open(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def form_token(self, path: str = "/ops/login") -> str:
        found = re.search(r'name="form" value="([^"]+)"', self.open(path).text)
        assert found, f"no form on {path}"
        return found[1]

    def submit(self, path: str, on: str = "/ops/login", headers: dict[str, str] | None = None, **fields: str) -> TestResponse:
        fields.setdefault("form", self.form_token(on))
        return self.client.post(path, data=fields, headers=headers or {"Sec-Fetch-Site": "same-origin"})

    def log_in(self, name: str = "asha", password: str = PASSWORD, **fields: str) -> TestResponse:
        return self.submit("/ops/login", on="/ops/login", headers=None, name=name, password=password, **fields)

    @property
    def inside(self) -> bool:
        return self.open("/ops/").status_code == 200


@pytest.fixture
def settings(make_settings: Callable[..., Settings], sqlite_url: str, redis_url: str) -> Settings:
    return make_settings(database_url=sqlite_url, redis_url=redis_url, public_url=PUBLIC_URL)


@pytest.fixture
def app(settings: Settings, clock: HandClock) -> App:
    return build(settings, clock)


@pytest.fixture
def browse(app: App) -> Callable[..., Browser]:
    """Browsers, on the shared application or on another."""
    shared = create_app(app)
    add_operator(app.database, "asha", PASSWORD, Role.OPERATOR, app.clock.now())

    def make(other: App | None = None, address: str = "198.51.100.7", https: bool = True) -> Browser:
        flask = shared if other is None else create_app(other)
        client = flask.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        if https:
            client.environ_base["wsgi.url_scheme"] = "https"
        return Browser(client)

    return make


@pytest.fixture
def browser(browse: Callable[..., Browser]) -> Browser:
    return browse()


@pytest.fixture
def operator(browser: Browser) -> Browser:
    """A browser whose operator has logged in."""
    assert browser.log_in().status_code == 303
    return browser


@pytest.fixture
def day(app: App, clock: HandClock) -> Day:
    return Day(app, clock)
