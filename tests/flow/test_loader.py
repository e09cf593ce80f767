"""The loader: what a flow file becomes, and every way to write one that it cannot read."""

from pathlib import Path

import pytest

from ivr.flow.loader import examine, load_book
from ivr.flow.model import (
    Ask,
    Branch,
    ChooseLanguage,
    Do,
    End,
    Goto,
    Hold,
    JoinRoom,
    Menu,
    Policy,
    Return,
    RingPhone,
    Run,
    Say,
    Settle,
    VoiceNote,
)
from ivr.flow.vocabulary_kinds import Slot
from ivr.flow.words import SlotRef
from ivr.model.errors import ConfigurationError
from ivr.model.values import Language
from tests.flow.writing import GOOD, clinic, write

EVERYTHING = """\
flow: everything
about: A step of every kind.
start: a
resume: hello
screen: true
keys: {9: languages, 0: i}
silence: {say: again, prompt: [menu, again], tries: 1, then: k}
wrong_key: {then: k}
steps:
  a: {say: [hello, again], then: b}
  b: {menu: menu, 1: c, any_key: d, silence: {then: e}}
  languages: {language: choose, then: c, wrong_key: {tries: 0, then: d}}
  c: {ask: hello, answer: age, as: years, then: d}
  yes: {ask: hello, answer: yes_no, yes: d, no: e}
  d: {do: send_text app_link, then: e}
  e: {hold: hello, every: 30, at_most: 180, music: hold.mp3, until: open_now, ready: f, 3: f, then: f}
  f: {record: hello, consent: menu, at_most: 60, then: g, refused: g}
  g: {ring: operator, say: hello, answered: h, otherwise: h}
  h: {run: hotline, on: {clear: i, unclear: j}}
  i: {goto: hotline}
  j: {return: clear}
  k: {hang_up: []}
  l: {branch: open_now, yes: a, no: b}
  m: {settle: hello, then: n}
  n: {join: [], then: k}
"""


def test_every_kind_of_step_becomes_its_object(tmp_path: Path) -> None:
    flow = examine(clinic(tmp_path, everything=EVERYTHING)).book.flows["everything"]
    silence, wrong = Policy("k", 1, ("again",), ("menu", "again")), Policy("k")
    assert dict(flow.steps) == {
        "a": Say(("hello", "again"), "b"),
        "b": Menu(("menu",), {"1": "c"}, Policy("e"), wrong, "d"),
        "languages": ChooseLanguage(("choose",), "c", silence, Policy("d", 0)),
        "c": Ask(("hello",), "years", "age", {"": "d"}, silence, wrong),
        "yes": Ask(("hello",), "yes_no", "yes_no", {"yes": "d", "no": "e"}, silence, wrong),
        "d": Do("send_text", ("app_link",), "e"),
        "e": Hold(("hello",), {"3": "f"}, 30, 180, "f", "hold.mp3", "open_now", "f"),
        "f": VoiceNote(("menu",), ("hello",), 60, "g", "g"),
        "g": RingPhone("operator", ("hello",), "h", "h"),
        "h": Run("hotline", {"clear": "i", "unclear": "j"}),
        "i": Goto("hotline"),
        "j": Return("clear"),
        "k": End(),
        "l": Branch("open_now", "a", "b"),
        "m": Settle(("hello",), "n"),
        "n": JoinRoom((), "k"),
    }
    assert (flow.start, flow.resume, flow.screen, dict(flow.keys)) == ("a", "hello", True, {"9": "languages", "0": "i"})
    assert (flow.lines["a"], flow.lines["l"], flow.lines["b.any_key"], flow.lines[".keys.9"]) == (10, 23, 11, 6)


def test_a_book_knows_the_slots_of_each_word(tmp_path: Path) -> None:
    book, words = load_book(clinic(tmp_path, words='  booked: "{booked_at:day} at {booked_at:time}."\n'))
    assert book.slots["booked"] == ("booked_at",)
    assert book.slots["choose"] == ("key",)
    assert book.slots["hello"] == ()
    assert words.slots("booked") == (SlotRef("booked_at", Slot.DAY), SlotRef("booked_at", Slot.TIME))
    assert words.languages == (Language.ENGLISH,)


def test_a_clinic_with_missed_calls_only_has_no_flows_and_needs_no_words(tmp_path: Path) -> None:
    book, words = load_book(tmp_path)
    assert (dict(book.flows), dict(book.slots), words.languages) == ({}, {}, ())


def test_the_version_changes_with_a_step_and_with_nothing_else(tmp_path: Path) -> None:
    def version(text: str) -> str:
        return examine(clinic(tmp_path, other=text)).book.flows["other"].version

    flow = "flow: other\nabout: A test.\nstart: a\nsteps:\n  a: {say: hello, then: b}\n  b: {hang_up: bye}\n"
    same = "# A note.\nflow: other\nabout: Another test.\nstart: a\nsteps:\n  b:\n    hang_up: [bye]\n  a: {then: b, say: hello}\n"
    assert version(flow) == version(same)
    assert len(version(flow)) == 16
    assert len({version(flow), version(flow.replace("hello", "again")), version(flow.replace("hang_up: bye", "return: bye"))}) == 3


