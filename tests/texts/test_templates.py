"""What may be texted: exactly what was registered, with values that were checked."""

from pathlib import Path

import pytest

from ivr.model.errors import ConfigurationError, TemplateError
from ivr.model.values import Language
from ivr.texts.segments import Encoding
from ivr.texts.slots import RenderContext
from ivr.texts.templates import Registration, Templates, load_templates

SHIPPED = Path(__file__).parents[2] / "callflows"
CONTEXT = RenderContext("https://go.clinic.example", "SANDHI", frozenset({"08061914343"}))
LINK = "https://go.clinic.example/SANDHI/aB3xK9pQ2z"
VALUES = {"hotline": "08061914343", "link": LINK}
ENGLISH, HINDI, KANNADA = Language

CLINIC = """\
templates:
  receipt:
    category: service
    fallback: [hi]
    entity_id: "1101000000000000001"
    header: SANDHX
    versions:
      1:
        en:
          body: "Rs {amount:numeric} received from {name:alphanumeric}. Details: {page:url} -Sandhi Clinic"
          template_id: {plivo: "1107000000000000001", twilio: "1107000000000000001"}
      2:
        en:
          body: "Received Rs {amount:numeric}. Thank you, {name:alphanumeric}. Receipt: {page:url} -Sandhi Clinic"
          template_id: {plivo: "1107000000000000002"}
        hi:
          body: "{name:alphanumeric}, Rs {amount:numeric} मिले। रसीद: {page:url} -Sandhi Clinic"
          template_id: {twilio: "1107000000000000003"}
"""
PAGE = "https://go.clinic.example/SANDHX/aB3xK9pQ2z"
BILL = {"amount": "249", "name": "A. Rao", "page": PAGE}


@pytest.fixture(scope="module")
def shipped() -> Templates:
    return load_templates(SHIPPED)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    folder = tmp_path_factory.mktemp("callflows")
    (folder / "texts.yaml").write_text(CLINIC)
    return load_templates(folder)


def test_the_app_link_in_english_fits_one_cheap_segment(shipped: Templates) -> None:
    text = shipped.render("app_link", ENGLISH, VALUES, context=CONTEXT)
    assert text.body == f"You gave a missed call to 08061914343. Here is our app, as you asked: {LINK} -Sandhi Clinic"
    assert (text.template, text.version, text.language) == ("app_link", 1, ENGLISH)
    assert (text.segments.encoding, text.segments.parts) == (Encoding.GSM_7, 1)


@pytest.mark.parametrize("language", [HINDI, KANNADA])
def test_the_app_link_in_other_scripts_fits_two_segments(shipped: Templates, language: Language) -> None:
    text = shipped.render("app_link", language, VALUES, context=CONTEXT)
    assert text.language is language
    assert (text.segments.encoding, text.segments.parts) == (Encoding.UCS_2, 2)
    assert LINK in text.body
    assert "08061914343" in text.body


def test_the_app_link_fits_with_a_long_host_too(shipped: Templates) -> None:
    far = RenderContext("https://links.sandhi-orthopaedics.example", "SANDHI", CONTEXT.callback_numbers)
    values = VALUES | {"link": "https://links.sandhi-orthopaedics.example/SANDHI/aB3xK9pQ2z"}
    assert [shipped.render("app_link", language, values, context=far).segments.parts for language in Language] == [1, 2, 2]


def test_shipped_ids_are_examples_that_production_refuses(shipped: Templates) -> None:
    assert shipped.examples == tuple(shipped)


