"""Links in texts, as phones, computers, previews and strangers ask for them."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.model.events import CallArrived
from ivr.settings import Settings
from ivr.store.database import sqlite_path
from ivr.web.app import create_app
from ivr.wiring import App, build
from tests.clock import HandClock

ANDROID = "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1"
DESKTOP = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
HOTLINE = "08061914343"
PLAY = "https://play.google.com/store/apps/details"
APPLE = "https://apps.apple.com/in/app/id1234567890"


@pytest.fixture
def settings(make_settings: Callable[..., Settings], sqlite_url: str) -> Settings:
    return make_settings(
        database_url=sqlite_url, app_android_id="in.sandhi.app", app_ios_id="id1234567890", public_url="https://calls.example"
    )


@pytest.fixture
def app(settings: Settings, clock: HandClock) -> App:
    return build(settings, clock)


@pytest.fixture
def visitor(app: App) -> FlaskClient:
    return create_app(app).test_client()


@pytest.fixture
def path(app: App, clock: HandClock) -> str:
    """The path of a link that a missed call brought."""
    app.calls.arrive(CallArrived("plivo", "c1", "+919845012345", HOTLINE), clock.now())
    return f"/SANDHI/{_column(app, 'token')}"


def _column(app: App, name: str) -> str | int:
    with closing(sqlite3.connect(sqlite_path(app.settings.database_url))) as connection:
        return connection.execute(f"SELECT {name} FROM link").fetchone()[0]  # type: ignore[no-any-return]


def _opens(app: App) -> int:
    return int(_column(app, "opens"))


def _ask(visitor: FlaskClient, path: str, agent: str = DESKTOP, method: str = "GET", **more: str) -> TestResponse:
    return visitor.open(
        path, method=method, headers={"User-Agent": agent, **{name.replace("_", "-"): value for name, value in more.items()}}
    )


def test_an_android_phone_goes_to_the_play_store_with_the_campaign_and_is_counted(app: App, visitor: FlaskClient, path: str) -> None:
    answer = _ask(visitor, path, ANDROID)
    query = parse_qs(urlsplit(answer.location).query)
    assert (answer.status_code, answer.location.split("?")[0], query["id"]) == (302, PLAY, ["in.sandhi.app"])
    assert parse_qs(query["referrer"][0]) == {"utm_source": ["missed_call"], "utm_campaign": ["poster-2026"]}
    assert _opens(app) == 1


@pytest.mark.parametrize("agent", [IPHONE, IPHONE.replace("iPhone", "iPad", 1), IPHONE.replace("iPhone", "iPod", 1)])
def test_an_apple_phone_goes_to_the_app_store_and_is_counted(app: App, visitor: FlaskClient, path: str, agent: str) -> None:
    answer = _ask(visitor, path, agent)
    assert (answer.status_code, answer.location, _opens(app)) == (302, APPLE, 1)


@pytest.mark.parametrize(
    "agent",
    [
        ANDROID.replace("SM-A155F", "CUBOT_X18_Plus"),
        ANDROID.replace("SM-A155F", "Google Pixel 8"),
        ANDROID + " Telegram-Android/10.14.5 (Samsung SM-A155F; Android 14; SDK 34; AVERAGE)",
        ANDROID + " [FB_IAB/FB4A;FBAV/468.0.0.57.84;]",
        IPHONE + " Twitter for iPhone/10.44",
        IPHONE + " GSA/320.0.0",
    ],
)
def test_people_whose_browser_sounds_like_a_robot_are_people(app: App, visitor: FlaskClient, path: str, agent: str) -> None:
    assert _ask(visitor, path, agent).status_code == 302
    assert _opens(app) == 1


def test_a_computer_gets_both_stores_and_a_code_to_scan(app: App, visitor: FlaskClient, path: str) -> None:
    answer = _ask(visitor, path)
    assert answer.status_code == 200
    for sign in ('value="android"', 'value="iphone"', "<svg", "QR code"):
        assert sign in answer.text
    assert "http" not in answer.text.replace("http://www.w3.org/2000/svg", "")
    assert _opens(app) == 0


def test_windows_phone_names_itself_android_and_iphone_and_is_neither(visitor: FlaskClient, path: str) -> None:
    agent = "Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) AppleWebKit/537.36 like iPhone"
    assert _ask(visitor, path, agent).status_code == 200


@pytest.mark.parametrize(("shop", "store"), [("android", PLAY), ("iphone", APPLE)])
def test_choosing_a_store_on_the_page_counts(app: App, visitor: FlaskClient, path: str, shop: str, store: str) -> None:
    answer = visitor.post(path, data={"shop": shop}, headers={"User-Agent": DESKTOP})
    assert (answer.status_code, answer.location.split("?")[0], _opens(app)) == (303, store, 1)


@pytest.mark.parametrize("shop", ["", "https://evil.example", "nokia"])
def test_there_is_no_third_store(app: App, visitor: FlaskClient, path: str, shop: str) -> None:
    answer = visitor.post(path, data={"shop": shop}, headers={"User-Agent": DESKTOP})
    assert (answer.status_code, "Location" in answer.headers, _opens(app)) == (400, False, 0)


@pytest.mark.parametrize(
    "agent",
    [
        "WhatsApp/2.24.12.78 A",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 "
        "facebookexternalhit/1.1 Facebot Twitterbot/1.0",
        "TelegramBot (like TwitterBot)",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Slack-ImgProxy (+https://api.slack.com/robots)",
        "Twitterbot/1.0",
        ANDROID + " (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        ANDROID + " Google-PageRenderer Google (+https://developers.google.com/+/web/snippet/)",
        ANDROID + " Google-Safety",
        IPHONE + " SkypeUriPreview Preview/0.5",
        ANDROID.replace("Chrome", "HeadlessChrome"),
        ANDROID + " Chrome-Lighthouse",
        "LinkedInBot/1.0",
        "curl/8.5.0",
        "python-requests/2.33.0",
        "Dalvik/2.1.0 (Linux; U; Android 14; SM-A155F Build/UP1A.231005.007)",
        "MyApp/1 CFNetwork/1494 Darwin/23.4.0 iPhone",
        "Baiduspider",
        "node-fetch",
        "",
    ],
)
def test_a_robot_gets_the_page_and_is_not_counted(app: App, visitor: FlaskClient, path: str, agent: str) -> None:
    assert _ask(visitor, path, agent).status_code == 200
    assert visitor.post(path, data={"shop": "android"}, headers={"User-Agent": agent}).status_code == 303
    assert _opens(app) == 0


@pytest.mark.parametrize("hint", [{"Sec_Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}, {"X_Moz": "prefetch"}])
def test_a_prefetch_is_not_counted(app: App, visitor: FlaskClient, path: str, hint: dict[str, str]) -> None:
    assert _ask(visitor, path, ANDROID, **hint).status_code == 200
    assert _opens(app) == 0


def test_head_changes_nothing(app: App, visitor: FlaskClient, path: str) -> None:
    assert _ask(visitor, path, ANDROID, "HEAD").status_code == 200
    assert _opens(app) == 0


def test_only_the_number_of_openings_and_the_first_time_are_kept(app: App, visitor: FlaskClient, path: str, clock: HandClock) -> None:
    first = clock.now()
    _ask(visitor, path, ANDROID)
    clock.forward(minutes=5)
    _ask(visitor, path, ANDROID)
    assert (_opens(app), _column(app, "opened_at")) == (2, first)
    dump = sqlite_path(app.settings.database_url).read_bytes()
    assert b"127.0.0.1" not in dump
    assert b"Mozilla" not in dump


def test_when_counting_fails_the_person_still_gets_the_store(app: App, visitor: FlaskClient, path: str) -> None:
    with closing(sqlite3.connect(sqlite_path(app.settings.database_url), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # somebody holds the database's pen for longer than a person waits
        assert _ask(visitor, path, ANDROID).status_code == 302
        other.execute("ROLLBACK")


@pytest.fixture
def stranded(make_settings: Callable[..., Settings], clock: HandClock, settings: Settings) -> FlaskClient:
    """A visitor while the database is away."""
    return create_app(build(make_settings(database_url="sqlite:////nowhere/at/all.db"), clock)).test_client()


def test_a_database_that_is_away_asks_for_a_minutes_patience(stranded: FlaskClient) -> None:
    answer = _ask(stranded, "/SANDHI/abcdefghij", ANDROID)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "try again in a minute" in answer.text


@pytest.mark.parametrize(
    "token", ["short", "abcdefghijk", "abcdefghi-", "abcdefgh%0a", "..%2f..%2fetc", "ಅಆಇಈಉಊಋಎಏಐ", "%00%00%00%00%00%00%00%00%00%00"]
)
def test_odd_tokens_are_not_even_looked_up(stranded: FlaskClient, token: str) -> None:
    assert _ask(stranded, f"/SANDHI/{token}", ANDROID).status_code == 404


@pytest.mark.parametrize("header", ["OTHERS", "sandhi", "VK-SANDHI", "wp-admin"])
def test_only_our_header_is_looked_up(stranded: FlaskClient, header: str) -> None:
    answer = _ask(stranded, f"/{header}/abcdefghij", ANDROID)
    assert (answer.status_code, HOTLINE in answer.text) == (404, True)


def test_an_unknown_link_names_the_number_that_brings_a_new_one(visitor: FlaskClient, path: str) -> None:
    answer = _ask(visitor, "/SANDHI/AAAAAAAAAA", ANDROID)
    assert (answer.status_code, f'href="tel:{HOTLINE}"' in answer.text) == (404, True)


def test_an_expired_link_says_so(app: App, visitor: FlaskClient, path: str, clock: HandClock) -> None:
    clock.forward(minutes=365 * 24 * 60)
    answer = _ask(visitor, path, ANDROID)
    assert (answer.status_code, HOTLINE in answer.text, _opens(app)) == (410, True, 0)


@pytest.mark.parametrize("where", ["{path}", "/SANDHI/AAAAAAAAAA", "/OTHERS/x"])
def test_every_answer_keeps_to_itself(visitor: FlaskClient, path: str, where: str) -> None:
    for agent in (DESKTOP, ANDROID):
        headers = _ask(visitor, where.format(path=path), agent).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["X-Content-Type-Options"] == "nosniff"
        policy = headers["Content-Security-Policy"]
        assert policy.startswith(
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self' https://play.google.com https://apps.apple.com"
        )
        assert "Set-Cookie" not in headers


@pytest.mark.parametrize("extra", ["?next=https://evil.example", "?url=//evil.example&shop=android"])
def test_a_query_never_changes_where_a_link_leads(visitor: FlaskClient, path: str, extra: str) -> None:
    assert "evil" not in _ask(visitor, path + extra, ANDROID).location


def test_a_hostile_campaign_stays_a_value(app: App, visitor: FlaskClient, path: str) -> None:
    with closing(sqlite3.connect(sqlite_path(app.settings.database_url))) as connection:
        connection.execute("UPDATE link SET campaign = ?", ('"><script>&id=evil\r\nX: y',))
        connection.commit()
    answer = _ask(visitor, path, ANDROID)
    assert parse_qs(urlsplit(answer.location).query)["id"] == ["in.sandhi.app"]
    assert "<script>" not in answer.location + answer.text
