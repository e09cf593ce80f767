"""Numbers, money, digits, times and days, as somebody in India would say them.

The tables of words are independent of the code: CLDR's spell-out rules (Hindi as ICU 72 speaks them; Kannada from the rules that CLDR
added in 2026). English was compared with num2words' en_IN, and all three with these rules on sixty thousand numbers up to 999,999,999.
"""

from datetime import datetime, timedelta

import pytest

from ivr.flow.spoken import say_day, say_digits, say_money, say_number, say_time, say_when, speaking_rate, text_of
from ivr.model.values import Language, Paise

EN, HI, KN = Language.ENGLISH, Language.HINDI, Language.KANNADA
LANGUAGES = pytest.mark.parametrize("language", list(Language))


def listed(table: str) -> list[str]:
    return table.split()


CLDR_HINDI = listed("""
    शून्य एक दो तीन चार पाँच छह सात आठ नौ
    दस ग्यारह बारह तेरह चौदह पन्द्रह सोलह सत्रह अठारह उन्नीस
    बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस
    तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस
    चालीस इकतालीस बयालीस तैंतालीस चौवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास
    पचास इक्यावन बावन तिरेपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ
    साठ इकसठ बासठ तिरेसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर
    सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उनासी
    अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी
    नब्बे इक्यानबे बानबे तिरानबे चौरानबे पंचानबे छियानबे सत्तानबे अट्ठानबे निन्यानबे
""")
CLDR_KANNADA = listed("""
    ಸೊನ್ನೆ ಒಂದು ಎರಡು ಮೂರು ನಾಲ್ಕು ಐದು ಆರು ಏಳು ಎಂಟು ಒಂಬತ್ತು
    ಹತ್ತು ಹನ್ನೊಂದು ಹನ್ನೆರಡು ಹದಿಮೂರು ಹದಿನಾಲ್ಕು ಹದಿನೈದು ಹದಿನಾರು ಹದಿನೇಳು ಹದಿನೆಂಟು ಹತ್ತೊಂಬತ್ತು
    ಇಪ್ಪತ್ತು ಇಪ್ಪತ್ತೊಂದು ಇಪ್ಪತ್ತೆರಡು ಇಪ್ಪತ್ತಮೂರು ಇಪ್ಪತ್ತನಾಲ್ಕು ಇಪ್ಪತ್ತೈದು ಇಪ್ಪತ್ತಾರು ಇಪ್ಪತ್ತೇಳು ಇಪ್ಪತ್ತೆಂಟು ಇಪ್ಪತ್ತೊಂಬತ್ತು
    ಮೂವತ್ತು ಮೂವತ್ತೊಂದು ಮೂವತ್ತೆರಡು ಮೂವತ್ತಮೂರು ಮೂವತ್ತನಾಲ್ಕು ಮೂವತ್ತೈದು ಮೂವತ್ತಾರು ಮೂವತ್ತೇಳು ಮೂವತ್ತೆಂಟು ಮೂವತ್ತೊಂಬತ್ತು
    ನಲವತ್ತು ನಲವತ್ತೊಂದು ನಲವತ್ತೆರಡು ನಲವತ್ತಮೂರು ನಲವತ್ತನಾಲ್ಕು ನಲವತ್ತೈದು ನಲವತ್ತಾರು ನಲವತ್ತೇಳು ನಲವತ್ತೆಂಟು ನಲವತ್ತೊಂಬತ್ತು
    ಐವತ್ತು ಐವತ್ತೊಂದು ಐವತ್ತೆರಡು ಐವತ್ತಮೂರು ಐವತ್ತನಾಲ್ಕು ಐವತ್ತೈದು ಐವತ್ತಾರು ಐವತ್ತೇಳು ಐವತ್ತೆಂಟು ಐವತ್ತೊಂಬತ್ತು
    ಅರವತ್ತು ಅರವತ್ತೊಂದು ಅರವತ್ತೆರಡು ಅರವತ್ತಮೂರು ಅರವತ್ತನಾಲ್ಕು ಅರವತ್ತೈದು ಅರವತ್ತಾರು ಅರವತ್ತೇಳು ಅರವತ್ತೆಂಟು ಅರವತ್ತೊಂಬತ್ತು
    ಎಪ್ಪತ್ತು ಎಪ್ಪತ್ತೊಂದು ಎಪ್ಪತ್ತೆರಡು ಎಪ್ಪತ್ತಮೂರು ಎಪ್ಪತ್ತನಾಲ್ಕು ಎಪ್ಪತ್ತೈದು ಎಪ್ಪತ್ತಾರು ಎಪ್ಪತ್ತೇಳು ಎಪ್ಪತ್ತೆಂಟು ಎಪ್ಪತ್ತೊಂಬತ್ತು
    ಎಂಬತ್ತು ಎಂಬತ್ತೊಂದು ಎಂಬತ್ತೆರಡು ಎಂಬತ್ತಮೂರು ಎಂಬತ್ತನಾಲ್ಕು ಎಂಬತ್ತೈದು ಎಂಬತ್ತಾರು ಎಂಬತ್ತೇಳು ಎಂಬತ್ತೆಂಟು ಎಂಬತ್ತೊಂಬತ್ತು
    ತೊಂಬತ್ತು ತೊಂಬತ್ತೊಂದು ತೊಂಬತ್ತೆರಡು ತೊಂಬತ್ತಮೂರು ತೊಂಬತ್ತನಾಲ್ಕು ತೊಂಬತ್ತೈದು ತೊಂಬತ್ತಾರು ತೊಂಬತ್ತೇಳು ತೊಂಬತ್ತೆಂಟು ತೊಂಬತ್ತೊಂಬತ್ತು
""")

