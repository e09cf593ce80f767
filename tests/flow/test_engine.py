"""The engine: what comes of a key, a silence, a detour, a cut-off, a changed file. Small flows, written as a clinic writes them."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from ivr.flow.engine import MOST_TURNS, advance, begin, resume
from ivr.flow.model import Book
from ivr.flow.turns import Begun, Effect, Event, FactValue, Keys, Music, Note, Over, Phone, Place, Resumed, Turn
from ivr.flow.vocabulary import KEEP_NOTE, REMEMBER_LANGUAGE
from ivr.menus.keeping import keep_place, read_place
from ivr.model.events import CallOutcome, Pressed, Rang, Recorded, Silence
from ivr.model.values import Language
from tests.flow.reading import book_of

EN, HI = Language.ENGLISH, Language.HINDI
QUIET: Mapping[str, FactValue] = {}

MENU = """
start: menu
resume: back_again
keys: {9: languages, 0: leave}
silence: {say: nothing, prompt: short, tries: 2, then: leave}
wrong_key: {say: sorry, tries: 1, then: other}
steps:
  menu: {menu: menu, 1: other, 2: ask}
  other: {say: other, then: leave}
  ask: {ask: age, answer: age, then: other}
  languages: {language: choose, then: other, silence: {then: other}}
  leave: {hang_up: bye}
"""


class Handset:
    """A caller of one flow. Every place goes through JSON, as it does between two webhooks."""

    def __init__(self, book: Book, facts: Mapping[str, FactValue] = QUIET, languages: tuple[Language, ...] = (EN, HI)) -> None:
        self.book, self.facts = book, facts
        self.place: Place = begin(book, "main", languages[0], languages)
        self.turn: Turn = self._take(Begun())

    def _take(self, event: Event) -> Turn:
        self.turn = advance(self.book, read_place(keep_place(self.place)), event, self.facts)
        self.place = self.turn.place
        return self.turn

    def presses(self, keys: str) -> list[str]:
        return self._words(self._take(Pressed(keys)))

    def waits(self) -> list[str]:
        return self._words(self._take(Silence()))

    def does(self, event: Event) -> list[str]:
        return self._words(self._take(event))

    def _words(self, turn: Turn) -> list[str]:
        return [said.word for said in turn.said]


def test_a_key_leads_on_and_the_flow_ends() -> None:
    phone = Handset(book_of(main=MENU))

    assert phone.presses("1") == ["other", "bye"]
    assert phone.turn.wait == Over()
    assert phone.turn.passed == ("main.other", "main.leave")
    assert phone.place.over


def test_silence_and_wrong_keys_are_counted_apart_each_with_its_own_way_on() -> None:
    phone = Handset(book_of(main=MENU))

    assert phone.waits() == ["nothing", "short"]
    assert phone.presses("7") == ["sorry", "menu"]
    assert phone.waits() == ["nothing", "short"]
    assert phone.presses("#") == ["other", "bye"]


def test_silence_ends_where_its_policy_says() -> None:
    phone = Handset(book_of(main=MENU))

    assert [phone.waits() for _ in range(3)] == [["nothing", "short"], ["nothing", "short"], ["bye"]]


def test_star_repeats_and_counts_begin_anew() -> None:
    phone = Handset(book_of(main=MENU))
    phone.waits()
    phone.waits()

    assert phone.presses("*") == ["menu"]
    assert phone.waits() == ["nothing", "short"]


def test_nine_is_a_detour_back_to_the_menu_in_the_new_language() -> None:
    phone = Handset(book_of(main=MENU))

    assert phone.presses("9") == ["choose", "choose"]
    assert [(said.language, said.values["key"]) for said in phone.turn.said] == [(EN, "1"), (HI, "2")]
    assert phone.presses("2") == ["menu"]
    assert phone.turn.effects == (Effect(REMEMBER_LANGUAGE, ("hi",)),)
    assert phone.turn.said[0].language is HI


def test_a_caller_who_falls_silent_on_the_detour_is_back_in_the_menu() -> None:
    phone = Handset(book_of(main=MENU))
    phone.presses("9")

    assert [phone.waits() for _ in range(3)][-1] == ["menu"]


def test_one_language_is_not_asked_for() -> None:
    phone = Handset(book_of(main=MENU), languages=(EN,))

    assert phone.presses("9") == ["menu"]


def test_an_answer_that_makes_no_sense_is_asked_for_again_and_a_good_one_is_kept() -> None:
    phone = Handset(book_of(main=MENU))
    phone.presses("2")
    assert phone.turn.wait == Keys(3)

    assert phone.presses("0") == ["sorry", "age"]
    phone.presses("42")
    assert phone.place.answers == {"age": "42"}


@pytest.mark.parametrize(("keys", "kept"), [("7", "7"), ("042", "42"), ("120", "120"), ("121", None), ("*", None), ("999999", None)])
def test_ages_are_those_of_people(keys: str, kept: str | None) -> None:
    phone = Handset(book_of(main=MENU))
    phone.presses("2")
    phone.presses(keys)

    assert phone.place.answers.get("age") == kept


BRANCHES = """
start: begin
silence: {then: end}
wrong_key: {then: end}
steps:
  begin: {branch: open_now, yes: offer, no: end}
  offer: {menu: times, 1: book, 2: again}
  again: {menu: times, 1: book}
  book: {do: book_call slot_1, then: end}
  end: {hang_up: bye}
