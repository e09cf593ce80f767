"""texts.yaml: every fault is told with its line and the remedy."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.model.errors import ConfigurationError
from ivr.texts.templates import FILE, Templates, load_templates

GOOD = """\
templates:
  app_link:
    category: service
    versions:
      1:
        en:
          body: "You called us on {hotline:cbn}. Our app: {link:urlott} -Sandhi Clinic"
          template_id: {plivo: "1107000000000000001"}
"""


def loaded(folder: Path, text: str) -> Templates:
    (folder / FILE).write_bytes(text.encode("utf-8", "surrogatepass"))
    return load_templates(folder)


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as error:
        loaded(folder, text)
    return str(error.value).splitlines()


def body(wording: str) -> str:
    return GOOD.replace("You called us on {hotline:cbn}. Our app: {link:urlott} -Sandhi Clinic", wording)


def test_the_smallest_good_file_loads(tmp_path: Path) -> None:
    assert list(loaded(tmp_path, GOOD)) == ["app_link"]
    assert loaded(tmp_path, GOOD).examples == ()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("service", "advert", 'texts.yaml:3: "advert" is not known here; write one of: service, promotional, transactional'),
        ("    category: service\n", "", "texts.yaml:2: category is missing; add it"),
        ("app_link:", "App-Link:", 'texts.yaml:2: "App-Link" is no template name'),
        ("category:", "categroy:", 'texts.yaml:3: unknown key "categroy"; did you mean category?'),
        ("      1:", "      one:", 'texts.yaml:5: "one" is no version; count 1, 2, 3 …'),
        ("      1:", "      0:", 'texts.yaml:5: "0" is no version'),
        ("        en:", "        hi:", "texts.yaml:5: en is missing; add it"),
        ("        en:", "        ta:", 'texts.yaml:6: unknown key "ta"; known are: en, '),
        ('          template_id: {plivo: "1107000000000000001"}\n', "", "texts.yaml:6: template_id is missing; add it"),
        ('{plivo: "1107000000000000001"}', "{}", "texts.yaml:8: no id here; write `plivo:` or `twilio:` with the 19 digits"),
        ('{plivo: "1107000000000000001"}', '{exotel: "1107000000000000001"}', 'texts.yaml:8: unknown key "exotel"'),
        ('"1107000000000000001"', "1107000000000000001", "texts.yaml:8: YAML does not read this as text; put it in quotes"),
        ('"1107000000000000001"', '"110700000000000000"', "texts.yaml:8: a DLT template id is 19 digits, in quotes"),
        ("category: service", "category: service\n    header: AD-SANDHI", "texts.yaml:4: a DLT header is 6 letters or digits"),
        ("category: service", 'category: service\n    entity_id: "12"', "texts.yaml:4: a DLT entity id is 19 digits"),
        ("category: service", "category: service\n    fallback: [ta]", 'texts.yaml:4: "ta" is not known here; write one of: en, hi, kn'),
        ("category: service", "category: service\n    fallback: hi", "texts.yaml:4: here should be a list"),
        ("          body:", "          bdy:", 'texts.yaml:7: unknown key "bdy"; did you mean body?'),
        ("        en:", "        example: 3\n        en:", "texts.yaml:6: write true or false"),
        ("templates:", "texts:", "texts.yaml:1: templates is missing; add it"),
    ],
)
def test_a_fault_names_its_line_and_the_remedy(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in GOOD
    found = faults(tmp_path, GOOD.replace(old, new))
    assert any(row.startswith(fault) for row in found), found


@pytest.mark.parametrize(
    ("wording", "fault"),
    [
        ("Hello {name:words} -X", "unknown slot type words; known are: url, urlott, cbn, numeric, alphanumeric"),
        ("Hello {name} -X", "a slot is written {name:kind}"),
        ("Hello {#var#} -X", "a slot is written {name:kind}"),  # untagged variables are rejected since January 2026
        ("Hello {} -X", "a slot is written {name:kind}"),
        ("Hello {Name:cbn} -X", "a slot is written {name:kind}"),
        ("Hello {name:cbn -X", "a brace has no partner"),
        ("Hello name:cbn} -X", "a brace has no partner"),
        ("{a:numeric}{b:numeric} -X", "put a word between {a} and {b}"),
        ("{a:alphanumeric} {b:alphanumeric} -X", "put a word between {a} and {b}"),
        ("{a:numeric} or {a:numeric} -X", "a slot name is used twice"),
        ("Our app: {link:url}. -X", "put a blank after {link}"),
        ("Our app: {link:urlott}-X", "put a blank after {link}"),
        ("See https://x.example -X", "a link or phone number stands in the text itself"),
        ("See www.x.example -X", "a link or phone number stands in the text itself"),
        ("Ring 08061914343 -X", "a link or phone number stands in the text itself"),
        (" Hello -X", "one line without control characters"),
        ("Hello\\n-X", "one line without control characters"),
        ("Hello\\u202e -X", "one line without control characters"),
        ("x" * 460, "the text takes more than 3 segments; shorten it"),
        ("ನ" * 202, "the text takes more than 3 segments; shorten it"),
    ],
)
def test_a_body_that_an_operator_would_reject_is_a_fault_on_its_line(tmp_path: Path, wording: str, fault: str) -> None:
    found = faults(tmp_path, body(wording))
    assert any(row.startswith(f"texts.yaml:7: {fault}") or fault in row for row in found), found


@pytest.mark.parametrize(
    "words",
    [
        *("Special offer", "OFFERS", "A discount", "Discounted", "20%", "Get 20 off", "free visit", "Toll-free", "₹249"),
        *("Rs 4\u03369\u03369\u0336", "~~Rs 499~~", "MRP 499", "Sale", "Best deal", "coupon", "Cashback"),
        *("छूट", "ऑफर", "ऑफ़र", "मुफ़्त", "मुफ्त", "निःशुल्क", "ರಿಯಾಯಿತಿ", "ಉಚಿತ", "ಆಫರ್"),
    ],
)
def test_a_word_of_discount_makes_a_service_text_promotional_and_is_refused(tmp_path: Path, words: str) -> None:
    assert "mixed content counts as promotional" in "".join(faults(tmp_path, body(f"{words} -X")))
    assert "texts.yaml:7" in faults(tmp_path, body(f"{words} -X"))[0]
    loaded(tmp_path, body(f"{words} -X").replace("service", "promotional"))


@pytest.mark.parametrize(
    "words", ["You are now off duty", "Your doctor's office", "Ideal", "Rs {a:numeric} received", "We offered", "Freedom Park"]
)
def test_plain_words_are_no_discount(tmp_path: Path, words: str) -> None:
    loaded(tmp_path, body(f"{words} -X"))


def test_every_language_of_a_version_has_the_same_slots(tmp_path: Path) -> None:
    more = GOOD + '        hi:\n          body: "{hotline:cbn} -X"\n          template_id: {plivo: "1107000000000000002"}\n'
    assert faults(tmp_path, more) == ["texts.yaml:9: its slots differ from the English ones; every language needs the same names and types"]


def test_all_faults_are_told_at_once_from_top_to_bottom(tmp_path: Path) -> None:
    bad = GOOD.replace("service", "advert").replace("called", "{who}").replace('"1107000000000000001"', "1")
    assert [row.split(" ")[0] for row in faults(tmp_path, bad)] == ["texts.yaml:3:", "texts.yaml:7:", "texts.yaml:8:"]


@pytest.mark.parametrize(
    "text", ["templates: {}", "templates:\n", "templates: []", "templates: {a: {category: service, versions: {}}}", "", "]"]
)
def test_an_empty_file_is_a_fault_not_a_traceback(tmp_path: Path, text: str) -> None:
    assert faults(tmp_path, text)[0].startswith("texts.yaml")


junk = st.text(":-[]{}&*!|>\"'%@`,#? \n\tx0", max_size=6)


@given(st.text(max_size=200) | st.builds(lambda cut, more: GOOD[: cut % len(GOOD)] + more + GOOD[cut % len(GOOD) :], st.integers(0), junk))
def test_no_file_makes_it_raise_anything_else(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    try:
        templates, said = loaded(tmp_path_factory.mktemp("any"), text), "texts.yaml"
    except ConfigurationError as error:
        templates, said = Templates({}), str(error)
    assert said.startswith("texts.yaml")
    assert all(each.segments.parts <= 3 for each in templates.describe())