# Where we spell Hindi otherwise than CLDR: 15 in today's spelling, 44 as the Central Hindi Directorate has it, 63 and the nineties as
# num2words has them.
OUR_HINDI = {
    "पन्द्रह": "पंद्रह",
    "चौवालीस": "चवालीस",
    "तिरेसठ": "तिरसठ",
    "पंचानबे": "पचानवे",
    **{word: word.removesuffix("बे") + "वे" for word in CLDR_HINDI[91:] if word != "पंचानबे"},
}


def india(text: str) -> int:
    """UTC milliseconds of a moment on an Indian clock: "2026-11-23 18:00"."""
    return int((datetime.fromisoformat(f"{text}+00:00") - timedelta(hours=5, minutes=30)).timestamp() * 1000)


def test_hindi_has_the_right_word_for_each_number_below_a_hundred() -> None:
    assert [text_of(say_number(value, HI)) for value in range(100)] == [OUR_HINDI.get(word, word) for word in CLDR_HINDI]


def test_kannada_has_the_right_word_for_each_number_below_a_hundred() -> None:
    assert [text_of(say_number(value, KN)) for value in range(100)] == CLDR_KANNADA


@pytest.mark.parametrize(
    ("value", "english", "hindi", "kannada"),
    [
        (0, "zero", "शून्य", "ಸೊನ್ನೆ"),
        (42, "forty-two", "बयालीस", "ನಲವತ್ತೆರಡು"),
        (100, "one hundred", "एक सौ", "ನೂರು"),
        (101, "one hundred and one", "एक सौ एक", "ನೂರ ಒಂದು"),
        (112, "one hundred and twelve", "एक सौ बारह", "ನೂರ ಹನ್ನೆರಡು"),
        (200, "two hundred", "दो सौ", "ಇನ್ನೂರು"),
        (249, "two hundred and forty-nine", "दो सौ उनचास", "ಇನ್ನೂರ ನಲವತ್ತೊಂಬತ್ತು"),
        (300, "three hundred", "तीन सौ", "ಮುನ್ನೂರು"),
        (369, "three hundred and sixty-nine", "तीन सौ उनहत्तर", "ಮುನ್ನೂರ ಅರವತ್ತೊಂಬತ್ತು"),
        (499, "four hundred and ninety-nine", "चार सौ निन्यानवे", "ನಾನೂರ ತೊಂಬತ್ತೊಂಬತ್ತು"),
        (500, "five hundred", "पाँच सौ", "ಐನೂರು"),
        (659, "six hundred and fifty-nine", "छह सौ उनसठ", "ಆರುನೂರ ಐವತ್ತೊಂಬತ್ತು"),
        (789, "seven hundred and eighty-nine", "सात सौ नवासी", "ಏಳುನೂರ ಎಂಬತ್ತೊಂಬತ್ತು"),
        (810, "eight hundred and ten", "आठ सौ दस", "ಎಂಟುನೂರ ಹತ್ತು"),
        (999, "nine hundred and ninety-nine", "नौ सौ निन्यानवे", "ಒಂಬೈನೂರ ತೊಂಬತ್ತೊಂಬತ್ತು"),
        (1_000, "one thousand", "एक हज़ार", "ಒಂದು ಸಾವಿರ"),
        (1_001, "one thousand and one", "एक हज़ार एक", "ಒಂದು ಸಾವಿರದ ಒಂದು"),
        (1_200, "one thousand two hundred", "एक हज़ार दो सौ", "ಒಂದು ಸಾವಿರದ ಇನ್ನೂರು"),
        (99_000, "ninety-nine thousand", "निन्यानवे हज़ार", "ತೊಂಬತ್ತೊಂಬತ್ತು ಸಾವಿರ"),
        (1_00_000, "one lakh", "एक लाख", "ಒಂದು ಲಕ್ಷ"),
        (1_00_001, "one lakh and one", "एक लाख एक", "ಒಂದು ಲಕ್ಷದ ಒಂದು"),
        (2_49_000, "two lakh forty-nine thousand", "दो लाख उनचास हज़ार", "ಎರಡು ಲಕ್ಷದ ನಲವತ್ತೊಂಬತ್ತು ಸಾವಿರ"),
        (1_00_00_000, "one crore", "एक करोड़", "ಒಂದು ಕೋಟಿ"),
        (
            12_34_56_789,
            "twelve crore thirty-four lakh fifty-six thousand seven hundred and eighty-nine",
            "बारह करोड़ चौंतीस लाख छप्पन हज़ार सात सौ नवासी",
            "ಹನ್ನೆರಡು ಕೋಟಿಯ ಮೂವತ್ತನಾಲ್ಕು ಲಕ್ಷದ ಐವತ್ತಾರು ಸಾವಿರದ ಏಳುನೂರ ಎಂಬತ್ತೊಂಬತ್ತು",
        ),
    ],
)
def test_numbers_are_said_in_lakhs_and_crores(value: int, english: str, hindi: str, kannada: str) -> None:
    assert [text_of(say_number(value, language)) for language in (EN, HI, KN)] == [english, hindi, kannada]


