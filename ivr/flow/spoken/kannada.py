"""Kannada: a hundred, thousand, lakh or crore takes another ending when something follows it (ಇನ್ನೂರು, ಇನ್ನೂರ ಒಂದು)."""

from collections.abc import Mapping

from ivr.flow.spoken.fragment import Coins, Keys, words
from ivr.flow.spoken.grouping import Grouped, period, twelve_hour

_SMALL = words("""
    ಸೊನ್ನೆ ಒಂದು ಎರಡು ಮೂರು ನಾಲ್ಕು ಐದು ಆರು ಏಳು ಎಂಟು ಒಂಬತ್ತು
    ಹತ್ತು ಹನ್ನೊಂದು ಹನ್ನೆರಡು ಹದಿಮೂರು ಹದಿನಾಲ್ಕು ಹದಿನೈದು ಹದಿನಾರು ಹದಿನೇಳು ಹದಿನೆಂಟು ಹತ್ತೊಂಬತ್ತು
""")
_TENS = words("ಇಪ್ಪತ್ತ ಮೂವತ್ತ ನಲವತ್ತ ಐವತ್ತ ಅರವತ್ತ ಎಪ್ಪತ್ತ ಎಂಬತ್ತ ತೊಂಬತ್ತ")  # 20, 30 … 90 without their last vowel
_UNITS = ("ು", "ೊಂದು", "ೆರಡು", "ಮೂರು", "ನಾಲ್ಕು", "ೈದು", "ಾರು", "ೇಳು", "ೆಂಟು", "ೊಂಬತ್ತು")  # what 0 … 9 make of it
_HUNDREDS = words("ನೂರ ಇನ್ನೂರ ಮುನ್ನೂರ ನಾನೂರ ಐನೂರ ಆರುನೂರ ಏಳುನೂರ ಎಂಟುನೂರ ಒಂಬೈನೂರ")
_WEEKDAYS = words("ಸೋಮವಾರ ಮಂಗಳವಾರ ಬುಧವಾರ ಗುರುವಾರ ಶುಕ್ರವಾರ ಶನಿವಾರ ಭಾನುವಾರ")
_MONTHS = words("ಜನವರಿ ಫೆಬ್ರವರಿ ಮಾರ್ಚ್ ಏಪ್ರಿಲ್ ಮೇ ಜೂನ್ ಜುಲೈ ಆಗಸ್ಟ್ ಸೆಪ್ಟೆಂಬರ್ ಅಕ್ಟೋಬರ್ ನವೆಂಬರ್ ಡಿಸೆಂಬರ್")

# Everyday use, as in Hindi. CLDR's periods for Kannada have 5 p.m. in the afternoon (ಮಧ್ಯಾಹ್ನ) and 5 a.m. at night (ರಾತ್ರಿ).
_PERIODS = ((0, "night"), (4, "morning"), (12, "afternoon"), (16, "evening"), (20, "night"))

_NUMBERS = (*_SMALL, *(ten + unit for ten in _TENS for unit in _UNITS))

WORDS: Mapping[str, str] = {
    **{f"number-{value}": word for value, word in enumerate(_NUMBERS)},
    **{f"hundred-{count}": f"{word}ು" for count, word in enumerate(_HUNDREDS, 1)},
    **{f"hundred-{count}-and": word for count, word in enumerate(_HUNDREDS, 1)},
    "thousand": "ಸಾವಿರ",
    "thousand-and": "ಸಾವಿರದ",
    "lakh": "ಲಕ್ಷ",
    "lakh-and": "ಲಕ್ಷದ",
    "crore": "ಕೋಟಿ",
    "crore-and": "ಕೋಟಿಯ",
    "rupees": "ರೂಪಾಯಿ",
    "paise": "ಪೈಸೆ",
    "oclock": "ಗಂಟೆಗೆ",
    "hours": "ಗಂಟೆ",
    "minutes": "ನಿಮಿಷಕ್ಕೆ",
    **{f"half-past-{hour}": f"{_NUMBERS[hour].removesuffix('ು')}ೂವರೆ" for hour in range(1, 13)},
    "morning": "ಬೆಳಿಗ್ಗೆ",
    "afternoon": "ಮಧ್ಯಾಹ್ನ",
    "evening": "ಸಂಜೆ",
    "night": "ರಾತ್ರಿ",
    "today": "ಇವತ್ತು",
    "tomorrow": "ನಾಳೆ",
    "day-after-tomorrow": "ನಾಡಿದ್ದು",
    **{f"weekday-{number}": word for number, word in enumerate(_WEEKDAYS, 1)},
    **{f"month-{number}": word for number, word in enumerate(_MONTHS, 1)},
}

COINS = Coins("rupees", "rupees", "paise", "paise")  # counted money stands in the singular, however much it is
DAY_FIRST = True


def number(value: Grouped) -> Keys:
    """ "ಒಂದು ಲಕ್ಷದ ಎರಡು ಸಾವಿರದ ಮುನ್ನೂರ ನಾಲ್ಕು". The joined forms are those of CLDR's rules for Kannada."""
    parts: list[Keys] = [(f"number-{count}", name) for count, name in value.large]
    if value.hundred:
        parts.append((f"hundred-{value.hundred}",))
    if value.rest or not parts:
        parts.append((f"number-{value.rest}",))
    *before, last = parts
    joined = (key for *count, name in before for key in (*count, f"{name}-and"))
    return (*joined, *last)


def clock(hour: int, minute: int) -> Keys:
    """ "ಸಂಜೆ ಆರು ಗಂಟೆಗೆ", "ಸಂಜೆ ಆರೂವರೆ ಗಂಟೆಗೆ", "ಸಂಜೆ ಆರು ಗಂಟೆ ನಲವತ್ತೈದು ನಿಮಿಷಕ್ಕೆ": when, not how late it is."""
    part, face = period(hour, _PERIODS), twelve_hour(hour)
    match minute:
        case 0:
            return (part, f"number-{face}", "oclock")
        case 30:
            return (part, f"half-past-{face}", "oclock")
        case _:
            return (part, f"number-{face}", "hours", f"number-{minute}", "minutes")


def date(weekday: int, day: int, month: int) -> Keys:
    """ "ನವೆಂಬರ್ ಇಪ್ಪತ್ತಮೂರು ಸೋಮವಾರ": with the weekday last it needs no ending to mean "on"."""
    return (f"month-{month}", f"number-{day}", f"weekday-{weekday}")
