"""Routes that providers sign are made of characters that nobody quotes, so what they sign is what we see."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from ivr.settings import Settings
from ivr.web.app import create_app
from ivr.wiring import build


@pytest.fixture
def flask(make_settings: Callable[..., Settings], sqlite_url: str) -> Flask:
    return create_app(build(make_settings(database_url=sqlite_url)))


def test_signed_routes_need_no_quoting(flask: Flask) -> None:
    signed = [rule.rule for rule in flask.url_map.iter_rules() if rule.rule.startswith(("/voice/", "/texts/"))]

    assert len(signed) >= 4
    for rule in signed:
        assert re.fullmatch(r"[A-Za-z0-9_/-]+", re.sub(r"<\w+>", "x", rule)), rule


@pytest.mark.parametrize(
    "route",
    [
        "/voice/<provider>",
        "/voice/<provider>/status",
        "/texts/<provider>/incoming",
        "/texts/<provider>/report/<attempt>/<mac>",
        "/healthz",
        "/readyz",
        "/metrics",
        "/ops/",
        "/ops/jobs/",
    ],
)
def test_the_public_contract_stands(flask: Flask, route: str) -> None:
    assert route in {rule.rule for rule in flask.url_map.iter_rules()}
