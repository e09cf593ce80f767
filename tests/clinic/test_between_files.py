"""What is wrong with none of a folder's files by itself: texts that nothing fills, phones that would ring at night."""

from pathlib import Path
from shutil import copytree

import pytest

from ivr.callflows import load_callflows
from ivr.cli.flows_check import examine_folder
from ivr.model.errors import ConfigurationError
from ivr.settings import load_settings

CLINIC = Path(__file__).parent / "callflows"
HOURS = 'hours:\n  mon-sat: "09:30-19:00"\n  sun: "10:00-14:00"\n'
RINGS = (
    "lines.yaml: hours is missing, and desk of flows/reception.yaml rings somebody, who would be rung at night; "
    'write when they are there, like hours: {mon-sat: "09:00-20:00"}'
)
SALE = "texts.yaml: call_booked goes out by itself, and nothing fills {price}; it may have cancel, hotline, link, when"
NOTED = "texts.yaml: grievance_noted goes out by itself, and nothing fills {when}; it may have days, hotline, link, reference"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(copytree(CLINIC, tmp_path / "callflows"))


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def add_text(folder: Path, name: str, body: str) -> None:
    row = f'{{body: "{body} -Daant Dental", template_id: {{plivo: "1107170000000000931"}}}}'
    with (folder / "texts.yaml").open("a", encoding="utf-8") as texts:
        texts.write(f"\n  {name}:\n    category: service\n    versions:\n      1:\n        en: {row}\n")


def faults(folder: Path) -> list[str]:
    """As the processes tell them at their start, and as `flows check` does."""
    try:
        load_callflows(load_settings(callflows_dir=folder))
        told: list[str] = []
    except ConfigurationError as why:
        told = str(why).splitlines()
    assert examine_folder(folder).faults == told
    return told


def test_the_clinic_is_sound(folder: Path) -> None:
    assert faults(folder) == []


def test_who_rings_somebody_says_when_they_are_there(folder: Path) -> None:
    change(folder / "lines.yaml", HOURS, "")
    assert faults(folder) == [RINGS]


def test_hours_may_be_left_out_where_nobody_is_rung(folder: Path) -> None:
    change(folder / "lines.yaml", HOURS, "")
    change(folder / "flows/reception.yaml", "{ring: operator, say: ringing, answered: bye, otherwise: note}", "{say: ringing, then: note}")
    assert faults(folder) == []


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("call_booked", "We call you {when:alphanumeric} from {hotline:cbn}. To cancel, ring {cancel:cbn}. {link:url}", []),
        ("call_booked", "We call you {when:alphanumeric} for Rs {price:numeric}.", [SALE]),
        ("grievance_noted", "Written down as {reference:alphanumeric}; {days:numeric} days. From {hotline:cbn}, see {link:url}", []),
        ("grievance_noted", "Written down {when:alphanumeric}.", [NOTED]),
    ],
)
def test_texts_that_go_out_by_themselves_have_only_what_can_be_filled(folder: Path, name: str, body: str, told: list[str]) -> None:
    add_text(folder, name, body)
    assert faults(folder) == told
