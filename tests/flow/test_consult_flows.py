"""The paid consult as callers hear it: the shipped flows, walked by their keys."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from ivr.flow.engine import advance, begin, resume
from ivr.flow.loader import load_book
from ivr.flow.turns import Begun, Event, FactValue, Music, Over, Place, Resumed, Turn
from ivr.menus.keeping import keep_place, read_place
from ivr.model.events import Pressed, Silence
from ivr.model.values import Language

BOOK, WORDS = load_book(Path(__file__).parents[2] / "callflows")
NOW = 1_763_785_800_000
ADVICE = ["emergency_numbers", "emergency_numbers"]
FACTS: Mapping[str, FactValue] = {
    "language_known": True,
    "called_back": False,
    "call_booked": False,
    "can_be_called": True,
    "can_consult": True,
    "consult_open": False,
    "consult_unpaid": False,
    "consult_paid": False,
    "screen_fresh": True,
    "refund_under_way": False,
    "can_resend_link": True,
    "link_text_missing": False,
    "price_is_first": True,
    "may_follow_up": False,
    "has_follow_up": False,
    "follow_up_doctor_there": False,
    "follow_up_can_wait": False,
    "consult_free": False,
    "consult_slot_booked": False,
    "doctors_many": False,
    "doctors_near": False,
    "doctor_in_language": True,
    "doctor_sought": True,
    "doctor_ready": False,
    "talk_begun": False,
    "wait_is_over": False,
    "wait_under_one": True,
    "wait_under_two": False,
    "wait_under_five": False,
    "doctors_all_talking": False,
    "can_keep_place": False,
    "talk_over": False,
    "operator_there": False,
    "has_mobile": True,
    "slot_1": NOW,
    "slot_2": NOW,
    "price": 24_900,
    "serve_minutes": 30,
    "consult_amount": 24_900,
    "consult_reference": "482913",
    "booked_at": NOW,
    "pay_code": "318406",
    "follow_up_doctor": "Anil Rao",
    "follow_up_at": NOW,
    "consult_slot": NOW,
}
UNPAID = {"consult_open": True, "consult_unpaid": True}
PAID = {"consult_open": True, "consult_paid": True}
REFUND = {"consult_open": True, "refund_under_way": True}


class Caller:
    """One call in English. What happens meanwhile changes `facts`."""

    def __init__(self, place: Place | None = None, start: str = "hotline", /, **facts: FactValue) -> None:
        self.facts: dict[str, FactValue] = {**FACTS, **facts}
        self.effects: list[str] = []
        self.place = place or begin(BOOK, start, Language.ENGLISH, (Language.ENGLISH, Language.HINDI))
        self.turn = self.does(Resumed() if place else Begun())

    def does(self, event: Event) -> Turn:
        self.turn = advance(BOOK, read_place(keep_place(self.place)), event, self.facts)
        self.place = self.turn.place
        self.effects += [" ".join([each.name, *each.arguments]) for each in self.turn.effects]
        for each in self.turn.said:
            WORDS.text(each.word, each.language, each.values, NOW)  # can be said
        return self.turn

    def presses(self, *keys: str) -> list[str]:
        for key in keys:
            self.does(Pressed(key))
        return self.heard()

    def waits(self, times: int = 1) -> list[str]:
        for _ in range(times):
            self.does(Silence())
        return self.heard()

    def heard(self) -> list[str]:
        return [each.word for each in self.turn.said]

    @property
    def gone(self) -> bool:
        return isinstance(self.turn.wait, Over)


SOUGHT = ["wait_under_a_minute", "doctor_is_sought"]
KNOWN = {"has_follow_up": True, "follow_up_doctor_there": True, "follow_up_can_wait": True}
FREE = {**PAID, "consult_free": True}


def screened(**facts: FactValue) -> Caller:
    """At the question for the patient's age."""
    caller = Caller(**facts)
    assert caller.presses("1") == ["for_whom"]
    assert caller.presses("1", "2", "2", "2", "2") == ["privacy_notice", "patient_age"]
    return caller


