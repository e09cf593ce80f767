"""Receipts and the privacy notice."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from ivr.consults.lifecycle import ConsultEvent
from ivr.model.values import Language
from ivr.settings import ROOT, Settings
from ivr.store import links, texts
from ivr.web.app import create_app
from ivr.wiring import App, build
from tests.clock import HandClock
from tests.duty import resting
from tests.web.paid import ASHA, Patient

pytestmark = pytest.mark.halved

TOKEN = "aB3xK9pQ2z"


@pytest.fixture
def settings(make_settings: Callable[..., Settings], database_url: str) -> Settings:
    keys = {"razorpay_key_id": "rzp_test_1", "razorpay_key_secret": "a-secret", "razorpay_webhook_secret": "another-secret"}
    officer = {"grievance_name": "Meera <Rao>", "grievance_email": "meera@clinic.example", "grievance_phone": "08061914999"}
    return make_settings(database_url=database_url, public_url="https://calls.example", clinic_name="Sandhi & Sons", **keys, **officer)


@pytest.fixture
def shop(settings: Settings, clock: HandClock) -> Iterator[App]:
    app = build(settings, clock)
    resting(app)
    yield app
    app.database.close()


@pytest.fixture
def visitor(shop: App) -> FlaskClient:
    return create_app(shop).test_client()


@pytest.fixture
def asha(shop: App, clock: HandClock) -> Patient:
    return Patient(shop, clock).asks().presses_pay().pays()


def _link(app: App, asha: Patient, purpose: str, ref: str | None) -> str:
    """A link in a text to Asha, whatever texts this clinic sends."""
    caller_id = asha.row.caller_id
    with app.database.read() as tx:
        text = texts.latest_of(tx, caller_id)
    assert text is not None
    row = {"token": TOKEN, "purpose": purpose, "ref": ref, "text_id": text.id, "campaign": "", "expires_at": app.clock.now() + 1000}
    app.database.write(lambda tx: tx.add([links.addition(**row)]))
    return f"/SANDHI/{TOKEN}"


def test_a_receipt_has_number_date_lines_total_reference_and_clinic(shop: App, visitor: FlaskClient, asha: Patient) -> None:
    answer = visitor.get(_link(shop, asha, "receipt", asha.payment_id))

    assert answer.status_code == 200
    signs = [
        "Bill of supply",
        "SANDHI/26-27/000001"[-12:],
        "22-11-2026, 12:00 IST",
        "Consultation fee",
        "SAC 9993",
        "₹249.00",
        "Total paid",
    ]
    for sign in [*signs, asha.row.reference, "Sandhi &amp; Sons", "orthopedics"]:
        assert sign in answer.text
    assert ASHA not in answer.text
    assert "on its way back" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_receipt_of_what_goes_back_says_so(shop: App, visitor: FlaskClient, asha: Patient) -> None:
    path = _link(shop, asha, "receipt", asha.payment_id)
    asha.ends(ConsultEvent.UNSERVED)
    assert "on its way back" in visitor.get(path).text
    asha.has_the_money_back()
    assert "was sent back" in visitor.get(path).text


def test_the_receipt_in_the_text_opens(visitor: FlaskClient, asha: Patient) -> None:
    assert "Bill of supply" in visitor.get(asha.path("receipt")).text


@pytest.mark.parametrize(("purpose", "ref"), [("receipt", "x"), ("receipt", None), ("pay", "x"), ("pay", None)])
def test_a_link_to_nothing_is_unknown(shop: App, visitor: FlaskClient, asha: Patient, purpose: str, ref: str | None) -> None:
    path = _link(shop, asha, purpose, ref)

    assert (visitor.get(path).status_code, visitor.post(path).status_code) == (404, 404)


@pytest.mark.parametrize(("purpose", "ref"), [("receipt", "x"), ("pay", "x"), ("privacy", None)])
def test_every_link_closes_in_time(shop: App, visitor: FlaskClient, asha: Patient, purpose: str, ref: str | None) -> None:
    path = _link(shop, asha, purpose, ref)
    asha.clock.forward(seconds=1)

    assert visitor.get(path).status_code == 410


# The privacy notice


def test_the_notice_names_the_clinic_whom_to_ask_and_how_to_stop(visitor: FlaskClient) -> None:
    page = visitor.get("/privacy/en").text

    for sign in ("Sandhi &amp; Sons", "Meera &lt;Rao&gt;", "meera@clinic.example", "08061914999", "08061914347"):
        assert sign in page
    assert "{" not in page


def test_the_notice_is_in_every_language_and_leads_from_each_to_the_others(visitor: FlaskClient) -> None:
    for language, own in ((Language.ENGLISH, "Who we are"), (Language.HINDI, "हम कौन हैं"), (Language.KANNADA, "ನಾವು ಯಾರು")):
        page = visitor.get(f"/privacy/{language.value}").text
        assert f'<html lang="{language.value}">' in page
        assert own in page
        others = [each.value for each in Language if each is not language]
        assert [each.value for each in Language if f'href="/privacy/{each.value}"' in page] == others


@pytest.mark.parametrize(("asked", "language"), [("kn-IN,en;q=0.8", "kn"), ("ta", "en"), ("", "en"), ("hi;q=0.1", "hi"), (";;,q=x", "en")])
def test_without_a_language_it_speaks_the_browsers(visitor: FlaskClient, asked: str, language: str) -> None:
    answer = visitor.get("/privacy", headers={"Accept-Language": asked})

    assert (f'<html lang="{language}">' in answer.text, answer.headers["Vary"]) == (True, "Accept-Language")


def test_the_link_in_a_text_opens_the_notice_in_the_language_of_the_text(shop: App, visitor: FlaskClient, clock: HandClock) -> None:
    asha = Patient(shop, clock).asks(Language.KANNADA)
    answer = visitor.get(_link(shop, asha, "privacy", None))

    assert (answer.status_code, answer.location) == (302, "/privacy/kn")


@pytest.mark.parametrize("language", ["ta", "EN", "en-IN", "x" * 500, "%00"])
def test_another_language_is_no_page(visitor: FlaskClient, language: str) -> None:
    assert visitor.get(f"/privacy/{language}").status_code == 404


def test_a_clinic_without_a_notice_has_no_such_page(settings: Settings, tmp_path: Path, clock: HandClock) -> None:
    folder = tmp_path / "callflows"
    shutil.copytree(ROOT / "callflows", folder)
    (folder / "privacy.yaml").unlink()
    visitor = create_app(build(settings.model_copy(update={"callflows_dir": folder}), clock)).test_client()

    assert [visitor.get(path).status_code for path in ("/privacy", "/privacy/hi")] == [404, 404]
    assert "/privacy" not in visitor.get("/pay").text


def test_what_the_clinic_has_not_said_is_shown_missing(settings: Settings, clock: HandClock) -> None:
    nobody = settings.model_copy(update={"grievance_name": ""})
    page = create_app(build(nobody, clock)).test_client().get("/privacy/en").text

    assert "[GRIEVANCE_NAME]" in page
