"""Lines: the shipped file, and every way to get one wrong."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.lines import FILE, Answer, CallBack, CancelCall, Lines, OnDuty, OptOut, TextApp, load_lines
from ivr.model.errors import ConfigurationError
from ivr.model.values import Language, Phone
from ivr.texts.templates import load_templates

SHIPPED = Path(__file__).parents[1] / "callflows"
TEMPLATES = load_templates(SHIPPED)
FLOWS = ("hotline",)
SHIPPED_FLOWS = ("doctor_day", "hotline")

GOOD = """\
lines:
  - number: "08061914343"
    name: Hotline
    when_it_rings: missed call
    then: text app_link
    language: en
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def written(folder: Path, text: str | bytes) -> Path:
    (folder / FILE).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def faults(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(ConfigurationError) as error:
        load_lines(written(folder, text), TEMPLATES, FLOWS)
    return str(error.value).splitlines()


def test_the_shipped_lines_are_examples() -> None:
    lines = load_lines(SHIPPED, flows=SHIPPED_FLOWS)
    hotline, menu, on_duty, day, stop, call_back, cancel = lines
    assert (hotline.number, hotline.published, hotline.action) == (Phone("+918061914343"), "08061914343", TextApp("app_link"))
    assert (hotline.name, hotline.language, hotline.campaign, hotline.provider) == ("Hotline", Language.ENGLISH, "poster-2026", None)
    assert (stop.number, stop.action) == (Phone("+918061914347"), OptOut())
    assert (menu.action, menu.languages) == (Answer("hotline"), (Language.KANNADA, Language.ENGLISH, Language.HINDI))
    assert (call_back.action, cancel.action) == (CallBack("hotline", 10), CancelCall())
    assert (on_duty.action, day.action) == (OnDuty(), Answer("doctor_day"))
    assert [line.flow for line in lines] == [None, "hotline", None, "doctor_day", None, "hotline", None]
    assert lines.examples == tuple(lines)
    assert lines.published == {f"0806191434{last}" for last in (3, 4, 5, 6, 7, 8, 9)}
    assert lines.hours.open_at(1_795_329_000_000)


def test_a_line_is_found_by_its_number() -> None:
    lines = load_lines(SHIPPED, flows=SHIPPED_FLOWS)
    assert Phone("+918061914343") in lines.numbers
    found = lines.find(Phone("+918061914347"))
    assert found is not None
    assert found.name == "Stop texts"
    assert lines.find(Phone("+918061914342")) is None
    assert len(lines) == 7


def test_a_clinic_can_have_no_lines_in_a_test() -> None:
    assert list(Lines.of()) == []


def test_lines_know_whether_the_file_has_hours(folder: Path) -> None:
    assert not load_lines(written(folder, GOOD), TEMPLATES).has_hours
    assert load_lines(written(folder, 'hours: {mon: "09:00-20:00"}\n' + GOOD), TEMPLATES).has_hours


def test_a_line_of_your_own_needs_only_five_rows(folder: Path) -> None:
    (line,) = load_lines(written(folder, GOOD), TEMPLATES)
    assert (line.campaign, line.provider, line.example) == ("", None, False)


@pytest.mark.parametrize("number", ["+918061914343", "8061914343", "07379606937", "18001234567", "+15005550006"])
def test_a_number_is_published_as_the_file_writes_it(folder: Path, number: str) -> None:
    (line,) = load_lines(written(folder, GOOD.replace("08061914343", number)), TEMPLATES)
    assert line.published == number


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"08061914343"', "8061914343", "lines.yaml:2: YAML does not read this as text; put it in quotes"),
        ('"08061914343"', "+918061914343", "lines.yaml:2: YAML does not read this as text; put it in quotes"),
        ('"08061914343"', "02261000000", "lines.yaml:2: YAML does not read this as text; put it in quotes"),
        ('"08061914343"', "", "lines.yaml:2: this is empty; write something"),
        ('"08061914343"', '" "', "lines.yaml:2: this is empty; write something"),
        ('"08061914343"', "[1, 2]", "lines.yaml:2: here should be one piece of text"),
        ("08061914343", "080-6191 4343", 'not a phone number; write it as it is published, digits only, in quotes, like "08061914343"'),
        ("08061914343", "12345", "not a phone number"),
        ("08061914343", "09845012345", "a mobile number may not be a clinic's line in India; publish a landline"),
        ("08061914343", "1600123456", "the 140 and 1600 series are not for a clinic"),
        ("08061914343", "+911401234567", "the 140 and 1600 series are not for a clinic"),
        ("name: Hotline", "nmae: Hotline", 'lines.yaml:3: unknown key "nmae"; did you mean name?'),
        ("name: Hotline", "colour: red", 'lines.yaml:3: unknown key "colour"; known are: number, name,'),
        ("name: Hotline", "<<: {name: x}", 'lines.yaml:3: unknown key "<<"'),
        ("name: Hotline", "name: Hotline\n    name: Other", 'lines.yaml:4: "name" is here twice; keep one'),
        ("name: Hotline", "name: Hotline\n    [1]: x", "lines.yaml:4: a key must be a word"),
        ("    name: Hotline\n", "", "lines.yaml:2: name is missing; add it"),
        ("missed call", "pick up", 'lines.yaml:4: "pick up" is not known here; write one of: missed call, answer'),
        ("missed call", "answer", "lines.yaml:5: a line that answers runs a flow; write: flow NAME"),
        ("text app_link", "flow hotline", "lines.yaml:5: a flow is heard by somebody whose call is answered; write when_it_rings: answer"),
        ("text app_link", "call back hotlin", 'lines.yaml:5: no flow "hotlin" in flows/; known are: hotline'),
        ("text app_link", "call back hotline\n    delay_seconds: soon", "lines.yaml:6: write a whole number from 0 to 600"),
        ("language: en", "language: en\n    languages: [hi, hi, en]", "lines.yaml:7: a language is here twice; keep one"),
        ("language: en", "language: en\n    languages: [hi]", "lines.yaml:7: the line's own language, en, is missing"),
        ("lines:", "hours: {mon: always}\nlines:", "lines.yaml:1: write opening hours as"),
        ("text app_link", "text app_lnk", 'lines.yaml:5: no template "app_lnk" in texts.yaml; known are: app_link'),
        ("text app_link", "ring back", "lines.yaml:5: write one of: text TEMPLATE, call back FLOW, cancel call, opt out, on duty"),
        ("text app_link", "no", "lines.yaml:5: YAML does not read this as text; put it in quotes"),
        ("language: en", "language: ta", 'lines.yaml:6: "ta" is not known here; write one of: en, hi, kn'),
        ("language: en", "language: en\n    provider: exotl", 'lines.yaml:7: "exotl" is not known here; write one of: plivo, twilio'),
        ("language: en", "language: en\n    campaign: Poster 2026", "lines.yaml:7: a campaign is small letters, digits and hyphens"),
        ("language: en", "language: en\n    example: perhaps", "lines.yaml:7: write true or false"),
        ("lines:", "line:", "lines.yaml:1: lines is missing; add it"),
    ],
)
def test_a_fault_names_its_line_and_the_remedy(folder: Path, old: str, new: str, fault: str) -> None:
    assert old in GOOD
    found = faults(folder, GOOD.replace(old, new))
    assert any(fault in row for row in found), found


