"""The privacy notice: the shipped one says what the law asks, in every language; and every way to get one wrong."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.model.errors import ConfigurationError
from ivr.model.values import Language
from ivr.privacy import FILE, Page, Particulars, PrivacyNotice, Section, load_privacy

SHIPPED = Path(__file__).parents[1] / "callflows"
CLINIC = Particulars("Sandhi Clinic", "Asha Rao", "care@sandhi.example", "08061914344", "08061914347")

GOOD = """\
version: 2
languages:
  en:
    title: "{clinic} and you"
    sections:
      - heading: Complaints
        text: >-
          Ask for {grievance_name}:
          {grievance_phone}.

          Or write to {grievance_email}.
  hi:
    title: "{clinic} और आप"
    sections:
      - heading: शिकायत
        text: "{grievance_name}, {grievance_phone}, {grievance_email}"
"""


def loaded(folder: Path, text: str) -> PrivacyNotice:
    (folder / FILE).write_bytes(text.encode("utf-8", "surrogatepass"))
    notice = load_privacy(folder)
    assert notice is not None
    return notice


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigurationError) as error:
        loaded(folder, text)
    return str(error.value).splitlines()


@pytest.fixture(scope="module")
def shipped() -> PrivacyNotice:
    notice = load_privacy(SHIPPED)
    assert notice is not None
    return notice


def test_the_shipped_notice_is_an_example_in_every_language(shipped: PrivacyNotice) -> None:
    assert (shipped.version, shipped.example, shipped.languages) == (1, True, tuple(Language))


@pytest.mark.parametrize("language", Language)
def test_the_shipped_notice_is_whole_once_filled(shipped: PrivacyNotice, language: Language) -> None:
    page = shipped.page(language, CLINIC)
    text = "\n".join(page.texts)

    assert len(page.sections) == 8
    assert not {"{", "}"} & set(text)
    for told in (CLINIC.clinic, CLINIC.grievance_name, CLINIC.grievance_email, CLINIC.grievance_phone, CLINIC.opt_out_line):
        assert told in text
    for named in ("Plivo", "Twilio", "Razorpay", "18", "2023", "2025"):
        assert named in text
    assert [len(section.paragraphs) for section in page.sections] == [2, 9, 4, 1, 1, 1, 3, 2]


@pytest.mark.parametrize(("language", "first", "last"), [(Language.HINDI, "ऀ", "ॿ"), (Language.KANNADA, "ಀ", "೿")])
def test_the_shipped_notice_is_written_in_the_letters_of_its_language(
    shipped: PrivacyNotice, language: Language, first: str, last: str
) -> None:
    other = {"hi": range(0x0C80, 0x0D00), "kn": range(0x0900, 0x0964)}[language.value]
    for text in shipped.pages[language].texts:
        assert any(first <= letter <= last for letter in text), text
        assert not any(ord(letter) in other for letter in text), text


def test_a_blank_line_begins_a_paragraph_and_places_are_filled(tmp_path: Path) -> None:
    page = loaded(tmp_path, GOOD).page(Language.ENGLISH, CLINIC)
    told = ("Ask for Asha Rao: 08061914344.", "Or write to care@sandhi.example.")

    assert page == Page("Sandhi Clinic and you", (Section("Complaints", told),))


def test_what_a_clinic_is_called_is_never_read_as_a_place(tmp_path: Path) -> None:
    odd = Particulars("{opt_out_line}", r"\1", "a@b.example", "1", "2")

    assert loaded(tmp_path, GOOD).page(Language.ENGLISH, odd).texts[:3] == ("{opt_out_line} and you", "Complaints", r"Ask for \1: 1.")


def test_a_language_that_is_not_there_is_answered_in_english(tmp_path: Path) -> None:
    notice = loaded(tmp_path, GOOD)

    assert (notice.languages, notice.example) == ((Language.ENGLISH, Language.HINDI), False)
    assert notice.page(Language.KANNADA, CLINIC) == notice.page(Language.ENGLISH, CLINIC)
    assert notice.page(Language.HINDI, CLINIC).title == "Sandhi Clinic और आप"


def test_a_folder_without_a_notice_has_none(tmp_path: Path) -> None:
    assert load_privacy(tmp_path) is None


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("version: 2\n", "", "privacy.yaml:1: version is missing; add it"),
        ("version: 2", "version: two", "privacy.yaml:1: write a whole number from 1 to 999999"),
        ("version: 2", "version: 2\nexample: perhaps", "privacy.yaml:2: write true or false"),
        ("languages:", "language:", 'privacy.yaml:2: unknown key "language"; did you mean languages?'),
        ("  en:", "  ta:", 'privacy.yaml:3: unknown key "ta"; known are: en, '),
        ("  en:", "  ta:", "privacy.yaml:2: en is missing; add it"),
        ('    title: "{clinic} and you"\n', "", "privacy.yaml:3: title is missing; add it"),
        ("{clinic} and you", "", "privacy.yaml:4: this is empty; write something"),
        ("      - heading: Complaints", "      - headng: Complaints", 'privacy.yaml:6: unknown key "headng"; did you mean heading?'),
        ("heading: Complaints", "heading: no", "privacy.yaml:6: YAML does not read this as text; put it in quotes"),
        ("{clinic} और", "{clinik} और", 'privacy.yaml:13: nothing fills "{clinik}"; did you mean {clinic}?'),
        ("{clinic} और", "{phone number} और", "privacy.yaml:13: nothing fills"),
        ("{clinic} और", "{} और", 'privacy.yaml:13: nothing fills "{}"; known are: {clinic}, {grievance_email}, {grievance_name}'),
        ("{clinic} और", "{clinic और", "privacy.yaml:13: a brace has no partner; a place is written {clinic}"),
        ("Or write to {grievance_email}.", "Goodbye.", "privacy.yaml:3: say whom to ask and complain to; {grievance_email} must be in"),
        (
            ", {grievance_email}",
            "",
            "privacy.yaml:12: {clinic}, {grievance_name}, {grievance_phone} here and {clinic}, {grievance_email}, ",
        ),
        ("  hi:", "  hi: {title: x, sections: []}\n  kn:", "privacy.yaml:12: no section is listed; start from the example"),
        ("  hi:", "  hi: {title: x, sections: []}\n  kn:", "privacy.yaml:12: 0 sections here and 1 in en; each needs the same"),
        ("  hi:", "  hi: {title: x, sections: all}\n  kn:", "privacy.yaml:12: here should be a list, each entry beginning with"),
        ("  hi:", "  hi: {title: x, sections: [y]}\n  kn:", "privacy.yaml:12: here should be `key: value` rows"),
        ("  hi:", "  hi: {title: x}\n  kn:", "privacy.yaml:12: sections is missing; add it"),
        ("  hi:", "  hi: {title: x}\n  kn:", "privacy.yaml:12: no place in braces here and {clinic}, {grievance_email}, "),
    ],
)
def test_a_fault_names_its_line_and_the_remedy(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert old in GOOD
    found = faults(tmp_path, GOOD.replace(old, new))
    assert any(row.startswith(fault) for row in found), found


def test_all_faults_are_told_at_once_from_top_to_bottom(tmp_path: Path) -> None:
    bad = GOOD.replace("version: 2", "version: 0").replace("heading: Complaints", "heading: 7").replace("{clinic} और", "{clinic")
    assert [row.split(" ")[0] for row in faults(tmp_path, bad)] == [f"{FILE}:{line}:" for line in (1, 6, 12, 13)]


@given(text=st.text(max_size=200) | st.sampled_from(["", "null", "[]", "languages: &x {en: *x}", "languages: {en: {title: [1]}}"]))
def test_nothing_in_the_file_breaks_the_reading(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    assert faults(tmp_path_factory.getbasetemp(), text)[0].startswith(FILE)
