"""Numbers, money, digits, times and days as a person says them, in English (India), Hindi and Kannada.

Every saying is a row of fragments: recordings played one after another, or their texts for a voice that reads.
A language is one module: its words, and the order they come in.
"""

from collections.abc import Mapping

from ivr.flow.spoken import english, hindi, kannada
from ivr.flow.spoken.fragment import Fragment, Keys, Tongue, text_of
from ivr.flow.spoken.grouping import group
from ivr.model.india import in_india, is_another_day
from ivr.model.values import Language, Paise

__all__ = [
    "Fragment",
    "all_fragments",
    "say_day",
    "say_digits",
    "say_money",
    "say_number",
    "say_time",
    "say_when",
    "speaking_rate",
    "text_of",
]

_TONGUES: Mapping[Language, Tongue] = {Language.ENGLISH: english, Language.HINDI: hindi, Language.KANNADA: kannada}
_RATES: Mapping[Language, float] = {Language.ENGLISH: 14.0, Language.HINDI: 12.0, Language.KANNADA: 12.0}
_NEAR_DAYS = ("today", "tomorrow", "day-after-tomorrow")


def say_number(value: int, language: Language) -> tuple[Fragment, ...]:
    """0 to 999,999,999 in lakhs and crores; ValueError for any other."""
    return _say(_TONGUES[language].number(group(value)), language)


def say_money(amount: Paise, language: Language) -> tuple[Fragment, ...]:
    """Rupees, then paise when there are any; rupees that are none go unsaid before paise. ValueError as in `say_number`."""
    tongue = _TONGUES[language]
    coins = tongue.COINS
    rupees, paise = divmod(amount.amount, 100)
    whole = (*tongue.number(group(rupees)), coins.rupee if rupees == 1 else coins.rupees)
    broken = (*tongue.number(group(paise)), coins.paisa if paise == 1 else coins.paise)
    if not paise:
        return _say(whole, language)
    return _say((*whole, *coins.between, *broken) if rupees else broken, language)


def say_digits(digits: str, language: Language) -> tuple[Fragment, ...]:
    """Each of 0 to 9 by itself, as for 112 or a PIN; ValueError for none at all and for anything else in it."""
    if not (digits.isascii() and digits.isdecimal()):
        raise ValueError("only the digits 0 to 9 are spoken one by one")
    return _say(tuple(f"number-{digit}" for digit in digits), language)


def say_time(at: int, language: Language) -> tuple[Fragment, ...]:
    """The clock in India at the moment `at` (UTC milliseconds), to the minute.

    It answers "when": Hindi and Kannada carry their "at" in the last word; in English the sentence has it ("at {time}").
    """
    local = in_india(at)
    return _say(_TONGUES[language].clock(local.hour, local.minute), language)


def say_when(at: int, now: int, language: Language) -> tuple[Fragment, ...]:
    """As `say_time`, with its day where a clock alone would be taken for today's: "six in the evening tomorrow", "कल शाम छह बजे"."""
    clock = say_time(at, language)
    if not is_another_day(at, now):
        return clock
    day = say_day(at, now, language)
    return (*day, *clock) if _TONGUES[language].DAY_FIRST else (*clock, *day)


def say_day(at: int, now: int, language: Language) -> tuple[Fragment, ...]:
    """The day in India of the moment `at` (both UTC milliseconds), as seen from `now`; the year is never said.

    Today, tomorrow and the day after have their names; any other day, a past one too, is weekday and date (कल alone
    would be yesterday as well).
    """
    day = in_india(at).date()
    ahead = (day - in_india(now).date()).days
    if 0 <= ahead < len(_NEAR_DAYS):
        return _say((_NEAR_DAYS[ahead],), language)
    return _say(_TONGUES[language].date(day.isoweekday(), day.day, day.month), language)


def all_fragments(language: Language) -> tuple[Fragment, ...]:
    """The recording list: every fragment that the functions here can return, each key once."""
    return tuple(Fragment(key, text) for key, text in _TONGUES[language].WORDS.items())


def speaking_rate(language: Language) -> float:
    """Characters a second of ordinary telephone text-to-speech; a character is a Unicode code point, spaces included.

    Measured on fifteen prompts like ours (greeting, menu, price, wait; five a language), pauses at full stops counted in, synthesised by
    eSpeak NG 1.52 at its setting of 150 words a minute: 14.3 English, 12.4 Hindi, 12.4 Kannada. Ten words more or fewer move each by
    about 7 %. Rounded down, since voices differ by as much (Amazon Polly, "Timing a voice speed", gives no standard rate).
    """
    return _RATES[language]


def _say(keys: Keys, language: Language) -> tuple[Fragment, ...]:
    words = _TONGUES[language].WORDS
    return tuple(Fragment(key, words[key]) for key in keys)