"""


def test_only_facts_that_the_flow_asks_for_are_looked_up_and_kept() -> None:
    phone = Handset(book_of(main=BRANCHES, slots={"times": ("slot_1",)}), {"open_now": True, "slot_1": 1000})

    assert phone.turn.facts == {"open_now": True, "slot_1": 1000}


def test_a_value_that_was_spoken_stands_for_the_rest_of_the_call() -> None:
    facts: dict[str, FactValue] = {"open_now": True, "slot_1": 1000}
    phone = Handset(book_of(main=BRANCHES, slots={"times": ("slot_1",)}), facts)
    facts["slot_1"] = 2000

    phone.presses("2")
    assert phone.turn.said[0].values == {"slot_1": 1000}
    phone.presses("1")
    assert phone.turn.effects == (Effect("book_call", ("slot_1",)),)
    assert phone.place.told == {"slot_1": 1000}


SUB = """
start: screen
resume: back_again
silence: {then: leave}
wrong_key: {then: leave}
steps:
  screen: {run: screen, on: {clear: menu, unclear: leave}}
  menu: {menu: menu, 1: leave, 2: elsewhere}
  elsewhere: {goto: other}
  leave: {hang_up: bye}
"""
SCREEN = """
start: ask
screen: true
silence: {then: unclear}
wrong_key: {then: unclear}
steps:
  ask: {menu: danger, 2: clear, 1: unclear}
  clear: {return: clear}
  unclear: {return: unclear}
"""
OTHER = """
start: last
steps:
  last: {hang_up: bye}
"""


def test_a_flow_within_a_flow_comes_back_with_its_outcome() -> None:
    book = book_of(main=SUB, screen=SCREEN, other=OTHER)
    phone = Handset(book)
    assert [str(frame) for frame in phone.place.frames] == ["main.screen", "screen.ask"]

    assert phone.presses("2") == ["menu"]
    assert [str(frame) for frame in phone.place.frames] == ["main.menu"]
    assert phone.presses("2") == ["bye"]
    assert str(phone.place.frames[0]) == "other.last"


def test_who_was_cut_off_goes_on_but_answers_the_emergency_screen_again() -> None:
    book = book_of(main=SUB, screen=SCREEN, other=OTHER)
    phone = Handset(book)
    phone.presses("2")
    left = resume(book, phone.place)
    assert left is not None

    turn = advance(book, left, Resumed(), QUIET)

    assert [said.word for said in turn.said] == ["back_again", "danger"]
    assert turn.place.screened == ()


def test_a_flow_without_a_word_for_it_begins_anew() -> None:
    book = book_of(main=BRANCHES, slots={})
    phone = Handset(book, {"open_now": True})

    assert resume(book, phone.place) is None


def test_a_call_that_was_over_is_not_gone_on_with() -> None:
    book = book_of(main=MENU)
    phone = Handset(book)
    phone.presses("0")

    assert resume(book, phone.place) is None
    assert phone.presses("1") == []
    assert phone.turn.wait == Over()


def test_a_flow_that_changed_in_mid_call_ends_kindly_and_is_not_resumed() -> None:
    phone = Handset(book_of(main=MENU))
    phone.book = book_of(main=MENU.replace("2: ask", "3: ask"))

    assert phone.presses("1") == ["flow_changed"]
    assert phone.turn.wait == Over()
    assert resume(phone.book, replace(phone.place, over=False)) is None


def test_other_words_do_not_change_a_flow() -> None:
    phone = Handset(book_of(main=MENU))
    phone.book = book_of(main=MENU.replace("start: menu", "about: another sentence\nstart: menu"))

    assert phone.presses("1") == ["other", "bye"]


HOLD = """
start: hold
silence: {then: bye}
wrong_key: {then: bye}
steps:
  hold: {hold: news, every: 20, at_most: 60, until: open_now, ready: doctor, 3: later, then: late, music: hold.mp3}
  doctor: {hang_up: doctor}
  later: {hang_up: later}
  late: {hang_up: late}
  bye: {hang_up: bye}