def asked_to_pay(**facts: FactValue) -> Caller:
    caller = screened(**facts)
    caller.presses("42", "1", "2", "1")
    assert caller.effects[-1] == "ask_to_pay"
    caller.facts |= UNPAID
    return caller


def test_a_caller_is_screened_told_the_full_price_and_sent_the_link() -> None:
    caller = Caller()
    assert caller.heard() == ["welcome", "main_menu"]
    assert caller.presses("1") == ["for_whom"]
    assert caller.presses("2") == ["triage_intro", "triage_saddle"]
    assert caller.presses("2", "2") == ["triage_bladder"]
    assert caller.presses("2") == ["triage_danger"]
    assert caller.presses("2") == ["privacy_notice", "patient_age"]
    assert caller.effects == ["record_screen clear", "open_consult", "give_notice"]
    assert caller.presses("42") == ["pain_place"]
    assert caller.presses("1") == ["amber_signs"]
    assert caller.presses("1") == ["price_first", "pay_promise", "pay_bank", "pay_menu"]
    assert caller.presses("1") == ["link_on_its_way"]
    caller.facts |= UNPAID
    assert caller.waits() == ["call_when_paid"]
    assert caller.gone
    assert caller.effects[3:] == ["quote_consult", "ask_to_pay"]
    assert caller.place.answers == {
        "for_whom": "other", "red_saddle": "no", "red_legs": "no", "red_bladder": "no", "red_danger": "no",
        "age": "42", "pain_place": "back or neck", "amber": "yes",
    }  # fmt: skip


@pytest.mark.parametrize(("talking", "word"), [(True, "wait_is_long"), (False, "wait_unanswered")])
def test_a_long_wait_is_told_for_what_it_is(talking: bool, word: str) -> None:
    caller = Caller(**PAID, wait_under_one=False, doctors_all_talking=talking)
    assert caller.heard() == ["status_paid", "status_promise", word, "doctor_is_sought"]


@pytest.mark.parametrize("language", [*Language])
def test_one_refund_has_one_promise_about_the_bank(language: Language) -> None:
    said = re.split(r"(?<=[.।]) ", WORDS.text("refund_days", language, {}, NOW))[0]

    assert said in WORDS.text("money_goes_back", language, {}, NOW)
    assert said.split()[-1] == WORDS.text("pay_bank", language, {}, NOW).split()[-1]


def test_a_later_consultation_is_not_called_a_first_one() -> None:
    assert screened(price_is_first=False).presses("42", "1", "2")[0] == "price_later"


@pytest.mark.parametrize("noes", range(4))
def test_one_sign_of_an_emergency_ends_the_call_with_the_numbers_twice_and_costs_nothing(noes: int) -> None:
    caller = Caller()
    caller.presses("1", "1", *["2"] * noes)
    assert caller.presses("1") == ["red_signs", *ADVICE, "take_care"]
    assert caller.gone
    assert caller.effects == ["record_screen red"]


@pytest.mark.parametrize("key", [None, "7", "0", "22"])
@pytest.mark.parametrize("noes", range(4))
def test_who_gives_no_clear_answer_is_asked_once_more_and_then_never_sold_anything(noes: int, key: str | None) -> None:
    caller = Caller()
    caller.presses("1", "1", *["2"] * noes)
    question = caller.heard()[-1]
    doubtful: Event = Silence() if key is None else Pressed(key)
    caller.does(doubtful)
    assert caller.heard()[-1] == question
    caller.does(doubtful)
    assert caller.heard() == ["unclear_answers", *ADVICE, "colleague_calls", "take_care"]
    assert caller.gone
    assert caller.effects == ["record_screen unclear"]


def test_without_a_doctor_to_be_had_a_caller_hears_of_emergencies_and_books_a_call() -> None:
    caller = Caller(can_consult=False)
    assert caller.presses("1") == ["no_doctor_now", "advice_danger", "offer_times"]
    caller.presses("1")
    assert caller.effects == ["book_call slot_1"]


