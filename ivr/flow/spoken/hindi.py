"""Hindi: every number below a hundred has a word of its own, and the quarters of an hour have theirs."""

from collections.abc import Mapping

from ivr.flow.spoken.fragment import Coins, Keys, words
from ivr.flow.spoken.grouping import Grouped, period, twelve_hour

# Spellings vary, not the words: each of these is the form of CLDR's rules for Hindi, of num2words, or (as far as fifty) of the list
# that the Central Hindi Directorate settled on in February 1980.
_NUMBERS = words("""
    शून्य एक दो तीन चार पाँच छह सात आठ नौ
    दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस
    बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस
    तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस
    चालीस इकतालीस बयालीस तैंतालीस चवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास
    पचास इक्यावन बावन तिरेपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ
    साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर
    सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उनासी
    अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी
    नब्बे इक्यानवे बानवे तिरानवे चौरानवे पचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे
""")
_WEEKDAYS = words("सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार")
_MONTHS = words("जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्तूबर नवंबर दिसंबर")

_PERIODS = ((0, "night"), (4, "morning"), (12, "afternoon"), (16, "evening"), (20, "night"))  # CLDR, day periods of Hindi

WORDS: Mapping[str, str] = {
    **{f"number-{value}": word for value, word in enumerate(_NUMBERS)},
    "hundred": "सौ",
    "thousand": "हज़ार",
    "lakh": "लाख",
    "crore": "करोड़",
    "rupee": "रुपया",
    "rupees": "रुपये",
    "paisa": "पैसा",
    "paise": "पैसे",
    "oclock": "बजे",
    "quarter-past": "सवा",
    "half-past": "साढ़े",
    "half-past-1": "डेढ़",
    "half-past-2": "ढाई",
    "quarter-to": "पौने",
    "past": "बजकर",
    "minutes": "मिनट पर",
    "morning": "सुबह",
    "afternoon": "दोपहर",
    "evening": "शाम",
    "night": "रात",
    "today": "आज",
    "tomorrow": "कल",
    "day-after-tomorrow": "परसों",
    **{f"weekday-{number}": word for number, word in enumerate(_WEEKDAYS, 1)},
    **{f"month-{number}": f"{word} को" for number, word in enumerate(_MONTHS, 1)},
}

COINS = Coins("rupee", "rupees", "paisa", "paise")
DAY_FIRST = True


def number(value: Grouped) -> Keys:
    """ "एक लाख दो हज़ार तीन सौ चार"."""
    keys = [key for count, name in value.large for key in (f"number-{count}", name)]
    if value.hundred:
        keys += [f"number-{value.hundred}", "hundred"]
    if value.rest or not keys:
        keys.append(f"number-{value.rest}")
    return tuple(keys)


def clock(hour: int, minute: int) -> Keys:
    """ "शाम छह बजे", "शाम सवा छह बजे", "शाम साढ़े छह बजे", "शाम पौने सात बजे", "शाम छह बजकर पाँच मिनट पर": when, not how late it is.

    Half past one is डेढ़ and half past two is ढाई, never साढ़े. Source: University of Minnesota, open Hindi-Urdu
    course, grammar notes 9.3.
    """
    return (period(hour, _PERIODS), *_face(twelve_hour(hour), minute))


def _face(hour: int, minute: int) -> Keys:
    match minute:
        case 0:
            return (f"number-{hour}", "oclock")
        case 15:
            return ("quarter-past", f"number-{hour}", "oclock")
        case 30 if hour <= 2:
            return (f"half-past-{hour}", "oclock")
        case 30:
            return ("half-past", f"number-{hour}", "oclock")
        case 45:
            return ("quarter-to", f"number-{hour % 12 + 1}", "oclock")
        case _:
            return (f"number-{hour}", "past", f"number-{minute}", "minutes")


def date(weekday: int, day: int, month: int) -> Keys:
    """ "सोमवार तेईस नवंबर को": the को makes it fit where आज and कल do."""
    return (f"weekday-{weekday}", f"number-{day}", f"month-{month}")