"""


def test_waiting_has_music_news_keys_and_an_end() -> None:
    facts: dict[str, FactValue] = {"open_now": False}
    phone = Handset(book_of(main=HOLD), facts)
    assert phone.turn.wait == Music("hold.mp3", 20)

    assert phone.waits() == ["news"]
    assert phone.presses("7") == ["news"]
    assert phone.waits() == ["late"]


@pytest.mark.parametrize(("key", "word"), [("3", "later"), ("", "doctor")])
def test_waiting_ends_by_key_or_when_what_was_waited_for_is_there(key: str, word: str) -> None:
    facts: dict[str, FactValue] = {"open_now": False}
    phone = Handset(book_of(main=HOLD), facts)
    facts["open_now"] = not key

    assert (phone.presses(key) if key else phone.waits()) == [word]


NOTE = """
start: note
steps:
  note: {record: speak, consent: consent, at_most: 30, then: done, refused: refused}
  done: {ring: operator, say: ringing, answered: bye, otherwise: refused}
  refused: {hang_up: refused}
  bye: {hang_up: bye}
"""


def test_nothing_is_recorded_before_consent() -> None:
    phone = Handset(book_of(main=NOTE))
    assert phone.turn.wait == Keys()

    assert phone.does(Recorded("https://provider/r1", 9)) == ["refused"]
    assert phone.turn.effects == ()


def test_a_note_is_kept_with_the_wording_that_was_agreed_to() -> None:
    phone = Handset(book_of(main=NOTE))
    assert phone.presses("1") == ["speak"]
    assert phone.turn.wait == Note(30)

    assert phone.does(Recorded("https://provider/r1", 9)) == ["ringing"]
    assert phone.turn.effects == (Effect(KEEP_NOTE, ("https://provider/r1", "9", "consent", "en")),)
    assert phone.turn.wait == Phone("operator")


@pytest.mark.parametrize(
    ("event", "word"),
    [
        (Rang(CallOutcome.ANSWERED, 0), "bye"),
        (Rang(CallOutcome.BUSY, 0), "refused"),
        (Silence(), "refused"),
    ],
)
def test_the_phone_that_was_rung_decides(event: Event, word: str) -> None:
    phone = Handset(book_of(main=NOTE))
    phone.presses("1")
    phone.does(Recorded("https://provider/r1", 9))

    assert phone.does(event) == [word]


def test_a_recording_of_unknown_length_is_kept_and_one_that_is_nowhere_is_none() -> None:
    phone = Handset(book_of(main=NOTE))
    phone.presses("1")
    assert phone.does(Recorded("https://provider/r1", 0)) == ["ringing"]

    phone = Handset(book_of(main=NOTE))
    phone.presses("1")
    assert phone.does(Recorded("", 0)) == ["refused"]


TWO_SIGNS = """
start: first
screen: true
silence: {then: doubt}
wrong_key: {then: doubt}
steps:
  first: {ask: legs, answer: yes_no, as: legs, yes: doubt, no: second}
  second: {ask: injury, answer: yes_no, as: injury, yes: doubt, no: pass}
  pass: {return: clear}
  doubt: {return: unclear}
"""


def test_who_was_cut_off_among_the_questions_of_a_screen_is_asked_all_of_them_again() -> None:
    main = (
        "start: screen\nresume: back_again\nsteps:\n  screen: {run: screen, on: {clear: leave, unclear: leave}}\n  leave: {hang_up: bye}\n"
    )
    book = book_of(main=main, screen=TWO_SIGNS)
    phone = Handset(book)
    assert phone.presses("2") == ["injury"]
    left = resume(book, phone.place)
    assert left is not None

    assert [said.word for said in advance(book, left, Resumed(), QUIET).said] == ["back_again", "legs"]


@pytest.mark.parametrize(("age", "word"), [("17", "adult"), ("1", "adult"), ("18", "other"), ("70", "other")])
def test_an_age_under_eighteen_may_lead_elsewhere(age: str, word: str) -> None:
    asked = "ask: {ask: age, answer: age, minor: adult, then: other}\n  adult: {say: adult, then: leave}"
    phone = Handset(book_of(main=MENU.replace("ask: {ask: age, answer: age, then: other}", asked)))
    phone.presses("2")

    assert phone.presses(age) == [word, "bye"]
    assert phone.place.answers == {"age": age}


DEEP = """
start: ask
resume: back_again
silence: {then: leave}
wrong_key: {then: leave}
steps:
  ask: {ask: age, answer: age, then: sub}
  sub: {run: sub, on: {fine: menu}}
  menu: {menu: with_age, 1: leave}
  leave: {hang_up: bye}