@pytest.mark.parametrize("before", [("42", "1"), ("42", "1", "2")])
def test_a_doctor_who_is_gone_before_the_key_to_pay_is_not_sold(before: tuple[str, ...]) -> None:
    caller = screened()
    caller.presses(*before)
    caller.facts["can_consult"] = False
    assert caller.presses("2" if len(before) == 2 else "1") == ["no_doctor_now", "offer_times"]
    assert "ask_to_pay" not in caller.effects


def test_a_child_needs_a_grown_up_beside() -> None:
    caller = screened()
    assert caller.presses("17") == ["adult_there"]
    assert caller.presses("1") == ["pain_place"]
    alone = screened()
    assert alone.presses("9", "2") == ["adult_missing", "no_charge_goodbye"]
    assert alone.gone
    assert screened().presses("18") == ["pain_place"]


def test_silence_is_no_yes_to_a_price() -> None:
    caller = screened()
    caller.presses("42", "1", "2")
    assert caller.waits(3) == ["nothing_heard", "no_charge_goodbye"]
    assert caller.effects[-1] == "quote_consult"


def test_who_does_not_want_to_pay_is_back_in_the_menu() -> None:
    assert screened().presses("42", "1", "2", "2") == ["nothing_charged", "main_menu"]


def test_a_change_of_language_before_the_price_says_the_price_again() -> None:
    caller = screened()
    caller.presses("42", "1", "2", "9")
    assert caller.presses("2") == ["pay_menu"]
    assert caller.turn.said[0].language is Language.HINDI


def test_who_holds_hears_of_the_payment_and_may_leave_a_pin_code() -> None:
    caller = asked_to_pay()
    assert caller.presses("1") == ["waiting_for_payment"]
    assert caller.waits() == ["waiting_for_payment"]
    caller.facts |= PAID
    assert caller.waits() == ["payment_received", "ask_pain_time"]
    assert caller.presses("2") == ["ask_pin_code"]
    caller.presses("560001")  # and what is near is looked up when that is kept
    assert caller.waits() == SOUGHT
    assert caller.effects[-5:] == ["tell_paid", "keep_pain_time", "keep_pin_code", "await_other", "tell_wait"]


@pytest.mark.parametrize("event", [Silence(), Pressed("0123")])
def test_a_pin_code_can_be_left_out(event: Event) -> None:
    caller = asked_to_pay()
    caller.presses("1")
    caller.facts |= PAID
    caller.waits()
    assert caller.waits() == ["ask_pin_code"]  # and since when it hurts, too
    caller.does(event)
    if event == Pressed("0123"):
        assert caller.heard() == ["not_understood", "ask_pin_code"]
        caller.waits()
    assert caller.heard() == SOUGHT
    assert not {"keep_pain_time", "keep_pin_code"} & set(caller.effects)


def test_who_holds_may_be_called_instead_by_key_and_is_after_three_minutes() -> None:
    by_key = asked_to_pay()
    assert by_key.presses("1", "3") == ["call_when_paid"]
    patient = asked_to_pay()
    patient.presses("1")
    seconds = 0
    while isinstance(patient.turn.wait, Music):
        seconds += patient.turn.wait.seconds
        patient.waits()
    assert patient.heard() == ["call_when_paid"]
    assert 90 <= seconds <= 180  # of music: what is said in between comes on top


def test_where_the_text_seems_lost_who_holds_hears_the_code() -> None:
    caller = asked_to_pay(link_text_missing=True)
    caller.presses("1")
    assert caller.waits(4) == ["pay_by_code", "pay_code", "pay_code_again"]
    assert caller.turn.said[1].values == {"pay_code": "318406"}


def test_who_holds_for_a_link_that_has_closed_is_told() -> None:
    caller = asked_to_pay()
    caller.presses("1")
    caller.facts["consult_unpaid"] = False
    assert caller.waits(4) == ["link_closed"]


def test_a_caller_who_has_to_pay_hears_that_first_and_is_sent_the_same_link() -> None:
    caller = Caller(**UNPAID)
    assert caller.heard() == ["link_sent_again", "pay_by_code", "pay_code", "unpaid_menu"]
    assert caller.effects == ["check_payment", "resend_link"]
    assert caller.presses("4") == ["main_menu"]
    assert caller.presses("1") == ["link_sent_again", "pay_by_code", "pay_code", "unpaid_menu"]
    assert caller.presses("1") == ["waiting_for_payment"]
    assert "open_consult" not in caller.effects


