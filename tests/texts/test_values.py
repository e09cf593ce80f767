"""What may go into a slot, and what is refused before anything is queued."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.model.errors import TemplateError
from ivr.model.values import Language
from ivr.texts.slots import RenderContext
from ivr.texts.templates import Templates, load_templates

SHIPPED = Path(__file__).parents[2] / "callflows"
CONTEXT = RenderContext("https://go.clinic.example", "SANDHI", frozenset({"08061914343"}))
LINK = "https://go.clinic.example/SANDHI/aB3xK9pQ2z"
VALUES = {"hotline": "08061914343", "link": LINK}
BILL = {"amount": "249", "name": "A. Rao", "page": LINK}
ENGLISH, HINDI, _ = Language

CLINIC = """\
templates:
  receipt:
    category: service
    versions:
      1:
        en:
          body: "Rs {amount:numeric} received from {name:alphanumeric}. Details: {page:url} -Sandhi Clinic"
          template_id: {plivo: "1107000000000000001"}
        hi:
          body: "{name:alphanumeric}, Rs {amount:numeric} मिले। रसीद: {page:url} -Sandhi Clinic"
          template_id: {plivo: "1107000000000000002"}
  two_names:
    category: service
    versions:
      1: {en: {body: "Seen by {first:alphanumeric} and {second:alphanumeric}", template_id: {plivo: "1107000000000000004"}}}
  four_lines:
    category: service
    versions:
      1: {en: {body: "{first:alphanumeric} LONG and {second:alphanumeric}", template_id: {plivo: "1107000000000000005"}}}
