"""Another clinic, dentists, writes files and no Python: its folder loads, is sound, and works as they meant it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from ivr.callflows import slots_of
from ivr.flow.engine import advance, begin
from ivr.flow.loader import examine, load_book
from ivr.flow.mermaid import mermaid
from ivr.flow.model import Book
from ivr.flow.turns import Begun, Effect, Event, FactValue, Over, Place, Turn
from ivr.flow.words import Words
from ivr.lines import load_lines
from ivr.model.events import Pressed, Silence
from ivr.model.values import Language, Phone
from ivr.texts.templates import load_templates

FOLDER = Path(__file__).parent / "callflows"
HI, EN = Language.HINDI, Language.ENGLISH
NOW = 1_763_785_800_000  # ten in the morning in India
FACTS: dict[str, FactValue] = {
    "language_known": False,
    "open_now": True,
    "can_be_called": True,
    "has_mobile": True,
    "slot_1": NOW + 2 * 3_600_000,
    "opens_at": NOW + 86_400_000,
}


@pytest.fixture(scope="module")
def clinic() -> tuple[Book, Words]:
    return load_book(FOLDER, templates=slots_of(load_templates(FOLDER)), languages=[HI, EN], starts={"reception"})


def heard(words: Words, turn: Turn) -> str:
    return " ".join(words.text(each.word, each.language, each.values, NOW) for each in turn.said)


def call(clinic: tuple[Book, Words], events: Sequence[Event], languages: tuple[Language, ...] = (EN,)) -> tuple[Turn, str, list[Effect]]:
    """The last turn of this call, what was heard in it, and all that the call wished for."""
    book, words = clinic
    place: Place = begin(book, "reception", languages[0], languages)
    effects: list[Effect] = []
    for event in (Begun(), *events):
        turn = advance(book, place, event, FACTS)
        place = turn.place
        effects += turn.effects
    return turn, heard(words, turn), effects


def test_the_folder_has_neither_fault_nor_idle_word() -> None:
    found = examine(FOLDER, templates=slots_of(load_templates(FOLDER)), languages=[HI, EN], starts={"reception"})
    assert (found.rows(), found.warnings) == ([], [])
    assert sorted(found.book.flows) == ["reception", "swelling"]


def test_a_caller_books_a_call(clinic: tuple[Book, Words]) -> None:
    no, yes = Pressed("2"), Pressed("1")
    turn, said, effects = call(clinic, [no, no, yes, Pressed("34"), yes])
    assert isinstance(turn.wait, Over)
    assert said == "Thank you. We will call you today at twelve noon. Goodbye."
    assert effects == [Effect("book_call", ("slot_1",))]


def test_an_answer_is_said_back(clinic: tuple[Book, Words]) -> None:
    _, said, _ = call(clinic, [Pressed("2"), Pressed("2"), Pressed("1"), Pressed("34")])
    assert said.startswith("For a patient of thirty-four, we can call today")


def test_an_emergency_comes_before_all_else(clinic: tuple[Book, Words]) -> None:
    turn, said, effects = call(clinic, [Pressed("1")])
    assert isinstance(turn.wait, Over)
    assert "1 1 2" in said
    assert effects == []


def test_a_caller_chooses_a_language(clinic: tuple[Book, Words]) -> None:
    _, said, _ = call(clinic, [], (HI, EN))
    assert said == "हिंदी के लिए एक दबाएँ। For English, press two."
    _, said, effects = call(clinic, [Pressed("2")], (HI, EN))
    assert said.startswith("Welcome to Daant Dental.")
    assert effects == [Effect("remember_language", ("en",))]


def test_a_caller_who_presses_nothing_comes_to_an_end(clinic: tuple[Book, Words]) -> None:
    turn, _, _ = call(clinic, [Silence()] * 12, (HI, EN))
    assert isinstance(turn.wait, Over)


def test_both_flows_can_be_drawn(clinic: tuple[Book, Words]) -> None:
    book, words = clinic
    assert all(mermaid(flow, words, "hi").startswith("flowchart TD\n") for flow in book.flows.values())


def test_its_lines_name_what_it_has(clinic: tuple[Book, Words]) -> None:
    lines = load_lines(FOLDER, load_templates(FOLDER), clinic[0].flows)
    reception = lines.find(Phone("+918046110200"))
    assert reception is not None
    assert (reception.flow, reception.languages, reception.language) == ("reception", (HI, EN), HI)
    assert len(lines) == 2