@pytest.mark.parametrize(
    ("paise", "english", "hindi", "kannada"),
    [
        (24_900, "two hundred and forty-nine rupees", "दो सौ उनचास रुपये", "ಇನ್ನೂರ ನಲವತ್ತೊಂಬತ್ತು ರೂಪಾಯಿ"),
        (49_900, "four hundred and ninety-nine rupees", "चार सौ निन्यानवे रुपये", "ನಾನೂರ ತೊಂಬತ್ತೊಂಬತ್ತು ರೂಪಾಯಿ"),
        (10_050, "one hundred rupees and fifty paise", "एक सौ रुपये पचास पैसे", "ನೂರು ರೂಪಾಯಿ ಐವತ್ತು ಪೈಸೆ"),
        (101, "one rupee and one paisa", "एक रुपया एक पैसा", "ಒಂದು ರೂಪಾಯಿ ಒಂದು ಪೈಸೆ"),
        (100, "one rupee", "एक रुपया", "ಒಂದು ರೂಪಾಯಿ"),
        (75, "seventy-five paise", "पचहत्तर पैसे", "ಎಪ್ಪತ್ತೈದು ಪೈಸೆ"),
        (0, "zero rupees", "शून्य रुपये", "ಸೊನ್ನೆ ರೂಪಾಯಿ"),
    ],
)
def test_money_is_rupees_and_paise_only_where_there_are_any(paise: int, english: str, hindi: str, kannada: str) -> None:
    assert [text_of(say_money(Paise(paise), language)) for language in (EN, HI, KN)] == [english, hindi, kannada]