def test_the_link_is_not_sent_again_for_ever() -> None:
    caller = Caller(**UNPAID, can_resend_link=False)
    assert caller.heard() == ["not_paid_yet", "pay_by_code", "pay_code", "unpaid_menu"]
    assert caller.effects == ["check_payment"]


@pytest.mark.parametrize("event", [Silence(), Pressed("1"), Pressed("3")])
def test_who_was_told_of_a_link_that_was_never_sent_is_told_so(event: Event) -> None:
    caller = asked_to_pay()
    caller.facts |= {"consult_open": False, "consult_unpaid": False}
    caller.does(event)
    assert caller.heard() == ["no_link"]
    assert caller.gone


@pytest.mark.parametrize("event", [Silence(), Pressed("1"), Pressed("3")])
def test_who_pays_before_the_call_goes_on_hears_of_it(event: Event) -> None:
    caller = asked_to_pay()
    caller.facts |= {**PAID, "consult_unpaid": False}
    caller.does(event)
    assert caller.heard() == ["payment_received", "ask_pain_time"]


def test_who_waits_with_a_code_that_counts_no_more_is_told() -> None:
    caller = asked_to_pay(link_text_missing=True)
    caller.presses("1")
    assert caller.waits(4)[-1] == "pay_code_again"
    caller.facts |= {"consult_open": False, "consult_unpaid": False}
    assert caller.waits() == ["link_closed"]


def test_who_cancels_and_buys_anew_in_one_call_hears_the_new_code() -> None:
    caller = Caller(**UNPAID, link_text_missing=True)
    assert caller.turn.said[2].values == {"pay_code": "318406"}
    caller.presses("2")
    caller.facts |= {"consult_open": False, "consult_unpaid": False}
    caller.presses("1", "1", "2", "2", "2", "2", "42", "1", "2", "1")
    caller.facts |= {**UNPAID, "pay_code": "550912"}
    caller.presses("1")
    caller.waits(4)
    assert [said.values for said in caller.turn.said if said.values] == [{"pay_code": "550912"}] * 2


def test_who_rings_when_the_screen_counts_no_more_is_sent_no_link_and_may_begin_anew() -> None:
    caller = Caller(**UNPAID, screen_fresh=False, can_consult=False)
    assert caller.heard() == ["link_ran_out"]
    assert caller.effects == ["check_payment"]
    assert caller.presses("1") == ["questions_first"]
    assert caller.effects == ["check_payment", "cancel_consult"]
    caller.facts |= {"consult_open": False, "consult_unpaid": False, "can_consult": True}
    assert caller.waits() == ["for_whom"]
    assert caller.presses("1") == ["triage_intro", "triage_saddle"]


def test_who_pays_by_a_link_that_has_run_out_is_not_cancelled() -> None:
    caller = Caller(**UNPAID, screen_fresh=False)
    silent = Caller(**UNPAID, screen_fresh=False)
    silent.waits(2)
    caller.facts |= {**PAID, "consult_unpaid": False}
    assert caller.presses("1") == ["status_paid", "status_promise", "triage_intro", "triage_saddle"]
    assert caller.presses("2", "2", "2", "2") == SOUGHT
    assert "cancel_consult" not in caller.effects + silent.effects
    assert silent.gone


@pytest.mark.parametrize("event", [Silence(), Pressed("1"), Pressed("*")])
def test_a_booking_that_was_taken_back_meanwhile_is_not_confirmed(event: Event) -> None:
    caller = Caller(call_booked=True)
    assert caller.heard() == ["welcome", "you_have_a_booking"]
    caller.facts["call_booked"] = False
    caller.does(event)
    assert caller.heard()[-1] == "main_menu"
    assert "you_have_a_booking" not in caller.heard()


def test_what_is_not_paid_can_be_given_up() -> None:
    caller = Caller(**UNPAID)
    assert caller.presses("2") == ["consult_cancelled", "main_menu"]
    assert caller.effects[-1] == "cancel_consult"


