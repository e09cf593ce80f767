"""A doctor's day as the doctor hears it: the shipped flows, walked by their keys."""

from pathlib import Path

import pytest

from ivr.flow.engine import advance, begin
from ivr.flow.loader import load_book
from ivr.flow.turns import Begun, Event, FactValue, Over, Turn
from ivr.menus.keeping import keep_place, read_place
from ivr.model.events import CallOutcome, Pressed, Rang, Silence
from ivr.model.values import Language

BOOK, WORDS = load_book(Path(__file__).parents[2] / "callflows")
NOW = 1_795_329_000_000  # noon
HOUR_MS = 3_600_000
FACTS: dict[str, FactValue] = {
    "doctor_calling": True,
    "doctor_may_serve": True,
    "language_known": True,
    "word_awaited": False,
    "duty_on": False,
    "duty_one_more": False,
    "duty_paused": False,
    "duty_confirmed": False,
    "doctor_booked": False,
    "doctor_booked_twice": False,
    "doctor_booked_thrice": False,
    "operator_there": False,
    "duty_until": NOW + 8 * HOUR_MS,
    "duty_end": NOW + 8 * HOUR_MS,
    "pause_until": NOW + HOUR_MS // 2,
    "doctor_bookings": 3,
    "doctor_booking_1": NOW + HOUR_MS,
    "doctor_booking_2": NOW + 2 * HOUR_MS,
    "doctor_booking_3": NOW + 3 * HOUR_MS,
    "grievance_days": 15,
}
ON = {"duty_on": True, "duty_confirmed": True}


class Doctor:
    def __init__(self, flow: str = "doctor_day", **facts: FactValue) -> None:
        self.facts = {**FACTS, **facts}
        self.effects: list[str] = []
        self.place = begin(BOOK, flow, Language.ENGLISH, (Language.ENGLISH, Language.HINDI))
        self.turn = self.does(Begun())

    def does(self, event: Event) -> Turn:
        self.turn = advance(BOOK, read_place(keep_place(self.place)), event, self.facts)
        self.place = self.turn.place
        self.effects += [each.name for each in self.turn.effects]
        self.texts = [WORDS.text(each.word, each.language, each.values, NOW) for each in self.turn.said]
        return self.turn

    def presses(self, *keys: str) -> list[str]:
        for key in keys:
            self.does(Pressed(key))
        return self.heard()

    def heard(self) -> list[str]:
        return [each.word for each in self.turn.said]

    @property
    def gone(self) -> bool:
        return isinstance(self.turn.wait, Over)


def test_anybody_else_hears_a_kind_word() -> None:
    stranger = Doctor(doctor_calling=False)

    assert stranger.heard() == ["for_doctors"]
    assert (stranger.gone, stranger.effects) == (True, [])


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, ["day_off", "day_menu"]),
        (ON, ["day_on", "day_menu"]),
        ({"duty_on": True}, ["day_unconfirmed", "day_menu"]),
        (ON | {"duty_one_more": True}, ["day_one_more", "day_menu"]),
        ({"duty_paused": True}, ["day_paused", "day_menu"]),
        ({"language_known": False}, ["choose_language", "choose_language"]),
        ({"word_awaited": True}, ["day_last_consult"]),
    ],
)
def test_what_is_heard_first(facts: dict[str, FactValue], words: list[str]) -> None:
    assert Doctor(**facts).heard() == words


def test_on_duty_once_more_names_the_end_that_the_key_gives_it() -> None:
    doctor = Doctor(**ON, duty_end=NOW + HOUR_MS)  # a shift has begun since they went on duty
    assert "eight in the evening" in doctor.texts[0]

    assert doctor.presses("1") == ["day_now_on"]
    assert "until one in the afternoon" in doctor.texts[0]


def test_on_duty_is_confirmed_in_a_call_of_ours() -> None:
    doctor = Doctor()

    assert doctor.presses("1") == ["day_we_call"]
    assert "On duty until eight in the evening" in doctor.texts[0]
    assert (doctor.gone, doctor.effects) == (True, ["go_on_duty"])


@pytest.mark.parametrize(
    ("keys", "facts", "words", "effects"),
    [
        ("1", ON, "day_now_on", ["go_on_duty"]),
        ("1", {"doctor_may_serve": False}, "day_not_verified", []),
        ("2", ON, "day_now_off", ["go_off_duty"]),
        ("2", {}, "day_now_off", ["go_off_duty"]),
        ("41", ON, "day_now_one_more", ["one_more_patient"]),
        ("41", {}, "day_we_call_for_one", ["one_more_patient"]),
        ("41", {"doctor_may_serve": False}, "day_not_verified", []),
        ("42", ON, "day_now_paused", ["pause_duty"]),
        ("0", {}, "written_down", ["open_grievance"]),
    ],
)
def test_each_key_does_what_it_says_and_the_call_ends(keys: str, facts: dict[str, FactValue], words: str, effects: list[str]) -> None:
    doctor = Doctor(**facts)

    assert doctor.presses(*keys) == [words]
    assert (doctor.gone, doctor.effects) == (True, effects)


