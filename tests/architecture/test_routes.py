"""Routes that providers sign are made of characters that nobody quotes, so what they sign is what we see."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from ivr.model.ids import new_id
from ivr.settings import Settings
from ivr.texts.addresses import report_url
from ivr.web.app import create_app
from ivr.web.webhooks import INCOMING, REPORT, RING, STATUS, Route, route_of
from ivr.wiring import build


@pytest.fixture
def flask(make_settings: Callable[..., Settings], sqlite_url: str) -> Flask:
    return create_app(build(make_settings(database_url=sqlite_url)))


def test_signed_addresses_need_no_quoting(make_settings: Callable[..., Settings]) -> None:
    settings = make_settings(public_url="https://calls.example")
    made = report_url(settings, "plivo", new_id(1)).removeprefix("https://calls.example")

    assert re.fullmatch(r"[A-Za-z0-9_/-]+", made)
    assert route_of(made)


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/voice/plivo", RING),
        ("/voice/twilio", RING),
        ("/voice/plivo/status", STATUS),
        ("/texts/twilio/incoming", INCOMING),
        ("/texts/plivo/report/01ARZ3NDEKTSV4RRFFQ69G5FAV/0123456789abcdef0123456789abcdef", REPORT),
        ("/voice/", None),
        ("/voice/plivo/", None),
        ("/voice/plivo/status/more", None),
        ("/voice/pl%69vo", None),
        ("/voice/plivo\n", None),
        ("/texts/plivo/report/01ARZ3NDEKTSV4RRFFQ69G5FAV", None),
        ("/ops/", None),
    ],
)
def test_the_webhooks_of_the_public_contract_stand(path: str, route: Route | None) -> None:
    assert (found := route_of(path)) is None or found[0] is route
    assert (found is None) == (route is None)


@pytest.mark.parametrize("route", ["/healthz", "/readyz", "/metrics", "/ops/", "/ops/jobs/"])
def test_the_pages_of_the_public_contract_stand(flask: Flask, route: str) -> None:
    assert route in {rule.rule for rule in flask.url_map.iter_rules()}
