"""The pay page and the page of a try to pay, as patients' browsers, previews and strangers ask for them; on both databases."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ivr.consults import paying
from ivr.consults.addresses import gateway_origins, is_gateway_page, return_url, wait_path
from ivr.consults.lifecycle import ConsultEvent, ConsultState
from ivr.model.ids import new_id
from ivr.model.values import Language, Paise
from ivr.settings import ROOT, Settings
from ivr.store import callers, outbox
from ivr.store import payments as payment_store
from ivr.store.schema import outbox as outbox_table
from ivr.web.app import create_app
from ivr.web.pay_pages import money
from ivr.wiring import App, build
from tests.clock import HandClock
from tests.duty import resting
from tests.web.paid import ASHA, GATEWAY_PAGE, LAST_FOUR, Patient, rows

pytestmark = pytest.mark.halved

OURS = {"Sec-Fetch-Site": "same-origin"}
CARDS = ["4111111111111111", "4111 1111 1111 1111", "4111-1111-1111-1111", "x4111.1111.1111.1111y", "411111111111", "४१११११११११११११११"]
STALE, CLOSED, PAID = "Please ring us again", "No doctor can be had", "Payment received"


@pytest.fixture
def shop(make_settings: Callable[..., Settings], database_url: str, clock: HandClock) -> Iterator[App]:
    """A clinic that sells for another quarter of an hour: it stops half an hour before it closes. On both databases."""
    clock.forward(minutes=75)
    app = build(_settings(make_settings, database_url), clock)
    resting(app)
    yield app
    app.database.close()


def _settings(make: Callable[..., Settings], database_url: str, **more: object) -> Settings:
    keys = {"razorpay_key_id": "rzp_test_1", "razorpay_key_secret": "a-secret", "razorpay_webhook_secret": "another-secret"}
    return make(database_url=database_url, public_url="https://calls.example", **keys, **more)


@pytest.fixture
def visitor(shop: App) -> FlaskClient:
    return create_app(shop).test_client()


@pytest.fixture
def asha(shop: App, clock: HandClock) -> Patient:
    return Patient(shop, clock).asks()


# The pay page


def test_the_page_says_amount_speciality_promise_and_red_flags_before_the_button(visitor: FlaskClient, asha: Patient) -> None:
    page = visitor.get(asha.path()).text

    said = [
        "₹249",
        "full amount",
        "orthopedics",
        "within 30 minutes",
        "full refund",
        "7 working days",
        "between the legs",
        "tel:112",
        "tel:108",
    ]
    assert [sign for sign in said if sign not in page] == []
    assert page.index("tel:108") < page.index("Pay ₹249</button>")
    assert 'name="name"' in page
    assert ASHA not in page
    assert "knee" not in page


@pytest.mark.parametrize(("language", "button"), [(Language.HINDI, "₹249 का भुगतान करें"), (Language.KANNADA, "₹249 ಪಾವತಿಸಿ")])
def test_it_speaks_the_language_of_the_consult(shop: App, visitor: FlaskClient, clock: HandClock, language: Language, button: str) -> None:
    page = visitor.get(Patient(shop, clock).asks(language).path(), headers={"Accept-Language": "en"}).text

    assert f'<html lang="{language.value}">' in page
    assert button in page


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("agent", ["WhatsApp/2.24.12.78 A", "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile", ""])
def test_looking_changes_nothing(shop: App, visitor: FlaskClient, asha: Patient, method: str, agent: str) -> None:
    before = rows(shop), asha.row

    assert visitor.open(asha.path(), method=method, headers={"User-Agent": agent}).status_code == 200
    assert (rows(shop), asha.row) == before


SIGNS = "pay_page_red_sign_"


def _other_words(make: Callable[..., Settings], sqlite_url: str, clock: HandClock, folder: Path, change: Callable[[str], str]) -> App:
    """A clinic that has changed its words in every language."""
    shutil.copytree(ROOT / "callflows", folder)
    for file in folder.glob("words/*.yaml"):
        file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    app = build(_settings(make, sqlite_url, callflows_dir=folder), clock)
    resting(app)
    return app


@pytest.mark.parametrize("language", list(Language))
def test_the_red_signs_are_the_clinics_words_each_waiting_for_a_clinician(shop: App, clock: HandClock, language: Language) -> None:
    words = shop.voicing.words
    page = create_app(shop).test_client().get(Patient(shop, clock).asks(language).path()).text
    signs = [word for word in words.names if word.startswith(SIGNS)]

    assert re.findall(r"<li>(.*)</li>", page) == [words.text(word, language, {}, 0) for word in signs]
    assert len(signs) == 6
    assert {(language, word) for word in signs} <= set(words.unapproved)


@pytest.mark.parametrize(
    ("language", "said"), [(Language.ENGLISH, "In an emergency"), (Language.HINDI, "आपात"), (Language.KANNADA, "ತುರ್ತು")]
)
def test_a_clinic_without_red_signs_says_the_numbers_alone(
    make_settings: Callable[..., Settings], sqlite_url: str, clock: HandClock, tmp_path: Path, language: Language, said: str
) -> None:
    without = _other_words(make_settings, sqlite_url, clock, tmp_path / "mine", lambda text: re.sub(rf"(?m)^  {SIGNS}.*\n", "", text))
    page = create_app(without).test_client().get(Patient(without, clock).asks(language).path()).text
    section = page[page.index('class="red"') : page.index("</section>")]

    assert ("<li>" in section, "<h2>" in section) == (False, False)
    assert all(sign in section for sign in (said, "tel:112", "tel:108"))


def test_a_clinics_own_red_signs_are_shown_as_text(
    make_settings: Callable[..., Settings], sqlite_url: str, clock: HandClock, tmp_path: Path
) -> None:
    def change(text: str) -> str:
        return text.replace(f'  {SIGNS}2: "weakness', f"  {SIGNS}2: \"'weakness'").replace(f"{SIGNS}6", f"{SIGNS}9")

    own = _other_words(make_settings, sqlite_url, clock, tmp_path / "mine", change)
    page = create_app(own).test_client().get(Patient(own, clock).asks().path()).text

    assert len(re.findall("<li>", page)) == 6
    assert "<li>&#39;weakness&#39;," in page


def test_pay_keeps_a_place_and_the_name_and_leads_to_the_waiting_page(visitor: FlaskClient, asha: Patient) -> None:
    answer = visitor.post(asha.path(), data={"name": "Asha\x00 ಆಶಾ\n"}, headers=OURS)

    assert (answer.status_code, answer.location) == (303, asha.wait())
    assert (asha.row.hold_until, asha.name, asha.tries[0].state) == (asha.clock.now() + 8 * 60_000, "Asha  ಆಶಾ", "wished")
    assert "ಆಶಾ" in visitor.get(asha.path()).text


def test_pay_pressed_twice_is_one_try(visitor: FlaskClient, asha: Patient) -> None:
    first, second = (visitor.post(asha.path(), headers=OURS).location for _ in range(2))

    assert first == second
    assert len(asha.tries) == 1


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}])
def test_a_form_of_another_site_pays_nothing(visitor: FlaskClient, asha: Patient, headers: dict[str, str]) -> None:
    answer = visitor.post(asha.path(), headers=headers)

    assert (answer.status_code, asha.tries) == (403, [])
    assert "Pay ₹249" in answer.text


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"Origin": "https://calls.example"}, {"Origin": "null", **OURS}])
def test_browsers_that_say_less_can_pay(visitor: FlaskClient, asha: Patient, headers: dict[str, str]) -> None:
    """Our pages send no referrer, and so their forms say `Origin: null`."""
    assert visitor.post(asha.path(), headers=headers).status_code == 303


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("field", ["name", "anything", "do"])
def test_a_card_number_is_refused_kindly_and_never_kept_logged_or_shown(
    shop: App, visitor: FlaskClient, asha: Patient, caplog: pytest.LogCaptureFixture, card: str, field: str
) -> None:
    before = rows(shop)
    answer = visitor.post(asha.path(), data={field: card}, headers=OURS)

    assert (answer.status_code, "card or account number" in answer.text, card in answer.text) == (400, True, False)
    assert (rows(shop), asha.name, asha.tries) == (before, "", [])
    assert card not in caplog.text


def test_a_name_with_a_few_digits_is_a_name(visitor: FlaskClient, asha: Patient) -> None:
    assert visitor.post(asha.path(), data={"name": "Asha, flat 12, 560001"}, headers=OURS).status_code == 303


# Every standing


def _stale(asha: Patient) -> None:
    asha.clock.forward(minutes=31)


def _nobody_there(asha: Patient) -> None:
    """It is past half past one on a Sunday, and at two the clinic closes: nobody could be served in time."""
    asha.clock.forward(minutes=20)


STANDINGS: dict[str, tuple[Callable[[Patient], object], str]] = {
    "stale": (_stale, STALE),
    "closed": (_nobody_there, CLOSED),
    "paid": (lambda asha: asha.presses_pay().pays(), PAID),
    "refunding": (lambda asha: asha.presses_pay().pays().ends(ConsultEvent.UNSERVED), "on its way back"),
    "refunded": (lambda asha: asha.presses_pay().pays().ends(ConsultEvent.UNSERVED).has_the_money_back(), "was sent back"),
    "wrap up": (lambda asha: asha.presses_pay().pays().has_talked(), "consultation is over"),
    "completed": (lambda asha: asha.presses_pay().pays().is_served(), "consultation is over"),
    "lapsed": (lambda asha: asha.ends(ConsultEvent.LAPSED), "nothing to pay"),
    "cancelled": (lambda asha: asha.ends(ConsultEvent.CANCELLED), "nothing to pay"),
    "emergency": (lambda asha: asha.ends(ConsultEvent.RED), "nothing to pay"),
}


@pytest.mark.parametrize("name", STANDINGS)
def test_each_standing_has_words_of_its_own_and_pay_does_nothing(shop: App, visitor: FlaskClient, asha: Patient, name: str) -> None:
    happens, words = STANDINGS[name]
    happens(asha)
    before = rows(shop), asha.row
    looked, pressed = visitor.get(asha.path()), visitor.post(asha.path(), data={"name": "x"}, headers=OURS)

    assert (looked.status_code, pressed.status_code) == (200, 200)
    assert words in looked.text
    assert words in pressed.text
    assert "Pay ₹249" not in looked.text
    assert (rows(shop), asha.row) == before


@pytest.mark.parametrize("name", STANDINGS)
@pytest.mark.parametrize("language", [Language.HINDI, Language.KANNADA])
def test_each_standing_speaks_every_language(shop: App, visitor: FlaskClient, clock: HandClock, name: str, language: Language) -> None:
    patient = Patient(shop, clock).asks(language)
    STANDINGS[name][0](patient)
    page = re.sub(r"<[^>]+>", " ", visitor.get(patient.path()).text)

    assert not re.search(r"\b(the|you|your|please|money)\b", page)


def test_every_state_of_a_consult_has_a_standing() -> None:
    assert set(paying.STANDINGS) == set(ConsultState)


def test_a_call_instead_is_booked_only_where_the_page_offers_it(visitor: FlaskClient, asha: Patient) -> None:
    answer = visitor.post(asha.path(), data={"do": "call"}, headers=OURS)

    assert (answer.status_code, asha.call_backs, asha.row.state) == (200, 0, "awaiting_payment")
    assert "Pay ₹249" in answer.text


def test_without_a_place_a_call_can_be_booked_and_nothing_is_charged(visitor: FlaskClient, asha: Patient) -> None:
    _nobody_there(asha)
    assert "Call me instead" in visitor.get(asha.path()).text
    answer = visitor.post(asha.path(), data={"do": "call"}, headers=OURS)

    assert (answer.status_code, asha.call_backs, asha.row.state) == (200, 1, "cancelled")
    for sign in ("We will call you", "tomorrow, nine in the morning", "Nothing was charged"):
        assert sign in answer.text
    again = visitor.post(asha.path(), data={"do": "call"}, headers=OURS)
    assert (asha.call_backs, "nothing to pay" in again.text) == (1, True)


def test_a_call_that_cannot_be_booked_says_so(shop: App, visitor: FlaskClient, asha: Patient) -> None:
    _nobody_there(asha)
    shop.database.write(lambda tx: callers.opt_out(tx, asha.row.caller_id, "a test", shop.clock.now()))

    answer = visitor.post(asha.path(), data={"do": "call"}, headers=OURS)

    assert (answer.status_code, asha.row.state) == (200, "awaiting_payment")
    assert "could not book a call" in answer.text


# A try to pay


def test_one_moment_until_the_gateway_has_its_page_then_on_to_it(visitor: FlaskClient, asha: Patient) -> None:
    asha.presses_pay()
    waiting = visitor.get(asha.wait())
    assert (waiting.status_code, '<meta http-equiv="refresh" content="2">' in waiting.text) == (200, True)
    asha.page_is("open")

    answer = visitor.get(asha.wait())

    assert (answer.status_code, answer.location) == (303, GATEWAY_PAGE)


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/rzp.io/",
        "https://rzp.io.evil.example/x",
        "https://evilrzp.io/x",
        "https://rzp.io@evil.example/x",
        "https://evil.example\\@rzp.io/x",
        "http://rzp.io/x",
        "//rzp.io/x",
        "javascript:alert(1)",
        "https://rzp.io/x\r\nX: y",
        "",
    ],
)
def test_nobody_is_sent_anywhere_but_to_the_gateway(visitor: FlaskClient, asha: Patient, url: str) -> None:
    answer = visitor.get(asha.presses_pay().page_is("open", url).wait())

    assert (answer.status_code, "Location" in answer.headers, "Paying does not work" in answer.text) == (200, False, True)


def test_the_sandbox_counts_as_the_gateway_where_it_stands_in_for_it(make_settings: Callable[..., Settings], sqlite_url: str) -> None:
    plain = _settings(make_settings, sqlite_url)
    sandboxed = _settings(make_settings, sqlite_url, razorpay_api_url="http://127.0.0.1:8001/razorpay", sandbox_url="http://localhost:8001")

    assert "http://127.0.0.1:8001" in gateway_origins(sandboxed)
    for url in ("http://127.0.0.1:8001/p/plink_1", "http://localhost:8001/p/plink_1"):
        assert (is_gateway_page(sandboxed, url), is_gateway_page(plain, url)) == (True, False)
    assert not is_gateway_page(sandboxed, "http://127.0.0.1:8001@evil.example/p/1")
    assert not is_gateway_page(sandboxed, "http://127.0.0.1:80012/p/1")
    assert is_gateway_page(plain, "https://pages.razorpay.com/pl_1/view?a=b&c=d")


@pytest.mark.parametrize(
    ("state", "words"), [("closing", "has closed"), ("closed", "has closed"), ("failed", "does not work"), ("paid", "")]
)
def test_a_try_that_is_over_says_what_to_do(visitor: FlaskClient, asha: Patient, state: str, words: str) -> None:
    asha.presses_pay().page_is(state)
    for more in ("", "/news"):
        answer = visitor.get(asha.wait(more))
        assert (answer.status_code, words in answer.text, PAID in answer.text) == (200, True, False)


def test_coming_back_asks_the_gateway_now_and_marks_nothing_paid(shop: App, visitor: FlaskClient, asha: Patient) -> None:
    asha.presses_pay().page_is("open")
    id, later = asha.tries[-1].id, asha.clock.now() + 45_000
    poll = outbox.addition("link_look", id, later, asha.clock.now())
    shop.database.write(lambda tx: tx.add([poll]))
    shop.database.write(lambda tx: payment_store.change_link(tx, id, poll_id=poll.values["id"]))
    proof = "?razorpay_payment_link_status=paid&razorpay_payment_id=pay_1&razorpay_signature=00"
    url = return_url(shop.settings, id).removeprefix("https://calls.example")

    assert visitor.head(url).status_code == 303
    assert not _due_now(shop, poll.values["id"], asha)
    answer = visitor.get(url + proof)
    assert (answer.status_code, answer.location) == (303, asha.wait("/news"))
    assert _due_now(shop, poll.values["id"], asha)
    news = visitor.get(answer.location)
    assert (asha.row.state, PAID in news.text, "We are checking" in news.text) == ("awaiting_payment", False, True)
    assert 'http-equiv="refresh"' in news.text
    asha.pays()
    assert PAID in visitor.get(asha.wait("/news")).text
    assert PAID in visitor.get(asha.wait()).text


@pytest.mark.parametrize("state", ["wished", "closed", "failed", "paid"])
def test_coming_back_from_a_try_that_is_not_open_does_nothing(shop: App, visitor: FlaskClient, asha: Patient, state: str) -> None:
    asha.presses_pay().page_is(state)
    id, now = asha.tries[-1].id, asha.clock.now()
    poll = outbox.addition("link_look", id, now + 45_000, now)
    shop.database.write(lambda tx: tx.add([poll]))
    shop.database.write(lambda tx: payment_store.change_link(tx, id, poll_id=poll.values["id"]))
    before = rows(shop), asha.row, asha.tries

    answers = [visitor.get(asha.wait("/back")) for _ in range(3)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(303, asha.wait("/news"))] * 3
    assert not _due_now(shop, poll.values["id"], asha)
    assert (rows(shop), asha.row, asha.tries) == before


def _due_now(app: App, outbox_id: str, asha: Patient) -> bool:
    with app.database.read() as tx:
        [row] = tx.rows(select(outbox_table.c.due_at).where(outbox_table.c.id == outbox_id))
    return bool(row.due_at <= asha.clock.now())


def test_a_consult_given_up_meanwhile_leads_nobody_to_the_gateway(visitor: FlaskClient, asha: Patient) -> None:
    asha.presses_pay().page_is("open").ends(ConsultEvent.CANCELLED)

    for more in ("", "/news"):
        assert "nothing to pay" in visitor.get(asha.wait(more)).text


@pytest.mark.parametrize("more", ["", "/back", "/news"])
def test_a_try_is_found_by_our_own_address_only(shop: App, visitor: FlaskClient, asha: Patient, more: str) -> None:
    path = asha.presses_pay().page_is("open").wait()
    nobody = wait_path(shop.settings, new_id(asha.clock.now()))
    strange = [path[:-1] + ("0" if path[-1] != "0" else "1"), path.replace(path.split("/")[2], "x"), path[:-1] + "ಅ", path[:-2] + "%00"]

    assert [visitor.get(each + more).status_code for each in strange] == [404] * 4
    assert visitor.get(nobody + more).status_code == (303 if more == "/back" else 404)


# All of them


@pytest.fixture
def stranded(make_settings: Callable[..., Settings], clock: HandClock) -> tuple[FlaskClient, Settings]:
    """A visitor while the database is away."""
    app = build(_settings(make_settings, "sqlite:////nowhere/at/all.db"), clock)
    return create_app(app).test_client(), app.settings


@pytest.mark.parametrize("more", ["", "/news"])
def test_a_database_that_is_away_asks_for_a_minutes_patience(stranded: tuple[FlaskClient, Settings], more: str) -> None:
    visitor, own = stranded
    for path in (wait_path(own, new_id(1)) + more, "/SANDHI/abcdefghij"):
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert visitor.get(wait_path(own, new_id(1)) + "/back").status_code == 303
    answer = visitor.post("/pay", data={"code": "123456", "digits": "1234"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")


def test_every_page_keeps_to_itself_and_leads_to_the_gateway_only(visitor: FlaskClient, asha: Patient) -> None:
    asha.presses_pay().page_is("open")
    for path in (asha.path(), asha.wait(), asha.wait("/back"), asha.wait("/news"), "/pay", "/privacy", "/pay/x/y"):
        headers = visitor.get(path).headers
        assert (headers["Cache-Control"], headers["Referrer-Policy"], headers["X-Robots-Tag"]) == ("no-store", "no-referrer", "noindex")
        assert headers["Content-Security-Policy"].startswith(
            "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self' https://razorpay.com https://*.razorpay.com "
            "https://rzp.io https://*.rzp.io; frame-ancestors 'none'"
        )
        assert "Set-Cookie" not in headers


def test_pages_carry_no_script_and_ask_nobody_else_for_anything(visitor: FlaskClient, asha: Patient) -> None:
    asha.presses_pay().page_is("open")
    for path in (asha.path(), asha.wait("/news"), "/pay", "/privacy/kn"):
        page = visitor.get(path).text
        assert "<script" not in page
        assert "style=" not in page
        assert not re.search(r"(src|href|action)=\"(https?:)?//", page)


def test_money_is_grouped_as_india_groups_it() -> None:
    amounts = [900, 24_900, 24_950, 1_23_456_00, 12_34_56_789_00]

    assert [money(Paise(each)) for each in amounts] == ["₹9", "₹249", "₹249.50", "₹1,23,456", "₹12,34,56,789"]
    assert money(Paise(24_900), exact=True) == "₹249.00"


often = settings(
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES") or 300) // 3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FIELDS = st.dictionaries(
    st.sampled_from(["name", "do", "go", "code", "digits"]) | st.text(max_size=10),
    st.sampled_from(["call", "pay", "1", LAST_FOUR, "123456", "\x00", "1" * 500]) | st.text(max_size=40),
    max_size=5,
)


@often
@given(fields=FIELDS, which=st.integers(0, 5), raw=st.none() | st.binary(max_size=100), method=st.sampled_from(["GET", "POST", "PUT"]))
def test_whatever_is_sent_to_these_pages_is_no_fault(
    visitor: FlaskClient, asha: Patient, fields: dict[str, str], which: int, raw: bytes | None, method: str
) -> None:
    if not asha.tries and asha.row.state == "awaiting_payment":
        asha.presses_pay()
    tries = [asha.wait(), asha.wait("/back"), asha.wait("/news")] if asha.tries else ["/pay/x/y"] * 3
    path = [asha.path(), *tries, "/pay", "/privacy"][which]
    body = raw if raw is not None else "&".join(f"{name}={value}" for name, value in fields.items()).encode("utf-8", "surrogatepass")

    answer = visitor.open(path, method=method, data=body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code < 500, (answer.status_code, answer.text[:300])


@often
@given(path=st.lists(st.text(max_size=12) | st.sampled_from(["pay", "back", "news", "privacy", "en", "\x00"]), max_size=5))
def test_whatever_address_is_asked_for_is_no_fault(visitor: FlaskClient, path: list[str]) -> None:
    for start in ("/pay/", "/privacy/"):
        raw = (start + "/".join(path)).encode("utf-8", "surrogatepass").decode("latin-1")
        assert visitor.open("/", environ_overrides={"PATH_INFO": raw}).status_code < 500