""".replace("LONG", "x" * 150)


@pytest.fixture(scope="module")
def shipped() -> Templates:
    return load_templates(SHIPPED)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    folder = tmp_path_factory.mktemp("callflows")
    (folder / "texts.yaml").write_text(CLINIC)
    return load_templates(folder)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"link": LINK}, "app_link: no value for hotline"),
        (VALUES | {"price": "249"}, "app_link: has no slot price"),
        (VALUES | {"hotline": "08061914349"}, r"app_link: hotline \(cbn\) must be one of the numbers in lines.yaml"),
        (VALUES | {"hotline": "+918061914343"}, r"app_link: hotline \(cbn\) must be one of"),
        (VALUES | {"hotline": ""}, r"hotline \(cbn\) must be one line of text"),
        (VALUES | {"hotline": 8061914343}, r"hotline \(cbn\) must be text"),
        (VALUES | {"link": None}, r"link \(urlott\) must be text"),
        *[
            (VALUES | {"link": link}, r"app_link: link \(urlott\) must be")
            for link in (
                "https://go.clinic.example.evil.example/SANDHI/aB3xK9pQ2z",
                "https://evil.example/SANDHI/aB3xK9pQ2z",
                "https://go.clinic.example@evil.example/SANDHI/aB3xK9pQ2z",
                "https://go.clinic.example:8443/SANDHI/aB3xK9pQ2z",
                "https://GO.clinic.example/SANDHI/aB3xK9pQ2z",
                "https://goXclinic.example/SANDHI/aB3xK9pQ2z",
                "http://go.clinic.example/SANDHI/aB3xK9pQ2z",
                "https://go.clinic.example/sandhi/aB3xK9pQ2z",
                "https://go.clinic.example/aB3xK9pQ2z",
                "https://go.clinic.example/SANDHI/",
                "https://go.clinic.example/SANDHI/aB3xK9pQ2z?x=1",
                "https://go.clinic.example/SANDHI/aB3xK9pQ2z#x",
                "https://go.clinic.example/SANDHI/../aB3xK9pQ2z",
                "https://go.clinic.example/SANDHI/" + "a" * 41,
                "https://go.clinic.example/SANDHI/aB3xK9pQ2z\n",
                "https://go.clinic.example/SANDHI/aB3x K9pQ2z",
                "https://go.clinic.example/SANDHI/aB3x\u200dK9pQ2z",
                "javascript:alert(1)",
                "see you",
            )
        ],
    ],
)
def test_a_wrong_value_is_refused_before_anything_is_queued(shipped: Templates, values: dict[str, str], reason: str) -> None:
    with pytest.raises(TemplateError, match=reason) as error:
        shipped.render("app_link", ENGLISH, values, context=CONTEXT)
    assert "0806" not in str(error.value)
    assert "aB3x" not in str(error.value)


@pytest.mark.parametrize(
    ("slot", "value", "reason"),
    [
        ("amount", "2 49", "digits"),
        ("amount", "249.00", "digits"),
        ("amount", "-1", "digits"),
        ("amount", "२४९", "digits"),
        ("amount", "9" * 41, "40 at most"),
        ("name", "x" * 41, "40 characters at most"),
        ("name", "A\nRao", "one line"),
        ("name", "A\tRao", "one line"),
        ("name", " Rao", "blanks at its ends"),
        ("name", "A\u00a0Rao", "control characters"),
        ("name", "A\u202eRao", "control characters"),
        ("name", "A\x00Rao", "control characters"),
        ("name", "\ud800", "control characters"),
        ("name", "see https://x.example", "a url slot"),
        ("name", "www.x.example", "a url slot"),
        ("name", "bit.ly/x", "a url slot"),
        ("name", "ring 9845012345", "a cbn slot"),
        ("name", "+919845012345", "a cbn slot"),
    ],
)
def test_a_value_must_be_of_its_slots_type(clinic: Templates, slot: str, value: str, reason: str) -> None:
    with pytest.raises(TemplateError, match=rf"receipt: {slot} .*{reason}"):
        clinic.render("receipt", ENGLISH, BILL | {slot: value}, context=CONTEXT)


@pytest.mark.parametrize("name", ["x" * 40, "c_01JB7Z9A8QW3E4R5T6Y7V8K9M0-1", "Dr. Rao, 5:30 pm", "नमस्ते", "ಕ್\u200dಷ", "50% {x}", "😀"])
def test_names_times_and_references_may_be_texted(clinic: Templates, name: str) -> None:
    assert name in clinic.render("receipt", ENGLISH, BILL | {"name": name}, context=CONTEXT).body


def test_values_that_read_back_differently_are_refused(clinic: Templates) -> None:
    with pytest.raises(TemplateError, match="two_names: first, second cannot be told from the words around them"):
        clinic.render("two_names", ENGLISH, {"first": "Rao", "second": "Das and Sons"}, context=CONTEXT)
    text = clinic.render("two_names", ENGLISH, {"first": "Rao and Das", "second": "Sons"}, context=CONTEXT)
    assert text.body == "Seen by Rao and Das and Sons"


def test_a_text_that_grows_too_long_with_its_values_is_refused(clinic: Templates) -> None:
    values = {"first": "x" * 40, "second": "y" * 40}
    with pytest.raises(TemplateError, match="four_lines: these values make more than 3 segments"):
        clinic.render("four_lines", ENGLISH, {"first": "न" * 40, "second": "न" * 40}, context=CONTEXT)
    assert clinic.render("four_lines", ENGLISH, values, context=CONTEXT).segments.parts == 2


@pytest.mark.parametrize(
    "base", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000", "https://go.clinic.example:8443", "https://x.example/"]
)
def test_a_link_is_on_the_public_url_with_its_port(shipped: Templates, base: str) -> None:
    context = RenderContext(base, "SANDHI", CONTEXT.callback_numbers)
    link = base.rstrip("/") + "/SANDHI/aB3xK9pQ2z"
    assert link in shipped.render("app_link", ENGLISH, VALUES | {"link": link}, context=context).body


@pytest.mark.parametrize(
    "base", ["http://go.clinic.example", "http://localhost.evil.example", "ftp://x.example", "https://[", "", "go.clinic.example"]
)
def test_no_text_goes_out_with_a_link_that_is_not_https(shipped: Templates, base: str) -> None:
    context = RenderContext(base, "SANDHI", CONTEXT.callback_numbers)
    with pytest.raises(TemplateError, match="PUBLIC_URL"):
        shipped.render("app_link", ENGLISH, VALUES | {"link": base + "/SANDHI/aB3xK9pQ2z"}, context=context)


def test_without_a_header_no_link_can_be_right(shipped: Templates) -> None:
    with pytest.raises(TemplateError, match="link"):
        shipped.render(
            "app_link",
            ENGLISH,
            VALUES | {"link": "https://go.clinic.example//aB3xK9pQ2z"},
            context=RenderContext(CONTEXT.public_url, "", CONTEXT.callback_numbers),
        )


names = st.text(min_size=1, max_size=45) | st.text("ab .,Rs0१न", min_size=1, max_size=40)


@given(
    amount=st.from_regex(r"[0-9]{1,6}", fullmatch=True),
    name=names,
    token=st.from_regex(r"[0-9A-Za-z]{8,10}", fullmatch=True),
    language=st.sampled_from(Language),
)
def test_whatever_renders_reads_back_as_itself(clinic: Templates, amount: str, name: str, token: str, language: Language) -> None:
    values = {"amount": amount, "name": name, "page": f"https://go.clinic.example/SANDHI/{token}"}
    try:
        text = clinic.render("receipt", language, values, context=CONTEXT)
    except TemplateError:
        return  # a refused name is what the tables above are about
    body = clinic.by_name["receipt"].versions[text.version].wordings[text.language].body
    assert body.read(text.body) == values
    assert text.segments.parts <= 3
    assert text.body.isprintable() or "\u200c" in text.body or "\u200d" in text.body
