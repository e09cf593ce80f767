"""The linter: every way to write a flow that a phone, a caller or the law would not bear, with its file, line and remedy."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ivr.flow.check.strides import LONGEST
from ivr.flow.loader import examine, load_book
from ivr.flow.vocabulary import ANSWERS, EFFECTS, Answer, Vocabulary
from ivr.flow.vocabulary_kinds import EffectKind
from ivr.model.errors import ConfigurationError
from ivr.model.values import Language
from tests.flow.writing import ENGLISH, GOOD, HINDI, KANNADA, clinic, write

SCREENED = Vocabulary(
    effects={**EFFECTS, "ask_doctor": EffectKind("asks a doctor", screened=True)},
    answers={**ANSWERS, "card": Answer(16, lambda keys: keys)},
)

TEMPLATES = {"app_link": {"link", "hotline"}, "bill": {"link", "amount", "days"}}

SCREEN = """\
flow: screen
about: The emergency screen.
start: ask
screen: true
silence: {then: doubt}
wrong_key: {then: doubt}
steps:
  ask: {menu: menu, 1: danger, 2: pass}
  danger: {hang_up: bye}
  pass: {do: record_screen clear, then: passed}
  passed: {return: clear}
  doubt: {do: record_screen unclear, then: doubted}
  doubted: {return: unclear}