STEPS = [
    ("{say: hello}", "11: then is missing; add it"),
    ("{say: hello, then: leave, than: leave}", '11: unknown key "than"; did you mean then?'),
    ("{say: [], then: leave}", "11: nothing is said here; name a word of callflows/words"),
    (
        "{say: Hello there, then: leave}",
        '11: "Hello there" is no name; use small letters, digits and _, beginning with a letter, 40 at most',
    ),
    ("{say: hello, then: 5}", "11: YAML does not read this as text; put it in quotes"),
    ("{say: hello, menu: hello}", "11: this is say and menu at once; make a step of each"),
    (
        "{speak: hello, then: leave}",
        '11: what does this step do? "speak, then" is none of: say, menu, language, ask, branch, do, hold, record, ring, '
        "settle, join, run, goto, return, hang_up",
    ),
    ("hello", "11: here should be `key: value` rows"),
    ("{menu: menu, 1: leave, 12: leave}", '11: unknown key "12"; did you mean 2?'),
    ("{menu: menu, 1: leave, silence: {tries: 2}}", "11: then is missing; add it"),
    ("{menu: menu, 1: leave, silence: {tries: 9, then: leave}}", "11: write a whole number from 0 to 5"),
    ("{menu: menu, 1: leave, silence: {tries: two, then: leave}}", "11: write a whole number from 0 to 5"),
    ("{record: hello, at_most: 60, then: leave, refused: leave}", "11: consent is missing; add it"),
    ("{record: hello, consent: hello, at_most: 6000, then: leave, refused: leave}", "11: write a whole number from 5 to 300"),
    ("{hold: hello, at_most: 10, then: leave}", "11: at_most is less than every (20 seconds); wait longer in all, or speak more often"),
    (
        "{hold: hello, at_most: 60, until: open_now, then: leave}",
        "11: until and ready belong together: the fact that ends the waiting, and where that leads",
    ),
    ("{hold: [], at_most: 60, then: leave}", "11: a caller would wait in silence and take the line for dead; give it words or music"),
    (
        "{run: hotline, on: {Clear: leave}}",
        '11: "Clear" is no name of an outcome; use small letters, digits and _, beginning with a letter, 40 at most',
    ),
]


@pytest.mark.parametrize(("step", "fault"), STEPS, ids=[step for step, _ in STEPS])
def test_a_step_that_cannot_be_read_is_told_and_hides_no_other_file(step: str, fault: str, tmp_path: Path) -> None:
    found = examine(clinic(tmp_path, f"  begin: {step}\n")).rows()
    assert found == [f"flows/hotline.yaml:{fault}"]


FILES = [
    ("flow: hotline", "flow: hotlines", "1: the file is called hotline.yaml; write `flow: hotline`, or rename it"),
    ("about: A test.\n", "", "1: about is missing; add it"),
    ("screen", "screen", ""),
    ("keys: {9: languages}", "keys: {nine: languages}", '4: unknown key "nine"; known are: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, *'),
    ("keys: {9: languages}", "screen: maybe\nkeys: {9: languages}", "4: write true or false"),
    (
        "wrong_key: {then: leave}\n",
        "",
        "9: there is no way on for a key that means nothing here; add `wrong_key:` here, or to the file for all its steps",
    ),
    (
        "silence: {say: again, then: leave}\n",
        "",
        "10: there is no way on for a caller who presses nothing; add `silence:` here, or to the file for all its steps",
    ),
    ("  leave:", "  Leave:", '9: "Leave" is no name of a step; use small letters, digits and _, beginning with a letter, 40 at most'),
    ("  leave:", "  first:", '10: "first" is here twice; keep one'),
]


@pytest.mark.parametrize(("good", "bad", "fault"), FILES, ids=[bad or good for good, bad, _ in FILES])
def test_what_is_wrong_with_the_file_around_the_steps_is_told(good: str, bad: str, fault: str, tmp_path: Path) -> None:
    write(clinic(tmp_path), "flows/hotline.yaml", GOOD.replace(good, bad))
    rows = examine(tmp_path).rows()
    assert (f"flows/hotline.yaml:{fault}" in rows) if fault else not rows


def test_a_flow_without_steps_is_told(tmp_path: Path) -> None:
    write(clinic(tmp_path), "flows/empty.yaml", "flow: empty\nabout: A test.\nstart: a\nsteps: {}\n")
    assert "flows/empty.yaml:4: no step is listed; a flow needs one at least, like `bye: {hang_up: goodbye}`" in examine(tmp_path).rows()


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = clinic(tmp_path, "  begin: {say: hello, then: leve}\n", words='  odd: "{x}"\n', second="flow: [", third="flow: 3rd\n")
    write(folder, "words/hi.yaml", "language: en\nwords: {}\n")
    write(folder, "flows/fourth.yml", "")
    with pytest.raises(ConfigurationError) as error:
        load_book(folder)
    assert [row.partition(": ")[0] for row in str(error.value).splitlines()] == [
        "flows/fourth.yml",
        "flows/second.yaml:1",
        "flows/hotline.yaml:11",
        "flows/third.yaml:1",
        "flows/third.yaml:1",
        "flows/third.yaml:1",
        "flows/third.yaml:1",
        "words/en.yaml:11",
        "words/hi.yaml:1",
    ]
