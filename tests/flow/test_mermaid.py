"""Drawings: the same flow gives the same chart, and no word breaks out of it."""

from pathlib import Path

from ivr.flow.loader import examine
from ivr.flow.mermaid import mermaid
from tests.flow.test_loader import EVERYTHING
from tests.flow.writing import HINDI, clinic, write

STEPS = "  begin: {menu: menu, 1: old, 2: old, any_key: leave}\n  old: {branch: open_now, yes: leave, no: begin}\n"

CHART = """\
flowchart TD
  start(["hotline"]) --> s3
  s1[/"<b>languages</b><br>For English, press (key)."/]
  s2(["<b>leave</b><br>Goodbye."])
  s3[/"<b>first</b><br>Hello."/]
  s4[/"<b>begin</b><br>For a doctor, press 1. To hear this again, 2."/]
  s5{"<b>old</b><br>open now?"}
  s1 -->|"chosen"| s4
  s1 -->|"silence, wrong key"| s2
  s3 -->|"1"| s4
  s3 -->|"2, silence, wrong key"| s2
  s4 -->|"1, 2"| s5
  s4 -->|"any key, silence"| s2
  s5 -->|"yes"| s2
  s5 -->|"no"| s4
  anywhere(["in every menu"])
  anywhere -->|"9"| s1
"""


def test_a_flow_is_drawn_with_its_words_and_keys(tmp_path: Path) -> None:
    found = examine(clinic(tmp_path, STEPS))
    assert found.rows() == []
    assert mermaid(found.book.flows["hotline"], found.words) == CHART


def test_a_flow_is_drawn_in_another_language(tmp_path: Path) -> None:
    write(clinic(tmp_path, STEPS), "words/hi.yaml", HINDI)
    found = examine(tmp_path)
    assert "<br>फिर मिलेंगे।" in mermaid(found.book.flows["hotline"], found.words, "hi")


def test_every_kind_of_step_says_what_it_does(tmp_path: Path) -> None:
    found = examine(clinic(tmp_path, everything=EVERYTHING))
    chart = mermaid(found.book.flows["everything"], found.words)
    for does in (
        "send text app link", "hold, 180 s at most", "voice note, 60 s at most", "ring operator", "run hotline", "go to hotline",
        "return clear", '-->|"after 180 s, 3, open now"|', '-->|"recorded, no consent"|', '-->|"answered, nobody"|', '-->|"age"|',
    ):  # fmt: skip
        assert does in chart or does.replace("after 180 s, 3, open now", "3, open now, after 180 s") in chart, does


def test_words_cannot_break_out_of_the_chart_and_long_ones_are_cut(tmp_path: Path) -> None:
    words = '  odd: "Say \\"yes\\"; end `it`, or speak on and on and on until it is cut."\n'
    chart = mermaid(
        (found := examine(clinic(tmp_path, "  begin: {menu: odd, 1: leave}\n", words=words))).book.flows["hotline"], found.words
    )
    assert 'Say #quot;yes#quot;; end #96;it#96;, or speak on and on and on…"' in chart


def test_a_broken_flow_is_drawn_as_far_as_it_goes(tmp_path: Path) -> None:
    found = examine(clinic(tmp_path, "  begin: {say: nothing_there, then: nowhere}\n"))
    assert '  s4["<b>begin</b>"]\n' in mermaid(found.book.flows["hotline"], found.words)
