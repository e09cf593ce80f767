"""English as India speaks it: lakh and crore, "and" before the last two digits, the day before the month."""

from collections.abc import Mapping

from ivr.flow.spoken.fragment import Coins, Keys, words
from ivr.flow.spoken.grouping import Grouped, period, twelve_hour

_SMALL = words("""
    zero one two three four five six seven eight nine
    ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
""")
_TENS = words("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = words("""
    first second third fourth fifth sixth seventh eighth ninth tenth
    eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
    twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth
    thirty-first
""")
_WEEKDAYS = words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
_MONTHS = words("January February March April May June July August September October November December")

# CLDR's English day periods, but for two: evening from five and morning from four, as India has it.
_PERIODS = ((0, "night"), (4, "morning"), (12, "afternoon"), (17, "evening"), (21, "night"))

_NUMBERS = (*_SMALL, *(f"{ten}-{_SMALL[unit]}" if unit else ten for ten in _TENS for unit in range(10)))

WORDS: Mapping[str, str] = {
    **{f"number-{value}": word for value, word in enumerate(_NUMBERS)},
    "hundred": "hundred",
    "thousand": "thousand",
    "lakh": "lakh",
    "crore": "crore",
    "and": "and",
    "rupee": "rupee",
    "rupees": "rupees",
    "paisa": "paisa",
    "paise": "paise",
    "half-past": "half past",
    "oh": "oh",
    "morning": "in the morning",
    "noon": "noon",
    "afternoon": "in the afternoon",
    "evening": "in the evening",
    "night": "at night",
    "midnight": "midnight",
    "today": "today",
    "tomorrow": "tomorrow",
    "day-after-tomorrow": "the day after tomorrow",
    **{f"weekday-{number}": word for number, word in enumerate(_WEEKDAYS, 1)},
    **{f"day-{number}": f"the {word} of" for number, word in enumerate(_ORDINALS, 1)},
    **{f"month-{number}": word for number, word in enumerate(_MONTHS, 1)},
}

COINS = Coins("rupee", "rupees", "paisa", "paise", between=("and",))
DAY_FIRST = False


def number(value: Grouped) -> Keys:
    """ "one lakh two thousand three hundred and four"."""
    keys = [key for count, name in value.large for key in (f"number-{count}", name)]
    if value.hundred:
        keys += [f"number-{value.hundred}", "hundred"]
    if keys and value.rest:
        keys.append("and")
    if value.rest or not keys:
        keys.append(f"number-{value.rest}")
    return tuple(keys)


def clock(hour: int, minute: int) -> Keys:
    """ "six in the evening", "half past six …", "six forty-five …", "six oh five …", "twelve noon", "twelve midnight"."""
    face = f"number-{twelve_hour(hour)}"
    part = period(hour, _PERIODS)
    match hour, minute:
        case 0, 0:
            return (face, "midnight")
        case 12, 0:
            return (face, "noon")
        case _, 0:
            return (face, part)
        case _, 30:
            return ("half-past", face, part)
        case _ if minute < 10:
            return (face, "oh", f"number-{minute}", part)
        case _:
            return (face, f"number-{minute}", part)


def date(weekday: int, day: int, month: int) -> Keys:
    """ "Monday the twenty-third of November"."""
    return (f"weekday-{weekday}", f"day-{day}", f"month-{month}")
