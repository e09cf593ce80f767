"""What a flow may name: facts to branch on and to speak of, effects to wish for, kinds of answers, built-in words.

The linter holds every flow against these tables; `ivr.menus` supplies the facts and carries the effects out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from re import compile as regex

from ivr.flow.vocabulary_connecting import CONNECTING_EFFECTS, CONNECTING_FACTS, CONNECTING_PERISHABLE, CONNECTING_VALUES
from ivr.flow.vocabulary_duty import DUTY_EFFECTS, DUTY_FACTS, DUTY_PERISHABLE, DUTY_VALUES
from ivr.flow.vocabulary_follow_up import FOLLOW_UP_EFFECTS, FOLLOW_UP_FACTS, FOLLOW_UP_PERISHABLE, FOLLOW_UP_VALUES
from ivr.flow.vocabulary_kinds import EffectKind, Slot

MOST_KEYS_BESIDES = frozenset("90*")  # they mean the same everywhere, so they are no choices of a menu


YES_OR_NO: Mapping[str, str] = {
    "language_known": "the caller chose a language before, or in this call; or is a doctor, whose languages are in the directory",
    "open_now": "the clinic is open (hours in lines.yaml)",
    "returning_caller": "has talked to this line before",
    "has_mobile": "can be sent a text",
    "can_be_called": "may be called back: an Indian number that this line's provider can call, and not more often than CALL_BACKS_PER_DAY",
    "operator_there": "somebody of the clinic can be rung now (open, and ONCALL_NUMBER is set)",
    "can_consult": "a consult can be sold now: open, priced, a place free, a caller to text and to call, and the emergency screen is fresh",
    "consult_open": "the caller has a consult under way: its status comes before anything else",
    "consult_unpaid": "of that consult: it waits for its payment",
    "consult_paid": "of that consult: the payment came",
    "screen_fresh": "of that consult: its emergency screen still counts",
    "refund_under_way": "of that consult: its money goes back",
    "can_resend_link": "of that consult: the link has not been sent again twice already",
    "link_text_missing": "of that consult: no report says that the text with the link arrived",
    "price_is_first": "the price is that of a first consultation",
    "called_back": "we placed this call",
    "call_booked": "a call was booked with us and is still to come",
    "page_open": "we called somebody on call about an alarm, and nobody has taken it yet",
    "page_emergency": "of that alarm: a caller told of emergency signs",
    "page_unclear": "of that alarm: a caller could not be screened",
    "page_unserved": "of that alarm: a patient has paid, and no doctor came",
    "page_money": "of that alarm: it is about money",
    "page_caller": "of that alarm: it is about a caller who can be rung now, and was not rung twice in this call already",
    **FOLLOW_UP_FACTS,
    **DUTY_FACTS,
    **CONNECTING_FACTS,
}

VALUES: Mapping[str, tuple[Slot, ...]] = {
    "booked_at": (Slot.TIME, Slot.DAY),
    "slot_1": (Slot.TIME, Slot.DAY),
    "slot_2": (Slot.TIME, Slot.DAY),
    "slot_3": (Slot.TIME, Slot.DAY),
    "opens_at": (Slot.TIME, Slot.DAY),
    "grievance_days": (Slot.NUMBER,),
    "price": (Slot.MONEY,),  # of a consult that this caller would buy now, in full
    "serve_minutes": (Slot.NUMBER,),  # a doctor within so many, or the money back
    "consult_amount": (Slot.MONEY,),
    "consult_reference": (Slot.DIGITS,),
    "pay_code": (Slot.DIGITS,),  # to pay at /pay from any other phone
    "key": (Slot.DIGITS,),  # of a language, in its prompt
    **FOLLOW_UP_VALUES,
    **DUTY_VALUES,
    **CONNECTING_VALUES,
}

OFFERED = ("slot_1", "slot_2", "slot_3")  # times at which a call may be booked
PERISHABLE: Mapping[str, str] = {
    "booked_at": "call_booked",
    "consult_amount": "consult_open",
    "consult_reference": "consult_open",
    "pay_code": "consult_unpaid",
    **FOLLOW_UP_PERISHABLE,
    **CONNECTING_PERISHABLE,
    **DUTY_PERISHABLE,
}
"""Values that there may not be: the fact that says whether there is one. They are looked up whenever they are said, and left unsaid once
they have ceased to be; a prompt that speaks of one is then left, as by silence, and not gone on with by who was cut off."""


RECORD_SCREEN = "record_screen"
SCREEN_RESULTS = ("clear", "red", "unclear")
FOR_WHOM = "for_whom"  # an emergency screen is that of the patient named before it
OF_PATIENT = frozenset({"price", "follow_up_at"})  # values that are another patient's once somebody else is named
STATUS_FIRST: Mapping[str, str] = {"open_consult": "consult_open"}
"""Effects that begin what a caller hears of first whenever they ring again, and the fact that tells whether they have one."""


TAKE_PAGE = "take_page"
FOR_STAFF = frozenset({TAKE_PAGE, "answer_offer", *DUTY_EFFECTS})
"""Effects that only somebody of the clinic wishes for: a flow that has one is not for callers."""

EFFECTS: Mapping[str, EffectKind] = {
    "send_text": EffectKind("sends the caller a text", ("template",)),
    "book_call": EffectKind("books a call at a time that was said, with the caller's consent", ("slot",), needs=("can_be_called",)),
    "cancel_call": EffectKind("cancels the calls that were booked or planned"),
    "open_grievance": EffectKind("writes a complaint down, with a due date and a text that says so"),
    RECORD_SCREEN: EffectKind(
        "writes down how an emergency screen ended, and tells whoever is on call of all but clear", ("screen_result",)
    ),
    "give_notice": EffectKind("writes down that the privacy notice was heard, and texts its link once for each version"),
    "open_consult": EffectKind("opens a consult for the patient who passed the screen", screened=True, asks=(FOR_WHOM,)),
    "quote_consult": EffectKind(
        "quotes the price that is said, for good",
        screened=True,
        needs=("can_consult",),
        asks=("age", "pain_place"),
        tells=("price",),
        after=("open_consult", "give_notice"),
    ),
    "ask_to_pay": EffectKind("texts the link to pay by", screened=True, needs=("can_consult",), after=("quote_consult",)),
    "resend_link": EffectKind("texts the same link again", needs=("consult_unpaid", "can_resend_link")),
    "check_payment": EffectKind("asks the gateway now whether the payment came", needs=("consult_open",)),
    "tell_paid": EffectKind("notes that the caller has heard that the payment came", needs=("consult_paid",)),
    "keep_pin_code": EffectKind("keeps where the patient lives, for the doctor", needs=("consult_open",), asks=("pin_code",)),
    "keep_pain_time": EffectKind("keeps for how long it has hurt, for the doctor", needs=("consult_open",), asks=("pain_time",)),
    "cancel_consult": EffectKind("gives up a consult that is not paid", needs=("consult_unpaid",)),
    TAKE_PAGE: EffectKind("whoever is on call takes the alarm that we called about", needs=("page_open",)),
    "nobody_there": EffectKind("says that a machine answered our call, so it counts as not reached"),
    **FOLLOW_UP_EFFECTS,
    **DUTY_EFFECTS,
    **CONNECTING_EFFECTS,
}

TEXT_SLOTS = frozenset({"link", "hotline"})  # all that send_text can fill in a template

# Effects of the engine itself; no flow names them.
REMEMBER_LANGUAGE = "remember_language"
KEEP_NOTE = "keep_voice_note"

OPERATOR, THE_CALLER = "operator", "caller"
WHO = frozenset({OPERATOR, THE_CALLER})  # the second: whom an alarm is about, for who is on call and hears of it

_OF_AGE = 18  # Indian Majority Act 1875, section 3
_AGE = regex(r"[0-9]{1,3}")
_PIN_CODE = regex(r"[1-8][0-9]{5}")


def _then(kept: str) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`digits`: the most that are gathered. `read` gives what is kept, None when the keys make no sense. `said_as`: empty for unsayable.

    `outcomes`: ways on that a step may have, "" for `then`; `outcome` names the one that a kept value takes. Beside "" the others may be
    left out of a step, and then it is `then` for them too.
    """

    digits: int
    read: Callable[[str], str | None]
    outcomes: tuple[str, ...] = ("",)
    said_as: tuple[Slot, ...] = (Slot.DIGITS,)
    outcome: Callable[[str], str] = _then

    @property
    def required(self) -> frozenset[str]:
        """Outcomes that no step may leave out."""
        return frozenset({""} if "" in self.outcomes else self.outcomes)


