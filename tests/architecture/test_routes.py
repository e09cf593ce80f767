"""Routes that providers sign are made of characters that nobody quotes, so what they sign is what we see."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from ivr.callbacks.addresses import dial_urls
from ivr.consults.addresses import return_url
from ivr.menus.addresses import again_url, audio_url, patient_url, room_url, turn_url
from ivr.model.ids import new_id
from ivr.providers import PROVIDERS
from ivr.settings import Settings
from ivr.texts.addresses import report_url
from ivr.web.app import create_app
from ivr.web.webhooks import AGAIN, ANSWERED, DIAL_STATUS, INCOMING, REPORT, RING, ROOM, STATUS, TURN, Route, route_of
from ivr.wiring import build

PUBLIC_URL = "https://calls.example"
ID, MAC = "01ARZ3NDEKTSV4RRFFQ69G5FAV", "0123456789abcdef0123456789abcdef"


@pytest.fixture
def flask(make_settings: Callable[..., Settings], sqlite_url: str) -> Flask:
    return create_app(build(make_settings(database_url=sqlite_url)))


def _made(settings: Settings, provider: str) -> dict[str, Route]:
    """Every address that we hand to a provider, and the route that it must lead to."""
    id = new_id(1_795_329_000_000)
    answer, ended = dial_urls(settings, provider, id)
    return {
        report_url(settings, provider, id): REPORT,
        turn_url(settings, provider, id, 1): TURN,
        turn_url(settings, provider, id, 201): TURN,
        patient_url(settings, provider, id, 7, 3): TURN,
        again_url(settings, provider, id, 7, 3): AGAIN,
        room_url(settings, provider, id, 1): ROOM,
        room_url(settings, provider, id, 12): ROOM,
        answer: ANSWERED,
        ended: DIAL_STATUS,
    }


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_addresses_that_we_make_need_no_quoting_and_are_routed(make_settings: Callable[..., Settings], provider: str) -> None:
    for url, route in _made(make_settings(public_url=PUBLIC_URL), provider).items():
        path = url.removeprefix(PUBLIC_URL)
        found = route_of(path)

        assert re.fullmatch(r"[A-Za-z0-9_/-]+", path)
        assert found is not None, path
        assert found[:2] == (route, provider)


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/voice/plivo", RING),
        ("/voice/twilio", RING),
        ("/voice/plivo/status", STATUS),
        (f"/voice/plivo/turn/{ID}/1", TURN),
        (f"/voice/twilio/turn/{ID}/0", TURN),
        (f"/voice/twilio/turn/{ID}/1/2", TURN),
        (f"/voice/twilio/turn/{ID}/1/again/1", AGAIN),
        (f"/voice/plivo/room/{ID}/1", ROOM),
        (f"/voice/plivo/dial/{ID}/{MAC}", ANSWERED),
        (f"/voice/plivo/dial/{ID}/{MAC}/status", DIAL_STATUS),
        ("/texts/twilio/incoming", INCOMING),
        (f"/texts/plivo/report/{ID}/{MAC}", REPORT),
        ("/voice/", None),
        ("/voice/plivo/", None),
        ("/voice/plivo/status/more", None),
        ("/voice/pl%69vo", None),
        ("/voice/plivo\n", None),
        (f"/voice/plivo/turn/{ID}", None),
        (f"/voice/plivo/turn/{ID}/", None),
        (f"/voice/plivo/turn/{ID}/one", None),
        (f"/voice/plivo/turn/{ID}/1/", None),
        (f"/voice/plivo/turn/{ID}/1/2/3", None),
        ("/voice/plivo/turn//1", None),
        ("/voice//status", None),
        (f"/voice/plivo/turn/{ID}/-1", None),
        (f"/voice/plivo/turn/{ID}/12345", None),
        (f"/voice/plivo/turn/{ID}/\u0661", None),
        (f"/voice/plivo/turn/{ID}/1/again", None),
        (f"/voice/plivo/turn/{ID}/1/again/x", None),
        (f"/voice/plivo/turn/{ID}/1/again/1/1", None),
        (f"/voice/plivo/room/{ID}", None),
        (f"/voice/plivo/room/{ID}/", None),
        (f"/voice/plivo/room/{ID}/one", None),
        (f"/voice/plivo/room/{ID}/1/2", None),
        (f"/voice/plivo/dial/{ID}", None),
        (f"/voice/plivo/dial/{ID}/{MAC}/status/more", None),
        (f"/texts/plivo/report/{ID}", None),
        ("/audio/en/welcome.mp3", None),
        ("/ops/", None),
    ],
)
def test_the_webhooks_of_the_public_contract_stand(path: str, route: Route | None) -> None:
    assert (found := route_of(path)) is None or found[0] is route
    assert (found is None) == (route is None)


PAGES = ["/healthz", "/readyz", "/metrics", "/ops/", "/ops/jobs/", "/audio/<path:file>", "/<header>/<token>", "/pay", "/privacy"]


@pytest.mark.parametrize("route", PAGES)
def test_the_pages_of_the_public_contract_stand(flask: Flask, route: str) -> None:
    assert route in {rule.rule for rule in flask.url_map.iter_rules()}


def test_the_gateways_way_back_needs_no_quoting_and_is_routed(flask: Flask, make_settings: Callable[..., Settings]) -> None:
    path = return_url(make_settings(public_url=PUBLIC_URL), ID).removeprefix(PUBLIC_URL)
    name, parts = flask.url_map.bind("calls.example").match(path)

    assert re.fullmatch(r"[A-Za-z0-9_/-]+", path)
    assert (name, parts["link_id"]) == ("pay.back", ID)


def test_a_recordings_address_leads_to_the_recordings(flask: Flask, make_settings: Callable[..., Settings]) -> None:
    path = audio_url(make_settings(public_url=PUBLIC_URL), "en/welcome.mp3").removeprefix(PUBLIC_URL)

    assert flask.url_map.bind("calls.example").match(path) == ("audio.recording", {"file": "en/welcome.mp3"})
