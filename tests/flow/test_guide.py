"""The guide for writers: its files load, its fault is what the linter says, its tables leave nothing out."""

from pathlib import Path
from re import DOTALL, findall

import pytest

from ivr.callflows import slots_of
from ivr.flow.loader import examine, load_book
from ivr.flow.steps import KINDS
from ivr.flow.vocabulary import ANSWERS, BUILT_IN_WORDS, EFFECTS, PAGE_WORDS, VALUES, YES_OR_NO
from ivr.flow.vocabulary_kinds import Slot
from ivr.lines import load_lines
from ivr.texts.templates import load_templates
from tests.flow.writing import write

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/write-a-flow.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a reader has written after the first four headings."""
    for name, text in findall(r"`my-clinic/([a-z/]+\.yaml)`:\n\n```yaml\n(.*?)```", GUIDE, DOTALL):
        write(tmp_path, name, text)
    write(tmp_path, "texts.yaml", (ROOT / "callflows/texts.yaml").read_text(encoding="utf-8"))
    return tmp_path


def test_the_readers_clinic_loads(folder: Path) -> None:
    templates = load_templates(folder)
    book, words = load_book(folder, templates=slots_of(templates), starts={"desk"})
    assert [line.flow for line in load_lines(folder, templates, book.flows)] == [None, "desk"]
    assert set(BUILT_IN_WORDS) < set(words.names)
    assert examine(folder, templates=slots_of(templates), starts={"desk"}).warnings == []


def test_the_fault_that_is_shown_is_the_one_that_is_told(folder: Path) -> None:
    flow = (folder / "flows/desk.yaml").read_text(encoding="utf-8")
    write(folder, "flows/desk.yaml", flow.replace("menu_link, then: goodbye", "menu_link, then: godbye"))
    (fault,) = examine(folder).rows()
    assert f"\n{fault}\n" in GUIDE


@pytest.mark.parametrize(
    "name",
    [
        *YES_OR_NO,
        *VALUES,
        *ANSWERS,
        *KINDS,
        *Slot,
        PAGE_WORDS[0],
        PAGE_WORDS[-1],
        *(field.name for kind in KINDS.values() for field in kind.fields),
    ],
)
def test_the_guide_names_everything_that_a_flow_may_name(name: str) -> None:
    assert f"`{name}`" in GUIDE


@pytest.mark.parametrize("name", EFFECTS)
def test_the_guide_names_every_effect_with_what_it_takes(name: str) -> None:
    assert f"`{' '.join([name, *map(str.upper, EFFECTS[name].arguments)])}`" in GUIDE