def test_each_wording_can_be_described(shipped: Templates, clinic: Templates) -> None:
    english, hindi, kannada = (each for each in shipped.describe() if each.template == "app_link")
    assert english.registered == "You gave a missed call to {#cbn#}. Here is our app, as you asked: {#urlott#} -Sandhi Clinic"
    assert (english.category, english.version, english.newest, english.example) == ("service", 1, True, True)
    assert [each.language for each in (english, hindi, kannada)] == [ENGLISH, HINDI, KANNADA]
    assert [each.segments.parts for each in (english, hindi, kannada)] == [1, 2, 2]
    assert len({each.template_ids["plivo"] for each in (english, hindi, kannada)}) == 3
    assert [(each.version, each.language, each.newest, each.example) for each in clinic.describe()] == [
        (1, ENGLISH, False, False),
        (2, ENGLISH, True, False),
        (2, HINDI, True, False),
    ]
    assert {(each.entity_id, each.header) for each in clinic.describe()} == {("1101000000000000001", "SANDHX")}
    assert next(iter(clinic.describe())).registered == "Rs {#numeric#} received from {#alphanumeric#}. Details: {#url#} -Sandhi Clinic"


def test_the_newest_version_is_used_and_a_queued_text_keeps_its_own(clinic: Templates) -> None:
    newest = clinic.render("receipt", ENGLISH, BILL, context=CONTEXT)
    queued = clinic.render("receipt", ENGLISH, BILL, version=1, context=CONTEXT)
    assert (newest.version, newest.body) == (2, f"Received Rs 249. Thank you, A. Rao. Receipt: {PAGE} -Sandhi Clinic")
    assert (queued.version, queued.body) == (1, f"Rs 249 received from A. Rao. Details: {PAGE} -Sandhi Clinic")
    with pytest.raises(TemplateError, match="receipt: no version 3"):
        clinic.render("receipt", ENGLISH, BILL, version=3, context=CONTEXT)


def test_a_missing_language_falls_back_in_the_templates_own_order_then_to_english(clinic: Templates) -> None:
    assert clinic.render("receipt", KANNADA, BILL, context=CONTEXT).language is HINDI
    assert clinic.render("receipt", KANNADA, BILL, version=1, context=CONTEXT).language is ENGLISH


def test_a_registration_names_what_the_provider_needs(clinic: Templates, shipped: Templates) -> None:
    mine = Registration("1107000000000000002", "service", "1101000000000000001", "SANDHX")
    assert clinic.registration("receipt", ENGLISH, "plivo") == mine
    assert clinic.registration("receipt", ENGLISH, "plivo", version=1) == Registration(
        "1107000000000000001", "service", mine.entity_id, mine.header
    )
    assert clinic.registration("receipt", KANNADA, "twilio") == Registration("1107000000000000003", "service", mine.entity_id, mine.header)
    assert shipped.registration("app_link", ENGLISH, "twilio") == Registration("1107170000000000011", "service", None, None)


def test_a_templates_own_header_is_the_one_in_its_links(clinic: Templates) -> None:
    with pytest.raises(TemplateError, match="page"):
        clinic.render("receipt", ENGLISH, BILL | {"page": LINK}, context=CONTEXT)


def test_a_provider_without_an_id_cannot_carry_the_text(clinic: Templates) -> None:
    assert clinic.registration("receipt", ENGLISH, "twilio") is None
    assert clinic.registration("receipt", HINDI, "plivo") is None
    assert clinic.registration("receipt", ENGLISH, "carrier-pigeon") is None


def test_a_templates_needs_can_be_asked(clinic: Templates, shipped: Templates) -> None:
    assert shipped.slots("app_link") == {"hotline", "link"}
    assert clinic.slots("receipt") == {"amount", "name", "page"}
    assert list(clinic) == ["receipt"]
    assert len(clinic) == 1


def test_an_unknown_template_names_the_known_ones(shipped: Templates) -> None:
    with pytest.raises(TemplateError, match=r"no template app_lnk in texts\.yaml; known are: app_link"):
        shipped.render("app_lnk", ENGLISH, VALUES, context=CONTEXT)
    with pytest.raises(TemplateError):
        shipped.registration("app_lnk", ENGLISH, "plivo")


def test_a_folder_without_texts_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="CALLFLOWS_DIR"):
        load_templates(tmp_path)