@pytest.mark.parametrize(
    ("clock", "english", "hindi", "kannada"),
    [
        ("00:00", "twelve midnight", "रात बारह बजे", "ರಾತ್ರಿ ಹನ್ನೆರಡು ಗಂಟೆಗೆ"),
        ("00:30", "half past twelve at night", "रात साढ़े बारह बजे", "ರಾತ್ರಿ ಹನ್ನೆರಡೂವರೆ ಗಂಟೆಗೆ"),
        ("03:59", "three fifty-nine at night", "रात तीन बजकर उनसठ मिनट पर", "ರಾತ್ರಿ ಮೂರು ಗಂಟೆ ಐವತ್ತೊಂಬತ್ತು ನಿಮಿಷಕ್ಕೆ"),
        ("04:00", "four in the morning", "सुबह चार बजे", "ಬೆಳಿಗ್ಗೆ ನಾಲ್ಕು ಗಂಟೆಗೆ"),
        ("08:15", "eight fifteen in the morning", "सुबह सवा आठ बजे", "ಬೆಳಿಗ್ಗೆ ಎಂಟು ಗಂಟೆ ಹದಿನೈದು ನಿಮಿಷಕ್ಕೆ"),
        ("09:05", "nine oh five in the morning", "सुबह नौ बजकर पाँच मिनट पर", "ಬೆಳಿಗ್ಗೆ ಒಂಬತ್ತು ಗಂಟೆ ಐದು ನಿಮಿಷಕ್ಕೆ"),
        ("10:30", "half past ten in the morning", "सुबह साढ़े दस बजे", "ಬೆಳಿಗ್ಗೆ ಹತ್ತೂವರೆ ಗಂಟೆಗೆ"),
        ("12:00", "twelve noon", "दोपहर बारह बजे", "ಮಧ್ಯಾಹ್ನ ಹನ್ನೆರಡು ಗಂಟೆಗೆ"),
        ("12:45", "twelve forty-five in the afternoon", "दोपहर पौने एक बजे", "ಮಧ್ಯಾಹ್ನ ಹನ್ನೆರಡು ಗಂಟೆ ನಲವತ್ತೈದು ನಿಮಿಷಕ್ಕೆ"),
        ("13:15", "one fifteen in the afternoon", "दोपहर सवा एक बजे", "ಮಧ್ಯಾಹ್ನ ಒಂದು ಗಂಟೆ ಹದಿನೈದು ನಿಮಿಷಕ್ಕೆ"),
        ("13:30", "half past one in the afternoon", "दोपहर डेढ़ बजे", "ಮಧ್ಯಾಹ್ನ ಒಂದೂವರೆ ಗಂಟೆಗೆ"),
        ("14:30", "half past two in the afternoon", "दोपहर ढाई बजे", "ಮಧ್ಯಾಹ್ನ ಎರಡೂವರೆ ಗಂಟೆಗೆ"),
        ("15:30", "half past three in the afternoon", "दोपहर साढ़े तीन बजे", "ಮಧ್ಯಾಹ್ನ ಮೂರೂವರೆ ಗಂಟೆಗೆ"),
        ("16:00", "four in the afternoon", "शाम चार बजे", "ಸಂಜೆ ನಾಲ್ಕು ಗಂಟೆಗೆ"),
        ("17:00", "five in the evening", "शाम पाँच बजे", "ಸಂಜೆ ಐದು ಗಂಟೆಗೆ"),
        ("18:00", "six in the evening", "शाम छह बजे", "ಸಂಜೆ ಆರು ಗಂಟೆಗೆ"),
        ("18:30", "half past six in the evening", "शाम साढ़े छह बजे", "ಸಂಜೆ ಆರೂವರೆ ಗಂಟೆಗೆ"),
        ("18:45", "six forty-five in the evening", "शाम पौने सात बजे", "ಸಂಜೆ ಆರು ಗಂಟೆ ನಲವತ್ತೈದು ನಿಮಿಷಕ್ಕೆ"),
        ("20:00", "eight in the evening", "रात आठ बजे", "ರಾತ್ರಿ ಎಂಟು ಗಂಟೆಗೆ"),
        ("21:01", "nine oh one at night", "रात नौ बजकर एक मिनट पर", "ರಾತ್ರಿ ಒಂಬತ್ತು ಗಂಟೆ ಒಂದು ನಿಮಿಷಕ್ಕೆ"),
        ("23:45", "eleven forty-five at night", "रात पौने बारह बजे", "ರಾತ್ರಿ ಹನ್ನೊಂದು ಗಂಟೆ ನಲವತ್ತೈದು ನಿಮಿಷಕ್ಕೆ"),
    ],
)
def test_times_around_the_clock_are_said_as_people_say_them(clock: str, english: str, hindi: str, kannada: str) -> None:
    at = india(f"2026-11-23 {clock}")
    assert [text_of(say_time(at, language)) for language in (EN, HI, KN)] == [english, hindi, kannada]