def test_what_was_paid_while_its_caller_listened_is_not_given_up() -> None:
    caller = Caller(**UNPAID)
    caller.facts |= {**PAID, "consult_unpaid": False}
    assert caller.presses("2") == ["status_paid", "status_promise", *SOUGHT]
    assert "cancel_consult" not in caller.effects


def test_a_caller_who_has_paid_keeps_their_place_and_buys_nothing_twice() -> None:
    caller = Caller(**PAID)
    assert caller.heard() == ["status_paid", "status_promise", *SOUGHT]
    assert caller.effects == ["check_payment", "tell_paid", "await_other", "tell_wait"]
    assert caller.presses("1", "4") == ["doctor_is_sought"]
    assert not [effect for effect in caller.effects if "consult" in effect]


HAS_ACCEPTED: Mapping[str, FactValue] = {
    "doctor_sought": False,
    "doctor_ready": True,
    "doctor_name": "Anil",
    "doctor_registration": "KMC 12",
}


def rings_back(**facts: FactValue) -> Caller:
    return Caller(**PAID, **facts)


def is_called_as_the_payment_came(**facts: FactValue) -> Caller:
    caller = Caller(**PAID, called_back=True, **facts)
    caller.presses("1")
    return caller


def pays_in_the_call(**facts: FactValue) -> Caller:
    caller = asked_to_pay()
    caller.presses("1")
    caller.facts |= {**PAID, **facts}
    caller.waits()
    caller.presses("2", "560001")
    caller.waits()
    return caller


def rings_back_for_a_follow_up(**facts: FactValue) -> Caller:
    """While a doctor of whom they do not know has pressed 1."""
    return Caller(**FREE, **facts | HAS_ACCEPTED)


def is_called_as_a_doctor_is_there(**facts: FactValue) -> Caller:
    caller = Caller(None, "connect", **PAID, called_back=True, **facts)
    caller.presses("1")
    return caller


WAYS = (rings_back, is_called_as_the_payment_came, pays_in_the_call, rings_back_for_a_follow_up, is_called_as_a_doctor_is_there)


@pytest.mark.parametrize("found", [{}, HAS_ACCEPTED], ids=["a doctor is sought", "a doctor has accepted"])
@pytest.mark.parametrize("comes", WAYS)
def test_whichever_way_a_caller_comes_to_wait_a_screen_of_half_an_hour_ago_is_asked_again(
    comes: Callable[..., Caller], found: Mapping[str, FactValue]
) -> None:
    caller = comes(screen_fresh=False, **found)
    assert caller.heard()[-2:] == ["triage_intro", "triage_saddle"]
    assert "await_other" not in caller.effects  # nobody is fetched from among the questions
    caller.presses("2", "2", "2", "2")
    assert caller.effects[caller.effects.index("renew_screen") - 1 :][:3] == ["record_screen clear", "renew_screen", "await_other"]


@pytest.mark.parametrize("comes", WAYS)
def test_a_sign_of_an_emergency_since_the_payment_brings_nobody_to_a_doctor(comes: Callable[..., Caller]) -> None:
    caller = comes(screen_fresh=False)
    assert caller.presses("2", "1") == ["red_signs", *ADVICE, "take_care"]
    assert caller.gone
    assert not {"await_other", "renew_screen"} & set(caller.effects)


@pytest.mark.parametrize("comes", WAYS)
def test_who_was_cut_off_from_their_talk_is_not_kept_from_it_by_questions(comes: Callable[..., Caller]) -> None:
    caller = comes(screen_fresh=False, talk_begun=True, **HAS_ACCEPTED)
    assert caller.heard()[-1] == "doctor_is_here"


def test_whose_consult_is_over_by_the_time_they_would_wait_is_asked_nothing() -> None:
    caller = asked_to_pay()
    caller.presses("1")
    caller.facts |= PAID
    caller.waits()
    caller.facts |= {"consult_open": False, "consult_paid": False, "screen_fresh": False, "doctor_sought": False, "doctor_found": False}
    caller.facts |= {"talk_over": False, "money_went_back": True}
    assert caller.presses("2") == ["money_goes_back"]