def _age(keys: str) -> str | None:
    return str(int(keys)) if _AGE.fullmatch(keys) and 0 < int(keys) <= 120 else None


def _of_age(kept: str) -> str:
    """Telemedicine Practice Guidelines 2020: a minor is treated only with an adult beside."""
    return "" if int(kept) >= _OF_AGE else "minor"


ANSWERS: Mapping[str, Answer] = {
    "age": Answer(3, _age, ("", "minor"), said_as=(Slot.NUMBER, Slot.DIGITS), outcome=_of_age),
    "pin_code": Answer(6, lambda keys: keys if _PIN_CODE.fullmatch(keys) else None),
    "yes_no": Answer(1, {"1": "yes", "2": "no"}.get, ("yes", "no"), said_as=(), outcome=str),
    FOR_WHOM: Answer(1, {"1": "self", "2": "other"}.get, said_as=()),
    "pain_place": Answer(1, {"1": "back or neck", "2": "knee or hip", "4": "elsewhere"}.get, said_as=()),
    "pain_time": Answer(1, {"1": "days", "2": "weeks", "4": "months"}.get, said_as=()),
}

TROUBLE, ONE_MOMENT, CHANGED, REPEAT = "trouble", "one_moment", "flow_changed", "*"
AWAY = "away"  # what a static document says while we cannot be reached (`ivr/fallbacks.py`); TROUBLE where a clinic has not worded it
CLEAR = "clear"  # the outcome of an emergency screen that lets a caller go on
PAUSED = "line_paused"  # what a menu line says while it is switched off; TROUBLE where a clinic has not worded it
BUILT_IN_WORDS = (TROUBLE, ONE_MOMENT, CHANGED)
PAGE_WORDS = tuple(f"pay_page_red_sign_{number}" for number in range(1, 10))
"""Read on the pay page and never heard, one sign of an emergency to each; a clinic has as many of them as it likes, or none."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All tables together, so that tests can hold a flow against others."""

    yes_or_no: Mapping[str, str] = field(default_factory=lambda: YES_OR_NO)
    values: Mapping[str, tuple[Slot, ...]] = field(default_factory=lambda: VALUES)
    effects: Mapping[str, EffectKind] = field(default_factory=lambda: EFFECTS)
    answers: Mapping[str, Answer] = field(default_factory=lambda: ANSWERS)
    who: frozenset[str] = WHO