"""


@dataclass(frozen=True)
class Broken:
    """Steps after `HEAD` (they begin on row 11), and the one fault they make."""

    name: str
    steps: str
    fault: str
    words: str = ""
    flows: Mapping[str, str] = field(default_factory=dict)


BEGIN = "  begin: {menu: menu, 1: leave}\n"
CALLABLE = "  begin: {branch: can_be_called, yes: offer, no: leave}\n"
WHEN = '  when: "We can call you at {slot_1:time}. Press 1."\n'
INNER = "flow: inner\nabout: A test.\nstart: a\nsilence: {then: end}\nwrong_key: {then: end}\nsteps:\n  end: {return: done}\n"
MUSIC = "music is a file whose name has letters, digits, dots, _ and - only, and ends in .mp3 or .wav; rename it"


def said_in_a_row(steps: int, then: str = "leave") -> str:
    """So many steps, `s0` the first, and another one after them."""
    return "".join(f"  s{each}: {{say: hello, then: {f's{each + 1}' if each + 1 < steps else then}}}\n" for each in range(steps))


BROKEN = [
    Broken(
        "a booking told of to who has none",
        "  begin: {menu: when, 1: leave}\n",
        "flows/hotline.yaml:11: when says booked_at, which not every caller has; `branch` on call_booked before, and lead only `yes:` here",
        words='  when: "We ring you at {booked_at:time}."\n',
    ),
    Broken(
        "a step that is not there",
        "  begin: {say: hello, then: leve}\n",
        "flows/hotline.yaml:11: then leads to leve, and there is no such step; did you mean leave?",
    ),
    Broken(
        "a key that leads nowhere",
        "  begin:\n    menu: menu\n    1: leave\n    2: nowhere\n",
        "flows/hotline.yaml:14: 2 leads to nowhere, and there is no such step; known are: begin, first, languages, leave",
    ),
    Broken(
        "a step nobody reaches",
        BEGIN + "  alone: {hang_up: bye}\n",
        "flows/hotline.yaml:12: no step leads to alone; lead one here, or leave it out",
    ),
    Broken(
        "a loop without a wait",
        "  begin: {say: hello, then: round}\n  round: {branch: open_now, yes: leave, no: begin}\n",
        "flows/hotline.yaml:11: begin → round → begin goes round without ever waiting for the caller; lead one of these steps elsewhere",
    ),
    Broken(
        "no way out for a silent caller",
        "  begin: {menu: menu, 1: leave, silence: {then: other}}\n  other: {menu: menu, 1: leave, silence: {then: begin}}\n",
        "flows/hotline.yaml:11: a caller who presses nothing never gets out of begin → other → begin; "
        "lead a `silence:` or `then:` of it to a `hang_up`",
    ),
    Broken(
        "a word that nobody wrote",
        "  begin: {menu: menuu, 1: leave}\n",
        "flows/hotline.yaml:11: there is no word menuu in words/, where each language must have it; did you mean menu?",
    ),
    Broken(
        "five choices",
        "  begin: {menu: menu, 1: leave, 2: leave, 3: leave, 4: leave, 5: leave}\n",
        "flows/hotline.yaml:11: 5 choices are more than anybody keeps in mind; 4 at most, in two menus",
    ),
    Broken(
        "a menu without a key",
        "  begin: {menu: menu}\n",
        "flows/hotline.yaml:11: no key leads anywhere; add `1:` or `any_key:`, or make it a `say`",
    ),
    Broken(
        "a prompt of nineteen seconds",
        "  begin: {menu: [menu, long], 1: leave}\n",
        "flows/hotline.yaml:11: this prompt lasts about 19 seconds in en; 8 at most, so shorten or split it",
        words=f'  long: "{"Your call matters to us. " * 9}"\n',
    ),
    Broken(
        "a silence policy that talks too long",
        "  begin:\n    menu: menu\n    1: leave\n    silence: {prompt: long, then: leave}\n",
        "flows/hotline.yaml:14: this prompt lasts about 16 seconds in en; 8 at most, so shorten or split it",
        words=f'  long: "{"Your call matters to us. " * 9}"\n',
    ),
    Broken(
        "advice that never ends",
        "  begin: {say: [hello, long], then: leave}\n",
        "flows/hotline.yaml:11: long lasts about 18 seconds in en; 15 at most, so shorten or split it",
        words=f'  long: "{"Keep your back moving. " * 11}"\n',
    ),
    Broken(
        "a fact nobody knows",
        "  begin: {branch: open_nov, yes: leave, no: leave}\n",
        "flows/hotline.yaml:11: there is no fact open_nov; did you mean open_now?",
    ),
    Broken(
        "an effect nobody carries out",
        "  begin: {do: sent_text app_link, then: leave}\n",
        "flows/hotline.yaml:11: there is no effect sent_text; did you mean send_text?",
    ),
    Broken(
        "an effect with too little after it",
        "  begin: {do: send_text, then: leave}\n",
        "flows/hotline.yaml:11: send_text takes 1 after it, not 0; write: do: send_text TEMPLATE",
    ),
    Broken(
        "an effect with too much after it",
        "  begin: {do: cancel_call now, then: leave}\n",
        "flows/hotline.yaml:11: cancel_call takes nothing after it, not 1; write: do: cancel_call",
    ),
    Broken(
        "a template that is not registered",
        "  begin: {do: send_text ap_link, then: leave}\n",
        "flows/hotline.yaml:11: there is no template in texts.yaml called ap_link; did you mean app_link?",
    ),
    Broken(
        "a template that a flow cannot fill",
        "  begin: {do: send_text bill, then: leave}\n",
        "flows/hotline.yaml:11: a flow cannot fill {amount, days} of bill; use a template with link and hotline only",
    ),
    Broken(
        "a time that is not on offer",
        CALLABLE + "  offer: {menu: when, 1: book}\n  book: {do: book_call opens_at, then: leave}\n",
        "flows/hotline.yaml:13: there is no time to book called opens_at; known are: slot_1, slot_2, slot_3",
        words=WHEN,
    ),
    Broken(
        "a time that nobody said",
        CALLABLE + "  offer: {menu: menu, 1: book}\n  book: {do: book_call slot_1, then: leave}\n",
        "flows/hotline.yaml:13: book_call slot_1 can be come to without its time; say {slot_1:time} in the step whose key leads here",
    ),
    Broken(
        "another time than the one that was said",
        CALLABLE + "  offer: {menu: when, 1: book}\n  book: {do: book_call slot_2, then: leave}\n",
        "flows/hotline.yaml:13: book_call slot_2 can be come to without its time; say {slot_2:time} in the step whose key leads here",
        words=WHEN,
    ),
    Broken(
        "a day without a time",
        CALLABLE + "  offer: {menu: which_day, 1: book}\n  book: {do: book_call slot_1, then: leave}\n",
        "flows/hotline.yaml:13: book_call slot_1 can be come to without its time; say {slot_1:time} in the step whose key leads here",
        words='  which_day: "We can call you {slot_1:day}."\n',
    ),
    Broken(
        "a time that only some have heard",
        CALLABLE
        + "  offer: {menu: menu, 1: book, 2: told}\n  told: {say: when, then: book}\n  book: {do: book_call slot_1, then: leave}\n",
        "flows/hotline.yaml:14: book_call slot_1 can be come to without its time; say {slot_1:time} in the step whose key leads here",
        words=WHEN,
    ),
    Broken(
        "a time that is said to silent callers only",
        CALLABLE + "  offer: {menu: menu, 1: book, silence: {say: when, then: leave}}\n  book: {do: book_call slot_1, then: leave}\n",
        "flows/hotline.yaml:13: book_call slot_1 can be come to without its time; say {slot_1:time} in the step whose key leads here",
        words=WHEN,
    ),
    Broken(
        "a call for somebody who perhaps cannot be called",
        "  begin: {menu: when, 1: book}\n  book: {do: book_call slot_1, then: leave}\n",
        "flows/hotline.yaml:12: book_call can be come to without can_be_called; `branch` on it before, and lead only `yes:` here",
        words=WHEN,
    ),
    Broken(
        "a call for somebody who cannot be called",
        "  begin: {branch: can_be_called, yes: leave, no: offer}\n  offer: {menu: when, 1: book}\n"
        "  book: {do: book_call slot_1, then: leave}\n",
        "flows/hotline.yaml:13: book_call can be come to without can_be_called; `branch` on it before, and lead only `yes:` here",
        words=WHEN,
    ),
    Broken(
        "a yes that is said",
        "  begin: {ask: hello, answer: yes_no, as: agreed, yes: told, no: leave}\n  told: {menu: said, 1: leave}\n",
        "words/en.yaml:11: agreed is an answer that cannot be said; leave it out",
        words='  said: "You said {agreed:digits}."\n',
    ),
    Broken(
        "a PIN code said as a number",
        "  begin: {ask: hello, answer: pin_code, then: told}\n  told: {menu: said, 1: leave}\n",
        "words/en.yaml:11: pin_code cannot be said as number; it can as: digits",
        words='  said: "You live in {pin_code:number}."\n',
    ),
    Broken(
        "an age said as a time",
        "  begin: {ask: hello, answer: age, as: years, then: told}\n  told: {menu: said, 1: leave}\n",
        "words/en.yaml:11: years cannot be said as time; it can as: number, digits",
        words='  said: "You are {years:time}."\n',
    ),
    Broken(
        "one name for answers of two kinds",
        "  begin: {ask: hello, answer: age, as: it, then: other}\n  other: {ask: hello, answer: pin_code, as: it, then: told}\n"
        "  told: {menu: said, 1: leave}\n",
        "words/en.yaml:11: it cannot be said as number; it can as: digits",
        words='  said: "You said {it:number}."\n',
    ),
    Broken(
        "an answer that takes the name of a value",
        "  begin: {ask: hello, answer: age, as: slot_1, then: leave}\n",
        "flows/hotline.yaml:11: slot_1 is told by us, so no answer can be called so; choose another name for `as`",
    ),
    Broken(
        "an answer that takes the name of a fact",
        "  begin:\n    ask: hello\n    answer: age\n    as: open_now\n    then: leave\n",
        "flows/hotline.yaml:14: open_now is told by us, so no answer can be called so; choose another name for `as`",
    ),
    Broken(
        "more steps in a row than the engine goes",
        "  begin: {menu: menu, 1: s0}\n" + said_in_a_row(LONGEST),
        f"flows/hotline.yaml:12: more than {LONGEST} steps follow here without a wait for the caller; put a menu or an ask between them",
    ),
    Broken(
        "too many steps in a row through another flow",
        "  begin: {run: inner, on: {done: s0}}\n" + said_in_a_row(LONGEST - 20),
        f"flows/hotline.yaml:8: more than {LONGEST} steps follow here without a wait for the caller; put a menu or an ask between them",
        flows={"inner": INNER + "  a: {say: hello, then: s0}\n" + said_in_a_row(20, then="end")},
    ),
    Broken(
        "too many steps in a row behind a wait in another flow",
        "  begin: {run: inner, on: {done: s0}}\n" + said_in_a_row(LONGEST - 20),
        f"flows/hotline.yaml:11: more than {LONGEST} steps follow here without a wait for the caller; put a menu or an ask between them",
        flows={"inner": INNER + "  a: {menu: menu, 1: s0}\n" + said_in_a_row(20, then="end")},
    ),
    Broken(
        "a kind of answer nobody reads",
        "  begin: {ask: hello, answer: agee, then: leave}\n",
        "flows/hotline.yaml:11: there is no kind of answer agee; did you mean age?",
    ),
    Broken(
        "sixteen digits",
        "  begin: {ask: hello, answer: card, then: leave}\n",
        "flows/hotline.yaml:11: card takes 16 digits; 6 at most, so that no card number can be keyed in",
    ),
    Broken(
        "a yes or no question with one way on",
        "  begin: {ask: hello, answer: yes_no, then: leave}\n",
        "flows/hotline.yaml:11: an answer of kind yes_no leads on by `yes:` and `no:`, and by nothing else; write that",
    ),
    Broken(
        "an age that says yes",
        "  begin: {ask: hello, answer: age, yes: leave, no: leave}\n",
        "flows/hotline.yaml:11: an answer of kind age leads on by `then:` and may by `minor:`, and by nothing else; write that",
    ),
    Broken(
        "an age of minors only",
        "  begin: {ask: hello, answer: age, minor: leave}\n",
        "flows/hotline.yaml:11: an answer of kind age leads on by `then:` and may by `minor:`, and by nothing else; write that",
    ),
    Broken(
        "an answer that takes the name of another kind",
        "  begin: {ask: hello, answer: yes_no, as: age, yes: leave, no: leave}\n",
        "flows/hotline.yaml:11: age is a kind of answer, and this one is of kind yes_no; choose another name for `as`",
    ),
    Broken(
        "a screen that ends as no screen ends",
        "  begin: {do: record_screen fine, then: leave}\n",
        "flows/hotline.yaml:11: there is no end of a screen called fine; known are: clear, red, unclear",
    ),
    Broken(
        "somebody whom we cannot ring",
        "  begin: {ring: boss, answered: leave, otherwise: leave}\n",
        "flows/hotline.yaml:11: there is no phone boss; known are: caller, operator",
    ),
    Broken(
        "music that is not there",
        "  begin: {hold: hello, at_most: 60, music: hold.mp3, then: leave}\n",
        "flows/hotline.yaml:11: there is no hold.mp3 in callflows/audio; put it there, or leave music out",
    ),
    Broken(
        "music that no provider plays",
        "  begin: {hold: hello, at_most: 60, music: hold.ogg, then: leave}\n",
        f"flows/hotline.yaml:11: {MUSIC}",
    ),
    Broken(
        "music with a blank in its name",
        "  begin: {hold: hello, at_most: 60, music: on hold.mp3, then: leave}\n",
        f"flows/hotline.yaml:11: {MUSIC}",
    ),
    Broken(
        "9 for something else",
        "  begin: {menu: menu, 1: leave, 9: leave}\n",
        "flows/hotline.yaml:11: 9 is the choice of language everywhere; put it under the file's `keys`, and another key here",
    ),
    Broken(
        "0 as a choice",
        "  begin: {menu: menu, 1: leave, 0: leave}\n",
        "flows/hotline.yaml:11: 0 is help everywhere; put it under the file's `keys`, and another key here",
    ),
    Broken(
        "a star as a choice",
        '  begin: {menu: menu, 1: leave, "*": leave}\n',
        "flows/hotline.yaml:11: * repeats everywhere; take another key",
    ),
    Broken(
        "the key of a language outside its step",
        "  begin: {menu: choose, 1: leave}\n",
        "flows/hotline.yaml:11: choose says the key of a language, which only a `language` step knows; take another word",
    ),
    Broken(
        "a value that comes from nowhere",
        "  begin: {menu: owing, 1: leave}\n",
        "words/en.yaml:11: nothing is called amount here; did you mean consult_amount?",
        words='  owing: "You owe {amount:money}."\n',
    ),
    Broken(
        "a time said as money",
        "  begin: {menu: when, 1: leave}\n",
        "words/en.yaml:11: opens_at cannot be said as money; it can as: time, day",
        words='  when: "We open at {opens_at:money}."\n',
    ),
    Broken(
        "an answer said before the question",
        "  begin: {menu: old, 1: ask}\n  ask: {ask: hello, answer: age, then: leave}\n",
        "flows/hotline.yaml:11: old says age, which some callers were not asked before they come here; ask first",
        words='  old: "You are {age:number}."\n',
    ),
    Broken(
        "a flow that is not there",
        "  begin: {goto: hotlin}\n",
        "flows/hotline.yaml:11: there is no flow hotlin; did you mean hotline?",
    ),
    Broken(
        "an outcome nobody minds",
        "  begin: {run: screen, on: {clear: leave}}\n",
        "flows/hotline.yaml:11: screen may return unclear, and nothing is said of it here; add `unclear:` under `on`",
        flows={"screen": SCREEN},
    ),
    Broken(
        "an outcome that never comes",
        "  begin: {run: screen, on: {clear: leave, unclear: leave, danger: leave}}\n",
        "flows/hotline.yaml:11: screen never returns danger; leave it out, or add `return: danger` there",
        flows={"screen": SCREEN},
    ),
    Broken(
        "a flow that runs itself",
        "  begin: {run: inner, on: {done: leave}}\n",
        "flows/inner.yaml:5: a flow that runs itself never comes back (inner → hotline → inner); use goto somewhere on this way",
        flows={"inner": "flow: inner\nabout: A test.\nstart: a\nsteps:\n  a: {run: hotline, on: {}}\n  b: {return: done}\n"},
    ),
    Broken(
        "a line's flow that returns",
        "  begin: {return: done}\n",
        "flows/hotline.yaml:11: a line begins with hotline, so nobody is there to return to; use hang_up, or run it from another flow",
    ),
    Broken(
        "a doctor without an emergency screen",
        "  begin: {branch: open_now, yes: screen, no: consult}\n  screen: {run: screen, on: {clear: consult, unclear: leave}}\n"
        "  consult: {do: ask_doctor, then: leave}\n",
        "flows/hotline.yaml:13: ask_doctor can be come to without the emergency screen; `run` it before, and lead only `clear:` here",
        flows={"screen": SCREEN},
    ),
    Broken(
        "a doctor after a screen that was not clear",
        "  begin: {run: screen, on: {clear: leave, unclear: consult}}\n  consult: {do: ask_doctor, then: leave}\n",
        "flows/hotline.yaml:12: ask_doctor can be come to without the emergency screen; `run` it before, and lead only `clear:` here",
        flows={"screen": SCREEN},
    ),
    Broken(
        "a screen that nobody can pass",
        "  begin: {run: screen, on: {unclear: leave}}\n",
        "flows/screen.yaml:4: an emergency screen lets callers pass by `return: clear`, and none is here; add it",
        flows={"screen": SCREEN.replace("return: clear", "return: unclear")},
    ),
]


def faults(folder: Path) -> list[str]:
    return examine(folder, SCREENED, templates=TEMPLATES, starts={"hotline"}).rows()


def test_a_good_flow_has_no_fault(tmp_path: Path) -> None:
    assert faults(clinic(tmp_path)) == []


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_each_fault_is_told_by_file_and_line(broken: Broken, tmp_path: Path) -> None:
    assert broken.fault in faults(clinic(tmp_path, broken.steps, words=broken.words, **broken.flows))


ONLY_FAULT = [broken for broken in BROKEN if broken.name not in {"a flow that runs itself", "a line's flow that returns"}]


@pytest.mark.parametrize("broken", ONLY_FAULT, ids=lambda broken: broken.name)
def test_a_fault_makes_no_noise_about_others(broken: Broken, tmp_path: Path) -> None:
    assert faults(clinic(tmp_path, broken.steps, words=broken.words, **broken.flows)) == [broken.fault]


HEADS = [
    ("start: first", "start: fist", "flows/hotline.yaml:3: start is no step of this file: fist; did you mean first?"),
    (
        "keys: {9: languages}",
        "keys: {9: leave}",
        "flows/hotline.yaml:4: 9 is the choice of language everywhere, and leave is none; lead it to a `language` step",
    ),
    (
        "keys: {9: languages}",
        "keys: {0: help}",
        "flows/hotline.yaml:4: key 0 leads to help, and there is no such step; known are: begin, first, languages, leave",
    ),
    ("keys: {9: languages}", 'keys: {"*": begin}', "flows/hotline.yaml:4: * repeats everywhere, so it leads nowhere; leave it out"),
    (
        "{say: again, then: leave}",
        "{say: again, then: gone}",
        "flows/hotline.yaml:5: silence leads to gone, and there is no such step; known are: begin, first, languages, leave",
    ),
    (
        "{say: again, then",
        "{say: agan, then",
        "flows/hotline.yaml:5: there is no word agan in words/, where each language must have it; did you mean again?",
    ),
    (
        "keys:",
        "resume: hallo\nkeys:",
        "flows/hotline.yaml:4: there is no word hallo in words/, where each language must have it; did you mean hello?",
    ),
]


@pytest.mark.parametrize(("good", "bad", "fault"), HEADS, ids=[bad for _, bad, _ in HEADS])
def test_faults_of_the_whole_file_are_told_once_at_their_own_line(good: str, bad: str, fault: str, tmp_path: Path) -> None:
    write(clinic(tmp_path), "flows/hotline.yaml", GOOD.replace(good, bad))
    assert [row for row in faults(tmp_path) if "no step leads to" not in row] == [fault]


def test_a_doctor_behind_the_screen_is_fine(tmp_path: Path) -> None:
    steps = "  begin: {run: screen, on: {clear: menu, unclear: leave}}\n  menu: {menu: menu, 1: consult, 2: begin}\n"
    steps += "  consult: {do: ask_doctor, then: leave}\n"
    assert faults(clinic(tmp_path, steps, screen=SCREEN)) == []


def test_a_flow_that_is_only_run_behind_the_screen_may_ring_doctors(tmp_path: Path) -> None:
    steps = "  begin: {run: screen, on: {clear: consult, unclear: leave}}\n  consult: {goto: consult}\n"
    consult = "flow: consult\nabout: A test.\nstart: go\nsteps:\n  go: {do: ask_doctor, then: bye}\n  bye: {hang_up: bye}\n"
    folder = clinic(tmp_path, steps, screen=SCREEN, consult=consult)
    assert faults(folder) == []
    begun = examine(folder, SCREENED, templates=TEMPLATES, starts={"hotline", "consult"}).rows()
    assert [row.partition(" can")[0] for row in begun] == ["flows/consult.yaml:5: ask_doctor"]


def test_an_answer_may_be_said_once_the_question_was_asked(tmp_path: Path) -> None:
    steps = "  begin: {ask: hello, answer: age, as: years, then: told}\n  told: {menu: old, 1: leave}\n"
    assert faults(clinic(tmp_path, steps, words='  old: "You are {years:number}."\n')) == []


def test_an_answer_that_was_asked_in_another_flow_counts(tmp_path: Path) -> None:
    inner = "flow: inner\nabout: A test.\nstart: a\nsilence: {then: b}\nwrong_key: {then: b}\nsteps:\n"
    inner += "  a: {ask: hello, answer: age, then: c}\n  b: {hang_up: bye}\n  c: {return: done}\n"
    steps = "  begin: {run: inner, on: {done: told}}\n  told: {menu: old, 1: leave}\n"
    assert faults(clinic(tmp_path, steps, words='  old: "You are {age:number}."\n', inner=inner)) == []


def test_a_choice_of_language_by_key_leads_back_and_asks_nothing_twice(tmp_path: Path) -> None:
    """From a menu behind the question, 9 leads to `languages` and back; `begin` before the question is not come to by it."""
    steps = "  begin: {ask: hello, answer: age, then: told}\n  told: {menu: old, 1: leave}\n"
    assert faults(clinic(tmp_path, steps, words='  old: "You are {age:number}."\n')) == []


@pytest.mark.parametrize(
    "steps",
    [
        "  begin: {menu: menu, any_key: leave}\n",
        "  begin: {menu: menu, 1: leave, any_key: begin}\n",
        "  begin: {hold: hello, at_most: 60, until: open_now, ready: leave, 3: leave, then: leave}\n",
        "  begin: {record: hello, consent: menu, at_most: 60, then: leave, refused: leave}\n",
        "  begin: {ring: operator, say: hello, answered: leave, otherwise: begin2}\n  begin2: {hang_up: []}\n",
        "  begin: {ask: hello, answer: yes_no, yes: leave, no: begin}\n",
        "  begin: {do: send_text app_link, then: leave}\n",
        CALLABLE + "  offer: {menu: when, 1: book, 2: begin}\n  book: {do: book_call slot_1, then: leave}\n",
        CALLABLE + "  offer: {say: when, then: agree}\n  agree: {menu: menu, 1: book}\n  book: {do: book_call slot_1, then: leave}\n",
        "  begin: {menu: menu, 1: s0}\n" + said_in_a_row(LONGEST - 1),
    ],
)  # fmt: skip
def test_what_is_allowed_stays_allowed(steps: str, tmp_path: Path) -> None:
    assert faults(clinic(tmp_path, steps, words=WHEN)) == []


def test_a_flow_without_a_wait_may_be_run_twice(tmp_path: Path) -> None:
    steps = "  begin: {run: inner, on: {done: again}}\n  again: {run: inner, on: {done: leave}}\n"
    assert faults(clinic(tmp_path, steps, inner=INNER + "  a: {say: hello, then: end}\n")) == []


def test_what_another_flow_asked_and_said_counts_for_a_booking(tmp_path: Path) -> None:
    inner = INNER + "  a: {branch: can_be_called, yes: offer, no: end}\n"
    inner += "  offer: {menu: when, 1: agreed}\n  agreed: {return: agreed}\n"
    steps = "  begin: {run: inner, on: {agreed: book, done: leave}}\n  book: {do: book_call slot_1, then: leave}\n"
    assert faults(clinic(tmp_path, steps, words=WHEN, inner=inner)) == []


@pytest.mark.parametrize("agree", ["{menu: menu, 1: book}", "{run: inner, on: {done: book}}"])
def test_who_was_cut_off_hears_the_time_again_before_they_agree_to_it(agree: str, tmp_path: Path) -> None:
    """Who rings again goes on at the step where they were, and is told nothing but what it says."""
    steps = CALLABLE + f"  offer: {{say: when, then: agree}}\n  agree: {agree}\n  book: {{do: book_call slot_1, then: leave}}\n"
    folder = clinic(tmp_path, steps, words=WHEN, **({"inner": INNER + "  a: {menu: menu, 1: end}\n"} if "inner" in agree else {}))
    assert faults(folder) == []
    write(folder, "flows/hotline.yaml", "resume: hello\n" + (folder / "flows/hotline.yaml").read_text(encoding="utf-8"))
    assert faults(folder) == [
        "flows/hotline.yaml:15: book_call slot_1 can be come to without its time; say {slot_1:time} in the step whose key leads here"
    ]


BARE = [("trouble", "Sorry, ring again"), ("one_moment", "One moment"), ("flow_changed", "Our menu has changed")]


@pytest.mark.parametrize(("word", "said"), BARE, ids=[word for word, _ in BARE])
def test_the_engines_own_words_hold_no_slot(word: str, said: str, tmp_path: Path) -> None:
    row = 1 + next(row for row, text in enumerate(ENGLISH.splitlines()) if word in text)
    write(clinic(tmp_path), "words/en.yaml", ENGLISH.replace(said, "We open at {opens_at:time}"))
    assert faults(tmp_path) == [f"words/en.yaml:{row}: {word} is said where no value is known; leave opens_at out"]


@pytest.mark.parametrize("slot", ["opens_at:time", "years:number"])
def test_the_word_for_who_rings_again_holds_no_slot(slot: str, tmp_path: Path) -> None:
    name = slot.partition(":")[0]
    steps = "  begin: {ask: hello, answer: age, as: years, then: leave}\n"
    folder = clinic(tmp_path, steps, words=f'  back: "Welcome back, {{{slot}}}."\n')
    write(folder, "flows/hotline.yaml", "resume: back\n" + (folder / "flows/hotline.yaml").read_text(encoding="utf-8"))
    assert faults(folder) == [f"words/en.yaml:11: back is said where no value is known; leave {name} out"]


@pytest.mark.parametrize(("name", "is_there"), [("hold.mp3", True), ("On-Hold_2.1.wav", True), ("folder.mp3", False), ("other.mp3", False)])
def test_music_is_a_file_among_the_recordings(name: str, is_there: bool, tmp_path: Path) -> None:
    folder = clinic(tmp_path, f"  begin: {{hold: hello, at_most: 60, music: {name}, then: leave}}\n")
    for file in ("hold.mp3", "On-Hold_2.1.wav"):
        write(folder, f"audio/{file}", "")
    (folder / "audio/folder.mp3").mkdir()
    missing = f"flows/hotline.yaml:11: there is no {name} in callflows/audio; put it there, or leave music out"
    assert faults(folder) == ([] if is_there else [missing])


def test_every_language_of_a_line_needs_every_word_that_is_said(tmp_path: Path) -> None:
    folder = clinic(tmp_path)
    write(folder, "words/hi.yaml", HINDI.replace('  bye: "फिर मिलेंगे।"\n', ""))
    write(folder, "words/kn.yaml", KANNADA.replace('  one_moment: "ಒಂದು ಕ್ಷಣ."\n', ""))
    assert faults(folder) == [
        "words/hi.yaml:1: bye is missing, and hotline.leave says it; add it",
        "words/kn.yaml:1: one_moment is missing, and the engine says it; add it",
    ]
    load_book(folder, languages=[Language.ENGLISH])


def test_a_line_cannot_speak_a_language_without_words(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"words/kn\.yaml:1: a line speaks this language, and there is no such file"):
        load_book(clinic(tmp_path), languages=list(Language))


def test_words_that_no_flow_says_are_a_warning(tmp_path: Path) -> None:
    found = examine(clinic(tmp_path, words='  old_menu: "Press 1."\n'))
    assert found.rows() == []
    assert sorted(map(str, found.warnings)) == [
        "words/en.yaml:11: no flow says old_menu; leave it out, or say it",
    ]


def test_words_of_the_pay_page_need_no_flow_that_says_them(tmp_path: Path) -> None:
    found = examine(clinic(tmp_path, words='  pay_page_red_sign_1: "chest pain"\n  pay_page_red_sign_10: "fever"\n'))
    assert found.rows() == []
    assert [str(each) for each in found.warnings] == ["words/en.yaml:12: no flow says pay_page_red_sign_10; leave it out, or say it"]


def test_words_of_the_pay_page_are_in_every_language_or_in_none_and_hold_no_value(tmp_path: Path) -> None:
    folder = clinic(tmp_path, words='  pay_page_red_sign_1: "chest pain"\n  pay_page_red_sign_2: "older than {patient_age:number}"\n')
    write(folder, "words/hi.yaml", HINDI + '  pay_page_red_sign_2: "उम्र {patient_age:number}"\n')
    assert faults(folder) == [
        "words/en.yaml:12: pay_page_red_sign_2 is said where no value is known; leave patient_age out",
        "words/hi.yaml:1: pay_page_red_sign_1 is missing, and the pay page says it; add it",
        "words/hi.yaml:11: pay_page_red_sign_2 is said where no value is known; leave patient_age out",
    ]


def test_flows_need_words(tmp_path: Path) -> None:
    write(tmp_path, "flows/hotline.yaml", GOOD)
    assert faults(tmp_path) == ["words/en.yaml:1: flows need words, and there is no such file; write one for each language"]


def test_a_file_that_cannot_be_read_hides_nothing_of_the_others(tmp_path: Path) -> None:
    folder = clinic(tmp_path, "  begin: {branch: open_nov, yes: leave, no: other}\n  other: {goto: second}\n", second="flow: [")
    assert faults(folder) == [
        "flows/second.yaml:1: not YAML (expected the node content, but found '<stream end>'); "
        "look at indentation, colons and quotes, in the line above too",
        "flows/hotline.yaml:11: there is no fact open_nov; did you mean open_now?",
    ]