def test_a_caller_whose_money_goes_back_hears_it_first_and_may_ask_for_a_doctor_again() -> None:
    caller = Caller(**REFUND)
    assert caller.heard() == ["refund_amount", "refund_reference", "refund_days"]
    assert caller.presses("4") == ["main_menu"]
    assert caller.presses("1") == ["for_whom"]


# A follow-up with the same doctor, which costs nothing.


def test_a_patient_whom_a_doctor_knows_is_screened_all_the_same_and_then_offered_that_doctor_for_nothing() -> None:
    caller = screened(**KNOWN)
    assert caller.presses("42") == ["follow_up_offer"]
    assert caller.turn.said[0].values == {"follow_up_doctor": "Anil Rao"}
    caller.presses("1")
    assert caller.effects == ["record_screen clear", "open_consult", "give_notice", "quote_follow_up"]
    caller.facts |= {**FREE, "has_follow_up": False}
    assert caller.waits() == SOUGHT
    assert caller.waits(6) == ["follow_up_now"]
    assert caller.gone


def test_a_new_problem_is_asked_about_and_sold_as_any_other() -> None:
    caller = screened(**KNOWN)
    assert caller.presses("42", "2") == ["pain_place"]
    assert caller.presses("1", "2") == ["price_first", "pay_promise", "pay_bank", "pay_menu"]


def test_a_child_whom_a_doctor_knows_needs_a_grown_up_beside_all_the_same() -> None:
    caller = screened(**KNOWN)
    assert caller.presses("9") == ["adult_there"]
    assert caller.presses("1") == ["follow_up_offer"]


def test_a_doctor_who_is_not_there_is_booked_for_the_time_that_was_said() -> None:
    caller = screened(**KNOWN | {"follow_up_doctor_there": False})
    assert caller.presses("42", "1") == ["follow_up_slot"]
    caller.presses("1")
    assert caller.effects[-1] == "book_follow_up"
    assert caller.place.told["follow_up_at"] == NOW
    caller.facts |= {**FREE, "consult_slot_booked": True}
    caller.waits()
    assert (caller.heard(), caller.gone) == (["follow_up_booked"], True)


def test_who_has_a_follow_up_is_screened_and_books_it_while_no_doctor_can_be_had_at_all() -> None:
    caller = screened(**KNOWN | {"can_consult": False, "may_follow_up": True, "follow_up_doctor_there": False})
    assert caller.presses("42", "1") == ["follow_up_slot"]
    caller.presses("1")
    assert caller.effects[-1] == "book_follow_up"
    new_problem = screened(**KNOWN | {"can_consult": False, "may_follow_up": True})
    assert new_problem.presses("42", "2", "1", "2") == ["no_doctor_now", "offer_times"]


def test_who_will_not_wait_for_their_doctor_may_buy_a_consult_now() -> None:
    assert screened(**KNOWN | {"follow_up_doctor_there": False}).presses("42", "1", "2") == ["pain_place"]


def test_where_the_doctor_is_away_for_days_another_one_is_looked_for() -> None:
    caller = screened(**KNOWN | {"follow_up_doctor_there": False, "follow_up_can_wait": False})
    assert caller.presses("42", "1") == ["follow_up_another"]
    assert caller.effects[-1] == "quote_follow_up"


@pytest.mark.parametrize("there", [True, False])
def test_a_follow_up_that_somebody_else_was_faster_with_is_not_promised(there: bool) -> None:
    caller = screened(**KNOWN | {"follow_up_doctor_there": there})
    caller.presses("42", "1") if there else caller.presses("42", "1", "1")
    caller.waits()
    assert (caller.heard(), caller.gone) == (["follow_up_gone"], True)


def test_an_offer_that_is_gone_when_it_is_to_be_said_again_is_no_choice_any_more() -> None:
    caller = screened(**KNOWN)
    caller.presses("42")
    caller.facts["has_follow_up"] = False
    assert caller.presses("*")[0] != "follow_up_offer"