@pytest.mark.parametrize(
    ("at", "english", "hindi", "kannada"),
    [
        ("2026-11-20 00:00", "today", "आज", "ಇವತ್ತು"),
        ("2026-11-20 23:59", "today", "आज", "ಇವತ್ತು"),
        ("2026-11-21 00:00", "tomorrow", "कल", "ನಾಳೆ"),
        ("2026-11-22 23:59", "the day after tomorrow", "परसों", "ನಾಡಿದ್ದು"),
        ("2026-11-23 00:00", "Monday the twenty-third of November", "सोमवार तेईस नवंबर को", "ನವೆಂಬರ್ ಇಪ್ಪತ್ತಮೂರು ಸೋಮವಾರ"),
        ("2026-11-19 12:00", "Thursday the nineteenth of November", "गुरुवार उन्नीस नवंबर को", "ನವೆಂಬರ್ ಹತ್ತೊಂಬತ್ತು ಗುರುವಾರ"),
        ("2027-01-31 12:00", "Sunday the thirty-first of January", "रविवार इकतीस जनवरी को", "ಜನವರಿ ಮೂವತ್ತೊಂದು ಭಾನುವಾರ"),
    ],
)
def test_near_days_have_names_and_others_a_date(at: str, english: str, hindi: str, kannada: str) -> None:
    now = india("2026-11-20 02:00")  # in Greenwich it is still the 19th
    assert [text_of(say_day(india(at), now, language)) for language in (EN, HI, KN)] == [english, hindi, kannada]


@pytest.mark.parametrize(
    ("at", "english", "hindi", "kannada"),
    [
        ("2026-11-20 18:00", "six in the evening", "शाम छह बजे", "ಸಂಜೆ ಆರು ಗಂಟೆಗೆ"),
        ("2026-11-21 00:00", "twelve midnight", "रात बारह बजे", "ರಾತ್ರಿ ಹನ್ನೆರಡು ಗಂಟೆಗೆ"),  # which ends today
        ("2026-11-21 06:00", "six in the morning tomorrow", "कल सुबह छह बजे", "ನಾಳೆ ಬೆಳಿಗ್ಗೆ ಆರು ಗಂಟೆಗೆ"),
        ("2026-11-22 06:00", "six in the morning the day after tomorrow", "परसों सुबह छह बजे", "ನಾಡಿದ್ದು ಬೆಳಿಗ್ಗೆ ಆರು ಗಂಟೆಗೆ"),
    ],
)
def test_a_clock_of_another_day_is_said_with_its_day(at: str, english: str, hindi: str, kannada: str) -> None:
    now = india("2026-11-20 06:10")
    assert [text_of(say_when(india(at), now, language)) for language in (EN, HI, KN)] == [english, hindi, kannada]


def test_an_emergency_number_is_said_digit_by_digit() -> None:
    assert text_of(say_digits("112", EN)) == "one one two"
    assert text_of(say_digits("108", HI)) == "एक शून्य आठ"
    assert text_of(say_digits("104", KN)) == "ಒಂದು ಸೊನ್ನೆ ನಾಲ್ಕು"


@pytest.mark.parametrize("digits", ["", "+91", "1*", "1 2", "१२", "²", "#"])
def test_nothing_but_digits_is_said_digit_by_digit(digits: str) -> None:
    with pytest.raises(ValueError, match="0 to 9"):
        say_digits(digits, EN)


@pytest.mark.parametrize("value", [-1, 1_000_000_000])
def test_a_number_that_has_no_words_here_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match=str(value)):
        say_number(value, HI)


def test_money_beyond_the_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="1000000000"):
        say_money(Paise(1_000_000_000_00), KN)


@LANGUAGES
def test_a_ten_word_prompt_lasts_some_seconds(language: Language) -> None:
    prompt = {
        EN: "First consult, two hundred and forty-nine rupees.",
        HI: "पहली सलाह दो सौ उनचास रुपये।",
        KN: "ಮೊದಲ ಸಲಹೆಗೆ ಇನ್ನೂರ ನಲವತ್ತೊಂಬತ್ತು ರೂಪಾಯಿ.",
    }
    assert 2 < len(prompt[language]) / speaking_rate(language) < 4