def test_all_faults_are_told_at_once_from_top_to_bottom(folder: Path) -> None:
    bad = GOOD.replace('"08061914343"', "8061914343").replace("language: en", "language: fr") + GOOD.removeprefix("lines:\n").replace(
        "app_link", "nothing"
    )
    assert [row.split(" ")[0] for row in faults(folder, bad)] == ["lines.yaml:2:", "lines.yaml:6:", "lines.yaml:10:"]


def test_one_number_has_one_line_in_whatever_form(folder: Path) -> None:
    twice = GOOD + GOOD.removeprefix("lines:\n").replace("08061914343", "+918061914343")
    assert faults(folder, twice) == ["lines.yaml:7: the same number as on row 2; a number has one line"]


def test_a_missed_call_cannot_fill_just_any_template(folder: Path) -> None:
    bill = '{body: "Rs {amount:numeric} due -X", template_id: {plivo: "1107170000000000011"}}'
    texts = f"templates:\n  bill:\n    category: service\n    versions:\n      1:\n        en: {bill}"
    (folder / "texts.yaml").write_text(texts)
    written(folder, GOOD.replace("app_link", "bill"))
    with pytest.raises(ConfigurationError, match=r"lines\.yaml:5: a missed call cannot fill \{amount\} of bill"):
        load_lines(folder)


@pytest.mark.parametrize("number", ["09845012345", "9845012345", "984501234567890"])
def test_no_fault_repeats_a_number(folder: Path, number: str) -> None:
    assert not any(number in row for row in faults(folder, GOOD.replace("08061914343", number)))
    assert not any(number in row for row in faults(folder, GOOD.replace("name:", f'"{number}":')))
    assert not any(number in row for row in faults(folder, GOOD.replace("app_link", number)))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "lines.yaml: the file is empty"),
        ("# nothing yet\n", "lines.yaml: the file is empty"),
        ("lines: []", "lines.yaml:1: no line is listed"),
        ("lines:", "lines.yaml:1: here should be a list"),
        ("lines: {a: b}", "lines.yaml:1: here should be a list"),
        ("- a", "lines.yaml:1: here should be `key: value` rows"),
        ("lines:\n  - hello", "lines.yaml:2: here should be `key: value` rows"),
        ("lines:\n\t- number: x", "lines.yaml:2: not YAML"),
        ('lines:\n  - number: "0806', "lines.yaml:2: not YAML"),
        ("lines: [*nobody]", "lines.yaml:1: not YAML"),
        ("a: b\n---\nc: d", "lines.yaml:2: not YAML"),
        (b"lines: \xff", "lines.yaml: not UTF-8 text"),
        (b"lines: \x00", "lines.yaml: not YAML"),
        ("[" * 5000, "lines.yaml: not YAML"),
        ("lines: !!python/object:os.system {}", "lines.yaml:1: here should be a list"),
    ],
)
@pytest.mark.usefixtures("uncollected")
def test_a_file_that_is_no_sheet_is_told_without_a_traceback(folder: Path, text: str | bytes, fault: str) -> None:
    assert any(row.startswith(fault) for row in faults(folder, text))


def test_a_missing_file_names_the_setting(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match="CALLFLOWS_DIR"):
        load_lines(folder, TEMPLATES)


@given(
    st.text(max_size=200)
    | st.builds(
        lambda cut, junk: GOOD[: cut % len(GOOD)] + junk + GOOD[cut % len(GOOD) :],
        st.integers(0),
        st.text(":-[]{}&*!|>\"'%@`,#? \n\tx0", max_size=6),
    )
)
def test_no_file_makes_it_raise_anything_else(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    said = "lines.yaml"
    try:
        load_lines(written(folder, text.encode("utf-8", "surrogatepass")), TEMPLATES)
    except ConfigurationError as error:
        said = str(error)
    assert said.startswith("lines.yaml")