def test_there_is_nothing_to_pause_off_duty() -> None:
    doctor = Doctor()

    assert doctor.presses("4", "2") == ["day_pause_needless", "day_off", "day_menu"]
    assert doctor.effects == []


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, ["day_no_bookings"]),
        ({"doctor_booked": True}, ["day_bookings", "day_booking_1"]),
        ({"doctor_booked": True, "doctor_booked_twice": True}, ["day_bookings", "day_booking_1", "day_booking_2"]),
        (
            {"doctor_booked": True, "doctor_booked_twice": True, "doctor_booked_thrice": True},
            ["day_bookings", "day_booking_1", "day_booking_2", "day_booking_3"],
        ),
    ],
)
def test_bookings_are_told_by_number_and_time(facts: dict[str, FactValue], words: list[str]) -> None:
    assert Doctor(**facts).presses("4", "4") == [*words, "day_menu"]


@pytest.mark.parametrize(
    ("keys", "effect"),
    [
        ("1", "consult_was_done"),
        ("2", "consult_needs_visit"),
        ("41", "consult_was_emergency"),
        ("42", "consult_not_suitable"),
        ("441", "consult_was_done"),
    ],
)
def test_our_call_asks_what_came_of_the_last_consult(keys: str, effect: str) -> None:
    doctor = Doctor("doctor_word", word_awaited=True)
    assert doctor.heard() == ["word_last_consult"]

    assert doctor.presses(*keys) == ["day_noted", "day_goodbye"]
    assert (doctor.effects, doctor.gone) == ([effect], True)


def test_done_can_be_said_in_any_call_and_whatever_moves_money_is_asked_in_a_call_of_ours() -> None:
    doctor = Doctor(word_awaited=True)
    assert doctor.presses("1") == ["day_noted", "day_off", "day_menu"]
    assert doctor.effects == ["consult_was_done"]

    doctor = Doctor(word_awaited=True)
    assert doctor.presses("4") == ["day_word_call"]
    assert "we call this phone now" in doctor.texts[0]
    assert (doctor.effects, doctor.gone) == (["call_for_word"], True)


def test_our_call_that_comes_too_late_asks_nothing() -> None:
    doctor = Doctor("doctor_word")

    assert (doctor.heard(), doctor.gone) == (["word_late"], True)


def test_the_last_consult_can_be_left_for_later_and_a_wrong_key_decides_nothing() -> None:
    doctor = Doctor(word_awaited=True)
    assert doctor.presses("7") == ["not_understood", "day_last_consult"]

    doctor.does(Silence())

    assert doctor.heard() == ["day_off", "day_menu"]
    assert doctor.effects == []


def test_help_rings_somebody_who_is_there() -> None:
    doctor = Doctor(operator_there=True)

    assert doctor.presses("0") == ["connecting"]
    doctor.does(Rang(CallOutcome.ANSWERED, 20))
    assert (doctor.heard(), doctor.gone) == (["day_goodbye"], True)


def test_silence_lets_go_by_itself() -> None:
    doctor = Doctor()
    doctor.does(Silence())
    doctor.does(Silence())

    assert (doctor.heard(), doctor.gone, doctor.effects) == (["day_goodbye"], True, [])


def test_another_language_by_key_9() -> None:
    assert Doctor().presses("9", "2") == ["day_menu"]


def test_our_call_asks_for_key_1_and_only_that_confirms() -> None:
    doctor = Doctor("duty_hello", duty_on=True)
    assert doctor.heard() == ["duty_hello"]

    assert doctor.presses("5") == ["duty_hello_keys", "duty_hello"]
    assert doctor.effects == []
    assert doctor.presses("1") == ["day_now_on"]
    assert (doctor.effects, doctor.gone) == (["confirm_duty"], True)


def test_key_3_in_our_call_goes_off_duty() -> None:
    doctor = Doctor("duty_hello", duty_on=True)

    assert doctor.presses("3") == ["day_now_off"]
    assert (doctor.effects, doctor.gone) == (["go_off_duty"], True)


def test_who_went_off_meanwhile_confirms_nothing() -> None:
    doctor = Doctor("duty_hello", duty_on=True)
    doctor.facts["duty_on"] = False

    assert doctor.presses("1") == ["day_now_off"]
    assert doctor.effects == []
    assert Doctor("duty_hello").heard() == ["day_now_off"]


@pytest.mark.parametrize("flow", ["duty_hello", "doctor_word"])
@pytest.mark.parametrize("events", [[Silence()] * 2, [Pressed("7")] * 3])
def test_a_mailbox_confirms_and_decides_nothing(events: list[Event], flow: str) -> None:
    doctor = Doctor(flow, duty_on=True, word_awaited=True)
    for event in events:
        doctor.does(event)

    assert (doctor.effects, doctor.gone, doctor.heard()) == (["nobody_there"], True, [])