"""
DEEPER = """
start: screen
silence: {then: out}
wrong_key: {then: out}
steps:
  screen: {run: screen, on: {clear: inside, unclear: out}}
  inside: {menu: inside, 1: out, 2: elsewhere}
  elsewhere: {goto: other}
  out: {return: fine}
"""


def test_a_screen_passed_deep_inside_is_asked_again_there_wherever_the_caller_went_since() -> None:
    book = book_of(
        main=DEEP,
        sub=DEEPER,
        screen=SCREEN,
        other=OTHER.replace("hang_up: bye", "menu: last, 1: end}\n  end: {hang_up: bye"),
        slots={"with_age": ("age",)},
    )
    for keys in (("42", "2"), ("42", "2", "1"), ("42", "2", "2")):
        phone = Handset(book)
        for key in keys:
            phone.presses(key)
        left = resume(book, phone.place)
        assert left is not None

        turn = advance(book, left, Resumed(), QUIET)
        assert [said.word for said in turn.said] == ["back_again", "danger"]
        turn = advance(book, advance(book, turn.place, Pressed("2"), QUIET).place, Pressed("1"), QUIET)
        assert [(said.word, dict(said.values)) for said in turn.said] == [("with_age", {"age": "42"})]


def test_what_was_told_is_told_afresh_to_who_comes_back_and_what_may_be_gone_is_not_gone_on_with() -> None:
    facts: dict[str, FactValue] = {"open_now": True, "slot_1": 1000, "booked_at": 1000}
    flow = BRANCHES.replace("start: begin", "start: begin\nresume: back_again")
    book = book_of(main=flow, slots={"times": ("slot_1",)})
    left = resume(book, Handset(book, facts).place)
    assert left is not None
    assert advance(book, left, Resumed(), {**facts, "slot_1": 2000}).said[1].values == {"slot_1": 2000}

    book = book_of(main=flow, slots={"times": ("booked_at",)})
    assert resume(book, Handset(book, {**facts, "call_booked": True}).place) is None


CODES = """
start: menu
silence: {say: nothing, then: leave}
wrong_key: {then: leave}
steps:
  menu: {menu: [your_code, press], 1: tell, 2: wait}
  tell: {say: [your_code, thanks], then: ask}
  ask: {menu: press, 1: leave, 2: menu}
  wait: {hold: your_code, every: 10, at_most: 60, until: consult_paid, ready: paid, then: leave}
  paid: {hang_up: paid}
  leave: {hang_up: bye}
"""


def _with_a_code() -> tuple[Handset, dict[str, FactValue]]:
    facts: dict[str, FactValue] = {"consult_unpaid": True, "consult_paid": False, "pay_code": "111111"}
    return Handset(book_of(main=CODES, slots={"your_code": ("pay_code",)}), facts), facts


def test_what_may_have_ceased_to_be_is_looked_up_whenever_it_is_said() -> None:
    phone, facts = _with_a_code()
    assert phone.turn.said[0].values == {"pay_code": "111111"}
    facts["pay_code"] = "222222"

    for event in (Pressed("*"), Silence(), Pressed("1"), Pressed("2"), Pressed("2"), Silence()):
        phone.does(event)
        codes = [said.values["pay_code"] for said in phone.turn.said if said.word == "your_code"]
        assert codes == ["222222"]
    assert phone.place.told == {}


@pytest.mark.parametrize(
    ("keys", "event", "words"),
    [
        ("", Pressed("*"), ["bye"]),
        ("", Silence(), ["nothing", "bye"]),
        ("", Pressed("1"), ["thanks", "press"]),
        ("", Pressed("2"), ["bye"]),
        ("2", Silence(), ["bye"]),
    ],
)
def test_what_has_ceased_to_be_is_not_said_and_a_prompt_of_it_is_left_as_by_silence(keys: str, event: Event, words: list[str]) -> None:
    phone, facts = _with_a_code()
    if keys:
        phone.presses(keys)
    facts["consult_unpaid"] = False
    del facts["pay_code"]

    assert phone.does(event) == words


def test_what_is_waited_for_ends_the_waiting_before_its_words_are_said() -> None:
    phone, facts = _with_a_code()
    facts |= {"consult_unpaid": False, "consult_paid": True}
    assert phone.presses("2") == ["paid"]


def test_a_loop_in_a_file_that_nobody_checked_ends_with_an_apology() -> None:
    book = book_of(main="\nstart: a\nsteps:\n  a: {say: one, then: b}\n  b: {say: two, then: a}\n")

    phone = Handset(book)

    assert phone.turn.said[-1].word == "trouble"
    assert phone.turn.wait == Over()


def test_a_call_without_end_is_ended() -> None:
    phone = Handset(book_of(main=MENU))
    for _ in range(MOST_TURNS):
        phone.presses("*")

    assert phone.turn.said[-1].word == "trouble"
    assert phone.place.over
