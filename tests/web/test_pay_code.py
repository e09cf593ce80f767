"""`/pay`: by a code from any phone, with nothing to be learned from it, and guessing is slow."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr.consults.lifecycle import ConsultEvent
from ivr.model.values import Language
from ivr.settings import Settings
from ivr.web.app import create_app
from ivr.web.pay_code import CROWD, CROWDED_PER_ADDRESS, CROWDED_PER_CODE, PER_ADDRESS, PER_CODE, PER_ENDING
from ivr.wiring import App, build
from tests.clock import HandClock
from tests.duty import resting
from tests.web.paid import ASHA, LAST_FOUR, Patient, rows

OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(params=["redis", "redis away", "no redis"])
def shop(
    request: pytest.FixtureRequest, make_settings: Callable[..., Settings], sqlite_url: str, redis_url: str, clock: HandClock
) -> Iterator[App]:
    """A clinic that sells, and counts tries in Redis or, without it, by itself."""
    url = {"redis": redis_url, "redis away": "redis://127.0.0.1:1", "no redis": ""}[request.param]
    keys = {"razorpay_key_id": "rzp_test_1", "razorpay_key_secret": "a-secret", "razorpay_webhook_secret": "another-secret"}
    app = build(make_settings(database_url=sqlite_url, redis_url=url, public_url="https://calls.example", **keys), clock)
    resting(app)
    yield app
    app.database.close()


@pytest.fixture
def visitor(shop: App) -> FlaskClient:
    return create_app(shop).test_client()


@pytest.fixture
def asha(shop: App, clock: HandClock) -> Patient:
    """Her pay page knows her name already."""
    patient = Patient(shop, clock).asks()
    shop.consults.paying.press_pay(patient.id, "Asha Rao")
    return patient


def enter(visitor: FlaskClient, code: str, digits: str = LAST_FOUR, address: str = "198.51.100.7", **more: str) -> TestResponse:
    form = {"code": code, "digits": digits, **more}
    return visitor.post("/pay", data=form, headers=OURS, environ_overrides={"REMOTE_ADDR": address})


def not_the(code: str, step: int = 1) -> str:
    return f"{(int(code) + step) % 1_000_000:06d}"


def test_the_page_asks_for_two_things_in_three_languages(visitor: FlaskClient) -> None:
    page = visitor.get("/pay", headers={"Accept-Language": "kn-IN,kn;q=0.9,en;q=0.5"})

    assert (page.status_code, '<html lang="kn">' in page.text) == (200, True)
    assert re.findall(r'name="(\w+)"', page.text)[-2:] == ["code", "digits"]
    for words in ("ಕೊನೆಯ ನಾಲ್ಕು ಅಂಕಿ", "आख़िरी चार अंक", "Last four digits"):
        assert words in page.text


def test_the_right_pair_shows_what_to_pay_and_pay_goes_on(visitor: FlaskClient, asha: Patient) -> None:
    shown = enter(visitor, asha.quote.code)

    for sign in ("₹249", "orthopedics", "between the legs", "tel:108", "within 30 minutes", "7 working days"):
        assert sign in shown.text
    carried = dict(re.findall(r'type="hidden" name="(\w+)" value="(\w+)"', shown.text))
    assert carried == {"code": asha.quote.code, "digits": LAST_FOUR, "go": "1"}
    pressed = visitor.post("/pay", data=carried, headers=OURS)
    assert (pressed.status_code, pressed.location) == (303, asha.wait())


def test_it_shows_no_number_no_name_and_no_condition(visitor: FlaskClient, asha: Patient) -> None:
    page = enter(visitor, asha.quote.code).text

    for secret in (ASHA, ASHA[3:], "Asha", "Rao", "knee", "41", asha.row.reference):
        assert secret not in page.replace(asha.quote.code, "")
    assert 'name="name"' not in page


def test_a_name_cannot_be_written_over_by_a_stranger(visitor: FlaskClient, asha: Patient) -> None:
    assert enter(visitor, asha.quote.code, go="1", name="Mallory").status_code == 303
    assert asha.name == "Asha Rao"


@pytest.mark.parametrize("typed", ["{0}-{1}", " {0} {1} "])
def test_digits_are_read_as_people_type_them(visitor: FlaskClient, asha: Patient, typed: str) -> None:
    code = asha.quote.code
    assert enter(visitor, typed.format(code[:3], code[3:])).status_code == 200
    assert enter(visitor, code.translate({48 + value: 0x966 + value for value in range(10)})).status_code == 200


def test_wrong_code_wrong_digits_and_a_code_that_is_over_get_the_same_answer(visitor: FlaskClient, asha: Patient) -> None:
    code = asha.quote.code
    answers = [enter(visitor, not_the(code)), enter(visitor, code, "0000")]
    asha.ends(ConsultEvent.LAPSED)
    answers.append(enter(visitor, code))

    assert [answer.status_code for answer in answers] == [404] * 3
    assert len({answer.data for answer in answers}) == 1


@pytest.mark.parametrize(("code", "digits"), [("", ""), ("12345", "2345"), ("1234567", "2345"), ("abcdef", "2345"), ("123456", "a345")])
def test_what_cannot_be_a_code_is_told_apart_and_is_no_try(visitor: FlaskClient, code: str, digits: str) -> None:
    assert [enter(visitor, code, digits).status_code for _ in range(PER_ADDRESS + 2)] == [400] * (PER_ADDRESS + 2)


@pytest.mark.parametrize("field", ["code", "digits", "other"])
def test_a_card_number_is_refused_before_anything_else(
    shop: App, visitor: FlaskClient, asha: Patient, caplog: pytest.LogCaptureFixture, field: str
) -> None:
    before = rows(shop)
    answer = enter(visitor, **{"code": asha.quote.code, field: "4111 1111 1111 1111"})

    assert (answer.status_code, rows(shop)) == (400, before)
    assert "card or account number" in answer.text
    assert "4111" not in answer.text + caplog.text


def test_a_form_of_another_site_learns_nothing(visitor: FlaskClient, asha: Patient) -> None:
    form = {"code": asha.quote.code, "digits": LAST_FOUR, "go": "1"}

    assert visitor.post("/pay", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_without_a_place_the_call_can_be_booked_here_too(visitor: FlaskClient, clock: HandClock, shop: App) -> None:
    clock.forward(minutes=75)
    asha = Patient(shop, clock).asks()
    clock.forward(minutes=20)  # too late to be served before closing time

    assert "Call me instead" in enter(visitor, asha.quote.code).text
    assert "We will call you" in enter(visitor, asha.quote.code, go="1", do="call").text


# Guessing


def test_five_failures_for_a_code_are_enough_from_wherever_they_come(visitor: FlaskClient, asha: Patient, clock: HandClock) -> None:
    code = asha.quote.code
    wrong = [enter(visitor, code, f"{number:04d}", f"203.0.113.{number}") for number in range(PER_CODE)]
    refused = enter(visitor, code)

    assert {answer.status_code for answer in wrong} == {404}
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "900")
    clock.forward(minutes=15)
    assert enter(visitor, code).status_code == 200


def test_a_right_pair_forgives(visitor: FlaskClient, asha: Patient) -> None:
    code = asha.quote.code
    for _ in range(3):
        assert [enter(visitor, code, "0000").status_code for _ in range(PER_CODE - 1)] == [404] * (PER_CODE - 1)
        assert enter(visitor, code).status_code == 200


def test_an_address_that_guesses_waits_and_others_do_not(visitor: FlaskClient, asha: Patient) -> None:
    code = asha.quote.code
    assert {enter(visitor, not_the(code, step)).status_code for step in range(1, PER_ADDRESS + 1)} == {404}

    assert enter(visitor, code).status_code == 429
    assert enter(visitor, code, address="198.51.100.8").status_code == 200


def test_who_knows_whose_phone_rang_guesses_no_faster_from_many_addresses(visitor: FlaskClient, asha: Patient) -> None:
    code = asha.quote.code
    tries = [enter(visitor, not_the(code, step), address=f"198.51.100.{step}") for step in range(1, PER_ENDING + 1)]

    assert {answer.status_code for answer in tries} == {404}
    assert enter(visitor, code, address="203.0.113.9").status_code == 429


def test_a_flood_of_wrong_codes_slows_guessing_and_keeps_nobody_from_paying(visitor: FlaskClient, asha: Patient) -> None:
    code = asha.quote.code
    for step in range(1, CROWD + 1):
        enter(visitor, not_the(code, step), f"{step:04d}", f"203.0.{step // 250}.{step % 250}")

    assert enter(visitor, code).status_code == 200
    wrong = [enter(visitor, code, f"{number:04d}", f"198.51.100.{number}").status_code for number in range(CROWDED_PER_CODE + 1)]
    assert wrong == [404] * CROWDED_PER_CODE + [429]
    steps = range(CROWD + 1, CROWD + CROWDED_PER_ADDRESS + 2)
    assert [enter(visitor, not_the(code, step), "0000").status_code for step in steps] == [404] * CROWDED_PER_ADDRESS + [429]


# Who is who


def test_behind_a_proxy_that_is_not_known_a_stranger_shuts_nobody_out(visitor: FlaskClient, asha: Patient) -> None:
    code = asha.quote.code
    wrong = {enter(visitor, not_the(code, step), "0000", "10.0.0.4").status_code for step in range(1, PER_ADDRESS + 20)}

    assert (wrong, enter(visitor, code, address="10.0.0.4").status_code) == ({404}, 200)


def test_a_forwarded_address_is_not_believed(visitor: FlaskClient, asha: Patient) -> None:
    codes = [forwarded(visitor, asha, step, "198.51.100.7", f"203.0.113.{step}").status_code for step in range(1, PER_ADDRESS + 2)]

    assert codes == [404] * PER_ADDRESS + [429]


def test_a_trusted_proxy_says_who_guesses(shop: App, asha: Patient) -> None:
    proxied = create_app(replace(shop, settings=shop.settings.model_copy(update={"trusted_proxies": 1}))).test_client()
    said = [f"192.0.2.{step}, 203.0.113.5" for step in range(1, PER_ADDRESS + 2)]  # the first is what the guesser writes
    codes = [forwarded(proxied, asha, step, "10.0.0.4", each).status_code for step, each in enumerate(said, 1)]

    assert codes == [404] * PER_ADDRESS + [429]
    assert forwarded(proxied, asha, 0, "10.0.0.4", "203.0.113.6").status_code == 200


def forwarded(visitor: FlaskClient, asha: Patient, step: int, peer: str, said: str) -> TestResponse:
    """A try of the code that is `step` away from Asha's, through a proxy."""
    form = {"code": not_the(asha.quote.code, step), "digits": LAST_FOUR}
    return visitor.post("/pay", data=form, headers={"X-Forwarded-For": said, **OURS}, environ_overrides={"REMOTE_ADDR": peer})


def test_a_code_speaks_the_language_of_its_consult(shop: App, visitor: FlaskClient, clock: HandClock) -> None:
    asha = Patient(shop, clock).asks(Language.HINDI)

    assert '<html lang="hi">' in enter(visitor, asha.quote.code).text
