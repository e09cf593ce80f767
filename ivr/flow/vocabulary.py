"""What a flow may name: facts to branch on and to speak of, effects to wish for, kinds of answers, built-in words.

The linter holds every flow against these tables; `ivr.menus` supplies the facts and carries the effects out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from re import compile as regex

MOST_KEYS_BESIDES = frozenset("90*")  # they mean the same everywhere, so they are no choices of a menu


class Slot(StrEnum):
    """How a value is said: `{fee:money}`."""

    NUMBER = "number"
    MONEY = "money"  # in paise
    DIGITS = "digits"
    TIME = "time"  # UTC milliseconds
    DAY = "day"  # UTC milliseconds


YES_OR_NO: Mapping[str, str] = {
    "language_known": "the caller chose a language before, or in this call",
    "open_now": "the clinic is open (hours in lines.yaml)",
    "returning_caller": "has talked to this line before",
    "has_mobile": "can be sent a text",
    "can_be_called": "may be called back: an Indian number that this line's provider can call, and not more often than CALL_BACKS_PER_DAY",
    "operator_there": "somebody of the clinic can be rung now (open, and ONCALL_NUMBER is set)",
    "doctor_on_duty": "a doctor can be rung now",
    "called_back": "we placed this call",
    "call_booked": "a call was booked with us and is still to come",
}

VALUES: Mapping[str, tuple[Slot, ...]] = {
    "booked_at": (Slot.TIME, Slot.DAY),
    "slot_1": (Slot.TIME, Slot.DAY),
    "slot_2": (Slot.TIME, Slot.DAY),
    "slot_3": (Slot.TIME, Slot.DAY),
    "opens_at": (Slot.TIME, Slot.DAY),
    "grievance_days": (Slot.NUMBER,),
    "key": (Slot.DIGITS,),  # of a language, in its prompt
}

OFFERED = ("slot_1", "slot_2", "slot_3")  # times at which a call may be booked
PERISHABLE: Mapping[str, str] = {"booked_at": "call_booked"}
"""Values that there may not be: the fact that says whether there is one. What may have ceased to be is not gone on with, either."""


@dataclass(frozen=True, slots=True)
class EffectKind:
    """`arguments`: what each one names. `screened`: money or a doctor, so only behind the emergency screen.

    `needs`: facts that a flow must have asked for and found true, whichever way a caller took.
    """

    about: str
    arguments: tuple[str, ...] = ()
    screened: bool = False
    needs: tuple[str, ...] = ()


EFFECTS: Mapping[str, EffectKind] = {
    "send_text": EffectKind("sends the caller a text", ("template",)),
    "book_call": EffectKind("books a call at a time that was said, with the caller's consent", ("slot",), needs=("can_be_called",)),
    "cancel_call": EffectKind("cancels the calls that were booked or planned"),
    "open_grievance": EffectKind("writes a complaint down, with a due date and a text that says so"),
    "nobody_there": EffectKind("says that a machine answered our call, so it counts as not reached"),
}

TEXT_SLOTS = frozenset({"link", "hotline"})  # all that send_text can fill in a template

# Effects of the engine itself; no flow names them.
REMEMBER_LANGUAGE = "remember_language"
KEEP_NOTE = "keep_voice_note"

WHO = frozenset({"operator"})

_AGE = regex(r"[0-9]{1,3}")
_PIN_CODE = regex(r"[1-8][0-9]{5}")


@dataclass(frozen=True, slots=True)
class Answer:
    """`digits`: the most that are gathered. `read` gives what is kept, None when the keys make no sense. `said_as`: empty for unsayable."""

    digits: int
    read: Callable[[str], str | None]
    outcomes: tuple[str, ...] = ("",)
    said_as: tuple[Slot, ...] = (Slot.DIGITS,)


def _age(keys: str) -> str | None:
    return str(int(keys)) if _AGE.fullmatch(keys) and 0 < int(keys) <= 120 else None


ANSWERS: Mapping[str, Answer] = {
    "age": Answer(3, _age, said_as=(Slot.NUMBER, Slot.DIGITS)),
    "pin_code": Answer(6, lambda keys: keys if _PIN_CODE.fullmatch(keys) else None),
    "yes_no": Answer(1, {"1": "yes", "2": "no"}.get, ("yes", "no"), said_as=()),
}

TROUBLE, ONE_MOMENT, CHANGED, REPEAT = "trouble", "one_moment", "flow_changed", "*"
CLEAR = "clear"  # the outcome of an emergency screen that lets a caller go on
BUILT_IN_WORDS = (TROUBLE, ONE_MOMENT, CHANGED)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All tables together, so that tests can hold a flow against others."""

    yes_or_no: Mapping[str, str] = field(default_factory=lambda: YES_OR_NO)
    values: Mapping[str, tuple[Slot, ...]] = field(default_factory=lambda: VALUES)
    effects: Mapping[str, EffectKind] = field(default_factory=lambda: EFFECTS)
    answers: Mapping[str, Answer] = field(default_factory=lambda: ANSWERS)
    who: frozenset[str] = WHO