@pytest.mark.parametrize("noes", range(4))
def test_a_sign_of_an_emergency_comes_before_any_follow_up(noes: int) -> None:
    caller = Caller(**KNOWN)
    caller.presses("1", "1", *["2"] * noes)
    assert caller.presses("1") == ["red_signs", *ADVICE, "take_care"]
    assert caller.effects == ["record_screen red"]


def test_who_waits_for_a_follow_up_hears_nothing_of_a_payment_and_may_wait_on_the_line_or_give_it_up() -> None:
    caller = Caller(**FREE)
    assert caller.heard() == ["status_follow_up", "follow_up_wait_menu"]
    assert caller.presses("2") == ["follow_up_cancelled", "main_menu"]
    assert caller.effects == ["check_payment", "cancel_follow_up"]
    assert Caller(**FREE).presses("1") == SOUGHT


def test_who_rings_before_a_booked_follow_up_hears_when_it_is_and_may_give_it_up() -> None:
    caller = Caller(**FREE, consult_slot_booked=True)
    assert caller.heard() == ["status_follow_up_booked", "follow_up_menu"]
    assert caller.presses("2") == ["follow_up_cancelled", "main_menu"]


def test_a_booked_follow_up_begins_when_its_patient_has_passed_the_screen_again() -> None:
    caller = Caller(**FREE, screen_fresh=False, called_back=True)
    assert caller.presses("1") == ["follow_up_due", "triage_intro", "triage_saddle"]
    caller.presses("2", "2", "2", "2")
    assert caller.effects == ["check_payment", "record_screen clear", "begin_follow_up", "renew_screen"]
    caller.facts["screen_fresh"] = True
    assert caller.waits() == SOUGHT


@pytest.mark.parametrize("noes", range(4))
def test_a_sign_of_an_emergency_since_then_ends_a_booked_follow_up(noes: int) -> None:
    caller = Caller(**FREE, screen_fresh=False)
    caller.presses(*["2"] * noes)
    assert caller.presses("1") == ["red_signs", *ADVICE, "take_care"]
    assert caller.effects == ["check_payment", "record_screen red"]


def test_who_is_cut_off_in_a_follow_up_and_rings_again_is_brought_back_to_the_doctor() -> None:
    caller = Caller(**FREE, doctor_sought=False, doctor_ready=True, doctor_name="Anil Rao", doctor_registration="KMC 12")
    assert caller.heard() == ["doctor_is_here"]


def test_a_price_told_for_one_patient_is_told_anew_for_another() -> None:
    caller = screened(price_is_first=False, price=49_900)
    caller.presses("42", "1", "2")
    assert caller.place.told["price"] == 49_900
    caller.facts |= {"price": 24_900, "price_is_first": True}
    caller.presses("2", "1", "2", "2", "2", "2", "2", "42", "1", "2")
    assert caller.heard()[0] == "price_first"
    assert caller.turn.said[0].values == {"price": 24_900}


def test_a_status_is_told_to_a_person_and_to_no_answering_machine() -> None:
    caller = Caller(**PAID, called_back=True)
    assert caller.heard() == ["you_called_us"]
    machine = Caller(**PAID, called_back=True)
    machine.waits(2)
    assert (machine.gone, machine.effects) == (True, ["nobody_there"])
    assert caller.presses("5") == ["status_paid", "status_promise", *SOUGHT]


def test_help_is_a_key_away_while_one_pays() -> None:
    assert asked_to_pay().presses("0") == ["complaint"]
    assert Caller(**UNPAID).presses("0") == ["complaint"]


@pytest.mark.parametrize("keys", [("1", "1", "2", "2", "2"), ("1", "1", "2", "2", "2", "2", "42", "1")])
def test_who_was_cut_off_is_screened_again_from_the_first_question(keys: tuple[str, ...]) -> None:
    caller = Caller()
    caller.presses(*keys)
    left = resume(BOOK, caller.place)
    assert left is not None
    again = Caller(left)
    assert again.heard() == ["welcome_back", "triage_intro", "triage_saddle"]
    assert again.presses("2", "2", "2", "2") == ["privacy_notice", "patient_age"]
