"""Drawings: every step and every way of a flow is there once, readable, and nothing in them is styled or scripted."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ivr.flow.draw import laid_out, svg
from ivr.flow.draw_cards import START, aside_of, cards, label_of
from ivr.flow.draw_text import width, wrapped
from ivr.flow.loader import examine
from ivr.flow.model import Book
from ivr.flow.ways import EVERYWHERE, Way, onward, ways
from ivr.flow.words import Words
from ivr.model.values import Language
from ivr.settings import ROOT
from tests.flow.test_layout import check_geometry
from tests.flow.test_loader import EVERYTHING
from tests.flow.writing import HINDI, clinic, write

pytestmark = pytest.mark.unmeasured

FLOWS = sorted(path.stem for path in (ROOT / "callflows" / "flows").glob("*.yaml"))
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def shipped() -> tuple[Book, Words]:
    found = examine(ROOT / "callflows")
    return found.book, found.words


@pytest.mark.parametrize("name", FLOWS)
def test_every_step_is_drawn_once_and_leads_to_its_words(shipped: tuple[Book, Words], name: str) -> None:
    flow = shipped[0].flows[name]
    drawing = ElementTree.fromstring(svg(flow, shipped[1]))

    links = [link.get("href") for link in drawing.iter(f"{SVG}a") if link.get("class") == "step"]
    assert links == [f"#step-{step}" for step in flow.steps]
    assert [text.text for text in drawing.iter(f"{SVG}text") if text.get("class") == "name"][-len(links) :] == list(flow.steps)


@pytest.mark.parametrize("name", FLOWS)
def test_every_way_is_drawn_once_with_its_keys(shipped: tuple[Book, Words], name: str) -> None:
    flow = shipped[0].flows[name]
    made, drawn = cards(flow, shipped[1], Language.ENGLISH)
    picture = ElementTree.fromstring(svg(flow, shipped[1]))
    lines = [path.findtext(f"{SVG}title") for path in picture.iter(f"{SVG}path") if path.get("class") == "line"]
    labels = [group.findtext(f"{SVG}text") for group in picture.iter(f"{SVG}g") if (group.get("class") or "").startswith("label ")]
    asides = [link.findtext(f"{SVG}text") for link in picture.iter(f"{SVG}a") if link.get("class") == "apart"]

    told = [*drawn, *(way for card in made for way in card.apart)]
    assert len(told) == len(set(told))
    assert set(told) == {Way(START, flow.start, ()), *ways(flow)}
    assert len(lines) == len(drawn)
    assert sorted(filter(None, labels)) == sorted(label_of(way) for way in drawn if way.labels)
    rows = {step: number for number, step in enumerate(flow.steps)}
    assert sorted(filter(None, asides)) == sorted(aside_of(way, rows) for card in made for way in card.apart)


@pytest.mark.parametrize("name", FLOWS)
def test_no_card_key_or_line_lies_on_another(shipped: tuple[Book, Words], name: str) -> None:
    for language in Language:
        layout = laid_out(*cards(shipped[0].flows[name], shipped[1], language))
        check_geometry(layout)
        assert layout.width < 2_000, "too wide to be read"


@pytest.mark.parametrize("name", FLOWS)
def test_the_text_of_a_card_fits_into_it(shipped: tuple[Book, Words], name: str) -> None:
    made, _ = cards(shipped[0].flows[name], shipped[1], Language.ENGLISH)
    for card in made:
        assert all(width(text, 12) < card.width for text in (card.title, card.does, *card.heard))


@pytest.mark.parametrize("name", FLOWS)
def test_a_drawing_needs_no_style_and_runs_nothing(shipped: tuple[Book, Words], name: str) -> None:
    drawing = ElementTree.fromstring(svg(shipped[0].flows[name], shipped[1]))
    for element in drawing.iter():
        assert element.tag.removeprefix(SVG) in {
            "svg", "title", "desc", "defs", "marker", "g", "a", "path", "rect", "polygon", "text",
        }  # fmt: skip
        assert not [attribute for attribute in element.attrib if attribute == "style" or attribute.startswith("on")]
        assert (element.get("href") or "#").startswith(("#", "/ops/flows/"))
    assert drawing.find(f"{SVG}title") is not None
    assert drawing.find(f"{SVG}desc") is not None


@pytest.mark.parametrize("name", FLOWS)
def test_what_is_drawn_as_a_line_leads_on_and_reaches_every_step(shipped: tuple[Book, Words], name: str) -> None:
    flow = shipped[0].flows[name]
    lines = onward(flow, ways(flow))
    assert {way.there for way in lines} | {flow.start} == set(flow.steps)


def test_no_letter_of_a_drawing_is_smaller_than_twelve_pixels() -> None:
    sheet = (ROOT / "ivr" / "web" / "static" / "style.css").read_text()
    sizes = re.findall(r"^\.drawing [^{]*\{[^}]*font-size: ([\d.]+)px", sheet, re.MULTILINE)
    assert sizes
    assert min(map(float, sizes)) >= 12


def test_a_small_flow_is_drawn_as_it_always_was(tmp_path: Path) -> None:
    found = examine(clinic(tmp_path, "  begin: {menu: menu, 1: old, 2: begin}\n  old: {branch: open_now, yes: leave, no: begin}\n"))
    golden = Path(__file__).with_name("small_flow.svg").read_text()
    assert found.rows() == []
    assert svg(found.book.flows["hotline"], found.words) + "\n" == golden


def test_a_flow_is_drawn_in_another_language(tmp_path: Path) -> None:
    write(clinic(tmp_path), "words/hi.yaml", HINDI)
    found = examine(tmp_path)
    assert '<text class="heard" lang="hi"' in svg(found.book.flows["hotline"], found.words, Language.HINDI)


def test_every_kind_of_step_is_drawn(tmp_path: Path) -> None:
    found = examine(clinic(tmp_path, everything=EVERYTHING))
    drawing = svg(found.book.flows["everything"], found.words, flows_at="/elsewhere/")
    for told in ("send text app link", "hold, 180 s at most", "voice note, 60 s at most", "ring operator", "return clear"):
        assert told in drawing
    assert '<a class="other" href="/elsewhere/hotline">' in drawing
    for kind in ("asks", "fact", "does", "waits", "flow", "end", "says", "start"):
        assert f'<g class="card {kind}' in drawing


def test_words_cannot_break_out_of_the_drawing(tmp_path: Path) -> None:
    words = '  odd: "Say \\"yes\\"; </text><script>alert(1)</script> & so on."\n'
    found = examine(clinic(tmp_path, "  begin: {menu: odd, 1: leave}\n", words=words))
    drawing = svg(found.book.flows["hotline"], found.words)
    assert "<script" not in drawing
    ElementTree.fromstring(drawing)


def test_a_broken_flow_is_drawn_as_far_as_it_goes(tmp_path: Path) -> None:
    found = examine(clinic(tmp_path, "  begin: {say: nothing_there, then: nowhere}\n  alone: {hang_up: bye}\n"))
    flow = found.book.flows["hotline"]
    assert 'href="#step-alone"' in svg(flow, found.words)
    assert "nowhere" not in svg(flow, found.words)
    check_geometry(laid_out(*cards(flow, found.words, Language.ENGLISH)))


def test_a_flow_whose_start_is_missing_is_drawn_too(tmp_path: Path) -> None:
    write(tmp_path, "flows/odd.yaml", "flow: odd\nabout: A test.\nstart: nowhere\nsteps:\n  a: {hang_up: []}\n")
    found = examine(tmp_path)
    assert 'href="#step-a"' in svg(found.book.flows["odd"], found.words)


def test_what_leads_up_the_file_and_what_silence_leads_to_stand_on_the_card(tmp_path: Path) -> None:
    found = examine(clinic(tmp_path, "  begin: {menu: menu, 1: leave, 2: begin}\n"))
    made, _ = cards(found.book.flows["hotline"], found.words, Language.ENGLISH)
    card = next(card for card in made if card.name == "begin")
    assert [(way.there, label_of(way)) for way in card.apart] == [("leave", "1, silence, wrong key"), ("begin", "2")]
    assert next(card for card in made if card.name == EVERYWHERE).apart == ()


def test_long_words_are_cut_at_a_blank() -> None:
    assert wrapped("For a doctor, press 1. For our app, press 2. For more, press 3.", 120, 12, 2) == (
        "For a doctor, press",
        "1. For our app…",
    )
    assert wrapped("Hello.", 120, 12, 2) == ("Hello.",)
    assert wrapped("Donaudampfschifffahrtsgesellschaft", 60, 12, 1)[0].endswith("…")
